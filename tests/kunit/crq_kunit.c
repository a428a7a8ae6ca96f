// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of crq.ko: element layout against literal bytes, ring, interrupt pattern
 * over a hypervisor that records what is asked of it, retry of busy answers.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <vios/crq.h>

/* ---- the element ---- */

struct crq_vector {
	const char *name;
	u64 hi;
	u64 lo;
	u8 bytes[16];
};

/* Literal bytes of LoPAR's tables, not made with our own constants */
static const struct crq_vector crq_vectors[] = {
	{ "INIT", CRQ_MSG_HI(CRQ_INIT, CRQ_INIT_REQUEST, 0), 0,
	  { 0xc0, 0x01 } },
	{ "INIT_COMPLETE", CRQ_MSG_HI(CRQ_INIT, CRQ_INIT_COMPLETE, 0), 0,
	  { 0xc0, 0x02 } },
	{ "partner failed", CRQ_MSG_HI(CRQ_EVENT, CRQ_PARTNER_FAILED, 0), 0,
	  { 0xff, 0x01 } },
	{ "partner deregistered", CRQ_MSG_HI(CRQ_EVENT, CRQ_PARTNER_DEREGISTERED, 0), 0,
	  { 0xff, 0x02 } },
	{ "partner terminated", CRQ_MSG_HI(CRQ_EVENT, CRQ_PARTNER_TERMINATED, 0), 0,
	  { 0xff, 0x04 } },
	{ "partner suspended", CRQ_MSG_HI(CRQ_EVENT, CRQ_PARTNER_SUSPENDED, 0), 0,
	  { 0xff, 0x06 } },
	{ "prepare for suspend, overwrote",
	  CRQ_MSG_HI(CRQ_EVENT, CRQ_PREPARE_FOR_SUSPEND, CRQ_EVENT_OVERWROTE), 0,
	  { 0xff, 0x09, 0x00, 0x20 } },
	{ "resumed", CRQ_MSG_HI(CRQ_EVENT, CRQ_RESUMED, 0), 0,
	  { 0xff, 0x0a } },
	{ "SRP command of 256 bytes at 0x1234000, 60 s",
	  0x80010000003c0100ULL, 0x1234000ULL,
	  { 0x80, 0x01, 0x00, 0x00, 0x00, 0x3c, 0x01, 0x00,
	    0x00, 0x00, 0x00, 0x00, 0x01, 0x23, 0x40, 0x00 } },
};

static void crq_test_vectors(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(crq_vectors); i++) {
		const struct crq_vector *v = &crq_vectors[i];
		struct crq_msg msg = {
			.word = { cpu_to_be64(v->hi), cpu_to_be64(v->lo) },
		};

		KUNIT_EXPECT_EQ_MSG(test, 0, memcmp(&msg, v->bytes, 16), "%s", v->name);
		KUNIT_EXPECT_EQ_MSG(test, msg.header, v->bytes[0], "%s", v->name);
		KUNIT_EXPECT_EQ_MSG(test, msg.format, v->bytes[1], "%s", v->name);
		KUNIT_EXPECT_EQ_MSG(test, msg.status, v->bytes[3], "%s", v->name);
		KUNIT_EXPECT_EQ_MSG(test, be16_to_cpu(msg.timeout),
				    v->bytes[4] << 8 | v->bytes[5], "%s", v->name);
		KUNIT_EXPECT_EQ_MSG(test, be16_to_cpu(msg.iu_length),
				    v->bytes[6] << 8 | v->bytes[7], "%s", v->name);
		KUNIT_EXPECT_EQ_MSG(test, be64_to_cpu(msg.data), v->lo, "%s", v->name);
	}
}

/* ---- the ring ---- */

static void crq_put(struct crq_msg *slot, u8 header, u64 tag)
{
	slot->data = cpu_to_be64(tag);
	slot->format = 1;
	slot->header = header;
}

