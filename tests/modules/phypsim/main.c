// SPDX-License-Identifier: GPL-2.0
/*
 * See phypsim.h.  /sys/kernel/debug/phypsim: "adapters", "dma" and "probes" are to be read;
 * a unit address in hex written to "register" makes a device of its node, written to
 * "shutdown" does to it what a restart does.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "phypsim.h"

static struct dentry *sim_dir;

static int adapters_show(struct seq_file *m, void *data)
{
	sim_show_adapters(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(adapters);

static int probes_show(struct seq_file *m, void *data)
{
	sim_show_probes(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(probes);

static int dma_show(struct seq_file *m, void *data)
{
	sim_show_dma(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(dma);

/* What is to be done with the adapter that is written is the file's data. */
static ssize_t sim_unit_write(struct file *file, const char __user *from, size_t count,
			      loff_t *pos)
{
	int (*what)(u32 unit) = file->private_data;
	u32 unit;
	int ret;

	ret = kstrtou32_from_user(from, count, 16, &unit);
	if (!ret)
		ret = what(unit);
	return ret ?: count;
}

static const struct file_operations sim_unit_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= sim_unit_write,
};

static int __init sim_init(void)
{
	int ret;

	ret = sim_irq_init();
	if (ret)
		return ret;
	ret = sim_probe_init();
	if (ret)
		goto err_irq;
	ret = sim_door_init();
	if (ret)
		goto err_probe;
	sim_dir = debugfs_create_dir("phypsim", NULL);
	debugfs_create_file("adapters", 0400, sim_dir, NULL, &adapters_fops);
	debugfs_create_file("probes", 0400, sim_dir, NULL, &probes_fops);
	debugfs_create_file("dma", 0400, sim_dir, NULL, &dma_fops);
	debugfs_create_file("register", 0200, sim_dir, sim_register, &sim_unit_fops);
	debugfs_create_file("shutdown", 0200, sim_dir, sim_shutdown, &sim_unit_fops);
	return 0;

err_probe:
	sim_probe_exit();
err_irq:
	sim_irq_exit();
	return ret;
}

static void __exit sim_exit(void)
{
	debugfs_remove_recursive(sim_dir);
	sim_door_exit();
	sim_probe_exit();
	sim_irq_exit();
}

module_init(sim_init);
module_exit(sim_exit);

MODULE_DESCRIPTION("PowerVM's hypervisor, played inside a pseries guest");
MODULE_LICENSE("GPL");
