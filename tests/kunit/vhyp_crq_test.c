// SPDX-License-Identifier: GPL-2.0
/* H_REG_CRQ, H_FREE_CRQ, H_SEND_CRQ, H_ENABLE_CRQ, H_VIO_SIGNAL: codes by state. */
#include "vhyp_fixture.h"

/* One answer of a call on one end in one state */
struct crq_row {
	enum fix_state state;
	enum vhyp_end end;
	long rc;
};

#define CRQ_ROW(_state, _end, _rc) { FIX_##_state, VHYP_##_end, PAPR_H_##_rc }

static void crq_check(struct kunit *test, const struct crq_row *row, unsigned int n,
		      long (*call)(struct fix *f, enum vhyp_end end))
{
	for (; n--; row++) {
		struct fix *f = fix_state(test, row->state);

		KUNIT_EXPECT_EQ_MSG(test, call(f, row->end), row->rc, "%s, %s calls",
				    fix_state_name(row->state),
				    row->end == VHYP_SERVER ? "server" : "client");
	}
}

static void reg_by_state(struct kunit *test)
{
	static const struct crq_row row[] = {
		CRQ_ROW(NONE, SERVER, CLOSED),
		CRQ_ROW(NONE, CLIENT, CLOSED),
		CRQ_ROW(SERVER, SERVER, RESOURCE),
		CRQ_ROW(SERVER, CLIENT, SUCCESS),
		CRQ_ROW(CLIENT, SERVER, SUCCESS),
		CRQ_ROW(CLIENT, CLIENT, RESOURCE),
		CRQ_ROW(BOTH, SERVER, RESOURCE),
		CRQ_ROW(BOTH, CLIENT, RESOURCE),
		CRQ_ROW(SUSPENDED, CLIENT, RESOURCE),
		CRQ_ROW(FREEING, CLIENT, RESOURCE),
		CRQ_ROW(ANY_NONE, SERVER, CLOSED),
		CRQ_ROW(ALONE, SERVER, NOT_FOUND),
	};

	crq_check(test, row, ARRAY_SIZE(row), fix_register);
}

static void free_by_state(struct kunit *test)
{
	static const struct crq_row row[] = {
		CRQ_ROW(NONE, SERVER, SUCCESS),
		CRQ_ROW(NONE, CLIENT, SUCCESS),
		CRQ_ROW(SERVER, SERVER, SUCCESS),
		CRQ_ROW(CLIENT, CLIENT, SUCCESS),
		CRQ_ROW(BOTH, SERVER, SUCCESS),
		CRQ_ROW(BOTH, CLIENT, SUCCESS),
		CRQ_ROW(SUSPENDED, SERVER, SUCCESS),
		CRQ_ROW(SUSPENDED, CLIENT, SUCCESS),
		CRQ_ROW(RESUMED, CLIENT, SUCCESS),
		CRQ_ROW(FREEING, CLIENT, BUSY),
		CRQ_ROW(FREEING, SERVER, RESOURCE),
		CRQ_ROW(ALONE, SERVER, SUCCESS),
	};

	crq_check(test, row, ARRAY_SIZE(row), fix_free);
}

static long send_init(struct fix *f, enum vhyp_end end)
{
	return fix_send(f, end, 0xc001000000000000ULL, 0);
}

static void send_by_state(struct kunit *test)
{
	static const struct crq_row row[] = {
		CRQ_ROW(NONE, SERVER, CLOSED),
		CRQ_ROW(NONE, CLIENT, CLOSED),
		CRQ_ROW(SERVER, SERVER, CLOSED),
		CRQ_ROW(SERVER, CLIENT, CLOSED),
		CRQ_ROW(CLIENT, SERVER, CLOSED),
		CRQ_ROW(CLIENT, CLIENT, CLOSED),
		CRQ_ROW(BOTH, SERVER, SUCCESS),
		CRQ_ROW(BOTH, CLIENT, SUCCESS),
		CRQ_ROW(SUSPENDED, SERVER, CLOSED),
		CRQ_ROW(SUSPENDED, CLIENT, CLOSED),
		CRQ_ROW(RESUMED, SERVER, CLOSED),
		CRQ_ROW(RESUMED, CLIENT, CLOSED),
		CRQ_ROW(FREEING, SERVER, CLOSED),
		CRQ_ROW(FREEING, CLIENT, CLOSED),
		CRQ_ROW(ALONE, SERVER, CLOSED),
	};

	crq_check(test, row, ARRAY_SIZE(row), send_init);
}

