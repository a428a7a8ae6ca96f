// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that are unmapped and mapped again by another thread while READs and WRITEs use
 * them.  A page whose removal has succeeded is ours alone; between the pages are others
 * that were never mapped.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/prandom.h>
#include <scsi/scsi_proto.h>

#include "session.h"
#include "vscsitest.h"

#define MID_PAGES	64
/* Of them the last hold descriptor tables */
#define MID_TABLES	4
#define MID_DATA	(MID_PAGES - MID_TABLES)
#define MID_SIZE	((2 * MID_PAGES + 1) * 4096)
#define MID_SECRET	0xee
#define MID_CMDS	4
#define MID_FRAGS	16

/**
 * struct midway - the pages
 * @c:		whose
 * @mem:	pages with even numbers are never mapped
 * @ioba:	where the others are; changes whenever one is mapped
 * @rounds:	removals that succeeded
 * @refused:	removals that were refused
 * @touched:	pages written to after their removal
 * @good:	commands that ended well
 * @faulted:	commands that met a page that was gone
 */
static struct midway {
	struct client *c;
	u8 *mem;
	u64 ioba[MID_PAGES];
	unsigned long rounds;
	unsigned long refused;
	unsigned long touched;
	unsigned long good;
	unsigned long faulted;
} mid;

static u8 *mid_page(unsigned int i)
{
	return mid.mem + (2 * i + 1) * 4096;
}

static int mid_map(unsigned int i)
{
	struct crq_adapter *a = mid.c->a;
	u64 ioba;
	int ret;

	ret = a->hv->map(a, mid_page(i), 4096, DMA_BIDIRECTIONAL, &ioba);
	if (!ret)
		WRITE_ONCE(mid.ioba[i], ioba);
	return ret;
}

static int mid_start(struct client *c)
{
	unsigned int i;
	int ret = 0;

	memset(&mid, 0, sizeof(mid));
	mid.c = c;
	mid.mem = alloc_pages_exact(MID_SIZE, GFP_KERNEL);
	if (!mid.mem)
		return -ENOMEM;
	memset(mid.mem, VT_CANARY, MID_SIZE);
	for (i = 0; i < MID_PAGES && !ret; i++)
		ret = mid_map(i);
	return ret;
}

static void mid_stop(struct client *c)
{
	const struct hv_ops *hv = c->a->hv;
	unsigned int i;

	for (i = 0; i < MID_PAGES; i++) {
		CHECK(memchr_inv(mid.mem + 2 * i * 4096, VT_CANARY, 4096), 0);
		if (mid.ioba[i])
			CHECK(hv->unmap(c->a, mid.ioba[i], 4096, DMA_BIDIRECTIONAL),
			      PAPR_H_SUCCESS);
	}
	CHECK(memchr_inv(mid.mem + 2 * MID_PAGES * 4096, VT_CANARY, 4096), 0);
	free_pages_exact(mid.mem, MID_SIZE);
}

/* Take one page away, watch it, give it back. */
static int mid_churn_one(struct rnd_state *rnd)
{
	struct crq_adapter *a = mid.c->a;
	unsigned int i = prandom_u32_state(rnd) % MID_PAGES;

	if (a->hv->unmap(a, mid.ioba[i], 4096, DMA_BIDIRECTIONAL) == PAPR_H_RESOURCE) {
		mid.refused++;
		return 0;
	}
	mid.rounds++;
	memset(mid_page(i), MID_SECRET, 4096);
	if (prandom_u32_state(rnd) & 1)
		usleep_range(10, 50);
	else
		udelay(prandom_u32_state(rnd) % 20);
	/* The tables are written to by ourselves. */
	if (i < MID_DATA && memchr_inv(mid_page(i), MID_SECRET, 4096))
		mid.touched++;
	return mid_map(i);
}

static int mid_thread(void *data)
{
	struct rnd_state rnd;
	int ret = 0;

	prandom_seed_state(&rnd, vt_seed + 1);
	while (!kthread_should_stop()) {
		ret = ret ?: mid_churn_one(&rnd);
		usleep_range(5, 50);
	}
	return ret;
}

