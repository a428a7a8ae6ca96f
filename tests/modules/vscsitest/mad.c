// SPDX-License-Identifier: GPL-2.0
/* Management datagrams of every kind, and logins: granted, refused, ended, repeated. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <scsi/srp.h>
#include <asm/unaligned.h>

#include "session.h"
#include "vscsitest.h"

#define PAYLOAD_MAX	8192

/**
 * struct mad_case - a MAD and its status
 * @name:	for messages
 * @type:	which
 * @length:	what its header says
 * @status:	of the answer
 * @at:		I/O address of the payload; 0: in the client's memory
 */
struct mad_case {
	const char *name;
	u32 type;
	u16 length;
	u16 status;
	u64 at;
};

static const struct mad_case mad_table[] = {
	{ "type 0", 0, 16, MAD_NOT_SUPPORTED },
	{ "type 4, reserved", 4, 16, MAD_NOT_SUPPORTED },
	{ "type 9", 9, 16, MAD_NOT_SUPPORTED },
	{ "type 0x77", 0x77, 0, MAD_NOT_SUPPORTED },
	{ "type 0xffffffff", 0xffffffff, 0xffff, MAD_NOT_SUPPORTED },
	{ "type 0x03000000", 0x03000000, 148, MAD_NOT_SUPPORTED },
	{ "EMPTY_IU", MAD_EMPTY_IU, 28, MAD_SUCCESS },
	{ "ERROR_LOG", MAD_ERROR_LOG, 104 + 32, MAD_SUCCESS },
	{ "ENABLE_FAST_FAIL", MAD_FAST_FAIL, 16, MAD_SUCCESS },
	{ "ADAPTER_INFO", MAD_ADAPTER_INFO, ADAPTER_INFO_LEN, MAD_SUCCESS },
	{ "ADAPTER_INFO, long", MAD_ADAPTER_INFO, 1024, MAD_SUCCESS },
	{ "ADAPTER_INFO, 147", MAD_ADAPTER_INFO, 147, MAD_FAILED },
	{ "ADAPTER_INFO, 0", MAD_ADAPTER_INFO, 0, MAD_FAILED },
	{ "ADAPTER_INFO, not mapped", MAD_ADAPTER_INFO, ADAPTER_INFO_LEN, MAD_FAILED, 8 },
	{ "ADAPTER_INFO, nowhere", MAD_ADAPTER_INFO, ADAPTER_INFO_LEN, MAD_FAILED, ~0ULL - 7 },
};

/* The answer, and what it left alone of the memory around the payload */
static void mad_one(struct client *c, u8 format, const struct mad_case *m)
{
	u32 wrote = m->type == MAD_ADAPTER_INFO && m->status == MAD_SUCCESS ?
		    ADAPTER_INFO_LEN : 0;
	u8 *payload = c->mem + PAYLOAD_MAX;
	u16 status = 0xffff;

	vt_about("%s, format %u", m->name, format);
	memset(c->mem, VT_CANARY, 3 * PAYLOAD_MAX);
	if (!CHECK(mad_run(c, format, m->type, m->length, m->at ?: vt_ioba(c, payload),
			   &status), 0))
		return;
	CHECK(status, m->status);
	CHECK(memchr_inv(c->mem, VT_CANARY, PAYLOAD_MAX), 0);
	CHECK(memchr_inv(payload + wrote, VT_CANARY, 2 * PAYLOAD_MAX - wrote), 0);
	CHECK(c->down, false);
}

static int mad_all(struct client *c, bool skip_private)
{
	unsigned int i;
	u8 format;

	for (i = 0; i < ARRAY_SIZE(mad_table); i++)
		for (format = VT_MAD; format <= (skip_private ? VT_MAD : 5); format++)
			mad_one(c, format, &mad_table[i]);
	return 0;
}

static int mads(struct client *c)
{
	return mad_all(c, false);
}

/* The same after a login */
static int mads_later(struct client *c)
{
	return mad_all(c, true);
}

