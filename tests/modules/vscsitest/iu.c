// SPDX-License-Identifier: GPL-2.0
/* See iu.h. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/minmax.h>
#include <scsi/scsi_proto.h>
#include <scsi/srp.h>
#include <asm/unaligned.h>

#include "iu.h"
#include "vscsitest.h"

/* A unit attention is taken so many times before it is an answer. */
#define UA_RETRIES	8

/**
 * iu_cmd() - begin an SRP_CMD without data
 * @iu:		receives it
 * @lun:	first two bytes of the LUN
 * @cdb:	the CDB
 * @cdb_len:	its bytes; those behind the 16th are additional
 */
void iu_cmd(struct vt_iu *iu, u16 lun, const u8 *cdb, unsigned int cdb_len)
{
	unsigned int more = cdb_len > 16 ? cdb_len - 16 : 0;

	memset(iu, 0, sizeof(*iu));
	iu->b[0] = SRP_CMD;
	put_unaligned_be16(lun, iu->b + CMD_LUN);
	memcpy(iu->b + CMD_CDB, cdb, cdb_len);
	iu->b[CMD_ADD_CDB] = ALIGN(more, 4);
	iu->len = CMD_LEN + ALIGN(more, 4);
}

static void descriptor(u8 *b, u64 ioba, u32 len)
{
	put_unaligned_be64(ioba, b);
	put_unaligned_be32(0, b + 8);
	put_unaligned_be32(len, b + 12);
}

/* Append a direct descriptor. */
void iu_direct(struct vt_iu *iu, enum vt_dir dir, u64 ioba, u32 len)
{
	iu->b[CMD_BUF_FMT] |= SRP_DATA_DESC_DIRECT << dir;
	iu->b[dir == DIR_OUT ? CMD_OUT_COUNT : CMD_IN_COUNT] = 1;
	descriptor(iu->b + iu->len, ioba, len);
	iu->len += 16;
}

/**
 * iu_indirect() - append an indirect descriptor, all of it as the caller says
 * @iu:		the information unit
 * @dir:	direction
 * @table:	address of the table
 * @table_len:	its bytes
 * @total:	bytes of data
 * @frag:	the first descriptors
 * @copied:	how many of them are in the information unit
 */
void iu_indirect(struct vt_iu *iu, enum vt_dir dir, u64 table, u32 table_len, u32 total,
		 const struct vt_frag *frag, unsigned int copied)
{
	unsigned int i;

	iu->b[CMD_BUF_FMT] |= SRP_DATA_DESC_INDIRECT << dir;
	iu->b[dir == DIR_OUT ? CMD_OUT_COUNT : CMD_IN_COUNT] = copied;
	descriptor(iu->b + iu->len, table, table_len);
	put_unaligned_be32(total, iu->b + iu->len + 16);
	iu->len += 20;
	for (i = 0; i < copied; i++, iu->len += 16)
		descriptor(iu->b + iu->len, frag[i].ioba, frag[i].len);
}

u32 frag_total(const struct vt_frag *frag, unsigned int n)
{
	u32 total = 0;

	while (n--)
		total += frag[n].len;
	return total;
}

void table_fill(u8 *table, const struct vt_frag *frag, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		descriptor(table + i * 16, frag[i].ioba, frag[i].len);
}

/**
 * iu_data() - append a list of fragments in a form
 * @iu:		the information unit
 * @dir:	direction
 * @form:	FORM_DIRECT takes one fragment, FORM_INLINE VT_INLINE_MAX at most
 * @frag:	the fragments
 * @n:		how many
 * @c:		the client
 * @table:	place for the external table, in the client's memory
 */
void iu_data(struct vt_iu *iu, enum vt_dir dir, enum vt_form form,
	     const struct vt_frag *frag, unsigned int n, struct client *c, u8 *table)
{
	u32 total = frag_total(frag, n);

	switch (form) {
	case FORM_DIRECT:
		iu_direct(iu, dir, frag[0].ioba, frag[0].len);
		break;
	case FORM_INLINE:
		/* The table's address is of no use, as all is here. */
		iu_indirect(iu, dir, 0, n * 16, total, frag, n);
		break;
	case FORM_EXTERNAL:
		table_fill(table, frag, n);
		/* "All are here" would be said by a count that is all. */
		iu_indirect(iu, dir, vt_ioba(c, table), n * 16, total, frag,
			    min_t(unsigned int, n - 1, VT_COPIED));
		break;
	}
}

