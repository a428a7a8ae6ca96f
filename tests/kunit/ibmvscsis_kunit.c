// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of the target's codec against bytes typed from the tables of SRP 16a and
 * LoPAR, and random bytes in buffers of just their length (KASAN sees what is read
 * beyond).
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <asm/unaligned.h>

#include "../../drivers/ibmvscsis/codec.c"
#include "../../drivers/ibmvscsis/pool.c"

/* READ(10) of 8 blocks at 0x12345678, LUN 0x8102, one direct descriptor of 4096 bytes */
static const u8 read_direct[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01,
	0xde, 0xad, 0xbe, 0xef, 0x01, 0x02, 0x03, 0x04,
	0x00, 0x00, 0x00, 0x00, 0x81, 0x02, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x28, 0x00, 0x12, 0x34, 0x56, 0x78, 0x00, 0x00,
	0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x11, 0x20, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x00,
};

/* WRITE(10) of 2 blocks, ORDERED, indirect table of two descriptors in the unit */
static const u8 write_indirect[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x20, 0x02, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07,
	0x00, 0x00, 0x00, 0x00, 0x80, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00,
	0x2a, 0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x00,
	0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x40, 0x44,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x20,
	0x00, 0x00, 0x04, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x50, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x60, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x00,
};

static u8 *codec_copy(struct kunit *test, const u8 *bytes, size_t len)
{
	u8 *iu = kunit_kmalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, iu);
	memcpy(iu, bytes, len);
	return iu;
}

static void codec_read_direct(struct kunit *test)
{
	u8 *iu = codec_copy(test, read_direct, sizeof(read_direct));
	struct vscsis_request req;
	struct vscsis_desc desc;

	KUNIT_ASSERT_EQ(test, vscsis_parse_cmd(iu, sizeof(read_direct), &req), 0);
	KUNIT_EXPECT_EQ(test, vscsis_iu_tag(iu), get_unaligned((u64 *)(read_direct + 8)));
	KUNIT_EXPECT_EQ(test, (int)req.dir, (int)DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, req.data_len, 4096U);
	KUNIT_EXPECT_EQ(test, req.task_attr, TCM_SIMPLE_TAG);
	KUNIT_EXPECT_EQ(test, req.lun.scsi_lun[0], 0x81);
	KUNIT_EXPECT_EQ(test, req.cdb[0], 0x28);
	KUNIT_EXPECT_FALSE(test, req.external);
	KUNIT_ASSERT_EQ(test, vscsis_load_desc(req.desc, req.ndesc, req.data_len, &desc), 1);
	KUNIT_EXPECT_EQ(test, desc.ioba, 0x112000ULL);
	KUNIT_EXPECT_EQ(test, desc.len, 4096U);
}

static void codec_write_indirect(struct kunit *test)
{
	u8 *iu = codec_copy(test, write_indirect, sizeof(write_indirect));
	struct vscsis_request req;
	struct vscsis_desc desc[2];

	KUNIT_ASSERT_EQ(test, vscsis_parse_cmd(iu, sizeof(write_indirect), &req), 0);
	KUNIT_EXPECT_EQ(test, (int)req.dir, (int)DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, req.task_attr, TCM_ORDERED_TAG);
	KUNIT_EXPECT_EQ(test, req.data_len, 1024U);
	KUNIT_EXPECT_FALSE(test, req.external);
	KUNIT_ASSERT_EQ(test, vscsis_load_desc(req.desc, req.ndesc, req.data_len, desc), 2);
	KUNIT_EXPECT_EQ(test, desc[0].ioba, 0x5000ULL);
	KUNIT_EXPECT_EQ(test, desc[0].len, 256U);
	KUNIT_EXPECT_EQ(test, desc[1].ioba, 0x6000ULL);
	KUNIT_EXPECT_EQ(test, desc[1].len, 768U);
	/* One descriptor fewer in the unit: the table is elsewhere. */
	iu[6] = 1;
	KUNIT_ASSERT_EQ(test, vscsis_parse_cmd(iu, sizeof(write_indirect), &req), 0);
	KUNIT_EXPECT_TRUE(test, req.external);
	KUNIT_EXPECT_EQ(test, req.table, 0x4044ULL);
	KUNIT_EXPECT_EQ(test, req.ndesc, 2U);
}

struct codec_fault {
	const char *what;
	u8 at;
	u8 value;
	u8 len;		/* of the unit, 0 for all */
};

