// SPDX-License-Identifier: GPL-2.0
/*
 * Forwarding by threads: a flow's frames go to one of them, into a queue with a bound, or,
 * with QoS, one queue for each VLAN priority.  They are NAPIs in threaded mode.
 *
 * With QoS, frames for the wire wait here while it has enough to do, and not in a queue of
 * the real adapter, where all priorities are equal.
 */
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/etherdevice.h>
#include <linux/hrtimer.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/sched/isolation.h>
#include <linux/slab.h>
#include <net/sch_generic.h>

#include "frame.h"

/* Of frames of a priority, so many are served in a round of qos_mode loose. */
#define SEA_SHARE(rank)		((rank) + 1)

/* Enough for the wire, at 1,500 bytes and 7 Gbit/s, until it is looked at again */
#define SEA_WIRE_FRAMES		64
#define SEA_WIRE_NS		(100 * NSEC_PER_USEC)
/* However busy it is: others may keep it so, and queueing disciplines that delay */
#define SEA_WIRE_LEAST_NS	NSEC_PER_MSEC

/* Priorities from the most to the least important one: IEEE 802.1Q table I-2 */
static const u8 sea_ranked[] = { 7, 6, 5, 4, 3, 2, 0, 1 };

/**
 * struct sea_queue - frames of one priority
 * @frames: the frames
 * @max: most there were at a time
 * @found: sum of what those that were queued found before them
 * @passed: how many went through
 * @dropped: how many found it full
 * @credit: how many may still go in this round, with qos_mode loose
 */
struct sea_queue {
	struct sk_buff_head frames;
	u32 max;
	u64 found;
	u64 passed;
	u64 dropped;
	u32 credit;
};

/**
 * struct sea_thread - a thread
 * @napi: what it runs
 * @sea: the SEA
 * @wire: looks again whether the wire has enough to do
 * @held: frames wait for it; the NAPI's own, as is the next
 * @last: when one of those went last, in ns
 * @lock: protects @queue
 * @queue: by where frames go and by priority; the last one is used without QoS
 */
struct sea_thread {
	struct napi_struct napi;
	struct sea *sea;
	struct hrtimer wire;
	bool held;
	u64 last;
	spinlock_t lock;	/* queue */
	struct sea_queue queue[SEA_WAYS][SEA_QUEUES];
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
	/* A tag of 802.1ad is content. */
	if (!skb_vlan_tag_present(skb) || skb->vlan_proto != htons(ETH_P_8021Q))
		return 0;
	return skb_vlan_tag_get_prio(skb);
}

/* What is for the SEA itself need not wait for the wire. */
static enum sea_way sea_way_of(const struct sea_pass *pass, const struct sk_buff *skb)
{
	if (pass->frame.from == SEA_FROM_REAL ||
	    ether_addr_equal(eth_hdr(skb)->h_dest, pass->sea->dev->dev_addr))
		return SEA_WAY_TRUNKS;
	return SEA_WAY_WIRE;
}

static bool sea_queue_put(struct sea_queue *queue, struct sk_buff *skb, u32 size)
{
	if (skb_queue_len(&queue->frames) >= size) {
		queue->dropped++;
		return false;
	}
	queue->found += skb_queue_len(&queue->frames);
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
	enum sea_way way = sea_way_of(pass, skb);
	struct sea_thread *thread;
	bool queued;

	if (!threads)
		return false;
	thread = &threads->thread[reciprocal_scale(skb_get_hash(skb), threads->n)];
	SEA_SKB_CB(skb)->sea = pass->sea;
	SEA_SKB_CB(skb)->side = pass->side;
	spin_lock(&thread->lock);
	queued = sea_queue_put(&thread->queue[way][sea_queue_of(pass, skb)], skb,
			       threads->size);
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

/* @queues: those of one way */
static unsigned int sea_take_strict(struct sea_queue *queues, struct sk_buff_head *batch,
				    unsigned int most)
{
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(sea_ranked); i++)
		n += sea_queue_take(&queues[sea_ranked[i]], batch, most - n);
	return n;
}

static void sea_new_round(struct sea_queue *queues)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sea_ranked); i++)
		queues[sea_ranked[i]].credit = SEA_SHARE(ARRAY_SIZE(sea_ranked) - 1 - i);
}

