// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes typed by hand from the reference, and the answers it promises, so that a mistake
 * shared by our builder and the server's parser is seen.  Addresses alone are filled in.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <asm/unaligned.h>

#include "session.h"
#include "vscsitest.h"

/* A range of an answer that the reference leaves open; or an address to be filled in */
struct lit_range {
	u8 at;
	u16 value;	/* length, or offset in the client's memory */
};

/**
 * struct literal - a request and its answer
 * @name:	for messages
 * @format:	of the elements
 * @req:	the information unit
 * @req_len:	its bytes
 * @address:	addresses in it, ended by @at 0
 * @want:	the answer in the information unit
 * @want_len:	its bytes
 * @open:	ranges of it that may be anything, ended by @value 0
 * @iu_len:	length in the answer's element; 0: open
 */
struct literal {
	const char *name;
	u8 format;
	const u8 *req;
	unsigned int req_len;
	struct lit_range address[3];
	const u8 *want;
	unsigned int want_len;
	struct lit_range open[4];
	u16 iu_len;
};

/* Does an answer have what is wanted where it is not open? */
static bool lit_compare(const struct literal *l, u8 *got)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(l->open) && l->open[i].value; i++)
		memcpy(got + l->open[i].at, l->want + l->open[i].at, l->open[i].value);
	return CHECK_MEM(got, l->want, l->want_len);
}

/* Put the request into a slot and its element on the queue. */
static int lit_send(struct client *c, struct vt_req *r, const struct literal *l)
{
	unsigned int i;

	memcpy(r->iu, l->req, l->req_len);
	for (i = 0; i < ARRAY_SIZE(l->address) && l->address[i].at; i++)
		put_unaligned_be64(c->mem_ioba + l->address[i].value,
				   r->iu + l->address[i].at);
	/* The server reads it after the element. */
	wmb();
	return papr_errno(vt_send(c, vt_hi(0x80, l->format, 0, l->req_len), r->ioba));
}

static bool lit_run(struct client *c, const struct literal *l)
{
	static const u8 tag[8] = {
		0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	};
	struct vt_req *r = vt_req_get(c);
	struct crq_msg msg;
	u8 got[VT_IU_MAX];

	vt_about("%s", l->name);
	vt_forget(c);
	if (!CHECK(lit_send(c, r, l), 0) || !CHECK(vt_next(c, &msg, VT_WAIT_MS), true))
		return false;
	CHECK(be64_to_cpu(msg.word[0]) >> 16, 0x800000000000ULL | (u64)l->format << 32);
	CHECK_MEM((u8 *)&msg.data, tag, 8);
	if (l->iu_len)
		CHECK(be16_to_cpu(msg.iu_length), l->iu_len);
	memcpy(got, r->iu, l->want_len);
	lit_compare(l, got);
	CHECK(vt_canary_ok(r), true);
	r->answers = 1;
	vt_req_put(c, r);
	return true;
}

/* C001000000000000 is answered by C002000000000000. */
static int literal_init(struct client *c)
{
	struct crq_msg msg;

	CHECK(vt_send(c, 0xc001000000000000ULL, 0), PAPR_H_SUCCESS);
	if (CHECK(vt_next(c, &msg, VT_WAIT_MS), true))
		CHECK(be64_to_cpu(msg.word[0]), 0xc002000000000000ULL);
	return 0;
}

static const u8 info_req[] = {
	0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x94,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	0, 0, 0, 0, 0, 0, 0, 0,
};

static const u8 info_rsp[] = {
	0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x94,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
};

static const u8 unknown_req[] = {
	0x00, 0x00, 0x00, 0x77, 0x00, 0x00, 0x00, 0x10,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	0, 0, 0, 0, 0, 0, 0, 0,
};

static const u8 unknown_rsp[] = {
	0x00, 0x00, 0x00, 0x77, 0x00, 0xf1, 0x00, 0x10,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
};