/* A payload the server may read but not write */
static int mad_readonly(struct client *c)
{
	const struct hv_ops *hv = c->a->hv;
	u8 *page = (u8 *)get_zeroed_page(GFP_KERNEL);
	u16 status = 0;
	u64 ioba;
	int ret;

	if (!page)
		return -ENOMEM;
	ret = hv->map(c->a, page, 4096, DMA_TO_DEVICE, &ioba);
	if (!ret) {
		vt_about("ADAPTER_INFO, payload read-only");
		CHECK(mad_run(c, VT_MAD, MAD_ADAPTER_INFO, ADAPTER_INFO_LEN, ioba, &status),
		      0);
		CHECK(status, MAD_FAILED);
		vt_about("CAPABILITIES, payload read-only");
		CHECK(mad_run(c, VT_MAD, MAD_CAPABILITIES, CAPABILITIES_LEN, ioba, &status),
		      0);
		CHECK(status, MAD_FAILED);
		CHECK(memchr_inv(page, 0, 4096), 0);
		CHECK(hv->unmap(c->a, ioba, 4096, DMA_TO_DEVICE), PAPR_H_SUCCESS);
	}
	free_page((unsigned long)page);
	return ret;
}

static u8 *capability(u8 *at, u32 type, u16 length, u32 value)
{
	put_unaligned_be32(type, at);
	put_unaligned_be16(length, at + 4);
	put_unaligned_be16(1, at + 6);
	put_unaligned_be32(value, at + 8);
	return at + length;
}

/* Begin the payload, send it, and look that nothing behind its length was touched. */
static bool caps_send(struct client *c, u16 length, u16 *status)
{
	u8 *caps = c->mem;

	put_unaligned_be32(4, caps);
	memset(caps + 4, 0, 64);
	memset(caps + length, VT_CANARY, 256);
	return CHECK(mad_run(c, VT_MAD, MAD_CAPABILITIES, length, c->mem_ioba, status), 0) &&
	       CHECK(memchr_inv(caps + length, VT_CANARY, 256), 0);
}

static int mad_caps(struct client *c)
{
	u8 *caps = c->mem;
	u16 status = 0;

	vt_about("migration and reservation");
	capability(capability(caps + 68, 1, 12, 1), 2, 12, 1);
	if (caps_send(c, CAPABILITIES_LEN, &status)) {
		CHECK(status, MAD_SUCCESS);
		CHECK(get_unaligned_be32(caps) & 4, 4);
		CHECK(get_unaligned_be16(caps + 68 + 6), 1);
		CHECK(get_unaligned_be16(caps + 80 + 6), 1);
	}
	vt_about("one that nobody knows");
	capability(capability(caps + 68, 1, 12, 1), 0x55, 12, 1);
	if (caps_send(c, CAPABILITIES_LEN, &status)) {
		CHECK(status, MAD_SUCCESS);
		CHECK(get_unaligned_be32(caps) & 4, 0);
		CHECK(get_unaligned_be16(caps + 68 + 6), 1);
		CHECK(get_unaligned_be16(caps + 80 + 6), 0);
	}
	vt_about("none");
	if (caps_send(c, 68, &status))
		CHECK(status, MAD_SUCCESS);
	vt_about("reservation alone");
	capability(caps + 68, 2, 12, 1);
	if (caps_send(c, 80, &status)) {
		CHECK(status, MAD_SUCCESS);
		CHECK(get_unaligned_be16(caps + 68 + 6), 1);
	}
	return 0;
}

/*
 * Lists whose elements lie about their length: an answer of some status, nothing behind
 * the payload touched, and the server goes on.
 */
