// SPDX-License-Identifier: GPL-2.0
/*
 * Much of everything at once: messages, MADs, logins, task management, commands, INITs,
 * and a queue that is freed and registered again and again while commands run.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/prandom.h>
#include <scsi/scsi_proto.h>
#include <scsi/srp.h>
#include <asm/unaligned.h>

#include "pump.h"
#include "tmf.h"
#include "vscsitest.h"

/* As many MADs as a server should have place for */
#define FLOOD_MADS	4

static struct vt_req *pump_reqs[PUMP_MAX];

/* Take the answer of the oldest. */
static int pump_take(struct client *c, const struct pump *p, struct vt_req *r)
{
	int ret = vt_await(c, r, VT_WAIT_MS);

	if (!CHECK(ret, 0))
		return ret;
	CHECK(r->answers, 1);
	if (p->judge)
		p->judge(c, r);
	vt_req_put(c, r);
	return 0;
}

int pump_run(struct client *c, const struct pump *p, unsigned long count)
{
	unsigned long sent = 0, taken = 0;
	int ret = 0;

	while (!ret && taken < count) {
		if (sent < count && sent - taken < p->window) {
			struct vt_req *r = vt_req_get(c);

			pump_reqs[sent % PUMP_MAX] = r;
			ret = r ? p->post(c, r, sent++) : -ENOSPC;
			continue;
		}
		ret = pump_take(c, p, pump_reqs[taken++ % PUMP_MAX]);
	}
	CHECK(c->down, false);
	return ret;
}

static int post_mad(struct client *c, struct vt_req *r, unsigned long i)
{
	static const u32 types[] = {
		MAD_ADAPTER_INFO, 0x77, MAD_FAST_FAIL, MAD_EMPTY_IU, MAD_CAPABILITIES,
		MAD_ERROR_LOG,
	};
	u32 type = types[i % ARRAY_SIZE(types)];

	return mad_post(c, r, VT_MAD, type, ADAPTER_INFO_LEN,
			c->mem_ioba + (i % FLOOD_MADS) * 4096, 32);
}

static int flood_mads(struct client *c)
{
	static const struct pump p = { post_mad, NULL, FLOOD_MADS };

	return pump_run(c, &p, vt_count_or(3000));
}

/* Without waiting: each is answered, or the server closes and lets us in again. */
static int flood_mads_blind(struct client *c)
{
	unsigned long i, count = vt_count_or(1000);
	struct vt_req *r;

	for (i = 0; i < count && !READ_ONCE(c->down); i++) {
		r = vt_req_get(c);
		if (!r)
			break;
		if (post_mad(c, r, i))
			break;
	}
	if (vt_wait_down(c, VT_QUIET_MS))
		CHECK(c->event, CRQ_PARTNER_DEREGISTERED);
	else
		CHECK(vt_serves(c), true);
	return 0;
}

static int post_tmf(struct client *c, struct vt_req *r, unsigned long i)
{
	static const u8 functions[] = {
		SRP_TSK_ABORT_TASK, SRP_TSK_LUN_RESET, 0x33, SRP_TSK_CLEAR_ACA,
		SRP_TSK_ABORT_TASK_SET,
	};
	struct vt_iu iu;

	iu_tmf(&iu, c->lun, functions[i % ARRAY_SIZE(functions)], i);
	return iu_post(c, r, &iu);
}

static void judge_tmf(struct client *c, struct vt_req *r)
{
	struct vt_rsp rsp;

	if (rsp_parse(r->iu, &r->msg, &rsp))
		CHECK(rsp.code == TMF_COMPLETE || rsp.code == TMF_NOT_SUPPORTED, true);
}

static int flood_tmfs(struct client *c)
{
	const struct pump p = { post_tmf, judge_tmf, min_t(u32, 200, c->credits) };

	return pump_run(c, &p, vt_count_or(3000));
}

static int post_command(struct client *c, struct vt_req *r, unsigned long i)
{
	struct vt_iu iu;
	u8 cdb[16];

	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, i % 64, 1));
	iu_direct(&iu, DIR_IN, c->mem_ioba + i % 512 * 8192, c->block);
	return iu_post(c, r, &iu);
}

static void judge_good(struct client *c, struct vt_req *r)
{
	struct vt_rsp rsp;

	if (rsp_parse(r->iu, &r->msg, &rsp))
		CHECK(rsp_sense(&rsp), SENSE_NONE);
}

/* All credits used all the time */
static int flood_commands(struct client *c)
{
	const struct pump p = {
		post_command, judge_good, min_t(u32, PUMP_MAX, c->credits),
	};

	return pump_run(c, &p, vt_count_or(20000));
}

static int post_login(struct client *c, struct vt_req *r, unsigned long i)
{
	const struct vt_login l = VT_LOGIN_USUAL;
	struct vt_iu iu;

	iu_login(&iu, &l);
	/* Some of them are refused. */
	if (i % 3 == 2)
		put_unaligned_be16(0, iu.b + 24);
	return iu_post(c, r, &iu);
}

static void judge_login(struct client *c, struct vt_req *r)
{
	CHECK(r->iu[0] == SRP_LOGIN_RSP || r->iu[0] == SRP_LOGIN_REJ, true);
}

