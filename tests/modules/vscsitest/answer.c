// SPDX-License-Identifier: GPL-2.0
/*
 * What answers say: residuals, notification bits, tags, credits; for CDBs of every
 * length and every task attribute.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <scsi/scsi_proto.h>
#include <scsi/srp.h>
#include <asm/unaligned.h>

#include "tmf.h"
#include "vscsitest.h"

#define DIUNDER		SRP_RSP_FLAG_DIUNDER
#define DIOVER		SRP_RSP_FLAG_DIOVER
#define DOUNDER		SRP_RSP_FLAG_DOUNDER
#define DOOVER		SRP_RSP_FLAG_DOOVER
#define RESIDUAL_FLAGS	(DIUNDER | DIOVER | DOUNDER | DOOVER)

/**
 * struct residual - a command whose buffer is not what its CDB moves
 * @name:	for messages
 * @cdb:	the CDB
 * @cdb_len:	its bytes
 * @dir:	of the buffer
 * @bytes:	of the buffer
 * @blocks:	of the buffer, in addition
 * @sense:	how it ends
 * @flags:	residual flags
 * @res:	residual
 * @res_blocks:	of the residual, in addition
 */
struct residual {
	const char *name;
	u8 cdb[16];
	u8 cdb_len;
	enum vt_dir dir;
	u16 bytes;
	u8 blocks;
	u32 sense;
	u8 flags;
	u16 res;
	u8 res_blocks;
};

static const struct residual residual_table[] = {
	{ "INQUIRY 36 into 36", { INQUIRY, [4] = 36 }, 6, DIR_IN, 36 },
	{ "INQUIRY 36 into 256", { INQUIRY, [4] = 36 }, 6, DIR_IN, 256, 0, 0, DIUNDER, 220 },
	{ "INQUIRY 36 into 37", { INQUIRY, [4] = 36 }, 6, DIR_IN, 37, 0, 0, DIUNDER, 1 },
	{ "INQUIRY 36 into 16", { INQUIRY, [4] = 36 }, 6, DIR_IN, 16, 0, 0, DIOVER, 20 },
	{ "TEST UNIT READY into 512", { TEST_UNIT_READY }, 6, DIR_IN, 512, 0, 0, DIUNDER, 512 },
	{ "READ CAPACITY into 8", { READ_CAPACITY }, 10, DIR_IN, 8 },
	{ "READ CAPACITY into 20", { READ_CAPACITY }, 10, DIR_IN, 20, 0, 0, DIUNDER, 12 },
	{ "READ 8 into 8", { READ_10, [8] = 8 }, 10, DIR_IN, 0, 8 },
	{ "READ 8 into 4", { READ_10, [8] = 8 }, 10, DIR_IN, 0, 4, 0, DIOVER, 0, 4 },
	{ "READ 4 into 8", { READ_10, [8] = 4 }, 10, DIR_IN, 0, 8, 0, DIUNDER, 0, 4 },
	{ "READ 4 into 4 and 1 byte", { READ_10, [8] = 4 }, 10, DIR_IN, 1, 4, 0, DIUNDER, 1 },
	{ "WRITE 8 from 8", { WRITE_10, [8] = 8 }, 10, DIR_OUT, 0, 8 },
	{ "WRITE 8 from 4", { WRITE_10, [8] = 8 }, 10, DIR_OUT, 0, 4,
	  SENSE_MALFORMED, DOOVER, 0, 4 },
	{ "WRITE 4 from 8", { WRITE_10, [8] = 4 }, 10, DIR_OUT, 0, 8,
	  SENSE_MALFORMED, DOUNDER, 0, 4 },
};

#define RES_SAVED	(VT_MEM / 4)
#define RES_LATER	(RES_SAVED + 65536)

static bool blocks_read(struct client *c, u32 at, unsigned int n)
{
	struct vt_iu iu;
	u8 cdb[16];

	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, n));
	iu_direct(&iu, DIR_IN, c->mem_ioba + at, n * c->block);
	return cmd_good(c, &iu);
}

