// SPDX-License-Identifier: GPL-2.0
/*
 * The connection: registering the queue, INIT, management datagrams, login; and its
 * end, after which all of that begins again.
 *
 * What the server sends moves a connection on, in the queue's handler.  Opening and
 * closing need to sleep, so one work item does both, and nothing else ever does.
 * LoPAR, "A Protocol for VSCSI Communications".
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/utsname.h>

#include "vscsi.h"

#define VSCSI_ANSWER_SECONDS	30	/* for a MAD or a login */
#define VSCSI_BACKOFF		(10 * HZ)	/* before what was refused is tried again */
#define VSCSI_PAUSE		HZ		/* after a connection without a login */
#define VSCSI_EVENT_WAIT	HZ		/* for what explains H_CLOSED */
#define VSCSI_FREE_STEP_MS	30000	/* between two lines in the log */
/* Bytes of the largest transfer */
#define VSCSI_TXU_MAX		(16 * 1024 * 1024)
/* A piece that begins and ends inside a page takes two entries more than its bytes. */
#define VSCSI_TXU_SLACK		(2 * VSCSI_SEGMENTS * PAPR_TCE_SIZE)

/* The lock is held. */
static void vscsi_set_state(struct vscsi_host *h, enum vscsi_state state)
{
	lockdep_assert_held(&h->lock);
	WRITE_ONCE(h->state, state);
	wake_up_all(&h->wait);
}

/* Keep why something went wrong; in the log once, until a login has succeeded. */
static void vscsi_note(struct vscsi_host *h, const char *why)
{
	lockdep_assert_held(&h->lock);
	if (strcmp(h->last_error, why) || h->error_login != h->logins)
		dev_warn(h->adapter->dev, "%s\n", why);
	strscpy(h->last_error, why, sizeof(h->last_error));
	h->error_login = h->logins;
}

static void vscsi_note_rc(struct vscsi_host *h, const char *what, long rc)
{
	unsigned long flags;
	char text[64];

	snprintf(text, sizeof(text), "%s answered %ld", what, rc);
	spin_lock_irqsave(&h->lock, flags);
	vscsi_note(h, text);
	spin_unlock_irqrestore(&h->lock, flags);
}

/**
 * vscsi_conn_break_locked() - end the connection and make a new one
 * @h:		the host; its lock is held
 * @why:	for people
 *
 * Context: any.
 */
void vscsi_conn_break_locked(struct vscsi_host *h, const char *why)
{
	lockdep_assert_held(&h->lock);
	/* One that was rejected ends when its time has come. */
	if (h->state < VSCSI_WAITING || h->state >= VSCSI_REJECTED)
		return;
	vscsi_note(h, why);
	h->failed_early = h->state < VSCSI_ACTIVE;
	vscsi_set_state(h, VSCSI_CLOSING);
	mod_delayed_work(h->wq, &h->conn_work, 0);
}

/* The same, without the lock.  Context: any. */
void vscsi_conn_break(struct vscsi_host *h, const char *why)
{
	unsigned long flags;

	spin_lock_irqsave(&h->lock, flags);
	vscsi_conn_break_locked(h, why);
	spin_unlock_irqrestore(&h->lock, flags);
}

/**
 * vscsi_conn_unsent_locked() - an element could not be sent
 * @h:		the host; its lock is held
 * @rc:		what H_SEND_CRQ answered
 * @why:	for people, if that ends the connection
 *
 * After H_CLOSED an event in our own queue says in its turn what has happened: after a
 * suspension the queue stays registered.  Only if none comes, the connection ends.
 *
 * Context: any.
 */
void vscsi_conn_unsent_locked(struct vscsi_host *h, long rc, const char *why)
{
	lockdep_assert_held(&h->lock);
	if (rc != PAPR_H_CLOSED) {
		vscsi_conn_break_locked(h, why);
		return;
	}
	if (!h->unsent)
		mod_delayed_work(h->wq, &h->unsent_work, VSCSI_EVENT_WAIT);
	h->unsent = why;
}

static void vscsi_unsent_work(struct work_struct *work)
{
	struct vscsi_host *h = container_of(work, struct vscsi_host, unsent_work.work);
	unsigned long flags;

	spin_lock_irqsave(&h->lock, flags);
	if (h->unsent)
		vscsi_conn_break_locked(h, h->unsent);
	spin_unlock_irqrestore(&h->lock, flags);
}

/* ---- the gate: do requests wait, fail, or pass? ---- */

