// SPDX-License-Identifier: GPL-2.0
/*
 * Forwarding by threads: a flow's frames go to one of them, into a queue with a bound, or,
 * with QoS, one queue for each VLAN priority.  They are NAPIs in threaded mode.
 */
#include <linux/cpumask.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "sea.h"

/* Of frames of a priority, so many are served in a round of qos_mode loose. */
#define SEA_SHARE(rank)		((rank) + 1)

/* Priorities from the most to the least important one: IEEE 802.1Q table I-2 */
static const u8 sea_ranked[] = { 7, 6, 5, 4, 3, 2, 0, 1 };

/**
 * struct sea_queue - frames of one priority
 * @frames: the frames
 * @max: most there were at a time
 * @passed: how many went through
 * @dropped: how many found it full
 * @credit: how many may still go in this round, with qos_mode loose
 */
struct sea_queue {
	struct sk_buff_head frames;
	u32 max;
	u64 passed;
	u64 dropped;
	u32 credit;
};

/**
 * struct sea_thread - a thread
 * @napi: what it runs
 * @sea: the SEA
 * @lock: protects @queue
 * @queue: by priority; the last one is used without QoS
 */
struct sea_thread {
	struct napi_struct napi;
	struct sea *sea;
	spinlock_t lock;	/* queue */
	struct sea_queue queue[SEA_QUEUES];
};

struct sea_threads {
	u32 size;		/* of a queue */
	u32 n;
	struct sea_thread thread[];
};

/* ---- into a queue ---- */

static u8 sea_queue_of(const struct sea_pass *pass, const struct sk_buff *skb)
{
	if (!(pass->options & SEA_OPT_QOS))
		return SEA_QUEUE_ALL;
	return skb_vlan_tag_present(skb) ? skb_vlan_tag_get_prio(skb) : 0;
}

static bool sea_queue_put(struct sea_queue *queue, struct sk_buff *skb, u32 size)
{
	if (skb_queue_len(&queue->frames) >= size) {
		queue->dropped++;
		return false;
	}
	__skb_queue_tail(&queue->frames, skb);
	queue->max = max(queue->max, skb_queue_len(&queue->frames));
	return true;
}

/**
 * sea_thread_queue() - have a thread forward a frame
 * @pass: the frame, which was counted as received
 * @skb: the same, consumed if there are threads
 *
 * Context: rcu_read_lock, BH disabled.
 * Return: there are threads.
 */
bool sea_thread_queue(const struct sea_pass *pass, struct sk_buff *skb)
{
	struct sea_threads *threads = rcu_dereference(pass->sea->threads);
	struct sea_thread *thread;
	bool queued;

	if (!threads)
		return false;
	thread = &threads->thread[reciprocal_scale(skb_get_hash(skb), threads->n)];
	SEA_SKB_CB(skb)->sea = pass->sea;
	SEA_SKB_CB(skb)->side = pass->side;
	spin_lock(&thread->lock);
	queued = sea_queue_put(&thread->queue[sea_queue_of(pass, skb)], skb, threads->size);
	spin_unlock(&thread->lock);
	if (queued) {
		napi_schedule(&thread->napi);
	} else {
		sea_count(pass->sea, pass->side->queue_full, pass->frames);
		kfree_skb(skb);
	}
	return true;
}

/* ---- out of the queues ---- */

static unsigned int sea_queue_take(struct sea_queue *queue, struct sk_buff_head *batch,
				   unsigned int most)
{
	struct sk_buff *skb;
	unsigned int n;

	for (n = 0; n < most; n++) {
		skb = __skb_dequeue(&queue->frames);
		if (!skb)
			break;
		__skb_queue_tail(batch, skb);
	}
	queue->passed += n;
	return n;
}

static unsigned int sea_take_strict(struct sea_thread *thread, struct sk_buff_head *batch,
				    unsigned int most)
{
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(sea_ranked); i++)
		n += sea_queue_take(&thread->queue[sea_ranked[i]], batch, most - n);
	return n;
}

