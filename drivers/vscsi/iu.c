// SPDX-License-Identifier: GPL-2.0
/*
 * Information units: how requests are written and answers are read.  Pure functions
 * over memory; nothing is allocated, and of an answer nothing is believed.
 *
 * Layouts: SRP rev 16a, and LoPAR, "A Protocol for VSCSI Communications".  Tags are
 * opaque to the server; ours are stored big-endian.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi_device.h>

#include "vscsi.h"

static_assert(sizeof(struct srp_cmd) == 48);
static_assert(sizeof(struct srp_tsk_mgmt) == 48);
static_assert(sizeof(struct srp_login_req) == 64);
static_assert(sizeof(struct srp_login_rsp) == 52);
static_assert(sizeof(struct srp_login_rej) == 32);
static_assert(sizeof(struct srp_rsp) == 36);
static_assert(sizeof(struct srp_direct_buf) == 16);
static_assert(sizeof(struct srp_indirect_buf) == 20);
static_assert(sizeof(struct mad_common) == 16);
static_assert(sizeof(struct viosrp_adapter_info) == 24);
static_assert(sizeof(struct mad_adapter_info_data) == 148);
static_assert(sizeof(struct capabilities) == 92);
/* What is largest: a long CDB and a full inline table */
static_assert(sizeof(struct srp_cmd) + VSCSI_CDB_MAX - 16 + sizeof(struct srp_indirect_buf) +
	      VSCSI_INLINE * sizeof(struct srp_direct_buf) <= VSCSI_IU_SIZE);

/* A tag as <scsi/srp.h> types it: raw bytes */
static u64 vscsi_tag_raw(u64 tag)
{
	return (__force u64)cpu_to_be64(tag);
}

/**
 * vscsi_lun_encode() - LUN of a device in an IU
 * @channel:	bus, 0 to 7
 * @id:		target, 0 to 63
 * @lun:	below 32, in the logical unit form; or, on channel 0 target 0, any value a
 *		server reports in the flat or peripheral form, which is sent as it came
 * @out:	receives it
 *
 * Context: any.
 * Return: 0, or -ENXIO if it cannot be said.
 */
int vscsi_lun_encode(u32 channel, u32 id, u64 lun, struct scsi_lun *out)
{
	if (channel > VSCSI_MAX_CHANNEL || id >= VSCSI_MAX_ID || lun >= VSCSI_FLAT_LUNS)
		return -ENXIO;
	if (lun >= VSCSI_SAM_LUNS) {
		if (channel || id)
			return -ENXIO;
		int_to_scsilun(lun, out);
		return 0;
	}
	memset(out, 0, sizeof(*out));
	out->scsi_lun[0] = 0x80 | id;
	out->scsi_lun[1] = channel << 5 | lun;
	return 0;
}

/**
 * vscsi_iu_cmd() - write an SRP_CMD without data
 * @iu:		VSCSI_IU_SIZE bytes
 * @tag:	of the request
 * @lun:	addressee
 * @attr:	task attribute: 0 simple, 1 head of queue, 2 ordered
 * @cdb:	the command
 * @cdb_len:	its bytes, at most VSCSI_CDB_MAX
 *
 * Context: any.
 */
void vscsi_iu_cmd(struct srp_cmd *iu, u64 tag, const struct scsi_lun *lun, u8 attr,
		  const u8 *cdb, u32 cdb_len)
{
	u32 head = min_t(u32, cdb_len, sizeof(iu->cdb));

	memset(iu, 0, VSCSI_IU_SIZE);
	iu->opcode = SRP_CMD;
	iu->tag = vscsi_tag_raw(tag);
	iu->lun = *lun;
	iu->task_attr = attr;
	memcpy(iu->cdb, cdb, head);
	/* Multiples of 4 bytes, so that the low bits, which are reserved, are 0 */
	iu->add_cdb_len = ALIGN(cdb_len - head, 4);
	memcpy(iu->add_data, cdb + head, cdb_len - head);
}

static void vscsi_iu_indirect(struct srp_indirect_buf *ind, const struct srp_direct_buf *desc,
			      u32 n, u64 ind_ioba, u64 table_ioba)
{
	u64 list_ioba = ind_ioba + offsetof(struct srp_indirect_buf, desc_list);
	u32 i, total = 0;

	for (i = 0; i < n; i++)
		total += be32_to_cpu(desc[i].len);
	ind->table_desc.va = cpu_to_be64(n > VSCSI_INLINE ? table_ioba : list_ioba);
	ind->table_desc.key = 0;
	ind->table_desc.len = cpu_to_be32(n * sizeof(*desc));
	ind->len = cpu_to_be32(total);
	memcpy(ind->desc_list, desc, min_t(u32, n, VSCSI_INLINE) * sizeof(*desc));
}