static long enable(struct fix *f, enum vhyp_end end)
{
	return fix_call(f, end, PAPR_H_ENABLE_CRQ, f->end[end].unit, 0, 0, 0, 0);
}

static void enable_by_state(struct kunit *test)
{
	static const struct crq_row row[] = {
		CRQ_ROW(NONE, CLIENT, SUCCESS),
		CRQ_ROW(BOTH, CLIENT, SUCCESS),
		CRQ_ROW(BOTH, SERVER, SUCCESS),
		CRQ_ROW(SUSPENDED, CLIENT, LONG_BUSY_10_MSEC),
		CRQ_ROW(RESUMED, CLIENT, SUCCESS),
	};

	crq_check(test, row, ARRAY_SIZE(row), enable);
}

static void bad_arguments(struct kunit *test)
{
	static const struct {
		u64 ioba;
		u64 len;
	} ring[] = {
		{ FIX_RING + 16, PAPR_TCE_SIZE },		/* misaligned */
		{ FIX_RING + 0x800, PAPR_TCE_SIZE },
		{ FIX_RING, 0 },				/* no length */
		{ FIX_RING, 16 },				/* no multiple of 4 KiB */
		{ FIX_RING, PAPR_TCE_SIZE + 1 },
		{ FIX_RING, 2 * PAPR_TCE_SIZE },		/* second page not mapped */
		{ FIX_HOLE, PAPR_TCE_SIZE },			/* not mapped */
		{ FIX_RO, PAPR_TCE_SIZE },			/* not writable */
		{ FIX_WO, PAPR_TCE_SIZE },			/* not readable */
		{ FIX_WINDOW, PAPR_TCE_SIZE },			/* behind the window */
		{ FIX_WINDOW - PAPR_TCE_SIZE, 2 * PAPR_TCE_SIZE },
		{ ~PAPR_TCE_MASK, PAPR_TCE_SIZE },		/* end wraps */
		{ FIX_RING, ~PAPR_TCE_MASK },
	};
	struct fix *f = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ring); i++)
		KUNIT_EXPECT_EQ_MSG(test, PAPR_H_PARAMETER,
				    fix_call(f, VHYP_CLIENT, PAPR_H_REG_CRQ, FIX_CLIENT_UNIT,
					     ring[i].ioba, ring[i].len, 0, 0),
				    "ring %llx+%llx", ring[i].ioba, ring[i].len);
	/* None of them registered anything. */
	KUNIT_EXPECT_EQ(test, PAPR_H_CLOSED, fix_register(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_register(f, VHYP_SERVER));

	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, fix_signal(f, VHYP_CLIENT, 2));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, fix_signal(f, VHYP_CLIENT, ~0ULL));
	KUNIT_EXPECT_EQ(test, PAPR_H_FUNCTION, fix_call(f, VHYP_CLIENT, 0x3, 0, 0, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, PAPR_H_FUNCTION, fix_call(f, VHYP_CLIENT, 0x10c, 0, 0, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, PAPR_H_FUNCTION, fix_call(f, VHYP_CLIENT, ~0ULL, 0, 0, 0, 0, 0));
}

/* A unit address that is not the caller's is no unit address, even if it is a partner's. */
static void unknown_unit(struct kunit *test)
{
	static const u64 opcode[] = { PAPR_H_REG_CRQ, PAPR_H_FREE_CRQ, PAPR_H_SEND_CRQ,
				      PAPR_H_ENABLE_CRQ, PAPR_H_VIO_SIGNAL };
	static const u64 unit[] = { 0, 0x31000000, FIX_SERVER_UNIT, ~0ULL,
				    0x100000000ULL + FIX_CLIENT_UNIT };
	struct fix *f = test->priv;
	unsigned int i, j;

	fix_connect(test, f);
	for (i = 0; i < ARRAY_SIZE(opcode); i++)
		for (j = 0; j < ARRAY_SIZE(unit); j++)
			KUNIT_EXPECT_EQ_MSG(test, PAPR_H_PARAMETER,
					    fix_call(f, VHYP_CLIENT, opcode[i], unit[j],
						     opcode[i] == PAPR_H_SEND_CRQ ?
						     0x8001000000000000ULL : FIX_RING,
						     PAPR_TCE_SIZE, 0, 0),
					    "call %llx, unit %llx", opcode[i], unit[j]);
	/* The partner is still there. */
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, send_init(f, VHYP_CLIENT));
}

