// SPDX-License-Identifier: GPL-2.0
/*
 * Error handling of the midlayer: abort, LUN reset, and a new connection.
 *
 * A server answers a task management function when the commands it covers have ended
 * there, after the answers it still had for some of them.  So when it is answered, what
 * has not been answered is ours again.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <scsi/scsi_device.h>

#include "vscsi.h"

/* Time for a new login, after all commands have come back */
#define VSCSI_RELOGIN_SECONDS	60
/* A wait without an end is divided, so that it is not taken for a hang. */
#define VSCSI_WAIT_STEP		(30 * HZ)

static struct vscsi_slot *vscsi_tmf_send(struct vscsi_host *h, struct scsi_device *sdev,
					 u8 function, u64 task_tag)
{
	struct vscsi_slot *slot = NULL;
	struct scsi_lun lun;
	unsigned long flags;
	long rc;
	u64 tag;

	if (vscsi_lun_encode(sdev->channel, sdev->id, sdev->lun, &lun))
		return NULL;
	spin_lock_irqsave(&h->lock, flags);
	if (h->state == VSCSI_ACTIVE)
		slot = vscsi_slot_take(h, VSCSI_SLOT_TMF);
	if (slot) {
		tag = vscsi_slot_tag(slot);
		reinit_completion(&slot->done);
		slot->seq = ++h->seq;
		vscsi_iu_tmf(&slot->iu->srp.tsk_mgmt, tag, &lun, function, task_tag);
		vscsi_slot_move(slot, tag, VSCSI_PREPARED, VSCSI_SENT);
		/* One that does not arrive is not answered, and that is seen below. */
		rc = crq_queue_send(&h->queue,
				    vscsi_iu_crq(VIOSRP_SRP_FORMAT, vscsi_tmf_timeout), slot->ioba);
		if (rc)
			vscsi_conn_unsent_locked(h, rc, "no task management function can be sent");
	}
	spin_unlock_irqrestore(&h->lock, flags);
	return slot;
}

/*
 * Have a task management function carried out.  0: it is, and @seq is its place in the
 * order of what was sent.  Sleeps.
 */
static int vscsi_tmf(struct vscsi_host *h, struct scsi_device *sdev, u8 function,
		     u64 task_tag, u64 *seq)
{
	struct vscsi_slot *slot = vscsi_tmf_send(h, sdev, function, task_tag);
	u64 tag;
	int ret;

	if (!slot)
		return -ENOTCONN;
	tag = vscsi_slot_tag(slot);
	*seq = slot->seq;
	if (!wait_for_completion_timeout(&slot->done, vscsi_tmf_timeout * HZ) &&
	    vscsi_slot_move(slot, tag, VSCSI_SENT, VSCSI_ABANDONED))
		return -ETIMEDOUT;
	/* It may have come in the last moment. */
	wait_for_completion(&slot->done);
	ret = slot->result;
	vscsi_slot_put(h, slot, 0);
	return ret;
}

static void vscsi_credit(struct vscsi_host *h, int credits)
{
	unsigned long flags;

	spin_lock_irqsave(&h->lock, flags);
	h->credits = min(h->credits + credits, 0x10000);
	spin_unlock_irqrestore(&h->lock, flags);
}

/* Give the answer to who waits, if anybody still does.  False if it answers nothing. */
static bool vscsi_tmf_end(struct vscsi_host *h, struct vscsi_slot *slot, u64 tag, int result)
{
	if (vscsi_slot_move(slot, tag, VSCSI_SENT, VSCSI_ANSWERED)) {
		slot->result = result;
		complete_all(&slot->done);
		return true;
	}
	/* In this order: who waits goes from the one to the other. */
	if (!vscsi_slot_move(slot, tag, VSCSI_ABANDONED, VSCSI_ENDING))
		return false;
	vscsi_slot_put(h, slot, 0);
	return true;
}

