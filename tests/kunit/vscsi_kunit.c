// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of vscsi.ko: its codec against literal bytes, written by hand from the
 * tables of LoPAR and SRP rev 16a, and against answers a hostile server could give.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "../../drivers/vscsi/iu.c"

#define TAG		0x0000000700000003ULL
#define IU_IOBA		0x0000000000012300ULL
#define TABLE_IOBA	0x0000000000abc000ULL

/* More of the IU than a vector tells must be 0. */
static void vscsi_expect_iu(struct kunit *test, const u8 *iu, const u8 *want, size_t len,
			    const char *name)
{
	size_t i;

	for (i = 0; i < VSCSI_IU_SIZE; i++)
		KUNIT_ASSERT_EQ_MSG(test, iu[i], i < len ? want[i] : 0, "%s, byte %zu", name, i);
}

/* ---- LUNs ---- */

static const struct {
	u32 channel, id;
	u64 lun;
	int ret;
	u8 bytes[8];
} vscsi_luns[] = {
	{ 0, 0, 0, 0, { 0x80, 0x00 } },
	{ 0, 1, 0, 0, { 0x81, 0x00 } },
	{ 0, 2, 5, 0, { 0x82, 0x05 } },
	{ 1, 0, 0, 0, { 0x80, 0x20 } },
	{ 3, 63, 31, 0, { 0xbf, 0x7f } },
	/* As a server reports them, at channel 0 target 0 */
	{ 0, 0, 32, 0, { 0x00, 0x20 } },
	{ 0, 0, 256, 0, { 0x01, 0x00 } },
	{ 0, 0, 0x4100, 0, { 0x41, 0x00 } },
	{ 0, 0, 0x43ff, 0, { 0x43, 0xff } },
	{ 0, 0, 0x4400, -ENXIO },
	{ 0, 1, 32, -ENXIO },
	{ 1, 0, 32, -ENXIO },
	{ 0, 0, 0x8100, -ENXIO },
	{ 4, 0, 0, -ENXIO },
	{ 0, 64, 0, -ENXIO },
	{ 0, 0, ~0ULL, -ENXIO },
};

static void vscsi_test_luns(struct kunit *test)
{
	struct scsi_lun lun;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vscsi_luns); i++) {
		memset(&lun, 0xaa, sizeof(lun));
		KUNIT_EXPECT_EQ_MSG(test, vscsi_luns[i].ret,
				    vscsi_lun_encode(vscsi_luns[i].channel, vscsi_luns[i].id,
						     vscsi_luns[i].lun, &lun), "%u", i);
		if (!vscsi_luns[i].ret)
			KUNIT_EXPECT_EQ_MSG(test, 0, memcmp(&lun, vscsi_luns[i].bytes, 8),
					    "%u", i);
	}
}

/* ---- SRP_CMD ---- */

static const struct scsi_lun vscsi_lun_8105 = { { 0x81, 0x05 } };

