// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers on several CPUs, compared byte for byte, while the client takes memory away
 * and gives it back: when a removal has returned, no byte moves through it, neither by a
 * copy nor through a page mapped for zero copy.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "crqtest.h"

#define AREA_SIZE	(64 * 4096)	/* of one copying thread, on each side */
#define COPIERS		2

/* What the client's page holds while it is shared, and once it is not */
#define SHARED		0xc1
#define SECRET		0xee
/* What the server writes */
#define WRITTEN		0x5e

/* Memory of one side, mapped for the whole run */
struct area {
	u8 *mem;
	u64 ioba;
};

struct copier {
	struct task_struct *task;
	struct area server;
	struct area client;
	u64 copies;
	u64 faults;
};

/**
 * struct prey - the page that comes and goes
 * @mem:	the client's page
 * @ioba:	where it was mapped last; read by the others
 * @rounds:	mapped and removed
 * @refused:	removals refused while it was mapped for zero copy
 * @faults:	late writes, reads of what was not shared
 * @copies:	copies to and from it that went through
 * @maps:	zero copy mappings that went through
 */
struct prey {
	u8 *mem;
	u64 ioba;
	u64 rounds;
	u64 refused;
	u64 faults;
	u64 copies;
	u64 maps;
};

static struct copier copiers[COPIERS];
static struct prey prey;

static void rdma_nothing(struct peer *peer, const struct crq_msg *msg)
{
}

static int area_init(struct area *area, struct crq_adapter *a)
{
	area->mem = a->hv->alloc(a, AREA_SIZE, &area->ioba, GFP_KERNEL);
	return area->mem ? 0 : -ENOMEM;
}

static void area_exit(struct area *area, struct crq_adapter *a)
{
	if (area->mem)
		a->hv->free(a, AREA_SIZE, area->mem, area->ioba);
	area->mem = NULL;
}

/* A length of a random size class, at most @max */
static u32 random_len(struct rnd_state *rnd, u32 max)
{
	u32 len = 1U << (prandom_u32_state(rnd) % 18);

	len += prandom_u32_state(rnd) % 3;
	len = len > 1 ? len - 1 : 1;
	return min(len, max);
}

/* One copy with random place, length and direction, checked with what is around it. */
static bool copy_once(struct copier *c, struct rnd_state *rnd)
{
	struct crq_adapter *a = peers[PEER_SERVER].adapter;
	bool push = prandom_u32_state(rnd) & 1;
	struct area *src = push ? &c->server : &c->client;
	struct area *dst = push ? &c->client : &c->server;
	u32 len = random_len(rnd, a->max_rdma);
	u32 s = prandom_u32_state(rnd) % (AREA_SIZE - len);
	u32 d = 1 + prandom_u32_state(rnd) % (AREA_SIZE - len - 2);
	long rc;

	prandom_bytes_state(rnd, src->mem + s, len);
	memset(dst->mem + d - 1, 0, len + 2);
	rc = a->hv->copy_rdma(a, len, push ? a->liobn : a->remote_liobn, src->ioba + s,
			      push ? a->remote_liobn : a->liobn, dst->ioba + d);
	return rc == PAPR_H_SUCCESS && !memcmp(src->mem + s, dst->mem + d, len) &&
	       !dst->mem[d - 1] && !dst->mem[d + len];
}

static int copier_thread(void *data)
{
	struct copier *c = data;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, c - copiers + 1);
	while (!kthread_should_stop()) {
		if (!copy_once(c, &rnd))
			c->faults++;
		c->copies++;
		cond_resched();
	}
	return 0;
}

/* The server: write to and read from the page wherever it was last, all the time. */
static int hunter_copy(void *data)
{
	struct crq_adapter *a = peers[PEER_SERVER].adapter;
	struct area buf;

	if (area_init(&buf, a))
		return -ENOMEM;
	while (!kthread_should_stop()) {
		u64 ioba = READ_ONCE(prey.ioba);

		memset(buf.mem, WRITTEN, 4096);
		if (!a->hv->copy_rdma(a, 4096, a->liobn, buf.ioba, a->remote_liobn, ioba))
			prey.copies++;
		if (!a->hv->copy_rdma(a, 4096, a->remote_liobn, ioba, a->liobn, buf.ioba) &&
		    memchr(buf.mem, SECRET, 4096))
			prey.faults++;
		cond_resched();
	}
	area_exit(&buf, a);
	return 0;
}

/* The server as a backstore with the page mapped would: slowly. */
static int hunter_map(void *data)
{
	struct crq_adapter *a = peers[PEER_SERVER].adapter;
	struct scatterlist sg;

	while (!kthread_should_stop()) {
		u64 ioba = READ_ONCE(prey.ioba);

		sg_init_table(&sg, 1);
		if (a->hv->map_partner(a, ioba, 4096, PAPR_TCE_RW, &sg, 1) == 1) {
			unsigned int i;

			for (i = 0; i < 4; i++) {
				if (memchr(sg_virt(&sg), SECRET, 4096))
					prey.faults++;
				memset(sg_virt(&sg) + i * 1024, WRITTEN, 1024);
				udelay(2);
			}
			/* However the two share the CPUs, the client must find it held at times. */
			if (!(prey.maps % 4))
				usleep_range(200, 400);
			a->hv->unmap_partner(a, ioba, 4096);
			prey.maps++;
		}
		usleep_range(20, 100);
	}
	return 0;
}

