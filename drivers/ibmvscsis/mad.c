// SPDX-License-Identifier: GPL-2.0
/*
 * Management datagrams (LoPAR, "A Protocol for VSCSI Communications").  The answer is
 * the header, written back with a status; a payload is read from, and for some written
 * to, an address of its own, and never more of it than the client says there is.
 */
#include <linux/ctype.h>
#include <linux/of.h>
#include <linux/utsname.h>
#include <asm/unaligned.h>

#include "ibmvscsis.h"
#include "trace.h"

/**
 * struct vscsis_mad - a request
 * @v:		the adapter
 * @head:	type, status, length, tag
 * @len:	bytes of the request
 * @buffer:	address of the payload
 * @payload:	copy of it
 * @size:	bytes of it
 */
struct vscsis_mad {
	struct vscsis_adapter *v;
	struct mad_common *head;
	u16 len;
	u64 buffer;
	u8 *payload;
	u16 size;
};

static bool vscsis_mad_load(struct vscsis_mad *mad, u16 min)
{
	struct vscsis_adapter *v = mad->v;

	if (mad->len < sizeof(struct viosrp_adapter_info) || mad->size < min ||
	    mad->size > VSCSIS_MAD_PAYLOAD)
		return false;
	return !vscsis_fetch(v, mad->buffer, v->page_ioba + VSCSIS_PAGE_PAYLOAD, mad->size);
}

static bool vscsis_mad_save(struct vscsis_mad *mad, u16 len)
{
	struct vscsis_adapter *v = mad->v;

	return !vscsis_store(v, v->page_ioba + VSCSIS_PAGE_PAYLOAD, mad->buffer,
			     min(len, mad->size));
}

/* Text of a client: only what can be shown */
static void vscsis_mad_text(char *dst, const char *src, size_t size)
{
	size_t i;

	for (i = 0; i < size && src[i]; i++)
		dst[i] = isascii(src[i]) && isprint(src[i]) ? src[i] : '?';
	dst[i] = '\0';
}

static void vscsis_mad_remember(struct vscsis_adapter *v,
				const struct mad_adapter_info_data *info)
{
	struct vscsis_client client;
	unsigned long flags;

	vscsis_mad_text(client.srp_version, info->srp_version, sizeof(info->srp_version));
	vscsis_mad_text(client.name, info->partition_name, sizeof(info->partition_name));
	client.number = be32_to_cpu(info->partition_number);
	client.os_type = be32_to_cpu(info->os_type);
	spin_lock_irqsave(&v->lock, flags);
	v->client = client;
	spin_unlock_irqrestore(&v->lock, flags);
}

/* Name and number of this partition, if firmware tells them */
static u32 vscsis_own_name(char *name, size_t size)
{
	struct device_node *root = of_find_node_by_path("/");
	const char *text;
	u32 number = 0;

	strscpy_pad(name, utsname()->nodename, size);
	if (!root)
		return 0;
	if (!of_property_read_string(root, "ibm,partition-name", &text))
		strscpy_pad(name, text, size);
	of_property_read_u32(root, "ibm,partition-no", &number);
	of_node_put(root);
	return number;
}

static u16 vscsis_mad_adapter_info(struct vscsis_mad *mad)
{
	struct mad_adapter_info_data *info = (void *)mad->payload;
	struct vscsis_adapter *v = mad->v;
	u32 max;

	if (!vscsis_mad_load(mad, sizeof(*info)))
		return VIOSRP_MAD_FAILED;
	vscsis_mad_remember(v, info);
	memset(info, 0, sizeof(*info));
	strscpy(info->srp_version, SRP_VERSION, sizeof(info->srp_version));
	info->partition_number =
		cpu_to_be32(vscsis_own_name(info->partition_name,
					    sizeof(info->partition_name)));
	info->mad_version = cpu_to_be32(SRP_MAD_VERSION_1);
	info->os_type = cpu_to_be32(v->tpg->attrib.os_type);
	max = vscsis_max_transfer(v);
	/* What a session takes does not change until the next login. */
	if (v->sess)
		max = min(max, v->sess->max_transfer);
	WRITE_ONCE(v->told_transfer, max);
	info->port_max_txu[0] = cpu_to_be32(v->told_transfer);
	return vscsis_mad_save(mad, sizeof(*info)) ? VIOSRP_MAD_SUCCESS : VIOSRP_MAD_FAILED;
}