/* What was moved is the medium's, what is behind it was left alone. */
static void residual_data(struct client *c, const struct residual *t, u32 len)
{
	u32 moved = len, res = t->res + t->res_blocks * c->block;

	if (t->flags == DIUNDER)
		moved -= res;
	CHECK(memchr_inv(c->mem + moved, VT_CANARY, 4096), 0);
	if (t->cdb[0] == READ_10)
		CHECK_MEM(c->mem, c->mem + RES_SAVED, moved);
}

static void residual_one(struct client *c, const struct residual *t)
{
	u32 len = t->bytes + t->blocks * c->block;
	struct vt_rsp rsp;
	struct vt_iu iu;

	if (!blocks_read(c, RES_SAVED, 8))
		return;
	if (t->dir == DIR_OUT && t->sense == SENSE_NONE)
		memcpy(c->mem, c->mem + RES_SAVED, len);
	else
		memset(c->mem, VT_CANARY, 65536);
	iu_cmd(&iu, c->lun, t->cdb, t->cdb_len);
	iu_direct(&iu, t->dir, c->mem_ioba, len);
	if (!CHECK(cmd_retry(c, &iu, &rsp), 0))
		return;
	CHECK(rsp_sense(&rsp), t->sense);
	CHECK(rsp.flags & RESIDUAL_FLAGS, t->flags);
	CHECK(rsp.in_res, t->dir == DIR_IN ? t->res + t->res_blocks * c->block : 0);
	CHECK(rsp.out_res, t->dir == DIR_OUT ? t->res + t->res_blocks * c->block : 0);
	CHECK(rsp.delta, 1);
	if (t->dir == DIR_IN)
		residual_data(c, t, len);
	else if (blocks_read(c, RES_LATER, 8))
		CHECK_MEM(c->mem + RES_LATER, c->mem + RES_SAVED, 8 * c->block);
}

static int residuals(struct client *c)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(residual_table); i++) {
		vt_about("%s", residual_table[i].name);
		residual_one(c, &residual_table[i]);
	}
	return 0;
}

/* No buffer at all for a command that moves data: an answer, whatever it is. */
static int residual_nothing(struct client *c)
{
	struct vt_rsp rsp;
	struct vt_iu iu;
	u8 cdb[16];

	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 8));
	vt_about("READ without a buffer");
	if (CHECK(cmd_retry(c, &iu, &rsp), 0) && rsp.status == SAM_STAT_GOOD)
		CHECK(rsp.in_res, 8 * c->block);
	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, true, 10, 0, 8));
	vt_about("WRITE without a buffer");
	CHECK(cmd_retry(c, &iu, &rsp), 0);
	return 0;
}

/* SOLNT is SCSOLNT of the request on success, UCSOLNT on failure. */
static int notification(struct client *c)
{
	static const u8 ready[6] = { TEST_UNIT_READY }, none[6] = { 0xfd };
	struct vt_rsp rsp;
	struct vt_iu iu;
	unsigned int sol;

	for (sol = 0; sol < 8; sol += 2) {
		vt_about("SOL_NOT %x", sol);
		iu_cmd(&iu, c->lun, ready, sizeof(ready));
		iu.b[CMD_SOL_NOT] = sol;
		if (CHECK(cmd_retry(c, &iu, &rsp), 0))
			CHECK(rsp.sol, !!(sol & 2));
		iu_cmd(&iu, c->lun, none, sizeof(none));
		iu.b[CMD_SOL_NOT] = sol;
		if (CHECK(cmd_retry(c, &iu, &rsp), 0))
			CHECK(rsp.sol, !!(sol & 4));
	}
	return 0;
}

