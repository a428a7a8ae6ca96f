// SPDX-License-Identifier: GPL-2.0
/* What the target core calls. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ctype.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_eh.h>
#include <scsi/scsi_proto.h>

#include "ibmvscsis.h"
#include "trace.h"

static struct vscsis_cmd *to_cmd(struct se_cmd *se_cmd)
{
	return container_of(se_cmd, struct vscsis_cmd, se_cmd);
}

/* ---- portal group ---- */

static char *vscsis_tpg_get_wwn(struct se_portal_group *se_tpg)
{
	return to_vscsis_tpg(se_tpg)->port->name;
}

static u16 vscsis_tpg_get_tag(struct se_portal_group *se_tpg)
{
	return 1;
}

static u32 vscsis_tpg_default_depth(struct se_portal_group *se_tpg)
{
	return 1;
}

/**
 * vscsis_tpg_allows() - may a client log in?
 * @tpg:	the portal group
 * @name:	of the client
 * @listed:	a list was found for it before: that has to be there still
 *
 * A client without an access list is let in as long as nobody has one.  The target core
 * cannot tell: it keeps a list of its own for each client it has seen.
 *
 * Context: may sleep.
 * Return: true if it may.
 */
bool vscsis_tpg_allows(struct vscsis_tpg *tpg, const char *name, bool listed)
{
	struct se_portal_group *se_tpg = &tpg->se_tpg;
	struct se_node_acl *acl;
	bool any = false, own = false;

	mutex_lock(&se_tpg->acl_node_mutex);
	list_for_each_entry(acl, &se_tpg->acl_node_list, acl_list) {
		if (acl->dynamic_node_acl)
			continue;
		any = true;
		own |= !strcmp(acl->initiatorname, name);
	}
	mutex_unlock(&se_tpg->acl_node_mutex);
	return own || !(any || listed);
}

/*
 * The login has asked vscsis_tpg_allows(); and the lists the target core keeps for clients
 * without one get every LUN at all times, so that they are right when they are used.
 */
static int vscsis_tpg_demo_mode(struct se_portal_group *se_tpg)
{
	return 1;
}

/* Persistent reservations and unit attentions survive the client's death. */
static int vscsis_tpg_demo_cache(struct se_portal_group *se_tpg)
{
	return 1;
}

static int vscsis_tpg_no(struct se_portal_group *se_tpg)
{
	return 0;
}

static u32 vscsis_tpg_index(struct se_portal_group *se_tpg)
{
	return 1;
}

static u32 vscsis_sess_index(struct se_session *se_sess)
{
	return 0;
}

static void vscsis_node_attributes(struct se_node_acl *acl)
{
}

/* An access list goes, or its depth changes: the client has to log in again. */
static void vscsis_close_session(struct se_session *se_sess)
{
	struct vscsis_session *sess = se_sess->fabric_sess_ptr;
	struct vscsis_port *port = to_vscsis_tpg(se_sess->se_tpg)->port;

	/* The session may be gone after this. */
	complete(&sess->let_go);
	vscsis_port_reset(port, "the client's access list was changed");
}

/* The name of a client: 32 hex digits, partition and unit address */
static int vscsis_init_nodeacl(struct se_node_acl *acl, const char *name)
{
	struct config_item *item = &acl->acl_group.cg_item;
	size_t i;

	for (i = 0; name[i]; i++)
		if (!isdigit(name[i]) && !(name[i] >= 'a' && name[i] <= 'f'))
			break;
	if (!name[i] && i == VSCSIS_NAME_LEN - 1)
		return 0;
	pr_err("%s: a client's name is its partition number and unit address as 32 lower-case hex digits\n",
	       name);
	/* The target core forgets it when a list is refused. */
	if (item->ci_name != item->ci_namebuf) {
		kfree(item->ci_name);
		item->ci_name = item->ci_namebuf;
	}
	return -EINVAL;
}

/* ---- commands ---- */

static int vscsis_cmd_core_state(struct se_cmd *se_cmd)
{
	return to_cmd(se_cmd)->state;
}

static int vscsis_check_stop_free(struct se_cmd *se_cmd)
{
	return transport_generic_free_cmd(se_cmd, 0);
}

static void vscsis_release_cmd(struct se_cmd *se_cmd)
{
	if (se_cmd->se_cmd_flags & SCF_SCSI_TMR_CDB)
		vscsis_task_released(to_cmd(se_cmd));
	else
		vscsis_cmd_finish(to_cmd(se_cmd));
}

