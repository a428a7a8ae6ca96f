// SPDX-License-Identifier: GPL-2.0
/*
 * A slow user of a mapped page: for the whole time the client can neither remove the
 * page nor finish freeing its queue; it can when the user has ended; and nothing is
 * written to the page afterwards.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/workqueue.h>

#include "crqtest.h"

#define PATTERN_USER	0x77
#define PATTERN_CLIENT	0x11

/* The user: writes to the page at its end, as a disk that answers late does */
struct slow_user {
	struct delayed_work work;
	struct scatterlist sg;
	u64 ioba;
	bool ended;
};

static void slow_user_end(struct work_struct *work)
{
	struct slow_user *u = container_of(work, struct slow_user, work.work);
	struct crq_adapter *a = peers[PEER_SERVER].adapter;

	memset(sg_virt(&u->sg), PATTERN_USER, 4096);
	WRITE_ONCE(u->ended, true);
	a->hv->unmap_partner(a, u->ioba, 4096);
}

static void delayed_nothing(struct peer *peer, const struct crq_msg *msg)
{
}

/* Ask again and again; both must be refused as long as the user has the page. */
static int refused_meanwhile(struct slow_user *u, u8 *page, unsigned long *asked)
{
	struct crq_adapter *a = peers[PEER_CLIENT].adapter;
	long remove, free;

	for (;;) {
		remove = a->hv->unmap(a, u->ioba, 4096, DMA_BIDIRECTIONAL);
		if (remove == PAPR_H_SUCCESS)
			break;
		free = a->hv->free_crq(a);
		if (remove != PAPR_H_RESOURCE ||
		    (free != PAPR_H_BUSY && !READ_ONCE(u->ended))) {
			pr_err("removal answered %ld, H_FREE_CRQ %ld\n", remove, free);
			return -EIO;
		}
		++*asked;
		usleep_range(1000, 2000);
	}
	if (!READ_ONCE(u->ended)) {
		pr_err("the page was removed under its user\n");
		return -EIO;
	}
	if (memchr_inv(page, PATTERN_USER, 4096)) {
		pr_err("what the user wrote is not there\n");
		return -EIO;
	}
	return 0;
}

/* The server tries all it has: the page is the client's alone. */
static int nothing_late(struct slow_user *u, u8 *page)
{
	struct crq_adapter *a = peers[PEER_SERVER].adapter;
	const u64 data[6] = {};
	struct scatterlist sg;

	memset(page, PATTERN_CLIENT, 4096);
	sg_init_table(&sg, 1);
	if (!a->hv->copy_rdma(a, 4096, a->liobn, u->ioba, a->remote_liobn, u->ioba) ||
	    !a->hv->write_rdma(a, 48, a->remote_liobn, u->ioba, data) ||
	    a->hv->map_partner(a, u->ioba, 4096, PAPR_TCE_WRITE, &sg, 1) > 0) {
		pr_err("the page is still within reach\n");
		return -EIO;
	}
	msleep(200);
	if (memchr_inv(page, PATTERN_CLIENT, 4096)) {
		pr_err("a late write\n");
		return -EIO;
	}
	return 0;
}

int crqtest_delayed(unsigned int ms)
{
	struct crq_adapter *s = peers[PEER_SERVER].adapter, *c = peers[PEER_CLIENT].adapter;
	unsigned long asked = 0;
	struct slow_user u = {};
	ktime_t start;
	u8 *page;
	int ret;

	ret = peers_open(delayed_nothing);
	if (ret)
		return ret;
	page = (u8 *)get_zeroed_page(GFP_KERNEL);
	ret = page ? c->hv->map(c, page, 4096, DMA_BIDIRECTIONAL, &u.ioba) : -ENOMEM;
	if (ret)
		goto out;
	INIT_DELAYED_WORK_ONSTACK(&u.work, slow_user_end);
	sg_init_table(&u.sg, 1);
	ret = s->hv->map_partner(s, u.ioba, 4096, PAPR_TCE_WRITE, &u.sg, 1);
	if (ret != 1) {
		pr_err("the page cannot be mapped: %d\n", ret);
		c->hv->unmap(c, u.ioba, 4096, DMA_BIDIRECTIONAL);
		ret = -EIO;
		goto out_work;
	}
	start = ktime_get();
	schedule_delayed_work(&u.work, msecs_to_jiffies(ms));
	ret = refused_meanwhile(&u, page, &asked);
	flush_delayed_work(&u.work);
	pr_info("refused %lu times in %lld ms\n", asked,
		ktime_ms_delta(ktime_get(), start));
	ret = ret ?: nothing_late(&u, page);
	if (!ret && !asked)
		ret = -ENODATA;
out_work:
	destroy_delayed_work_on_stack(&u.work);
out:
	free_page((unsigned long)page);
	return peers_close() ?: ret;
}
