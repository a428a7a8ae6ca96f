// SPDX-License-Identifier: GPL-2.0
/* See codec.h. */
#include <linux/kernel.h>
#include <linux/string.h>
#include <asm/unaligned.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>
#include <target/target_core_base.h>

#include "codec.h"

/* Opcodes that <scsi/scsi_proto.h> does not have: SBC-4, SSC-5, MMC-6, SAT-4 */
#define SET_CAPACITY		0x0b	/* SEEK(6) of old disks: nobody misses it */
#define SANITIZE		0x48
#define RESERVE_TRACK		0x53
#define CLOSE_TRACK		0x5b
#define WRITE_FILEMARKS_16	0x80
#define ATA_PASS_16		0x85
#define ATA_PASS_12		0xa1	/* and BLANK, which has no data */
#define ORWRITE_16		0x8b
#define ORWRITE_32		0x000e
#define ATA_PASS_32		0x1ff0
#define WRITE_LONG_16		0x11	/* of SERVICE ACTION OUT(16) */

/* struct srp_cmd.buf_fmt: data out above, data in below */
#define FMT_OUT(fmt)	((fmt) >> 4)
#define FMT_IN(fmt)	((fmt) & 0xf)

/**
 * vscsis_iu_tag() - the tag of an information unit or MAD
 * @iu:	at least VSCSIS_IU_MIN bytes
 *
 * Context: any.
 * Return: the tag, never interpreted.
 */
u64 vscsis_iu_tag(const u8 *iu)
{
	return get_unaligned((const u64 *)(iu + 8));
}

static int vscsis_task_attr(u8 attr)
{
	switch (attr & 7) {
	case 0:
		return TCM_SIMPLE_TAG;
	case 1:
		return TCM_HEAD_TAG;
	case 2:
		return TCM_ORDERED_TAG;
	case 4:
		return TCM_ACA_TAG;
	default:
		return -EINVAL;
	}
}

static bool vscsis_writes_long(const u8 *cdb, enum dma_data_direction dir)
{
	u16 action = get_unaligned_be16(&cdb[8]);

	if (action == ATA_PASS_32)
		return dir != DMA_FROM_DEVICE;
	return action == WRITE_32 || action == WRITE_SAME_32 || action == WRITE_VERIFY_32 ||
	       action == ORWRITE_32;
}

/**
 * vscsis_writes() - does a command change the medium or the device?
 * @cdb:	the command, as long as its opcode needs
 * @dir:	direction of its data
 *
 * Context: any.
 * Return: true if it does, or nobody knows.
 */
bool vscsis_writes(const u8 *cdb, enum dma_data_direction dir)
{
	switch (cdb[0]) {
	case FORMAT_UNIT:
	case ERASE:
	case WRITE_6:
	case SET_CAPACITY:
	case WRITE_FILEMARKS:
	case WRITE_FILEMARKS_16:
	case MODE_SELECT:
	case MODE_SELECT_10:
	case WRITE_10:
	case WRITE_12:
	case WRITE_16:
	case WRITE_VERIFY:
	case WRITE_VERIFY_12:
	case WRITE_VERIFY_16:
	case WRITE_BUFFER:
	case WRITE_LONG:
	case WRITE_SAME:
	case WRITE_SAME_16:
	case UNMAP:
	case SANITIZE:
	case COMPARE_AND_WRITE:
	case ORWRITE_16:
	case EXTENDED_COPY:
	case PERSISTENT_RESERVE_OUT:
	case RESERVE_TRACK:
	case CLOSE_TRACK:
	case ZBC_OUT:
		return true;
	case SERVICE_ACTION_OUT_16:
		return (cdb[1] & 0x1f) == WRITE_LONG_16;
	case ATA_PASS_12:
	case ATA_PASS_16:
		return dir != DMA_FROM_DEVICE;
	case VARIABLE_LENGTH_CMD:
		return vscsis_writes_long(cdb, dir);
	default:
		return false;
	}
}

/**
 * vscsis_repeats_data() - is it a WRITE SAME?
 * @cdb:	the command
 *
 * Context: any.
 * Return: true if so.
 */
bool vscsis_repeats_data(const u8 *cdb)
{
	return cdb[0] == WRITE_SAME || cdb[0] == WRITE_SAME_16 ||
	       (cdb[0] == VARIABLE_LENGTH_CMD &&
		get_unaligned_be16(&cdb[8]) == WRITE_SAME_32);
}

