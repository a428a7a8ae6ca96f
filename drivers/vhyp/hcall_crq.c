// SPDX-License-Identifier: GPL-2.0
/*
 * H_REG_CRQ, H_FREE_CRQ, H_SEND_CRQ, H_ENABLE_CRQ, H_VIO_SIGNAL.
 *
 * Order of checks and return codes: LoPAR, "Command/Response Queue"; where it is
 * silent the choice is named.
 */
#include "vhyp_internal.h"

/* The ring's memory must be there and, since both sides write, fully accessible. */
static bool vhyp_queue_valid(struct vhyp_adapter *a, u64 ioba, u64 len)
{
	return !(ioba & PAPR_TCE_MASK) && len && !(len & PAPR_TCE_MASK) &&
	       vhyp_window_in_range(&a->window, ioba, len) &&
	       vhyp_window_allows(&a->window, ioba, len, PAPR_TCE_RW);
}

/* (unit address, queue, length): H_CLOSED means registered too, but no partner yet. */
long vhyp_h_reg_crq(struct vhyp_call *c)
{
	struct vhyp_adapter *a = vhyp_find_unit(c->caller, c->arg[0]);
	struct vhyp_adapter *partner;
	unsigned long flags;
	long rc;

	if (!a || !vhyp_queue_valid(a, c->arg[1], c->arg[2]))
		return PAPR_H_PARAMETER;
	partner = vhyp_partner(a);
	if (!partner)
		return PAPR_H_NOT_FOUND;

	raw_spin_lock_irqsave(&a->pair->lock, flags);
	if (a->queue.state != VHYP_CRQ_NONE) {
		rc = PAPR_H_RESOURCE;
	} else {
		a->queue.state = VHYP_CRQ_OPEN;
		a->queue.disabled = false;
		a->queue.signals = false;
		a->queue.ioba = c->arg[1];
		a->queue.count = c->arg[2] / sizeof(struct crq_msg);
		a->queue.next = 0;
		a->prepare = false;
		rc = partner->queue.state == VHYP_CRQ_OPEN ? PAPR_H_SUCCESS : PAPR_H_CLOSED;
		vhyp_pair_update(a->pair);
	}
	raw_spin_unlock_irqrestore(&a->pair->lock, flags);
	return rc;
}

/*
 * (unit address).  A client's queue is quiesced and the server told at once, but the
 * call is to be repeated while the server has client pages mapped.  A server that has
 * some must end that itself: H_RESOURCE, nothing changed.  Freeing what is not
 * registered succeeds, so that a new kernel can clean up without knowing.
 */
long vhyp_h_free_crq(struct vhyp_call *c)
{
	struct vhyp_adapter *a = vhyp_find_unit(c->caller, c->arg[0]);
	long rc = PAPR_H_SUCCESS;
	unsigned long flags;

	if (!a)
		return PAPR_H_PARAMETER;
	raw_spin_lock_irqsave(&a->pair->lock, flags);
	if (a->end == VHYP_SERVER && vhyp_in_use(a->pair)) {
		rc = PAPR_H_RESOURCE;
		goto out;
	}
	if (a->queue.state == VHYP_CRQ_OPEN)
		vhyp_queue_close(a, CRQ_PARTNER_DEREGISTERED);
	if (vhyp_in_use(a->pair))
		rc = PAPR_H_BUSY;
	else
		a->queue.state = VHYP_CRQ_NONE;
out:
	raw_spin_unlock_irqrestore(&a->pair->lock, flags);
	return rc;
}

/*
 * (unit address, bytes 0-7, bytes 8-15).  A sender that has no queue itself has no
 * connection: H_CLOSED, as when either end is disabled by a suspension.
 */
long vhyp_h_send_crq(struct vhyp_call *c)
{
	struct vhyp_adapter *a = vhyp_find_unit(c->caller, c->arg[0]);
	u8 header = c->arg[1] >> 56;
	struct vhyp_adapter *to;
	long rc = PAPR_H_CLOSED;
	unsigned long flags;

	if (!a || !(header & CRQ_VALID) || header == CRQ_EVENT)
		return PAPR_H_PARAMETER;
	to = vhyp_partner(a);
	if (!to)
		return PAPR_H_CLOSED;
	raw_spin_lock_irqsave(&a->pair->lock, flags);
	if (a->queue.state == VHYP_CRQ_OPEN && !a->queue.disabled &&
	    to->queue.state == VHYP_CRQ_OPEN && !to->queue.disabled)
		rc = vhyp_queue_put(to, c->arg[1], c->arg[2]);
	raw_spin_unlock_irqrestore(&a->pair->lock, flags);
	return rc;
}

/* (unit address).  Busy until the partition is back with all its memory. */
long vhyp_h_enable_crq(struct vhyp_call *c)
{
	struct vhyp_adapter *a = vhyp_find_unit(c->caller, c->arg[0]);
	long rc = PAPR_H_LONG_BUSY_10_MSEC;
	unsigned long flags;

	if (!a)
		return PAPR_H_PARAMETER;
	raw_spin_lock_irqsave(&a->pair->lock, flags);
	/* A suspension sets this before it takes the lock to disable the queue. */
	if (!READ_ONCE(c->caller->suspended)) {
		a->queue.disabled = false;
		rc = PAPR_H_SUCCESS;
	}
	raw_spin_unlock_irqrestore(&a->pair->lock, flags);
	return rc;
}

/* (unit address, mode).  What is already queued raises no interrupt. */
long vhyp_h_vio_signal(struct vhyp_call *c)
{
	struct vhyp_adapter *a = vhyp_find_unit(c->caller, c->arg[0]);
	unsigned long flags;

	if (!a || (c->arg[1] & ~PAPR_SIGNAL_ON))
		return PAPR_H_PARAMETER;
	raw_spin_lock_irqsave(&a->pair->lock, flags);
	a->queue.signals = a->queue.state == VHYP_CRQ_OPEN && c->arg[1] == PAPR_SIGNAL_ON;
	raw_spin_unlock_irqrestore(&a->pair->lock, flags);
	return PAPR_H_SUCCESS;
}