static void crq_test_ring_order(struct kunit *test)
{
	const unsigned int count = 256;
	struct crq_msg *mem = kunit_kzalloc(test, count * sizeof(*mem), GFP_KERNEL);
	unsigned int i, sent = 0, got = 0;
	struct crq_ring ring;
	struct crq_msg msg;

	KUNIT_ASSERT_NOT_NULL(test, mem);
	memset(mem, 0xaa, count * sizeof(*mem));
	crq_ring_init(&ring, mem, count * sizeof(*mem));
	KUNIT_EXPECT_FALSE(test, crq_ring_pending(&ring));
	KUNIT_EXPECT_FALSE(test, crq_ring_next(&ring, &msg));
	/* Bursts of many sizes go round several times. */
	for (i = 1; i <= 3 * count; i += 7) {
		unsigned int burst = i % count + 1;

		for (; burst--; sent++)
			crq_put(&mem[sent % count], CRQ_COMMAND, sent + 1);
		while (crq_ring_next(&ring, &msg))
			KUNIT_ASSERT_EQ(test, be64_to_cpu(msg.data), ++got);
		KUNIT_ASSERT_EQ(test, got, sent);
	}
	for (i = 0; i < count; i++)
		KUNIT_EXPECT_EQ(test, mem[i].header, CRQ_FREE);
}

static void crq_test_ring_full(struct kunit *test)
{
	const unsigned int count = 4;
	struct crq_msg mem[4] = {}, msg;
	struct crq_ring ring;
	unsigned int i;

	crq_ring_init(&ring, mem, sizeof(mem));
	for (i = 0; i < count; i++)
		crq_put(&mem[i], CRQ_INIT, i);
	for (i = 0; i < count; i++) {
		KUNIT_ASSERT_TRUE(test, crq_ring_next(&ring, &msg));
		KUNIT_EXPECT_EQ(test, be64_to_cpu(msg.data), i);
		/* The copy survives whatever the sender does with the element now. */
		memset(&mem[i], 0x55, sizeof(mem[i]));
		mem[i].header = CRQ_FREE;
		KUNIT_EXPECT_EQ(test, be64_to_cpu(msg.data), i);
		KUNIT_EXPECT_EQ(test, msg.header, CRQ_INIT);
	}
	KUNIT_EXPECT_FALSE(test, crq_ring_next(&ring, &msg));
}

/* A header without the valid bit is no free element either: it is taken, not skipped. */
static void crq_test_ring_odd_header(struct kunit *test)
{
	struct crq_msg mem[2] = {}, msg;
	struct crq_ring ring;

	crq_ring_init(&ring, mem, sizeof(mem));
	crq_put(&mem[0], 0x01, 7);
	crq_put(&mem[1], CRQ_EVENT, 8);
	KUNIT_EXPECT_TRUE(test, crq_ring_next(&ring, &msg));
	KUNIT_EXPECT_EQ(test, msg.header, 0x01);
	KUNIT_EXPECT_TRUE(test, crq_ring_next(&ring, &msg));
	KUNIT_EXPECT_EQ(test, msg.header, CRQ_EVENT);
}

static void crq_put_event(struct crq_msg *slot, u8 format)
{
	slot->format = format;
	slot->header = CRQ_EVENT;
}