/* Every header byte: the high bit is a must, 0xff is the hypervisor's own. */
static void send_headers(struct kunit *test)
{
	struct fix *f = test->priv;
	unsigned int header, sent = 0;

	fix_connect(test, f);
	for (header = 0; header < 256; header++) {
		long rc = fix_send(f, VHYP_CLIENT, (u64)header << 56 | 0x0001000000000000ULL,
				   header);

		KUNIT_EXPECT_EQ_MSG(test, rc, header >= 0x80 && header != 0xff ?
				    PAPR_H_SUCCESS : PAPR_H_PARAMETER, "header %x", header);
		if (rc == PAPR_H_SUCCESS)
			KUNIT_EXPECT_EQ(test, fix_slot(f, VHYP_SERVER, sent++)[0], header);
	}
	KUNIT_EXPECT_EQ(test, fix_slot(f, VHYP_SERVER, sent)[0], 0);
}

/* Literal bytes on the other side, both ways, and nothing else in the ring. */
static void send_bytes(struct kunit *test)
{
	static const u8 command[16] = { 0x80, 0x01, 0x00, 0x00, 0x00, 0x3c, 0x01, 0x00,
					0x00, 0x00, 0x00, 0x00, 0x01, 0x23, 0x40, 0x00 };
	static const u8 response[16] = { 0x80, 0x01, 0x00, 0x99, 0x00, 0x00, 0x00, 0x24,
					 0xde, 0xad, 0xbe, 0xef, 0x01, 0x02, 0x03, 0x04 };
	static const u8 init[16] = { 0xc0, 0x01 };
	static const u8 none[16] = {};
	struct fix *f = test->priv;

	fix_connect(test, f);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS,
			fix_send(f, VHYP_CLIENT, 0xc001000000000000ULL, 0));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS,
			fix_send(f, VHYP_CLIENT, 0x80010000003c0100ULL, 0x1234000ULL));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS,
			fix_send(f, VHYP_SERVER, 0x8001009900000024ULL, 0xdeadbeef01020304ULL));
	fix_expect_slot(test, f, VHYP_SERVER, 0, init);
	fix_expect_slot(test, f, VHYP_SERVER, 1, command);
	fix_expect_slot(test, f, VHYP_SERVER, 2, none);
	fix_expect_slot(test, f, VHYP_CLIENT, 0, response);
	fix_expect_slot(test, f, VHYP_CLIENT, 1, none);
}

static void send_full(struct kunit *test)
{
	struct fix *f = test->priv;
	unsigned int i;

	fix_connect(test, f);
	for (i = 0; i < FIX_RING_COUNT; i++)
		KUNIT_ASSERT_EQ(test, PAPR_H_SUCCESS,
				fix_send(f, VHYP_CLIENT, 0x8001000000000000ULL, i));
	KUNIT_EXPECT_EQ(test, PAPR_H_DROPPED,
			fix_send(f, VHYP_CLIENT, 0x8001000000000000ULL, i));
	KUNIT_EXPECT_EQ(test, fix_slot(f, VHYP_SERVER, FIX_RING_COUNT - 1)[15], 0xff);
	/* A free element makes room for one, at the same place. */
	fix_slot(f, VHYP_SERVER, 0)[0] = 0;
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS,
			fix_send(f, VHYP_CLIENT, 0x8001000000000000ULL, 0x77));
	KUNIT_EXPECT_EQ(test, fix_slot(f, VHYP_SERVER, 0)[15], 0x77);
	KUNIT_EXPECT_EQ(test, PAPR_H_DROPPED,
			fix_send(f, VHYP_CLIENT, 0x8001000000000000ULL, i));
	/* Registered anew, the queue begins at its start. */
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_SERVER));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_register(f, VHYP_SERVER));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS,
			fix_send(f, VHYP_CLIENT, 0x8001000000000000ULL, 0x78));
	KUNIT_EXPECT_EQ(test, fix_slot(f, VHYP_SERVER, 0)[15], 0x78);
}