static int mad_caps_odd(struct client *c)
{
	static const u16 lengths[] = { 0, 1, 4, 7, 8, 11, 13, 24, 0x7fff, 0xffff };
	u8 *caps = c->mem;
	unsigned int i;
	u16 status;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		vt_about("a capability of %u bytes", lengths[i]);
		memset(caps + 68, 0, 256);
		capability(caps + 68, 1, lengths[i], 1);
		caps_send(c, CAPABILITIES_LEN, &status);
	}
	for (i = 0; i < 68; i += 3) {
		vt_about("a payload of %u bytes", i);
		memset(caps, 0, 512);
		memset(caps + i, VT_CANARY, 256);
		CHECK(mad_run(c, VT_MAD, MAD_CAPABILITIES, i, c->mem_ioba, &status), 0);
		CHECK(memchr_inv(caps + i, VT_CANARY, 256), 0);
	}
	vt_about("a payload of 65535 bytes");
	memset(caps, 0, 65536);
	CHECK(mad_run(c, VT_MAD, MAD_CAPABILITIES, 0xffff, c->mem_ioba, &status), 0);
	return 0;
}

struct login_case {
	const char *name;
	u32 iu_len;
	u16 buf_fmt;
	u8 flags;
	u32 reason;
};

static const struct login_case login_table[] = {
	{ "257 bytes in a unit", 257, 6, 0, 0x00010002 },
	{ "4 GiB in a unit", 0xffffffff, 6, 0, 0x00010002 },
	{ "63 bytes in a unit", 63, 6, 0, 0x00010000 },
	{ "0 bytes in a unit", 0, 6, 0, 0x00010000 },
	{ "no descriptor format", 256, 0, 0, 0x00010004 },
	{ "formats nobody knows", 256, 0xfff9, 0, 0x00010004 },
	{ "multi-channel", 256, 6, 1, 0x00010005 },
};

static const struct login_case login_good[] = {
	{ "64 bytes in a unit", 64, 6, 0 },
	{ "direct alone", 256, 2, 0 },
	{ "indirect alone", 256, 4, 0 },
	{ "more formats than there are", 256, 0xffff, 0 },
};

static int logins(struct client *c)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(login_table); i++) {
		const struct login_case *t = &login_table[i];
		struct vt_login l = { t->iu_len, t->buf_fmt, t->flags };

		vt_about("%s", t->name);
		if (!CHECK(vt_login_with(c, &l), 0))
			return -ECONNRESET;
		CHECK(l.opcode, SRP_LOGIN_REJ);
		CHECK(l.delta, t->reason);
	}
	for (i = 0; i < ARRAY_SIZE(login_good); i++) {
		const struct login_case *t = &login_good[i];
		struct vt_login l = { t->iu_len, t->buf_fmt, t->flags };

		vt_about("%s", t->name);
		if (!CHECK(vt_login_with(c, &l), 0))
			return -ECONNRESET;
		CHECK(l.opcode, SRP_LOGIN_RSP);
		CHECK(l.delta >= 2, true);
	}
	vt_about("after all of them");
	CHECK(vt_serves(c), true);
	return 0;
}

/* Log out with commands under way: they are answered, or not, but none afterwards. */
static int logouts(struct client *c)
{
	unsigned int round, i;
	struct vt_iu iu, out;
	u8 cdb[16];

	iu_logout(&out);
	for (round = 0; round < 20; round++) {
		iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 64));
		iu_direct(&iu, DIR_IN, c->mem_ioba, 64 * c->block);
		for (i = 0; i < round; i++)
			iu_post(c, vt_req_get(c), &iu);
		CHECK(iu_post(c, vt_req_get(c), &out), 0);
		if (!CHECK(vt_adapter_info(c), 0) || !CHECK(vt_login(c), 0))
			return -ECONNRESET;
		CHECK(vt_serves(c), true);
	}
	CHECK(c->down, false);
	return 0;
}

const struct vt_case mad_cases[] = {
	{ "mads", mads, VT_INIT },
	{ "mads-later", mads_later, VT_LOGIN },
	{ "mad-readonly", mad_readonly, VT_INIT },
	{ "mad-caps", mad_caps, VT_INIT },
	{ "mad-caps-odd", mad_caps_odd, VT_INIT },
	{ "logins", logins, VT_INIT },
	{ "logouts", logouts, VT_DISK },
	{ }
};