/* Only the events after which there may be another partner, wherever they are */
static void crq_test_ring_partner_left(struct kunit *test)
{
	static const u8 others[] = { CRQ_PREPARE_FOR_SUSPEND, CRQ_RESUMED, 0x00, 0x03, 0x7f };
	static const u8 leaves[] = { CRQ_PARTNER_FAILED, CRQ_PARTNER_DEREGISTERED,
				     CRQ_PARTNER_TERMINATED, CRQ_PARTNER_SUSPENDED };
	unsigned int start, i, at;
	struct crq_msg mem[8], msg;
	struct crq_ring ring;

	for (start = 0; start < ARRAY_SIZE(mem); start++) {
		crq_ring_init(&ring, mem, sizeof(mem));
		for (i = 0; i < start; i++) {
			crq_put(&mem[i], CRQ_COMMAND, i);
			crq_ring_next(&ring, &msg);
		}
		KUNIT_EXPECT_FALSE(test, crq_ring_partner_left(&ring));
		for (i = 0; i < ARRAY_SIZE(others); i++)
			crq_put_event(&mem[(start + i) % ARRAY_SIZE(mem)], others[i]);
		KUNIT_EXPECT_FALSE(test, crq_ring_partner_left(&ring));
		for (i = 0; i < ARRAY_SIZE(leaves); i++) {
			at = (start + ARRAY_SIZE(others)) % ARRAY_SIZE(mem);
			crq_put_event(&mem[at], leaves[i]);
			KUNIT_EXPECT_TRUE(test, crq_ring_partner_left(&ring));
		}
		/* Full, and taken up to it and no further */
		for (i = ARRAY_SIZE(others) + 1; i < ARRAY_SIZE(mem); i++)
			crq_put(&mem[(start + i) % ARRAY_SIZE(mem)], CRQ_COMMAND, i);
		for (i = 0; i < ARRAY_SIZE(others); i++)
			crq_ring_next(&ring, &msg);
		KUNIT_EXPECT_TRUE(test, crq_ring_partner_left(&ring));
		crq_ring_next(&ring, &msg);
		KUNIT_EXPECT_FALSE(test, crq_ring_partner_left(&ring));
	}
}

/* What is behind a free element is of the past. */
static void crq_test_ring_partner_left_gap(struct kunit *test)
{
	struct crq_msg mem[8] = {};
	struct crq_ring ring;

	crq_ring_init(&ring, mem, sizeof(mem));
	ring.next = 2;
	crq_put_event(&mem[4], CRQ_PARTNER_FAILED);
	KUNIT_EXPECT_FALSE(test, crq_ring_partner_left(&ring));
	crq_put(&mem[2], CRQ_COMMAND, 1);
	KUNIT_EXPECT_FALSE(test, crq_ring_partner_left(&ring));
	crq_put(&mem[3], CRQ_COMMAND, 1);
	KUNIT_EXPECT_TRUE(test, crq_ring_partner_left(&ring));
}

/* ---- a hypervisor that records ---- */

struct fake_hv {
	struct crq_adapter adapter;
	struct crq_queue queue;
	void (*handler)(void *data);
	void *data;
	unsigned int sender;		/* next element written */
	unsigned int taken;
	unsigned int signals_on;
	unsigned int signals_off;
	bool signals;
	unsigned int signals_fail;	/* so many more times they do not go on */
	unsigned int put_at_on;		/* elements that arrive when signals go on */
	unsigned int with_signals;	/* elements handled with signals on */
	bool out_of_order;
	long reg_rc[4];			/* answers of H_REG_CRQ */
	unsigned int regs;
	unsigned int frees;
	unsigned int busy;		/* busy answers of H_FREE_CRQ before success */
	long busy_rc;
};

static struct fake_hv *to_fake(struct crq_adapter *a)
{
	return container_of(a, struct fake_hv, adapter);
}

static void fake_put(struct fake_hv *f, unsigned int n)
{
	unsigned int count = f->queue.size / sizeof(struct crq_msg);
	struct crq_msg *mem = f->queue.mem;

	while (n--) {
		crq_put(&mem[f->sender % count], CRQ_COMMAND, f->sender);
		f->sender++;
	}
}

static long fake_signal(struct crq_adapter *a, u64 mode)
{
	struct fake_hv *f = to_fake(a);

	f->signals = mode == PAPR_SIGNAL_ON;
	if (!f->signals) {
		f->signals_off++;
		return PAPR_H_SUCCESS;
	}
	f->signals_on++;
	if (f->signals_fail) {
		f->signals_fail--;
		f->signals = false;
		return PAPR_H_HARDWARE;
	}
	/* Too late for the drain before, too early for an interrupt. */
	fake_put(f, f->put_at_on);
	f->put_at_on = 0;
	return PAPR_H_SUCCESS;
}