/* READ in CDBs of every size, also with bytes behind the CDB that it does not need */
static int cdb_sizes(struct client *c)
{
	static const u8 sizes[] = { 6, 10, 12, 16 };
	struct vt_iu iu;
	unsigned int i, more;
	u8 cdb[64] = { };

	if (!blocks_read(c, RES_SAVED, 1))
		return -EIO;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (more = 0; more <= 48; more += 4) {
			vt_about("READ(%u) and %u bytes", sizes[i], more);
			cdb_rw(cdb, false, sizes[i], 0, 1);
			memset(c->mem, VT_CANARY, c->block + 1);
			iu_cmd(&iu, c->lun, cdb, 16 + more);
			/* The low bits are reserved. */
			iu.b[CMD_ADD_CDB] |= more & 4 ? 3 : 0;
			iu_direct(&iu, DIR_IN, c->mem_ioba, c->block);
			if (cmd_good(c, &iu))
				CHECK_MEM(c->mem, c->mem + RES_SAVED, c->block);
			CHECK(c->mem[c->block], VT_CANARY);
		}
	}
	return 0;
}

/* Every opcode, and CDBs of variable length: an answer to each */
static int cdb_opcodes(struct client *c)
{
	struct vt_rsp rsp;
	struct vt_iu iu;
	unsigned int i;
	u8 cdb[256];

	for (i = 0; i < 256; i++) {
		/* FORMAT UNIT, START STOP, SANITIZE and WRITE BUFFER are no questions. */
		if (i == 0x04 || i == 0x1b || i == 0x48 || i == 0x3b)
			continue;
		vt_about("opcode %02x", i);
		memset(cdb, 0, sizeof(cdb));
		cdb[0] = i;
		iu_cmd(&iu, c->lun, cdb, 32);
		if (!CHECK(cmd_run(c, &iu, &rsp), 0))
			return -EPROTO;
	}
	for (i = 8; i <= 192; i += 4) {
		vt_about("CDB of %u bytes", i + 8);
		memset(cdb, 0, sizeof(cdb));
		cdb[0] = VARIABLE_LENGTH_CMD;
		cdb[7] = i;
		cdb[8] = 0x7f;
		iu_cmd(&iu, c->lun, cdb, i + 8);
		if (!CHECK(cmd_retry(c, &iu, &rsp), 0))
			return -EPROTO;
		/* A server need not take more than 32. */
		CHECK(cmd_unsupported(&rsp) ||
		      (i > 24 && rsp_sense(&rsp) == SENSE_MALFORMED), true);
	}
	return 0;
}

/* WRITE SAME(32) where there is one: 16 bytes of the CDB are additional */
static int cdb_32(struct client *c)
{
	u8 cdb[32] = { VARIABLE_LENGTH_CMD, [7] = 24, [9] = 0x0d, [31] = 1 };
	struct vt_rsp rsp;
	struct vt_iu iu;
	u32 i;

	iu_cmd(&iu, c->lun, cdb, sizeof(cdb));
	iu_direct(&iu, DIR_OUT, c->mem_ioba, c->block);
	for (i = 0; i < c->block; i++)
		c->mem[i] = i * 7 + 1;
	if (!CHECK(cmd_retry(c, &iu, &rsp), 0))
		return -EPROTO;
	if (cmd_unsupported(&rsp))
		return VT_SKIP;
	CHECK(rsp_sense(&rsp), SENSE_NONE);
	if (blocks_read(c, RES_SAVED, 1))
		CHECK_MEM(c->mem + RES_SAVED, c->mem, c->block);
	return 0;
}

static int attributes(struct client *c)
{
	static const u8 attr[] = { ATTR_SIMPLE, ATTR_HEAD, ATTR_ORDERED, 0x08, 0xf8 };
	struct vt_rsp rsp;
	struct vt_iu iu;
	unsigned int i;
	u8 cdb[16];

	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 1));
	iu_direct(&iu, DIR_IN, c->mem_ioba, c->block);
	for (i = 0; i < ARRAY_SIZE(attr); i++) {
		vt_about("attribute %02x", attr[i]);
		iu.b[CMD_ATTR] = attr[i];
		cmd_good(c, &iu);
	}
	vt_about("ACA");
	iu.b[CMD_ATTR] = ATTR_ACA;
	if (CHECK(cmd_retry(c, &iu, &rsp), 0))
		CHECK(rsp.status == SAM_STAT_GOOD || rsp_sense(&rsp) == SENSE_FIELD, true);
	return 0;
}

