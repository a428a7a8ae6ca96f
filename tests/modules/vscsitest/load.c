// SPDX-License-Identifier: GPL-2.0
/*
 * Load that stays until the module or the adapter goes: a number of commands always
 * under way, every block with its address and a generation in it.  Whatever breaks the
 * connection meanwhile, it is made again; a write that was under way may have happened
 * or not, block by block, and everything else must be as it was written.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <scsi/scsi_proto.h>
#include <asm/unaligned.h>

#include "session.h"
#include "vscsitest.h"

#define LOAD_SLOTS	32
#define LOAD_BYTES	(32U << 10)	/* in a command */
#define LOAD_STRIDE	(64U << 10)
/* The beginning of the memory is the MADs'. */
#define LOAD_AT		(64U << 10)
static_assert(LOAD_AT + LOAD_SLOTS * LOAD_STRIDE <= VT_MEM);

enum load_state {
	LOAD_IDLE,
	LOAD_READS,
	LOAD_WRITES,
};

/**
 * struct load_slot - some blocks, and the command under way on them
 * @state:	what is under way
 * @r:		its request
 * @since:	when it was sent, in jiffies
 * @low:	oldest generation a block may have; 0 if it may have anything
 * @high:	newest; the same when the last write succeeded
 */
struct load_slot {
	enum load_state state;
	struct vt_req *r;
	unsigned long since;
	u64 low;
	u64 high;
};

/**
 * struct load - the load of an adapter
 * @c:		the adapter
 * @task:	the thread
 * @rnd:	what is random
 * @slot:	the commands
 * @reads:	done and compared
 * @writes:	done
 * @unknown:	under way at a break
 * @errors:	answered with something else than GOOD
 * @lost:	never answered, on a connection that was up
 * @twice:	answered more than once, or late
 * @wrong:	blocks with other data than they may have
 * @connects:	connections made
 */
struct load {
	struct client *c;
	struct task_struct *task;
	struct rnd_state rnd;
	struct load_slot slot[LOAD_SLOTS];
	unsigned long reads;
	unsigned long writes;
	unsigned long unknown;
	unsigned long errors;
	unsigned long lost;
	unsigned long twice;
	unsigned long wrong;
	unsigned long connects;
};

static u32 load_blocks(const struct load *l)
{
	return LOAD_BYTES / l->c->block;
}

static u64 load_lba(const struct load *l, const struct load_slot *s)
{
	return (s - l->slot) * load_blocks(l);
}

/* Half of the buffers are at odd places. */
static u8 *load_buffer(const struct load *l, const struct load_slot *s)
{
	unsigned int i = s - l->slot;

	return l->c->mem + LOAD_AT + i * LOAD_STRIDE + (i & 1 ? 1001 : 0);
}

static void load_fill(const struct load *l, const struct load_slot *s, u64 generation)
{
	u8 *at = load_buffer(l, s);
	u64 lba = load_lba(l, s);
	u32 i, block = l->c->block;

	for (i = 0; i < LOAD_BYTES; i += 16) {
		put_unaligned_be64(lba + i / block, at + i);
		put_unaligned_be64(generation, at + i + 8);
	}
}

static bool block_ok(const struct load *l, const struct load_slot *s, const u8 *at, u64 lba)
{
	u64 generation = get_unaligned_be64(at + 8);
	u32 i;

	if (generation < s->low || generation > s->high)
		return false;
	for (i = 0; i < l->c->block; i += 16)
		if (get_unaligned_be64(at + i) != lba ||
		    get_unaligned_be64(at + i + 8) != generation)
			return false;
	return true;
}

static void load_compare(struct load *l, const struct load_slot *s)
{
	const u8 *at = load_buffer(l, s);
	u64 lba = load_lba(l, s);
	u32 i, block = l->c->block;

	if (!s->low)
		return;
	for (i = 0; i < load_blocks(l); i++, at += block) {
		if (block_ok(l, s, at, lba + i))
			continue;
		if (l->wrong++ < 10)
			pr_err("load: block %llu has %16phN, expected generation %llu to %llu\n",
			       lba + i, at, s->low, s->high);
	}
}

static int load_post(struct load *l, struct load_slot *s)
{
	bool write = !s->low || prandom_u32_state(&l->rnd) & 1;
	struct client *c = l->c;
	struct vt_iu iu;
	u8 cdb[16];

	s->r = vt_req_get(c);
	if (!s->r)
		return -ENOSPC;
	if (write)
		load_fill(l, s, ++s->high);
	else
		memset(load_buffer(l, s), VT_CANARY, LOAD_BYTES);
	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, write, 10, load_lba(l, s), load_blocks(l)));
	iu_direct(&iu, write ? DIR_OUT : DIR_IN, vt_ioba(c, load_buffer(l, s)), LOAD_BYTES);
	s->state = write ? LOAD_WRITES : LOAD_READS;
	s->since = jiffies;
	return iu_post(c, s->r, &iu);
}

static void load_over(struct load *l, struct load_slot *s)
{
	vt_req_put(l->c, s->r);
	s->r = NULL;
	s->state = LOAD_IDLE;
}