static void vscsi_gate_close(struct vscsi_host *h)
{
	int seconds = READ_ONCE(vscsi_reconnect_timeout);

	mutex_lock(&h->gate);
	if (!h->closed) {
		h->closed = true;
		if (!seconds || READ_ONCE(h->removing))
			WRITE_ONCE(h->failing, true);
		else
			scsi_block_requests(h->shost);
		if (seconds > 0)
			schedule_delayed_work(&h->fail_work, seconds * HZ);
	}
	mutex_unlock(&h->gate);
}

/**
 * vscsi_gate_fail() - let requests fail from now on, if they wait
 * @h:	the host
 *
 * Context: may sleep.
 */
void vscsi_gate_fail(struct vscsi_host *h)
{
	mutex_lock(&h->gate);
	if (h->closed && !h->failing) {
		WRITE_ONCE(h->failing, true);
		wake_up_all(&h->wait);
		scsi_unblock_requests(h->shost);
	}
	mutex_unlock(&h->gate);
}

static void vscsi_gate_open(struct vscsi_host *h)
{
	mutex_lock(&h->gate);
	if (h->closed && READ_ONCE(h->state) == VSCSI_ACTIVE) {
		cancel_delayed_work(&h->fail_work);
		h->closed = false;
		WRITE_ONCE(h->failing, false);
		scsi_unblock_requests(h->shost);
	}
	mutex_unlock(&h->gate);
}

static void vscsi_fail_work(struct work_struct *work)
{
	struct vscsi_host *h = container_of(work, struct vscsi_host, fail_work.work);

	dev_warn(h->adapter->dev, "no server for %d s: requests fail\n",
		 vscsi_reconnect_timeout);
	vscsi_gate_fail(h);
}

/* ---- what is sent to get there ---- */

static void *vscsi_payload(struct vscsi_host *h)
{
	return h->ius + h->nr_slots * VSCSI_IU_SIZE;
}

/* Send what is in the connection's slot, and go to a state in which its answer is due. */
static void vscsi_conn_send(struct vscsi_host *h, enum vscsi_state state, u8 format)
{
	struct vscsi_slot *slot = h->connection_slot;
	long rc;

	vscsi_set_state(h, state);
	vscsi_slot_move(slot, vscsi_slot_tag(slot), VSCSI_PREPARED, VSCSI_SENT);
	h->deadline = jiffies + VSCSI_ANSWER_SECONDS * HZ;
	mod_delayed_work(h->wq, &h->watch_work, VSCSI_ANSWER_SECONDS * HZ);
	rc = crq_queue_send(&h->queue, vscsi_iu_crq(format, VSCSI_ANSWER_SECONDS), slot->ioba);
	if (rc)
		vscsi_conn_unsent_locked(h, rc, "the server cannot be reached");
}

static void vscsi_send_mad(struct vscsi_host *h, enum vscsi_state state, u32 type, u16 length)
{
	struct vscsi_slot *slot = h->connection_slot;
	u64 buffer = 0;

	if (type != VIOSRP_ENABLE_FAST_FAIL)
		buffer = h->ius_ioba + h->nr_slots * VSCSI_IU_SIZE;
	vscsi_slot_renew(slot);
	vscsi_iu_mad(&slot->iu->mad, type, length, vscsi_slot_tag(slot), buffer);
	vscsi_conn_send(h, state, VIOSRP_MAD_FORMAT);
}

static void vscsi_send_info(struct vscsi_host *h)
{
	vscsi_iu_info(vscsi_payload(h), init_utsname()->nodename);
	vscsi_send_mad(h, VSCSI_INFO, VIOSRP_ADAPTER_INFO_TYPE,
		       sizeof(struct mad_adapter_info_data));
}

static void vscsi_send_fast_fail(struct vscsi_host *h)
{
	vscsi_send_mad(h, VSCSI_FAST_FAIL, VIOSRP_ENABLE_FAST_FAIL,
		       sizeof(struct viosrp_fast_fail));
}

static void vscsi_send_capabilities(struct vscsi_host *h)
{
	vscsi_iu_capabilities(vscsi_payload(h), dev_name(&h->shost->shost_gendev),
			      dev_name(h->adapter->dev), h->migrated);
	vscsi_send_mad(h, VSCSI_CAPABILITIES, VIOSRP_CAPABILITIES_TYPE,
		       sizeof(struct capabilities));
}

