// SPDX-License-Identifier: GPL-2.0
/* Transport events: which, to whom, in which order, and in a queue that is full. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/scatterlist.h>

#include "vhyp_fixture.h"

static const u8 ev_failed[16] = { 0xff, 0x01 };
static const u8 ev_deregistered[16] = { 0xff, 0x02 };
static const u8 ev_suspended[16] = { 0xff, 0x06 };
static const u8 ev_prepare[16] = { 0xff, 0x09 };
static const u8 ev_resumed[16] = { 0xff, 0x0a };
static const u8 ev_none[16] = {};

static long vioctl(struct fix *f, u64 sub, u64 p1)
{
	return fix_call(f, VHYP_SERVER, PAPR_H_VIOCTL, FIX_SERVER_UNIT, sub, p1, 0, 0);
}

static void deregistered(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);

	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_CLIENT));
	fix_expect_slot(test, f, VHYP_SERVER, 0, ev_deregistered);
	/* Once, however often it is freed. */
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_CLIENT));
	fix_expect_slot(test, f, VHYP_SERVER, 1, ev_none);
	/* To the client as well; and nothing to a queue that is not registered. */
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_register(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_SERVER));
	fix_expect_slot(test, f, VHYP_CLIENT, 0, ev_deregistered);
	fix_clear_ring(f, VHYP_SERVER);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_CLIENT));
	fix_expect_slot(test, f, VHYP_SERVER, 0, ev_none);
	fix_expect_slot(test, f, VHYP_SERVER, 1, ev_none);
}

static void failed(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);
	struct fix_end *s = &f->end[VHYP_SERVER];

	vhyp_partition_kill(f->end[VHYP_CLIENT].part);
	fix_expect_slot(test, f, VHYP_SERVER, 0, ev_failed);
	fix_expect_slot(test, f, VHYP_SERVER, 1, ev_none);
	KUNIT_EXPECT_EQ(test, PAPR_H_PERMISSION,
			fix_copy(f, 1, s->remote, FIX_DATA, s->liobn, FIX_DATA));
	KUNIT_EXPECT_EQ(test, PAPR_H_CLOSED, fix_send(f, VHYP_SERVER, 0xc001ULL << 48, 0));
	/* Its memory is gone with it. */
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, fix_register(f, VHYP_CLIENT));
	/* A server that fails is told to its client. */
	f = fix_state(test, FIX_BOTH);
	vhyp_partition_kill(f->end[VHYP_SERVER].part);
	fix_expect_slot(test, f, VHYP_CLIENT, 0, ev_failed);
}

/* A server that did not ask for 09 gets 06 only, as its client does. */
static void suspend_unprepared(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_SUSPENDED);

	fix_expect_slot(test, f, VHYP_SERVER, 0, ev_suspended);
	fix_expect_slot(test, f, VHYP_CLIENT, 0, ev_suspended);
	KUNIT_EXPECT_EQ(test, -EBUSY, vhyp_partition_suspend(f->end[VHYP_CLIENT].part));
	KUNIT_EXPECT_EQ(test, 0, vhyp_partition_resume(f->end[VHYP_CLIENT].part));
	KUNIT_EXPECT_EQ(test, -EINVAL, vhyp_partition_resume(f->end[VHYP_CLIENT].part));
	fix_expect_slot(test, f, VHYP_SERVER, 1, ev_none);
	fix_expect_slot(test, f, VHYP_CLIENT, 1, ev_none);
	KUNIT_EXPECT_EQ(test, PAPR_H_CLOSED, fix_send(f, VHYP_SERVER, 0xc001ULL << 48, 0));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS,
			fix_call(f, VHYP_CLIENT, PAPR_H_ENABLE_CRQ, FIX_CLIENT_UNIT, 0, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_send(f, VHYP_CLIENT, 0xc001ULL << 48, 0));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_send(f, VHYP_SERVER, 0xc002ULL << 48, 0));
}

/* Answers event 09 from another thread, as a server would, if @ready. */
struct responder {
	struct fix *f;
	unsigned int slot;	/* where it is expected */
	bool ready;
	long rc;
	u8 seen[16];
};