static void load_done(struct load *l, struct load_slot *s)
{
	struct vt_rsp rsp;
	bool good;

	if (s->r->answers > 1)
		l->twice++;
	good = rsp_parse(s->r->iu, &s->r->msg, &rsp) && rsp.status == SAM_STAT_GOOD;
	if (!good) {
		if (rsp.key != UNIT_ATTENTION)
			l->errors++;
		/* Nothing was done before an attention; but that is not relied on. */
	} else if (s->state == LOAD_WRITES) {
		l->writes++;
		s->low = s->high;
	} else {
		l->reads++;
		load_compare(l, s);
	}
	load_over(l, s);
}

/* Commands under way at a break: nobody knows. */
static void load_break(struct load *l)
{
	unsigned int i;

	for (i = 0; i < LOAD_SLOTS; i++) {
		struct load_slot *s = &l->slot[i];

		if (s->state == LOAD_IDLE)
			continue;
		/* Pairs with vt_take_answer(). */
		if (smp_load_acquire(&s->r->answers)) {
			load_done(l, s);
			continue;
		}
		l->unknown++;
		load_over(l, s);
	}
}

/* One attempt to be connected; what fails is tried again by the caller. */
static int load_connect_once(struct client *c)
{
	int ret;

	if (!c->open) {
		ret = vt_open(c, VT_RING);
		if (ret)
			return ret;
	}
	if (c->event == CRQ_PARTNER_SUSPENDED)
		crq_queue_enable(&c->q, 10000);
	ret = vt_init_for(c, 2000);
	return ret ?: vt_adapter_info(c) ?: vt_login(c) ?: vt_disk(c);
}

/* Until it is connected, or is to stop.  After some attempts the queue is made anew. */
static bool load_connect(struct load *l)
{
	struct client *c = l->c;
	unsigned int tries;

	for (tries = 1; !kthread_should_stop(); tries++) {
		if (!load_connect_once(c)) {
			l->connects++;
			return true;
		}
		if (c->open && tries % 3 == 0)
			vt_close(c);
		msleep(20);
	}
	return false;
}

static bool load_overdue(const struct load_slot *s)
{
	return time_after(jiffies, s->since + msecs_to_jiffies(vt_ms_or(60000)));
}

/* Look at all; post what may be posted.  False if the connection is gone. */
static bool load_round(struct load *l, bool post)
{
	unsigned int i;

	for (i = 0; i < LOAD_SLOTS; i++) {
		struct load_slot *s = &l->slot[i];

		if (s->state != LOAD_IDLE && READ_ONCE(s->r->answers))
			load_done(l, s);
		if (s->state == LOAD_IDLE && post && load_post(l, s))
			return false;
		if (s->state != LOAD_IDLE && load_overdue(s)) {
			l->lost++;
			pr_err("load: no answer to tag %llx\n", s->r->tag);
			vt_close(l->c);
			return false;
		}
	}
	return !READ_ONCE(l->c->down);
}

static bool load_busy(const struct load *l)
{
	unsigned int i;

	for (i = 0; i < LOAD_SLOTS; i++)
		if (l->slot[i].state != LOAD_IDLE)
			return true;
	return false;
}

/* Something to do?  An answer came, or a break. */
static bool load_awake(const struct load *l, u64 seq)
{
	return READ_ONCE(l->c->seq) != seq || READ_ONCE(l->c->down) ||
	       kthread_should_stop();
}

static void load_serve(struct load *l)
{
	bool up = true;

	while (up && !kthread_should_stop()) {
		u64 seq = READ_ONCE(l->c->seq);

		up = load_round(l, true);
		if (up)
			wait_event_timeout(l->c->wait, load_awake(l, seq), HZ);
	}
	/* To stop: what is under way is waited for. */
	while (up && load_busy(l)) {
		msleep(20);
		up = load_round(l, false);
	}
	load_break(l);
}

static int load_thread(void *data)
{
	struct load *l = data;

	while (load_connect(l)) {
		if (LOAD_SLOTS * (u64)load_blocks(l) > l->c->blocks) {
			pr_err("load: the LUN is too small\n");
			l->errors++;
			break;
		}
		load_serve(l);
	}
	while (!kthread_should_stop())
		msleep(20);
	return 0;
}

static int load_begin(struct client *c)
{
	struct load *l = kzalloc(sizeof(*l), GFP_KERNEL);

	if (!l)
		return -ENOMEM;
	l->c = c;
	prandom_seed_state(&l->rnd, vt_seed);
	l->task = kthread_run(load_thread, l, "vscsitest-load");
	if (IS_ERR(l->task)) {
		int ret = PTR_ERR(l->task);

		kfree(l);
		return ret;
	}
	c->load = l;
	return 0;
}

/* The adapter goes: stop and report. */
void load_end(struct client *c)
{
	struct load *l = c->load;

	if (!l)
		return;
	c->load = NULL;
	kthread_stop(l->task);
	pr_info("load: %s: %lu reads, %lu writes, %lu connections, %lu unknown, %lu errors\n",
		dev_name(c->a->dev), l->reads, l->writes, l->connects, l->unknown, l->errors);
	pr_info("load: %s: %lu lost, %lu twice, %lu late, %lu wrong\n", dev_name(c->a->dev),
		l->lost, l->twice, c->strays, l->wrong);
	kfree(l);
}

const struct vt_case load_cases[] = {
	{ "load", load_begin, VT_BOUND, .stays = true },
	{ }
};