static void vscsi_send_login(struct vscsi_host *h)
{
	struct vscsi_slot *slot = h->connection_slot;

	vscsi_slot_renew(slot);
	vscsi_iu_login(&slot->iu->srp.login_req, vscsi_slot_tag(slot));
	vscsi_conn_send(h, VSCSI_LOGIN, VIOSRP_SRP_FORMAT);
}

/* ---- what comes back ---- */

/* A transfer and its worst split must fit the window, beside others. */
static u32 vscsi_max_bytes(struct vscsi_host *h, u32 txu)
{
	u64 max = min_t(u64, h->adapter->window_size / 2, VSCSI_TXU_MAX);

	max = max > 2 * VSCSI_TXU_SLACK ? max - VSCSI_TXU_SLACK : max / 2;
	if (txu < SECTOR_SIZE)
		txu = VSCSI_TXU_DEFAULT;
	return max_t(u64, min_t(u64, txu, max), SECTOR_SIZE) & ~(SECTOR_SIZE - 1);
}

static void vscsi_take_info(struct vscsi_host *h, int status)
{
	struct mad_adapter_info_data info;

	memset(&h->server, 0, sizeof(h->server));
	if (status == VIOSRP_MAD_SUCCESS) {
		memcpy(&info, vscsi_payload(h), sizeof(info));
		vscsi_iu_parse_info(&info, &h->server);
	}
	h->max_bytes = vscsi_max_bytes(h, h->server.max_txu);
	h->max_segments = VSCSI_SEGMENTS;
	/* Early ones know no external tables. */
	if (h->server.os_type == SRP_MAD_OS_AIX && strcmp(h->server.version, "1.6a") <= 0)
		h->max_segments = VSCSI_INLINE;
	/* Read by the midlayer when it finds a device */
	h->shost->max_sectors = h->max_bytes >> SECTOR_SHIFT;
	h->shost->sg_tablesize = h->max_segments;
}

static void vscsi_logged_in(struct vscsi_host *h, int credits)
{
	h->credits = credits;
	h->reserve = min(credits - 1, VSCSI_TMFS);
	h->migrated = false;
	h->logins++;
	vscsi_set_state(h, VSCSI_ACTIVE);
	cancel_delayed_work(&h->watch_work);
	queue_work(h->wq, &h->up_work);
}

static void vscsi_login_rejected(struct vscsi_host *h, u32 reason)
{
	char text[64];

	snprintf(text, sizeof(text), "the server rejects the login, reason %08x", reason);
	vscsi_note(h, text);
	h->failed_early = false;
	vscsi_set_state(h, VSCSI_REJECTED);
	cancel_delayed_work(&h->watch_work);
	mod_delayed_work(h->wq, &h->conn_work, VSCSI_BACKOFF);
}

static void vscsi_take_login(struct vscsi_host *h, const union viosrp_iu *iu, u64 tag)
{
	struct vscsi_login login;
	int ret = vscsi_iu_parse_login(iu, sizeof(*iu), tag, &login);

	if (ret)
		vscsi_conn_break_locked(h, ret == -EPROTO ? "a login without credits" :
					"a malformed answer to the login");
	else if (login.rejected)
		vscsi_login_rejected(h, login.reason);
	else
		vscsi_logged_in(h, login.credits);
}

static u32 vscsi_mad_type(enum vscsi_state state)
{
	switch (state) {
	case VSCSI_INFO:
		return VIOSRP_ADAPTER_INFO_TYPE;
	case VSCSI_FAST_FAIL:
		return VIOSRP_ENABLE_FAST_FAIL;
	default:
		return VIOSRP_CAPABILITIES_TYPE;
	}
}

/* A server that cannot do it, or fails, is no reason not to go on. */
static void vscsi_take_mad(struct vscsi_host *h, const union viosrp_iu *iu, u64 tag)
{
	int status = vscsi_iu_parse_mad(iu, sizeof(*iu), vscsi_mad_type(h->state), tag);

	if (status < 0) {
		vscsi_conn_break_locked(h, "a malformed answer to a management datagram");
		return;
	}
	h->mad_answered = true;
	switch (h->state) {
	case VSCSI_INFO:
		vscsi_take_info(h, status);
		if (h->server.os_type == SRP_MAD_OS_AIX)
			vscsi_send_fast_fail(h);
		else
			vscsi_send_login(h);
		break;
	case VSCSI_FAST_FAIL:
		vscsi_send_capabilities(h);
		break;
	default:
		vscsi_send_login(h);
		break;
	}
}