/* What makes write_indirect wrong */
static const struct codec_fault codec_faults[] = {
	{ "both directions", 5, 0x21 },
	{ "immediate data", 5, 0x30 },
	{ "unknown format", 5, 0x40 },
	{ "more descriptors than the unit holds", 6, 3 },
	{ "more descriptors than any unit holds", 6, 255 },
	{ "task attribute 3", 29, 3 },
	{ "task attribute 7", 29, 7 },
	{ "CDB beyond the unit", 31, 0xfc },
	{ "table of 33 bytes", 63, 0x21 },
	{ "table of 0 bytes", 63, 0 },
	{ "table of more than 1024 descriptors", 61, 1 },
	{ "a WRITE that reads", 5, 0x02 },
	{ "a READ that writes", 32, 0x28 },
	{ "a CDB of 260 bytes", 32, 0x7f },
	{ "cut in a descriptor", 0, 2, 99 },
	{ "cut in the table's descriptor", 0, 2, 60 },
	{ "cut in the CDB", 0, 2, 47 },
	{ "only a tag", 0, 2, 16 },
};

static void codec_malformed(struct kunit *test)
{
	struct vscsis_request req;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(codec_faults); i++) {
		const struct codec_fault *f = &codec_faults[i];
		size_t len = f->len ?: sizeof(write_indirect);
		u8 *iu = codec_copy(test, write_indirect, len);

		iu[f->at] = f->value;
		if (f->value == 0x7f)
			iu[39] = 252;
		KUNIT_EXPECT_EQ_MSG(test, vscsis_parse_cmd(iu, len, &req), -EINVAL, "%s",
				    f->what);
	}
}

struct codec_opcode {
	const char *what;
	u8 cdb[16];
	bool needs_data;	/* on a disk */
	bool writes;		/* without data */
	bool writes_in;		/* with data to the client */
};

static const struct codec_opcode codec_opcodes[] = {
	{ "READ(10)", { 0x28, [8] = 1 } },
	{ "WRITE(6)", { 0x0a, [4] = 1 }, true, true, true },
	{ "WRITE(6) of 256 blocks, or of nothing", { 0x0a }, true, true, true },
	{ "WRITE(10)", { 0x2a, [8] = 1 }, true, true, true },
	{ "WRITE(10) of nothing", { 0x2a }, false, true, true },
	{ "WRITE(16)", { 0x8a, [13] = 1 }, true, true, true },
	{ "WRITE SAME(16), or ERASE(16)", { 0x93 }, true, true, true },
	{ "WRITE SAME(32)", { 0x7f, [7] = 0x18, [9] = 0x0d }, true, true, true },
	{ "READ(32)", { 0x7f, [7] = 0x18, [9] = 0x09 } },
	{ "ERASE(6)", { 0x19 }, false, true, true },
	{ "BLANK, or ATA PASS-THROUGH(12)", { 0xa1 }, false, true, false },
	{ "ATA PASS-THROUGH(16)", { 0x85 }, false, true, false },
	{ "ATA PASS-THROUGH(32)", { 0x7f, [7] = 0x18, [8] = 0x1f, [9] = 0xf0 },
	  false, true, false },
	{ "CLOSE TRACK", { 0x5b }, false, true, true },
	{ "WRITE FILEMARKS(16)", { 0x80 }, false, true, true },
	{ "SET CAPACITY", { 0x0b }, false, true, true },
	{ "WRITE LONG(10), which can spoil a block", { 0x3f, 0x40 }, false, true, true },
	{ "WRITE LONG(16)", { 0x9f, 0x51 }, false, true, true },
	{ "RESET WRITE POINTER, of a zone", { 0x94, 0x04 }, false, true, true },
	{ "REPORT ZONES", { 0x95 } },
	{ "TEST UNIT READY", { 0x00 } },
};

static void codec_writes(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(codec_opcodes); i++) {
		const struct codec_opcode *o = &codec_opcodes[i];

		KUNIT_EXPECT_EQ_MSG(test, vscsis_disk_needs_data(o->cdb), o->needs_data, "%s",
				    o->what);
		KUNIT_EXPECT_EQ_MSG(test, vscsis_writes(o->cdb, DMA_NONE), o->writes, "%s",
				    o->what);
		KUNIT_EXPECT_EQ_MSG(test, vscsis_writes(o->cdb, DMA_FROM_DEVICE), o->writes_in,
				    "%s", o->what);
	}
}

