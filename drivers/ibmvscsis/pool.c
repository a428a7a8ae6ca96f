// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that stays in the own window.  To map and unmap a command's data costs two
 * hypervisor calls; data of up to a buffer's size goes through one of these instead, if
 * one is free.  Where the client's pages can be mapped, there are none: calls cost little.
 */
#include <linux/bitops.h>

#include "ibmvscsis.h"

/**
 * vscsis_pool_init() - have buffers, if that is of use
 * @sess:	a session that begins
 *
 * Without memory there are none, nor in a window where they would leave little room.
 *
 * Context: may sleep.
 */
void vscsis_pool_init(struct vscsis_session *sess)
{
	struct crq_adapter *a = sess->adapter->crq;

	if (!crq_can(a, CRQ_CAP_MAP_PARTNER) && a->window_size >= 4 * VSCSIS_POOL_SIZE)
		sess->pool = a->hv->alloc(a, VSCSIS_POOL_SIZE, &sess->pool_ioba,
					  GFP_KERNEL | __GFP_NOWARN);
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

	if (sess->pool)
		a->hv->free(a, VSCSIS_POOL_SIZE, sess->pool, sess->pool_ioba);
}

/**
 * vscsis_pool_get() - take a buffer
 * @sess:	the session
 * @len:	bytes it is for
 *
 * Context: any.
 * Return: its number, or -1 if none is free or @len is too much.
 */
int vscsis_pool_get(struct vscsis_session *sess, u32 len)
{
	unsigned long i;

	if (!sess->pool || len > VSCSIS_POOL_BUF)
		return -1;
	do {
		i = find_first_zero_bit(&sess->pool_used, VSCSIS_POOL_BUFS);
		if (i == VSCSIS_POOL_BUFS)
			return -1;
	} while (test_and_set_bit(i, &sess->pool_used));
	return i;
}

/**
 * vscsis_pool_put() - give it back
 * @sess:	the session
 * @i:		its number
 *
 * Context: any.
 */
void vscsis_pool_put(struct vscsis_session *sess, int i)
{
	clear_bit_unlock(i, &sess->pool_used);
}