/* A receiver that takes its ring's memory away gets nothing written to it. */
static void send_ring_unmapped(struct kunit *test)
{
	static const u8 none[16] = {};
	struct fix *f = test->priv;

	fix_connect(test, f);
	KUNIT_ASSERT_EQ(test, PAPR_H_SUCCESS,
			fix_call(f, VHYP_SERVER, PAPR_H_PUT_TCE, f->end[VHYP_SERVER].liobn,
				 FIX_RING, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, PAPR_H_CLOSED, send_init(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_CLIENT));
	fix_expect_slot(test, f, VHYP_SERVER, 0, none);
}

/* An interrupt for each element while signals are on, none later for those while off. */
static void signals(struct kunit *test)
{
	struct fix *f = test->priv;
	struct fix_end *s = &f->end[VHYP_SERVER];

	fix_connect(test, f);
	/* Registration turned them off. */
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, send_init(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, s->signals, 0);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_signal(f, VHYP_SERVER, PAPR_SIGNAL_ON));
	KUNIT_EXPECT_EQ(test, s->signals, 0);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, send_init(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, s->signals, 1);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_signal(f, VHYP_SERVER, PAPR_SIGNAL_OFF));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, send_init(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, s->signals, 1);
	/* Freeing and registering again turns them off, and events follow them too. */
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_signal(f, VHYP_SERVER, PAPR_SIGNAL_ON));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, s->signals, 2);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_register(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_SERVER));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_register(f, VHYP_SERVER));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, send_init(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, s->signals, 2);
}

/* The test hook: answers of any code, as often as asked, carrying nothing out. */
static void injected_answers(struct kunit *test)
{
	struct fix *f = test->priv;
	struct vhyp_partition *client = f->end[VHYP_CLIENT].part;

	fix_connect(test, f);
	KUNIT_EXPECT_EQ(test, -EINVAL, vhyp_partition_inject(client, 0x3, 1, 1));
	KUNIT_EXPECT_EQ(test, 0, vhyp_partition_inject(client, PAPR_H_SEND_CRQ,
						       PAPR_H_LONG_BUSY_10_MSEC, 2));
	KUNIT_EXPECT_EQ(test, PAPR_H_LONG_BUSY_10_MSEC, send_init(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, PAPR_H_LONG_BUSY_10_MSEC, send_init(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, fix_slot(f, VHYP_SERVER, 0)[0], 0);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, send_init(f, VHYP_CLIENT));
	/* Only the partition named. */
	KUNIT_EXPECT_EQ(test, 0, vhyp_partition_inject(client, PAPR_H_SEND_CRQ,
						       PAPR_H_HARDWARE, 1));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, send_init(f, VHYP_SERVER));
	KUNIT_EXPECT_EQ(test, PAPR_H_HARDWARE, send_init(f, VHYP_CLIENT));
}

FIX_CASES(crq,
	  KUNIT_CASE(reg_by_state),
	  KUNIT_CASE(free_by_state),
	  KUNIT_CASE(send_by_state),
	  KUNIT_CASE(enable_by_state),
	  KUNIT_CASE(bad_arguments),
	  KUNIT_CASE(unknown_unit),
	  KUNIT_CASE(send_headers),
	  KUNIT_CASE(send_bytes),
	  KUNIT_CASE(send_full),
	  KUNIT_CASE(send_ring_unmapped),
	  KUNIT_CASE(signals),
	  KUNIT_CASE(injected_answers));