static void codec_descriptors(struct kunit *test)
{
	struct srp_direct_buf wire[2] = {
		{ .va = cpu_to_be64(0x1000), .len = cpu_to_be32(512) },
		{ .va = cpu_to_be64(0x2000), .len = cpu_to_be32(512) },
	};
	struct vscsis_desc desc[2];

	KUNIT_EXPECT_EQ(test, vscsis_load_desc(wire, 2, 1024, desc), 2);
	KUNIT_EXPECT_EQ(test, vscsis_load_desc(wire, 2, 1023, desc), -EINVAL);
	KUNIT_EXPECT_EQ(test, vscsis_load_desc(wire, 2, 1025, desc), -EINVAL);
	wire[0].len = 0;
	KUNIT_EXPECT_EQ(test, vscsis_load_desc(wire, 2, 512, desc), 1);
	KUNIT_EXPECT_EQ(test, desc[0].ioba, 0x2000ULL);
	wire[1].va = cpu_to_be64(~0ULL);
	KUNIT_EXPECT_EQ(test, vscsis_load_desc(wire, 2, 512, desc), -EINVAL);
	/* A sum that would fit in 32 bits again */
	wire[0].len = cpu_to_be32(0x80000000);
	wire[1].len = cpu_to_be32(0x80000200);
	wire[1].va = 0;
	KUNIT_EXPECT_EQ(test, vscsis_load_desc(wire, 2, 0x200, desc), -EINVAL);
}

/* SRP_RSP: CHECK CONDITION with sense, 4 bytes under, tag 7, one credit */
static const u8 rsp_sense[] = {
	0xc1, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07,
	0x00, 0x00, 0x22, 0x02, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x02,
	0x00, 0x00, 0x00, 0x00, 0x70, 0x00,
};

/* SRP_RSP to task management: function not supported */
static const u8 rsp_task[] = {
	0xc1, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07,
	0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x04,
};

static void codec_responses(struct kunit *test)
{
	const u8 sense[2] = { 0x70 };
	struct vscsis_response rsp = {
		.tag = (__force u64)cpu_to_be64(7), .sol_not = 4, .delta = 1, .status = 2,
		.flags = SRP_RSP_FLAG_DIUNDER, .residual = 4, .sense = sense, .sense_len = 2,
	};
	u8 iu[VSCSIS_IU_SIZE], large[200] = { };

	KUNIT_EXPECT_EQ(test, vscsis_build_rsp(iu, &rsp), sizeof(rsp_sense));
	KUNIT_EXPECT_EQ(test, memcmp(iu, rsp_sense, sizeof(rsp_sense)), 0);
	/* No more than the stock client has room for */
	rsp.sense = large;
	rsp.sense_len = sizeof(large);
	KUNIT_EXPECT_EQ(test, vscsis_build_rsp(iu, &rsp), (size_t)36 + 96);
	memset(&rsp, 0, sizeof(rsp));
	rsp.tag = (__force u64)cpu_to_be64(7);
	rsp.delta = 3;
	rsp.has_code = true;
	rsp.code = VSCSIS_RSP_NOT_SUPPORTED;
	KUNIT_EXPECT_EQ(test, vscsis_build_rsp(iu, &rsp), sizeof(rsp_task));
	KUNIT_EXPECT_EQ(test, memcmp(iu, rsp_task, sizeof(rsp_task)), 0);
}

static void codec_login(struct kunit *test)
{
	u8 req[64] = { [19] = 64, [25] = 6 }, iu[VSCSIS_IU_SIZE];
	u32 reason;

	KUNIT_EXPECT_EQ(test, vscsis_check_login(req, 64, &reason), 0);
	KUNIT_EXPECT_NE(test, vscsis_check_login(req, 63, &reason), 0);
	KUNIT_EXPECT_EQ(test, reason, 0x10000U);
	req[19] = 63;
	KUNIT_EXPECT_NE(test, vscsis_check_login(req, 64, &reason), 0);
	KUNIT_EXPECT_EQ(test, reason, 0x10000U);
	req[18] = 1;
	req[19] = 1;
	KUNIT_EXPECT_NE(test, vscsis_check_login(req, 64, &reason), 0);
	KUNIT_EXPECT_EQ(test, reason, 0x10002U);
	req[19] = 0;
	req[25] = 1;
	KUNIT_EXPECT_NE(test, vscsis_check_login(req, 64, &reason), 0);
	KUNIT_EXPECT_EQ(test, reason, 0x10004U);
	req[25] = 4;
	req[26] = 1;
	KUNIT_EXPECT_NE(test, vscsis_check_login(req, 64, &reason), 0);
	KUNIT_EXPECT_EQ(test, reason, 0x10005U);
	KUNIT_EXPECT_EQ(test, vscsis_build_login_rsp(iu, 0, 100), (size_t)52);
	KUNIT_EXPECT_EQ(test, iu[0], 0xc0);
	KUNIT_EXPECT_EQ(test, iu[7], 100);
	KUNIT_EXPECT_EQ(test, iu[25], 6);
	KUNIT_EXPECT_EQ(test, vscsis_build_login_rej(iu, 0, 0x10002), (size_t)32);
	KUNIT_EXPECT_EQ(test, iu[0], 0xc2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(iu + 4), 0x10002U);
	KUNIT_EXPECT_EQ(test, vscsis_build_t_logout(iu, 0, 0), (size_t)16);
	KUNIT_EXPECT_EQ(test, iu[0], 0x80);
}

