// SPDX-License-Identifier: GPL-2.0
/*
 * The connection of an adapter, from H_REG_CRQ to H_FREE_CRQ.
 *
 *	DOWN -> LISTENING -> CONNECTED -> SERVING
 *	           |             |           |
 *	           '-------------+-----------'--> CLOSING -> DOWN, LISTENING or CONNECTED
 *
 * Who moves it: to CONNECTED from LISTENING the queue's handler; to SERVING the login,
 * in the worker; to CLOSING vscsis_conn_close() and nobody else; all others the worker.
 * A client that closed its queue finds ours registered: a peer that closed as well would
 * reset it, and it us, without end (LoPAR leaves the choice).
 */
#include <linux/delay.h>

#include "ibmvscsis.h"
#include "trace.h"

#define VSCSIS_FREE_MS		10000	/* H_FREE_CRQ is repeated that long at a stretch */
#define VSCSIS_REOPEN_MS	20	/* between openings: who only violates is not to busy us */
#define VSCSIS_RETRY_MS		5000U	/* after an error of the hypervisor */
#define VSCSIS_NUDGE_MS		2000	/* a client that is connected says nothing */
#define VSCSIS_NUDGES		5

const char * const vscsis_states[VSCSIS_STATES] = {
	[VSCSIS_DOWN]		= "down",
	[VSCSIS_LISTENING]	= "listening",
	[VSCSIS_CONNECTED]	= "connected",
	[VSCSIS_SERVING]	= "serving",
	[VSCSIS_CLOSING]	= "closing",
};

static const u8 vscsis_next[VSCSIS_STATES] = {
	[VSCSIS_DOWN]		= BIT(VSCSIS_LISTENING),
	[VSCSIS_LISTENING]	= BIT(VSCSIS_CONNECTED) | BIT(VSCSIS_CLOSING),
	[VSCSIS_CONNECTED]	= BIT(VSCSIS_SERVING) | BIT(VSCSIS_CLOSING),
	[VSCSIS_SERVING]	= BIT(VSCSIS_CLOSING),
	[VSCSIS_CLOSING]	= BIT(VSCSIS_DOWN) | BIT(VSCSIS_LISTENING) |
				  BIT(VSCSIS_CONNECTED),
};

static void vscsis_conn_nudge_later(struct vscsis_adapter *v, unsigned int times)
{
	lockdep_assert_held(&v->lock);
	v->nudges = times;
	v->nudge_at = jiffies + msecs_to_jiffies(VSCSIS_NUDGE_MS);
}

static void vscsis_conn_set(struct vscsis_adapter *v, enum vscsis_state state)
{
	lockdep_assert_held(&v->lock);
	if (WARN_ON_ONCE(!(vscsis_next[v->state] & BIT(state))))
		return;
	trace_vscsis_state(v, state);
	WRITE_ONCE(v->state, state);
	v->called = false;
	if (state == VSCSIS_CONNECTED)
		vscsis_conn_nudge_later(v, VSCSIS_NUDGES);
	wake_up_all(&v->changed);
}

/**
 * vscsis_conn_kick() - let the worker look at the connection
 * @v:	the adapter
 *
 * Context: any.
 */
void vscsis_conn_kick(struct vscsis_adapter *v)
{
	mod_delayed_work(vscsis_wq, &v->work, 0);
}

/**
 * vscsis_conn_error() - tell the administrator
 * @v:		the adapter
 * @text:	what happened
 *
 * Context: any.
 */
void vscsis_conn_error(struct vscsis_adapter *v, const char *text)
{
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	strscpy(v->last_error, text, sizeof(v->last_error));
	spin_unlock_irqrestore(&v->lock, flags);
	vscsis_err(v, "%s\n", text);
}

/**
 * vscsis_conn_close() - end the connection
 * @v:		the adapter
 * @why:	and what follows
 * @text:	for the administrator, or NULL
 *
 * From here on no request is taken; the worker waits for those that run.
 *
 * Context: any.
 */
void vscsis_conn_close(struct vscsis_adapter *v, enum vscsis_close why, const char *text)
{
	unsigned long flags;
	bool first = false;

	spin_lock_irqsave(&v->lock, flags);
	if (v->state == VSCSIS_DOWN ||
	    (v->state == VSCSIS_LISTENING && why == VSCSIS_CLIENT_GONE))
		goto out;
	if (why == VSCSIS_CLIENT_GONE)
		WRITE_ONCE(v->gone, true);
	first = why > v->closing;
	if (first)
		v->closing = why;
	if (v->state != VSCSIS_CLOSING)
		vscsis_conn_set(v, VSCSIS_CLOSING);
out:
	spin_unlock_irqrestore(&v->lock, flags);
	if (first && text)
		vscsis_conn_error(v, text);
	vscsis_conn_kick(v);
}

