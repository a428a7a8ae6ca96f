// SPDX-License-Identifier: GPL-2.0
/*
 * A registered queue: its memory, its interrupt and the calls on it.
 *
 * Signals stay on while elements come one at a time.  Who finds more turns them off, takes
 * all there is, turns them on and looks once more, because an element that arrives while
 * they are off never raises an interrupt later (LoPAR, H_VIO_SIGNAL).  Nor does one that
 * arrives before the end of an interrupt (EOI); but the drain, a softirq, looks after it.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/module.h>

#include "crq_internal.h"

/* Elements taken before others on this CPU get a turn: a flood must not starve them. */
#define CRQ_DRAIN_WEIGHT	256
/* The hypervisor does not turn signals on: look again after this time. */
#define CRQ_POLL_MS		10
#define CRQ_REGISTER_MS		10000

static void crq_queue_signal(struct crq_queue *q, bool on)
{
	struct crq_adapter *a = q->adapter;
	long rc;

	rc = a->hv->vio_signal(a, on ? PAPR_SIGNAL_ON : PAPR_SIGNAL_OFF);
	q->signals = on && !rc;
	if (on && rc)
		mod_timer(&q->poll, jiffies + msecs_to_jiffies(CRQ_POLL_MS));
	/* Pairs with the hypervisor, which stores the entry and then looks. */
	smp_mb();
}

/* Take what there is; false if there is more than one turn takes, or none is to be taken. */
static bool crq_queue_take(struct crq_queue *q, unsigned int *budget)
{
	struct crq_msg msg;

	while (READ_ONCE(q->running) && crq_ring_peek(&q->ring, &msg)) {
		q->handler(q, &msg);
		crq_ring_done(&q->ring);
		if (!--*budget) {
			tasklet_schedule(&q->tasklet);
			return false;
		}
		if (q->signals && crq_ring_pending(&q->ring))
			crq_queue_signal(q, false);
	}
	return READ_ONCE(q->running);
}

static void crq_queue_drain(struct tasklet_struct *t)
{
	struct crq_queue *q = from_tasklet(q, t, tasklet);
	unsigned int budget = CRQ_DRAIN_WEIGHT;

	while (crq_queue_take(q, &budget) && !q->signals) {
		crq_queue_signal(q, true);
		if (!crq_ring_pending(&q->ring))
			return;
	}
}

static void crq_queue_interrupt(void *data)
{
	struct crq_queue *q = data;

	tasklet_schedule(&q->tasklet);
}

static void crq_queue_poll(struct timer_list *t)
{
	struct crq_queue *q = from_timer(q, t, poll);

	tasklet_schedule(&q->tasklet);
}

/**
 * crq_queue_init() - allocate a queue and take the adapter's interrupt
 * @q:		the queue, zeroed
 * @a:		its adapter
 * @size:	bytes, a multiple of 4 KiB
 * @handler:	see struct crq_queue
 *
 * Context: may sleep.
 * Return: 0 or an errno.
 */
int crq_queue_init(struct crq_queue *q, struct crq_adapter *a, size_t size,
		   void (*handler)(struct crq_queue *q, const struct crq_msg *msg))
{
	int ret;

	if (!size || !IS_ALIGNED(size, PAPR_TCE_SIZE))
		return -EINVAL;
	q->adapter = a;
	q->size = size;
	q->handler = handler;
	q->mem = a->hv->alloc(a, size, &q->ioba, GFP_KERNEL);
	if (!q->mem)
		return -ENOMEM;
	crq_ring_init(&q->ring, q->mem, size);
	tasklet_setup(&q->tasklet, crq_queue_drain);
	timer_setup(&q->poll, crq_queue_poll, 0);
	ret = a->hv->request_irq(a, crq_queue_interrupt, q);
	if (ret)
		a->hv->free(a, size, q->mem, q->ioba);
	return ret;
}
EXPORT_SYMBOL_GPL(crq_queue_init);

/**
 * crq_queue_exit() - undo crq_queue_init()
 * @q:	the queue, freed with crq_queue_free() or never registered
 *
 * Context: may sleep.
 */
void crq_queue_exit(struct crq_queue *q)
{
	struct crq_adapter *a = q->adapter;

	crq_queue_stop(q);
	a->hv->free_irq(a);
	tasklet_kill(&q->tasklet);
	a->hv->free(a, q->size, q->mem, q->ioba);
}
EXPORT_SYMBOL_GPL(crq_queue_exit);

/* Is the call that was answered @rc to be repeated?  Sleeps as long as the answer hints. */
static bool crq_again(long rc, unsigned long deadline, unsigned int *round)
{
	int ms = papr_busy_ms(rc);

	if (ms < 0 || time_after(jiffies, deadline))
		return false;
	/* "At once" a few times; then let the one we wait for run. */
	if (ms || ++*round > 8)
		msleep(clamp(ms, 1, 1000));
	else
		cond_resched();
	return true;
}

/**
 * crq_retry() - repeat a call while the hypervisor asks for it
 * @call:	the call
 * @a:		its adapter
 * @timeout_ms:	give up after this time
 *
 * Context: sleeps as long as the answers hint.
 * Return: the last answer: after @timeout_ms a busy one (papr_busy_ms() >= 0).
 */