static const u8 vscsi_cmd_none[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0, 0, 0, 7, 0, 0, 0, 3,
	0x00, 0x00, 0x00, 0x00, 0x81, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00,
	/* TEST UNIT READY */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

/* READ(10) of 8 blocks at 0x1000, 4096 bytes at 0x5000, ordered */
static const u8 vscsi_cmd_direct[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0, 0, 0, 7, 0, 0, 0, 3,
	0x00, 0x00, 0x00, 0x00, 0x81, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x02, 0x00, 0x00,
	0x28, 0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x08, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x50, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x10, 0x00,
};

/* WRITE(10) of 2 blocks, 512 bytes at 0x5e00 and 512 at 0x9000 */
static const u8 vscsi_cmd_indirect[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x20, 0x02, 0x00, 0, 0, 0, 7, 0, 0, 0, 3,
	0x00, 0x00, 0x00, 0x00, 0x81, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00,
	0x2a, 0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x02, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	/* The table: in the IU at 0x12300 + 48 + 20, 32 bytes; 1024 bytes in all */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x23, 0x44, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x20, 0x00, 0x00, 0x04, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x5e, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x02, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x90, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x02, 0x00,
};

/* A 32-byte command: 16 bytes more, then the table at 0x12300 + 64 + 20 */
static const u8 vscsi_cmd_long[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x02, 0, 0, 0, 7, 0, 0, 0, 3,
	0x00, 0x00, 0x00, 0x00, 0x81, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x10,
	0x7f, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x18, 0x08, 0x09, 0x0a, 0x0b,
	0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17,
	0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x23, 0x54, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x20, 0x00, 0x00, 0x04, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x5e, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x02, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x90, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x02, 0x00,
};

static const u8 vscsi_two_pieces[32] = {
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x5e, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x02, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x90, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x02, 0x00,
};

static const u8 vscsi_one_piece[16] = {
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x50, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x10, 0x00,
};

static const struct {
	const char *name;
	const u8 *want;
	size_t len;
	u8 attr;
	u32 cdb_len;
	enum dma_data_direction dir;
	const u8 *pieces;
	u32 n;
} vscsi_cmds[] = {
	{ "no data", vscsi_cmd_none, sizeof(vscsi_cmd_none), 0, 6, DMA_NONE },
	{ "direct", vscsi_cmd_direct, sizeof(vscsi_cmd_direct), 2, 10, DMA_FROM_DEVICE,
	  vscsi_one_piece, 1 },
	{ "indirect", vscsi_cmd_indirect, sizeof(vscsi_cmd_indirect), 0, 10, DMA_TO_DEVICE,
	  vscsi_two_pieces, 2 },
	{ "32 bytes", vscsi_cmd_long, sizeof(vscsi_cmd_long), 0, 32, DMA_FROM_DEVICE,
	  vscsi_two_pieces, 2 },
};

static void vscsi_test_cmds(struct kunit *test)
{
	union viosrp_iu iu;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vscsi_cmds); i++) {
		u8 cdb[VSCSI_CDB_MAX] = {};

		memset(&iu, 0xaa, sizeof(iu));
		/* Bytes 32 and on of a vector are the command. */
		memcpy(cdb, vscsi_cmds[i].want + 32, vscsi_cmds[i].cdb_len);
		vscsi_iu_cmd(&iu.srp.cmd, TAG, &vscsi_lun_8105, vscsi_cmds[i].attr, cdb,
			     vscsi_cmds[i].cdb_len);
		vscsi_iu_data(&iu.srp.cmd, vscsi_cmds[i].dir,
			      (const void *)vscsi_cmds[i].pieces, vscsi_cmds[i].n, IU_IOBA,
			      TABLE_IOBA);
		vscsi_expect_iu(test, (u8 *)&iu, vscsi_cmds[i].want, vscsi_cmds[i].len,
				vscsi_cmds[i].name);
	}
}

static void vscsi_big(u8 *at, unsigned int bytes, u64 value)
{
	while (bytes--) {
		at[bytes] = value;
		value >>= 8;
	}
}

/* @n pieces of 0x1000 bytes, from 0x100000 on, every second page */
static void vscsi_pieces(u8 *at, u32 n)
{
	u32 i;

	memset(at, 0, n * 16);
	for (i = 0; i < n; i++) {
		vscsi_big(at + i * 16, 8, 0x100000 + i * 0x2000ULL);
		vscsi_big(at + i * 16 + 12, 4, 0x1000);
	}
}

/* Of many pieces ten are in the IU; the table is there only if that is all of them. */
static void vscsi_test_tables(struct kunit *test)
{
	static const u32 counts[] = { 2, 9, 10, 11, 128, 256 };
	u8 *pieces = kunit_kzalloc(test, 256 * 16, GFP_KERNEL);
	u8 want[VSCSI_IU_SIZE], cdb[6] = { 0x08 };
	union viosrp_iu iu;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, pieces);
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		u32 n = counts[i], in = n < 10 ? n : 10;

		vscsi_pieces(pieces, n);
		memset(want, 0, sizeof(want));
		memcpy(want, vscsi_cmd_none, 32);
		want[5] = 0x02;
		want[7] = in;
		want[32] = 0x08;
		vscsi_big(want + 48, 8, n > 10 ? 0xabc000 : 0x12344);
		vscsi_big(want + 60, 4, n * 16);
		vscsi_big(want + 64, 4, n * 0x1000);
		memcpy(want + 68, pieces, in * 16);
		vscsi_iu_cmd(&iu.srp.cmd, TAG, &vscsi_lun_8105, 0, cdb, sizeof(cdb));
		vscsi_iu_data(&iu.srp.cmd, DMA_FROM_DEVICE, (void *)pieces, n, IU_IOBA,
			      TABLE_IOBA);
		vscsi_expect_iu(test, (u8 *)&iu, want, sizeof(want), "table");
	}
}