/* Its memory is out of reach because the client stops; if it does not, that is to be known. */
static bool vscsis_conn_stopping(struct vscsis_adapter *v)
{
	unsigned long flags;
	bool stopping;

	spin_lock_irqsave(&v->lock, flags);
	stopping = vscsis_suspended(v);
	if (stopping)
		v->event_lost = true;
	spin_unlock_irqrestore(&v->lock, flags);
	return stopping;
}

/**
 * vscsis_conn_lost() - the client's memory cannot be reached
 * @v:		the adapter
 * @text:	what was tried
 *
 * A PING tells whether the client is gone; its answer is not awaited, as the stock
 * client has none.  While a suspension goes on, its end tells.
 *
 * Context: any.
 */
void vscsis_conn_lost(struct vscsis_adapter *v, const char *text)
{
	u64 ping = CRQ_MSG_HI(CRQ_COMMAND, VIOSRP_INLINE_FORMAT, VSCSIS_PING);

	if (vscsis_conn_stopping(v))
		return;
	/* If so, the event on our queue tells, in its turn. */
	if (!vscsis_gone(v) && crq_queue_send(&v->queue, ping, 0) != PAPR_H_CLOSED)
		vscsis_conn_close(v, VSCSIS_RESET, text);
}

/**
 * vscsis_conn_serve() - the client has logged in
 * @v:		the adapter
 * @sess:	its session, the connection's from now on
 *
 * Context: the worker.
 * Return: false if the connection is being closed: then @sess is still the caller's.
 */
bool vscsis_conn_serve(struct vscsis_adapter *v, struct vscsis_session *sess)
{
	unsigned long flags;
	bool ok;

	spin_lock_irqsave(&v->lock, flags);
	ok = v->state == VSCSIS_CONNECTED;
	if (ok) {
		v->sess = sess;
		vscsis_conn_set(v, VSCSIS_SERVING);
	}
	spin_unlock_irqrestore(&v->lock, flags);
	return ok;
}

/* ---- the queue's handler ---- */

/* Returns a violation's text, or NULL; *@answer: INIT_COMPLETE is to be sent. */
static const char *vscsis_init_message(struct vscsis_adapter *v, u8 format, bool *answer)
{
	bool init = format == CRQ_INIT_REQUEST;

	if (!init && format != CRQ_INIT_COMPLETE)
		return NULL;
	switch (v->state) {
	case VSCSIS_LISTENING:
		v->mad_seen = false;
		vscsis_conn_set(v, VSCSIS_CONNECTED);
		*answer = init;
		return NULL;
	case VSCSIS_CONNECTED:
		/* Both ends sent INIT: each gets one, and a COMPLETE. */
		if (v->mad_seen)
			return "initialization message after a MAD";
		*answer = init;
		return NULL;
	case VSCSIS_SERVING:
		return "initialization message after login";
	case VSCSIS_CLOSING:
		if (v->closing == VSCSIS_LOGOUT)
			return "initialization message after logout";
		/* Of the next client, after the event that told of the last one's end */
		v->init_seen |= init;
		v->greeted = true;
		return NULL;
	default:
		return NULL;
	}
}

static void vscsis_conn_init_message(struct vscsis_adapter *v, const struct crq_msg *msg)
{
	const char *violation;
	bool answer = false;
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	violation = vscsis_init_message(v, msg->format, &answer);
	spin_unlock_irqrestore(&v->lock, flags);
	if (violation)
		vscsis_conn_close(v, VSCSIS_RESET, violation);
	else if (answer)
		vscsis_send(v, CRQ_MSG_HI(CRQ_INIT, CRQ_INIT_COMPLETE, 0), 0);
	/* It is to look after a client that stays silent. */
	vscsis_conn_kick(v);
}

/* Suspension is a matter of one client: of the next from the moment this one goes. */
static void vscsis_conn_no_suspend(struct vscsis_adapter *v)
{
	lockdep_assert_held(&v->lock);
	v->suspending = false;
	v->ready_due = false;
	v->event_lost = false;
}

