// SPDX-License-Identifier: GPL-2.0
/*
 * Random elements and random information units.  Addresses are kept away from our own
 * queue: what the server writes there would be our fault.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/prandom.h>
#include <scsi/scsi_proto.h>
#include <scsi/srp.h>
#include <asm/unaligned.h>

#include "session.h"
#include "vscsitest.h"

static struct rnd_state rnd;
static unsigned long fuzz_breaks;

static u32 random_below(u32 n)
{
	return prandom_u32_state(&rnd) % n;
}

static u64 random_u64(void)
{
	return (u64)prandom_u32_state(&rnd) << 32 | prandom_u32_state(&rnd);
}

static bool in_queue(const struct client *c, u64 ioba)
{
	return ioba + VT_MEM >= c->q.ioba && ioba < c->q.ioba + c->q.size;
}

/* In our memory, outside of the window, or anywhere but near our queue */
static u64 random_ioba(const struct client *c)
{
	switch (random_below(4)) {
	case 0:
		return c->a->window_size + random_below(0x10000);
	case 1:
		return random_u64() | 1ULL << 45;
	default:
		return c->mem_ioba + random_below(VT_MEM);
	}
}

/* After a break: connected again, logged in or not.  A queue in a mess is made anew. */
static int fuzz_again(struct client *c)
{
	int ret;

	fuzz_breaks++;
	ret = vt_init_for(c, 2000);
	if (ret) {
		pr_info("no handshake: a new queue\n");
		ret = vt_close(c) ?: vt_open(c, VT_RING);
		ret = ret ?: vt_init(c);
	}
	if (!ret && random_below(4))
		ret = vt_login(c);
	/* The login itself may be caught by a break. */
	return ret == -ECONNRESET || ret == -ENOTCONN ? 0 : ret;
}

static int fuzz_begin(const char *what, unsigned long count)
{
	prandom_seed_state(&rnd, vt_seed);
	fuzz_breaks = 0;
	pr_info("%lu random %s, seed %u\n", count, what, vt_seed);
	return 0;
}

static u64 random_hi(void)
{
	static const u8 headers[] = { 0x80, 0x80, 0x80, 0x80, 0x80, 0xc0, 0x81, 0xfe };
	u64 hi = random_u64() >> 8;

	if (random_below(8))
		hi = (u64)random_below(8) << 48 | (u64)random_below(300);
	return hi | (u64)headers[random_below(ARRAY_SIZE(headers))] << 56;
}

static int fuzz_elements(struct client *c)
{
	unsigned long i, count = vt_count_or(3000);
	int ret = fuzz_begin("elements", count);

	prandom_bytes_state(&rnd, c->mem, VT_MEM);
	for (i = 0; i < count && !ret; i++) {
		vt_send_wait(c, random_hi(), random_ioba(c));
		if (!random_below(8))
			vt_wait_down(c, 1);
		if (READ_ONCE(c->down))
			ret = fuzz_again(c);
	}
	pr_info("%lu breaks\n", fuzz_breaks);
	CHECK(ret, 0);
	return 0;
}

/* A good command of some kind to begin with */
static void fuzz_base(struct client *c, struct vt_iu *iu)
{
	struct vt_frag frag[4];
	unsigned int i, n = 1 + random_below(4);
	bool write = random_below(2);
	u8 cdb[32];

	for (i = 0; i < n; i++)
		frag[i] = (struct vt_frag){ c->mem_ioba + random_below(VT_MEM / 2),
					    c->block };
	prandom_bytes_state(&rnd, cdb, sizeof(cdb));
	if (random_below(8))
		cdb_rw(cdb, write, 10, random_below(256), n);
	iu_cmd(iu, c->lun, cdb, random_below(8) ? 10 : 32);
	iu_data(iu, write ? DIR_OUT : DIR_IN, n == 1 ? FORM_DIRECT : FORM_INLINE + i % 2,
		frag, n, c, c->mem + VT_MEM - 4096);
	iu->b[CMD_ATTR] = random_below(4);
}

/* Addresses that some bytes have become stay off our queue. */
static void fuzz_defuse(const struct client *c, struct vt_iu *iu)
{
	unsigned int i;

	for (i = CMD_LEN; i + 8 <= VT_IU_MAX; i += 4)
		if (in_queue(c, get_unaligned_be64(iu->b + i)))
			put_unaligned_be64(c->mem_ioba, iu->b + i);
}

static void fuzz_mutate(struct client *c, struct vt_iu *iu)
{
	unsigned int n = random_below(6);

	while (n--)
		iu->b[random_below(max(iu->len, 64U))] = prandom_u32_state(&rnd);
	switch (random_below(16)) {
	case 0:
		prandom_bytes_state(&rnd, iu->b, VT_IU_MAX);
		break;
	case 1:
		iu->len = random_below(300);
		break;
	case 2:
		iu->b[0] = random_below(5);
		break;
	}
	fuzz_defuse(c, iu);
}

/* What is random may format the unit or stop it: no such opcodes. */
static void fuzz_spare(struct vt_iu *iu)
{
	static const u8 spare[] = { 0x04, 0x1b, 0x48 };

	if (memchr(spare, iu->b[CMD_CDB], sizeof(spare)))
		iu->b[CMD_CDB] = INQUIRY;
}

/* So many are under way that an answer is missed here and there: take what came. */
static struct vt_req *fuzz_slot(struct client *c)
{
	struct vt_req *r = vt_req_get(c);
	unsigned int i;

	if (r)
		return r;
	msleep(VT_QUIET_MS);
	for (i = 0; i < VT_REQS; i++)
		c->req[i].used = false;
	return vt_req_get(c);
}

static int fuzz_units(struct client *c)
{
	unsigned long i, count = vt_count_or(5000);
	int ret = fuzz_begin("information units", count);
	struct vt_iu iu;

	for (i = 0; i < count && !ret; i++) {
		struct vt_req *r = fuzz_slot(c);

		fuzz_base(c, &iu);
		fuzz_mutate(c, &iu);
		fuzz_spare(&iu);
		memcpy(r->iu, iu.b, VT_IU_MAX);
		vt_post(c, r, random_below(32) ? VT_SRP : VT_MAD, iu.len);
		if (random_below(4))
			vt_await(c, r, 100);
		vt_req_put(c, r);
		if (READ_ONCE(c->down))
			ret = fuzz_again(c);
	}
	pr_info("%lu breaks\n", fuzz_breaks);
	CHECK(ret, 0);
	return 0;
}

/* MADs with random types, lengths and payloads */
static int fuzz_mads(struct client *c)
{
	unsigned long i, count = vt_count_or(3000);
	int ret = fuzz_begin("MADs", count);

	for (i = 0; i < count && !ret; i++) {
		struct vt_req *r = fuzz_slot(c);
		u16 length = random_below(2) ? random_below(200) : prandom_u32_state(&rnd);

		prandom_bytes_state(&rnd, c->mem, 4096);
		mad_post(c, r, 2 + random_below(4), random_below(12), length,
			 random_ioba(c), 16 + random_below(32));
		vt_await(c, r, 1000);
		vt_req_put(c, r);
		if (READ_ONCE(c->down))
			ret = fuzz_again(c);
	}
	pr_info("%lu breaks\n", fuzz_breaks);
	CHECK(ret, 0);
	return 0;
}

const struct vt_case fuzz_cases[] = {
	{ "fuzz-elements", fuzz_elements, VT_LOGIN, .rough = true },
	{ "fuzz-units", fuzz_units, VT_DISK, .rough = true },
	{ "fuzz-mads", fuzz_mads, VT_INIT, .rough = true },
	{ }
};
