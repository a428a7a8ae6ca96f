// SPDX-License-Identifier: GPL-2.0
/*
 * A client adapter comes and goes; and its queue's handler, which hands each element to
 * the part it belongs to.
 */
#include <linux/slab.h>

#include "vscsi.h"

#define VSCSI_QUEUE_SIZE	4096

/* Codes of a message in the queue itself, in its status byte */
#define VSCSI_PING		0xf5
#define VSCSI_PING_RESPONSE	0xf6

static void vscsi_inline(struct vscsi_host *h, const struct crq_msg *msg)
{
	if (msg->status == VSCSI_PING)
		crq_queue_send(&h->queue, CRQ_MSG_HI(CRQ_COMMAND, VIOSRP_INLINE_FORMAT,
						     VSCSI_PING_RESPONSE), 0);
	else if (msg->status != VSCSI_PING_RESPONSE)
		vscsi_stray(h, msg);
}

static void vscsi_response(struct vscsi_host *h, const struct crq_msg *msg)
{
	struct vscsi_slot *slot = vscsi_slot_find(h, be64_to_cpu(msg->data));

	if (!slot) {
		vscsi_stray(h, msg);
		return;
	}
	switch (slot->kind) {
	case VSCSI_SLOT_COMMAND:
		vscsi_request_response(h, slot, msg);
		break;
	case VSCSI_SLOT_TMF:
		vscsi_tmf_response(h, slot, msg);
		break;
	case VSCSI_SLOT_CONNECTION:
		vscsi_conn_response(h, slot, msg);
		break;
	}
}

static void vscsi_command(struct vscsi_host *h, const struct crq_msg *msg)
{
	switch (msg->format) {
	case VIOSRP_SRP_FORMAT:
	case VIOSRP_MAD_FORMAT:
		vscsi_response(h, msg);
		break;
	case VIOSRP_INLINE_FORMAT:
		vscsi_inline(h, msg);
		break;
	default:
		vscsi_stray(h, msg);
		break;
	}
}

static void vscsi_handle(struct crq_queue *q, const struct crq_msg *msg)
{
	struct vscsi_host *h = container_of(q, struct vscsi_host, queue);

	switch (msg->header) {
	case CRQ_COMMAND:
		vscsi_command(h, msg);
		break;
	case CRQ_INIT:
		if (msg->format == CRQ_INIT_REQUEST || msg->format == CRQ_INIT_COMPLETE)
			vscsi_conn_init(h, msg->format);
		else
			vscsi_stray(h, msg);
		break;
	case CRQ_EVENT:
		vscsi_conn_event(h, msg->format);
		break;
	default:
		vscsi_stray(h, msg);
		break;
	}
}

/* Commands that fit: what they need takes a quarter of the window at most. */
static unsigned int vscsi_requests(const struct crq_adapter *a)
{
	u64 fit = a->window_size / 4 / (VSCSI_IU_SIZE + VSCSI_TABLE_SIZE);

	return clamp_t(u64, fit, 1, vscsi_max_requests);
}

static struct vscsi_host *vscsi_host_alloc(struct crq_adapter *a)
{
	struct Scsi_Host *shost = scsi_host_alloc(&vscsi_template, sizeof(struct vscsi_host));
	struct vscsi_host *h;

	if (!shost)
		return NULL;
	h = shost_priv(shost);
	h->adapter = a;
	h->shost = shost;
	vscsi_conn_setup(h);
	shost->can_queue = vscsi_requests(a);
	shost->max_id = VSCSI_MAX_ID;
	shost->max_channel = VSCSI_MAX_CHANNEL;
	shost->max_lun = VSCSI_FLAT_LUNS;
	shost->max_cmd_len = VSCSI_CDB_MAX;
	shost->max_sectors = h->max_bytes >> SECTOR_SHIFT;
	shost->unique_id = a->unit_address;
	a->driver_data = h;
	return h;
}

/* Does not wait for a server: there may be none for a long time. */
static int vscsi_probe(struct crq_adapter *a)
{
	struct vscsi_host *h = vscsi_host_alloc(a);
	int ret = -ENOMEM;

	if (!h)
		return -ENOMEM;
	h->wq = alloc_ordered_workqueue("vscsi_%x", WQ_MEM_RECLAIM, a->unit_address);
	if (!h->wq)
		goto out_host;
	ret = vscsi_slots_alloc(h, h->shost->can_queue);
	if (ret)
		goto out_wq;
	ret = crq_queue_init(&h->queue, a, VSCSI_QUEUE_SIZE, vscsi_handle);
	if (ret)
		goto out_slots;
	ret = scsi_add_host(h->shost, a->dev);
	if (ret)
		goto out_queue;
	vscsi_conn_start(h);
	return 0;

out_queue:
	crq_queue_exit(&h->queue);
out_slots:
	vscsi_slots_free(h);
out_wq:
	destroy_workqueue(h->wq);
out_host:
	scsi_host_put(h->shost);
	return ret;
}

static void vscsi_remove(struct crq_adapter *a)
{
	struct vscsi_host *h = a->driver_data;

	vscsi_conn_shutdown(h);
	scsi_remove_host(h->shost);
	vscsi_conn_stop(h);
	crq_queue_exit(&h->queue);
	vscsi_slots_free(h);
	destroy_workqueue(h->wq);
	scsi_host_put(h->shost);
}

static const struct vio_device_id vscsi_ids[] = {
	{ "v-scsi", "IBM,v-scsi" },
	{ "", "" },
};
MODULE_DEVICE_TABLE(vio, vscsi_ids);

struct crq_driver vscsi_driver = {
	.name		= "vscsi",
	.id_table	= vscsi_ids,
	.probe		= vscsi_probe,
	.remove		= vscsi_remove,
};