static u16 vscsis_mad_capabilities(struct vscsis_mad *mad)
{
	bool migration = crq_can(mad->v->crq, CRQ_CAP_SUSPEND);

	if (!vscsis_mad_load(mad, offsetof(struct capabilities, migration)) ||
	    !vscsis_caps_answer(mad->payload, mad->size, migration) ||
	    !vscsis_mad_save(mad, mad->size))
		return VIOSRP_MAD_FAILED;
	return VIOSRP_MAD_SUCCESS;
}

/* Offsets in the payload of ERROR_LOG */
enum { LOG_ID = 24, LOG_CLIENT = 32, LOG_DEVICE = 64, LOG_FLAGS = 100, LOG_DATA = 104 };
#define LOG_ASCII	2

/* The client's error log goes into ours. */
static u16 vscsis_mad_error_log(struct vscsis_mad *mad)
{
	char client[33], device[33], text[129] = "";
	const char *at = (const char *)mad->payload;

	if (!vscsis_mad_load(mad, LOG_DATA))
		return VIOSRP_MAD_FAILED;
	vscsis_mad_text(client, at + LOG_CLIENT, 32);
	vscsis_mad_text(device, at + LOG_DEVICE, 32);
	if (get_unaligned_be32(at + LOG_FLAGS) & LOG_ASCII)
		vscsis_mad_text(text, at + LOG_DATA, min_t(size_t, mad->size - LOG_DATA,
							   sizeof(text) - 1));
	vscsis_info(mad->v, "client's error log: %s %s, error %#x: %s\n", client, device,
		    get_unaligned_be32(at + LOG_ID), text);
	return VIOSRP_MAD_SUCCESS;
}

/* An address where a logout may be written one day */
static u16 vscsis_mad_empty_iu(struct vscsis_mad *mad)
{
	struct vscsis_adapter *v = mad->v;

	/* Its last member is a word: 28 bytes and not the struct's 32. */
	if (mad->len < offsetofend(struct viosrp_empty_iu, port))
		return VIOSRP_MAD_FAILED;
	v->empty_iu = mad->buffer;
	v->empty_tag = vscsis_iu_tag((const u8 *)mad->head);
	return VIOSRP_MAD_SUCCESS;
}

static u16 vscsis_mad_do(struct vscsis_mad *mad)
{
	switch (be32_to_cpu(mad->head->type)) {
	case VIOSRP_EMPTY_IU_TYPE:
		return vscsis_mad_empty_iu(mad);
	case VIOSRP_ERROR_LOG_TYPE:
		return vscsis_mad_error_log(mad);
	case VIOSRP_ADAPTER_INFO_TYPE:
		return vscsis_mad_adapter_info(mad);
	case VIOSRP_CAPABILITIES_TYPE:
		return vscsis_mad_capabilities(mad);
	case VIOSRP_ENABLE_FAST_FAIL:
		mad->v->fast_fail = true;
		return VIOSRP_MAD_SUCCESS;
	default:
		return VIOSRP_MAD_NOT_SUPPORTED;
	}
}

/**
 * vscsis_mad_answer() - do what a MAD asks and answer it
 * @v:		the adapter; the request is in its page
 * @msg:	the element it came with
 *
 * Context: the worker.
 */
void vscsis_mad_answer(struct vscsis_adapter *v, const struct crq_msg *msg)
{
	struct vscsis_mad mad = {
		.v	 = v,
		.head	 = (void *)(v->page + VSCSIS_PAGE_IU),
		.len	 = be16_to_cpu(msg->iu_length),
		.payload = v->page + VSCSIS_PAGE_PAYLOAD,
	};
	u16 status;

	mad.buffer = get_unaligned_be64(v->page + VSCSIS_PAGE_IU + sizeof(*mad.head));
	mad.size = be16_to_cpu(mad.head->length);
	memset(mad.payload, 0, VSCSIS_MAD_PAYLOAD);
	vscsis_count(v, VSCSIS_STAT_MADS, 1);
	status = vscsis_mad_do(&mad);
	trace_vscsis_mad(v, be32_to_cpu(mad.head->type), status);
	mad.head->status = cpu_to_be16(status);
	if (vscsis_store(v, v->page_ioba + VSCSIS_PAGE_IU, be64_to_cpu(msg->data),
			 sizeof(*mad.head))) {
		vscsis_conn_lost(v, "answer to a MAD cannot be written");
		return;
	}
	vscsis_send(v, CRQ_MSG_HI(CRQ_COMMAND, VIOSRP_MAD_FORMAT, 0) | sizeof(*mad.head),
		    be64_to_cpu(mad.head->tag));
}
