// SPDX-License-Identifier: GPL-2.0
/*
 * Load on a block device, made in the kernel, where a system call of a load generator
 * would cost more than the I/O it asks for (uml).
 *
 *	insmod bioload.ko dev=/dev/sda rw=randread bs=4096 depth=32 ms=300
 *
 * insmod keeps @depth bios in flight for @ms, then says how many there were and how long
 * they took, the last one included:
 *
 *	bioload: /dev/sda randread 4096 32 ios=9000 us=300123
 *
 * A thread submits the bios, those that have completed since it last looked as one batch,
 * because submitting may sleep and a completion may not.  It is not insmod itself: to
 * switch to a process takes microseconds in uml.  Each bio is one request: nothing is
 * merged.  What is written is not what was there.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#define BIOLOAD_DEPTH_MAX	1024
#define BIOLOAD_BS_MAX		(1024 * 1024)

static char *dev;
module_param(dev, charp, 0444);
MODULE_PARM_DESC(dev, "path of a block device");

static char *rw = "randread";
module_param(rw, charp, 0444);
MODULE_PARM_DESC(rw, "read, write, randread or randwrite");

static unsigned int bs = 4096;
module_param(bs, uint, 0444);
MODULE_PARM_DESC(bs, "bytes of each I/O");

static unsigned int depth = 1;
module_param(depth, uint, 0444);
MODULE_PARM_DESC(depth, "I/Os in flight");

static unsigned int ms = 300;
module_param(ms, uint, 0444);
MODULE_PARM_DESC(ms, "how long, in ms");

/* One of the I/Os in flight, and its memory */
struct bioload_io {
	struct list_head node;	/* in a batch or load.done, unless in flight */
	struct bio bio;
	struct bio_vec vec;
	void *buf;
};

static struct bioload {
	struct file *file;
	struct block_device *bdev;
	struct bioload_io *io;
	blk_opf_t opf;
	bool random;
	struct rnd_state prng;
	u64 blocks;		/* of the device, of bs bytes */
	u64 next;		/* where a sequential load goes on */
	u64 ios;
	unsigned int in_flight;
	struct list_head batch;	/* the first */
	struct completion finished;
	int result;
	wait_queue_head_t wait;
	spinlock_t lock;	/* all below */
	struct list_head done;	/* completed, and not seen yet */
	unsigned int nr_done;
	int error;		/* the first */
} load;

static const struct bioload_mode {
	const char *name;
	blk_opf_t op;
	bool random;
} bioload_modes[] = {
	{ "read", REQ_OP_READ, false },
	{ "write", REQ_OP_WRITE, false },
	{ "randread", REQ_OP_READ, true },
	{ "randwrite", REQ_OP_WRITE, true },
};

/* Under the lock to its end, so that nobody who has seen the I/O takes it all away. */
static void bioload_end_io(struct bio *bio)
{
	struct bioload_io *io = container_of(bio, struct bioload_io, bio);
	unsigned long flags;

	spin_lock_irqsave(&load.lock, flags);
	if (bio->bi_status && !load.error)
		load.error = blk_status_to_errno(bio->bi_status);
	list_add_tail(&io->node, &load.done);
	load.nr_done++;
	wake_up(&load.wait);
	spin_unlock_irqrestore(&load.lock, flags);
}

static u64 bioload_block(void)
{
	u64 block = load.next;

	if (load.random)
		return mul_u64_u32_shr(load.blocks, prandom_u32_state(&load.prng), 32);
	load.next = block + 1 < load.blocks ? block + 1 : 0;
	return block;
}

static void bioload_submit(struct bioload_io *io)
{
	bio_init(&io->bio, load.bdev, &io->vec, 1, load.opf);
	io->bio.bi_iter.bi_sector = bioload_block() * (bs >> SECTOR_SHIFT);
	io->bio.bi_end_io = bioload_end_io;
	__bio_add_page(&io->bio, virt_to_page(io->buf), bs, 0);
	submit_bio(&io->bio);
}

static void bioload_submit_all(struct list_head *batch)
{
	struct bioload_io *io, *next;
	struct blk_plug plug;

	blk_start_plug(&plug);
	list_for_each_entry_safe(io, next, batch, node) {
		load.in_flight++;
		bioload_submit(io);
	}
	blk_finish_plug(&plug);
}