/* ---- the other requests ---- */

static const u8 vscsi_tmf_abort[] = {
	0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0, 0, 0, 7, 0, 0, 0, 3,
	0x00, 0x00, 0x00, 0x00, 0x81, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x01, 0x00,
	0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x21,
};

static const u8 vscsi_tmf_reset[] = {
	0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0, 0, 0, 7, 0, 0, 0, 3,
	0x00, 0x00, 0x00, 0x00, 0x81, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x08, 0x00,
};

static const u8 vscsi_mad_info[] = {
	0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x94, 0, 0, 0, 7, 0, 0, 0, 3,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x23, 0x00,
};

static const u8 vscsi_mad_capabilities[] = {
	0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x5c, 0, 0, 0, 7, 0, 0, 0, 3,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x23, 0x00,
};

static const u8 vscsi_mad_fast_fail[] = {
	0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x10, 0, 0, 0, 7, 0, 0, 0, 3,
};

static const u8 vscsi_login[] = {
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0, 0, 0, 7, 0, 0, 0, 3,
	0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x06,
};

static void vscsi_test_requests(struct kunit *test)
{
	union viosrp_iu iu;
	u8 *b = (u8 *)&iu;

	memset(&iu, 0xaa, sizeof(iu));
	vscsi_iu_tmf(&iu.srp.tsk_mgmt, TAG, &vscsi_lun_8105, 0x01, 0x0000000600000021ULL);
	vscsi_expect_iu(test, b, vscsi_tmf_abort, sizeof(vscsi_tmf_abort), "abort");
	vscsi_iu_tmf(&iu.srp.tsk_mgmt, TAG, &vscsi_lun_8105, 0x08, 0);
	vscsi_expect_iu(test, b, vscsi_tmf_reset, sizeof(vscsi_tmf_reset), "LUN reset");
	vscsi_iu_mad(&iu.mad, 3, 148, TAG, IU_IOBA);
	vscsi_expect_iu(test, b, vscsi_mad_info, sizeof(vscsi_mad_info), "adapter info");
	vscsi_iu_mad(&iu.mad, 5, 92, TAG, IU_IOBA);
	vscsi_expect_iu(test, b, vscsi_mad_capabilities, sizeof(vscsi_mad_capabilities),
			"capabilities");
	vscsi_iu_mad(&iu.mad, 8, 16, TAG, 0);
	vscsi_expect_iu(test, b, vscsi_mad_fast_fail, sizeof(vscsi_mad_fast_fail),
			"fast fail");
	vscsi_iu_login(&iu.srp.login_req, TAG);
	vscsi_expect_iu(test, b, vscsi_login, sizeof(vscsi_login), "login");
	KUNIT_EXPECT_EQ(test, vscsi_iu_crq(1, 60), 0x80010000003c0100ULL);
	KUNIT_EXPECT_EQ(test, vscsi_iu_crq(2, 0), 0x8002000000000100ULL);
	KUNIT_EXPECT_EQ(test, vscsi_iu_crq(1, 0x12345), 0x80010000ffff0100ULL);
}

static void vscsi_test_payloads(struct kunit *test)
{
	struct mad_adapter_info_data info;
	struct capabilities cap;
	u8 want[148];

	memset(want, 0, sizeof(want));
	memcpy(want, "16.a", 4);
	memcpy(want + 8, "lpar1", 5);
	want[111] = 1;
	want[115] = 2;
	memset(&info, 0xaa, sizeof(info));
	vscsi_iu_info(&info, "lpar1");
	KUNIT_EXPECT_EQ(test, 0, memcmp(&info, want, 148));

	memset(want, 0, sizeof(want));
	want[3] = 0x05;
	memcpy(want + 4, "host7", 5);
	memcpy(want + 36, "30000003", 8);
	want[71] = 1;
	want[73] = 12;
	want[75] = 1;
	want[79] = 1;
	want[83] = 2;
	want[85] = 12;
	want[87] = 1;
	want[91] = 1;
	memset(&cap, 0xaa, sizeof(cap));
	vscsi_iu_capabilities(&cap, "host7", "30000003", true);
	KUNIT_EXPECT_EQ(test, 0, memcmp(&cap, want, 92));
	want[3] = 0x04;
	vscsi_iu_capabilities(&cap, "host7", "30000003", false);
	KUNIT_EXPECT_EQ(test, 0, memcmp(&cap, want, 92));
}