/* Blocks a WRITE is to move; 0 if it is no WRITE */
static u32 vscsis_write_blocks(const u8 *cdb)
{
	switch (cdb[0]) {
	case WRITE_6:
		return cdb[4] ?: 256;
	case WRITE_10:
	case WRITE_VERIFY:
		return get_unaligned_be16(&cdb[7]);
	case WRITE_12:
	case WRITE_VERIFY_12:
		return get_unaligned_be32(&cdb[6]);
	case WRITE_16:
	case WRITE_VERIFY_16:
		return get_unaligned_be32(&cdb[10]);
	default:
		return 0;
	}
}

/**
 * vscsis_disk_needs_data() - does a command for a disk make sense with data to it only?
 * @cdb:	the command
 *
 * The target core answers GOOD without, having written nothing, or all zeros.  On other
 * devices the opcodes are other commands: ERASE(16), WRITE FILEMARKS.
 *
 * Context: any.
 * Return: true if so.
 */
bool vscsis_disk_needs_data(const u8 *cdb)
{
	return vscsis_repeats_data(cdb) || vscsis_write_blocks(cdb);
}

/*
 * The target core believes the transport about the direction: a READ that came with data
 * would be written, and reservations and write protection look at nothing else.
 */
static bool vscsis_dir_fits(const u8 *cdb, enum dma_data_direction dir)
{
	if (vscsis_writes(cdb, dir))
		return dir != DMA_FROM_DEVICE;

	switch (cdb[0]) {
	case READ_6:
	case READ_10:
	case READ_12:
	case READ_16:
		return dir != DMA_TO_DEVICE;
	default:
		return true;
	}
}

static int vscsis_parse_direct(const u8 *at, size_t left, struct vscsis_request *req)
{
	if (left < sizeof(*req->desc))
		return -EINVAL;
	req->desc = (const void *)at;
	req->ndesc = 1;
	req->data_len = get_unaligned_be32(at + 12);
	return 0;
}

/*
 * The table is in the information unit if as many descriptors follow as it has;
 * otherwise those that follow are a copy of its beginning.
 */
static int vscsis_parse_indirect(const u8 *at, size_t left, u8 count,
				 struct vscsis_request *req)
{
	const struct srp_indirect_buf *ind = (const void *)at;
	u32 table_len;

	if (left < sizeof(*ind) || left - sizeof(*ind) < count * sizeof(*req->desc))
		return -EINVAL;
	table_len = get_unaligned_be32(at + 12);
	if (!table_len || table_len % sizeof(*req->desc) ||
	    table_len / sizeof(*req->desc) > VSCSIS_DESC_MAX)
		return -EINVAL;
	req->ndesc = table_len / sizeof(*req->desc);
	if (count > req->ndesc)
		return -EINVAL;
	req->external = count != req->ndesc;
	req->table = get_unaligned_be64(at);
	req->data_len = get_unaligned_be32(at + 16);
	req->desc = ind->desc_list;
	return 0;
}

static int vscsis_parse_data(const struct srp_cmd *cmd, size_t off, size_t len,
			     struct vscsis_request *req)
{
	u8 in = FMT_IN(cmd->buf_fmt), out = FMT_OUT(cmd->buf_fmt);
	const u8 *at = (const u8 *)cmd + off;
	u8 count;

	req->dir = DMA_NONE;
	if (in && out)
		return -EINVAL;
	if (!in && !out)
		return 0;
	req->dir = out ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
	count = out ? cmd->data_out_desc_cnt : cmd->data_in_desc_cnt;
	switch (in | out) {
	case SRP_DATA_DESC_DIRECT:
		return vscsis_parse_direct(at, len - off, req);
	case SRP_DATA_DESC_INDIRECT:
		return vscsis_parse_indirect(at, len - off, count, req);
	default:
		return -EINVAL;
	}
}

/**
 * vscsis_parse_cmd() - check an SRP_CMD
 * @iu:		the information unit; @req points into it afterwards
 * @len:	bytes the client sent
 * @req:	result
 *
 * SRP 16a, "SRP_CMD request"; sizes may be anything here.
 *
 * Context: any.
 * Return: 0, or -EINVAL if a field is wrong.
 */
int vscsis_parse_cmd(u8 *iu, size_t len, struct vscsis_request *req)
{
	struct srp_cmd *cmd = (void *)iu;
	size_t extra, off;
	int ret;

	memset(req, 0, sizeof(*req));
	if (len < sizeof(*cmd))
		return -EINVAL;
	extra = cmd->add_cdb_len & ~3u;
	off = sizeof(*cmd) + extra;
	if (off > len)
		return -EINVAL;
	req->lun = cmd->lun;
	req->cdb = cmd->cdb;
	req->task_attr = vscsis_task_attr(cmd->task_attr);
	if (req->task_attr < 0)
		return -EINVAL;
	if (scsi_command_size(cmd->cdb) > min_t(size_t, sizeof(cmd->cdb) + extra,
						VSCSIS_CDB_MAX))
		return -EINVAL;
	ret = vscsis_parse_data(cmd, off, len, req);
	if (ret)
		return ret;
	return vscsis_dir_fits(req->cdb, req->dir) ? 0 : -EINVAL;
}