long crq_retry(long (*call)(struct crq_adapter *a), struct crq_adapter *a,
	       unsigned int timeout_ms)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(timeout_ms);
	unsigned int round = 0;
	long rc;

	do
		rc = call(a);
	while (crq_again(rc, deadline, &round));
	return rc;
}
EXPORT_SYMBOL_GPL(crq_retry);

/* What the ring held is gone: registration begins with its first element. */
static long crq_queue_reg(struct crq_queue *q)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(CRQ_REGISTER_MS);
	struct crq_adapter *a = q->adapter;
	unsigned int round = 0;
	long rc;

	/* The hypervisor registers it with signals off. */
	q->signals = false;
	do {
		crq_ring_init(&q->ring, q->mem, q->size);
		rc = a->hv->reg_crq(a, q->ioba, q->size);
	} while (crq_again(rc, deadline, &round));
	return rc;
}

/**
 * crq_queue_register() - make the queue known to the hypervisor (H_REG_CRQ)
 * @q:	the queue; whatever it held is gone
 *
 * A kernel started by kexec finds its predecessor's queue registered (H_RESOURCE):
 * it is freed first.  Elements are taken after crq_queue_start().
 *
 * Context: may sleep.
 * Return: PAPR status; H_SUCCESS and H_CLOSED (no partner yet) mean registered.
 */
long crq_queue_register(struct crq_queue *q)
{
	struct crq_adapter *a = q->adapter;
	long rc;

	rc = crq_queue_reg(q);
	if (rc == PAPR_H_RESOURCE) {
		rc = crq_retry(a->hv->free_crq, a, CRQ_REGISTER_MS);
		if (!rc)
			rc = crq_queue_reg(q);
	}
	return rc;
}
EXPORT_SYMBOL_GPL(crq_queue_register);

/**
 * crq_queue_start() - begin to take elements
 * @q:	the queue, registered
 *
 * Elements already there are looked at without an interrupt.
 *
 * Context: any.
 */
void crq_queue_start(struct crq_queue *q)
{
	WRITE_ONCE(q->running, true);
	tasklet_schedule(&q->tasklet);
}
EXPORT_SYMBOL_GPL(crq_queue_start);

/**
 * crq_queue_stop() - take no more elements
 * @q:	the queue
 *
 * Context: sleeps until the handler does not run; not from the handler.
 */
void crq_queue_stop(struct crq_queue *q)
{
	struct crq_adapter *a = q->adapter;

	WRITE_ONCE(q->running, false);
	a->hv->vio_signal(a, PAPR_SIGNAL_OFF);
	a->hv->sync_irq(a);
	tasklet_kill(&q->tasklet);
	/* A timer that a drain has started finds the queue not running. */
	del_timer_sync(&q->poll);
	tasklet_kill(&q->tasklet);
	/* A drain that was under way may have turned them on. */
	a->hv->vio_signal(a, PAPR_SIGNAL_OFF);
	q->signals = false;
}
EXPORT_SYMBOL_GPL(crq_queue_stop);

/**
 * crq_queue_free() - stop the queue and take it back from the hypervisor (H_FREE_CRQ)
 * @q:		the queue
 * @timeout_ms:	how long to repeat while the partner still uses this end's memory
 *
 * Context: may sleep; not from the handler.
 * Return: PAPR status; on H_SUCCESS nothing of the partner's reaches this end's memory.
 */
long crq_queue_free(struct crq_queue *q, unsigned int timeout_ms)
{
	crq_queue_stop(q);
	return crq_retry(q->adapter->hv->free_crq, q->adapter, timeout_ms);
}
EXPORT_SYMBOL_GPL(crq_queue_free);

/**
 * crq_queue_enable() - use the queue again after the partition moved (H_ENABLE_CRQ)
 * @q:		the queue
 * @timeout_ms:	how long to repeat while the memory is not all there
 *
 * Context: may sleep.
 * Return: PAPR status.
 */
long crq_queue_enable(struct crq_queue *q, unsigned int timeout_ms)
{
	return crq_retry(q->adapter->hv->enable_crq, q->adapter, timeout_ms);
}
EXPORT_SYMBOL_GPL(crq_queue_enable);

/**
 * papr_errno() - errno for a PAPR status
 * @rc:	answer of a hypervisor call
 *
 * Context: any.
 * Return: 0 for H_SUCCESS, else a negative errno.
 */
int papr_errno(long rc)
{
	if (papr_busy_ms(rc) >= 0)
		return -EBUSY;
	switch (rc) {
	case PAPR_H_SUCCESS:
		return 0;
	case PAPR_H_CLOSED:
		return -ENOTCONN;
	case PAPR_H_DROPPED:
		return -EAGAIN;
	case PAPR_H_PERMISSION:
		return -EACCES;
	case PAPR_H_NOT_FOUND:
	case PAPR_H_RESCINDED:
		return -ENXIO;
	case PAPR_H_RESOURCE:
		return -EBUSY;
	case PAPR_H_CONSTRAINED:
		return -ENOSPC;
	case PAPR_H_FUNCTION:
		return -EOPNOTSUPP;
	case PAPR_H_PARAMETER:
	case PAPR_H_SOURCE_PARM:
	case PAPR_H_DEST_PARM:
	case PAPR_H_REMOTE_PARM:
	case PAPR_H_P4:
		return -EINVAL;
	default:
		return -EIO;
	}
}
EXPORT_SYMBOL_GPL(papr_errno);