/**
 * vscsi_iu_data() - add the data buffer to an SRP_CMD
 * @iu:		written by vscsi_iu_cmd()
 * @dir:	DMA_TO_DEVICE, or else data-in
 * @desc:	pieces of the buffer
 * @n:		how many, at most VSCSI_SEGMENTS
 * @iu_ioba:	where @iu is in the window
 * @table_ioba:	where @desc is, if @n is more than VSCSI_INLINE
 *
 * One piece is a direct descriptor.  Up to ten are a table in the IU, whose descriptor
 * points into the IU; of a longer, external one the IU has the first ten.
 *
 * Context: any.
 */
void vscsi_iu_data(struct srp_cmd *iu, enum dma_data_direction dir,
		   const struct srp_direct_buf *desc, u32 n, u64 iu_ioba, u64 table_ioba)
{
	u32 at = sizeof(*iu) + iu->add_cdb_len;
	u8 format = n > 1 ? SRP_DATA_DESC_INDIRECT : SRP_DATA_DESC_DIRECT;
	void *data = (void *)iu + at;
	u8 count = min_t(u32, n, VSCSI_INLINE);

	if (!n)
		return;
	if (dir == DMA_TO_DEVICE) {
		iu->buf_fmt = format << 4;
		iu->data_out_desc_cnt = count;
	} else {
		iu->buf_fmt = format;
		iu->data_in_desc_cnt = count;
	}
	if (n == 1)
		memcpy(data, desc, sizeof(*desc));
	else
		vscsi_iu_indirect(data, desc, n, iu_ioba + at, table_ioba);
}

/**
 * vscsi_iu_tmf() - write an SRP_TSK_MGMT
 * @iu:		VSCSI_IU_SIZE bytes
 * @tag:	of this request
 * @lun:	addressee
 * @function:	SRP_TSK_*
 * @task_tag:	of the command meant; 0 if none is
 *
 * Context: any.
 */
void vscsi_iu_tmf(struct srp_tsk_mgmt *iu, u64 tag, const struct scsi_lun *lun, u8 function,
		  u64 task_tag)
{
	memset(iu, 0, VSCSI_IU_SIZE);
	iu->opcode = SRP_TSK_MGMT;
	iu->tag = vscsi_tag_raw(tag);
	iu->lun = *lun;
	iu->tsk_mgmt_func = function;
	iu->task_tag = vscsi_tag_raw(task_tag);
}

/**
 * vscsi_iu_mad() - write a management datagram
 * @iu:		VSCSI_IU_SIZE bytes
 * @type:	enum viosrp_mad_types
 * @length:	bytes of the payload
 * @tag:	of the request
 * @buffer:	where the payload is in the window; 0 for a type that has none
 *
 * Context: any.
 */
void vscsi_iu_mad(union mad_iu *iu, u32 type, u16 length, u64 tag, u64 buffer)
{
	struct viosrp_adapter_info *mad = &iu->adapter_info;

	memset(iu, 0, VSCSI_IU_SIZE);
	mad->common.type = cpu_to_be32(type);
	mad->common.length = cpu_to_be16(length);
	mad->common.tag = cpu_to_be64(tag);
	mad->buffer = cpu_to_be64(buffer);
}

/**
 * vscsi_iu_info() - write what this client says of itself, payload of ADAPTER_INFO
 * @info:	the payload
 * @name:	of this partition
 *
 * Context: any.
 */
void vscsi_iu_info(struct mad_adapter_info_data *info, const char *name)
{
	memset(info, 0, sizeof(*info));
	strscpy(info->srp_version, SRP_VERSION, sizeof(info->srp_version));
	strscpy(info->partition_name, name, sizeof(info->partition_name));
	info->mad_version = cpu_to_be32(SRP_MAD_VERSION_1);
	info->os_type = cpu_to_be32(SRP_MAD_OS_LINUX);
}

/**
 * vscsi_iu_capabilities() - write what this client can do, payload of CAPABILITIES
 * @cap:	the payload
 * @name:	of the client
 * @loc:	its location
 * @migrated:	it has moved since the last time
 *
 * Context: any.
 */