/**
 * vscsi_conn_response() - a MAD or the login is answered
 * @h:		the host
 * @slot:	the connection's
 * @msg:	the element
 *
 * Context: the queue's handler.
 */
void vscsi_conn_response(struct vscsi_host *h, struct vscsi_slot *slot,
			 const struct crq_msg *msg)
{
	u64 tag = be64_to_cpu(msg->data);
	unsigned long flags;
	union viosrp_iu iu;
	bool stray;

	spin_lock_irqsave(&h->lock, flags);
	stray = h->state < VSCSI_INFO || h->state > VSCSI_LOGIN ||
		msg->format != (h->state == VSCSI_LOGIN ? VIOSRP_SRP_FORMAT :
				VIOSRP_MAD_FORMAT) ||
		!vscsi_slot_move(slot, tag, VSCSI_SENT, VSCSI_ENDING);
	if (!stray) {
		memcpy(&iu, slot->iu, sizeof(iu));
		if (h->state == VSCSI_LOGIN)
			vscsi_take_login(h, &iu, tag);
		else
			vscsi_take_mad(h, &iu, tag);
	}
	spin_unlock_irqrestore(&h->lock, flags);
	if (stray)
		vscsi_stray(h, msg);
}

/**
 * vscsi_conn_init() - INIT or INIT_COMPLETE came
 * @h:		the host
 * @format:	which
 *
 * Crossed INITs end in a COMPLETE too many, and a server may send its INIT behind its
 * answer to ours: neither begins the connection a second time.
 *
 * Context: the queue's handler.
 */
void vscsi_conn_init(struct vscsi_host *h, u8 format)
{
	unsigned long flags;
	long rc = PAPR_H_SUCCESS;
	bool early;

	spin_lock_irqsave(&h->lock, flags);
	early = h->state == VSCSI_WAITING || (h->state == VSCSI_INFO && !h->mad_answered);
	if (early && format == CRQ_INIT_REQUEST)
		rc = crq_queue_send(&h->queue, CRQ_MSG_HI(CRQ_INIT, CRQ_INIT_COMPLETE, 0), 0);
	if (!early)
		vscsi_conn_break_locked(h, "the server begins anew");
	else if (rc)
		vscsi_conn_unsent_locked(h, rc, "INIT cannot be answered");
	else if (h->state == VSCSI_WAITING)
		vscsi_send_info(h);
	spin_unlock_irqrestore(&h->lock, flags);
}

static const char *vscsi_event_text(u8 event)
{
	switch (event) {
	case CRQ_PARTNER_FAILED:
		return "the server's partition failed";
	case CRQ_PARTNER_DEREGISTERED:
		return "the server closed its queue";
	case CRQ_PARTNER_TERMINATED:
		return "the server's partition was terminated";
	case CRQ_PARTNER_SUSPENDED:
		return "suspended";
	default:
		return "unknown transport event";
	}
}

/**
 * vscsi_conn_event() - something happened to the partner
 * @h:		the host
 * @event:	enum crq_event
 *
 * Who only waits for a partner goes on waiting: if the two answered the end of each
 * other's queue with the end of their own, neither would ever be there.
 *
 * Context: the queue's handler.
 */
void vscsi_conn_event(struct vscsi_host *h, u8 event)
{
	unsigned long flags;

	spin_lock_irqsave(&h->lock, flags);
	h->unsent = NULL;
	if (event == CRQ_PARTNER_SUSPENDED) {
		h->migrated = true;
		h->suspended = true;
	} else {
		h->suspended = false;
	}
	if (h->state != VSCSI_WAITING || h->suspended)
		vscsi_conn_break_locked(h, vscsi_event_text(event));
	spin_unlock_irqrestore(&h->lock, flags);
}

/* ---- opening and closing ---- */

/* To be called when the partner may be there: whose INIT is first does not matter. */
static void vscsi_send_init(struct vscsi_host *h)
{
	unsigned long flags;
	long rc = PAPR_H_SUCCESS;

	spin_lock_irqsave(&h->lock, flags);
	if (h->state == VSCSI_WAITING)
		rc = crq_queue_send(&h->queue, CRQ_MSG_HI(CRQ_INIT, CRQ_INIT_REQUEST, 0), 0);
	spin_unlock_irqrestore(&h->lock, flags);
	/* Not there, or full of old elements: it will send one. */
	if (rc && rc != PAPR_H_CLOSED && rc != PAPR_H_DROPPED)
		vscsi_note_rc(h, "H_SEND_CRQ of INIT", rc);
}