/**
 * vscsis_load_desc() - take descriptors from the wire
 * @src:	descriptors
 * @n:		how many
 * @total:	bytes they must have together
 * @dst:	room for @n; empty ones are left out
 *
 * Context: any.
 * Return: number of descriptors stored, or -EINVAL.
 */
int vscsis_load_desc(const struct srp_direct_buf *src, u32 n, u32 total,
		     struct vscsis_desc *dst)
{
	u64 sum = 0;
	int used = 0;
	u32 i;

	for (i = 0; i < n; i++) {
		u64 ioba = get_unaligned_be64(&src[i].va);
		u32 len = get_unaligned_be32(&src[i].len);

		if (!len)
			continue;
		if (ioba + len < ioba)
			return -EINVAL;
		sum += len;
		dst[used].ioba = ioba;
		dst[used++].len = len;
	}
	return sum == total ? used : -EINVAL;
}

static void vscsis_put_residual(struct srp_rsp *srp, const struct vscsis_response *rsp)
{
	srp->flags = rsp->flags;
	if (rsp->flags & (SRP_RSP_FLAG_DOOVER | SRP_RSP_FLAG_DOUNDER))
		srp->data_out_res_cnt = cpu_to_be32(rsp->residual);
	else if (rsp->flags & (SRP_RSP_FLAG_DIOVER | SRP_RSP_FLAG_DIUNDER))
		srp->data_in_res_cnt = cpu_to_be32(rsp->residual);
}

/**
 * vscsis_build_rsp() - write an SRP_RSP
 * @iu:		room for VSCSIS_IU_SIZE bytes
 * @rsp:	content
 *
 * The stock client takes sense from a fixed place, so response data and sense are never
 * sent together.
 *
 * Context: any.
 * Return: its length.
 */
size_t vscsis_build_rsp(u8 *iu, const struct vscsis_response *rsp)
{
	struct srp_rsp *srp = (void *)iu;
	bool good = rsp->has_code ? !rsp->code : !rsp->status;
	size_t len = sizeof(*srp);

	memset(srp, 0, sizeof(*srp));
	srp->opcode = SRP_RSP;
	srp->sol_not = !!(rsp->sol_not & (good ? 2 : 4));
	srp->req_lim_delta = cpu_to_be32(rsp->delta);
	put_unaligned(rsp->tag, (u64 *)(iu + 8));
	srp->status = rsp->status;
	vscsis_put_residual(srp, rsp);
	if (rsp->has_code) {
		srp->flags |= SRP_RSP_FLAG_RSPVALID;
		srp->resp_data_len = cpu_to_be32(4);
		put_unaligned_be32(rsp->code, srp->data);
		len += 4;
	} else if (rsp->sense && rsp->sense_len) {
		u32 n = min_t(u32, rsp->sense_len, VSCSIS_SENSE_MAX);

		srp->flags |= SRP_RSP_FLAG_SNSVALID;
		srp->sense_data_len = cpu_to_be32(n);
		memcpy(srp->data, rsp->sense, n);
		len += n;
	}
	return len;
}

/**
 * vscsis_check_login() - check an SRP_LOGIN_REQ
 * @iu:		the information unit
 * @len:	bytes the client sent
 * @reason:	why it is rejected
 *
 * Context: any.
 * Return: 0, or -EINVAL with @reason.
 */
int vscsis_check_login(const u8 *iu, size_t len, u32 *reason)
{
	const struct srp_login_req *req = (const void *)iu;
	u32 iu_len;

	*reason = SRP_LOGIN_REJ_UNABLE_ESTABLISH_CHANNEL;
	if (len < sizeof(*req))
		return -EINVAL;
	iu_len = be32_to_cpu(req->req_it_iu_len);
	if (iu_len < sizeof(*req))
		return -EINVAL;
	if (iu_len > VSCSIS_IU_SIZE) {
		*reason = SRP_LOGIN_REJ_REQ_IT_IU_LENGTH_TOO_LARGE;
		return -EINVAL;
	}
	if (!(be16_to_cpu(req->req_buf_fmt) &
	      (SRP_BUF_FORMAT_DIRECT | SRP_BUF_FORMAT_INDIRECT))) {
		*reason = SRP_LOGIN_REJ_UNSUPPORTED_DESCRIPTOR_FMT;
		return -EINVAL;
	}
	if ((req->req_flags & 3) != SRP_MULTICHAN_SINGLE) {
		*reason = SRP_LOGIN_REJ_MULTI_CHANNEL_UNSUPPORTED;
		return -EINVAL;
	}
	return 0;
}