static long fake_reg(struct crq_adapter *a, u64 ioba, u64 len)
{
	struct fake_hv *f = to_fake(a);

	return f->reg_rc[f->regs++];
}

static long fake_free(struct crq_adapter *a)
{
	struct fake_hv *f = to_fake(a);

	f->frees++;
	if (!f->busy)
		return PAPR_H_SUCCESS;
	f->busy--;
	return f->busy_rc;
}

static void *fake_alloc(struct crq_adapter *a, size_t size, u64 *ioba, gfp_t gfp)
{
	*ioba = 0x1000;
	return kzalloc(size, gfp);
}

static void fake_free_mem(struct crq_adapter *a, size_t size, void *addr, u64 ioba)
{
	kfree(addr);
}

static int fake_request_irq(struct crq_adapter *a, void (*handler)(void *), void *data)
{
	to_fake(a)->handler = handler;
	to_fake(a)->data = data;
	return 0;
}

static void fake_nothing(struct crq_adapter *a)
{
}

static const struct hv_ops fake_ops = {
	.name		= "fake",
	.reg_crq	= fake_reg,
	.free_crq	= fake_free,
	.vio_signal	= fake_signal,
	.alloc		= fake_alloc,
	.free		= fake_free_mem,
	.request_irq	= fake_request_irq,
	.free_irq	= fake_nothing,
	.sync_irq	= fake_nothing,
};

static void fake_handler(struct crq_queue *q, const struct crq_msg *msg)
{
	struct fake_hv *f = container_of(q, struct fake_hv, queue);

	f->with_signals += f->signals;
	f->out_of_order |= be64_to_cpu(msg->data) != f->taken;
	f->taken++;
}

static struct fake_hv *fake_create(struct kunit *test, size_t size)
{
	struct fake_hv *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->adapter.hv = &fake_ops;
	KUNIT_ASSERT_EQ(test, 0, crq_queue_init(&f->queue, &f->adapter, size, fake_handler));
	KUNIT_ASSERT_NOT_NULL(test, f->handler);
	return f;
}

/* Wait until the tasklet has taken @n elements and rests. */
static void fake_wait(struct kunit *test, struct fake_hv *f, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < 2000 && (READ_ONCE(f->taken) < n || !READ_ONCE(f->signals)); i++)
		usleep_range(500, 1000);
	KUNIT_EXPECT_EQ(test, f->taken, n);
	KUNIT_EXPECT_TRUE(test, f->signals);
}

static void crq_test_interrupt_pattern(struct kunit *test)
{
	struct fake_hv *f = fake_create(test, 4096);

	/* What is there at the start is taken without an interrupt. */
	fake_put(f, 3);
	crq_queue_start(&f->queue);
	fake_wait(test, f, 3);
	KUNIT_EXPECT_EQ(test, f->with_signals, 0);
	KUNIT_EXPECT_EQ(test, f->signals_on, 1);
	/* One element at a time costs no call. */
	fake_put(f, 1);
	f->handler(f->data);
	fake_wait(test, f, 4);
	KUNIT_EXPECT_EQ(test, f->signals_on, 1);
	KUNIT_EXPECT_EQ(test, f->signals_off, 0);
	/* More: off, drain, on, look again; what came meanwhile is not lost. */
	fake_put(f, 5);
	f->put_at_on = 2;
	f->handler(f->data);
	fake_wait(test, f, 11);
	KUNIT_EXPECT_FALSE(test, f->out_of_order);
	KUNIT_EXPECT_EQ(test, f->with_signals, 3);
	KUNIT_EXPECT_EQ(test, f->signals_on, 3);
	KUNIT_EXPECT_EQ(test, f->signals_off, 2);
	/* Stopped: nothing is taken and signals stay off. */
	crq_queue_stop(&f->queue);
	KUNIT_EXPECT_FALSE(test, f->signals);
	fake_put(f, 1);
	f->handler(f->data);
	msleep(20);
	KUNIT_EXPECT_EQ(test, f->taken, 11);
	KUNIT_EXPECT_FALSE(test, f->signals);
	crq_queue_exit(&f->queue);
}