static void vscsis_conn_suspend(struct vscsis_adapter *v, const struct crq_msg *msg)
{
	bool prepare = msg->format == CRQ_PREPARE_FOR_SUSPEND;
	unsigned long flags;
	bool lost;

	spin_lock_irqsave(&v->lock, flags);
	v->suspending = prepare;
	v->ready_due = prepare;
	if (msg->status & CRQ_EVENT_OVERWROTE)
		v->event_lost = true;
	lost = !prepare && v->event_lost && v->state > VSCSIS_LISTENING;
	if (!prepare)
		v->event_lost = false;
	spin_unlock_irqrestore(&v->lock, flags);
	if (lost)
		vscsis_conn_close(v, VSCSIS_RESET, "a message was lost in a suspension");
	vscsis_conn_kick(v);
}

static void vscsis_conn_event(struct vscsis_adapter *v, const struct crq_msg *msg)
{
	unsigned long flags;

	switch (msg->format) {
	case CRQ_PREPARE_FOR_SUSPEND:
	case CRQ_RESUMED:
		vscsis_conn_suspend(v, msg);
		return;
	case CRQ_PARTNER_FAILED:
	case CRQ_PARTNER_DEREGISTERED:
	case CRQ_PARTNER_TERMINATED:
	case CRQ_PARTNER_SUSPENDED:
		spin_lock_irqsave(&v->lock, flags);
		v->init_seen = false;
		v->greeted = false;
		v->ctl_count = 0;
		vscsis_conn_no_suspend(v);
		spin_unlock_irqrestore(&v->lock, flags);
		vscsis_conn_close(v, VSCSIS_CLIENT_GONE, NULL);
		return;
	default:
		vscsis_err(v, "unknown transport event %#x\n", msg->format);
	}
}

static void vscsis_conn_ping(struct vscsis_adapter *v, const struct crq_msg *msg)
{
	/* What the queue has no room for is lost: only a flood makes that happen. */
	if (msg->status == VSCSIS_PING)
		crq_queue_send(&v->queue, CRQ_MSG_HI(CRQ_COMMAND, VIOSRP_INLINE_FORMAT,
						     VSCSIS_PING_RESPONSE), 0);
}

/* A MAD or, before login, an information unit: for the worker */
static void vscsis_conn_control(struct vscsis_adapter *v, const struct crq_msg *msg)
{
	enum vscsis_state state = READ_ONCE(v->state);

	/* Also of a new client, while the last one's commands are still awaited */
	if (state == VSCSIS_LISTENING ||
	    (state == VSCSIS_CLOSING && READ_ONCE(v->gone) && !READ_ONCE(v->greeted)))
		vscsis_conn_close(v, VSCSIS_RESET, "message before initialization");
	else if (!vscsis_control_queue(v, msg))
		vscsis_conn_close(v, VSCSIS_RESET, "too many management requests");
}

static void vscsis_conn_command(struct vscsis_adapter *v, const struct crq_msg *msg)
{
	switch (msg->format) {
	case VIOSRP_SRP_FORMAT:
		if (READ_ONCE(v->state) != VSCSIS_SERVING || !vscsis_cmd_receive(v, msg))
			vscsis_conn_control(v, msg);
		return;
	case VIOSRP_MAD_FORMAT:
	case VIOSRP_OS400_FORMAT:
	case VIOSRP_AIX_FORMAT:
	case VIOSRP_LINUX_FORMAT:
		vscsis_conn_control(v, msg);
		return;
	case VIOSRP_INLINE_FORMAT:
		vscsis_conn_ping(v, msg);
		return;
	default:
		vscsis_err(v, "message of unknown format %#x\n", msg->format);
	}
}

/**
 * vscsis_conn_handle() - an element came
 * @q:		the queue
 * @msg:	the element
 *
 * Context: softirq, one at a time.
 */
void vscsis_conn_handle(struct crq_queue *q, const struct crq_msg *msg)
{
	struct vscsis_adapter *v = container_of(q, struct vscsis_adapter, queue);

	trace_vscsis_receive(v, msg);
	switch (msg->header) {
	case CRQ_INIT:
		vscsis_conn_init_message(v, msg);
		break;
	case CRQ_EVENT:
		vscsis_conn_event(v, msg);
		break;
	case CRQ_COMMAND:
		vscsis_conn_command(v, msg);
		break;
	default:
		vscsis_err(v, "message with unknown header %#x\n", msg->header);
	}
}