void vscsi_iu_capabilities(struct capabilities *cap, const char *name, const char *loc,
			   bool migrated)
{
	memset(cap, 0, sizeof(*cap));
	cap->flags = cpu_to_be32(CAP_LIST_SUPPORTED | (migrated ? CLIENT_MIGRATED : 0));
	strscpy(cap->name, name, sizeof(cap->name));
	strscpy(cap->loc, loc, sizeof(cap->loc));
	cap->migration.common.cap_type = cpu_to_be32(MIGRATION_CAPABILITIES);
	cap->migration.common.length = cpu_to_be16(sizeof(cap->migration));
	cap->migration.common.server_support = cpu_to_be16(SERVER_SUPPORTS_CAP);
	cap->migration.ecl = cpu_to_be32(1);
	cap->reserve.common.cap_type = cpu_to_be32(RESERVATION_CAPABILITIES);
	cap->reserve.common.length = cpu_to_be16(sizeof(cap->reserve));
	cap->reserve.common.server_support = cpu_to_be16(SERVER_SUPPORTS_CAP);
	cap->reserve.type = cpu_to_be32(CLIENT_RESERVE_SCSI_2);
}

/**
 * vscsi_iu_login() - write an SRP_LOGIN_REQ
 * @iu:		VSCSI_IU_SIZE bytes
 * @tag:	of the request
 *
 * Context: any.
 */
void vscsi_iu_login(struct srp_login_req *iu, u64 tag)
{
	memset(iu, 0, VSCSI_IU_SIZE);
	iu->opcode = SRP_LOGIN_REQ;
	iu->tag = vscsi_tag_raw(tag);
	iu->req_it_iu_len = cpu_to_be32(VSCSI_IU_SIZE);
	iu->req_buf_fmt = cpu_to_be16(SRP_BUF_FORMAT_DIRECT | SRP_BUF_FORMAT_INDIRECT);
}

/* The length is 256 whatever the IU, as the stock client says it. */
u64 vscsi_iu_crq(u8 format, unsigned int seconds)
{
	return CRQ_MSG_HI(CRQ_COMMAND, format, 0) | (u64)min(seconds, 0xffffU) << 16 |
	       VSCSI_IU_SIZE;
}

/* Credits never become fewer, and nobody needs that many. */
static int vscsi_delta(__be32 delta)
{
	return clamp_t(s32, be32_to_cpu(delta), 0, 0x10000);
}

/* The residual of the buffer, or an error if it does not fit.  Overflow is none. */
static int vscsi_parse_residual(const struct srp_rsp *r, enum dma_data_direction dir,
				u32 bufflen, u32 *residual)
{
	bool out = dir == DMA_TO_DEVICE;
	u8 under = out ? SRP_RSP_FLAG_DOUNDER : SRP_RSP_FLAG_DIUNDER;
	u8 over = out ? SRP_RSP_FLAG_DOOVER : SRP_RSP_FLAG_DIOVER;
	u32 count = be32_to_cpu(out ? r->data_out_res_cnt : r->data_in_res_cnt);

	if (dir == DMA_NONE || !(r->flags & under))
		return 0;
	if ((r->flags & over) || count > bufflen)
		return -EPROTO;
	*residual = count;
	return 0;
}

/* Response data, then sense, in the @len bytes behind the fixed part */
static int vscsi_parse_data(const struct srp_rsp *r, size_t len, struct vscsi_rsp *rsp)
{
	u32 skip = 0, sense = 0;

	if (r->flags & SRP_RSP_FLAG_RSPVALID)
		skip = be32_to_cpu(r->resp_data_len);
	if (r->flags & SRP_RSP_FLAG_SNSVALID)
		sense = be32_to_cpu(r->sense_data_len);
	if (skip > len || sense > len - skip)
		return -EPROTO;
	if (r->flags & SRP_RSP_FLAG_RSPVALID) {
		__be32 code;

		if (skip < sizeof(code))
			return -EPROTO;
		memcpy(&code, r->data, sizeof(code));
		rsp->response = be32_to_cpu(code);
		rsp->has_response = true;
	}
	rsp->sense = r->data + skip;
	rsp->sense_len = min_t(u32, sense, SCSI_SENSE_BUFFERSIZE);
	return 0;
}