/* Signals that do not go on: elements are looked for until they do. */
static void crq_test_signals_fail(struct kunit *test)
{
	struct fake_hv *f = fake_create(test, 4096);

	f->signals_fail = 5;
	crq_queue_start(&f->queue);
	msleep(20);
	fake_put(f, 3);
	fake_wait(test, f, 3);
	KUNIT_EXPECT_EQ(test, f->signals_on, 6);
	/* The queue goes while it polls. */
	f->signals_fail = UINT_MAX;
	f->handler(f->data);
	msleep(30);
	crq_queue_stop(&f->queue);
	fake_put(f, 1);
	msleep(50);
	KUNIT_EXPECT_EQ(test, f->taken, 3);
	crq_queue_exit(&f->queue);
}

/* More elements than one turn takes: the rest follows in the next, in order. */
static void crq_test_flood(struct kunit *test)
{
	struct fake_hv *f = fake_create(test, 16 * 4096);

	fake_put(f, 4095);
	crq_queue_start(&f->queue);
	fake_wait(test, f, 4095);
	KUNIT_EXPECT_EQ(test, f->with_signals, 0);
	KUNIT_EXPECT_FALSE(test, f->out_of_order);
	crq_queue_exit(&f->queue);
}

static void crq_test_register(struct kunit *test)
{
	struct fake_hv *f = fake_create(test, 4096);

	f->reg_rc[0] = PAPR_H_CLOSED;
	KUNIT_EXPECT_EQ(test, crq_queue_register(&f->queue), PAPR_H_CLOSED);
	KUNIT_EXPECT_EQ(test, f->frees, 0);
	/* After kexec the old kernel's queue is still there: free it, once. */
	f->regs = 0;
	f->reg_rc[0] = PAPR_H_RESOURCE;
	f->reg_rc[1] = PAPR_H_SUCCESS;
	f->busy = 2;
	f->busy_rc = PAPR_H_LONG_BUSY_1_MSEC;
	KUNIT_EXPECT_EQ(test, crq_queue_register(&f->queue), PAPR_H_SUCCESS);
	KUNIT_EXPECT_EQ(test, f->frees, 3);
	KUNIT_EXPECT_EQ(test, f->regs, 2);
	/* Busy answers are repeated. */
	f->regs = 0;
	f->reg_rc[0] = PAPR_H_BUSY;
	f->reg_rc[1] = PAPR_H_LONG_BUSY_10_MSEC;
	f->reg_rc[2] = PAPR_H_IN_PROGRESS;
	f->reg_rc[3] = PAPR_H_CLOSED;
	KUNIT_EXPECT_EQ(test, crq_queue_register(&f->queue), PAPR_H_CLOSED);
	KUNIT_EXPECT_EQ(test, f->regs, 4);
	/* A unit that stays taken is an error, not a loop. */
	f->regs = 0;
	f->reg_rc[0] = PAPR_H_RESOURCE;
	f->reg_rc[1] = PAPR_H_RESOURCE;
	KUNIT_EXPECT_EQ(test, crq_queue_register(&f->queue), PAPR_H_RESOURCE);
	crq_queue_exit(&f->queue);
}

