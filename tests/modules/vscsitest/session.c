// SPDX-License-Identifier: GPL-2.0
/* See session.h. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/jiffies.h>
#include <scsi/scsi_proto.h>
#include <scsi/srp.h>
#include <asm/unaligned.h>

#include "session.h"
#include "vscsitest.h"

#define INIT_HI		CRQ_MSG_HI(CRQ_INIT, CRQ_INIT_REQUEST, 0)
#define COMPLETE_HI	CRQ_MSG_HI(CRQ_INIT, CRQ_INIT_COMPLETE, 0)

static bool init_heard(struct client *c)
{
	return READ_ONCE(c->init_seen) || READ_ONCE(c->complete_seen) || READ_ONCE(c->down);
}

/* Send INIT once, as soon as the server has a queue.  False if it was not taken. */
static bool init_send(struct client *c, bool *sent)
{
	if (*sent)
		return true;
	*sent = vt_send(c, INIT_HI, 0) == PAPR_H_SUCCESS;
	return *sent;
}

/**
 * vt_init_for() - the handshake, whoever begins it
 * @c:	the client, its queue registered
 * @ms:	how long to try
 *
 * A server that reopens its queue sends INIT itself; the two may cross.
 *
 * Return: 0 or -ETIMEDOUT.
 */
int vt_init_for(struct client *c, unsigned int ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);
	bool sent = false;

	WRITE_ONCE(c->down, false);
	while (time_before(jiffies, end)) {
		if (!READ_ONCE(c->init_seen) && !init_send(c, &sent)) {
			usleep_range(500, 1000);
			continue;
		}
		wait_event_timeout(c->wait, init_heard(c), msecs_to_jiffies(100));
		if (READ_ONCE(c->down)) {
			sent = false;
			WRITE_ONCE(c->down, false);
			continue;
		}
		if (READ_ONCE(c->init_seen) && vt_send(c, COMPLETE_HI, 0))
			continue;
		if (init_heard(c)) {
			vt_forget(c);
			return 0;
		}
	}
	return -ETIMEDOUT;
}

int vt_init(struct client *c)
{
	return vt_init_for(c, VT_WAIT_MS);
}

/**
 * mad_post() - send a MAD
 * @c:		the client
 * @r:		its request
 * @format:	of the element: 2, or private to an operating system
 * @type:	which
 * @length:	bytes of the payload, or of the MAD if it has none
 * @buffer:	address of the payload
 * @iu_len:	bytes the element says
 */
int mad_post(struct client *c, struct vt_req *r, u8 format, u32 type, u16 length,
	     u64 buffer, unsigned int iu_len)
{
	memset(r->iu, 0, 32);
	put_unaligned_be32(type, r->iu);
	put_unaligned_be16(length, r->iu + 6);
	put_unaligned_be64(buffer, r->iu + 16);
	return vt_post(c, r, format, iu_len);
}

static unsigned int mad_len(u32 type)
{
	switch (type) {
	case MAD_EMPTY_IU:
		return MAD_EMPTY_IU_LEN;
	case MAD_TAPE_PASSTHROUGH:
		return 32;
	case MAD_FAST_FAIL:
		return MAD_HEADER_LEN;
	default:
		return MAD_BUFFER_LEN;
	}
}

/* Send a MAD, wait for the answer, take its status. */
int mad_run(struct client *c, u8 format, u32 type, u16 length, u64 buffer, u16 *status)
{
	struct vt_req *r = vt_req_get(c);
	int ret;

	if (!r)
		return -EBUSY;
	ret = mad_post(c, r, format, type, length, buffer, mad_len(type));
	if (!ret)
		ret = vt_await(c, r, VT_WAIT_MS);
	if (!ret) {
		CHECK(r->answers, 1);
		CHECK(r->msg.format, VT_MAD);
		CHECK(r->msg.status, CRQ_OK);
		CHECK(get_unaligned_be32(r->iu), type);
		CHECK(vt_tag_is_ours(c, r), true);
		CHECK(!memchr_inv(r->iu + 32, VT_CANARY, VT_SLOT - 32), true);
		*status = get_unaligned_be16(r->iu + 4);
	}
	vt_req_put(c, r);
	return ret;
}

/* Say who we are, as the stock client does, and keep how much a command may move. */
int vt_adapter_info(struct client *c)
{
	u8 *info = c->mem;
	u16 status = 0;
	int ret;

	memset(info, 0, ADAPTER_INFO_LEN);
	strscpy(info, "16.a", 8);
	strscpy(info + 8, "vscsitest", 96);
	put_unaligned_be32(7, info + 104);
	put_unaligned_be32(1, info + 108);
	put_unaligned_be32(2, info + 112);
	ret = mad_run(c, VT_MAD, MAD_ADAPTER_INFO, ADAPTER_INFO_LEN, c->mem_ioba, &status);
	if (ret)
		return ret;
	if (!CHECK(status, MAD_SUCCESS))
		return -EPROTO;
	c->max_xfer = get_unaligned_be32(info + ADAPTER_INFO_TXU);
	return CHECK(c->max_xfer >= 0x40000, true) ? 0 : -EPROTO;
}