static void vscsi_begin(struct vscsi_host *h)
{
	unsigned long flags;

	spin_lock_irqsave(&h->lock, flags);
	h->connection++;
	h->suspended = false;
	h->unsent = NULL;
	h->mad_answered = false;
	vscsi_set_state(h, VSCSI_WAITING);
	spin_unlock_irqrestore(&h->lock, flags);
}

static void vscsi_open(struct vscsi_host *h)
{
	long rc = crq_queue_register(&h->queue);

	if (rc && rc != PAPR_H_CLOSED) {
		vscsi_note_rc(h, "H_REG_CRQ", rc);
		queue_delayed_work(h->wq, &h->conn_work, VSCSI_BACKOFF);
		return;
	}
	vscsi_begin(h);
	crq_queue_start(&h->queue);
	vscsi_send_init(h);
}

/* Everything goes back; how, depends on why. */
static void vscsi_purge(struct vscsi_host *h, int host_byte)
{
	unsigned long flags;

	vscsi_request_purge(h, host_byte);
	vscsi_tmf_purge(h);
	spin_lock_irqsave(&h->lock, flags);
	h->resets++;
	wake_up_all(&h->wait);
	spin_unlock_irqrestore(&h->lock, flags);
}

/*
 * The server has nothing of ours only after H_FREE_CRQ has succeeded, and a hung disk
 * of its may make that last: there is no limit.
 */
static void vscsi_free_queue(struct vscsi_host *h)
{
	long rc;

	while ((rc = crq_queue_free(&h->queue, VSCSI_FREE_STEP_MS))) {
		if (papr_busy_ms(rc) < 0 && rc != PAPR_H_RESOURCE) {
			vscsi_note_rc(h, "H_FREE_CRQ", rc);
			break;
		}
		dev_warn(h->adapter->dev, "the server still uses memory of this end\n");
		if (rc == PAPR_H_RESOURCE)
			msleep(VSCSI_FREE_STEP_MS);
	}
}

static void vscsi_close(struct vscsi_host *h)
{
	unsigned long flags;

	vscsi_free_queue(h);
	vscsi_purge(h, READ_ONCE(h->removing) ? DID_NO_CONNECT : DID_TRANSPORT_DISRUPTED);
	spin_lock_irqsave(&h->lock, flags);
	h->suspended = false;
	vscsi_set_state(h, READ_ONCE(h->removing) ? VSCSI_GONE : VSCSI_DOWN);
	spin_unlock_irqrestore(&h->lock, flags);
}

/*
 * The partition was suspended and the queue disabled: it stays registered.  The new
 * server may send at once when it is enabled, so the state comes first.  False if it
 * cannot be enabled.
 */
static bool vscsi_resume(struct vscsi_host *h)
{
	long rc;

	vscsi_purge(h, DID_REQUEUE);
	vscsi_begin(h);
	do {
		rc = crq_queue_enable(&h->queue, 1000);
	} while (papr_busy_ms(rc) >= 0 && !READ_ONCE(h->removing));
	if (rc)
		return false;
	vscsi_send_init(h);
	return true;
}

/* What is to be done; a connection that was rejected or is not wanted ends here. */
static enum vscsi_state vscsi_conn_task(struct vscsi_host *h, bool *suspended)
{
	enum vscsi_state state;
	unsigned long flags;

	spin_lock_irqsave(&h->lock, flags);
	if (h->state == VSCSI_REJECTED || (h->removing && h->state >= VSCSI_WAITING &&
					   h->state < VSCSI_CLOSING))
		vscsi_set_state(h, VSCSI_CLOSING);
	else if (h->removing && h->state == VSCSI_DOWN)
		vscsi_set_state(h, VSCSI_GONE);
	state = h->state;
	*suspended = h->suspended && !h->removing;
	h->suspended = false;
	spin_unlock_irqrestore(&h->lock, flags);
	return state;
}

static void vscsi_conn_work(struct work_struct *work)
{
	struct vscsi_host *h = container_of(work, struct vscsi_host, conn_work.work);
	bool suspended;

	switch (vscsi_conn_task(h, &suspended)) {
	case VSCSI_CLOSING:
		vscsi_gate_close(h);
		if (suspended && vscsi_resume(h))
			return;
		vscsi_close(h);
		if (READ_ONCE(h->removing))
			return;
		if (READ_ONCE(h->failed_early))
			queue_delayed_work(h->wq, &h->conn_work, VSCSI_PAUSE);
		else
			vscsi_open(h);
		return;
	case VSCSI_DOWN:
		vscsi_gate_close(h);
		vscsi_open(h);
		return;
	default:
		return;
	}
}