/*
 * COMPARE AND WRITE has a callback that compares, writes and gives up a lock taken by
 * execute_cmd().  The target core calls it for commands that fail or are aborted, too:
 * before they were executed, with data that never came; and when what was read has come,
 * and then it writes, while the command's memory goes (Linux 6.1).  So the command has the
 * callback only when it is executed, and what was aborted only gives up the lock.
 */
static sense_reason_t vscsis_caw_complete(struct se_cmd *se_cmd, bool success, int *post_ret)
{
	if (success)
		return to_cmd(se_cmd)->caw_complete(se_cmd, success, post_ret);
	se_cmd->transport_complete_callback = NULL;
	up(&se_cmd->se_dev->caw_sem);
	return TCM_NO_SENSE;
}

static sense_reason_t vscsis_compare_and_write(struct se_cmd *se_cmd)
{
	se_cmd->transport_complete_callback = vscsis_caw_complete;
	return to_cmd(se_cmd)->caw_execute(se_cmd);
}

/**
 * vscsis_guard_caw() - keep an aborted COMPARE AND WRITE from writing
 * @cmd:	a command, after target_submit_prep()
 *
 * Context: may sleep.
 */
void vscsis_guard_caw(struct vscsis_cmd *cmd)
{
	struct se_cmd *se_cmd = &cmd->se_cmd;

	if (!(se_cmd->se_cmd_flags & SCF_COMPARE_AND_WRITE))
		return;
	cmd->caw_complete = se_cmd->transport_complete_callback;
	cmd->caw_execute = se_cmd->execute_cmd;
	se_cmd->transport_complete_callback = NULL;
	se_cmd->execute_cmd = vscsis_compare_and_write;
}

static int vscsis_write_pending(struct se_cmd *se_cmd)
{
	struct vscsis_cmd *cmd = to_cmd(se_cmd);
	int ret = 0;

	if (!cmd->mapped)
		ret = vscsis_data_copy(cmd, se_cmd->t_data_sg, se_cmd->t_data_nents,
				       se_cmd->data_length, false);
	if (!ret) {
		target_execute_cmd(se_cmd);
		return 0;
	}
	if (ret == -EIO)
		cmd->fault = VSCSIS_FAULT_DATA;
	transport_generic_request_failure(se_cmd, ret == -EIO ?
					  TCM_LOGICAL_UNIT_COMMUNICATION_FAILURE :
					  TCM_OUT_OF_RESOURCES);
	return 0;
}

static void vscsis_residual(struct se_cmd *se_cmd, struct vscsis_response *rsp)
{
	bool out = se_cmd->data_direction == DMA_TO_DEVICE;

	if (se_cmd->se_cmd_flags & SCF_OVERFLOW_BIT)
		rsp->flags = out ? SRP_RSP_FLAG_DOOVER : SRP_RSP_FLAG_DIOVER;
	else if (se_cmd->se_cmd_flags & SCF_UNDERFLOW_BIT)
		rsp->flags = out ? SRP_RSP_FLAG_DOUNDER : SRP_RSP_FLAG_DIUNDER;
	rsp->residual = se_cmd->residual_count;
}

/* Neither data nor status are what the target core says. */
static void vscsis_tell_fault(struct vscsis_cmd *cmd)
{
	cmd->se_cmd.scsi_status = SAM_STAT_CHECK_CONDITION;
	cmd->se_cmd.se_cmd_flags |= SCF_EMULATED_TASK_SENSE;
	memset(cmd->sense, 0, sizeof(cmd->sense));
	scsi_build_sense_buffer(0, cmd->sense, cmd->fault >> 16, cmd->fault >> 8 & 0xff,
				cmd->fault & 0xff);
	if (cmd->fault == VSCSIS_FAULT_DATA)
		cmd->crq_status = VIOSRP_NONRECOVERABLE_ERR;
}

/* NOT READY, LOGICAL UNIT COMMUNICATION FAILURE: the backstore is out of reach. */
static bool vscsis_path_failed(struct vscsis_cmd *cmd)
{
	struct scsi_sense_hdr hdr;

	return cmd->se_cmd.scsi_status == SAM_STAT_CHECK_CONDITION &&
	       scsi_normalize_sense(cmd->sense, sizeof(cmd->sense), &hdr) &&
	       hdr.sense_key == NOT_READY && hdr.asc == 0x08;
}

static void vscsis_account(struct vscsis_cmd *cmd)
{
	struct vscsis_adapter *v = cmd->sess->adapter;
	struct se_cmd *se_cmd = &cmd->se_cmd;

	if (se_cmd->scsi_status)
		return;
	if (se_cmd->data_direction == DMA_TO_DEVICE)
		vscsis_count(v, VSCSIS_STAT_WRITTEN, se_cmd->data_length);
	else if (se_cmd->data_direction == DMA_FROM_DEVICE)
		vscsis_count(v, VSCSIS_STAT_READ, se_cmd->data_length);
}

