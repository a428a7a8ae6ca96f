// SPDX-License-Identifier: GPL-2.0
/*
 * Commands of the midlayer: an SRP_CMD is built in a slot and sent; its answer, an
 * abort or the end of the connection takes it back.
 *
 * A command goes back to the midlayer only when its buffer has left the window.  If the
 * server keeps a page mapped, the slot is STUCK until the queue was freed.
 */
#include <linux/blk-mq.h>
#include <linux/delay.h>
#include <linux/scatterlist.h>
#include <scsi/scsi_device.h>

#include "vscsi.h"

/* Seconds between two lines in the log while something cannot be had back */
#define VSCSI_STUCK_LOG		30

/**
 * vscsi_request_unmap() - take a command's buffer out of the window
 * @h:		the host
 * @slot:	its slot, owned by the caller
 *
 * Context: any.
 * Return: false if the server keeps a page mapped.
 */
bool vscsi_request_unmap(struct vscsi_host *h, struct vscsi_slot *slot)
{
	struct scsi_cmnd *cmd = slot->cmd;
	struct crq_adapter *a = h->adapter;

	if (slot->mapped && a->hv->unmap_sg(a, scsi_sglist(cmd), scsi_sg_count(cmd),
					    cmd->sc_data_direction))
		return false;
	slot->mapped = false;
	return true;
}

/* The server broke the protocol: its connection ends, and then the command does. */
static void vscsi_request_stuck(struct vscsi_host *h, struct vscsi_slot *slot,
				enum vscsi_slot_state from)
{
	vscsi_slot_move(slot, vscsi_slot_tag(slot), from, VSCSI_STUCK);
	vscsi_conn_break(h, "the server keeps memory of a finished command mapped");
}

/**
 * vscsi_request_done() - give a command back to the midlayer
 * @h:		the host; its lock is not held
 * @slot:	its slot: ENDING, nothing mapped
 * @result:	for the midlayer
 * @credits:	what came with the answer
 *
 * The slot is ENDING until the midlayer has the command, so that an abort knows when
 * nobody touches it any more.
 *
 * Context: any.
 */
void vscsi_request_done(struct vscsi_host *h, struct vscsi_slot *slot, int result,
			int credits)
{
	struct scsi_cmnd *cmd = slot->cmd;

	cmd->result = result;
	scsi_done(cmd);
	vscsi_slot_put(h, slot, credits);
}

/* Put the buffer into the window and its pieces into the table: their number or errno */
static int vscsi_request_map(struct vscsi_host *h, struct vscsi_slot *slot)
{
	struct scsi_cmnd *cmd = slot->cmd;
	struct crq_adapter *a = h->adapter;
	struct scatterlist *sg;
	int i, n;

	if (!scsi_sg_count(cmd))
		return 0;
	n = a->hv->map_sg(a, scsi_sglist(cmd), scsi_sg_count(cmd), cmd->sc_data_direction);
	if (n <= 0)
		return n ?: -ENOMEM;
	slot->mapped = true;
	if (n > h->max_segments)
		return -E2BIG;
	for_each_sg(scsi_sglist(cmd), sg, n, i) {
		slot->table[i].va = cpu_to_be64(sg_dma_address(sg));
		slot->table[i].key = 0;
		slot->table[i].len = cpu_to_be32(sg_dma_len(sg));
	}
	return n;
}

static int vscsi_request_build(struct vscsi_host *h, struct vscsi_slot *slot)
{
	struct scsi_cmnd *cmd = slot->cmd;
	struct srp_cmd *iu = &slot->iu->srp.cmd;
	struct scsi_lun lun;
	int n;

	if (cmd->cmd_len > VSCSI_CDB_MAX || scsi_bufflen(cmd) > h->max_bytes ||
	    vscsi_lun_encode(cmd->device->channel, cmd->device->id, cmd->device->lun, &lun))
		return -EINVAL;
	n = vscsi_request_map(h, slot);
	if (n < 0)
		return n;
	vscsi_iu_cmd(iu, vscsi_slot_tag(slot), &lun, 0, cmd->cmnd, cmd->cmd_len);
	vscsi_iu_data(iu, cmd->sc_data_direction, slot->table, n, slot->ioba,
		      slot->table_ioba);
	return 0;
}