static void vscsi_watch_work(struct work_struct *work)
{
	struct vscsi_host *h = container_of(work, struct vscsi_host, watch_work.work);
	unsigned long flags;

	spin_lock_irqsave(&h->lock, flags);
	if (h->state >= VSCSI_INFO && h->state <= VSCSI_LOGIN) {
		if (time_after_eq(jiffies, h->deadline))
			vscsi_conn_break_locked(h, "the server does not answer");
		else
			mod_delayed_work(h->wq, &h->watch_work, h->deadline - jiffies);
	}
	spin_unlock_irqrestore(&h->lock, flags);
}

static void vscsi_up_work(struct work_struct *work)
{
	struct vscsi_host *h = container_of(work, struct vscsi_host, up_work);

	dev_info(h->adapter->dev, "logged in to %s, %d requests, %u bytes each\n",
		 h->server.name[0] ? h->server.name : "a server", READ_ONCE(h->credits),
		 h->max_bytes);
	vscsi_gate_open(h);
	if (!READ_ONCE(h->removing))
		queue_work(system_long_wq, &h->scan_work);
}

/* A scan that another login interrupted has not seen all. */
static void vscsi_scan_work(struct work_struct *work)
{
	struct vscsi_host *h = container_of(work, struct vscsi_host, scan_work);
	unsigned long login = READ_ONCE(h->logins);

	if (h->scanned || READ_ONCE(h->removing))
		return;
	scsi_scan_host(h->shost);
	h->scanned = READ_ONCE(h->logins) == login && READ_ONCE(h->state) == VSCSI_ACTIVE;
}

/* Make the parts of @h that are this file's.  No unwinding needed. */
void vscsi_conn_setup(struct vscsi_host *h)
{
	spin_lock_init(&h->lock);
	mutex_init(&h->gate);
	init_waitqueue_head(&h->wait);
	INIT_DELAYED_WORK(&h->conn_work, vscsi_conn_work);
	INIT_WORK(&h->up_work, vscsi_up_work);
	INIT_DELAYED_WORK(&h->watch_work, vscsi_watch_work);
	INIT_DELAYED_WORK(&h->unsent_work, vscsi_unsent_work);
	INIT_DELAYED_WORK(&h->fail_work, vscsi_fail_work);
	INIT_WORK(&h->scan_work, vscsi_scan_work);
	h->max_bytes = vscsi_max_bytes(h, VSCSI_TXU_DEFAULT);
	h->max_segments = VSCSI_SEGMENTS;
}

/* Begin to look for a server.  Does not wait. */
void vscsi_conn_start(struct vscsi_host *h)
{
	queue_delayed_work(h->wq, &h->conn_work, 0);
}

/**
 * vscsi_conn_shutdown() - there will be no further connection
 * @h:	the host
 *
 * The present one stays, for what is still to be written; requests that wait fail, and
 * nobody looks for LUNs when this returns.
 *
 * Context: may sleep.
 */
void vscsi_conn_shutdown(struct vscsi_host *h)
{
	unsigned long flags;

	spin_lock_irqsave(&h->lock, flags);
	WRITE_ONCE(h->removing, true);
	wake_up_all(&h->wait);
	spin_unlock_irqrestore(&h->lock, flags);
	vscsi_gate_fail(h);
	cancel_work_sync(&h->scan_work);
}

/**
 * vscsi_conn_stop() - end the connection for good
 * @h:	the host, after vscsi_conn_shutdown(); no command is outstanding
 *
 * Context: sleeps until the server has nothing of ours any more.
 */
void vscsi_conn_stop(struct vscsi_host *h)
{
	mod_delayed_work(h->wq, &h->conn_work, 0);
	/* In steps, so that it is not taken for a hang */
	while (!wait_event_timeout(h->wait, READ_ONCE(h->state) == VSCSI_GONE, 30 * HZ))
		;
	cancel_delayed_work_sync(&h->conn_work);
	cancel_delayed_work_sync(&h->watch_work);
	cancel_delayed_work_sync(&h->unsent_work);
	cancel_work_sync(&h->up_work);
	cancel_delayed_work_sync(&h->fail_work);
	cancel_work_sync(&h->scan_work);
}