static int vscsi_tmf_result(struct vscsi_host *h, struct vscsi_slot *slot, u64 tag,
			    int *credits)
{
	struct vscsi_rsp rsp;
	union viosrp_iu iu;
	int ret;

	memcpy(&iu, slot->iu, sizeof(iu));
	ret = vscsi_iu_parse_rsp(&iu, sizeof(iu), tag, DMA_NONE, 0, &rsp);
	*credits = ret == -EBADMSG ? 1 : rsp.delta;
	if (!ret && (!rsp.has_response || rsp.response))
		ret = -EREMOTEIO;
	return ret;
}

/**
 * vscsi_tmf_response() - a task management function is answered
 * @h:		the host
 * @slot:	which its tag names, in any state
 * @msg:	the element
 *
 * Context: the queue's handler.
 */
void vscsi_tmf_response(struct vscsi_host *h, struct vscsi_slot *slot,
			const struct crq_msg *msg)
{
	u64 tag = be64_to_cpu(msg->data);
	int result, credits;

	result = vscsi_tmf_result(h, slot, tag, &credits);
	if (msg->format != VIOSRP_SRP_FORMAT || !vscsi_tmf_end(h, slot, tag, result)) {
		vscsi_stray(h, msg);
		return;
	}
	vscsi_credit(h, credits);
}

/**
 * vscsi_tmf_purge() - the server has forgotten all task management functions
 * @h:	the host, whose queue was freed or suspended
 *
 * Context: any.
 */
void vscsi_tmf_purge(struct vscsi_host *h)
{
	u32 i;

	for (i = 0; i < h->nr_slots; i++)
		if (h->slots[i].kind == VSCSI_SLOT_TMF)
			vscsi_tmf_end(h, &h->slots[i], vscsi_slot_tag(&h->slots[i]),
				      -ECONNRESET);
}

/* The server has ended this command: take it back.  False if its memory is not free. */
static bool vscsi_take_back(struct vscsi_host *h, struct vscsi_slot *slot, u64 tag,
			    bool complete)
{
	if (!vscsi_slot_move(slot, tag, VSCSI_SENT, VSCSI_ENDING))
		return true;
	if (!vscsi_request_unmap(h, slot)) {
		vscsi_slot_move(slot, tag, VSCSI_ENDING, VSCSI_STUCK);
		vscsi_conn_break(h, "the server keeps memory of an aborted command mapped");
		return false;
	}
	if (complete)
		vscsi_request_done(h, slot, DID_RESET << 16, 0);
	else
		vscsi_slot_put(h, slot, 0);
	return true;
}

/* Somebody is just giving the command back: let him.  It takes no time. */
static enum vscsi_slot_state vscsi_settled(struct vscsi_slot *slot)
{
	enum vscsi_slot_state state;

	while ((state = vscsi_slot_state(slot)) == VSCSI_ENDING)
		usleep_range(100, 1000);
	return state;
}

/* Is the command with this tag with the server, or in use by it? */
static bool vscsi_outstanding(struct vscsi_slot *slot, u64 tag)
{
	enum vscsi_slot_state state = vscsi_settled(slot);

	return (state == VSCSI_SENT || state == VSCSI_STUCK) && vscsi_slot_tag(slot) == tag;
}

/**
 * vscsi_eh_abort() - abort a command
 * @cmd:	the command
 *
 * Context: may sleep.
 * Return: SUCCESS when nobody but the midlayer has it, FAILED.
 */
int vscsi_eh_abort(struct scsi_cmnd *cmd)
{
	struct vscsi_host *h = shost_priv(cmd->device->host);
	u64 tag = ((struct vscsi_cmd *)scsi_cmd_priv(cmd))->tag;
	struct vscsi_slot *slot = vscsi_slot_find(h, tag);
	u64 seq;
	int ret;

	if (!tag || !slot || !vscsi_outstanding(slot, tag))
		return SUCCESS;
	ret = vscsi_tmf(h, cmd->device, SRP_TSK_ABORT_TASK, tag, &seq);
	sdev_printk(KERN_INFO, cmd->device, "abort answered %d\n", ret);
	if (ret)
		return FAILED;
	vscsi_take_back(h, slot, tag, false);
	return vscsi_outstanding(slot, tag) ? FAILED : SUCCESS;
}

