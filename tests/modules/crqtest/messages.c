// SPDX-License-Identifier: GPL-2.0
/*
 * Numbered messages both ways at once, each accepted by the hypervisor to be received
 * once and in order.
 *
 * "churn": a third thread frees and registers one side after the other, while the shell
 * kills partitions.  A queue's elements are taken after it was freed, too, so that
 * nothing that was accepted may be missing even then: a sender repeats what was
 * refused, and the receiver sees every number exactly once.  The senders keep the
 * queues from filling up, because in a full one an event may replace a message.
 *
 * "flood": no thread disturbs, and the senders do not look at how full the queue is.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/hash.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>

#include "crqtest.h"

/* Messages under way at most; the queue has 256 elements */
#define STREAM_WINDOW	200
/* A stream that gets nothing through for so long has stopped. */
#define STREAM_STALL	(30 * HZ)

/**
 * struct stream - messages in one direction
 * @from:	sender
 * @to:		receiver
 * @task:	the sending thread
 * @sent:	number of the next message; written by @task
 * @received:	number expected next; written by the receiver's handler
 * @closed:	H_CLOSED answers
 * @dropped:	H_DROPPED answers
 * @faults:	lost, twice, out of order, or spoilt
 */
struct stream {
	struct peer *from;
	struct peer *to;
	struct task_struct *task;
	u64 sent;
	u64 received;
	u64 closed;
	u64 dropped;
	u64 faults;
};

static struct stream streams[PEERS];	/* by receiver */
static unsigned long stream_count;
static bool stream_paced;

static u64 stream_hi(u64 seq)
{
	return 0x8001000000000000ULL | (u64)hash_64(seq, 32);
}

static void stream_receive(struct peer *peer, const struct crq_msg *msg)
{
	struct stream *s = &streams[peer_side(peer)];
	u64 seq = be64_to_cpu(msg->data);

	if (msg->header == CRQ_EVENT)
		return;
	if (seq != s->received || be64_to_cpu(msg->word[0]) != stream_hi(seq)) {
		if (s->faults++ < 10)
			pr_err("%s: got %llu (%016llx), expected %llu\n",
			       dev_name(peer->adapter->dev), seq, be64_to_cpu(msg->word[0]),
			       s->received);
	}
	WRITE_ONCE(s->received, seq + 1);
}

/* One message; true if it was accepted. */
static bool stream_send(struct stream *s)
{
	struct crq_adapter *a = s->from->adapter;
	long rc;

	if (stream_paced && s->sent - READ_ONCE(s->received) >= STREAM_WINDOW)
		return false;
	rc = a->hv->send_crq(a, stream_hi(s->sent), s->sent);
	switch (rc) {
	case PAPR_H_SUCCESS:
		s->sent++;
		return true;
	case PAPR_H_CLOSED:
		s->closed++;
		return false;
	case PAPR_H_DROPPED:
		s->dropped++;
		return false;
	default:
		pr_err("%s: H_SEND_CRQ answered %ld\n", dev_name(a->dev), rc);
		s->faults++;
		return false;
	}
}

static int stream_thread(void *data)
{
	struct stream *s = data;
	unsigned long progress = jiffies;

	while (s->sent < stream_count && !kthread_should_stop()) {
		if (stream_send(s)) {
			progress = jiffies;
			/* A flood goes on until it is refused. */
			if (stream_paced && !(s->sent % 64))
				cond_resched();
		} else {
			if (time_after(jiffies, progress + STREAM_STALL)) {
				pr_err("%s: nothing goes through, %llu sent, %llu received\n",
				       dev_name(s->from->adapter->dev), s->sent, s->received);
				s->faults++;
				break;
			}
			usleep_range(10, 50);
		}
	}
	while (!kthread_should_stop())
		usleep_range(200, 1000);
	return 0;
}

static bool streams_done(void)
{
	unsigned int i;

	for (i = 0; i < PEERS; i++)
		if (READ_ONCE(streams[i].received) < stream_count &&
		    !READ_ONCE(streams[i].faults))
			return false;
	return true;
}

/* Close and open one side after the other until all is through. */
static int streams_churn(unsigned long *cycles)
{
	int ret;

	while (!streams_done()) {
		struct peer *peer = &peers[*cycles % PEERS];

		usleep_range(1000, 5000);
		ret = peer_close(peer);
		if (ret)
			return ret;
		if (*cycles % 3 == 0)
			usleep_range(100, 500);
		ret = peer_open(peer, stream_receive);
		if (ret)
			return ret;
		++*cycles;
	}
	return 0;
}

static int streams_wait(void)
{
	while (!streams_done()) {
		if (msleep_interruptible(20))
			return -EINTR;
	}
	return 0;
}

static int streams_start(void)
{
	unsigned int i;

	for (i = 0; i < PEERS; i++) {
		struct stream *s = &streams[i];

		memset(s, 0, sizeof(*s));
		s->to = &peers[i];
		s->from = &peers[!i];
	}
	for (i = 0; i < PEERS; i++) {
		struct task_struct *task = kthread_create(stream_thread, &streams[i],
							  "crqtest-send/%u", i);

		if (IS_ERR(task))
			return PTR_ERR(task);
		kthread_bind(task, cpumask_nth(i % num_online_cpus(), cpu_online_mask));
		streams[i].task = task;
		wake_up_process(task);
	}
	return 0;
}

static void streams_stop(void)
{
	unsigned int i;

	for (i = 0; i < PEERS; i++)
		if (streams[i].task)
			kthread_stop(streams[i].task);
}

static int streams_judge(bool churn)
{
	u64 disturbed = 0;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < PEERS; i++) {
		struct stream *s = &streams[i];

		pr_info("to %s: %llu sent, %llu received, %llu faults, %llu closed, %llu dropped, %lu events\n",
			i == PEER_SERVER ? "server" : "client", s->sent, s->received, s->faults,
			s->closed, s->dropped, s->to->events);
		disturbed += churn ? s->to->events : s->dropped;
		if (s->faults || s->sent != stream_count || s->received != stream_count)
			ret = -EIO;
	}
	/* A run in which nothing was in the way proves nothing. */
	if (!ret && (churn || !stream_paced) && !disturbed)
		ret = -ENODATA;
	return ret;
}

static int streams_run(unsigned long count, bool paced, bool churn)
{
	unsigned long cycles = 0;
	int ret;

	stream_count = count;
	stream_paced = paced;
	ret = peers_open(stream_receive);
	if (ret)
		return ret;
	ret = streams_start();
	if (!ret)
		ret = churn ? streams_churn(&cycles) : streams_wait();
	streams_stop();
	/* Elements that nobody was told of yet are handled here. */
	if (peers[PEER_CLIENT].queue.adapter && peers[PEER_SERVER].queue.adapter) {
		int closed = peers_close();

		ret = ret ?: closed;
	}
	if (churn)
		pr_info("%lu times freed and registered\n", cycles);
	return streams_judge(churn) ?: ret;
}

int crqtest_messages(unsigned long count, bool churn)
{
	return streams_run(count, true, churn);
}

int crqtest_flood(unsigned long count)
{
	return streams_run(count, false, false);
}
