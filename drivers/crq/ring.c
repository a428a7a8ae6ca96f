// SPDX-License-Identifier: GPL-2.0
/*
 * Receiver's side of a Command/Response Queue: which element is next, and how it is
 * given back.  Pure logic over memory that the hypervisor writes at any time.
 *
 * Rules (LoPAR, CRQ): the sender writes only an element whose header byte is 0, its
 * header last; the receiver reads the header first and clears it last.  Each side
 * keeps its own index, which starts at 0 when the queue is registered.
 */
#include <linux/module.h>
#include <linux/string.h>

#include "crq_internal.h"

/**
 * crq_ring_init() - make an empty ring
 * @ring:	the ring
 * @mem:	its memory, all of which is cleared
 * @size:	bytes, a multiple of an element
 *
 * Context: any; nobody may write to @mem meanwhile: the queue is not registered.
 */
void crq_ring_init(struct crq_ring *ring, void *mem, size_t size)
{
	memset(mem, 0, size);
	ring->msg = mem;
	ring->count = size / sizeof(*ring->msg);
	ring->next = 0;
}
EXPORT_SYMBOL_GPL(crq_ring_init);

/**
 * crq_ring_pending() - is there an element to take?
 * @ring:	the ring
 *
 * Context: any.  Orders nothing: crq_ring_next() does.
 * Return: true if there is one.
 */
bool crq_ring_pending(const struct crq_ring *ring)
{
	return READ_ONCE(ring->msg[ring->next].header) != CRQ_FREE;
}
EXPORT_SYMBOL_GPL(crq_ring_pending);

/* Events after which another client may be at the other end; the rest is of this one. */
static bool crq_event_leaves(u8 format)
{
	return format == CRQ_PARTNER_FAILED || format == CRQ_PARTNER_DEREGISTERED ||
	       format == CRQ_PARTNER_TERMINATED || format == CRQ_PARTNER_SUSPENDED;
}

/**
 * crq_ring_partner_left() - does an element not taken tell that the partner is gone?
 * @ring:	the ring
 *
 * Context: any, while another takes elements.  One that crq_queue's handler is being called
 * with is among them until it returns; what the handler has stored is seen by who reads
 * it after this.
 * Return: true if one does.
 */
bool crq_ring_partner_left(const struct crq_ring *ring)
{
	unsigned int i = READ_ONCE(ring->next), n = 0, looks, moved;
	struct crq_msg msg;

	/* Pairs with crq_ring_done(). */
	smp_rmb();
	/* Twice around is enough: who floods the ring is alone with it. */
	for (looks = 0; looks < 2 * ring->count; looks++) {
		msg.word[0] = READ_ONCE(ring->msg[i].word[0]);
		if (msg.header == CRQ_EVENT && crq_event_leaves(msg.format))
			return true;
		if (msg.header != CRQ_FREE) {
			i = i + 1 == ring->count ? 0 : i + 1;
			if (++n == ring->count)
				break;
			continue;
		}
		/* The end, or one that was given back before we came to it? */
		smp_rmb();
		moved = (READ_ONCE(ring->next) + ring->count - i + n) % ring->count;
		if (moved <= n)
			break;
		i = (i + moved - n) % ring->count;
		n = 0;
		/* As at the beginning. */
		smp_rmb();
	}
	/* What the handler stored before it gave an element back is read after this. */
	smp_rmb();
	return false;
}
EXPORT_SYMBOL_GPL(crq_ring_partner_left);

/**
 * crq_ring_peek() - look at the next element
 * @ring:	the ring
 * @msg:	receives a copy
 *
 * Context: any; one caller at a time.
 * Return: false if there is none.
 */
bool crq_ring_peek(const struct crq_ring *ring, struct crq_msg *msg)
{
	const struct crq_msg *slot = &ring->msg[ring->next];

	if (READ_ONCE(slot->header) == CRQ_FREE)
		return false;
	/* The rest was written before the header: read it after. */
	dma_rmb();
	msg->word[0] = READ_ONCE(slot->word[0]);
	msg->word[1] = READ_ONCE(slot->word[1]);
	return true;
}
EXPORT_SYMBOL_GPL(crq_ring_peek);

/**
 * crq_ring_done() - give back the element crq_ring_peek() showed
 * @ring:	the ring
 *
 * Context: any; one caller at a time.
 */
void crq_ring_done(struct crq_ring *ring)
{
	struct crq_msg *slot = &ring->msg[ring->next];

	/* crq_ring_partner_left(), elsewhere: who finds the slot free finds this, too. */
	smp_store_release(&ring->next, ring->next + 1 == ring->count ? 0 : ring->next + 1);
	/* The slot may be written again once its header is clear: use it before that. */
	dma_mb();
	WRITE_ONCE(slot->header, CRQ_FREE);
}
EXPORT_SYMBOL_GPL(crq_ring_done);

/**
 * crq_ring_next() - take the next element
 * @ring:	the ring
 * @msg:	receives a copy, taken before the element is given back
 *
 * Context: any; one caller at a time.
 * Return: false if there is none.
 */
bool crq_ring_next(struct crq_ring *ring, struct crq_msg *msg)
{
	if (!crq_ring_peek(ring, msg))
		return false;
	crq_ring_done(ring);
	return true;
}
EXPORT_SYMBOL_GPL(crq_ring_next);
