// SPDX-License-Identifier: GPL-2.0
/*
 * The handshake in every order; and what has no protocol error of its own: the server
 * closes its queue, and lets us in again.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/gfp.h>
#include <scsi/scsi_proto.h>
#include <scsi/srp.h>
#include <asm/unaligned.h>

#include "session.h"
#include "vscsitest.h"

#define INIT_HI		CRQ_MSG_HI(CRQ_INIT, CRQ_INIT_REQUEST, 0)
#define COMPLETE_HI	CRQ_MSG_HI(CRQ_INIT, CRQ_INIT_COMPLETE, 0)
#define IOBA_UNMAPPED	0x8

static bool wait_complete(struct client *c)
{
	return wait_event_timeout(c->wait, READ_ONCE(c->complete_seen),
				  msecs_to_jiffies(VT_WAIT_MS)) > 0;
}

static bool wait_init(struct client *c)
{
	return wait_event_timeout(c->wait, READ_ONCE(c->init_seen),
				  msecs_to_jiffies(VT_WAIT_MS)) > 0;
}

/* Connected, whatever was said: MADs, login and commands go on. */
static bool goes_on(struct client *c)
{
	return CHECK(vt_adapter_info(c), 0) && CHECK(vt_login(c), 0) && vt_serves(c) &&
	       CHECK(c->down, false);
}

static int handshake_client(struct client *c)
{
	CHECK(vt_send(c, INIT_HI, 0), PAPR_H_SUCCESS);
	CHECK(wait_complete(c), true);
	goes_on(c);
	return 0;
}

/* INIT twice is answered twice. */
static int handshake_twice(struct client *c)
{
	CHECK(vt_send(c, INIT_HI, 0), PAPR_H_SUCCESS);
	CHECK(wait_complete(c), true);
	c->complete_seen = false;
	CHECK(vt_send(c, INIT_HI, 0), PAPR_H_SUCCESS);
	CHECK(wait_complete(c), true);
	goes_on(c);
	return 0;
}

/* The first message after a break may be INIT_COMPLETE. */
static int handshake_complete(struct client *c)
{
	CHECK(vt_send(c, COMPLETE_HI, 0), PAPR_H_SUCCESS);
	goes_on(c);
	return 0;
}

/* A client that does not see the answer is sent another element, so that it looks. */
static int handshake_asleep(struct client *c)
{
	unsigned long pings = c->pings;

	CHECK(vt_send(c, INIT_HI, 0), PAPR_H_SUCCESS);
	CHECK(wait_complete(c), true);
	CHECK(wait_event_timeout(c->wait, READ_ONCE(c->pings) > pings,
				 msecs_to_jiffies(VT_WAIT_MS)) > 0, true);
	goes_on(c);
	return 0;
}

/* As after crossed INITs: COMPLETE when connected, before the first MAD */
static int handshake_completes(struct client *c)
{
	CHECK(vt_init(c), 0);
	CHECK(vt_send(c, COMPLETE_HI, 0), PAPR_H_SUCCESS);
	CHECK(vt_send(c, COMPLETE_HI, 0), PAPR_H_SUCCESS);
	CHECK(vt_wait_down(c, VT_QUIET_MS), false);
	goes_on(c);
	return 0;
}

/* Make the server close; its new queue begins with INIT. */
static bool make_it_reopen(struct client *c)
{
	vt_send(c, vt_hi(CRQ_COMMAND, VT_SRP, 0, 64), IOBA_UNMAPPED);
	if (!CHECK(vt_wait_down(c, VT_WAIT_MS), true))
		return false;
	c->down = false;
	return CHECK(wait_init(c), true);
}

static int handshake_server(struct client *c)
{
	if (make_it_reopen(c)) {
		CHECK(vt_send(c, COMPLETE_HI, 0), PAPR_H_SUCCESS);
		goes_on(c);
	}
	return 0;
}

/* A client that did not see the server's INIT is sent another element, so that it looks. */
static int handshake_deaf(struct client *c)
{
	unsigned long pings;

	if (!make_it_reopen(c))
		return 0;
	pings = c->pings;
	CHECK(wait_event_timeout(c->wait, READ_ONCE(c->pings) > pings,
				 msecs_to_jiffies(VT_WAIT_MS)) > 0, true);
	CHECK(vt_send(c, COMPLETE_HI, 0), PAPR_H_SUCCESS);
	goes_on(c);
	return 0;
}