static void sea_new_round(struct sea_thread *thread)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sea_ranked); i++)
		thread->queue[sea_ranked[i]].credit = SEA_SHARE(ARRAY_SIZE(sea_ranked) - 1 - i);
}

static unsigned int sea_take_credit(struct sea_thread *thread, struct sk_buff_head *batch,
				    unsigned int most)
{
	struct sea_queue *queue;
	unsigned int i, k, n = 0;

	for (i = 0; i < ARRAY_SIZE(sea_ranked); i++) {
		queue = &thread->queue[sea_ranked[i]];
		k = sea_queue_take(queue, batch, min(queue->credit, most - n));
		queue->credit -= k;
		n += k;
	}
	return n;
}

static unsigned int sea_take_loose(struct sea_thread *thread, struct sk_buff_head *batch,
				   unsigned int most)
{
	unsigned int k, n = 0;
	bool fresh = false;

	/* Two times nothing: there is nothing. */
	while (n < most) {
		k = sea_take_credit(thread, batch, most - n);
		n += k;
		if (k) {
			fresh = false;
			continue;
		}
		if (fresh)
			break;
		sea_new_round(thread);
		fresh = true;
	}
	return n;
}

static unsigned int sea_take(struct sea_thread *thread, struct sk_buff_head *batch,
			     unsigned int most)
{
	bool loose = READ_ONCE(thread->sea->options) & SEA_OPT_QOS_LOOSE;
	unsigned int n;

	spin_lock(&thread->lock);
	/* What was queued before the mode changed goes first. */
	n = sea_queue_take(&thread->queue[SEA_QUEUE_ALL], batch, most);
	if (loose)
		n += sea_take_loose(thread, batch, most - n);
	else
		n += sea_take_strict(thread, batch, most - n);
	spin_unlock(&thread->lock);
	return n;
}

/* Context: BH disabled. */
static unsigned int sea_thread_work(struct sea_thread *thread, unsigned int budget)
{
	struct sk_buff_head batch;
	struct sk_buff *skb;
	unsigned int n;

	__skb_queue_head_init(&batch);
	rcu_read_lock();
	n = sea_take(thread, &batch, budget);
	while ((skb = __skb_dequeue(&batch)))
		sea_forward_queued(skb);
	rcu_read_unlock();
	return n;
}

static int sea_thread_poll(struct napi_struct *napi, int budget)
{
	struct sea_thread *thread = container_of(napi, struct sea_thread, napi);
	unsigned int n = sea_thread_work(thread, budget);

	if (n < budget)
		napi_complete_done(napi, n);
	return n;
}

/* ---- life ---- */

static void sea_thread_init(struct sea_thread *thread, struct sea *sea)
{
	unsigned int i;

	thread->sea = sea;
	spin_lock_init(&thread->lock);
	for (i = 0; i < SEA_QUEUES; i++)
		__skb_queue_head_init(&thread->queue[i].frames);
	netif_napi_add(sea->dev, &thread->napi, sea_thread_poll);
}

/*
 * A thread that goes to another processor may overtake what it has just sent, as what is
 * below has a queue for each of them.  They begin on one each; root may say otherwise.
 */
static void sea_threads_spread(struct sea_threads *threads)
{
	unsigned int i;

	for (i = 0; i < threads->n; i++)
		set_cpus_allowed_ptr(threads->thread[i].napi.thread,
				     cpumask_of(cpumask_local_spread(i, NUMA_NO_NODE)));
}

/* They are disabled. */
static void sea_threads_free(struct sea_threads *threads)
{
	unsigned int i;

	for (i = 0; i < threads->n; i++)
		netif_napi_del(&threads->thread[i].napi);
	kvfree(threads);
}

/**
 * sea_threads_start() - have frames forwarded by threads
 * @sea: the SEA; @sea->config says how many there are, and how long their queues
 *
 * Context: RTNL; may sleep.
 * Return: 0, or an errno.
 */
