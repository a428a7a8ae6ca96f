/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SRP information units, built so that every byte can be changed before they are sent,
 * and what comes back, taken apart.
 */
#ifndef _VSCSITEST_IU_H
#define _VSCSITEST_IU_H

#include "raw.h"

/* Offsets in SRP_CMD (SRP, "SRP_CMD request") */
enum {
	CMD_SOL_NOT	= 1,
	CMD_BUF_FMT	= 5,
	CMD_OUT_COUNT	= 6,
	CMD_IN_COUNT	= 7,
	CMD_TAG		= 8,
	CMD_LUN		= 20,
	CMD_ATTR	= 29,
	CMD_ADD_CDB	= 31,
	CMD_CDB		= 32,
	CMD_LEN		= 48,
};

/* Offsets in SRP_RSP */
enum {
	RSP_SOL_NOT	= 1,
	RSP_DELTA	= 4,
	RSP_FLAGS	= 18,
	RSP_STATUS	= 19,
	RSP_OUT_RES	= 20,
	RSP_IN_RES	= 24,
	RSP_SENSE_LEN	= 28,
	RSP_DATA_LEN	= 32,
	RSP_LEN		= 36,
};

/* Offsets in SRP_TSK_MGMT */
enum {
	TSK_LUN		= 20,
	TSK_FUNCTION	= 30,
	TSK_TAG		= 32,
	TSK_LEN		= 48,
};

#define LOGIN_LEN	64
#define LOGIN_RSP_LEN	52
#define LOGIN_REJ_LEN	32
#define LOGOUT_LEN	16

/* Task attributes */
enum vt_attr {
	ATTR_SIMPLE	= 0,
	ATTR_HEAD	= 1,
	ATTR_ORDERED	= 2,
	ATTR_ACA	= 4,
};

/* Data direction, as the nibble of the buffer format is shifted */
enum vt_dir {
	DIR_IN		= 0,
	DIR_OUT		= 4,
};

/* Where the descriptors are */
enum vt_form {
	FORM_DIRECT,
	FORM_INLINE,	/* indirect, all in the information unit */
	FORM_EXTERNAL,	/* indirect, in a table of their own */
};

/* Descriptors of an external table that are in the information unit as well */
#define VT_COPIED	10
/* Descriptors an information unit without additional CDB bytes has place for */
#define VT_INLINE_MAX	11

struct vt_frag {
	u64 ioba;
	u32 len;
};

/**
 * struct vt_iu - an information unit to be sent
 * @b:		its bytes; the tag is set when it is sent, unless @own_tag
 * @len:	its length, as the element will say
 * @own_tag:	the bytes of the tag are as they should be
 */
struct vt_iu {
	u8 b[VT_SLOT];
	unsigned int len;
	bool own_tag;
};

/**
 * struct vt_rsp - an answer, taken apart
 * @opcode:	SRP opcode
 * @crq_status:	status byte of the element
 * @sol:	solicited notification byte
 * @flags:	SRP_RSP_FLAG_*
 * @status:	SCSI status
 * @delta:	credits
 * @out_res:	data-out residual
 * @in_res:	data-in residual
 * @sense_len:	bytes of sense
 * @data_len:	bytes of response data
 * @code:	the response data as a number, if it has 4 bytes
 * @sense:	the sense
 * @key:	sense key
 * @asc:	additional sense code and qualifier, 16 bits
 * @seq:	when it came, among all answers
 */
struct vt_rsp {
	u8 opcode;
	u8 crq_status;
	u8 sol;
	u8 flags;
	u8 status;
	u32 delta;
	u32 out_res;
	u32 in_res;
	u32 sense_len;
	u32 data_len;
	u32 code;
	u8 sense[96];
	u8 key;
	u16 asc;
	u64 seq;
};

/* A SCSI condition: what is compared */
#define SENSE(key, asc)	((u32)(key) << 16 | (asc))
#define SENSE_NONE		0
#define SENSE_MALFORMED		SENSE(5, 0x0e03)
#define SENSE_UNREACHABLE	SENSE(0xb, 0x4b00)
#define SENSE_OVERLAPPED	SENSE(0xb, 0x4e00)
#define SENSE_NO_LUN		SENSE(5, 0x2500)
#define SENSE_OPCODE		SENSE(5, 0x2000)
#define SENSE_FIELD		SENSE(5, 0x2400)

/* The status byte of an element */
#define CRQ_OK			0x00
#define CRQ_NONRECOVERABLE	0x01
#define CRQ_MAX_XFER		0x02
#define CRQ_PATH_FAILED		0x10

void iu_cmd(struct vt_iu *iu, u16 lun, const u8 *cdb, unsigned int cdb_len);
void iu_direct(struct vt_iu *iu, enum vt_dir dir, u64 ioba, u32 len);
void iu_indirect(struct vt_iu *iu, enum vt_dir dir, u64 table, u32 table_len, u32 total,
		 const struct vt_frag *frag, unsigned int copied);
void iu_data(struct vt_iu *iu, enum vt_dir dir, enum vt_form form,
	     const struct vt_frag *frag, unsigned int n, struct client *c, u8 *table);
void iu_tmf(struct vt_iu *iu, u16 lun, u8 function, u64 task_tag);
u32 frag_total(const struct vt_frag *frag, unsigned int n);
void table_fill(u8 *table, const struct vt_frag *frag, unsigned int n);

/* CDBs; all but cdb_rw() have 6, 10 or 16 bytes as their name or standard says */
unsigned int cdb_rw(u8 *cdb, bool write, unsigned int size, u64 lba, u32 n);
void cdb_inquiry(u8 *cdb, int page, u16 alloc);

/* Sending and taking apart */
int iu_post(struct client *c, struct vt_req *r, const struct vt_iu *iu);
struct vt_req *iu_post_tagged(struct client *c, struct vt_iu *iu, u64 tag);
u32 iu_sense_in(const struct vt_req *r);
int iu_wait(struct client *c, struct vt_req *r, struct vt_rsp *rsp);
bool rsp_parse(const u8 *iu, const struct crq_msg *msg, struct vt_rsp *rsp);
u32 rsp_sense(const struct vt_rsp *rsp);
int cmd_run(struct client *c, const struct vt_iu *iu, struct vt_rsp *rsp);
int cmd_retry(struct client *c, const struct vt_iu *iu, struct vt_rsp *rsp);
bool cmd_good(struct client *c, const struct vt_iu *iu);
bool cmd_refused(struct client *c, const struct vt_iu *iu, u32 sense, u8 crq_status);
bool cmd_unsupported(const struct vt_rsp *rsp);

#endif /* _VSCSITEST_IU_H */