/* Its INIT and ours are under way at once: each is answered. */
static int handshake_crossed(struct client *c)
{
	if (make_it_reopen(c)) {
		CHECK(vt_send(c, INIT_HI, 0), PAPR_H_SUCCESS);
		CHECK(vt_send(c, COMPLETE_HI, 0), PAPR_H_SUCCESS);
		CHECK(wait_complete(c), true);
		goes_on(c);
	}
	return 0;
}

/* Unknown formats of INIT, and of headers in general, harm nobody. */
static int handshake_odd(struct client *c)
{
	unsigned int format;

	for (format = 0; format < 256; format++)
		if (format != CRQ_INIT_REQUEST && format != CRQ_INIT_COMPLETE)
			vt_send(c, CRQ_MSG_HI(CRQ_INIT, format, 0), 0);
	CHECK(vt_init(c), 0);
	return 0;
}

static struct vt_iu violate_iu;

/* Send @violate_iu with this length from a slot. */
static void violate_send(struct client *c, u16 len)
{
	struct vt_req *r = vt_req_get(c);

	memcpy(r->iu, violate_iu.b, VT_IU_MAX);
	vt_post(c, r, VT_SRP, len);
}

static void violate_cmd(struct client *c)
{
	static const u8 ready[6] = { TEST_UNIT_READY };

	iu_cmd(&violate_iu, c->lun, ready, sizeof(ready));
}

static int violate_early(struct client *c)
{
	static const u8 formats[] = { VT_SRP, VT_MAD, 3, 4, 5 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		vt_about("format %u before INIT", formats[i]);
		vt_send(c, vt_hi(CRQ_COMMAND, formats[i], 0, 64), c->ius_ioba);
		if (!vt_violated(c))
			return 0;
		CHECK(vt_free(c), 0);
		CHECK(vt_register(c), 0);
		/* What comes while the server still cleans up may be dropped. */
		msleep(VT_QUIET_MS);
	}
	return 0;
}

/* Information units that cannot be fetched, of SRP and MAD */
static int violate_ioba(struct client *c)
{
	const u64 ioba[] = {
		0, IOBA_UNMAPPED, c->a->window_size - 8, c->a->window_size,
		1ULL << 40, ~0ULL, ~0ULL - 255,
	};
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(ioba); i++) {
		u8 format = i & 1 ? VT_MAD : VT_SRP;

		vt_about("format %u, unit at %llx", format, ioba[i / 2]);
		vt_send(c, vt_hi(CRQ_COMMAND, format, 0, 64), ioba[i / 2]);
		if (!vt_violated(c))
			return 0;
	}
	return 0;
}

static int violate_length(struct client *c)
{
	static const u16 len[] = { 0, 1, 15, 257, 512, 4096, 0xffff };
	unsigned int i;

	violate_cmd(c);
	for (i = 0; i < ARRAY_SIZE(len); i++) {
		vt_about("unit of %u bytes", len[i]);
		violate_send(c, len[i]);
		if (!vt_violated(c))
			return 0;
	}
	return 0;
}

static int violate_opcode(struct client *c)
{
	static const u8 opcode[] = { 0x04, 0x10, 0x7f, SRP_T_LOGOUT, SRP_RSP, 0xff };
	unsigned int i;

	violate_cmd(c);
	for (i = 0; i < ARRAY_SIZE(opcode); i++) {
		vt_about("opcode %02x", opcode[i]);
		violate_iu.b[0] = opcode[i];
		violate_send(c, CMD_LEN);
		if (!vt_violated(c))
			return 0;
	}
	return 0;
}

static int violate_before_login(struct client *c)
{
	violate_cmd(c);
	vt_about("SRP_CMD before login");
	violate_send(c, CMD_LEN);
	if (!vt_violated(c))
		return 0;
	CHECK(vt_free(c), 0);
	CHECK(vt_register(c), 0);
	CHECK(vt_init(c), 0);
	vt_about("SRP_TSK_MGMT before login");
	iu_tmf(&violate_iu, c->lun, SRP_TSK_LUN_RESET, 0);
	violate_send(c, TSK_LEN);
	vt_violated(c);
	return 0;
}