int sea_threads_start(struct sea *sea)
{
	u32 n = sea->config.nthreads;
	struct sea_threads *threads;
	unsigned int i;
	int err;

	threads = kvzalloc(struct_size(threads, thread, n), GFP_KERNEL);
	if (!threads)
		return -ENOMEM;
	threads->n = n;
	threads->size = sea->config.queue_size;
	for (i = 0; i < n; i++)
		sea_thread_init(&threads->thread[i], sea);
	err = dev_set_threaded(sea->dev, true);
	if (err) {
		sea_threads_free(threads);
		return err;
	}
	sea_threads_spread(threads);
	for (i = 0; i < n; i++)
		napi_enable(&threads->thread[i].napi);
	rcu_assign_pointer(sea->threads, threads);
	return 0;
}

static unsigned int sea_thread_drain_some(struct sea_thread *thread)
{
	unsigned int n;

	local_bh_disable();
	n = sea_thread_work(thread, NAPI_POLL_WEIGHT);
	local_bh_enable();
	return n;
}

/* What is left when nothing comes in any more */
static void sea_threads_drain(struct sea_threads *threads)
{
	unsigned int i;

	for (i = 0; i < threads->n; i++) {
		napi_disable(&threads->thread[i].napi);
		while (sea_thread_drain_some(&threads->thread[i]))
			cond_resched();
	}
}

/**
 * sea_threads_stop() - have frames forwarded where they come in
 * @sea: the SEA
 *
 * Context: RTNL; may sleep.
 */
void sea_threads_stop(struct sea *sea)
{
	struct sea_threads *threads = rtnl_dereference(sea->threads);

	if (!threads)
		return;
	RCU_INIT_POINTER(sea->threads, NULL);
	synchronize_net();
	sea_threads_drain(threads);
	sea_threads_free(threads);
}

static void sea_queue_purge(struct sea_queue *queue, const struct net_device *dev)
{
	struct sk_buff *skb, *next;

	skb_queue_walk_safe(&queue->frames, skb, next) {
		if (skb->dev != dev)
			continue;
		__skb_unlink(skb, &queue->frames);
		sea_count(SEA_SKB_CB(skb)->sea, SEA_SKB_CB(skb)->side->not_ready, sea_frames(skb));
		kfree_skb(skb);
	}
}

/**
 * sea_threads_purge() - forget the frames of a port
 * @sea: the SEA
 * @dev: the port's device, from which none come in any more
 *
 * Context: RTNL; may sleep.
 */
void sea_threads_purge(struct sea *sea, const struct net_device *dev)
{
	struct sea_threads *threads = rtnl_dereference(sea->threads);
	struct sea_thread *thread;
	unsigned int i, k;

	if (!threads)
		return;
	for (i = 0; i < threads->n; i++) {
		thread = &threads->thread[i];
		spin_lock_bh(&thread->lock);
		for (k = 0; k < SEA_QUEUES; k++)
			sea_queue_purge(&thread->queue[k], dev);
		spin_unlock_bh(&thread->lock);
	}
	/* Those that were taken out before */
	synchronize_net();
}

/**
 * sea_queue_info() - how a queue is doing
 * @sea: the SEA
 * @n: of all queues of all threads, which
 * @info: filled
 *
 * Context: RTNL.
 * Return: there is such a queue.
 */
bool sea_queue_info(const struct sea *sea, unsigned long n, struct sea_queue_info *info)
{
	struct sea_threads *threads = rtnl_dereference(sea->threads);
	const struct sea_queue *queue;
	struct sea_thread *thread;

	if (!threads || n >= (unsigned long)threads->n * SEA_QUEUES)
		return false;
	thread = &threads->thread[n / SEA_QUEUES];
	queue = &thread->queue[n % SEA_QUEUES];
	info->thread = n / SEA_QUEUES;
	info->queue = n % SEA_QUEUES;
	spin_lock_bh(&thread->lock);
	info->queued = skb_queue_len(&queue->frames);
	info->queued_max = queue->max;
	info->frames = queue->passed;
	info->dropped = queue->dropped;
	spin_unlock_bh(&thread->lock);
	return true;
}