/* ---- answers to commands ---- */

#define IN	DMA_FROM_DEVICE
#define OUT	DMA_TO_DEVICE

/* What differs from one SRP_RSP to the next, in the order of the bytes */
struct answer {
	u8 flags, status;
	u32 out, in, sense, resp;
	u8 data[12];
};

static void vscsi_answer(u8 *at, const struct answer *a)
{
	static const u8 head[16] = { 0xc1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0, 3 };

	memcpy(at, head, sizeof(head));
	at[18] = a->flags;
	at[19] = a->status;
	vscsi_big(at + 20, 4, a->out);
	vscsi_big(at + 24, 4, a->in);
	vscsi_big(at + 28, 4, a->sense);
	vscsi_big(at + 32, 4, a->resp);
	memcpy(at + 36, a->data, sizeof(a->data));
}

static const struct {
	const char *name;
	int ret;
	enum dma_data_direction dir;
	struct vscsi_rsp want;
	u32 sense_at;
	struct answer answer;
} vscsi_rsps[] = {
	{ "good", 0, IN, { .delta = 1 }, 0, { 0, 0, 0, 0, 0, 0 } },
	{ "busy", 0, IN, { .delta = 1, .status = 8 }, 0,
	  { 0, 8, 0, 0, 0, 0 } },
	{ "sense", 0, IN, { .delta = 1, .status = 2, .sense_len = 4 }, 36,
	  { 0x02, 2, 0, 0, 4, 0, { 0x70, 0x00, 0x05, 0x00 } } },
	{ "sense behind response data", 0, IN,
	  { .delta = 1, .status = 2, .sense_len = 4, .has_response = true }, 40,
	  { 0x03, 2, 0, 0, 4, 4, { 0, 0, 0, 0, 0x70, 0x00, 0x05, 0x00 } } },
	{ "sense is cut at 96", 0, IN, { .delta = 1, .status = 2, .sense_len = 96 }, 36,
	  { 0x02, 2, 0, 0, 220, 0 } },
	{ "sense to the end and one more", -EPROTO, IN, { .delta = 1 }, 0,
	  { 0x02, 2, 0, 0, 221, 0 } },
	{ "endless sense", -EPROTO, IN, { .delta = 1 }, 0,
	  { 0x02, 2, 0, 0, 0xffffffff, 0 } },
	{ "lengths whose flags are not set", 0, IN, { .delta = 1 }, 0,
	  { 0, 0, 0, 0, 0xffffffff, 0xffffffff } },
	{ "response data", 0, IN, { .delta = 1, .has_response = true, .response = 5 }, 0,
	  { 0x01, 0, 0, 0, 0, 4, { 0, 0, 0, 5 } } },
	{ "response data too short", -EPROTO, IN, { .delta = 1 }, 0,
	  { 0x01, 0, 0, 0, 0, 3, { 0, 0, 0 } } },
	{ "endless response data", -EPROTO, IN, { .delta = 1 }, 0,
	  { 0x01, 0, 0, 0, 0, 0xffffffff } },
	{ "lengths that add up to nothing", -EPROTO, IN, { .delta = 1 }, 0,
	  { 0x03, 2, 0, 0, 8, 0xfffffff8 } },
	{ "data-in underflow", 0, IN, { .delta = 1, .residual = 256 }, 0,
	  { 0x20, 0, 0, 256, 0, 0 } },
	{ "data-in underflow of all", 0, IN, { .delta = 1, .residual = 512 }, 0,
	  { 0x20, 0, 0, 512, 0, 0 } },
	{ "data-in underflow of more", -EPROTO, IN, { .delta = 1 }, 0,
	  { 0x20, 0, 0, 513, 0, 0 } },
	{ "endless underflow", -EPROTO, OUT, { .delta = 1 }, 0,
	  { 0x08, 0, 0xffffffff, 0, 0, 0 } },
	{ "data-out underflow", 0, OUT, { .delta = 1, .residual = 8 }, 0,
	  { 0x08, 0, 8, 0, 0, 0 } },
	{ "underflow of the other direction", 0, OUT, { .delta = 1 }, 0,
	  { 0x20, 0, 0, 256, 0, 0 } },
	{ "overflow is no residual", 0, IN, { .delta = 1 }, 0,
	  { 0x10, 0, 0, 256, 0, 0 } },
	{ "overflow and underflow", -EPROTO, IN, { .delta = 1 }, 0,
	  { 0x30, 0, 0, 256, 0, 0 } },
	{ "a residual without data", 0, DMA_NONE, { .delta = 1 }, 0,
	  { 0x28, 0, 8, 0xffffffff, 0, 0 } },
};