/* Fill the server's way to us with answers we do not take; it has @n more to send. */
static int fill_ring(struct client *c, unsigned int n)
{
	static const u8 ready[6] = { TEST_UNIT_READY };
	struct vt_iu iu;

	iu_cmd(&iu, c->lun, ready, sizeof(ready));
	crq_queue_stop(&c->q);
	while (n--) {
		struct vt_req *r = vt_req_get(c);
		int ret = r ? iu_post(c, r, &iu) : -ENOSPC;

		if (ret)
			return ret;
	}
	return 0;
}

static bool all_answered(struct client *c, bool strict)
{
	unsigned int i, missing = 0;

	for (i = 0; i < VT_REQS; i++) {
		if (c->req[i].used && !READ_ONCE(c->req[i].answers))
			missing++;
		if (strict && c->req[i].used)
			CHECK(c->req[i].answers <= 1, true);
	}
	return !missing;
}

/*
 * Each request that was sent has been answered, once.  Of what was sent beyond the
 * credits, @over requests, none need be given back.
 */
static void answered(struct client *c, unsigned int over)
{
	unsigned int i, kept = 0;
	struct vt_rsp rsp;

	CHECK(wait_event_timeout(c->wait, all_answered(c, false) || READ_ONCE(c->down),
				 msecs_to_jiffies(VT_WAIT_MS)) > 0, true);
	CHECK(c->down, false);
	/* What is doubled comes at once. */
	msleep(VT_QUIET_MS);
	CHECK(all_answered(c, true), true);
	for (i = 0; i < VT_REQS; i++) {
		if (!c->req[i].used)
			continue;
		if (rsp_parse(c->req[i].iu, &c->req[i].msg, &rsp)) {
			CHECK(rsp.delta <= 1, true);
			kept += !rsp.delta;
		}
		vt_req_put(c, &c->req[i]);
	}
	CHECK(kept <= over, true);
}

static int reopen_small(struct client *c)
{
	CHECK(vt_close(c), 0);
	return vt_open(c, VT_RING_SMALL) ?: vt_connect(c) ?: vt_disk(c);
}

/* All credits used, the ring not looked at: each answer arrives, once. */
static int ring_full(struct client *c)
{
	int ret = reopen_small(c);
	unsigned int round;

	for (round = 0; !ret && round < 3; round++) {
		ret = fill_ring(c, min_t(u32, c->credits, VT_REQS - 2));
		msleep(VT_QUIET_MS);
		crq_queue_start(&c->q);
		answered(c, 0);
	}
	return ret;
}

/* Answers that wait for room on our queue are not for the next one. */
static int ring_full_free(struct client *c)
{
	int ret = reopen_small(c);
	struct crq_msg msg;

	if (ret)
		return ret;
	ret = fill_ring(c, min_t(u32, c->credits, VT_REQS - 2));
	msleep(VT_QUIET_MS);
	ret = ret ?: vt_free(c) ?: vt_register(c);
	while (!ret && vt_next(c, &msg, VT_QUIET_MS))
		CHECK(msg.header != CRQ_COMMAND || msg.format == VT_MESSAGE, true);
	CHECK(c->strays, 0);
	return ret;
}

/* Sixteen more than were granted are answered as well. */
static int credits_over(struct client *c)
{
	int ret = reopen_small(c);

	if (ret || c->credits + 16 > VT_REQS)
		return ret ?: VT_SKIP;
	ret = fill_ring(c, c->credits + 16);
	crq_queue_start(&c->q);
	answered(c, 16);
	return ret;
}

/* Those of a connection that has ended are not answered any more. */
static void give_up(struct client *c)
{
	unsigned int i;

	for (i = 0; i < VT_REQS; i++) {
		if (!c->req[i].used)
			continue;
		c->req[i].answers = 1;
		vt_req_put(c, &c->req[i]);
	}
}