static const u8 empty_req[] = {
	0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x10,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

static const u8 empty_rsp[] = {
	0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x10,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
};

static const u8 fast_req[] = {
	0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x10,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
};

static const u8 caps_req[] = {
	0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x5c,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	0, 0, 0, 0, 0, 0, 0, 0,
};

static const u8 caps_rsp[] = {
	0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x5c,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
};

static const u8 login_req[] = {
	0x00, 0x00, 0x00, 0x00, 0, 0, 0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	0x00, 0x00, 0x01, 0x00,			/* 256 bytes in an information unit */
	0, 0, 0, 0, 0x00, 0x06, 0x00, 0x00,		/* direct and indirect */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

static const u8 login_rsp[] = {
	0xc0, 0x00, 0x00, 0x00, 0, 0, 0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	0x00, 0x00, 0x01, 0x00,
	0, 0, 0, 0, 0x00, 0x06, 0x00, 0x00,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

static const u8 inquiry_req[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	0, 0, 0, 0, 0x80, 0x00, 0x00, 0x00, 0, 0, 0, 0,	/* LUN 0 of target 0 */
	0x00, 0x00, 0x00, 0x00,			/* simple, no more CDB */
	0x12, 0x00, 0x00, 0x00, 0x24, 0x00, 0x00, 0x00, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0x24,	/* 36 bytes */
};

static const u8 good_rsp[] = {
	0xc1, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	0x00, 0x00, 0x00, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

/* READ(10) of block 0: two fragments, all descriptors in the information unit */
static const u8 inline_req[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x02,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	0, 0, 0, 0, 0x80, 0x00, 0x00, 0x00, 0, 0, 0, 0,
	0x00, 0x00, 0x00, 0x00,
	0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0x20,	/* table of 32 bytes */
	0x00, 0x00, 0x02, 0x00,			/* 512 bytes in all */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0x10,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x01, 0xf0,
};

/* The same with the table in the client's memory, and none of it here */
static const u8 external_req[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	0, 0, 0, 0, 0x80, 0x00, 0x00, 0x00, 0, 0, 0, 0,
	0x00, 0x00, 0x00, 0x00,
	0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0x20,
	0x00, 0x00, 0x02, 0x00,
};

static const u8 external_table[] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x01, 0x01,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0xff,
};

static const u8 reset_req[] = {
	0x01, 0x00, 0x00, 0x00, 0, 0, 0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	0, 0, 0, 0, 0x80, 0x00, 0x00, 0x00, 0, 0, 0, 0,
	0x00, 0x00, 0x08, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

static const u8 reset_rsp[] = {
	0xc1, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	0x00, 0x00, 0x01, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0x04,
	0, 0, 0, 0,
};

static const u8 logout_req[] = {
	0x03, 0x00, 0x00, 0x00, 0, 0, 0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
};

#define LIT(_req, _want) \
	.req = _req, .req_len = sizeof(_req), .want = _want, .want_len = sizeof(_want)

/* Where the data of READ and INQUIRY goes, and where the table is */
#define LIT_DATA	0x100
#define LIT_TABLE	0x1000

static const struct literal lit_info = {
	"ADAPTER_INFO", 2, LIT(info_req, info_rsp), .address = { { 16, LIT_DATA } },
};

static const struct literal lit_unknown = {
	"unknown MAD", 2, LIT(unknown_req, unknown_rsp),
};

static const struct literal lit_empty = { "EMPTY_IU", 2, LIT(empty_req, empty_rsp) };
static const struct literal lit_fast = { "ENABLE_FAST_FAIL", 2, LIT(fast_req, fast_req) };

static const struct literal lit_caps = {
	"CAPABILITIES", 2, LIT(caps_req, caps_rsp), .address = { { 16, LIT_DATA } },
};

static const struct literal lit_login = {
	"LOGIN", 1, LIT(login_req, login_rsp), .open = { { 4, 4 }, { 20, 4 } }, .iu_len = 52,
};

static const struct literal lit_inquiry = {
	"INQUIRY", 1, LIT(inquiry_req, good_rsp), .address = { { 48, LIT_DATA } },
	.iu_len = 36,
};

static const struct literal lit_inline = {
	"READ(10), indirect", 1, LIT(inline_req, good_rsp),
	.address = { { 68, LIT_DATA + 1 }, { 84, LIT_DATA + 0x101 } }, .iu_len = 36,
};

static const struct literal lit_external = {
	"READ(10), external table", 1, LIT(external_req, good_rsp),
	.address = { { 48, LIT_TABLE } }, .iu_len = 36,
};

static const struct literal lit_reset = {
	"LOGICAL UNIT RESET", 1, LIT(reset_req, reset_rsp), .iu_len = 40,
};

/* Of the payload the reference fixes the version, that of the MAD, and a minimum. */
static bool info_ok(const u8 *info)
{
	static const u8 version[8] = "16.a";
	static const u8 mad_version[4] = { 0, 0, 0, 1 };
	u32 os = get_unaligned_be32(info + 112);

	return CHECK_MEM(info, version, 8) && CHECK_MEM(info + 108, mad_version, 4) &&
	       CHECK(os == 2 || os == 3, true) &&
	       CHECK(get_unaligned_be32(info + 116) >= 0x40000, true) &&
	       CHECK(info[ADAPTER_INFO_LEN], VT_CANARY);
}

/* Migration, level 1, and reservation; both are supported. */
static const u8 caps_payload[24] = {
	0x00, 0x00, 0x00, 0x01, 0x00, 0x0c, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01,
	0x00, 0x00, 0x00, 0x02, 0x00, 0x0c, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01,
};

static bool caps_run(struct client *c)
{
	u8 *caps = c->mem + LIT_DATA;

	memset(caps, VT_CANARY, 256);
	memset(caps, 0, 68);
	caps[3] = 0x04;
	memcpy(caps + 68, caps_payload, sizeof(caps_payload));
	return lit_run(c, &lit_caps) && CHECK(get_unaligned_be32(caps) & 0xf, 0x04) &&
	       CHECK_MEM(caps + 68, caps_payload, sizeof(caps_payload)) &&
	       CHECK(caps[CAPABILITIES_LEN], VT_CANARY);
}

static int literal_mads(struct client *c)
{
	memset(c->mem + LIT_DATA, VT_CANARY, 256);
	memset(c->mem + LIT_DATA, 0, ADAPTER_INFO_LEN);
	if (lit_run(c, &lit_info))
		info_ok(c->mem + LIT_DATA);
	lit_run(c, &lit_unknown);
	lit_run(c, &lit_empty);
	lit_run(c, &lit_fast);
	caps_run(c);
	return 0;
}

/* A block as the literal READs see it, scattered or not, between canaries */
static bool literal_reads(struct client *c)
{
	u8 *data = c->mem + LIT_DATA, *table = c->mem + LIT_TABLE;
	u8 block[512];

	memset(data, VT_CANARY, 1024);
	if (!lit_run(c, &lit_inline))
		return false;
	CHECK(data[0], VT_CANARY);
	CHECK(data[1 + 16], VT_CANARY);
	CHECK(data[0x101 + 0x1f0], VT_CANARY);
	memcpy(block, data + 1, 16);
	memcpy(block + 16, data + 0x101, 0x1f0);

	memset(data, VT_CANARY, 1024);
	memcpy(table, external_table, sizeof(external_table));
	put_unaligned_be64(c->mem_ioba + LIT_DATA, table);
	put_unaligned_be64(c->mem_ioba + LIT_DATA + 0x101, table + 16);
	if (!lit_run(c, &lit_external))
		return false;
	return CHECK_MEM(data, block, sizeof(block)) && CHECK(data[512], VT_CANARY);
}

static int literal_session(struct client *c)
{
	u8 *data = c->mem + LIT_DATA;

	vt_adapter_info(c);
	lit_run(c, &lit_login);
	vt_disk(c);
	memset(data, VT_CANARY, 64);
	if (lit_run(c, &lit_inquiry)) {
		CHECK(data[0], 0);
		CHECK(data[36], VT_CANARY);
	}
	/* The bytes say 512 and LUN 0. */
	if (c->block == 512 && c->lun == 0x8000)
		literal_reads(c);
	lit_run(c, &lit_reset);
	return 0;
}

/* I_LOGOUT has no answer, and then MADs and a login are taken. */
static int literal_logout(struct client *c)
{
	struct vt_req *r = vt_req_get(c);
	struct crq_msg msg;

	memcpy(r->iu, logout_req, sizeof(logout_req));
	vt_forget(c);
	CHECK(vt_send(c, vt_hi(0x80, 1, 0, sizeof(logout_req)), r->ioba), 0);
	CHECK(vt_next(c, &msg, VT_QUIET_MS), false);
	lit_run(c, &lit_unknown);
	lit_run(c, &lit_login);
	CHECK(vt_serves(c), true);
	return 0;
}

const struct vt_case literal_cases[] = {
	{ "literal-init", literal_init, VT_QUEUE },
	{ "literal-mads", literal_mads, VT_INIT },
	{ "literal-session", literal_session, VT_INIT },
	{ "literal-logout", literal_logout, VT_LOGIN },
	{ }
};