void iu_tmf(struct vt_iu *iu, u16 lun, u8 function, u64 task_tag)
{
	memset(iu, 0, sizeof(*iu));
	iu->b[0] = SRP_TSK_MGMT;
	put_unaligned_be16(lun, iu->b + TSK_LUN);
	iu->b[TSK_FUNCTION] = function;
	put_unaligned_be64(task_tag, iu->b + TSK_TAG);
	iu->len = TSK_LEN;
}

/**
 * cdb_rw() - READ or WRITE
 * @cdb:	receives it; 16 bytes
 * @write:	which
 * @size:	bytes of the CDB: 6, 10, 12 or 16
 * @lba:	first block
 * @n:		blocks
 *
 * Return: @size.
 */
unsigned int cdb_rw(u8 *cdb, bool write, unsigned int size, u64 lba, u32 n)
{
	memset(cdb, 0, 16);
	switch (size) {
	case 6:
		cdb[0] = write ? WRITE_6 : READ_6;
		put_unaligned_be24(lba, cdb + 1);
		cdb[4] = n;
		break;
	case 10:
		cdb[0] = write ? WRITE_10 : READ_10;
		put_unaligned_be32(lba, cdb + 2);
		put_unaligned_be16(n, cdb + 7);
		break;
	case 12:
		cdb[0] = write ? WRITE_12 : READ_12;
		put_unaligned_be32(lba, cdb + 2);
		put_unaligned_be32(n, cdb + 6);
		break;
	default:
		cdb[0] = write ? WRITE_16 : READ_16;
		put_unaligned_be64(lba, cdb + 2);
		put_unaligned_be32(n, cdb + 10);
		break;
	}
	return size;
}

/* INQUIRY; a page of vital product data unless @page is negative */
void cdb_inquiry(u8 *cdb, int page, u16 alloc)
{
	memset(cdb, 0, 16);
	cdb[0] = INQUIRY;
	if (page >= 0) {
		cdb[1] = 1;
		cdb[2] = page;
	}
	put_unaligned_be16(alloc, cdb + 3);
}

static void sense_parse(const u8 *sense, struct vt_rsp *rsp)
{
	u32 n = min_t(u32, rsp->sense_len, sizeof(rsp->sense));

	memcpy(rsp->sense, sense, n);
	if (n < 14)
		return;
	rsp->key = sense[2] & 0xf;
	rsp->asc = get_unaligned_be16(sense + 12);
	/* Current information, fixed format */
	CHECK(sense[0] & 0x7f, 0x70);
	CHECK(sense[7] + 8U <= rsp->sense_len, true);
}

/**
 * rsp_parse() - take an SRP_RSP apart and look whether it is one
 * @iu:		its bytes
 * @msg:	its element
 * @rsp:	receives it
 *
 * Return: false if it is none or says what no SRP_RSP may.
 */
bool rsp_parse(const u8 *iu, const struct crq_msg *msg, struct vt_rsp *rsp)
{
	bool ok = true;

	memset(rsp, 0, sizeof(*rsp));
	rsp->opcode = iu[0];
	rsp->crq_status = msg->status;
	if (!CHECK(msg->format, VT_SRP) || !CHECK(iu[0], SRP_RSP))
		return false;
	rsp->sol = iu[RSP_SOL_NOT];
	rsp->delta = get_unaligned_be32(iu + RSP_DELTA);
	rsp->flags = iu[RSP_FLAGS];
	rsp->status = iu[RSP_STATUS];
	rsp->out_res = get_unaligned_be32(iu + RSP_OUT_RES);
	rsp->in_res = get_unaligned_be32(iu + RSP_IN_RES);
	rsp->sense_len = get_unaligned_be32(iu + RSP_SENSE_LEN);
	rsp->data_len = get_unaligned_be32(iu + RSP_DATA_LEN);
	if (rsp->flags & SRP_RSP_FLAG_RSPVALID) {
		ok = CHECK(rsp->data_len, 4) && CHECK(rsp->status, 0);
		rsp->code = get_unaligned_be32(iu + RSP_LEN);
	} else {
		ok = CHECK(rsp->data_len, 0);
	}
	if (rsp->flags & SRP_RSP_FLAG_SNSVALID) {
		ok &= CHECK(rsp->sense_len <= 96, true);
		ok &= CHECK(rsp->data_len, 0);
		sense_parse(iu + RSP_LEN, rsp);
	} else {
		ok &= CHECK(rsp->sense_len, 0);
	}
	ok &= CHECK(be16_to_cpu(msg->iu_length), RSP_LEN + rsp->sense_len + rsp->data_len);
	ok &= CHECK(msg->reserved, 0);
	return ok;
}