static int respond(void *data)
{
	struct responder *r = data;
	unsigned int i;

	for (i = 0; i < 5000 && fix_slot(r->f, VHYP_SERVER, r->slot)[1] != 0x09; i++)
		usleep_range(200, 400);
	memcpy(r->seen, fix_slot(r->f, VHYP_SERVER, r->slot), sizeof(r->seen));
	if (r->ready)
		r->rc = vioctl(r->f, 0x1e, 0);
	else
		r->rc = fix_free(r->f, VHYP_SERVER);
	while (!kthread_should_stop())
		usleep_range(200, 400);
	return 0;
}

static int suspend_with(struct kunit *test, struct fix *f, unsigned int slot, bool ready,
			const u8 prepare[16])
{
	struct responder r = { .f = f, .slot = slot, .ready = ready, .rc = -1 };
	struct task_struct *task = kthread_run(respond, &r, "kunit-respond");
	int ret;

	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	ret = vhyp_partition_suspend(f->end[VHYP_CLIENT].part);
	kthread_stop(task);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, r.rc);
	KUNIT_EXPECT_EQ_MSG(test, 0, memcmp(r.seen, prepare, 16), "%16ph", r.seen);
	return ret;
}

static void suspend_prepared(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);

	KUNIT_ASSERT_EQ(test, PAPR_H_SUCCESS, vioctl(f, 0x1d, 30000));
	KUNIT_EXPECT_EQ(test, 0, suspend_with(test, f, 0, true, ev_prepare));
	fix_expect_slot(test, f, VHYP_SERVER, 0, ev_prepare);
	fix_expect_slot(test, f, VHYP_SERVER, 1, ev_suspended);
	fix_expect_slot(test, f, VHYP_SERVER, 2, ev_none);
	KUNIT_EXPECT_EQ(test, 0, vhyp_partition_resume(f->end[VHYP_CLIENT].part));
	fix_expect_slot(test, f, VHYP_SERVER, 2, ev_resumed);
	fix_expect_slot(test, f, VHYP_CLIENT, 0, ev_suspended);
	fix_expect_slot(test, f, VHYP_CLIENT, 1, ev_none);
}

/* A server that does not answer in its time: no suspension, and it is told so. */
static void suspend_times_out(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);

	KUNIT_ASSERT_EQ(test, PAPR_H_SUCCESS, vioctl(f, 0x1d, 50));
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, vhyp_partition_suspend(f->end[VHYP_CLIENT].part));
	fix_expect_slot(test, f, VHYP_SERVER, 0, ev_prepare);
	fix_expect_slot(test, f, VHYP_SERVER, 1, ev_resumed);
	fix_expect_slot(test, f, VHYP_SERVER, 2, ev_none);
	fix_expect_slot(test, f, VHYP_CLIENT, 0, ev_none);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_send(f, VHYP_SERVER, 0xc001ULL << 48, 0));
}

/* A server that frees its queue instead of answering holds nothing up. */
static void suspend_server_leaves(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);

	KUNIT_ASSERT_EQ(test, PAPR_H_SUCCESS, vioctl(f, 0x1d, 30000));
	KUNIT_EXPECT_EQ(test, 0, suspend_with(test, f, 0, false, ev_prepare));
	fix_expect_slot(test, f, VHYP_CLIENT, 0, ev_deregistered);
	fix_expect_slot(test, f, VHYP_CLIENT, 1, ev_suspended);
}

/* Memory that is mapped does not move. */
static void suspend_mapped(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);
	struct vhyp_adapter *a = f->end[VHYP_SERVER].adapter;
	struct scatterlist sg;

	sg_init_table(&sg, 1);
	KUNIT_ASSERT_EQ(test, 1, vhyp_adapter_map_partner(a, FIX_DATA, 8, PAPR_TCE_READ, &sg, 1));
	KUNIT_EXPECT_EQ(test, -EBUSY, vhyp_partition_suspend(f->end[VHYP_CLIENT].part));
	vhyp_adapter_unmap_partner(a, FIX_DATA, 8);
	KUNIT_EXPECT_EQ(test, 0, vhyp_partition_suspend(f->end[VHYP_CLIENT].part));
}

static void fill(struct kunit *test, struct fix *f, enum vhyp_end to)
{
	unsigned int i;

	for (i = 0; i < FIX_RING_COUNT; i++)
		KUNIT_ASSERT_EQ(test, PAPR_H_SUCCESS,
				fix_send(f, to == VHYP_SERVER ? VHYP_CLIENT : VHYP_SERVER,
					 0x8001000000000000ULL, 0x1000 + i));
}