/* Logins without end, the refused ones first */
static int flood_logins(struct client *c)
{
	static const struct pump p = { post_login, judge_login, 1 };
	unsigned long i, count = vt_count_or(300);
	struct vt_iu iu;
	int ret;

	ret = pump_run(c, &p, count);
	iu_logout(&iu);
	for (i = 0; !ret && i < count; i++) {
		ret = iu_post(c, vt_req_get(c), &iu);
		if (!ret)
			ret = vt_login(c);
	}
	CHECK(c->down, false);
	return ret;
}

/* How many elements of a form are among those collected?  All are taken. */
static unsigned long count_messages(struct client *c, u64 hi, unsigned int ms)
{
	unsigned long n = 0;
	struct crq_msg msg;

	while (vt_next(c, &msg, ms))
		if (be64_to_cpu(msg.word[0]) == hi)
			n++;
	return n;
}

/* Send @count elements, @window at once, and count what answers them. */
static void flood_elements(struct client *c, u64 hi, u64 answer, unsigned long count,
			   unsigned int window)
{
	/* While the server ends its last session, one answer is for all INITs. */
	unsigned long spare = hi >> 56 == 0xc0 ? window - 1 : 0;
	unsigned long sent = 0, got = 0, n;

	vt_forget(c);
	while (sent < count) {
		for (n = 0; n < window && sent < count; n++, sent++)
			if (!CHECK(vt_send_wait(c, hi, 0), PAPR_H_SUCCESS))
				return;
		n = 0;
		while (n < window && got < sent) {
			struct crq_msg msg;

			if (!vt_next(c, &msg, VT_WAIT_MS))
				break;
			n++;
			got += be64_to_cpu(msg.word[0]) == answer;
		}
	}
	got += count_messages(c, answer, VT_QUIET_MS);
	CHECK(got <= sent && got + spare >= sent, true);
	CHECK(c->down, false);
}

static int flood_pings(struct client *c)
{
	flood_elements(c, 0x800600f500000000ULL, 0x800600f600000000ULL, vt_count_or(20000),
		       100);
	return 0;
}

static int flood_inits(struct client *c)
{
	flood_elements(c, 0xc001000000000000ULL, 0xc002000000000000ULL, vt_count_or(20000),
		       100);
	return 0;
}

/* Without waiting for anything; the answers find our queue full. */
static int flood_pings_blind(struct client *c)
{
	unsigned long i, count = vt_count_or(20000);

	crq_queue_stop(&c->q);
	for (i = 0; i < count; i++)
		vt_send_wait(c, 0x800600f500000000ULL, 0);
	crq_queue_start(&c->q);
	CHECK(count_messages(c, 0x800600f600000000ULL, VT_QUIET_MS) > 0, true);
	CHECK(vt_serves(c), true);
	return 0;
}

static int flood_inits_blind(struct client *c)
{
	unsigned long i, count = vt_count_or(20000);

	crq_queue_stop(&c->q);
	for (i = 0; i < count; i++)
		vt_send_wait(c, 0xc001000000000000ULL, 0);
	crq_queue_start(&c->q);
	CHECK(count_messages(c, 0xc002000000000000ULL, VT_QUIET_MS) > 0, true);
	return 0;
}

static int some_commands(struct client *c, unsigned int n)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < n && !ret; i++) {
		struct vt_req *r = vt_req_get(c);

		ret = r ? post_command(c, r, i) : -ENOSPC;
	}
	return ret;
}

/* The queue goes and comes at random instants of everything. */
static int storm_register(struct client *c)
{
	unsigned long round, count = vt_count_or(200);
	struct rnd_state rnd;
	int ret = 0;

	prandom_seed_state(&rnd, vt_seed);
	for (round = 0; round < count && !ret; round++) {
		u32 how = prandom_u32_state(&rnd);

		vt_about("round %lu", round);
		if (how & 1)
			some_commands(c, how % 64);
		if (how & 2)
			usleep_range(how % 300, how % 300 + 50);
		ret = vt_free(c) ?: vt_register(c);
		if (ret || (how & 0xc) == 0)
			continue;
		ret = vt_init(c);
		if (!ret && how & 4)
			ret = vt_login(c);
	}
	CHECK(ret, 0);
	return 0;
}

/* The same without a word: the server has to see what was before. */
static int storm_silent(struct client *c)
{
	unsigned long round, count = vt_count_or(2000);
	int ret = 0;

	for (round = 0; round < count && !ret; round++)
		ret = vt_free(c) ?: vt_register(c);
	CHECK(ret, 0);
	return 0;
}

const struct vt_case flood_cases[] = {
	{ "flood-mads", flood_mads, VT_LOGIN },
	{ "flood-mads-early", flood_mads, VT_INIT },
	{ "flood-mads-blind", flood_mads_blind, VT_LOGIN },
	{ "flood-tmfs", flood_tmfs, VT_DISK },
	{ "flood-commands", flood_commands, VT_DISK },
	{ "flood-logins", flood_logins, VT_INIT },
	{ "flood-pings", flood_pings, VT_LOGIN },
	{ "flood-pings-blind", flood_pings_blind, VT_LOGIN },
	{ "flood-inits", flood_inits, VT_QUEUE },
	{ "flood-inits-blind", flood_inits_blind, VT_QUEUE },
	{ "storm-register", storm_register, VT_DISK },
	{ "storm-silent", storm_silent, VT_QUEUE },
	{ }
};
