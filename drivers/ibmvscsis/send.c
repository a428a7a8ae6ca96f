// SPDX-License-Identifier: GPL-2.0
/*
 * What goes on the client's queue.  One lock orders it, and is held across H_SEND_CRQ:
 * an element the queue has no room for waits, and all later ones behind it.
 *
 * Each element that the client is not looking for is an interrupt there, and two calls to
 * have no more and then the next.  So short responses wait for each other, but not for
 * anything to happen: until this processor's worker has done what it has to do by now,
 * which others of the session's commands may be among.
 */
#include "ibmvscsis.h"

#define VSCSIS_RESEND_MS	2	/* between two tries to a queue without room */
#define VSCSIS_BATCH		16	/* responses that wait for each other */

/* The hypervisor did not take an element: begin again. */
static void vscsis_send_failed(struct vscsis_adapter *v, long rc)
{
	char text[40];

	snprintf(text, sizeof(text), "H_SEND_CRQ failed: %ld", rc);
	vscsis_conn_close(v, VSCSIS_RESET, text);
}

/*
 * Returns false if it is to be tried again: the queue has no room, or the hypervisor no time.
 * What is for a client that has gone is dropped.
 */
static bool vscsis_send_now(struct vscsis_adapter *v, u64 hi, u64 lo)
{
	long rc;

	if (vscsis_gone(v))
		return true;
	rc = crq_queue_send(&v->queue, hi, lo);
	if (rc == PAPR_H_DROPPED || papr_busy_ms(rc) >= 0)
		return false;
	if (rc != PAPR_H_SUCCESS && rc != PAPR_H_CLOSED)
		vscsis_send_failed(v, rc);
	return true;
}

/*
 * Take the oldest that waits.  Before it is sent: what the client sends when it has it must
 * not find it counted.
 */
static struct vscsis_reply *vscsis_reply_take(struct vscsis_adapter *v)
{
	struct vscsis_reply *reply = &v->reply[v->reply_head];

	lockdep_assert_held(&v->send_lock);
	v->reply_head = (v->reply_head + 1) % VSCSIS_REPLIES;
	WRITE_ONCE(v->reply_count, v->reply_count - 1);
	return reply;
}

/* There is no room for the one that was taken last. */
static void vscsis_reply_put_back(struct vscsis_adapter *v)
{
	lockdep_assert_held(&v->send_lock);
	v->reply_head = (v->reply_head + VSCSIS_REPLIES - 1) % VSCSIS_REPLIES;
	WRITE_ONCE(v->reply_count, v->reply_count + 1);
	v->reply_full = true;
	mod_delayed_work(vscsis_send_wq, &v->resend, msecs_to_jiffies(VSCSIS_RESEND_MS));
}

static void vscsis_reply_done(struct vscsis_adapter *v, const struct vscsis_reply *reply)
{
	if (reply->held)
		vscsis_release_client(v, reply->ioba);
}

/* Send what waits, in order.  What there is no room for is tried again later. */
static void vscsis_send_waiting(struct vscsis_adapter *v)
{
	struct vscsis_reply *reply;

	lockdep_assert_held(&v->send_lock);
	v->reply_full = false;
	while (v->reply_count) {
		reply = vscsis_reply_take(v);
		if (!vscsis_send_now(v, reply->hi, reply->lo)) {
			vscsis_reply_put_back(v);
			return;
		}
		vscsis_reply_done(v, reply);
	}
	if (READ_ONCE(v->ready_due))
		vscsis_conn_kick(v);
}

static void vscsis_resend(struct work_struct *work)
{
	struct vscsis_adapter *v = container_of(to_delayed_work(work),
						struct vscsis_adapter, resend);
	unsigned long flags;

	spin_lock_irqsave(&v->send_lock, flags);
	vscsis_send_waiting(v);
	spin_unlock_irqrestore(&v->send_lock, flags);
}

/* The first of those that wait for others: until this processor's worker comes to this. */
static void vscsis_reply_begin(struct vscsis_adapter *v)
{
	v->reply_cpu = smp_processor_id();
	mod_delayed_work(vscsis_send_wq, &v->resend, 0);
}

/*
 * Under send_lock; false if too many wait already.  An element that waits takes over the
 * hold on its client (@held, @ioba).  If @more may follow at once, it waits for them: on
 * this processor, as no other knows how long what this one does will take.
 */
static bool vscsis_send_locked(struct vscsis_adapter *v, u64 hi, u64 lo, bool *held, u64 ioba,
			       bool more)
{
	struct vscsis_reply *reply;

	lockdep_assert_held(&v->send_lock);
	if (!more && !v->reply_count && vscsis_send_now(v, hi, lo))
		return true;
	if (v->reply_count == VSCSIS_REPLIES)
		return false;
	reply = &v->reply[(v->reply_head + v->reply_count) % VSCSIS_REPLIES];
	*reply = (struct vscsis_reply){ .hi = hi, .lo = lo, .ioba = ioba, .held = *held };
	*held = false;
	WRITE_ONCE(v->reply_count, v->reply_count + 1);
	if (v->reply_full)
		return true;
	if (more && v->reply_count == 1)
		vscsis_reply_begin(v);
	else if (!more || v->reply_count >= VSCSIS_BATCH || v->reply_cpu != smp_processor_id())
		vscsis_send_waiting(v);
	return true;
}