static unsigned int sea_take_credit(struct sea_queue *queues, struct sk_buff_head *batch,
				    unsigned int most)
{
	struct sea_queue *queue;
	unsigned int i, k, n = 0;

	for (i = 0; i < ARRAY_SIZE(sea_ranked); i++) {
		queue = &queues[sea_ranked[i]];
		k = sea_queue_take(queue, batch, min(queue->credit, most - n));
		queue->credit -= k;
		n += k;
	}
	return n;
}

static unsigned int sea_take_loose(struct sea_queue *queues, struct sk_buff_head *batch,
				   unsigned int most)
{
	unsigned int k, n = 0;
	bool fresh = false;

	/* Two times nothing: there is nothing. */
	while (n < most) {
		k = sea_take_credit(queues, batch, most - n);
		n += k;
		if (k) {
			fresh = false;
			continue;
		}
		if (fresh)
			break;
		sea_new_round(queues);
		fresh = true;
	}
	return n;
}

/* What was queued before the mode changed goes first. */
static unsigned int sea_take(struct sea_queue *queues, u32 options, struct sk_buff_head *batch,
			     unsigned int most)
{
	struct sea_queue *all = &queues[SEA_QUEUE_ALL];
	unsigned int n;

	if (!(options & SEA_OPT_QOS)) {
		n = sea_take_strict(queues, batch, most);
		return n + sea_queue_take(all, batch, most - n);
	}
	n = sea_queue_take(all, batch, most);
	if (options & SEA_OPT_QOS_LOOSE)
		return n + sea_take_loose(queues, batch, most - n);
	return n + sea_take_strict(queues, batch, most - n);
}

/*
 * How many frames the real adapter is to be given now, by each of @threads.
 * Context: rcu_read_lock, BH disabled.
 */
static unsigned int sea_wire_room(const struct sea *sea, unsigned int threads)
{
	const struct sea_port *real = rcu_dereference(sea->table)->real;
	unsigned int i, has = 0;

	for (i = 0; real && i < real->dev->real_num_tx_queues; i++) {
		const struct Qdisc *qdisc =
			rcu_dereference(netdev_get_tx_queue(real->dev, i)->qdisc);

		if (qdisc)
			has = max_t(unsigned int, has, qdisc_qlen_sum(qdisc));
	}
	if (has >= SEA_WIRE_FRAMES)
		return 0;
	return DIV_ROUND_UP(SEA_WIRE_FRAMES - has, threads);
}

static bool sea_any_queued(const struct sea_queue *queues)
{
	unsigned int i;

	for (i = 0; i < SEA_QUEUES; i++)
		if (!skb_queue_empty(&queues[i].frames))
			return true;
	return false;
}

/*
 * Frames of both ways, of those for the wire @room at most.  Whether some of these are left
 * is kept in @thread->held.  Context: BH disabled.
 */
static unsigned int sea_take_ways(struct sea_thread *thread, unsigned int room,
				  struct sk_buff_head *batch, unsigned int budget)
{
	struct sea_queue (*queue)[SEA_QUEUES] = thread->queue;
	u32 options = READ_ONCE(thread->sea->options);
	unsigned int n;

	spin_lock(&thread->lock);
	n = sea_take(queue[SEA_WAY_TRUNKS], options, batch, budget - min(room, budget / 2));
	n += sea_take(queue[SEA_WAY_WIRE], options, batch, min(room, budget - n));
	n += sea_take(queue[SEA_WAY_TRUNKS], options, batch, budget - n);
	thread->held = n < budget && sea_any_queued(queue[SEA_WAY_WIRE]);
	spin_unlock(&thread->lock);
	return n;
}

/* The room there is, or for one frame if none has gone for a while */
static unsigned int sea_thread_room(struct sea_thread *thread)
{
	struct sea_threads *threads = rcu_dereference(thread->sea->threads);
	unsigned int room = sea_wire_room(thread->sea, threads ? threads->n : 1);
	u64 now = ktime_get_ns();

	if (!room && now - thread->last >= SEA_WIRE_LEAST_NS)
		room = 1;
	if (room)
		thread->last = now;
	return room;
}

/* Context: BH disabled. */
static unsigned int sea_thread_work(struct sea_thread *thread, bool wait, unsigned int budget)
{
	struct sk_buff_head batch;
	struct sk_buff *skb;
	unsigned int n;

	__skb_queue_head_init(&batch);
	rcu_read_lock();
	n = sea_take_ways(thread, wait ? sea_thread_room(thread) : budget, &batch, budget);
	while ((skb = __skb_dequeue(&batch)))
		sea_forward_queued(skb);
	rcu_read_unlock();
	return n;
}

