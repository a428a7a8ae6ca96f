// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that stays in the own window.  To map and unmap a command's data costs two
 * hypervisor calls; data of up to VSCSIS_POOL_MOST goes through a piece of this instead, if
 * there is one.  Where the client's pages can be mapped, there is none: calls cost little.
 *
 * A piece is lent to a command for as long as it lives, as the memory its backstore moves
 * data from or to, or taken just to copy what is in other memory.  The latter is short, and
 * has a quarter of the memory that is never lent.
 */
#include <linux/bitmap.h>
#include <linux/gfp.h>

#include "ibmvscsis.h"

#define VSCSIS_POOL_LENT	(VSCSIS_POOL_UNITS / 4 * 3)

/**
 * vscsis_pool_init() - have memory, if that is of use
 * @sess:	a session that begins
 *
 * Without memory there is none, nor in a window where it would leave little room.
 *
 * Context: may sleep.
 */
void vscsis_pool_init(struct vscsis_session *sess)
{
	struct crq_adapter *a = sess->adapter->crq;

	spin_lock_init(&sess->pool_lock);
	if (crq_can(a, CRQ_CAP_MAP_PARTNER) || a->window_size < 4 * VSCSIS_POOL_SIZE)
		return;
	/*
	 * Not hv->alloc(): a backstore may take references to single pages.  The mapping stays
	 * without syncs: DMA operations of VIO devices never bounce.
	 */
	sess->pool = alloc_pages_exact(VSCSIS_POOL_SIZE, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	if (sess->pool && a->hv->map(a, sess->pool, VSCSIS_POOL_SIZE, DMA_BIDIRECTIONAL,
				     &sess->pool_ioba)) {
		free_pages_exact(sess->pool, VSCSIS_POOL_SIZE);
		sess->pool = NULL;
	}
}

/**
 * vscsis_pool_exit() - undo vscsis_pool_init()
 * @sess:	the session, without commands
 *
 * Context: may sleep.
 */
void vscsis_pool_exit(struct vscsis_session *sess)
{
	struct crq_adapter *a = sess->adapter->crq;

	if (!sess->pool)
		return;
	/* What the hypervisor can still reach is nobody else's. */
	if (WARN_ON_ONCE(a->hv->unmap(a, sess->pool_ioba, VSCSIS_POOL_SIZE, DMA_BIDIRECTIONAL)))
		return;
	free_pages_exact(sess->pool, VSCSIS_POOL_SIZE);
}

static u32 vscsis_pool_units(u32 len)
{
	return DIV_ROUND_UP(len, VSCSIS_POOL_UNIT);
}

/* Returns the first of enough units between the two, which are the caller's then, or -1. */
static int vscsis_pool_find(struct vscsis_session *sess, u32 len, u32 from, u32 to)
{
	u32 n = vscsis_pool_units(len);
	unsigned long at;

	lockdep_assert_held(&sess->pool_lock);
	at = bitmap_find_next_zero_area(sess->pool_used, to, from, n, 0);
	if (at >= to)
		return -1;
	bitmap_set(sess->pool_used, at, n);
	return at;
}

/**
 * vscsis_pool_get() - take a piece
 * @sess:	the session
 * @len:	bytes, not 0
 * @lend:	for the life of a command
 *
 * Context: any.
 * Return: where it begins, in bytes; -1 if there is none or @len is too much.
 */
int vscsis_pool_get(struct vscsis_session *sess, u32 len, bool lend)
{
	unsigned long flags;
	int at = -1;

	if (!sess->pool || !len || len > VSCSIS_POOL_MOST)
		return -1;
	spin_lock_irqsave(&sess->pool_lock, flags);
	if (!lend)
		at = vscsis_pool_find(sess, len, VSCSIS_POOL_LENT, VSCSIS_POOL_UNITS);
	if (at < 0)
		at = vscsis_pool_find(sess, len, 0, lend ? VSCSIS_POOL_LENT : VSCSIS_POOL_UNITS);
	spin_unlock_irqrestore(&sess->pool_lock, flags);
	return at < 0 ? -1 : at * VSCSIS_POOL_UNIT;
}

/**
 * vscsis_pool_put() - give it back
 * @sess:	the session
 * @at:		where it begins
 * @len:	bytes, as then
 *
 * Context: any.
 */
void vscsis_pool_put(struct vscsis_session *sess, int at, u32 len)
{
	unsigned long flags;

	spin_lock_irqsave(&sess->pool_lock, flags);
	bitmap_clear(sess->pool_used, at / VSCSIS_POOL_UNIT, vscsis_pool_units(len));
	spin_unlock_irqrestore(&sess->pool_lock, flags);
}