/* CAPABILITIES: migration and reservation, as the stock client's */
static void codec_capabilities(struct kunit *test)
{
	u8 caps[92] = {
		[3] = 4,
		[71] = 1, [73] = 12, [75] = 1, [79] = 1,
		[83] = 2, [85] = 12, [87] = 1, [91] = 1,
	};
	u8 *buf = codec_copy(test, caps, sizeof(caps));

	KUNIT_EXPECT_TRUE(test, vscsis_caps_answer(buf, sizeof(caps), true));
	KUNIT_EXPECT_EQ(test, memcmp(buf, caps, sizeof(caps)), 0);
	KUNIT_EXPECT_TRUE(test, vscsis_caps_answer(buf, sizeof(caps), false));
	KUNIT_EXPECT_EQ(test, buf[3], 0);
	KUNIT_EXPECT_EQ(test, buf[75], 0);
	KUNIT_EXPECT_EQ(test, buf[87], 1);
	/* Elements of no length, and beyond the end */
	buf[73] = 0;
	KUNIT_EXPECT_FALSE(test, vscsis_caps_answer(buf, sizeof(caps), true));
	buf[73] = 7;
	KUNIT_EXPECT_FALSE(test, vscsis_caps_answer(buf, sizeof(caps), true));
	buf[73] = 200;
	KUNIT_EXPECT_FALSE(test, vscsis_caps_answer(buf, sizeof(caps), true));
	KUNIT_EXPECT_FALSE(test, vscsis_caps_answer(buf, 67, true));
}

#define FUZZ_ROUNDS	20000

/* Random units, mostly near a right one: whatever is accepted lies within the unit. */
static void codec_fuzz(struct kunit *test)
{
	struct vscsis_desc *desc = kunit_kmalloc_array(test, VSCSIS_DESC_MAX, sizeof(*desc),
						       GFP_KERNEL);
	struct vscsis_request req;
	struct rnd_state rnd;
	unsigned int round, i, accepted = 0;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, desc);
	prandom_seed_state(&rnd, 6);
	for (round = 0; round < FUZZ_ROUNDS; round++) {
		size_t len = 16 + prandom_u32_state(&rnd) % 241;
		u8 *iu = kmalloc(len, GFP_KERNEL);

		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, iu);
		prandom_bytes_state(&rnd, iu, len);
		if (round & 1)
			memcpy(iu, write_indirect, min(len, sizeof(write_indirect)));
		for (i = 0; i < round % 4; i++)
			iu[prandom_u32_state(&rnd) % len] = prandom_u32_state(&rnd);
		if (!vscsis_parse_cmd(iu, len, &req)) {
			accepted++;
			if (!req.external && req.ndesc)
				vscsis_load_desc(req.desc, req.ndesc, req.data_len, desc);
			KUNIT_EXPECT_LE(test, req.ndesc, (u32)VSCSIS_DESC_MAX);
		}
		if (len >= 68)
			vscsis_caps_answer(iu, len, round & 2);
		kfree(iu);
	}
	kunit_info(test, "%u of %u accepted\n", accepted, FUZZ_ROUNDS);
	KUNIT_EXPECT_GT(test, accepted, 100U);
}

static struct kunit_case codec_cases[] = {
	KUNIT_CASE(codec_read_direct),
	KUNIT_CASE(codec_write_indirect),
	KUNIT_CASE(codec_malformed),
	KUNIT_CASE(codec_writes),
	KUNIT_CASE(codec_descriptors),
	KUNIT_CASE(codec_responses),
	KUNIT_CASE(codec_login),
	KUNIT_CASE(codec_capabilities),
	KUNIT_CASE(codec_fuzz),
	{}
};

static struct kunit_suite codec_suite = {
	.name = "ibmvscsis_codec",
	.test_cases = codec_cases,
};

/* ---- the pool ---- */