/* Wait for completions; those there are become the batch. */
static int bioload_wait(struct list_head *batch)
{
	int error;

	INIT_LIST_HEAD(batch);
	spin_lock_irq(&load.lock);
	wait_event_lock_irq(load.wait, load.nr_done, load.lock);
	list_splice_init(&load.done, batch);
	load.in_flight -= load.nr_done;
	load.ios += load.nr_done;
	load.nr_done = 0;
	error = load.error;
	spin_unlock_irq(&load.lock);
	return error;
}

static int bioload_run(struct list_head *batch)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);
	ktime_t start = ktime_get();
	int error;

	do {
		bioload_submit_all(batch);
		error = bioload_wait(batch);
	} while (!error && time_before(jiffies, end));
	while (load.in_flight)
		error = bioload_wait(batch);
	if (!error)
		pr_info("%s %s %u %u ios=%llu us=%lld\n", dev, rw, bs, depth, load.ios,
			ktime_us_delta(ktime_get(), start));
	return error;
}

static int bioload_thread(void *data)
{
	load.result = bioload_run(&load.batch);
	kthread_complete_and_exit(&load.finished, 0);
}

static int bioload_start(void)
{
	struct task_struct *task = kthread_run(bioload_thread, NULL, "bioload");

	if (IS_ERR(task))
		return PTR_ERR(task);
	wait_for_completion(&load.finished);
	return load.result;
}

static int bioload_mode(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bioload_modes); i++) {
		if (strcmp(rw, bioload_modes[i].name))
			continue;
		load.opf = bioload_modes[i].op | REQ_SYNC | REQ_NOMERGE;
		load.random = bioload_modes[i].random;
		return 0;
	}
	return -EINVAL;
}

/* A writer has the device for itself. */
static int bioload_open(void)
{
	int flags = op_is_write(load.opf) ? O_RDWR | O_EXCL : O_RDONLY;

	load.file = filp_open(dev, flags | O_LARGEFILE, 0);
	if (IS_ERR(load.file))
		return PTR_ERR(load.file);
	if (S_ISBLK(file_inode(load.file)->i_mode)) {
		load.bdev = I_BDEV(load.file->f_mapping->host);
		load.blocks = div_u64(bdev_nr_bytes(load.bdev), bs);
		if (load.blocks && IS_ALIGNED(bs, bdev_logical_block_size(load.bdev)))
			return 0;
	}
	filp_close(load.file, NULL);
	return -EINVAL;
}

static void bioload_free(void)
{
	unsigned int i;

	for (i = 0; i < depth; i++)
		if (load.io[i].buf)
			free_pages_exact(load.io[i].buf, bs);
	kvfree(load.io);
}

static int bioload_alloc(void)
{
	unsigned int i;

	load.io = kvcalloc(depth, sizeof(*load.io), GFP_KERNEL);
	if (!load.io)
		return -ENOMEM;
	for (i = 0; i < depth; i++) {
		load.io[i].buf = alloc_pages_exact(bs, GFP_KERNEL | __GFP_ZERO);
		if (!load.io[i].buf) {
			bioload_free();
			return -ENOMEM;
		}
		list_add_tail(&load.io[i].node, &load.batch);
	}
	return 0;
}

static void bioload_setup(void)
{
	init_waitqueue_head(&load.wait);
	spin_lock_init(&load.lock);
	INIT_LIST_HEAD(&load.done);
	INIT_LIST_HEAD(&load.batch);
	init_completion(&load.finished);
	prandom_seed_state(&load.prng, 1);
}

static int __init bioload_init(void)
{
	int ret;

	if (!dev || !bs || bs > BIOLOAD_BS_MAX || !depth || depth > BIOLOAD_DEPTH_MAX ||
	    bioload_mode())
		return -EINVAL;
	bioload_setup();
	ret = bioload_open();
	if (ret)
		return ret;
	ret = bioload_alloc();
	if (!ret) {
		ret = bioload_start();
		bioload_free();
	}
	filp_close(load.file, NULL);
	return ret;
}

static void __exit bioload_exit(void)
{
}

module_init(bioload_init);
module_exit(bioload_exit);

MODULE_DESCRIPTION("Load on a block device");
MODULE_LICENSE("GPL");