static void vscsi_test_rsps(struct kunit *test)
{
	u8 iu[VSCSI_IU_SIZE];
	struct vscsi_rsp rsp;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vscsi_rsps); i++) {
		const struct vscsi_rsp *want = &vscsi_rsps[i].want;
		const char *name = vscsi_rsps[i].name;
		int ret;

		memset(iu, 0, sizeof(iu));
		vscsi_answer(iu, &vscsi_rsps[i].answer);
		memset(&rsp, 0xaa, sizeof(rsp));
		ret = vscsi_iu_parse_rsp(iu, sizeof(iu), TAG, vscsi_rsps[i].dir, 512, &rsp);
		KUNIT_EXPECT_EQ_MSG(test, ret, vscsi_rsps[i].ret, "%s", name);
		KUNIT_EXPECT_EQ_MSG(test, rsp.delta, want->delta, "%s", name);
		KUNIT_EXPECT_EQ_MSG(test, rsp.status, want->status, "%s", name);
		KUNIT_EXPECT_EQ_MSG(test, rsp.residual, want->residual, "%s", name);
		KUNIT_EXPECT_EQ_MSG(test, rsp.response, want->response, "%s", name);
		KUNIT_EXPECT_EQ_MSG(test, rsp.has_response, want->has_response, "%s", name);
		KUNIT_EXPECT_EQ_MSG(test, rsp.sense_len, want->sense_len, "%s", name);
		if (want->sense_len)
			KUNIT_EXPECT_PTR_EQ_MSG(test, rsp.sense,
						(const u8 *)iu + vscsi_rsps[i].sense_at,
						"%s", name);
	}
}

/* Cut anywhere, an answer is refused or what it points to is inside. */
static void vscsi_test_rsp_short(struct kunit *test)
{
	static const struct answer answer = { 0x03, 2, 0, 0, 8, 4 };
	struct vscsi_rsp rsp;
	u8 full[48];
	size_t len;
	int ret;

	vscsi_answer(full, &answer);
	for (len = 0; len <= sizeof(full); len++) {
		u8 *iu = kunit_kmalloc(test, len, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, iu);
		memcpy(iu, full, len);
		ret = vscsi_iu_parse_rsp(iu, len, TAG, IN, 512, &rsp);
		KUNIT_EXPECT_EQ(test, ret, len < 36 ? -EBADMSG : len < 48 ? -EPROTO : 0);
	}
}

/* What is no answer to this request; and how many credits are believed */
static void vscsi_test_rsp_head(struct kunit *test)
{
	u8 iu[VSCSI_IU_SIZE] = { 0xc1, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 7, 0, 0, 0, 3 };
	struct vscsi_rsp rsp;

	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_rsp(iu, sizeof(iu), TAG, IN, 512, &rsp), 0);
	KUNIT_EXPECT_EQ(test, rsp.delta, 0x10000);
	iu[4] = 0xff;
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_rsp(iu, sizeof(iu), TAG, IN, 512, &rsp), 0);
	KUNIT_EXPECT_EQ(test, rsp.delta, 0);
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_rsp(iu, sizeof(iu), TAG + 1, IN, 512, &rsp),
			-EBADMSG);
	/* The request, not written over */
	memcpy(iu, vscsi_cmd_direct, sizeof(vscsi_cmd_direct));
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_rsp(iu, sizeof(iu), TAG, IN, 512, &rsp), -EBADMSG);
	KUNIT_EXPECT_EQ(test, rsp.delta, 0);
}

/* ---- the other answers ---- */

