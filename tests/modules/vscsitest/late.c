// SPDX-License-Identifier: GPL-2.0
/*
 * Nothing is written too late: not after H_FREE_CRQ has succeeded, not after a task
 * management function that covers the command has been answered.  Everything is
 * poisoned at that instant and looked at a while later.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/prandom.h>
#include <scsi/scsi_proto.h>
#include <scsi/srp.h>

#include "tmf.h"
#include "vscsitest.h"

#define LATE_CMDS	16
#define LATE_STRIDE	(VT_MEM / LATE_CMDS)
#define LATE_BYTES	(128U << 10)
#define LATE_POISON	0x5d

/**
 * struct late - commands under way
 * @rnd:	what is random
 * @r:		the commands
 * @unanswered:	how many were under way at the instant, over all rounds
 */
static struct late {
	struct rnd_state rnd;
	struct vt_req *r[LATE_CMDS];
	unsigned long unanswered;
} late;

static u8 *late_buffer(struct client *c, unsigned int i)
{
	return c->mem + i * LATE_STRIDE + (i & 1 ? 513 : 0);
}

/* READs, half of them into pages, half of them to odd places */
static int late_post(struct client *c)
{
	u32 blocks = min_t(u64, LATE_BYTES / c->block, c->blocks);
	struct vt_iu iu;
	unsigned int i;
	u8 cdb[16];
	int ret;

	for (i = 0; i < LATE_CMDS; i++) {
		late.r[i] = vt_req_get(c);
		if (!late.r[i])
			return -ENOSPC;
		iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, blocks));
		iu_direct(&iu, DIR_IN, vt_ioba(c, late_buffer(c, i)), blocks * c->block);
		ret = iu_post(c, late.r[i], &iu);
		if (ret)
			return ret;
	}
	return 0;
}

/* A random instant: at once, soon, or when some are through */
static void late_wait(void)
{
	u32 us = prandom_u32_state(&late.rnd) % 800;

	if (us < 200)
		udelay(us);
	else if (us < 700)
		usleep_range(us, us + 20);
}

static void late_count(void)
{
	unsigned int i;

	for (i = 0; i < LATE_CMDS; i++)
		late.unanswered += !READ_ONCE(late.r[i]->answers);
}

static int late_rounds(struct client *c, unsigned long count,
		       int (*one)(struct client *c))
{
	unsigned long round;
	int ret = 0;

	prandom_seed_state(&late.rnd, vt_seed);
	late.unanswered = 0;
	for (round = 0; round < count && !ret; round++) {
		vt_about("round %lu", round);
		ret = one(c);
	}
	pr_info("%lu rounds, %lu commands under way at the instant\n", round, late.unanswered);
	return ret;
}

/* The client's memory, which nobody has a right to write any more */
static void late_untouched(struct client *c)
{
	CHECK(memchr_inv(c->mem, LATE_POISON, VT_MEM), 0);
	CHECK(memchr_inv(c->ius, LATE_POISON, VT_REQS * VT_SLOT), 0);
}

static int late_free_round(struct client *c)
{
	int ret = late_post(c);

	if (ret)
		return ret;
	late_wait();
	ret = vt_free(c);
	if (ret)
		return ret;
	late_count();
	memset(c->mem, LATE_POISON, VT_MEM);
	memset(c->ius, LATE_POISON, VT_REQS * VT_SLOT);
	msleep(VT_QUIET_MS);
	late_untouched(c);
	return vt_register(c) ?: vt_connect(c) ?: vt_disk(c);
}

/*
 * The same, and the queue is registered again at once: the memory is mapped, but what the
 * server still has from before is nobody's.  It has no right to send anything either
 * until there was an INIT.
 */
static int late_register_round(struct client *c)
{
	struct crq_msg msg;
	int ret = late_post(c);

	if (ret)
		return ret;
	late_wait();
	ret = vt_free(c);
	if (ret)
		return ret;
	late_count();
	memset(c->mem, LATE_POISON, VT_MEM);
	memset(c->ius, LATE_POISON, VT_REQS * VT_SLOT);
	ret = vt_register(c);
	if (ret)
		return ret;
	msleep(VT_QUIET_MS);
	late_untouched(c);
	while (vt_next(c, &msg, 1))
		CHECK(msg.header != CRQ_COMMAND || msg.format == VT_MESSAGE, true);
	CHECK(c->strays, 0);
	return vt_connect(c) ?: vt_disk(c);
}

static int late_register(struct client *c)
{
	return late_rounds(c, vt_count_or(40), late_register_round);
}

static int late_free(struct client *c)
{
	return late_rounds(c, vt_count_or(20), late_free_round);
}

/* Poison a command that is over: its buffer and its slot. */
static void late_poison(struct client *c, unsigned int i)
{
	memset(late_buffer(c, i), LATE_POISON, LATE_BYTES);
	memset(late.r[i]->iu, LATE_POISON, VT_SLOT);
}

static void late_judge(struct client *c, const unsigned int *answers)
{
	unsigned int i;

	msleep(VT_QUIET_MS);
	for (i = 0; i < LATE_CMDS; i++) {
		CHECK(memchr_inv(late_buffer(c, i), LATE_POISON, LATE_BYTES), 0);
		CHECK(memchr_inv(late.r[i]->iu, LATE_POISON, VT_SLOT), 0);
		CHECK(late.r[i]->answers, answers[i]);
		/* It is over, answered or not. */
		late.r[i]->answers = 1;
		vt_req_put(c, late.r[i]);
	}
}

static int late_abort_round(struct client *c)
{
	unsigned int i, answers[LATE_CMDS];
	struct vt_rsp rsp;
	int ret = late_post(c);

	if (ret)
		return ret;
	late_wait();
	late_count();
	for (i = 0; i < LATE_CMDS; i++) {
		if (!tmf_run(c, c->lun, SRP_TSK_ABORT_TASK, late.r[i]->tag, &rsp))
			return -EPROTO;
		CHECK(rsp.code, TMF_COMPLETE);
		CHECK(!late.r[i]->answers || late.r[i]->seq < rsp.seq, true);
		answers[i] = late.r[i]->answers;
		late_poison(c, i);
	}
	late_judge(c, answers);
	return 0;
}

static int late_abort(struct client *c)
{
	return late_rounds(c, vt_count_or(20), late_abort_round);
}

static int late_reset_round(struct client *c)
{
	unsigned int i, answers[LATE_CMDS];
	struct vt_rsp rsp;
	int ret = late_post(c);

	if (ret)
		return ret;
	late_wait();
	late_count();
	if (!tmf_run(c, c->lun, SRP_TSK_LUN_RESET, 0, &rsp))
		return -EPROTO;
	CHECK(rsp.code, TMF_COMPLETE);
	for (i = 0; i < LATE_CMDS; i++) {
		CHECK(!late.r[i]->answers || late.r[i]->seq < rsp.seq, true);
		answers[i] = late.r[i]->answers;
		late_poison(c, i);
	}
	late_judge(c, answers);
	return vt_disk(c);
}

static int late_reset(struct client *c)
{
	return late_rounds(c, vt_count_or(20), late_reset_round);
}

const struct vt_case late_cases[] = {
	{ "late-free", late_free, VT_DISK },
	{ "late-register", late_register, VT_DISK },
	{ "late-abort", late_abort, VT_DISK },
	{ "late-reset", late_reset, VT_DISK },
	{ }
};