/*
 * From SENT on the slot may be answered and is not the caller's any more, unless the
 * send failed and nobody was quicker, which is what true means.
 */
static bool vscsi_request_send(struct vscsi_host *h, struct vscsi_slot *slot)
{
	unsigned int seconds = scsi_cmd_to_rq(slot->cmd)->timeout / HZ;
	u64 tag = vscsi_slot_tag(slot);
	unsigned long flags;
	long rc;

	spin_lock_irqsave(&h->lock, flags);
	if (h->state != VSCSI_ACTIVE || h->connection != slot->connection) {
		spin_unlock_irqrestore(&h->lock, flags);
		return true;
	}
	slot->seq = ++h->seq;
	vscsi_slot_move(slot, tag, VSCSI_PREPARED, VSCSI_SENT);
	rc = crq_queue_send(&h->queue, vscsi_iu_crq(VIOSRP_SRP_FORMAT, seconds), slot->ioba);
	if (rc && rc != PAPR_H_DROPPED)
		vscsi_conn_unsent_locked(h, rc, "the server cannot be reached");
	spin_unlock_irqrestore(&h->lock, flags);
	return rc && vscsi_slot_move(slot, tag, VSCSI_SENT, VSCSI_PREPARED);
}

/*
 * Give up a command that was not sent.  Whether it waits for others to finish or can
 * never be mapped: it can if it has the window for itself.
 */
static int vscsi_request_undo(struct vscsi_host *h, struct vscsi_slot *slot, int error)
{
	struct scsi_cmnd *cmd = slot->cmd;
	bool alone = READ_ONCE(h->in_flight) == 1;

	if (!vscsi_request_unmap(h, slot)) {
		vscsi_request_stuck(h, slot, VSCSI_PREPARED);
		return 0;
	}
	vscsi_slot_put(h, slot, 1);
	if (error == -EAGAIN || (error == -ENOMEM && !alone))
		return SCSI_MLQUEUE_HOST_BUSY;
	cmd->result = DID_ERROR << 16;
	scsi_done(cmd);
	return 0;
}

/* A slot, or NULL and what the midlayer is told: to wait, or that there is nobody */
static struct vscsi_slot *vscsi_request_take(struct vscsi_host *h, bool *failing)
{
	struct vscsi_slot *slot = NULL;
	unsigned long flags;

	*failing = false;
	spin_lock_irqsave(&h->lock, flags);
	if (h->state != VSCSI_ACTIVE || h->unsent) {
		*failing = READ_ONCE(h->failing);
	} else {
		slot = vscsi_slot_take(h, VSCSI_SLOT_COMMAND);
		/* No answer is to come that could bring one. */
		if (!slot && !h->in_flight && !h->tmfs)
			vscsi_conn_break_locked(h, "the server has no credits left");
	}
	spin_unlock_irqrestore(&h->lock, flags);
	return slot;
}

/**
 * vscsi_queuecommand() - send a command
 * @shost:	the host
 * @cmd:	the command
 *
 * Context: any; no lock held.  Nothing is allocated.
 * Return: 0, or SCSI_MLQUEUE_HOST_BUSY.
 */
int vscsi_queuecommand(struct Scsi_Host *shost, struct scsi_cmnd *cmd)
{
	struct vscsi_cmd *priv = scsi_cmd_priv(cmd);
	struct vscsi_host *h = shost_priv(shost);
	struct vscsi_slot *slot;
	bool failing;
	int ret;

	priv->tag = 0;
	slot = vscsi_request_take(h, &failing);
	if (!slot) {
		if (!failing)
			return SCSI_MLQUEUE_HOST_BUSY;
		cmd->result = DID_NO_CONNECT << 16;
		scsi_done(cmd);
		return 0;
	}
	slot->cmd = cmd;
	slot->sdev = cmd->device;
	slot->mapped = false;
	priv->tag = vscsi_slot_tag(slot);
	ret = vscsi_request_build(h, slot);
	if (!ret && vscsi_request_send(h, slot))
		ret = -EAGAIN;
	return ret ? vscsi_request_undo(h, slot, ret) : 0;
}