/*
 * Far more are a violation; what our ring holds is not outstanding any more.  That there was
 * no room means nothing to the next session: it has an answer to each of many requests.
 */
static int credits_far_over(struct client *c)
{
	u32 n = VT_RING_SMALL / 16 + 64;
	int ret = reopen_small(c);

	if (ret || c->credits + 16 + n > VT_REQS)
		return ret ?: VT_SKIP;
	ret = fill_ring(c, c->credits);
	msleep(VT_QUIET_MS);
	ret = ret ?: fill_ring(c, 16 + n);
	/* The server may have closed before we had sent all; else it looks at them yet. */
	CHECK(ret == 0 || ret == -ENOTCONN, true);
	msleep(VT_QUIET_MS);
	crq_queue_start(&c->q);
	if (!vt_violated(c))
		return 0;
	give_up(c);
	ret = fill_ring(c, 32);
	crq_queue_start(&c->q);
	answered(c, 0);
	return ret;
}

/* A tag that is in use, or is not any more: each of many gets one answer of two kinds. */
static int tag_race(struct client *c)
{
	struct vt_req *r[32];
	struct crq_msg msg;
	unsigned int i;
	struct vt_iu iu;
	u8 cdb[16];
	u32 sense;

	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 256));
	iu_direct(&iu, DIR_IN, c->mem_ioba, 256 * c->block);
	vt_forget(c);
	for (i = 0; i < ARRAY_SIZE(r); i++)
		r[i] = iu_post_tagged(c, &iu, 0x7a68);
	for (i = 0; i < ARRAY_SIZE(r); i++)
		if (!CHECK(vt_next(c, &msg, VT_WAIT_MS), true))
			return -ETIMEDOUT;
	CHECK(vt_next(c, &msg, VT_QUIET_MS), false);
	for (i = 0; i < ARRAY_SIZE(r); i++) {
		sense = iu_sense_in(r[i]);
		CHECK(sense == SENSE_NONE || sense == SENSE_OVERLAPPED, true);
		r[i]->answers = 1;
		vt_req_put(c, r[i]);
	}
	return 0;
}

/* Tags are bytes: all zero and all one are as good as any. */
static int tag_values(struct client *c)
{
	static const u64 tags[] = { 0, ~0ULL, 1, 1ULL << 63, 0xff00000000000000ULL };
	static const u8 ready[6] = { TEST_UNIT_READY };
	struct crq_msg msg;
	struct vt_req *r;
	struct vt_iu iu;
	unsigned int i;

	iu_cmd(&iu, c->lun, ready, sizeof(ready));
	for (i = 0; i < ARRAY_SIZE(tags); i++) {
		vt_about("tag %llx", tags[i]);
		vt_forget(c);
		r = iu_post_tagged(c, &iu, tags[i]);
		if (CHECK(vt_next(c, &msg, VT_WAIT_MS), true)) {
			CHECK(be64_to_cpu(msg.data), tags[i]);
			CHECK(get_unaligned_be64(r->iu + 8), tags[i]);
			r->answers = 1;
		}
		vt_req_put(c, r);
	}
	return 0;
}

const struct vt_case answer_cases[] = {
	{ "residuals", residuals, VT_DISK },
	{ "residual-nothing", residual_nothing, VT_DISK },
	{ "notification", notification, VT_DISK },
	{ "cdb-sizes", cdb_sizes, VT_DISK },
	{ "cdb-opcodes", cdb_opcodes, VT_DISK },
	{ "cdb-32", cdb_32, VT_DISK },
	{ "attributes", attributes, VT_DISK },
	{ "ring-full", ring_full, VT_DISK },
	{ "ring-full-free", ring_full_free, VT_DISK },
	{ "credits-over", credits_over, VT_DISK },
	{ "credits-far-over", credits_far_over, VT_DISK },
	{ "tag-race", tag_race, VT_DISK },
	{ "tag-values", tag_values, VT_DISK },
	{ }
};