/**
 * vscsi_iu_parse_rsp() - read an SRP_RSP
 * @iu:		a copy of the IU, which the server cannot change meanwhile
 * @len:	its bytes
 * @tag:	of the request
 * @dir:	of its data
 * @bufflen:	bytes of its buffer
 * @rsp:	receives the answer; @rsp->sense points into @iu
 *
 * Context: any.
 * Return: 0; -EBADMSG if it is no answer to this request, and then @rsp is empty;
 * -EPROTO if something in it is not possible, and then only @rsp->delta is set.
 */
int vscsi_iu_parse_rsp(const void *iu, size_t len, u64 tag, enum dma_data_direction dir,
		       u32 bufflen, struct vscsi_rsp *rsp)
{
	const struct srp_rsp *r = iu;
	struct vscsi_rsp got = {};
	int ret;

	memset(rsp, 0, sizeof(*rsp));
	if (len < sizeof(*r) || r->opcode != SRP_RSP || r->tag != vscsi_tag_raw(tag))
		return -EBADMSG;
	rsp->delta = vscsi_delta(r->req_lim_delta);
	got.delta = rsp->delta;
	got.status = r->status;
	ret = vscsi_parse_data(r, len - sizeof(*r), &got);
	if (!ret)
		ret = vscsi_parse_residual(r, dir, bufflen, &got.residual);
	if (!ret)
		*rsp = got;
	return ret;
}

/**
 * vscsi_iu_parse_mad() - read the answer to a management datagram
 * @iu:		a copy of the IU
 * @len:	its bytes
 * @type:	of the request
 * @tag:	of the request
 *
 * Context: any.
 * Return: enum viosrp_mad_status; or -EBADMSG if it is no answer to this request.
 */
int vscsi_iu_parse_mad(const void *iu, size_t len, u32 type, u64 tag)
{
	const struct mad_common *mad = iu;

	if (len < sizeof(*mad) || be32_to_cpu(mad->type) != type ||
	    be64_to_cpu(mad->tag) != tag)
		return -EBADMSG;
	return be16_to_cpu(mad->status);
}

static int vscsi_parse_login_rsp(const struct srp_login_rsp *r, size_t len, u64 tag,
				 struct vscsi_login *login)
{
	if (len < sizeof(*r) || r->tag != vscsi_tag_raw(tag))
		return -EBADMSG;
	login->credits = vscsi_delta(r->req_lim_delta);
	return login->credits ? 0 : -EPROTO;
}

static int vscsi_parse_login_rej(const struct srp_login_rej *r, size_t len, u64 tag,
				 struct vscsi_login *login)
{
	if (len < sizeof(*r) || r->tag != vscsi_tag_raw(tag))
		return -EBADMSG;
	login->reason = be32_to_cpu(r->reason);
	login->rejected = true;
	return 0;
}

/**
 * vscsi_iu_parse_login() - read the answer to an SRP_LOGIN_REQ
 * @iu:		a copy of the IU
 * @len:	its bytes
 * @tag:	of the request
 * @login:	receives the answer
 *
 * Context: any.
 * Return: 0; -EBADMSG if it is no answer to this request; -EPROTO if it grants no
 * request at all.
 */
int vscsi_iu_parse_login(const void *iu, size_t len, u64 tag, struct vscsi_login *login)
{
	memset(login, 0, sizeof(*login));
	if (!len)
		return -EBADMSG;
	switch (*(const u8 *)iu) {
	case SRP_LOGIN_RSP:
		return vscsi_parse_login_rsp(iu, len, tag, login);
	case SRP_LOGIN_REJ:
		return vscsi_parse_login_rej(iu, len, tag, login);
	default:
		return -EBADMSG;
	}
}

/* Text of a server's that may lack its end and hold anything; @dst has one byte more. */
static void vscsi_text(char *dst, const char *src, size_t len)
{
	size_t i;

	for (i = 0; i < len && src[i]; i++)
		dst[i] = isascii(src[i]) && isprint(src[i]) ? src[i] : '?';
	dst[i] = '\0';
}

/**
 * vscsi_iu_parse_info() - read what a server says of itself, payload of ADAPTER_INFO
 * @info:	a copy of the payload
 * @server:	receives it
 *
 * Context: any.
 */
void vscsi_iu_parse_info(const struct mad_adapter_info_data *info,
			 struct vscsi_server *server)
{
	vscsi_text(server->version, info->srp_version, sizeof(info->srp_version));
	vscsi_text(server->name, info->partition_name, sizeof(info->partition_name));
	server->os_type = be32_to_cpu(info->os_type);
	server->max_txu = be32_to_cpu(info->port_max_txu[0]);
}
