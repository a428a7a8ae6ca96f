// SPDX-License-Identifier: GPL-2.0
/*
 * What a client is told only if it asked for it: that the target logs it out (EMPTY_IU),
 * that the path of a device has failed (ENABLE_FAST_FAIL).  Each case needs somebody who
 * disables the target when it says so, or a LUN whose blocks from BAD_LBA on fail.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <scsi/scsi_proto.h>
#include <asm/unaligned.h>

#include "session.h"
#include "vscsitest.h"

#define T_LOGOUT_LEN	16

/* Offer a place for a T_LOGOUT.  The request stays, so that a second answer is seen. */
static struct vt_req *empty_iu(struct client *c, u8 *place)
{
	struct vt_req *r = vt_req_get(c);
	int ret;

	if (!r)
		return NULL;
	memset(place, VT_CANARY, VT_SLOT);
	ret = mad_post(c, r, VT_MAD, MAD_EMPTY_IU, MAD_EMPTY_IU_LEN, vt_ioba(c, place),
		       MAD_EMPTY_IU_LEN) ?: vt_await(c, r, VT_WAIT_MS);
	if (!CHECK(ret, 0) || !CHECK(get_unaligned_be16(r->iu + 4), MAD_SUCCESS))
		return NULL;
	return r;
}

/* Wait for the end of the connection.  No message came but what the caller knows of. */
static int told_wait(struct client *c)
{
	struct crq_msg msg;

	pr_info("waits for the target to be disabled\n");
	if (!vt_wait_down(c, VT_WAIT_MS))
		return -ETIMEDOUT;
	CHECK(c->event, CRQ_PARTNER_DEREGISTERED);
	while (vt_next(c, &msg, VT_QUIET_MS))
		CHECK(msg.header != CRQ_COMMAND, true);
	return 0;
}

/* It is written where the last EMPTY_IU says, once, and has its tag. */
static int t_logout(struct client *c)
{
	u8 want[T_LOGOUT_LEN] = { 0x80 }, *at = c->mem + VT_SLOT;
	struct vt_req *first = empty_iu(c, c->mem), *last = empty_iu(c, at);
	int ret;

	if (!first || !last)
		return -EPROTO;
	ret = told_wait(c);
	if (ret)
		return ret;
	put_unaligned_be64(last->tag, want + 8);
	CHECK(first->answers, 1);
	CHECK(last->answers, 2);
	CHECK(last->msg.format, VT_SRP);
	CHECK(last->msg.status, CRQ_OK);
	CHECK(be16_to_cpu(last->msg.iu_length), T_LOGOUT_LEN);
	CHECK_MEM(at, want, T_LOGOUT_LEN);
	CHECK(memchr_inv(c->mem, VT_CANARY, VT_SLOT), 0);
	CHECK(memchr_inv(at + T_LOGOUT_LEN, VT_CANARY, VT_SLOT - T_LOGOUT_LEN), 0);
	return 0;
}

/* An EMPTY_IU of the connection before is none of this one. */
static int t_logout_unasked(struct client *c)
{
	int ret;

	if (!empty_iu(c, c->mem))
		return -EPROTO;
	ret = vt_free(c) ?: vt_register(c) ?: vt_connect(c);
	if (ret)
		return ret;
	memset(c->mem, VT_CANARY, VT_SLOT);
	ret = told_wait(c);
	CHECK(memchr_inv(c->mem, VT_CANARY, VT_SLOT), 0);
	return ret;
}

/* Who is not logged in cannot be logged out. */
static int t_logout_early(struct client *c)
{
	struct vt_req *r = empty_iu(c, c->mem);
	int ret;

	if (!r)
		return -EPROTO;
	ret = told_wait(c);
	CHECK(r->answers, 1);
	CHECK(memchr_inv(c->mem, VT_CANARY, VT_SLOT), 0);
	return ret;
}

#define BAD_LBA		8
/* Enough for each of the server's commands to be used again */
#define PATH_ROUNDS	64
#define SENSE_PATH	SENSE(NOT_READY, 0x0800)

static void path_one(struct client *c, bool write, u64 lba, u32 sense, u8 crq_status)
{
	struct vt_rsp rsp;
	struct vt_iu iu;
	u8 cdb[16];

	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, write, 10, lba, 1));
	iu_direct(&iu, write ? DIR_OUT : DIR_IN, c->mem_ioba, c->block);
	if (!CHECK(cmd_run(c, &iu, &rsp), 0))
		return;
	CHECK(rsp_sense(&rsp), sense);
	CHECK(rsp.crq_status, crq_status);
}

/* A command that fails for another reason */
static void path_other(struct client *c)
{
	static const u8 none[6] = { 0xfd };
	struct vt_iu iu;

	iu_cmd(&iu, c->lun, none, sizeof(none));
	cmd_refused(c, &iu, SENSE_OPCODE, CRQ_OK);
}

/* Commands that fail and others in turn */
static void path_all(struct client *c, u8 crq_status)
{
	unsigned int i;

	for (i = 0; i < PATH_ROUNDS; i++) {
		path_one(c, i & 1, BAD_LBA, SENSE_PATH, crq_status);
		path_one(c, i & 2, 0, SENSE_NONE, CRQ_OK);
		path_other(c);
	}
}

/* The status is that of one command, and the wish that of one connection. */
static int fast_fail(struct client *c)
{
	u16 status = 0;
	int ret;

	vt_about("before ENABLE_FAST_FAIL");
	path_all(c, CRQ_OK);
	vt_about("after ENABLE_FAST_FAIL");
	ret = mad_run(c, VT_MAD, MAD_FAST_FAIL, MAD_HEADER_LEN, 0, &status);
	if (ret)
		return ret;
	CHECK(status, MAD_SUCCESS);
	path_all(c, CRQ_PATH_FAILED);
	vt_about("on the next connection");
	ret = vt_free(c) ?: vt_register(c) ?: vt_connect(c) ?: vt_disk(c);
	if (ret)
		return ret;
	path_all(c, CRQ_OK);
	return 0;
}

const struct vt_case asked_cases[] = {
	{ "t-logout", t_logout, VT_LOGIN, .alone = true },
	{ "t-logout-unasked", t_logout_unasked, VT_LOGIN, .alone = true },
	{ "t-logout-early", t_logout_early, VT_INIT, .alone = true },
	{ "fast-fail", fast_fail, VT_DISK, .alone = true },
	{ }
};
