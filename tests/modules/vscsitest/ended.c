// SPDX-License-Identifier: GPL-2.0
/*
 * Which commands task management ends, on a device that hangs: those of another client,
 * whose control mode page (TAS) says whether that is told, and not those that come later,
 * be it with the tag of one that is to be aborted.  The test that loads the module lets the
 * device hang before, and go on when the log says "under way".
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <scsi/scsi_proto.h>
#include <scsi/srp.h>
#include <asm/unaligned.h>

#include "lun.h"
#include "tmf.h"
#include "vscsitest.h"

/* As far as the server comes with commands for a device that hangs */
#define ENDED_MS	500
#define SENSE_RESET	SENSE(UNIT_ATTENTION, 0x2903)

/* Block @i read or written at a place of its own; @odd, so that it is copied */
static void iu_block(struct client *c, struct vt_iu *iu, bool write, unsigned int i, bool odd)
{
	u8 cdb[16];

	iu_cmd(iu, c->lun, cdb, cdb_rw(cdb, write, 10, i, 1));
	iu_direct(iu, write ? DIR_OUT : DIR_IN, c->mem_ioba + i * 8192 + odd, c->block);
}

static int post_reset(struct client *c, struct vt_req *task)
{
	struct vt_iu iu;

	iu_tmf(&iu, c->lun, SRP_TSK_LUN_RESET, 0);
	return iu_post(c, task, &iu);
}

/* Are commands that others abort answered?  -1 if the device does not say. */
static int control_tas(struct client *c)
{
	static const u8 cdb[6] = { MODE_SENSE, 8, 0x0a, [4] = 16 };
	struct vt_iu iu;

	memset(c->mem, 0, 16);
	iu_cmd(&iu, c->lun, cdb, sizeof(cdb));
	iu_direct(&iu, DIR_IN, c->mem_ioba, 16);
	if (!cmd_good(c, &iu) || !CHECK(c->mem[4] & 0x3f, 0x0a))
		return -1;
	return !!(c->mem[4 + 5] & 0x40);
}

#define OTHER_CMDS	4

static int other_post(struct client *c, struct vt_req **r)
{
	struct vt_iu iu;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < OTHER_CMDS && !ret; i++) {
		r[i] = vt_req_get(c);
		if (!r[i])
			return -EBUSY;
		iu_block(c, &iu, i & 2, i, i & 1);
		ret = iu_post(c, r[i], &iu);
	}
	return ret;
}

/* All of them were aborted, and the client is told, each once. */
static int other_told(struct client *c, struct vt_req **r)
{
	struct vt_rsp rsp;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < OTHER_CMDS && !ret; i++) {
		vt_about("command %u", i);
		ret = iu_wait(c, r[i], &rsp);
		if (ret)
			break;
		CHECK(rsp.status, SAM_STAT_TASK_ABORTED);
		CHECK(rsp.flags, 0);
		CHECK(rsp.delta, 1);
		vt_req_put(c, r[i]);
	}
	return ret;
}

/* The client is told nothing, but has its credits with the next answer. */
static int other_not_told(struct client *c, struct vt_req **r)
{
	static const u8 ready[6] = { TEST_UNIT_READY };
	struct vt_rsp rsp;
	struct vt_iu iu;
	unsigned int i;
	int ret;

	msleep(VT_QUIET_MS);
	for (i = 0; i < OTHER_CMDS; i++) {
		CHECK(r[i]->answers, 0);
		r[i]->answers = 1;
		vt_req_put(c, r[i]);
	}
	iu_cmd(&iu, c->lun, ready, sizeof(ready));
	ret = cmd_run(c, &iu, &rsp);
	if (!ret) {
		CHECK(rsp_sense(&rsp), SENSE_RESET);
		CHECK(rsp.delta, 1 + OTHER_CMDS);
	}
	return ret;
}

/* Reset the device when the server has the commands that hang; it goes on then. */
static int reset_hung(struct client *c)
{
	struct vt_req *task;
	struct vt_rsp rsp;
	int ret;

	msleep(ENDED_MS);
	task = vt_req_get(c);
	ret = task ? post_reset(c, task) : -EBUSY;
	pr_info("under way\n");
	if (ret)
		return ret;
	vt_about("the reset");
	ret = iu_wait(c, task, &rsp);
	vt_req_put(c, task);
	if (!ret)
		CHECK(rsp.code, TMF_COMPLETE);
	return ret;
}

static int other_run(struct client *c, struct client *other)
{
	struct vt_req *r[OTHER_CMDS];
	int ret, tas = control_tas(c);

	ret = tas < 0 ? -EPROTO : other_post(c, r);
	ret = ret ?: reset_hung(other);
	if (ret)
		return ret;
	pr_info("TAS is %d\n", tas);
	return tas ? other_told(c, r) : other_not_told(c, r);
}

/* Another client of the disk resets it. */
static int ended_other(struct client *c)
{
	struct client *other = &vt_clients[1];
	int ret, closed;

	if (!other->a)
		return -ENODEV;
	mutex_lock_nested(&other->busy, SINGLE_DEPTH_NESTING);
	ret = vt_open(other, VT_RING);
	if (!ret) {
		ret = vt_connect(other) ?: vt_disk(other) ?: other_run(c, other);
		closed = vt_close(other);
		ret = ret ?: closed;
	}
	mutex_unlock(&other->busy);
	return ret;
}

/*
 * The client resets a device by one of the LUNs it has of it: what it sent to the other is
 * ended, too, without being asked for.
 */