static int violate_after_logout(struct client *c)
{
	iu_logout(&violate_iu);
	violate_send(c, LOGOUT_LEN);
	violate_cmd(c);
	violate_send(c, CMD_LEN);
	vt_violated(c);
	return 0;
}

/* A second login is answered again, until there was a command. */
static int violate_second_login(struct client *c)
{
	struct vt_login l = VT_LOGIN_USUAL;

	CHECK(vt_login_with(c, &l), 0);
	CHECK(l.opcode, SRP_LOGIN_RSP);
	CHECK(l.delta, c->credits);
	CHECK(vt_serves(c), true);
	iu_login(&violate_iu, &l);
	violate_send(c, LOGIN_LEN);
	vt_violated(c);
	return 0;
}

static int violate_init(struct client *c)
{
	vt_send(c, INIT_HI, 0);
	vt_violated(c);
	return 0;
}

/* The same with commands under way */
static int violate_init_busy(struct client *c)
{
	struct vt_iu iu;
	u8 cdb[16];
	unsigned int i;

	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 64));
	iu_direct(&iu, DIR_IN, c->mem_ioba, 64 * c->block);
	for (i = 0; i < 32; i++)
		iu_post(c, vt_req_get(c), &iu);
	vt_send(c, INIT_HI, 0);
	vt_violated(c);
	return 0;
}

/*
 * Lengths that fit no request, but are none of the above: whatever the server makes of
 * it, an answer or a new connection, it goes on.
 */
static int length_odd(struct client *c)
{
	unsigned int len;

	for (len = 16; len < CMD_LEN; len += 4) {
		struct vt_req *r = vt_req_get(c);

		vt_about("SRP_CMD of %u bytes", len);
		violate_cmd(c);
		memcpy(r->iu, violate_iu.b, CMD_LEN);
		CHECK(vt_post(c, r, VT_SRP, len), 0);
		if (!CHECK(vt_await(c, r, VT_WAIT_MS) != -ETIMEDOUT, true))
			return 0;
		vt_req_put(c, r);
		if (c->down && !vt_violated(c))
			return 0;
	}
	return 0;
}

/* The stock client always says 256, whatever the request is. */
static int length_long(struct client *c)
{
	static const u8 ready[6] = { TEST_UNIT_READY };
	unsigned int len;
	struct vt_iu iu;

	iu_cmd(&iu, c->lun, ready, sizeof(ready));
	for (len = CMD_LEN; len <= VT_IU_MAX; len += 13) {
		vt_about("SRP_CMD of %u bytes", len);
		iu.len = len;
		cmd_good(c, &iu);
	}
	iu.len = VT_IU_MAX;
	cmd_good(c, &iu);
	return 0;
}

/* A unit that ends where the window's memory does: no byte behind it is read. */
static int length_edge(struct client *c)
{
	u64 edge = c->mem_ioba + VT_MEM - CMD_LEN;
	struct crq_msg msg;

	violate_cmd(c);
	put_unaligned_be64(0x1234, violate_iu.b + CMD_TAG);
	memcpy(c->mem + VT_MEM - CMD_LEN, violate_iu.b, CMD_LEN);
	vt_forget(c);
	CHECK(vt_send(c, vt_hi(CRQ_COMMAND, VT_SRP, 0, CMD_LEN), edge), PAPR_H_SUCCESS);
	if (CHECK(vt_next(c, &msg, VT_WAIT_MS), true))
		CHECK(be64_to_cpu(msg.data), 0x1234);
	return 0;
}

/* Units at every kind of address, also across the end of a page */
static int length_places(struct client *c)
{
	static const u32 at[] = { 1, 3, 7, 4096 - 1, 8192 - 20, 12288 - CMD_LEN + 1, 4095 * 4 };
	struct crq_msg msg;
	unsigned int i;

	violate_cmd(c);
	for (i = 0; i < ARRAY_SIZE(at); i++) {
		vt_about("unit at %u", at[i]);
		put_unaligned_be64(0x1000 + i, violate_iu.b + CMD_TAG);
		memset(c->mem, VT_CANARY, 65536);
		memcpy(c->mem + at[i], violate_iu.b, CMD_LEN);
		vt_forget(c);
		CHECK(vt_send(c, vt_hi(CRQ_COMMAND, VT_SRP, 0, CMD_LEN), c->mem_ioba + at[i]),
		      PAPR_H_SUCCESS);
		if (!CHECK(vt_next(c, &msg, VT_WAIT_MS), true))
			return 0;
		CHECK(be64_to_cpu(msg.data), 0x1000 + i);
		CHECK(c->mem[at[i]], SRP_RSP);
		CHECK(c->mem[at[i] - 1], VT_CANARY);
		CHECK(memchr_inv(c->mem + at[i] + VT_IU_MAX, VT_CANARY, 4096), 0);
	}
	return 0;
}