/* ---- the worker ---- */

/* With @send_lock: what has left the session is on the client's queue, too. */
static bool vscsis_conn_drained(struct vscsis_adapter *v)
{
	unsigned long flags;
	bool drained;

	spin_lock_irqsave(&v->send_lock, flags);
	spin_lock(&v->lock);
	drained = !v->sess || (!v->sess->outstanding && !v->sess->preparing);
	spin_unlock(&v->lock);
	spin_unlock_irqrestore(&v->send_lock, flags);
	return drained;
}

static void vscsis_conn_forget(struct vscsis_adapter *v)
{
	lockdep_assert_held(&v->lock);
	WRITE_ONCE(v->gone, false);
	v->mad_seen = false;
	v->empty_iu = 0;
	v->fast_fail = false;
	v->told_transfer = 0;
	memset(&v->client, 0, sizeof(v->client));
}

/*
 * Call the client.  It may not know: the stock client registers its queue and turns its
 * interrupts on afterwards.
 */
static void vscsis_conn_call(struct vscsis_adapter *v)
{
	bool called = vscsis_send_init(v);
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	if (called && v->state == VSCSIS_LISTENING) {
		v->called = true;
		vscsis_conn_nudge_later(v, VSCSIS_NUDGES);
	}
	spin_unlock_irqrestore(&v->lock, flags);
}

/* Register the queue and call the client. */
static void vscsis_conn_open(struct vscsis_adapter *v)
{
	struct crq_adapter *a = v->crq;
	u64 ret[2];
	long rc;

	rc = crq_queue_register(&v->queue);
	if (rc != PAPR_H_SUCCESS && rc != PAPR_H_CLOSED) {
		char text[40];

		v->reopen_at = jiffies + msecs_to_jiffies(VSCSIS_RETRY_MS);
		snprintf(text, sizeof(text), "H_REG_CRQ failed: %ld", rc);
		vscsis_conn_close(v, VSCSIS_RESET, text);
		return;
	}
	/* Needed after each H_REG_CRQ; old firmware does not have it. */
	if (crq_can(a, CRQ_CAP_SUSPEND))
		a->hv->vioctl(a, PAPR_ENABLE_PREPARE_FOR_SUSPEND, PAPR_SUSPEND_TIMEOUT_MAX,
			      0, 0, ret);
	/* Before its own INIT is looked at: one after our COMPLETE is a new connection to it. */
	if (rc == PAPR_H_SUCCESS)
		vscsis_conn_call(v);
	crq_queue_start(&v->queue);
}

/* Tell a client that asked for it, by an EMPTY_IU, that it is logged out. */
static void vscsis_conn_t_logout(struct vscsis_adapter *v)
{
	u8 *iu = v->page + VSCSIS_PAGE_LOGOUT;
	size_t len;
	bool held;

	if (!v->empty_iu)
		return;
	len = vscsis_build_t_logout(iu, v->empty_tag, 0);
	held = vscsis_hold_client(v, v->empty_iu);
	if (!vscsis_gone(v) &&
	    !vscsis_store(v, v->page_ioba + VSCSIS_PAGE_LOGOUT, v->empty_iu, len))
		vscsis_send(v, CRQ_MSG_HI(CRQ_COMMAND, VIOSRP_SRP_FORMAT, 0) | len,
			    be64_to_cpu((__force __be64)v->empty_tag));
	if (held)
		vscsis_release_client(v, v->empty_iu);
}

/* Free the queue.  Returns false if the hypervisor wants more time. */
static bool vscsis_conn_free(struct vscsis_adapter *v)
{
	unsigned long flags;
	long rc;

	/* What waits for room may hold a page of the client. */
	vscsis_send_clear(v);
	rc = crq_queue_free(&v->queue, VSCSIS_FREE_MS);
	/* H_RESOURCE: a page of the client is still held. */
	if (papr_busy_ms(rc) >= 0 || rc == PAPR_H_RESOURCE) {
		vscsis_conn_error(v, "H_FREE_CRQ does not end");
		return false;
	}
	cancel_delayed_work_sync(&v->resend);
	vscsis_send_clear(v);
	spin_lock_irqsave(&v->lock, flags);
	vscsis_conn_forget(v);
	vscsis_conn_no_suspend(v);
	v->init_seen = false;
	v->greeted = false;
	v->ctl_count = 0;
	v->closing = VSCSIS_KEEP;
	vscsis_conn_set(v, VSCSIS_DOWN);
	spin_unlock_irqrestore(&v->lock, flags);
	return true;
}