static int ended_twin(struct client *c)
{
	struct vt_req *r[OTHER_CMDS];
	u16 lun = c->lun;
	int ret;

	if (!CHECK(control_tas(c), 0))
		return -EPROTO;
	c->lun = lun_encode(vt_luns[1]);
	ret = other_post(c, r);
	c->lun = lun;
	return ret ?: reset_hung(c) ?: other_told(c, r);
}

#define TAG_ROUNDS	16
#define TAG_FIRST	0x7a00

/* A command ends; an ABORT TASK for it, and at once the next with its tag, which hangs. */
static int tag_again(struct client *c, u64 tag, struct vt_req **task, struct vt_req **next)
{
	static const u8 ready[6] = { TEST_UNIT_READY };
	struct vt_req *first;
	struct crq_msg msg;
	struct vt_iu iu;
	int ret;

	iu_cmd(&iu, c->lun, ready, sizeof(ready));
	first = iu_post_tagged(c, &iu, tag);
	if (!CHECK(vt_next(c, &msg, VT_WAIT_MS), true))
		return -ETIMEDOUT;
	CHECK(iu_sense_in(first), SENSE_NONE);
	first->answers = 1;
	vt_req_put(c, first);
	*task = vt_req_get(c);
	if (!*task)
		return -EBUSY;
	iu_tmf(&iu, c->lun, SRP_TSK_ABORT_TASK, tag);
	ret = iu_post(c, *task, &iu);
	iu_block(c, &iu, false, tag % TAG_ROUNDS, false);
	*next = iu_post_tagged(c, &iu, tag);
	return ret;
}

/* ABORT TASK does not end the next command that has the tag. */
static int ended_tag(struct client *c)
{
	struct vt_req *task[TAG_ROUNDS], *next[TAG_ROUNDS];
	struct crq_msg msg;
	struct vt_rsp rsp;
	unsigned int i;
	int ret = 0;

	vt_forget(c);
	for (i = 0; i < TAG_ROUNDS && !ret; i++)
		ret = tag_again(c, TAG_FIRST + i, &task[i], &next[i]);
	for (i = 0; i < TAG_ROUNDS && !ret; i++) {
		vt_about("ABORT TASK %u", i);
		ret = iu_wait(c, task[i], &rsp);
		if (ret)
			break;
		CHECK(rsp.code, TMF_COMPLETE);
		vt_req_put(c, task[i]);
	}
	pr_info("under way\n");
	for (i = 0; i < TAG_ROUNDS && !ret; i++) {
		vt_about("answer %u to a tag used again", i);
		if (!CHECK(vt_next(c, &msg, VT_WAIT_MS), true))
			ret = -ETIMEDOUT;
	}
	for (i = 0; i < TAG_ROUNDS && !ret; i++) {
		CHECK(iu_sense_in(next[i]), SENSE_NONE);
		next[i]->answers = 1;
		vt_req_put(c, next[i]);
	}
	return ret;
}

#define LATER_SIMPLE	8
#define LATER_CMDS	12

/*
 * What comes after a reset is answered, also where the target core ended it: the SIMPLE ones
 * it may have by then.  The ORDERED ones are not in the target core before the reset is over.
 */
static void later_answered(struct client *c, struct vt_req **r)
{
	struct vt_rsp rsp;
	unsigned int i, aborted = 0;

	for (i = 0; i < LATER_CMDS; i++) {
		vt_about("command %u after the reset", i);
		/* Each that is not takes as long as one may wait. */
		if (!CHECK(iu_wait(c, r[i], &rsp), 0))
			return;
		vt_req_put(c, r[i]);
		if (rsp.status == SAM_STAT_TASK_ABORTED && i < LATER_SIMPLE)
			aborted++;
		else if (rsp_sense(&rsp) != SENSE_RESET)
			CHECK(rsp_sense(&rsp), SENSE_NONE);
	}
	pr_info("%u of %u ended by the target core\n", aborted, LATER_SIMPLE);
}

static int ended_later(struct client *c)
{
	struct vt_req *first, *task, *r[LATER_CMDS];
	struct vt_rsp rsp;
	struct vt_iu iu;
	unsigned int i;
	int ret;

	first = vt_req_get(c);
	task = vt_req_get(c);
	iu_block(c, &iu, false, LATER_CMDS, false);
	ret = iu_post(c, first, &iu);
	msleep(ENDED_MS);
	ret = ret ?: post_reset(c, task);
	for (i = 0; i < LATER_CMDS && !ret; i++) {
		r[i] = vt_req_get(c);
		iu_block(c, &iu, false, i, false);
		iu.b[CMD_ATTR] = i < LATER_SIMPLE ? ATTR_SIMPLE : ATTR_ORDERED;
		ret = iu_post(c, r[i], &iu);
	}
	pr_info("under way\n");
	ret = ret ?: iu_wait(c, task, &rsp);
	if (ret)
		return ret;
	CHECK(rsp.code, TMF_COMPLETE);
	CHECK(first->answers, 0);
	first->answers = 1;
	vt_req_put(c, first);
	vt_req_put(c, task);
	later_answered(c, r);
	return 0;
}

const struct vt_case ended_cases[] = {
	{ "ended-other", ended_other, VT_DISK, .alone = true },
	{ "ended-twin", ended_twin, VT_DISK, .alone = true },
	{ "ended-tag", ended_tag, VT_DISK, .alone = true },
	{ "ended-later", ended_later, VT_DISK, .alone = true },
	{ }
};