static int vscsis_queue_status(struct se_cmd *se_cmd)
{
	struct vscsis_cmd *cmd = to_cmd(se_cmd);
	struct vscsis_response rsp = {};

	if (cmd->fault)
		vscsis_tell_fault(cmd);
	else if (READ_ONCE(cmd->sess->adapter->fast_fail) && vscsis_path_failed(cmd))
		cmd->crq_status = VIOSRP_ADAPTER_FAIL;
	rsp.status = se_cmd->scsi_status;
	if (se_cmd->se_cmd_flags & (SCF_TRANSPORT_TASK_SENSE | SCF_EMULATED_TASK_SENSE)) {
		rsp.sense = cmd->sense;
		/* Byte 7 is the additional length in either format. */
		rsp.sense_len = min_t(u32, 8 + cmd->sense[7], sizeof(cmd->sense));
	}
	if (cmd->fault != VSCSIS_FAULT_IU)
		vscsis_residual(se_cmd, &rsp);
	vscsis_account(cmd);
	vscsis_cmd_respond(cmd, &rsp);
	return 0;
}

/*
 * Is there data?  With sense a device behind a pass-through may have sent some, and says so
 * by the sense: recovered error, file mark, wrong length.  What tells of an earlier command
 * does not.
 */
static bool vscsis_has_data(struct vscsis_cmd *cmd)
{
	struct scsi_sense_hdr hdr;

	if (!cmd->se_cmd.scsi_status)
		return true;
	return cmd->se_cmd.scsi_status == SAM_STAT_CHECK_CONDITION &&
	       cmd->se_cmd.se_cmd_flags & SCF_TRANSPORT_TASK_SENSE &&
	       scsi_normalize_sense(cmd->sense, sizeof(cmd->sense), &hdr) &&
	       !scsi_sense_is_deferred(&hdr) &&
	       (hdr.sense_key == NO_SENSE || hdr.sense_key == RECOVERED_ERROR);
}

static int vscsis_queue_data_in(struct se_cmd *se_cmd)
{
	struct vscsis_cmd *cmd = to_cmd(se_cmd);
	int ret = 0;

	if (!cmd->mapped && vscsis_has_data(cmd))
		ret = vscsis_data_copy(cmd, se_cmd->t_data_sg, se_cmd->t_data_nents,
				       se_cmd->data_length, true);
	if (ret == -EIO)
		cmd->fault = VSCSIS_FAULT_DATA;
	if (ret == -ENOMEM) {
		se_cmd->scsi_status = SAM_STAT_BUSY;
		se_cmd->se_cmd_flags &= ~SCF_TRANSPORT_TASK_SENSE;
	}
	return vscsis_queue_status(se_cmd);
}

static void vscsis_queue_tm_rsp(struct se_cmd *se_cmd)
{
	vscsis_task_answered(to_cmd(se_cmd), se_cmd->se_tmr_req->response);
}

/*
 * A reset has also done what a task management request it covers asked for.  It also ends
 * commands that came after it: they are not what the client asked to be rid of, and are
 * answered.
 */
static void vscsis_aborted_task(struct se_cmd *se_cmd)
{
	struct vscsis_response rsp = { .status = SAM_STAT_TASK_ABORTED };
	struct vscsis_cmd *cmd = to_cmd(se_cmd);

	if (se_cmd->se_cmd_flags & SCF_SCSI_TMR_CDB) {
		vscsis_task_answered(cmd, TMR_FUNCTION_COMPLETE);
		return;
	}
	vscsis_count(cmd->sess->adapter, VSCSIS_STAT_ABORTED, 1);
	cmd->silent = vscsis_task_silences(cmd, se_cmd->se_dev->dev_attrib.emulate_tas);
	if (!cmd->silent)
		vscsis_cmd_respond(cmd, &rsp);
}

/* ---- directories ---- */

static struct se_wwn *vscsis_make_wwn(struct target_fabric_configfs *tf,
				      struct config_group *group, const char *name)
{
	struct vscsis_port *port;
	char canon[16];
	int ret;
	u32 unit;

	if (kstrtou32(name, 16, &unit))
		return ERR_PTR(-EINVAL);
	snprintf(canon, sizeof(canon), "%x", unit);
	if (strcmp(name, canon)) {
		pr_err("%s: a target's name is a unit address in lower-case hex\n", name);
		return ERR_PTR(-EINVAL);
	}
	port = kzalloc(sizeof(*port), GFP_KERNEL);
	if (!port)
		return ERR_PTR(-ENOMEM);
	port->unit = unit;
	strscpy(port->name, name, sizeof(port->name));
	ret = vscsis_port_add(port);
	if (ret) {
		pr_err("%s: %s\n", name, ret == -ENODEV ?
		       "there is no virtual SCSI server adapter of this unit address" :
		       "the adapter cannot be taken");
		kfree(port);
		return ERR_PTR(ret);
	}
	return &port->wwn;
}