/**
 * vscsis_build_login_rsp() - write an SRP_LOGIN_RSP
 * @iu:		room for VSCSIS_IU_SIZE bytes
 * @tag:	of the request
 * @credits:	requests the client may have outstanding
 *
 * Context: any.
 * Return: its length.
 */
size_t vscsis_build_login_rsp(u8 *iu, u64 tag, u32 credits)
{
	struct srp_login_rsp *rsp = (void *)iu;

	memset(rsp, 0, sizeof(*rsp));
	rsp->opcode = SRP_LOGIN_RSP;
	rsp->req_lim_delta = cpu_to_be32(credits);
	put_unaligned(tag, (u64 *)(iu + 8));
	rsp->max_it_iu_len = cpu_to_be32(VSCSIS_IU_SIZE);
	rsp->max_ti_iu_len = cpu_to_be32(VSCSIS_IU_SIZE);
	rsp->buf_fmt = cpu_to_be16(SRP_BUF_FORMAT_DIRECT | SRP_BUF_FORMAT_INDIRECT);
	return sizeof(*rsp);
}

/**
 * vscsis_build_login_rej() - write an SRP_LOGIN_REJ
 * @iu:		room for VSCSIS_IU_SIZE bytes
 * @tag:	of the request
 * @reason:	enum srp_login_rej_reason
 *
 * Context: any.
 * Return: its length.
 */
size_t vscsis_build_login_rej(u8 *iu, u64 tag, u32 reason)
{
	struct srp_login_rej *rej = (void *)iu;

	memset(rej, 0, sizeof(*rej));
	rej->opcode = SRP_LOGIN_REJ;
	rej->reason = cpu_to_be32(reason);
	put_unaligned(tag, (u64 *)(iu + 8));
	rej->buf_fmt = cpu_to_be16(SRP_BUF_FORMAT_DIRECT | SRP_BUF_FORMAT_INDIRECT);
	return sizeof(*rej);
}

/**
 * vscsis_build_t_logout() - write an SRP_T_LOGOUT
 * @iu:		room for VSCSIS_IU_SIZE bytes
 * @tag:	of the EMPTY_IU MAD it answers
 * @reason:	0: no reason given
 *
 * Context: any.
 * Return: its length.
 */
size_t vscsis_build_t_logout(u8 *iu, u64 tag, u32 reason)
{
	struct srp_t_logout *out = (void *)iu;

	memset(out, 0, sizeof(*out));
	out->opcode = SRP_T_LOGOUT;
	out->reason = cpu_to_be32(reason);
	put_unaligned(tag, (u64 *)(iu + 8));
	return sizeof(*out);
}

static bool vscsis_cap_known(u32 type, u16 len, bool migration)
{
	switch (type) {
	case MIGRATION_CAPABILITIES:
		return migration && len >= sizeof(struct mad_migration_cap);
	case RESERVATION_CAPABILITIES:
		return len >= sizeof(struct mad_reserve_cap);
	default:
		return false;
	}
}

/**
 * vscsis_caps_answer() - answer a list of capabilities in place
 * @buf:	the client's list, struct capabilities without its end fixed
 * @len:	bytes
 * @migration:	the client may be migrated
 *
 * LoPAR: what is not supported loses server_support, and then the list its flag
 * CAP_LIST_SUPPORTED.
 *
 * Context: any.
 * Return: false if an element does not fit into @len.
 */
bool vscsis_caps_answer(u8 *buf, size_t len, bool migration)
{
	size_t off = offsetof(struct capabilities, migration);
	bool all = true;
	u32 flags;

	if (len < off)
		return false;
	while (off < len) {
		u16 size;

		if (len - off < sizeof(struct mad_capability_common))
			return false;
		size = get_unaligned_be16(buf + off + 4);
		if (size < sizeof(struct mad_capability_common) || size > len - off)
			return false;
		if (!vscsis_cap_known(get_unaligned_be32(buf + off), size, migration)) {
			put_unaligned_be16(SERVER_DOES_NOT_SUPPORTS_CAP, buf + off + 6);
			all = false;
		}
		off += size;
	}
	flags = get_unaligned_be32(buf);
	if (!all)
		put_unaligned_be32(flags & ~CAP_LIST_SUPPORTED, buf);
	return true;
}
