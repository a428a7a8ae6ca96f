// SPDX-License-Identifier: GPL-2.0
/*
 * An ORDERED command waits for every command received before it, its data copy
 * included: a WRITE whose data is copied from odd fragments, and right behind it an
 * ORDERED READ of the same blocks.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/prandom.h>
#include <scsi/scsi_proto.h>

#include "session.h"
#include "vscsitest.h"

/* The data that is written, where it is read to, and the tables */
#define ORDER_OUT	0
#define ORDER_IN	(VT_MEM / 2)
#define ORDER_TABLE	(VT_MEM - 16384)
#define ORDER_BYTES	(VT_MEM / 4)
#define ORDER_FRAGS	256

struct order {
	struct vt_frag out[ORDER_FRAGS];
	u32 bytes;
};

static struct order order;

/* As many odd fragments as there may be, one behind the other with a gap of a byte */
static void order_prepare(struct client *c)
{
	u32 at = ORDER_OUT + 1, left, piece;
	unsigned int i;

	order.bytes = min_t(u32, ORDER_BYTES, c->max_xfer);
	order.bytes = min_t(u64, order.bytes, c->blocks * c->block);
	order.bytes -= order.bytes % c->block;
	left = order.bytes;
	piece = (order.bytes / ORDER_FRAGS) | 1;
	for (i = 0; i < ORDER_FRAGS; i++) {
		u32 len = i == ORDER_FRAGS - 1 ? left : min(left - (ORDER_FRAGS - i), piece);

		order.out[i] = (struct vt_frag){ c->mem_ioba + at, len };
		at += len + 1;
		left -= len;
	}
}

static void order_fill(struct client *c, struct rnd_state *rnd)
{
	unsigned int i;

	for (i = 0; i < ORDER_FRAGS; i++)
		prandom_bytes_state(rnd, c->mem + (order.out[i].ioba - c->mem_ioba),
				    order.out[i].len);
	memset(c->mem + ORDER_IN, VT_CANARY, order.bytes + 1);
}

static bool order_same(struct client *c)
{
	const u8 *in = c->mem + ORDER_IN;
	unsigned int i;

	for (i = 0; i < ORDER_FRAGS; in += order.out[i++].len)
		if (!CHECK_MEM(in, c->mem + (order.out[i].ioba - c->mem_ioba),
			       order.out[i].len))
			return false;
	return CHECK(*in, VT_CANARY);
}

static void order_write(struct client *c, struct vt_iu *iu)
{
	u8 cdb[16];

	iu_cmd(iu, c->lun, cdb, cdb_rw(cdb, true, 10, 0, order.bytes / c->block));
	iu_data(iu, DIR_OUT, FORM_EXTERNAL, order.out, ORDER_FRAGS, c, c->mem + ORDER_TABLE);
	iu->b[CMD_ATTR] = ATTR_SIMPLE;
}

static void order_read(struct client *c, struct vt_iu *iu, u8 attr)
{
	u8 cdb[16];

	iu_cmd(iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, order.bytes / c->block));
	iu_direct(iu, DIR_IN, c->mem_ioba + ORDER_IN, order.bytes);
	iu->b[CMD_ATTR] = attr;
}

/* Send both at once, and wait for both. */
static bool order_pair(struct client *c, u8 attr)
{
	struct vt_req *write = vt_req_get(c), *read = vt_req_get(c);
	struct vt_iu out, in;
	struct vt_rsp rsp;
	bool ok;

	order_write(c, &out);
	order_read(c, &in, attr);
	ok = CHECK(iu_post(c, write, &out), 0) && CHECK(iu_post(c, read, &in), 0) &&
	     CHECK(iu_wait(c, write, &rsp), 0) && CHECK(rsp_sense(&rsp), SENSE_NONE) &&
	     CHECK(iu_wait(c, read, &rsp), 0) && CHECK(rsp_sense(&rsp), SENSE_NONE);
	vt_req_put(c, write);
	vt_req_put(c, read);
	return ok;
}

static int ordered(struct client *c)
{
	unsigned long round, rounds = vt_count_or(50);
	struct rnd_state rnd;

	prandom_seed_state(&rnd, vt_seed);
	order_prepare(c);
	for (round = 0; round < rounds; round++) {
		vt_about("round %lu", round);
		order_fill(c, &rnd);
		if (!order_pair(c, ATTR_ORDERED) || !order_same(c))
			return -EIO;
	}
	return 0;
}

/* SIMPLE and HEAD OF QUEUE need no order: they are answered. */
static int unordered(struct client *c)
{
	unsigned long round, rounds = vt_count_or(10);
	struct rnd_state rnd;

	prandom_seed_state(&rnd, vt_seed);
	order_prepare(c);
	for (round = 0; round < rounds; round++) {
		order_fill(c, &rnd);
		vt_about("simple, round %lu", round);
		if (!order_pair(c, ATTR_SIMPLE))
			return -EIO;
		vt_about("head of queue, round %lu", round);
		if (!order_pair(c, ATTR_HEAD))
			return -EIO;
	}
	return 0;
}

/* A chain of ORDERED WRITEs of one block: the last one is what stays. */
static int ordered_chain(struct client *c)
{
	struct vt_req *r[64];
	unsigned int i;
	struct vt_rsp rsp;
	struct vt_iu iu;
	u8 cdb[16];

	for (i = 0; i < ARRAY_SIZE(r); i++) {
		r[i] = vt_req_get(c);
		memset(c->mem + i * 8192 + 1, i, c->block);
		iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, true, 10, 0, 1));
		/* Odd, so that it is copied, in every other */
		if (!(i & 1))
			memset(c->mem + i * 8192, i, c->block);
		iu_direct(&iu, DIR_OUT, c->mem_ioba + i * 8192 + (i & 1), c->block);
		iu.b[CMD_ATTR] = ATTR_ORDERED;
		CHECK(iu_post(c, r[i], &iu), 0);
	}
	for (i = 0; i < ARRAY_SIZE(r); i++) {
		if (CHECK(iu_wait(c, r[i], &rsp), 0))
			CHECK(rsp_sense(&rsp), SENSE_NONE);
		vt_req_put(c, r[i]);
	}
	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 1));
	iu_direct(&iu, DIR_IN, c->mem_ioba + ORDER_IN, c->block);
	if (cmd_good(c, &iu))
		CHECK(memchr_inv(c->mem + ORDER_IN, ARRAY_SIZE(r) - 1, c->block), 0);
	return 0;
}

const struct vt_case order_cases[] = {
	{ "ordered", ordered, VT_DISK },
	{ "unordered", unordered, VT_DISK },
	{ "ordered-chain", ordered_chain, VT_DISK },
	{ }
};
