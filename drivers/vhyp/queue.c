// SPDX-License-Identifier: GPL-2.0
/*
 * Sender's side of the queues: elements and transport events into the ring of a
 * registered adapter.  Everything here runs under the pair's lock, interrupts off.
 *
 * The ring is the receiver's memory, which it may spoil or take away at any time; the
 * only thing believed of it is that a header of 0 means a free element.
 */
#include <linux/module.h>

#include "vhyp_internal.h"

static u64 vhyp_slot_ioba(const struct vhyp_queue *q, u32 index)
{
	return q->ioba + (u64)index * sizeof(struct crq_msg);
}

static void vhyp_queue_signal(struct vhyp_adapter *to)
{
	if (to->queue.signals)
		to->pair->cfg.door->signal(to);
}

/* Write the element at the enqueue index, if it is free. */
static long vhyp_queue_store(struct vhyp_adapter *to, u64 hi, u64 lo)
{
	struct vhyp_queue *q = &to->queue;
	long rc;

	rc = vhyp_window_put_msg(&to->window, vhyp_slot_ioba(q, q->next), hi, lo, false);
	if (!rc && ++q->next == q->count)
		q->next = 0;
	return rc;
}

/* The queue is full: the newest element makes room for an event. */
static void vhyp_queue_overwrite(struct vhyp_adapter *to, u64 hi)
{
	struct vhyp_queue *q = &to->queue;
	u64 ioba = vhyp_slot_ioba(q, (q->next ?: q->count) - 1);

	if (!vhyp_window_put_msg(&to->window, ioba, hi, 0, true))
		q->overwrote++;
}

/**
 * vhyp_queue_put() - put an element on a queue
 * @to:	receiver, whose queue is open
 * @hi:	bytes 0 to 7
 * @lo:	bytes 8 to 15
 *
 * Context: pair's lock held.
 * Return: H_SUCCESS; H_DROPPED if the queue is full; H_CLOSED if the receiver has taken
 * its memory away.
 */
long vhyp_queue_put(struct vhyp_adapter *to, u64 hi, u64 lo)
{
	long rc;

	lockdep_assert_held(&to->pair->lock);
	rc = vhyp_queue_store(to, hi, lo);
	if (rc == PAPR_H_SUCCESS) {
		to->queue.received++;
		vhyp_queue_signal(to);
	} else if (rc == PAPR_H_DROPPED) {
		to->queue.dropped++;
	}
	return rc;
}

/**
 * vhyp_queue_event() - tell an adapter what happened to its partner
 * @to:		receiver; nothing happens if its queue is not open
 * @event:	what happened
 *
 * In a full queue the event takes the place of the newest element, and events that
 * have a status byte say so.  The receiver empties the queue meanwhile: if the oldest
 * element has gone when the newest has been replaced, the receiver may have been past
 * it already, and the event is put behind as well.  Twice is harmless, never is not.
 *
 * Context: pair's lock held.
 */
void vhyp_queue_event(struct vhyp_adapter *to, enum crq_event event)
{
	u64 hi = CRQ_MSG_HI(CRQ_EVENT, event, 0);

	lockdep_assert_held(&to->pair->lock);
	if (to->queue.state != VHYP_CRQ_OPEN)
		return;
	if (vhyp_queue_store(to, hi, 0) == PAPR_H_DROPPED) {
		if (event == CRQ_PREPARE_FOR_SUSPEND || event == CRQ_RESUMED)
			hi = CRQ_MSG_HI(CRQ_EVENT, event, CRQ_EVENT_OVERWROTE);
		vhyp_queue_overwrite(to, hi);
		/* Pairs with dma_mb() in crq_ring_next(): one of the two sees the other. */
		smp_mb();
		vhyp_queue_store(to, hi, 0);
	}
	to->queue.events++;
	vhyp_queue_signal(to);
}

/**
 * vhyp_queue_close() - an adapter's connection ends
 * @a:		whose queue: it takes nothing more, and its owner reaches nothing
 * @event:	what the partner is told
 *
 * The state is left at QUIESCED, for the caller to go on.
 *
 * Context: pair's lock held; the queue is open, so there is a partner.
 */
void vhyp_queue_close(struct vhyp_adapter *a, enum crq_event event)
{
	struct vhyp_adapter *server = &a->pair->end[VHYP_SERVER];
	struct vhyp_adapter *client = &a->pair->end[VHYP_CLIENT];

	lockdep_assert_held(&a->pair->lock);
	a->queue.state = VHYP_CRQ_QUIESCED;
	a->queue.signals = false;
	a->queue.disabled = false;
	a->no_migration = false;
	a->prepare = false;
	a->told = false;
	/* A suspension does not wait for a server that has no connection any more. */
	if (server->preparing) {
		server->preparing = false;
		complete(&client->partition->ready);
	}
	vhyp_pair_update(a->pair);
	vhyp_queue_event(vhyp_partner(a), event);
}

/**
 * vhyp_adapter_reset() - what firmware does to an adapter nobody drives any more
 * @a:	the adapter
 *
 * For doors, when the adapter goes: no signal is raised afterwards, and its memory is
 * out of reach but for pages mapped at this moment.
 *
 * Context: process.
 */
void vhyp_adapter_reset(struct vhyp_adapter *a)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&a->pair->lock, flags);
	if (a->queue.state == VHYP_CRQ_OPEN)
		vhyp_queue_close(a, CRQ_PARTNER_FAILED);
	a->queue.state = VHYP_CRQ_QUIESCED;
	raw_spin_unlock_irqrestore(&a->pair->lock, flags);
	/* Nobody registers a queue in a window that is being cleared. */
	vhyp_window_clear(&a->window);
	raw_spin_lock_irqsave(&a->pair->lock, flags);
	/* What is in use of a client's memory keeps its queue quiesced. */
	if (a->end == VHYP_SERVER || !vhyp_in_use(a->pair))
		a->queue.state = VHYP_CRQ_NONE;
	raw_spin_unlock_irqrestore(&a->pair->lock, flags);
}
EXPORT_SYMBOL_GPL(vhyp_adapter_reset);

/* For people; takes the pair's lock. */
const char *vhyp_queue_state(struct vhyp_adapter *a)
{
	struct vhyp_adapter *partner = vhyp_partner(a);
	const char *state = "unregistered";
	unsigned long flags;

	raw_spin_lock_irqsave(&a->pair->lock, flags);
	switch (a->queue.state) {
	case VHYP_CRQ_NONE:
		break;
	case VHYP_CRQ_QUIESCED:
		state = "quiesced";
		break;
	case VHYP_CRQ_OPEN:
		if (a->queue.disabled)
			state = "suspended";
		else if (partner && partner->queue.state == VHYP_CRQ_OPEN)
			state = "connected";
		else
			state = "registered";
		break;
	}
	raw_spin_unlock_irqrestore(&a->pair->lock, flags);
	return state;
}