/* The client closed its queue: listen for the next. */
static void vscsis_conn_listen(struct vscsis_adapter *v)
{
	unsigned long flags;
	bool init;

	vscsis_send_clear(v);
	spin_lock_irqsave(&v->lock, flags);
	if (v->closing != VSCSIS_CLIENT_GONE) {
		spin_unlock_irqrestore(&v->lock, flags);
		return;
	}
	vscsis_conn_forget(v);
	v->closing = VSCSIS_KEEP;
	vscsis_conn_set(v, VSCSIS_LISTENING);
	init = v->init_seen;
	v->init_seen = false;
	if (v->greeted)
		vscsis_conn_set(v, VSCSIS_CONNECTED);
	v->greeted = false;
	v->mad_seen = v->ctl_count;
	spin_unlock_irqrestore(&v->lock, flags);
	if (init)
		vscsis_send(v, CRQ_MSG_HI(CRQ_INIT, CRQ_INIT_COMPLETE, 0), 0);
}

static void vscsis_conn_logged_out(struct vscsis_adapter *v)
{
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	if (v->closing == VSCSIS_LOGOUT) {
		v->closing = VSCSIS_KEEP;
		vscsis_conn_set(v, VSCSIS_CONNECTED);
	}
	spin_unlock_irqrestore(&v->lock, flags);
}

static void vscsis_conn_end_session(struct vscsis_adapter *v)
{
	struct vscsis_session *sess;
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	sess = v->sess;
	v->sess = NULL;
	spin_unlock_irqrestore(&v->lock, flags);
	if (sess)
		vscsis_session_end(sess);
}

/* Nothing of the session runs any more.  Returns how long to wait for the next step. */
static int vscsis_conn_closed(struct vscsis_adapter *v)
{
	enum vscsis_close why = READ_ONCE(v->closing);

	if (why == VSCSIS_DISABLE && v->sess)
		vscsis_conn_t_logout(v);
	vscsis_conn_end_session(v);
	switch (why) {
	case VSCSIS_LOGOUT:
		vscsis_conn_logged_out(v);
		return 0;
	case VSCSIS_CLIENT_GONE:
		vscsis_conn_listen(v);
		return 0;
	default:
		if (!vscsis_conn_free(v))
			return 1000;
		vscsis_count(v, VSCSIS_STAT_RESETS, why == VSCSIS_RESET);
		return 0;
	}
}

/* 0 if it is past; none is as far away as an old time in a counter of 32 bits looks. */
static int vscsis_ms_until(unsigned long at)
{
	long ticks = at - jiffies;

	return ticks <= 0 ? 0 : min(jiffies_to_msecs(ticks), VSCSIS_RETRY_MS) + 1;
}

/*
 * Is the queue to be registered?  Then it is LISTENING, even before the hypervisor knows.
 * A connection that lasted begins again at once: as long as there is no queue, the stock
 * client fails what it is asked.  Returns 0 if so, the ms to wait until then, or -1.
 */
static int vscsis_conn_begin(struct vscsis_adapter *v)
{
	unsigned long flags;
	int ms = -1;

	spin_lock_irqsave(&v->lock, flags);
	if (v->want_up)
		ms = vscsis_ms_until(v->reopen_at);
	if (!ms) {
		v->reopen_at = jiffies + msecs_to_jiffies(VSCSIS_REOPEN_MS);
		vscsis_conn_set(v, VSCSIS_LISTENING);
	}
	spin_unlock_irqrestore(&v->lock, flags);
	return ms;
}

/*
 * The client is about to be suspended: say when nothing is going on.  Requests that come
 * meanwhile wait, so that this ends under load too.
 */
static void vscsis_conn_ready(struct vscsis_adapter *v)
{
	unsigned long flags;
	u64 ret[2];
	bool due;

	spin_lock_irqsave(&v->send_lock, flags);
	spin_lock(&v->lock);
	due = v->ready_due && !v->ctl_count && !v->reply_count && vscsis_cmd_quiet(v->sess);
	if (due)
		v->ready_due = false;
	spin_unlock(&v->lock);
	spin_unlock_irqrestore(&v->send_lock, flags);
	if (due)
		v->crq->hv->vioctl(v->crq, PAPR_READY_FOR_SUSPEND, 0, 0, 0, ret);
}