/* A command over random pages, whole ones or odd pieces */
static void mid_command(struct client *c, struct vt_iu *iu, struct rnd_state *rnd,
			unsigned int slot)
{
	unsigned int i, n = 1 + prandom_u32_state(rnd) % MID_FRAGS;
	bool write = prandom_u32_state(rnd) & 1, odd = prandom_u32_state(rnd) & 1;
	struct vt_frag frag[MID_FRAGS];
	u8 cdb[16], *table = mid_page(MID_DATA + slot);

	for (i = 0; i < n; i++) {
		frag[i].ioba = READ_ONCE(mid.ioba[prandom_u32_state(rnd) % MID_DATA]);
		frag[i].len = odd ? c->block : 4096;
		if (odd)
			frag[i].ioba += 1 + prandom_u32_state(rnd) % (4096 - c->block - 1);
	}
	iu_cmd(iu, c->lun, cdb,
	       cdb_rw(cdb, write, 10, slot * 256, frag_total(frag, n) / c->block));
	if (n <= VT_INLINE_MAX && prandom_u32_state(rnd) & 1) {
		iu_data(iu, write ? DIR_OUT : DIR_IN, FORM_INLINE, frag, n, c, NULL);
		return;
	}
	table_fill(table, frag, n);
	iu_indirect(iu, write ? DIR_OUT : DIR_IN, READ_ONCE(mid.ioba[MID_DATA + slot]),
		    n * 16, frag_total(frag, n), frag, 0);
}

static void mid_judge(const struct vt_rsp *rsp)
{
	switch (rsp_sense(rsp)) {
	case SENSE_NONE:
		mid.good++;
		CHECK(rsp->crq_status, CRQ_OK);
		break;
	case SENSE_UNREACHABLE:
		mid.faulted++;
		CHECK(rsp->crq_status, CRQ_NONRECOVERABLE);
		break;
	case SENSE_MALFORMED:
		/* A table that was just filled with something else */
		mid.faulted++;
		break;
	default:
		CHECK(rsp_sense(rsp), SENSE_UNREACHABLE);
	}
}

static int mid_round(struct client *c, struct rnd_state *rnd)
{
	struct vt_req *r[MID_CMDS];
	struct vt_iu iu;
	struct vt_rsp rsp;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < MID_CMDS; i++) {
		r[i] = vt_req_get(c);
		mid_command(c, &iu, rnd, i);
		ret = ret ?: iu_post(c, r[i], &iu);
	}
	for (i = 0; i < MID_CMDS && !ret; i++) {
		ret = iu_wait(c, r[i], &rsp);
		if (!ret)
			mid_judge(&rsp);
		vt_req_put(c, r[i]);
	}
	return ret;
}

static int mid_run(struct client *c)
{
	unsigned long end = jiffies + msecs_to_jiffies(vt_ms_or(5000));
	struct rnd_state rnd;
	int ret = 0;

	prandom_seed_state(&rnd, vt_seed);
	while (!ret && time_before(jiffies, end))
		ret = mid_round(c, &rnd);
	return ret;
}

static int midway(struct client *c)
{
	struct task_struct *task;
	int ret;

	if (c->block > 2048)
		return VT_SKIP;
	ret = mid_start(c);
	if (ret)
		goto out;
	task = kthread_run(mid_thread, NULL, "vscsitest-mid");
	if (IS_ERR(task)) {
		ret = PTR_ERR(task);
		goto out;
	}
	ret = mid_run(c);
	CHECK(kthread_stop(task), 0);
	CHECK(mid.touched, 0);
	CHECK(vt_serves(c), true);
	pr_info("%lu commands good, %lu faulted; %lu pages removed, %lu removals refused\n",
		mid.good, mid.faulted, mid.rounds, mid.refused);
	/* A run in which nobody met proves nothing. */
	CHECK(mid.good && mid.faulted && mid.rounds, true);
out:
	if (mid.mem)
		mid_stop(c);
	return ret;
}

const struct vt_case midway_cases[] = {
	{ "midway", midway, VT_DISK },
	{ }
};