/* Key, code and qualifier as SENSE() has them; SENSE_NONE for status GOOD */
u32 rsp_sense(const struct vt_rsp *rsp)
{
	if (rsp->status == SAM_STAT_GOOD)
		return SENSE_NONE;
	if (rsp->status != SAM_STAT_CHECK_CONDITION)
		return rsp->status << 24;
	return SENSE(rsp->key, rsp->asc);
}

/* Send a copy of an information unit as the request @r. */
int iu_post(struct client *c, struct vt_req *r, const struct vt_iu *iu)
{
	unsigned int n = min_t(unsigned int, max_t(unsigned int, iu->len, 64), VT_IU_MAX);
	u64 tag = r->tag;
	int ret;

	memcpy(r->iu, iu->b, n);
	if (iu->own_tag)
		r->tag = get_unaligned_be64(iu->b + CMD_TAG);
	ret = vt_post(c, r, VT_SRP, iu->len);
	r->tag = tag;
	return ret;
}

/* Wait for the SRP_RSP to a request and take it apart. */
int iu_wait(struct client *c, struct vt_req *r, struct vt_rsp *rsp)
{
	int ret = vt_await(c, r, VT_WAIT_MS);

	if (ret)
		return ret;
	CHECK(r->answers, 1);
	CHECK(vt_canary_ok(r), true);
	CHECK(vt_tag_is_ours(c, r), true);
	if (!rsp_parse(r->iu, &r->msg, rsp))
		return -EPROTO;
	rsp->seq = r->seq;
	return 0;
}

/* Send @iu with a tag of our own; its answer is no answer to the request. */
struct vt_req *iu_post_tagged(struct client *c, struct vt_iu *iu, u64 tag)
{
	struct vt_req *r = vt_req_get(c);

	put_unaligned_be64(tag, iu->b + CMD_TAG);
	iu->own_tag = true;
	CHECK(iu_post(c, r, iu), 0);
	return r;
}

/* The answer that is in a slot, whose element came with a tag that names two */
u32 iu_sense_in(const struct vt_req *r)
{
	struct crq_msg msg = { .format = VT_SRP };
	struct vt_rsp rsp;

	msg.iu_length = cpu_to_be16(RSP_LEN + get_unaligned_be32(r->iu + RSP_SENSE_LEN));
	if (!rsp_parse(r->iu, &msg, &rsp))
		return ~0;
	return rsp_sense(&rsp);
}

/* Send and wait.  0, or an errno: -ECONNRESET if the server closed instead. */
int cmd_run(struct client *c, const struct vt_iu *iu, struct vt_rsp *rsp)
{
	struct vt_req *r = vt_req_get(c);
	int ret;

	memset(rsp, 0, sizeof(*rsp));
	if (!r)
		return -EBUSY;
	ret = iu_post(c, r, iu);
	if (!ret)
		ret = iu_wait(c, r, rsp);
	vt_req_put(c, r);
	return ret;
}

/* The same, again after each unit attention */
int cmd_retry(struct client *c, const struct vt_iu *iu, struct vt_rsp *rsp)
{
	unsigned int i;
	int ret;

	for (i = 0; i < UA_RETRIES; i++) {
		ret = cmd_run(c, iu, rsp);
		if (ret || rsp->status != SAM_STAT_CHECK_CONDITION ||
		    rsp->key != UNIT_ATTENTION)
			break;
	}
	return ret;
}

/* Does it end well? */
bool cmd_good(struct client *c, const struct vt_iu *iu)
{
	struct vt_rsp rsp;

	return CHECK(cmd_retry(c, iu, &rsp), 0) && CHECK(rsp_sense(&rsp), SENSE_NONE) &&
	       CHECK(rsp.crq_status, CRQ_OK) && CHECK(rsp.delta, 1);
}

/* Does it end with this sense and status byte, and the connection stays? */
bool cmd_refused(struct client *c, const struct vt_iu *iu, u32 sense, u8 crq_status)
{
	struct vt_rsp rsp;

	return CHECK(cmd_retry(c, iu, &rsp), 0) && CHECK(rsp_sense(&rsp), sense) &&
	       CHECK(rsp.crq_status, crq_status) && CHECK(rsp.delta, 1) &&
	       CHECK(c->down, false);
}

/* Does the answer say that the target does not have this command? */
bool cmd_unsupported(const struct vt_rsp *rsp)
{
	u32 sense = rsp_sense(rsp);

	return sense == SENSE_OPCODE || sense == SENSE_FIELD;
}