static void vscsi_test_mad_answers(struct kunit *test)
{
	u8 iu[16] = { 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x5c, 0, 0, 0, 7, 0, 0, 0, 3 };

	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_mad(iu, 16, 5, TAG), 0);
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_mad(iu, 15, 5, TAG), -EBADMSG);
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_mad(iu, 0, 5, TAG), -EBADMSG);
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_mad(iu, 16, 3, TAG), -EBADMSG);
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_mad(iu, 16, 5, TAG + 1), -EBADMSG);
	iu[5] = 0xf1;
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_mad(iu, 16, 5, TAG), 0xf1);
	iu[4] = 0xff;
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_mad(iu, 16, 5, TAG), 0xfff1);
}

static void vscsi_test_login_answers(struct kunit *test)
{
	u8 rsp[52] = { 0xc0, 0, 0, 0, 0x00, 0x00, 0x04, 0x00, 0, 0, 0, 7, 0, 0, 0, 3,
		       0, 0, 1, 0, 0, 0, 1, 0, 0, 6 };
	u8 rej[32] = { 0xc2, 0, 0, 0, 0x00, 0x01, 0x00, 0x01, 0, 0, 0, 7, 0, 0, 0, 3 };
	struct vscsi_login login;

	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_login(rsp, 52, TAG, &login), 0);
	KUNIT_EXPECT_EQ(test, login.credits, 1024);
	KUNIT_EXPECT_FALSE(test, login.rejected);
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_login(rsp, 51, TAG, &login), -EBADMSG);
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_login(rsp, 52, TAG - 1, &login), -EBADMSG);
	rsp[6] = 0;
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_login(rsp, 52, TAG, &login), -EPROTO);
	rsp[4] = 0x80;
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_login(rsp, 52, TAG, &login), -EPROTO);
	rsp[0] = 0xc1;
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_login(rsp, 52, TAG, &login), -EBADMSG);

	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_login(rej, 32, TAG, &login), 0);
	KUNIT_EXPECT_TRUE(test, login.rejected);
	KUNIT_EXPECT_EQ(test, login.reason, 0x00010001U);
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_login(rej, 31, TAG, &login), -EBADMSG);
	KUNIT_EXPECT_EQ(test, vscsi_iu_parse_login(rej, 0, TAG, &login), -EBADMSG);
}

static void vscsi_test_info_answer(struct kunit *test)
{
	struct vscsi_server server;
	u8 info[148] = { '1', '6', '.', 'a' };

	memcpy(info + 8, "vios\n\x80%s", 9);
	info[115] = 3;
	info[117] = 0x10;
	memset(&server, 0xaa, sizeof(server));
	vscsi_iu_parse_info((void *)info, &server);
	KUNIT_EXPECT_STREQ(test, server.version, "16.a");
	KUNIT_EXPECT_STREQ(test, server.name, "vios??%s");
	KUNIT_EXPECT_EQ(test, server.os_type, 3U);
	KUNIT_EXPECT_EQ(test, server.max_txu, 0x100000U);

	/* Texts without an end */
	memset(info, 'x', sizeof(info));
	vscsi_iu_parse_info((void *)info, &server);
	KUNIT_EXPECT_EQ(test, strlen(server.version), (size_t)8);
	KUNIT_EXPECT_EQ(test, strlen(server.name), (size_t)96);
}

static struct kunit_case vscsi_iu_cases[] = {
	KUNIT_CASE(vscsi_test_luns),
	KUNIT_CASE(vscsi_test_cmds),
	KUNIT_CASE(vscsi_test_tables),
	KUNIT_CASE(vscsi_test_requests),
	KUNIT_CASE(vscsi_test_payloads),
	KUNIT_CASE(vscsi_test_rsps),
	KUNIT_CASE(vscsi_test_rsp_short),
	KUNIT_CASE(vscsi_test_rsp_head),
	KUNIT_CASE(vscsi_test_mad_answers),
	KUNIT_CASE(vscsi_test_login_answers),
	KUNIT_CASE(vscsi_test_info_answer),
	{}
};

static struct kunit_suite vscsi_iu_suite = {
	.name		= "vscsi-iu",
	.test_cases	= vscsi_iu_cases,
};

kunit_test_suite(vscsi_iu_suite);

MODULE_DESCRIPTION("Unit tests of vscsi.ko");
MODULE_LICENSE("GPL");
