// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that are answered without the target core: those about which LUNs there are,
 * because it does not know their addresses on the wire, and those to LUNs this client
 * does not have, because it writes a line into the log for each.
 */
#include <linux/slab.h>
#include <asm/unaligned.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>

#include "ibmvscsis.h"

#define INQUIRY_LEN		36
#define REPORT_MAX		(8 + 8 * (1 << 14))
/* Peripheral qualifier: no logical unit can be here (SPC-4, standard INQUIRY data) */
#define INQUIRY_NOTHING		0x7f

/*
 * Finish with data; @room: what the CDB allows.  Residuals are SRP's: over if there was
 * more than the client's buffer takes, under if less.
 */
static void vscsis_local_data(struct vscsis_cmd *cmd, u8 *buf, u32 len, u32 room)
{
	u32 have = min(len, room), fits = min(have, cmd->req.data_len);
	struct vscsis_response rsp = {};
	struct scatterlist sg;

	if (cmd->req.dir == DMA_TO_DEVICE) {
		vscsis_cmd_refuse(cmd, ILLEGAL_REQUEST, 0x0e, 0x03, VIOSRP_OK);
		return;
	}
	if (have > cmd->req.data_len) {
		rsp.flags = SRP_RSP_FLAG_DIOVER;
		rsp.residual = have - cmd->req.data_len;
	} else if (have < cmd->req.data_len) {
		rsp.flags = SRP_RSP_FLAG_DIUNDER;
		rsp.residual = cmd->req.data_len - have;
	}
	if (fits) {
		sg_init_one(&sg, buf, fits);
		if (vscsis_data_copy(cmd, &sg, 1, fits, true)) {
			vscsis_cmd_refuse(cmd, ABORTED_COMMAND, 0x4b, 0x00,
					  VIOSRP_NONRECOVERABLE_ERR);
			return;
		}
	}
	vscsis_cmd_respond(cmd, &rsp);
	vscsis_cmd_finish(cmd);
}

/* There is no such LUN, but others are at this target: its scan goes on. */
static void vscsis_local_inquiry(struct vscsis_cmd *cmd)
{
	u8 *buf = kzalloc(INQUIRY_LEN, GFP_KERNEL);
	u32 room = get_unaligned_be16(&cmd->req.cdb[3]);

	if (!buf) {
		vscsis_cmd_refuse(cmd, ABORTED_COMMAND, 0x55, 0x03, VIOSRP_OK);
		return;
	}
	buf[0] = INQUIRY_NOTHING;
	buf[2] = 6;			/* SPC-4 */
	buf[3] = 2;			/* response data format */
	buf[4] = INQUIRY_LEN - 5;
	memcpy(&buf[8], "IBM     VSCSI           0001", 28);
	vscsis_local_data(cmd, buf, INQUIRY_LEN, room);
	kfree(buf);
}

static void vscsis_local_report(struct vscsis_cmd *cmd)
{
	u32 room = get_unaligned_be32(&cmd->req.cdb[6]);
	u32 size = clamp_t(u32, min(room, cmd->req.data_len), 8, REPORT_MAX);
	u8 *buf;

	/* SPC-4 table "SELECT REPORT": the well-known units are not listed. */
	if (cmd->req.cdb[2] > 2) {
		vscsis_cmd_refuse(cmd, ILLEGAL_REQUEST, 0x24, 0x00, VIOSRP_OK);
		return;
	}
	buf = kmalloc(size, GFP_KERNEL | __GFP_NOWARN);
	if (!buf) {
		vscsis_cmd_refuse(cmd, ABORTED_COMMAND, 0x55, 0x03, VIOSRP_OK);
		return;
	}
	if (cmd->req.cdb[2] == 1) {
		memset(buf, 0, size);
		vscsis_local_data(cmd, buf, 8, room);
	} else {
		u32 len = vscsis_lun_report(cmd->sess, &cmd->addr, buf, size);

		vscsis_local_data(cmd, buf, len, room);
	}
	kfree(buf);
}

static void vscsis_local_absent(struct vscsis_cmd *cmd, bool populated)
{
	if (cmd->req.cdb[0] == INQUIRY && !(cmd->req.cdb[1] & 1) && populated)
		vscsis_local_inquiry(cmd);
	else
		vscsis_cmd_refuse(cmd, ILLEGAL_REQUEST, 0x25, 0x00, VIOSRP_OK);
}

/**
 * vscsis_local_answer() - answer a command here, if that is to be done
 * @cmd:	the command, its descriptors loaded
 *
 * Context: may sleep.
 * Return: true if it was finished.
 */
bool vscsis_local_answer(struct vscsis_cmd *cmd)
{
	const struct vscsis_address *addr = &cmd->addr;
	enum vscsis_access access = VSCSIS_ABSENT;
	bool populated;

	if (addr->valid)
		access = vscsis_lun_access(cmd->sess, addr->lun);
	populated = addr->device || access != VSCSIS_ABSENT ||
		    vscsis_lun_populated(cmd->sess, addr->target);
	if (cmd->req.cdb[0] == REPORT_LUNS && populated)
		vscsis_local_report(cmd);
	else if (access == VSCSIS_ABSENT)
		vscsis_local_absent(cmd, populated);
	else if (access == VSCSIS_READ_ONLY &&
		 (cmd->req.dir == DMA_TO_DEVICE ||
		  /* An ATA command may write and say that it brings data. */
		  vscsis_writes(cmd->req.cdb, DMA_NONE)))
		vscsis_cmd_refuse(cmd, DATA_PROTECT, 0x27, 0x00, VIOSRP_OK);
	else if (cmd->req.cdb[0] == EXTENDED_COPY && vscsis_lun_masked(cmd->sess))
		vscsis_cmd_refuse(cmd, ILLEGAL_REQUEST, 0x20, 0x00, VIOSRP_OK);
	else
		return false;
	return true;
}