static void crq_test_retry(struct kunit *test)
{
	static const long busy[] = { PAPR_H_BUSY, PAPR_H_IN_PROGRESS,
				     PAPR_H_LONG_BUSY_1_MSEC, PAPR_H_LONG_BUSY_10_MSEC };
	struct fake_hv *f = fake_create(test, 4096);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(busy); i++) {
		f->frees = 0;
		f->busy = 20;
		f->busy_rc = busy[i];
		KUNIT_EXPECT_EQ(test, crq_retry(fake_free, &f->adapter, 10000), PAPR_H_SUCCESS);
		KUNIT_EXPECT_EQ(test, f->frees, 21);
	}
	/* It gives up, with the answer it had. */
	f->busy = UINT_MAX;
	f->busy_rc = PAPR_H_LONG_BUSY_10_MSEC;
	KUNIT_EXPECT_EQ(test, crq_retry(fake_free, &f->adapter, 60), PAPR_H_LONG_BUSY_10_MSEC);
	/* Anything else ends it at once. */
	f->frees = 0;
	f->busy_rc = PAPR_H_PARAMETER;
	KUNIT_EXPECT_EQ(test, crq_retry(fake_free, &f->adapter, 10000), PAPR_H_PARAMETER);
	KUNIT_EXPECT_EQ(test, f->frees, 1);
	f->busy = 0;
	crq_queue_exit(&f->queue);
}

static void crq_test_bad_size(struct kunit *test)
{
	struct crq_adapter a = { .hv = &fake_ops };
	struct crq_queue q = {};

	KUNIT_EXPECT_EQ(test, -EINVAL, crq_queue_init(&q, &a, 0, fake_handler));
	KUNIT_EXPECT_EQ(test, -EINVAL, crq_queue_init(&q, &a, 4095, fake_handler));
	KUNIT_EXPECT_EQ(test, -EINVAL, crq_queue_init(&q, &a, 6144, fake_handler));
}

static void crq_test_codes(struct kunit *test)
{
	static const struct {
		long rc;
		int ms;
		int err;
	} row[] = {
		{ 0, -1, 0 },
		{ 1, 0, -EBUSY },
		{ 14, 0, -EBUSY },
		{ 9900, 1, -EBUSY },
		{ 9901, 10, -EBUSY },
		{ 9902, 100, -EBUSY },
		{ 9903, 1000, -EBUSY },
		{ 9904, 10000, -EBUSY },
		{ 9905, 100000, -EBUSY },
		{ 9906, -1, -EIO },
		{ 2, -1, -ENOTCONN },
		{ 4, -1, -ENOSPC },
		{ -1, -1, -EIO },
		{ -2, -1, -EOPNOTSUPP },
		{ -4, -1, -EINVAL },
		{ -7, -1, -ENXIO },
		{ -11, -1, -EACCES },
		{ -12, -1, -EAGAIN },
		{ -13, -1, -EINVAL },
		{ -14, -1, -EINVAL },
		{ -15, -1, -EINVAL },
		{ -16, -1, -EBUSY },
		{ -57, -1, -EINVAL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		KUNIT_EXPECT_EQ_MSG(test, papr_busy_ms(row[i].rc), row[i].ms, "%ld", row[i].rc);
		KUNIT_EXPECT_EQ_MSG(test, papr_errno(row[i].rc), row[i].err, "%ld", row[i].rc);
	}
}

static struct kunit_case crq_cases[] = {
	KUNIT_CASE(crq_test_vectors),
	KUNIT_CASE(crq_test_ring_order),
	KUNIT_CASE(crq_test_ring_full),
	KUNIT_CASE(crq_test_ring_odd_header),
	KUNIT_CASE(crq_test_ring_partner_left),
	KUNIT_CASE(crq_test_ring_partner_left_gap),
	KUNIT_CASE(crq_test_interrupt_pattern),
	KUNIT_CASE(crq_test_signals_fail),
	KUNIT_CASE(crq_test_flood),
	KUNIT_CASE(crq_test_register),
	KUNIT_CASE(crq_test_retry),
	KUNIT_CASE(crq_test_bad_size),
	KUNIT_CASE(crq_test_codes),
	{}
};

static struct kunit_suite crq_suite = {
	.name		= "crq",
	.test_cases	= crq_cases,
};

kunit_test_suites(&crq_suite);

MODULE_DESCRIPTION("Unit tests of crq.ko");
MODULE_LICENSE("GPL");