/* The newest element makes room, wherever the ring happens to begin. */
static void overwrite(struct kunit *test)
{
	static const u8 second_last[16] = { 0x80, 0x01, 0, 0, 0, 0, 0, 0,
					    0, 0, 0, 0, 0, 0, 0x10, 0xfe };
	static const u8 first[16] = { 0x80, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0 };
	/* The rest of the element it replaces stays. */
	static const u8 last[16] = { 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0xff };
	unsigned int begin, i;

	for (begin = 0; begin < 3; begin++) {
		struct fix *f = fix_state(test, FIX_BOTH);

		for (i = 0; i < begin; i++) {
			KUNIT_ASSERT_EQ(test, PAPR_H_SUCCESS,
					fix_send(f, VHYP_CLIENT, 0x8001000000000000ULL, 0));
			memset(fix_slot(f, VHYP_SERVER, i), 0, 16);
		}
		fill(test, f, VHYP_SERVER);
		KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_CLIENT));
		fix_expect_slot(test, f, VHYP_SERVER, begin, first);
		fix_expect_slot(test, f, VHYP_SERVER, (begin + 254) % 256, second_last);
		fix_expect_slot(test, f, VHYP_SERVER, (begin + 255) % 256, last);
	}
}

/* 09 and 0A say that they did; and the next event takes the place of the one before. */
static void overwrite_says_so(struct kunit *test)
{
	static const u8 prepare[16] = { 0xff, 0x09, 0x00, 0x20, 0, 0, 0, 0,
					0, 0, 0, 0, 0, 0, 0x10, 0xff };
	static const u8 resumed[16] = { 0xff, 0x0a, 0x00, 0x20, 0, 0, 0, 0,
					0, 0, 0, 0, 0, 0, 0x10, 0xff };
	static const u8 suspended[16] = { 0xff, 0x06, 0, 0, 0, 0, 0, 0,
					  0, 0, 0, 0, 0, 0, 0x10, 0xff };
	static const u8 resumed_after[16] = { 0xff, 0x0a, 0x00, 0x20 };
	struct fix *f = fix_state(test, FIX_BOTH);

	KUNIT_ASSERT_EQ(test, PAPR_H_SUCCESS, vioctl(f, 0x1d, 50));
	fill(test, f, VHYP_SERVER);
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, vhyp_partition_suspend(f->end[VHYP_CLIENT].part));
	fix_expect_slot(test, f, VHYP_SERVER, 255, resumed);

	f = fix_state(test, FIX_BOTH);
	KUNIT_ASSERT_EQ(test, PAPR_H_SUCCESS, vioctl(f, 0x1d, 50));
	fill(test, f, VHYP_SERVER);
	/* With the oldest element gone the second event has a place of its own. */
	fix_slot(f, VHYP_SERVER, 0)[0] = 0;
	KUNIT_ASSERT_EQ(test, PAPR_H_SUCCESS,
			fix_send(f, VHYP_CLIENT, 0x8001000000000000ULL, 0));
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, vhyp_partition_suspend(f->end[VHYP_CLIENT].part));
	fix_expect_slot(test, f, VHYP_SERVER, 0, resumed_after);

	f = fix_state(test, FIX_BOTH);
	KUNIT_ASSERT_EQ(test, PAPR_H_SUCCESS, vioctl(f, 0x1d, 30000));
	fill(test, f, VHYP_SERVER);
	KUNIT_EXPECT_EQ(test, 0, suspend_with(test, f, 255, true, prepare));
	fix_expect_slot(test, f, VHYP_SERVER, 255, suspended);
}

FIX_CASES(event,
	  KUNIT_CASE(deregistered),
	  KUNIT_CASE(failed),
	  KUNIT_CASE(suspend_unprepared),
	  KUNIT_CASE(suspend_prepared),
	  KUNIT_CASE(suspend_times_out),
	  KUNIT_CASE(suspend_server_leaves),
	  KUNIT_CASE(suspend_mapped),
	  KUNIT_CASE(overwrite),
	  KUNIT_CASE(overwrite_says_so));