/* A unit that can be read, but whose answer cannot be written: a new connection */
static int violate_readonly(struct client *c)
{
	const struct hv_ops *hv = c->a->hv;
	u8 *page = (u8 *)get_zeroed_page(GFP_KERNEL);
	u64 ioba;
	int ret;

	if (!page)
		return -ENOMEM;
	ret = hv->map(c->a, page, 4096, DMA_TO_DEVICE, &ioba);
	if (!ret) {
		violate_cmd(c);
		memcpy(page, violate_iu.b, CMD_LEN);
		vt_send(c, vt_hi(CRQ_COMMAND, VT_SRP, 0, CMD_LEN), ioba);
		vt_violated(c);
		CHECK_MEM(page, violate_iu.b, CMD_LEN);
		vt_about("MAD");
		memset(page, 0, 64);
		vt_send(c, vt_hi(CRQ_COMMAND, VT_MAD, 0, 32), ioba);
		vt_violated(c);
		CHECK(hv->unmap(c->a, ioba, 4096, DMA_TO_DEVICE), PAPR_H_SUCCESS);
	}
	free_page((unsigned long)page);
	return ret;
}

/* PING is answered by PING_RESPONSE; formats nobody knows are not answered. */
static int messages(struct client *c)
{
	static const u8 unknown[] = { 0, 7, 8, 0x42, 0xff };
	struct crq_msg msg;
	unsigned int i;

	vt_forget(c);
	CHECK(vt_send(c, 0x800600f500000000ULL, 0), PAPR_H_SUCCESS);
	if (CHECK(vt_next(c, &msg, VT_WAIT_MS), true)) {
		CHECK(be64_to_cpu(msg.word[0]), 0x800600f600000000ULL);
		CHECK(be64_to_cpu(msg.word[1]), 0);
	}
	for (i = 0; i < ARRAY_SIZE(unknown); i++)
		vt_send(c, vt_hi(CRQ_COMMAND, unknown[i], 0, 64), c->ius_ioba);
	CHECK(vt_next(c, &msg, VT_QUIET_MS), false);
	CHECK(c->down, false);
	CHECK(vt_serves(c), true);
	return 0;
}

const struct vt_case violate_cases[] = {
	{ "handshake-client", handshake_client, VT_QUEUE },
	{ "handshake-twice", handshake_twice, VT_QUEUE },
	{ "handshake-complete", handshake_complete, VT_QUEUE },
	{ "handshake-asleep", handshake_asleep, VT_QUEUE },
	{ "handshake-completes", handshake_completes, VT_QUEUE },
	{ "handshake-server", handshake_server, VT_LOGIN },
	{ "handshake-deaf", handshake_deaf, VT_LOGIN },
	{ "handshake-crossed", handshake_crossed, VT_LOGIN },
	{ "handshake-odd", handshake_odd, VT_QUEUE },
	{ "violate-early", violate_early, VT_QUEUE },
	{ "violate-ioba", violate_ioba, VT_LOGIN },
	{ "violate-length", violate_length, VT_LOGIN },
	{ "violate-opcode", violate_opcode, VT_LOGIN },
	{ "violate-before-login", violate_before_login, VT_INIT },
	{ "violate-after-logout", violate_after_logout, VT_LOGIN },
	{ "violate-second-login", violate_second_login, VT_LOGIN },
	{ "violate-init", violate_init, VT_LOGIN },
	{ "violate-init-busy", violate_init_busy, VT_DISK },
	{ "violate-readonly", violate_readonly, VT_DISK },
	{ "length-odd", length_odd, VT_LOGIN },
	{ "length-long", length_long, VT_LOGIN },
	{ "length-edge", length_edge, VT_DISK },
	{ "length-places", length_places, VT_DISK },
	{ "messages", messages, VT_LOGIN },
	{ }
};
