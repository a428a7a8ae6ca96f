// SPDX-License-Identifier: GPL-2.0
/*
 * What the calls cost, in ns: median and range of many rounds of each, interleaved.
 * Meant for the uml lab, where code runs natively.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/timekeeping.h>

#include "crqtest.h"

#define BENCH_REPEAT	64		/* operations in one round */
#define BENCH_BIG	(1024 * 1024)

static u8 *bench_server, *bench_client;
static u64 bench_server_ioba, bench_client_ioba;
static unsigned long bench_received;

static void bench_receive(struct peer *peer, const struct crq_msg *msg)
{
	WRITE_ONCE(bench_received, bench_received + 1);
}

/* A message, until the receiver's handler has had it */
static int bench_send(void)
{
	struct crq_adapter *a = peers[PEER_CLIENT].adapter;
	unsigned int i;

	for (i = 0; i < BENCH_REPEAT; i++) {
		unsigned long before = READ_ONCE(bench_received);

		if (a->hv->send_crq(a, 0x8001000000000000ULL, i))
			return -EIO;
		while (READ_ONCE(bench_received) == before)
			schedule();
	}
	return 0;
}

/* Messages one after the other; the last has been handled at the end */
static int bench_burst(void)
{
	struct crq_adapter *a = peers[PEER_CLIENT].adapter;
	unsigned long goal = bench_received + BENCH_REPEAT;
	unsigned int i;

	for (i = 0; i < BENCH_REPEAT; i++)
		if (a->hv->send_crq(a, 0x8001000000000000ULL, i))
			return -EIO;
	while (READ_ONCE(bench_received) != goal)
		schedule();
	return 0;
}

static int bench_copy(u32 len)
{
	struct crq_adapter *a = peers[PEER_SERVER].adapter;
	unsigned int i;

	for (i = 0; i < BENCH_REPEAT; i++)
		if (a->hv->copy_rdma(a, len, a->remote_liobn, bench_client_ioba, a->liobn,
				     bench_server_ioba))
			return -EIO;
	return 0;
}

static int bench_copy_4k(void)
{
	return bench_copy(4096);
}

/* 1 MiB in calls of the limit */
static int bench_copy_1m(void)
{
	struct crq_adapter *a = peers[PEER_SERVER].adapter;
	u32 done, len;

	for (done = 0; done < BENCH_BIG; done += len) {
		len = min_t(u32, a->max_rdma, BENCH_BIG - done);
		if (a->hv->copy_rdma(a, len, a->remote_liobn, bench_client_ioba + done,
				     a->liobn, bench_server_ioba + done))
			return -EIO;
	}
	return 0;
}

/* The same bytes without a hypervisor, to compare with */
static int bench_memcpy_1m(void)
{
	memcpy(bench_server, bench_client, BENCH_BIG);
	/* The compiler must not think that nobody looks. */
	barrier();
	return 0;
}

static const struct bench {
	const char *name;
	int (*run)(void);
	unsigned int ops;
} benches[] = {
	{ "H_SEND_CRQ with delivery, one at a time", bench_send, BENCH_REPEAT },
	{ "H_SEND_CRQ with delivery, 64 at a time", bench_burst, BENCH_REPEAT },
	{ "H_COPY_RDMA of 4 KiB", bench_copy_4k, BENCH_REPEAT },
	{ "1 MiB in H_COPY_RDMA of the limit", bench_copy_1m, 1 },
	{ "1 MiB by memcpy", bench_memcpy_1m, 1 },
};

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static int bench_all(u64 *ns, unsigned long rounds)
{
	unsigned long r;
	unsigned int b;
	int ret;

	for (r = 0; r < rounds; r++) {
		for (b = 0; b < ARRAY_SIZE(benches); b++) {
			ktime_t start = ktime_get();

			ret = benches[b].run();
			if (ret)
				return ret;
			ns[b * rounds + r] = ktime_to_ns(ktime_sub(ktime_get(), start)) /
					     benches[b].ops;
		}
		cond_resched();
	}
	return 0;
}

static void bench_report(u64 *ns, unsigned long rounds)
{
	unsigned int b;

	for (b = 0; b < ARRAY_SIZE(benches); b++) {
		u64 *n = ns + b * rounds;

		sort(n, rounds, sizeof(*n), compare, NULL);
		pr_info("bench: %s: %llu ns (10%% %llu, 90%% %llu)\n", benches[b].name,
			n[rounds / 2], n[rounds / 10], n[rounds - 1 - rounds / 10]);
	}
}

int crqtest_bench(unsigned long rounds)
{
	struct crq_adapter *s = peers[PEER_SERVER].adapter, *c = peers[PEER_CLIENT].adapter;
	u64 *ns;
	int ret;

	if (rounds < 10)
		return -EINVAL;
	ret = peers_open(bench_receive);
	if (ret)
		return ret;
	ns = kvmalloc_array(rounds, sizeof(*ns) * ARRAY_SIZE(benches), GFP_KERNEL);
	bench_server = s->hv->alloc(s, BENCH_BIG, &bench_server_ioba, GFP_KERNEL);
	bench_client = c->hv->alloc(c, BENCH_BIG, &bench_client_ioba, GFP_KERNEL);
	ret = ns && bench_server && bench_client ? bench_all(ns, rounds) : -ENOMEM;
	if (!ret)
		bench_report(ns, rounds);
	if (bench_client)
		c->hv->free(c, BENCH_BIG, bench_client, bench_client_ioba);
	if (bench_server)
		s->hv->free(s, BENCH_BIG, bench_server, bench_server_ioba);
	kvfree(ns);
	return peers_close() ?: ret;
}