/* Take back what was sent to a device before @seq.  False if one is still in use. */
static bool vscsi_take_back_lun(struct vscsi_host *h, struct scsi_device *sdev, u64 seq)
{
	bool ok = true;
	u32 i;

	for (i = 0; i < h->nr_slots; i++) {
		struct vscsi_slot *slot = &h->slots[i];
		enum vscsi_slot_state state;

		if (slot->kind != VSCSI_SLOT_COMMAND)
			continue;
		state = vscsi_settled(slot);
		if (slot->sdev != sdev)
			continue;
		if (state == VSCSI_SENT && slot->seq < seq)
			ok &= vscsi_take_back(h, slot, vscsi_slot_tag(slot), true);
		else if (state == VSCSI_STUCK)
			ok = false;
		vscsi_settled(slot);
	}
	return ok;
}

/**
 * vscsi_eh_device_reset() - reset a LUN
 * @cmd:	a command of its
 *
 * Context: may sleep.
 * Return: SUCCESS when the server has no command for it any more, FAILED.
 */
int vscsi_eh_device_reset(struct scsi_cmnd *cmd)
{
	struct vscsi_host *h = shost_priv(cmd->device->host);
	struct scsi_device *sdev = cmd->device;
	u64 seq;
	int ret;

	ret = vscsi_tmf(h, sdev, SRP_TSK_LUN_RESET, 0, &seq);
	sdev_printk(KERN_INFO, sdev, "LUN reset answered %d\n", ret);
	return !ret && vscsi_take_back_lun(h, sdev, seq) ? SUCCESS : FAILED;
}

/* Close a connection that commands may be in; the number of resets that ends the wait */
static unsigned long vscsi_reset_begin(struct vscsi_host *h)
{
	unsigned long flags, until;

	spin_lock_irqsave(&h->lock, flags);
	if (h->state == VSCSI_ACTIVE)
		vscsi_conn_break_locked(h, "reset by the error handler");
	until = h->resets + (h->state == VSCSI_CLOSING);
	spin_unlock_irqrestore(&h->lock, flags);
	return until;
}

/**
 * vscsi_eh_host_reset() - connect anew
 * @cmd:	a command of the host
 *
 * Does not return before every command has come back, because the midlayer frees their
 * memory after a failure too: as long as a server with a hung disk needs.
 *
 * Context: may sleep.
 * Return: SUCCESS when logged in again; FAST_IO_FAIL if there is no server now, which
 * leaves the devices online.
 */
int vscsi_eh_host_reset(struct scsi_cmnd *cmd)
{
	struct vscsi_host *h = shost_priv(cmd->device->host);
	unsigned long until = vscsi_reset_begin(h);
	long left;

	do {
		left = wait_event_timeout(h->wait, (long)(READ_ONCE(h->resets) - until) >= 0,
					  VSCSI_WAIT_STEP);
	} while (!left);
	left = VSCSI_RELOGIN_SECONDS * HZ;
	while (left > 0 && READ_ONCE(h->state) != VSCSI_ACTIVE && !READ_ONCE(h->failing) &&
	       !READ_ONCE(h->removing)) {
		wait_event_timeout(h->wait, READ_ONCE(h->state) == VSCSI_ACTIVE ||
				   READ_ONCE(h->failing) || READ_ONCE(h->removing), HZ);
		left -= HZ;
	}
	return READ_ONCE(h->state) == VSCSI_ACTIVE ? SUCCESS : FAST_IO_FAIL;
}
