// SPDX-License-Identifier: GPL-2.0
/*
 * Load in the background, to pull things away under: each side works from its probe to
 * its remove, whatever the other side, the pair or the partitions do meanwhile.
 *
 * The client shares memory and sends messages; the server copies to and from that
 * memory and maps it.  The only thing checked here is that the client's memory is not
 * touched after its queue was freed.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "crqtest.h"

#define LOAD_SIZE	(16 * 4096)
#define LOAD_AFTER	0xdd

struct load {
	struct task_struct *task;
	u8 *mem;
	u64 ioba;
	u64 done;
	u64 refused;
};

static struct load loads[PEERS];
static u64 load_faults;
static u64 load_total[PEERS];
bool load_mode;

static void load_receive(struct peer *peer, const struct crq_msg *msg)
{
}

static void load_client(struct peer *peer, struct load *l)
{
	struct crq_adapter *a = peer->adapter;

	if (!a->hv->send_crq(a, 0x8001000000000000ULL, l->done)) {
		l->done++;
		return;
	}
	l->refused++;
	/* After a suspension the queue has to be enabled. */
	a->hv->enable_crq(a);
	usleep_range(50, 100);
}

static void load_server(struct peer *peer, struct load *l)
{
	u64 there = READ_ONCE(loads[PEER_CLIENT].ioba);
	struct crq_adapter *a = peer->adapter;
	struct scatterlist sg[4];
	int n;

	sg_init_table(sg, ARRAY_SIZE(sg));
	n = a->hv->map_partner(a, there + 4096, 3 * 4096, PAPR_TCE_RW, sg, ARRAY_SIZE(sg));
	if (n > 0) {
		memset(sg_virt(&sg[1]), 0x5a, 4096);
		udelay(5);
		a->hv->unmap_partner(a, there + 4096, 3 * 4096);
	}
	if (a->hv->copy_rdma(a, LOAD_SIZE, a->liobn, l->ioba, a->remote_liobn, there) ||
	    a->hv->copy_rdma(a, LOAD_SIZE, a->remote_liobn, there, a->liobn, l->ioba)) {
		l->refused++;
		usleep_range(50, 100);
		return;
	}
	a->hv->send_crq(a, 0x8001000000000000ULL, l->done);
	l->done++;
}

static int load_thread(void *data)
{
	struct peer *peer = data;
	struct load *l = &loads[peer_side(peer)];

	while (!kthread_should_stop()) {
		if (peer_side(peer) == PEER_CLIENT)
			load_client(peer, l);
		else
			load_server(peer, l);
		cond_resched();
	}
	return 0;
}

int load_start(struct peer *peer)
{
	struct load *l = &loads[peer_side(peer)];
	struct crq_adapter *a = peer->adapter;
	int ret;

	l->mem = a->hv->alloc(a, LOAD_SIZE, &l->ioba, GFP_KERNEL);
	if (!l->mem)
		return -ENOMEM;
	ret = peer_open(peer, load_receive);
	if (ret)
		goto out_free;
	l->task = kthread_run(load_thread, peer, "crqtest-load");
	if (!IS_ERR(l->task))
		return 0;
	ret = PTR_ERR(l->task);
	peer_close(peer);
out_free:
	a->hv->free(a, LOAD_SIZE, l->mem, l->ioba);
	return ret;
}

void load_stop(struct peer *peer)
{
	struct load *l = &loads[peer_side(peer)];
	struct crq_adapter *a = peer->adapter;

	kthread_stop(l->task);
	peer_close(peer);
	if (peer_side(peer) == PEER_CLIENT) {
		/* The queue is free: not even a copy under way may still write. */
		memset(l->mem, LOAD_AFTER, LOAD_SIZE);
		usleep_range(200, 400);
		if (memchr_inv(l->mem, LOAD_AFTER, LOAD_SIZE))
			load_faults++;
	}
	load_total[peer_side(peer)] += l->done;
	a->hv->free(a, LOAD_SIZE, l->mem, l->ioba);
	memset(l, 0, sizeof(*l));
}

void load_report(void)
{
	pr_info("load: %llu transfers, %llu messages, %llu faults\n", load_total[PEER_SERVER],
		load_total[PEER_CLIENT], load_faults);
}