void iu_login(struct vt_iu *iu, const struct vt_login *l)
{
	memset(iu, 0, sizeof(*iu));
	iu->b[0] = SRP_LOGIN_REQ;
	put_unaligned_be32(l->iu_len, iu->b + 16);
	put_unaligned_be16(l->buf_fmt, iu->b + 24);
	iu->b[26] = l->flags;
	iu->len = LOGIN_LEN;
}

void iu_logout(struct vt_iu *iu)
{
	memset(iu, 0, sizeof(*iu));
	iu->b[0] = SRP_I_LOGOUT;
	iu->len = LOGOUT_LEN;
}

/* Log in so; the answer may be a rejection. */
int vt_login_with(struct client *c, struct vt_login *l)
{
	struct vt_req *r = vt_req_get(c);
	struct vt_iu iu;
	int ret;

	if (!r)
		return -EBUSY;
	iu_login(&iu, l);
	ret = iu_post(c, r, &iu);
	if (!ret)
		ret = vt_await(c, r, VT_WAIT_MS);
	if (!ret) {
		CHECK(r->answers, 1);
		CHECK(r->msg.format, VT_SRP);
		CHECK(vt_tag_is_ours(c, r), true);
		CHECK(vt_canary_ok(r), true);
		l->opcode = r->iu[0];
		l->delta = get_unaligned_be32(r->iu + 4);
	}
	vt_req_put(c, r);
	return ret;
}

int vt_login(struct client *c)
{
	struct vt_login l = VT_LOGIN_USUAL;
	int ret = vt_login_with(c, &l);

	if (ret)
		return ret;
	if (!CHECK(l.opcode, SRP_LOGIN_RSP))
		return -EPROTO;
	c->credits = l.delta;
	return 0;
}

/* All the way from a registered queue to a session */
int vt_connect(struct client *c)
{
	int ret = vt_init(c);

	if (!ret)
		ret = vt_adapter_info(c);
	return ret ?: vt_login(c);
}

static int read_capacity(struct client *c)
{
	static const u8 cdb[16] = { SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16, [13] = 32 };
	struct vt_rsp rsp;
	struct vt_iu iu;
	int ret;

	iu_cmd(&iu, c->lun, cdb, sizeof(cdb));
	iu_direct(&iu, DIR_IN, c->mem_ioba, 32);
	ret = cmd_retry(c, &iu, &rsp);
	if (ret)
		return ret;
	if (!CHECK(rsp_sense(&rsp), SENSE_NONE))
		return -ENXIO;
	c->blocks = get_unaligned_be64(c->mem) + 1;
	c->block = get_unaligned_be32(c->mem + 8);
	return 0;
}

/* Wait until the LUN is ready, and take its size. */
int vt_disk(struct client *c)
{
	static const u8 ready[6] = { TEST_UNIT_READY };
	struct vt_iu iu;

	iu_cmd(&iu, c->lun, ready, sizeof(ready));
	if (!cmd_good(c, &iu))
		return -ENXIO;
	return read_capacity(c);
}

/* Does it still serve?  INQUIRY, and a block if the LUN has some. */
bool vt_serves(struct client *c)
{
	struct vt_iu iu;
	u8 cdb[16];

	memset(c->mem, VT_CANARY, 64);
	cdb_inquiry(cdb, -1, 36);
	iu_cmd(&iu, c->lun, cdb, 6);
	iu_direct(&iu, DIR_IN, c->mem_ioba, 36);
	if (!cmd_good(c, &iu) || !CHECK(c->mem[0], 0) || !CHECK(c->mem[36], VT_CANARY))
		return false;
	if (vt_disk(c))
		return false;
	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 1));
	iu_direct(&iu, DIR_IN, c->mem_ioba, c->block);
	return cmd_good(c, &iu);
}

/* After a violation: the server closes, and lets us in again. */
bool vt_violated(struct client *c)
{
	if (!CHECK(vt_wait_down(c, VT_WAIT_MS), true) ||
	    !CHECK(c->event, CRQ_PARTNER_DEREGISTERED))
		return false;
	return vt_reopens(c);
}

bool vt_reopens(struct client *c)
{
	return CHECK(vt_connect(c), 0) && vt_serves(c);
}
