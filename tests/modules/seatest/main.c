// SPDX-License-Identifier: GPL-2.0
/*
 * The file /dev/seatest.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>

#include "seatest.h"

static int seatest_open(struct inode *inode, struct file *file)
{
	file->private_data = get_net(current->nsproxy->net_ns);
	return 0;
}

static int seatest_release(struct inode *inode, struct file *file)
{
	put_net(file->private_data);
	return 0;
}

/* One record; how many bytes it had. */
static ssize_t seatest_write_one(struct net *net, const char __user *from, size_t len, void *frame)
{
	struct seatest_in in;
	int ret;

	if (len < sizeof(in) || copy_from_user(&in, from, sizeof(in)))
		return -EFAULT;
	if (in.len < ETH_HLEN || in.len > SEATEST_FRAME_MAX || in.len > len - sizeof(in))
		return -EINVAL;
	if (copy_from_user(frame, from + sizeof(in), in.len))
		return -EFAULT;
	ret = seatest_inject(net, &in, frame);
	return ret ?: sizeof(in) + in.len;
}

static ssize_t seatest_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	size_t done = 0;
	void *frame;

	frame = kmalloc(SEATEST_FRAME_MAX, GFP_KERNEL);
	if (!frame)
		return -ENOMEM;
	seatest_log_clear();
	while (done < len) {
		ssize_t n = seatest_write_one(file->private_data, from + done, len - done, frame);

		if (n < 0) {
			kfree(frame);
			return n;
		}
		done += n;
		if (fatal_signal_pending(current))
			break;
		cond_resched();
	}
	kfree(frame);
	return done;
}

static ssize_t seatest_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	return seatest_log_read(to, len, pos);
}

static const struct file_operations seatest_fops = {
	.owner = THIS_MODULE,
	.open = seatest_open,
	.release = seatest_release,
	.read = seatest_read,
	.write = seatest_write,
	.llseek = default_llseek,
};

static struct miscdevice seatest_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "seatest",
	.fops = &seatest_fops,
	.mode = 0600,
};

static int __init seatest_init(void)
{
	int ret;

	ret = seatest_log_init();
	if (ret)
		return ret;
	ret = seatest_dev_init();
	if (ret)
		goto err_log;
	ret = misc_register(&seatest_misc);
	if (ret)
		goto err_dev;
	return 0;

err_dev:
	seatest_dev_exit();
err_log:
	seatest_log_exit();
	return ret;
}

static void __exit seatest_exit(void)
{
	misc_deregister(&seatest_misc);
	seatest_dev_exit();
	seatest_log_exit();
}

module_init(seatest_init);
module_exit(seatest_exit);

MODULE_DESCRIPTION("Frames into a Shared Ethernet Adapter and out of it");
MODULE_AUTHOR("Open VIOS developers");
MODULE_LICENSE("GPL");