/* What a status in the queue's element says of a command */
static int vscsi_crq_result(u8 status)
{
	switch (status) {
	case VIOSRP_OK:
	case VIOSRP_OK2:
		return DID_OK << 16;
	case VIOSRP_ADAPTER_FAIL:
	case VIOSRP_DEVICE_BUSY:
		return DID_TRANSPORT_DISRUPTED << 16;
	default:
		return DID_ERROR << 16;
	}
}

static int vscsi_rsp_result(struct scsi_cmnd *cmd, const struct vscsi_rsp *rsp)
{
	if (rsp->response)
		return DID_ERROR << 16;
	memcpy(cmd->sense_buffer, rsp->sense, rsp->sense_len);
	scsi_set_resid(cmd, rsp->residual);
	return rsp->status;
}

/**
 * vscsi_request_response() - a command is answered
 * @h:		the host
 * @slot:	which its tag names, in any state
 * @msg:	the element
 *
 * Context: the queue's handler.
 */
void vscsi_request_response(struct vscsi_host *h, struct vscsi_slot *slot,
			    const struct crq_msg *msg)
{
	u64 tag = be64_to_cpu(msg->data);
	struct scsi_cmnd *cmd;
	struct vscsi_rsp rsp;
	union viosrp_iu iu;
	int ret, result;

	if (msg->format != VIOSRP_SRP_FORMAT ||
	    !vscsi_slot_move(slot, tag, VSCSI_SENT, VSCSI_ENDING)) {
		vscsi_stray(h, msg);
		return;
	}
	cmd = slot->cmd;
	/* The server can still write to the original. */
	memcpy(&iu, slot->iu, sizeof(iu));
	ret = vscsi_iu_parse_rsp(&iu, sizeof(iu), tag, cmd->sc_data_direction,
				 scsi_bufflen(cmd), &rsp);
	result = vscsi_crq_result(msg->status);
	if (!result && ret) {
		dev_warn_ratelimited(h->adapter->dev, "malformed response: %pe\n",
				     ERR_PTR(ret));
		result = DID_ERROR << 16;
	}
	if (!vscsi_request_unmap(h, slot)) {
		vscsi_request_stuck(h, slot, VSCSI_ENDING);
		return;
	}
	/* An answer that has no number of credits gives back the one it took. */
	vscsi_request_done(h, slot, result ?: vscsi_rsp_result(cmd, &rsp),
			   ret == -EBADMSG ? 1 : rsp.delta);
}

/* With the queue freed, the server can have nothing mapped for long. */
static void vscsi_request_reclaim(struct vscsi_host *h, struct vscsi_slot *slot)
{
	unsigned int tries = 0;

	while (!vscsi_request_unmap(h, slot)) {
		if (tries++ % VSCSI_STUCK_LOG == 0)
			dev_warn(h->adapter->dev, "slot %u: memory is still in use\n",
				 slot->index);
		msleep(1000);
	}
}

/* Somebody is just sending or ending it and may yet find it stuck: that takes no time. */
static void vscsi_request_settle(struct vscsi_slot *slot)
{
	enum vscsi_slot_state state = vscsi_slot_state(slot);

	while (state == VSCSI_PREPARED || state == VSCSI_ENDING) {
		usleep_range(100, 1000);
		state = vscsi_slot_state(slot);
	}
}

/**
 * vscsi_request_purge() - the server has forgotten all commands
 * @h:		the host, whose queue was freed or suspended
 * @host_byte:	how they fail
 *
 * Context: sleeps until all memory is out of use.
 */
void vscsi_request_purge(struct vscsi_host *h, int host_byte)
{
	u32 i;

	for (i = 0; i < h->nr_slots; i++) {
		struct vscsi_slot *slot = &h->slots[i];
		u64 tag;

		if (slot->kind != VSCSI_SLOT_COMMAND)
			continue;
		vscsi_request_settle(slot);
		tag = vscsi_slot_tag(slot);
		if (!vscsi_slot_move(slot, tag, VSCSI_SENT, VSCSI_ENDING) &&
		    !vscsi_slot_move(slot, tag, VSCSI_STUCK, VSCSI_ENDING))
			continue;
		vscsi_request_reclaim(h, slot);
		vscsi_request_done(h, slot, host_byte << 16, 0);
	}
}