static struct vscsis_session *pool_session(struct kunit *test)
{
	struct vscsis_session *sess = kunit_kzalloc(test, sizeof(*sess), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, sess);
	spin_lock_init(&sess->pool_lock);
	/* Only asked whether it is there */
	sess->pool = (u8 *)sess;
	return sess;
}

static void pool_none(struct kunit *test)
{
	struct vscsis_session *sess = pool_session(test);

	KUNIT_EXPECT_EQ(test, vscsis_pool_get(sess, 0, false), -1);
	KUNIT_EXPECT_EQ(test, vscsis_pool_get(sess, VSCSIS_POOL_MOST + 1, false), -1);
	KUNIT_EXPECT_EQ(test, vscsis_pool_get(sess, U32_MAX, true), -1);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(sess->pool_used, VSCSIS_POOL_UNITS));
	sess->pool = NULL;
	KUNIT_EXPECT_EQ(test, vscsis_pool_get(sess, 512, false), -1);
}

/* A quarter is never lent, and taken first to copy; then there is nothing. */
static void pool_limits(struct kunit *test)
{
	struct vscsis_session *sess = pool_session(test);
	int at = VSCSIS_POOL_UNITS * 3 / 4 * VSCSIS_POOL_UNIT;
	unsigned int n = 0;

	KUNIT_EXPECT_EQ(test, vscsis_pool_get(sess, 1, false), at);
	vscsis_pool_put(sess, at, 1);
	while (vscsis_pool_get(sess, VSCSIS_POOL_UNIT, true) == n * VSCSIS_POOL_UNIT)
		n++;
	KUNIT_EXPECT_EQ(test, n, VSCSIS_POOL_UNITS * 3 / 4);
	while (vscsis_pool_get(sess, 1, false) == n * VSCSIS_POOL_UNIT)
		n++;
	KUNIT_EXPECT_EQ(test, n, VSCSIS_POOL_UNITS);
	vscsis_pool_put(sess, 3 * VSCSIS_POOL_UNIT, 1);
	KUNIT_EXPECT_EQ(test, vscsis_pool_get(sess, VSCSIS_POOL_UNIT + 1, false), -1);
	KUNIT_EXPECT_EQ(test, vscsis_pool_get(sess, VSCSIS_POOL_UNIT, true), 3 * VSCSIS_POOL_UNIT);
}

struct pool_piece {
	int at;
	u32 len;
};

#define POOL_PIECES	64

/* No two pieces have a byte in common, and none is lost. */
static void pool_random(struct kunit *test)
{
	struct pool_piece *piece = kunit_kcalloc(test, POOL_PIECES, sizeof(*piece), GFP_KERNEL);
	struct vscsis_session *sess = pool_session(test);
	struct rnd_state rnd;
	unsigned int round, i, had = 0;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, piece);
	prandom_seed_state(&rnd, 7);
	for (round = 0; round < 20000; round++) {
		struct pool_piece *p = &piece[prandom_u32_state(&rnd) % POOL_PIECES];

		if (p->len) {
			vscsis_pool_put(sess, p->at, p->len);
			p->len = 0;
			continue;
		}
		p->len = 1 + prandom_u32_state(&rnd) % VSCSIS_POOL_MOST;
		p->at = vscsis_pool_get(sess, p->len, round & 1);
		if (p->at < 0) {
			p->len = 0;
			continue;
		}
		had++;
		KUNIT_ASSERT_LE(test, p->at + p->len, (u32)VSCSIS_POOL_SIZE);
		for (i = 0; i < POOL_PIECES; i++)
			if (&piece[i] != p && piece[i].len)
				KUNIT_ASSERT_TRUE(test, p->at >= piece[i].at + (int)piece[i].len ||
						  piece[i].at >= p->at + (int)p->len);
	}
	for (i = 0; i < POOL_PIECES; i++)
		if (piece[i].len)
			vscsis_pool_put(sess, piece[i].at, piece[i].len);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(sess->pool_used, VSCSIS_POOL_UNITS));
	KUNIT_EXPECT_GT(test, had, 1000U);
}

static struct kunit_case pool_cases[] = {
	KUNIT_CASE(pool_none),
	KUNIT_CASE(pool_limits),
	KUNIT_CASE(pool_random),
	{}
};

static struct kunit_suite pool_suite = {
	.name = "ibmvscsis_pool",
	.test_cases = pool_cases,
};

kunit_test_suites(&codec_suite, &pool_suite);

MODULE_DESCRIPTION("Unit tests of the virtual SCSI target's codec and pool");
MODULE_LICENSE("GPL");