/**
 * vscsis_send() - put an element on the client's queue, now or when there is room
 * @v:	the adapter
 * @hi:	bytes 0 to 7
 * @lo:	bytes 8 to 15
 *
 * Context: any.
 */
void vscsis_send(struct vscsis_adapter *v, u64 hi, u64 lo)
{
	unsigned long flags;
	bool held = false;

	spin_lock_irqsave(&v->send_lock, flags);
	if (!vscsis_send_locked(v, hi, lo, &held, 0, false))
		vscsis_conn_close(v, VSCSIS_RESET, "the client does not take its responses");
	spin_unlock_irqrestore(&v->send_lock, flags);
}

/* Take a command from its session; the client may use its tag and credit again. */
static void vscsis_retire(struct vscsis_cmd *cmd)
{
	struct vscsis_session *sess = cmd->sess;
	bool ordered;

	lockdep_assert_held(&sess->adapter->lock);
	list_del(&cmd->node);
	hash_del(&cmd->hash);
	ordered = cmd->entered && cmd->req.task_attr == TCM_ORDERED_TAG;
	sess->lengthy -= cmd->lengthy;
	target_free_tag(sess->se_sess, &cmd->se_cmd);
	sess->outstanding--;
	vscsis_cmd_left(sess, ordered);
}

/*
 * May a response wait for those of the commands that are left?  Not for one that takes long,
 * and if there is none, a client that does one thing after the other would wait for nothing.
 */
static bool vscsis_more(const struct vscsis_session *sess)
{
	const struct vscsis_adapter *v = sess->adapter;

	lockdep_assert_held(&v->lock);
	return sess->outstanding && !sess->lengthy && v->state == VSCSIS_SERVING &&
	       !v->suspending;
}

/**
 * vscsis_send_retire() - the end of a command
 * @cmd:	the command; gone when this returns
 * @hi:		its response, 0 for none
 * @lo:		bytes 8 to 15
 *
 * The command's memory is free before the client can know that it may send another, and
 * its response is on the queue, or waits with others, before anyone can see that it is gone.
 * The last response does not wait.  Who sees that a command is gone takes the lock once
 * more before the adapter goes: nothing here is used after it.
 *
 * Context: any.
 */
void vscsis_send_retire(struct vscsis_cmd *cmd, u64 hi, u64 lo)
{
	struct vscsis_session *sess = cmd->sess;
	struct vscsis_adapter *v = sess->adapter;
	bool held = cmd->held;
	bool more = !cmd->lengthy;
	u64 ioba = cmd->ioba;
	unsigned long flags;

	spin_lock_irqsave(&v->send_lock, flags);
	spin_lock(&v->lock);
	vscsis_retire(cmd);
	more = more && vscsis_more(sess);
	if (v->ready_due || (!sess->outstanding && v->state == VSCSIS_CLOSING))
		vscsis_conn_kick(v);
	spin_unlock(&v->lock);
	if (hi && !vscsis_send_locked(v, hi, lo, &held, ioba, more))
		vscsis_conn_close(v, VSCSIS_RESET, "the client does not take its responses");
	else if (!hi && !more && !v->reply_full)
		vscsis_send_waiting(v);
	if (held)
		vscsis_release_client(v, ioba);
	spin_unlock_irqrestore(&v->send_lock, flags);
}

/**
 * vscsis_send_init() - call the client
 * @v:	the adapter
 *
 * A client that has no queue, or a full one, will call itself.
 *
 * Context: any.
 * Return: true if it is on the client's queue.
 */
bool vscsis_send_init(struct vscsis_adapter *v)
{
	long rc = crq_queue_send(&v->queue, CRQ_MSG_HI(CRQ_INIT, CRQ_INIT_REQUEST, 0), 0);

	if (rc != PAPR_H_SUCCESS && rc != PAPR_H_CLOSED && rc != PAPR_H_DROPPED)
		vscsis_send_failed(v, rc);
	return rc == PAPR_H_SUCCESS;
}

/**
 * vscsis_send_setup() - before anything is sent
 * @v:	the adapter
 *
 * Context: probe.
 */
void vscsis_send_setup(struct vscsis_adapter *v)
{
	INIT_DELAYED_WORK(&v->resend, vscsis_resend);
}

/**
 * vscsis_send_clear() - forget what waits: the client that it was for has gone
 * @v:	the adapter
 *
 * Context: any.
 */
void vscsis_send_clear(struct vscsis_adapter *v)
{
	unsigned long flags;

	spin_lock_irqsave(&v->send_lock, flags);
	while (v->reply_count)
		vscsis_reply_done(v, vscsis_reply_take(v));
	/* Who calls this may end what would try again. */
	v->reply_full = false;
	spin_unlock_irqrestore(&v->send_lock, flags);
}