/* The client: share the page for a moment, take it back, and watch it. */
static int prey_round(struct rnd_state *rnd)
{
	struct crq_adapter *a = peers[PEER_CLIENT].adapter;
	unsigned int tries = 0;
	u64 ioba;
	int ret;

	memset(prey.mem, SHARED, 4096);
	ret = a->hv->map(a, prey.mem, 4096, DMA_BIDIRECTIONAL, &ioba);
	if (ret)
		return ret;
	WRITE_ONCE(prey.ioba, ioba);
	udelay(prandom_u32_state(rnd) % 50);
	while (a->hv->unmap(a, ioba, 4096, DMA_BIDIRECTIONAL) == PAPR_H_RESOURCE) {
		prey.refused++;
		if (++tries > 100000)
			return -ETIMEDOUT;
		cpu_relax();
		if (!(tries % 64))
			cond_resched();
	}
	/* It is the client's alone now. */
	memset(prey.mem, SECRET, 4096);
	udelay(prandom_u32_state(rnd) % 50);
	if (memchr_inv(prey.mem, SECRET, 4096))
		prey.faults++;
	prey.rounds++;
	return 0;
}

static int prey_run(unsigned int ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);
	struct rnd_state rnd;
	int ret = 0;

	prandom_seed_state(&rnd, 42);
	while (!ret && time_before(jiffies, end)) {
		ret = prey_round(&rnd);
		cond_resched();
	}
	return ret;
}

static struct task_struct *start(int (*fn)(void *data), void *data, unsigned int cpu,
				 const char *name)
{
	struct task_struct *task = kthread_create(fn, data, "crqtest-%s", name);

	if (IS_ERR(task))
		return NULL;
	/* Ours, not the thread's own end: some return early if they cannot begin. */
	get_task_struct(task);
	kthread_bind(task, cpumask_nth(cpu % num_online_cpus(), cpu_online_mask));
	wake_up_process(task);
	return task;
}

static void stop(struct task_struct *task)
{
	if (!task)
		return;
	kthread_stop(task);
	put_task_struct(task);
}

static int copiers_init(void)
{
	unsigned int i;
	int ret = 0;

	memset(copiers, 0, sizeof(copiers));
	for (i = 0; i < COPIERS && !ret; i++) {
		ret = area_init(&copiers[i].server, peers[PEER_SERVER].adapter);
		if (!ret)
			ret = area_init(&copiers[i].client, peers[PEER_CLIENT].adapter);
	}
	return ret;
}

static void copiers_exit(void)
{
	unsigned int i;

	for (i = 0; i < COPIERS; i++) {
		area_exit(&copiers[i].server, peers[PEER_SERVER].adapter);
		area_exit(&copiers[i].client, peers[PEER_CLIENT].adapter);
	}
}

static int rdma_judge(bool can_map)
{
	u64 faults = prey.faults;
	unsigned int i;

	for (i = 0; i < COPIERS; i++) {
		pr_info("copier %u: %llu copies, %llu faults\n", i, copiers[i].copies,
			copiers[i].faults);
		faults += copiers[i].faults;
		if (!copiers[i].copies)
			return -EIO;
	}
	pr_info("page taken away %llu times: %llu copies and %llu mappings hit it, %llu removals refused, %llu faults\n",
		prey.rounds, prey.copies, prey.maps, prey.refused, prey.faults);
	if (faults)
		return -EIO;
	/* A run in which nobody met proves nothing. */
	if (!prey.copies || (can_map && (!prey.maps || !prey.refused)))
		return -ENODATA;
	return 0;
}

int crqtest_rdma(unsigned int ms)
{
	struct crq_adapter *server = peers[PEER_SERVER].adapter;
	struct task_struct *copy, *map = NULL;
	bool can_map;
	unsigned int i;
	int ret;

	ret = peers_open(rdma_nothing);
	if (ret)
		return ret;
	can_map = crq_can(server, CRQ_CAP_MAP_PARTNER);
	memset(&prey, 0, sizeof(prey));
	prey.mem = (u8 *)get_zeroed_page(GFP_KERNEL);
	ret = prey.mem ? copiers_init() : -ENOMEM;
	if (ret)
		goto out;
	for (i = 0; i < COPIERS; i++)
		copiers[i].task = start(copier_thread, &copiers[i], i, "copy");
	copy = start(hunter_copy, NULL, 1, "hunt");
	if (can_map)
		map = start(hunter_map, NULL, 0, "map");
	ret = prey_run(ms);
	stop(map);
	stop(copy);
	for (i = 0; i < COPIERS; i++)
		stop(copiers[i].task);
	ret = ret ?: rdma_judge(can_map);
out:
	copiers_exit();
	free_page((unsigned long)prey.mem);
	return peers_close() ?: ret;
}