static void vscsis_drop_wwn(struct se_wwn *wwn)
{
	struct vscsis_port *port = vscsis_wwn_port(wwn);

	vscsis_port_del(port);
	kfree(port);
}

static struct se_portal_group *vscsis_make_tpg(struct se_wwn *wwn, const char *name)
{
	struct vscsis_port *port = vscsis_wwn_port(wwn);
	struct vscsis_tpg *tpg;
	int ret;

	/* targetcli cannot work with a target that has another. */
	if (strcmp(name, "tpgt_1")) {
		pr_err("%s: the only portal group is tpgt_1\n", name);
		return ERR_PTR(-EINVAL);
	}
	tpg = kzalloc(sizeof(*tpg), GFP_KERNEL);
	if (!tpg)
		return ERR_PTR(-ENOMEM);
	tpg->port = port;
	vscsis_attrib_init(&tpg->attrib);
	ret = core_tpg_register(wwn, &tpg->se_tpg, SCSI_PROTOCOL_SRP);
	if (ret)
		goto err_free;
	ret = vscsis_port_set_tpg(port, tpg);
	if (ret)
		goto err_deregister;
	return &tpg->se_tpg;

err_deregister:
	core_tpg_deregister(&tpg->se_tpg);
err_free:
	kfree(tpg);
	return ERR_PTR(ret);
}

static void vscsis_drop_tpg(struct se_portal_group *se_tpg)
{
	struct vscsis_tpg *tpg = to_vscsis_tpg(se_tpg);

	vscsis_port_clear_tpg(tpg->port);
	core_tpg_deregister(se_tpg);
	kfree(tpg);
}

/* Never fails: targetcli could not start any more. */
static int vscsis_enable_tpg(struct se_portal_group *se_tpg, bool enable)
{
	vscsis_port_enable(to_vscsis_tpg(se_tpg)->port, enable);
	return 0;
}

static int vscsis_post_link(struct se_portal_group *se_tpg, struct se_lun *lun)
{
	struct vscsis_tpg *tpg = to_vscsis_tpg(se_tpg);

	vscsis_lun_check(tpg, lun->unpacked_lun);
	vscsis_port_fit(tpg->port);
	return 0;
}

const struct target_core_fabric_ops vscsis_fabric_ops = {
	.module				= THIS_MODULE,
	.fabric_name			= "ibmvscsis",
	.max_data_sg_nents		= DIV_ROUND_UP(VSCSIS_XFER_MAX, PAGE_SIZE),
	.tpg_get_wwn			= vscsis_tpg_get_wwn,
	.tpg_get_tag			= vscsis_tpg_get_tag,
	.tpg_get_default_depth		= vscsis_tpg_default_depth,
	.tpg_check_demo_mode		= vscsis_tpg_demo_mode,
	.tpg_check_demo_mode_cache	= vscsis_tpg_demo_cache,
	.tpg_check_demo_mode_write_protect = vscsis_tpg_no,
	.tpg_check_prod_mode_write_protect = vscsis_tpg_no,
	.tpg_get_inst_index		= vscsis_tpg_index,
	.sess_get_index			= vscsis_sess_index,
	.set_default_node_attributes	= vscsis_node_attributes,
	.get_cmd_state			= vscsis_cmd_core_state,
	.check_stop_free		= vscsis_check_stop_free,
	.release_cmd			= vscsis_release_cmd,
	.close_session			= vscsis_close_session,
	.write_pending			= vscsis_write_pending,
	.queue_data_in			= vscsis_queue_data_in,
	.queue_status			= vscsis_queue_status,
	.queue_tm_rsp			= vscsis_queue_tm_rsp,
	.aborted_task			= vscsis_aborted_task,
	.fabric_make_wwn		= vscsis_make_wwn,
	.fabric_drop_wwn		= vscsis_drop_wwn,
	.fabric_make_tpg		= vscsis_make_tpg,
	.fabric_drop_tpg		= vscsis_drop_tpg,
	.fabric_enable_tpg		= vscsis_enable_tpg,
	.fabric_post_link		= vscsis_post_link,
	.fabric_init_nodeacl		= vscsis_init_nodeacl,
	.tfc_wwn_attrs			= vscsis_wwn_attrs,
	.tfc_tpg_attrib_attrs		= vscsis_attrib_attrs,
};
