// SPDX-License-Identifier: GPL-2.0
/*
 * A device that hangs, and what is aborted there: the test that loads the module lets it
 * hang before, and go on when the log says "under way".
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <scsi/scsi_proto.h>
#include <scsi/srp.h>
#include <asm/unaligned.h>

#include "tmf.h"
#include "vscsitest.h"

#define HUNG_CMDS	3

/* COMPARE AND WRITE at the beginning: @n blocks of zeros become @byte */
static int hung_caw(struct client *c, struct vt_req *r, u8 n, u8 byte)
{
	u8 cdb[16] = { COMPARE_AND_WRITE, [13] = n };
	struct vt_iu iu;

	memset(c->mem, 0, n * c->block);
	memset(c->mem + n * c->block, byte, n * c->block);
	iu_cmd(&iu, c->lun, cdb, sizeof(cdb));
	if (n)
		iu_direct(&iu, DIR_OUT, c->mem_ioba, 2 * n * c->block);
	return iu_post(c, r, &iu);
}

/* The first block is all @byte. */
static void hung_block_is(struct client *c, u8 byte)
{
	struct vt_iu iu;
	u8 cdb[16];

	memset(c->mem, VT_CANARY, c->block);
	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 1));
	iu_direct(&iu, DIR_IN, c->mem_ioba, c->block);
	if (cmd_good(c, &iu))
		CHECK(memchr_inv(c->mem, byte, c->block), 0);
}

/* A reset is answered, and @r were before it or are not. */
static int hung_reset(struct client *c, struct vt_req **r)
{
	struct vt_req *task = vt_req_get(c);
	struct vt_rsp rsp;
	struct vt_iu iu;
	unsigned int i;
	int ret;

	if (!task)
		return -EBUSY;
	iu_tmf(&iu, c->lun, SRP_TSK_LUN_RESET, 0);
	ret = iu_post(c, task, &iu);
	pr_info("under way\n");
	ret = ret ?: iu_wait(c, task, &rsp);
	vt_req_put(c, task);
	if (ret)
		return ret;
	CHECK(rsp.code, TMF_COMPLETE);
	for (i = 0; i < HUNG_CMDS; i++) {
		CHECK(r[i]->answers <= 1, true);
		CHECK(!r[i]->answers || r[i]->seq < rsp.seq, true);
		r[i]->answers = 1;
		vt_req_put(c, r[i]);
	}
	return 0;
}

/*
 * COMPARE AND WRITE, reset while it reads: it does not write afterwards, and does not keep
 * the device from others.  The second and third wait for the first; the last has no data.
 */
static int caw_reset(struct client *c)
{
	static const u8 blocks[HUNG_CMDS] = { 1, 1, 0 };
	struct vt_req *r[HUNG_CMDS];
	unsigned int i;
	int ret;

	for (i = 0; i < HUNG_CMDS; i++) {
		r[i] = vt_req_get(c);
		ret = r[i] ? hung_caw(c, r[i], blocks[i], 0xaa) : -EBUSY;
		if (ret)
			return ret;
		/* One after the other, and each as far as it comes */
		msleep(500);
	}
	ret = hung_reset(c, r);
	if (ret)
		return ret;
	msleep(VT_QUIET_MS);
	hung_block_is(c, 0);
	r[0] = vt_req_get(c);
	ret = r[0] ? hung_caw(c, r[0], 1, 0xbb) : -EBUSY;
	if (!ret) {
		struct vt_rsp rsp;

		CHECK(iu_wait(c, r[0], &rsp), 0);
		/* The reset's unit attention comes with the read. */
		CHECK(rsp.status, SAM_STAT_GOOD);
		hung_block_is(c, 0xbb);
	}
	return ret;
}

/* PERSISTENT RESERVE OUT (SPC-4) */
enum { PR_REGISTER = 0, PR_PREEMPT_AND_ABORT = 5, PR_LEN = 24 };
#define HUNG_KEY	0x766974657374ULL

static void iu_pr_out(struct client *c, struct vt_iu *iu, u8 action, u64 key, u64 service_key)
{
	u8 cdb[10] = { PERSISTENT_RESERVE_OUT, action, 1, [8] = PR_LEN };

	memset(c->mem, 0, PR_LEN);
	put_unaligned_be64(key, c->mem);
	put_unaligned_be64(service_key, c->mem + 8);
	iu_cmd(iu, c->lun, cdb, sizeof(cdb));
	iu_direct(iu, DIR_OUT, c->mem_ioba, PR_LEN);
}

/*
 * Two resets wait for a command, and a PREEMPT AND ABORT comes: in the target core the
 * second reset would wait for it, and it for the reset.
 */
static int preempt_reset(struct client *c)
{
	struct vt_req *r[4];
	struct vt_rsp rsp;
	unsigned int i;
	struct vt_iu iu;
	int ret = 0;
	u8 cdb[16];

	iu_pr_out(c, &iu, PR_REGISTER, 0, HUNG_KEY);
	if (!cmd_good(c, &iu))
		return -EPROTO;
	for (i = 0; i < ARRAY_SIZE(r); i++) {
		r[i] = vt_req_get(c);
		if (!r[i])
			return -EBUSY;
	}
	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 1));
	iu_direct(&iu, DIR_IN, c->mem_ioba + PAGE_SIZE, c->block);
	ret = iu_post(c, r[0], &iu);
	for (i = 1; i < 3 && !ret; i++) {
		msleep(500);
		iu_tmf(&iu, c->lun, SRP_TSK_LUN_RESET, 0);
		ret = iu_post(c, r[i], &iu);
	}
	msleep(500);
	iu_pr_out(c, &iu, PR_PREEMPT_AND_ABORT, HUNG_KEY, HUNG_KEY);
	ret = ret ?: iu_post(c, r[3], &iu);
	pr_info("under way\n");
	for (i = 1; i < ARRAY_SIZE(r) && !ret; i++)
		ret = iu_wait(c, r[i], &rsp);
	/* The read is answered, or it is not. */
	r[0]->answers = 1;
	for (i = 0; i < ARRAY_SIZE(r); i++)
		vt_req_put(c, r[i]);
	iu_pr_out(c, &iu, PR_REGISTER, HUNG_KEY, 0);
	return ret ?: cmd_retry(c, &iu, &rsp);
}

/* A tag that is in use: the first goes on, the second is refused. */
static int hung_tag(struct client *c)
{
	static const u8 ready[6] = { TEST_UNIT_READY };
	struct vt_req *first, *second;
	struct crq_msg msg;
	struct vt_iu iu;
	u8 cdb[16];

	vt_forget(c);
	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 1));
	iu_direct(&iu, DIR_IN, c->mem_ioba, c->block);
	first = iu_post_tagged(c, &iu, 0x7a67);
	iu_cmd(&iu, c->lun, ready, sizeof(ready));
	second = iu_post_tagged(c, &iu, 0x7a67);
	if (CHECK(vt_next(c, &msg, VT_WAIT_MS), true))
		CHECK(iu_sense_in(second), SENSE_OVERLAPPED);
	pr_info("under way\n");
	if (CHECK(vt_next(c, &msg, VT_WAIT_MS), true))
		CHECK(iu_sense_in(first), SENSE_NONE);
	first->answers = 1;
	second->answers = 1;
	vt_req_put(c, first);
	vt_req_put(c, second);
	return 0;
}

const struct vt_case hung_cases[] = {
	{ "hung-tag", hung_tag, VT_DISK, .alone = true },
	{ "caw-reset", caw_reset, VT_DISK, .alone = true },
	{ "preempt-reset", preempt_reset, VT_DISK, .alone = true },
	{ }
};
