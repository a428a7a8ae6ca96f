/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Information units to and from structs: pure functions of bytes and explicit lengths,
 * without allocation or locks.
 *
 * Layouts: SRP revision 16a, <scsi/srp.h>, and LoPAR, "A Protocol for VSCSI
 * Communications", <scsi/viosrp.h>.
 */
#ifndef _IBMVSCSIS_CODEC_H
#define _IBMVSCSIS_CODEC_H

#include <linux/dma-direction.h>
#include <linux/types.h>
#include <scsi/viosrp.h>

static_assert(sizeof(struct srp_cmd) == 48);
static_assert(sizeof(struct srp_rsp) == 36);
static_assert(sizeof(struct srp_tsk_mgmt) == 48);
static_assert(sizeof(struct srp_login_req) == 64);
static_assert(sizeof(struct srp_login_rsp) == 52);
static_assert(sizeof(struct srp_login_rej) == 32);
static_assert(sizeof(struct srp_t_logout) == 16);
static_assert(sizeof(struct srp_direct_buf) == 16);
static_assert(sizeof(struct srp_indirect_buf) == 20);
static_assert(sizeof(struct mad_common) == 16);
static_assert(sizeof(struct mad_adapter_info_data) == 148);

#define VSCSIS_IU_SIZE		SRP_MAX_IU_LEN
#define VSCSIS_IU_MIN		16	/* opcode or type, and the tag at offset 8 */
#define VSCSIS_SENSE_MAX	96	/* what the stock client has room for */
#define VSCSIS_DESC_MAX		1024	/* descriptors of one command */
#define VSCSIS_CDB_MAX		32

/* SRP 16a, table "RSP_CODE" */
enum vscsis_rsp_code {
	VSCSIS_RSP_COMPLETE		= 0,
	VSCSIS_RSP_FIELDS_INVALID	= 2,
	VSCSIS_RSP_NOT_SUPPORTED	= 4,
	VSCSIS_RSP_FAILED		= 5,
};

/* Message code of a message in the queue itself (format VIOSRP_INLINE_FORMAT) */
enum vscsis_inline {
	VSCSIS_PING		= 0xf5,
	VSCSIS_PING_RESPONSE	= 0xf6,
};

/**
 * struct vscsis_desc - a piece of the client's memory
 * @ioba:	I/O address in the client's window
 * @len:	bytes
 */
struct vscsis_desc {
	u64 ioba;
	u32 len;
};

/**
 * struct vscsis_request - an SRP_CMD, checked
 * @lun:	as sent
 * @task_attr:	TCM_SIMPLE_TAG...
 * @cdb:	in the information unit
 * @dir:	direction of the data as the target core names it
 * @data_len:	bytes of data
 * @desc:	first descriptor in the information unit
 * @ndesc:	descriptors in the table
 * @table:	the table's address if it is not all in the information unit
 * @external:	it is not
 */
struct vscsis_request {
	struct scsi_lun lun;
	int task_attr;
	u8 *cdb;
	enum dma_data_direction dir;
	u32 data_len;
	const struct srp_direct_buf *desc;
	u32 ndesc;
	u64 table;
	bool external;
};

/**
 * struct vscsis_response - content of an SRP_RSP
 * @tag:	of the request, raw
 * @sol_not:	of the request
 * @delta:	credits given
 * @status:	SAM status
 * @flags:	residual flags, SRP_RSP_FLAG_*
 * @residual:	for the direction @flags says
 * @sense:	sense data, or NULL
 * @sense_len:	bytes there
 * @has_code:	response data is sent instead of sense
 * @code:	enum vscsis_rsp_code
 */
struct vscsis_response {
	u64 tag;
	u8 sol_not;
	u32 delta;
	u8 status;
	u8 flags;
	u32 residual;
	const u8 *sense;
	u32 sense_len;
	bool has_code;
	u8 code;
};

int vscsis_parse_cmd(u8 *iu, size_t len, struct vscsis_request *req);
int vscsis_load_desc(const struct srp_direct_buf *src, u32 n, u32 total,
		     struct vscsis_desc *dst);
size_t vscsis_build_rsp(u8 *iu, const struct vscsis_response *rsp);
size_t vscsis_build_login_rsp(u8 *iu, u64 tag, u32 credits);
size_t vscsis_build_login_rej(u8 *iu, u64 tag, u32 reason);
size_t vscsis_build_t_logout(u8 *iu, u64 tag, u32 reason);
int vscsis_check_login(const u8 *iu, size_t len, u32 *reason);
u64 vscsis_iu_tag(const u8 *iu);
bool vscsis_writes(const u8 *cdb, enum dma_data_direction dir);
bool vscsis_repeats_data(const u8 *cdb);
bool vscsis_disk_needs_data(const u8 *cdb);
bool vscsis_caps_answer(u8 *buf, size_t len, bool migration);

#endif /* _IBMVSCSIS_CODEC_H */