static int sea_thread_poll(struct napi_struct *napi, int budget)
{
	struct sea_thread *thread = container_of(napi, struct sea_thread, napi);
	bool wait = READ_ONCE(thread->sea->options) & SEA_OPT_QOS;
	unsigned int n = sea_thread_work(thread, wait, budget);

	if (n == budget)
		return n;
	/* Who has disabled the NAPI cancels the timer: it is to be there by then. */
	if (thread->held)
		hrtimer_start(&thread->wire, ns_to_ktime(SEA_WIRE_NS), HRTIMER_MODE_REL);
	napi_complete_done(napi, n);
	return n;
}

static enum hrtimer_restart sea_thread_wire(struct hrtimer *timer)
{
	struct sea_thread *thread = container_of(timer, struct sea_thread, wire);

	napi_schedule(&thread->napi);
	return HRTIMER_NORESTART;
}

/* ---- life ---- */

static void sea_thread_init(struct sea_thread *thread, struct sea *sea)
{
	unsigned int way, i;

	thread->sea = sea;
	spin_lock_init(&thread->lock);
	hrtimer_init(&thread->wire, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	thread->wire.function = sea_thread_wire;
	for (way = 0; way < SEA_WAYS; way++)
		for (i = 0; i < SEA_QUEUES; i++)
			__skb_queue_head_init(&thread->queue[way][i].frames);
	netif_napi_add(sea->dev, &thread->napi, sea_thread_poll);
}

/* Of the processors that threads of the kernel may have, the next in a circle; nr_cpu_ids: none */
static unsigned int sea_next_cpu(unsigned int cpu)
{
	const struct cpumask *may = housekeeping_cpumask(HK_TYPE_KTHREAD);

	cpu = cpumask_next_and(cpu, may, cpu_online_mask);
	return cpu < nr_cpu_ids ? cpu : cpumask_first_and(may, cpu_online_mask);
}

/*
 * A thread that goes to another processor may overtake what it has just sent, as what is
 * below has a queue for each of them.  They begin on one each, those of the next SEA where
 * those of the last ended; root may say otherwise, and a processor that is taken offline does.
 */
static void sea_threads_spread(struct sea_threads *threads)
{
	static unsigned int cpu = UINT_MAX;	/* RTNL */
	unsigned int i;

	ASSERT_RTNL();
	cpus_read_lock();
	for (i = 0; i < threads->n; i++) {
		cpu = sea_next_cpu(cpu);
		if (cpu < nr_cpu_ids)
			set_cpus_allowed_ptr(threads->thread[i].napi.thread, cpumask_of(cpu));
	}
	cpus_read_unlock();
}

/* They are disabled. */
static void sea_threads_free(struct sea_threads *threads)
{
	unsigned int i;

	for (i = 0; i < threads->n; i++) {
		netif_napi_del(&threads->thread[i].napi);
		hrtimer_cancel(&threads->thread[i].wire);
	}
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
	n = sea_thread_work(thread, false, NAPI_POLL_WEIGHT);
	local_bh_enable();
	return n;
}

/* What is left when nothing comes in any more */
static void sea_threads_drain(struct sea_threads *threads)
{
	unsigned int i;

	for (i = 0; i < threads->n; i++) {
		napi_disable(&threads->thread[i].napi);
		hrtimer_cancel(&threads->thread[i].wire);
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
	unsigned int i, way, k;

	if (!threads)
		return;
	for (i = 0; i < threads->n; i++) {
		thread = &threads->thread[i];
		spin_lock_bh(&thread->lock);
		for (way = 0; way < SEA_WAYS; way++)
			for (k = 0; k < SEA_QUEUES; k++)
				sea_queue_purge(&thread->queue[way][k], dev);
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
	unsigned long way = n / SEA_QUEUES;
	const struct sea_queue *queue;
	struct sea_thread *thread;

	if (!threads || way >= (unsigned long)threads->n * SEA_WAYS)
		return false;
	thread = &threads->thread[way / SEA_WAYS];
	queue = &thread->queue[way % SEA_WAYS][n % SEA_QUEUES];
	info->thread = way / SEA_WAYS;
	info->way = way % SEA_WAYS;
	info->queue = n % SEA_QUEUES;
	spin_lock_bh(&thread->lock);
	info->queued = skb_queue_len(&queue->frames);
	info->queued_max = queue->max;
	info->found = queue->found;
	info->frames = queue->passed;
	info->dropped = queue->dropped;
	spin_unlock_bh(&thread->lock);
	return true;
}