/*
 * The stock client turns its interrupts on after it has registered its queue, or sent INIT:
 * what is faster than that, our INIT or our answer, it does not see until something else
 * comes.  A PING is what any client takes.
 * Returns ms until the next, -1 for none.
 */
static int vscsis_conn_nudge(struct vscsis_adapter *v)
{
	u64 ping = CRQ_MSG_HI(CRQ_COMMAND, VIOSRP_INLINE_FORMAT, VSCSIS_PING);
	unsigned long flags;
	bool due = false;
	int ms = -1;

	spin_lock_irqsave(&v->lock, flags);
	if (v->nudges && (v->called || (v->state == VSCSIS_CONNECTED && !v->mad_seen))) {
		ms = vscsis_ms_until(v->nudge_at);
		due = !ms;
		if (due) {
			vscsis_conn_nudge_later(v, v->nudges - 1);
			ms = VSCSIS_NUDGE_MS;
		}
	}
	spin_unlock_irqrestore(&v->lock, flags);
	if (due)
		crq_queue_send(&v->queue, ping, 0);
	return ms;
}

/* One step; returns ms until the next, -1 if something must happen first. */
static int vscsis_conn_step(struct vscsis_adapter *v)
{
	int ms;

	switch (READ_ONCE(v->state)) {
	case VSCSIS_DOWN:
		ms = vscsis_conn_begin(v);
		if (!ms)
			vscsis_conn_open(v);
		return ms;
	case VSCSIS_CLOSING:
		if (v->sess)
			vscsis_cmd_drop_waiting(v->sess);
		return vscsis_conn_drained(v) ? vscsis_conn_closed(v) : -1;
	default:
		vscsis_control_run(v);
		vscsis_conn_ready(v);
		vscsis_cmd_resume(v);
		ms = vscsis_conn_nudge(v);
		return READ_ONCE(v->state) == VSCSIS_CLOSING ? 0 : ms;
	}
}

static void vscsis_conn_work(struct work_struct *work)
{
	struct vscsis_adapter *v = container_of(to_delayed_work(work),
						struct vscsis_adapter, work);
	int ms;

	do
		ms = vscsis_conn_step(v);
	while (!ms);
	if (ms > 0)
		queue_delayed_work(vscsis_wq, &v->work, msecs_to_jiffies(ms));
}

/* ---- for the rest of the module ---- */

/**
 * vscsis_conn_init() - before anything else
 * @v:	the adapter, zeroed
 *
 * Context: probe.
 */
void vscsis_conn_init(struct vscsis_adapter *v)
{
	spin_lock_init(&v->lock);
	spin_lock_init(&v->send_lock);
	init_waitqueue_head(&v->changed);
	INIT_DELAYED_WORK(&v->work, vscsis_conn_work);
	/* Not 0: that is 5 minutes away after a start where long has 32 bits. */
	v->reopen_at = jiffies;
	vscsis_send_setup(v);
}

/**
 * vscsis_conn_enable() - serve
 * @v:	the adapter; its portal group stays until it is down again
 *
 * Context: any.
 */
void vscsis_conn_enable(struct vscsis_adapter *v)
{
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	v->want_up = !v->forbidden;
	spin_unlock_irqrestore(&v->lock, flags);
	vscsis_conn_kick(v);
}

/**
 * vscsis_conn_disable() - serve no more
 * @v:	the adapter; it is down when vscsis_conn_is_down() says so
 *
 * Context: any.
 */
void vscsis_conn_disable(struct vscsis_adapter *v)
{
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	v->want_up = false;
	spin_unlock_irqrestore(&v->lock, flags);
	vscsis_conn_close(v, VSCSIS_DISABLE, NULL);
}

/**
 * vscsis_conn_forbid() - it cannot be enabled from now on
 * @v:	the adapter
 *
 * Context: any.
 */
void vscsis_conn_forbid(struct vscsis_adapter *v)
{
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	v->forbidden = true;
	spin_unlock_irqrestore(&v->lock, flags);
}

/**
 * vscsis_conn_is_down() - has it no queue, and no session?
 * @v:	the adapter
 *
 * Context: any.
 * Return: true if it has neither.
 */
bool vscsis_conn_is_down(struct vscsis_adapter *v)
{
	return READ_ONCE(v->state) == VSCSIS_DOWN;
}
