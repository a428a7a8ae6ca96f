// SPDX-License-Identifier: GPL-2.0
/*
 * Management requests and logins: few, and answered one by one in the worker, because
 * they may sleep.
 */
#include <linux/delay.h>

#include "ibmvscsis.h"

#define VSCSIS_BUSY_ROUNDS	1000

/* H_COPY_RDMA of up to max_rdma bytes, repeated while the hypervisor is busy */
static long vscsis_copy_once(struct vscsis_adapter *v, u64 len, u32 s_liobn, u64 s_ioba,
			     u32 d_liobn, u64 d_ioba)
{
	struct crq_adapter *a = v->crq;
	int round;
	long rc = PAPR_H_BUSY;

	for (round = 0; round < VSCSIS_BUSY_ROUNDS; round++) {
		rc = a->hv->copy_rdma(a, len, s_liobn, s_ioba, d_liobn, d_ioba);
		if (papr_busy_ms(rc) < 0)
			break;
		udelay(1);
	}
	return rc;
}

static long vscsis_copy(struct vscsis_adapter *v, u64 len, u32 s_liobn, u64 s_ioba,
			u32 d_liobn, u64 d_ioba)
{
	long rc = 0;
	u64 n;

	for (; len && !rc; len -= n, s_ioba += n, d_ioba += n) {
		n = min_t(u64, len, v->crq->max_rdma);
		rc = vscsis_copy_once(v, n, s_liobn, s_ioba, d_liobn, d_ioba);
	}
	return rc;
}

/**
 * vscsis_fetch() - read the client's memory
 * @v:		the adapter
 * @from:	I/O address in the client's window
 * @to:		I/O address in the own window
 * @len:	bytes
 *
 * Context: any.
 * Return: PAPR status.
 */
long vscsis_fetch(struct vscsis_adapter *v, u64 from, u64 to, u32 len)
{
	return vscsis_copy(v, len, v->crq->remote_liobn, from, v->crq->liobn, to);
}

/**
 * vscsis_store() - write the client's memory
 * @v:		the adapter
 * @from:	I/O address in the own window
 * @to:		I/O address in the client's window
 * @len:	bytes
 *
 * Context: any.
 * Return: PAPR status.
 */
long vscsis_store(struct vscsis_adapter *v, u64 from, u64 to, u32 len)
{
	return vscsis_copy(v, len, v->crq->liobn, from, v->crq->remote_liobn, to);
}

/**
 * vscsis_control_queue() - keep an element for the worker
 * @v:		the adapter
 * @msg:	a MAD, or an information unit of a client that has not logged in
 *
 * Context: the queue's handler.
 * Return: false if too many wait.
 */
bool vscsis_control_queue(struct vscsis_adapter *v, const struct crq_msg *msg)
{
	unsigned long flags;
	bool ok = true;

	spin_lock_irqsave(&v->lock, flags);
	/* What comes on a connection that ends is of no use, unless the next has begun. */
	if (v->state != VSCSIS_CLOSING || v->closing == VSCSIS_LOGOUT || v->greeted) {
		ok = v->ctl_count < VSCSIS_CTL;
		if (ok)
			v->ctl[(v->ctl_head + v->ctl_count++) % VSCSIS_CTL] = *msg;
		v->mad_seen = true;
	}
	spin_unlock_irqrestore(&v->lock, flags);
	vscsis_conn_kick(v);
	return ok;
}

static bool vscsis_control_next(struct vscsis_adapter *v, struct crq_msg *msg)
{
	unsigned long flags;
	bool any;

	spin_lock_irqsave(&v->lock, flags);
	any = v->ctl_count && !vscsis_suspended(v) &&
	      (v->state == VSCSIS_CONNECTED || v->state == VSCSIS_SERVING);
	if (any) {
		*msg = v->ctl[v->ctl_head];
		v->ctl_head = (v->ctl_head + 1) % VSCSIS_CTL;
		v->ctl_count--;
	}
	spin_unlock_irqrestore(&v->lock, flags);
	return any;
}

/* An information unit of a client that has not logged in can only be a login. */
static void vscsis_control_srp(struct vscsis_adapter *v, const struct crq_msg *msg)
{
	u8 *iu = v->page + VSCSIS_PAGE_IU;

	if (iu[0] != SRP_LOGIN_REQ || READ_ONCE(v->state) != VSCSIS_CONNECTED)
		vscsis_conn_close(v, VSCSIS_RESET, "SRP request before login");
	else
		vscsis_login(v, msg, iu);
}

static void vscsis_control_answer(struct vscsis_adapter *v, const struct crq_msg *msg)
{
	u16 len = be16_to_cpu(msg->iu_length);
	u8 *iu = v->page + VSCSIS_PAGE_IU;

	memset(iu, 0, VSCSIS_IU_SIZE);
	if (vscsis_fetch(v, be64_to_cpu(msg->data), v->page_ioba + VSCSIS_PAGE_IU, len)) {
		vscsis_conn_lost(v, "information unit cannot be read");
		return;
	}
	if (msg->format == VIOSRP_SRP_FORMAT)
		vscsis_control_srp(v, msg);
	else
		vscsis_mad_answer(v, msg);
}

/* A client that has gone gets no answer: its addresses may be another's by now. */
static void vscsis_control_one(struct vscsis_adapter *v, const struct crq_msg *msg)
{
	u16 len = be16_to_cpu(msg->iu_length);
	u64 ioba = be64_to_cpu(msg->data);
	bool held;

	if (len < VSCSIS_IU_MIN || len > VSCSIS_IU_SIZE) {
		vscsis_conn_close(v, VSCSIS_RESET, "information unit of a wrong length");
		return;
	}
	held = vscsis_hold_client(v, ioba);
	if (!vscsis_gone(v))
		vscsis_control_answer(v, msg);
	if (held)
		vscsis_release_client(v, ioba);
}

/**
 * vscsis_control_run() - answer what waits
 * @v:	the adapter
 *
 * Context: the worker.
 */
void vscsis_control_run(struct vscsis_adapter *v)
{
	struct crq_msg msg;

	while (vscsis_control_next(v, &msg))
		vscsis_control_one(v, &msg);
}
