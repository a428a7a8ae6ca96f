// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of a client that has logged in: received in the queue's handler, handed to
 * the target core by a worker of their own, finished when the target core lets go.
 *
 * Order: SIMPLE commands may overtake each other; an ORDERED one begins when all of its
 * client that came before it for its logical unit have ended, and those after it wait
 * until it has.  The target core gets it as a SIMPLE one: its own order is kept for all
 * clients of a device together, and is lost, with every later command, when an ORDERED
 * one is aborted (Linux 6.1).
 */
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>
#include <target/target_core_backend.h>

#include "ibmvscsis.h"
#include "trace.h"

#define VSCSIS_EXCL_MS	10	/* between two looks whether an exclusive one may begin */
#define VSCSIS_BRIEF	SZ_8K	/* data that keeps no processor busy */

/* ---- responses ---- */

/**
 * vscsis_cmd_respond() - build the response; it is sent when the command is finished
 * @cmd:	the command; its information unit is overwritten
 * @rsp:	content, but for tag and credits
 *
 * Context: any.
 */
void vscsis_cmd_respond(struct vscsis_cmd *cmd, const struct vscsis_response *rsp)
{
	struct vscsis_response full = *rsp;

	full.tag = cmd->tag;
	full.sol_not = cmd->sol_not;
	full.delta = 1;
	cmd->rsp_len = vscsis_build_rsp(cmd->iu, &full);
}

/**
 * vscsis_cmd_refuse() - finish a command the target core does not have, with sense
 * @cmd:	the command
 * @key:	sense key
 * @asc:	additional sense code
 * @ascq:	and qualifier
 * @crq_status:	status byte of the queue element, enum viosrp_crq_status
 *
 * Context: any.
 */
void vscsis_cmd_refuse(struct vscsis_cmd *cmd, u8 key, u8 asc, u8 ascq, u8 crq_status)
{
	struct vscsis_response rsp = {
		.status		= SAM_STAT_CHECK_CONDITION,
		.sense		= cmd->sense,
		.sense_len	= 18,
	};

	memset(cmd->sense, 0, sizeof(cmd->sense));
	scsi_build_sense_buffer(0, cmd->sense, key, asc, ascq);
	cmd->crq_status = crq_status;
	vscsis_cmd_respond(cmd, &rsp);
	vscsis_cmd_finish(cmd);
}

/*
 * Credits that go with a response: one for the request, those of aborted commands, and
 * none to a client that uses more than it has.
 */
static u32 vscsis_cmd_credits(struct vscsis_session *sess)
{
	struct vscsis_adapter *v = sess->adapter;
	unsigned long flags;
	u32 delta = 0;

	spin_lock_irqsave(&v->lock, flags);
	if (sess->outstanding <= sess->credits) {
		delta = 1 + sess->owed;
		sess->owed = 0;
	}
	spin_unlock_irqrestore(&v->lock, flags);
	return delta;
}

static void vscsis_cmd_owe(struct vscsis_session *sess)
{
	struct vscsis_adapter *v = sess->adapter;
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	if (sess->outstanding <= sess->credits)
		sess->owed++;
	spin_unlock_irqrestore(&v->lock, flags);
}

/* Write the response to where the request was; false if there is none to be sent. */
static bool vscsis_cmd_store(struct vscsis_cmd *cmd)
{
	struct vscsis_adapter *v = cmd->sess->adapter;
	struct srp_rsp *rsp = (void *)cmd->iu;

	if (cmd->silent) {
		vscsis_cmd_owe(cmd->sess);
		return false;
	}
	cmd->held = vscsis_hold_client(v, cmd->ioba);
	if (vscsis_gone(v))
		return false;
	rsp->req_lim_delta = cpu_to_be32(vscsis_cmd_credits(cmd->sess));
	if (!vscsis_store(v, cmd->iu_ioba, cmd->ioba, cmd->rsp_len))
		return true;
	vscsis_conn_lost(v, "response cannot be written");
	return false;
}

/**
 * vscsis_cmd_finish() - the end of a command
 * @cmd:	the command, which nobody uses; gone when this returns
 *
 * The client gets the response only after its memory is no longer mapped: it may take it
 * out of its window at once.
 *
 * Context: any.
 */
void vscsis_cmd_finish(struct vscsis_cmd *cmd)
{
	struct vscsis_adapter *v = cmd->sess->adapter;
	u64 lo = be64_to_cpu((__force __be64)cmd->tag);
	u64 hi = 0;

	vscsis_excl_end(cmd);
	vscsis_data_unplace(cmd);
	vscsis_data_free(cmd);
	if (vscsis_cmd_store(cmd))
		hi = CRQ_MSG_HI(CRQ_COMMAND, VIOSRP_SRP_FORMAT, cmd->crq_status) |
		     cmd->rsp_len;
	trace_vscsis_complete(v, cmd);
	vscsis_send_retire(cmd, hi, lo);
}

/* ---- order ---- */

static bool vscsis_cmd_ordered(const struct vscsis_cmd *cmd)
{
	return cmd->req.task_attr == TCM_ORDERED_TAG;
}

/*
 * A short one is run where it came in, and mostly completed by the same worker, which costs
 * least; a long one where there is a processor for it, as others would wait meanwhile.
 */
static void vscsis_cmd_queue(struct vscsis_cmd *cmd, unsigned int ms)
{
	struct vscsis_adapter *v = cmd->sess->adapter;

	queue_delayed_work(cmd->lengthy ? v->wq_any : v->wq, &cmd->work, msecs_to_jiffies(ms));
}

static void vscsis_cmd_admit(struct vscsis_cmd *cmd)
{
	lockdep_assert_held(&cmd->sess->adapter->lock);
	list_del_init(&cmd->gate);
	cmd->sess->preparing++;
	vscsis_cmd_queue(cmd, 0);
}

/* In what order commands are to be done matters within a logical unit. */
static u32 vscsis_cmd_task_set(const struct vscsis_cmd *cmd)
{
	return cmd->addr.valid ? cmd->addr.lun : VSCSIS_TASK_SETS - 1;
}

/*
 * Is it this command's turn?  @busy: units with earlier commands; @fenced: units with
 * earlier ORDERED ones.
 */
static bool vscsis_cmd_may_go(const struct vscsis_cmd *cmd)
{
	const struct vscsis_session *sess = cmd->sess;
	u32 set = vscsis_cmd_task_set(cmd);

	if (cmd->req.task_attr == TCM_HEAD_TAG)
		return true;
	return !test_bit(set, sess->fenced) &&
	       !(vscsis_cmd_ordered(cmd) && test_bit(set, sess->busy));
}

/**
 * vscsis_cmd_next() - start those whose turn has come
 * @sess:	the session
 *
 * None has while the client is about to be suspended.
 *
 * Context: adapter.lock held.
 */
void vscsis_cmd_next(struct vscsis_session *sess)
{
	struct vscsis_cmd *cmd;

	lockdep_assert_held(&sess->adapter->lock);
	if (list_empty(&sess->gated) || sess->adapter->suspending)
		return;
	bitmap_zero(sess->busy, VSCSIS_TASK_SETS);
	bitmap_zero(sess->fenced, VSCSIS_TASK_SETS);
	list_for_each_entry(cmd, &sess->active, node) {
		if (cmd->task_func || !cmd->entered)
			continue;
		if (!list_empty(&cmd->gate) && cmd->state == VSCSIS_CMD_NEW &&
		    vscsis_cmd_may_go(cmd))
			vscsis_cmd_admit(cmd);
		__set_bit(vscsis_cmd_task_set(cmd), sess->busy);
		if (vscsis_cmd_ordered(cmd))
			__set_bit(vscsis_cmd_task_set(cmd), sess->fenced);
	}
}

/**
 * vscsis_cmd_resume() - the client goes on after all
 * @v:	the adapter
 *
 * Context: any.
 */
void vscsis_cmd_resume(struct vscsis_adapter *v)
{
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	if (v->state == VSCSIS_SERVING)
		vscsis_cmd_next(v->sess);
	spin_unlock_irqrestore(&v->lock, flags);
}

/**
 * vscsis_cmd_quiet() - does nothing move between the client and us?
 * @sess:	the session, or NULL
 *
 * Context: adapter.lock held.
 * Return: true if all of its commands wait for their turn.
 */
bool vscsis_cmd_quiet(struct vscsis_session *sess)
{
	struct vscsis_cmd *cmd;

	if (!sess)
		return true;
	lockdep_assert_held(&sess->adapter->lock);
	list_for_each_entry(cmd, &sess->active, node)
		if (list_empty(&cmd->gate))
			return false;
	return true;
}

/**
 * vscsis_cmd_prepared() - a worker is done with its command
 * @v:		the adapter
 * @sess:	the session of the command, which itself may be gone
 *
 * Context: any.
 */
void vscsis_cmd_prepared(struct vscsis_adapter *v, struct vscsis_session *sess)
{
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	if (!--sess->preparing && v->state == VSCSIS_CLOSING)
		vscsis_conn_kick(v);
	spin_unlock_irqrestore(&v->lock, flags);
}

/* Start it, or let it wait for its turn. */
static void vscsis_cmd_start(struct vscsis_cmd *cmd)
{
	struct vscsis_session *sess = cmd->sess;
	struct vscsis_adapter *v = sess->adapter;
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	cmd->entered = true;
	sess->ordered += vscsis_cmd_ordered(cmd);
	sess->lengthy += cmd->lengthy;
	list_add_tail(&cmd->gate, &sess->gated);
	if (!sess->ordered && !v->suspending)
		vscsis_cmd_admit(cmd);
	else
		vscsis_cmd_next(sess);
	/* The worker that empties the list, or waits for quiet, may have looked before. */
	if (v->state == VSCSIS_CLOSING || v->ready_due)
		vscsis_conn_kick(v);
	spin_unlock_irqrestore(&v->lock, flags);
}

/**
 * vscsis_cmd_left() - a command has gone: others may have waited for it
 * @sess:	the session
 * @ordered:	it was ORDERED
 *
 * Context: adapter.lock held.
 */
void vscsis_cmd_left(struct vscsis_session *sess, bool ordered)
{
	sess->ordered -= ordered;
	vscsis_cmd_next(sess);
}

/**
 * vscsis_cmd_drop_waiting() - throw away those whose turn has not come
 * @sess:	the session, CLOSING
 *
 * Context: any but the queue's handler.
 */
void vscsis_cmd_drop_waiting(struct vscsis_session *sess)
{
	struct vscsis_adapter *v = sess->adapter;
	struct vscsis_cmd *cmd;
	unsigned long flags;

	for (;;) {
		spin_lock_irqsave(&v->lock, flags);
		cmd = list_first_entry_or_null(&sess->gated, struct vscsis_cmd, gate);
		if (cmd)
			list_del_init(&cmd->gate);
		spin_unlock_irqrestore(&v->lock, flags);
		if (!cmd)
			return;
		cmd->silent = true;
		vscsis_cmd_finish(cmd);
	}
}

/* ---- to the target core ---- */

/* Unless it was aborted while it waited, or the session ends; decided under the lock */
static bool vscsis_cmd_may_begin(const struct vscsis_cmd *cmd)
{
	const struct vscsis_adapter *v = cmd->sess->adapter;

	return READ_ONCE(cmd->state) == VSCSIS_CMD_NEW &&
	       (READ_ONCE(v->state) == VSCSIS_SERVING ||
		READ_ONCE(v->closing) == VSCSIS_LOGOUT);
}

static bool vscsis_cmd_begin(struct vscsis_cmd *cmd)
{
	struct vscsis_adapter *v = cmd->sess->adapter;
	unsigned long flags;
	bool ok;

	spin_lock_irqsave(&v->lock, flags);
	ok = vscsis_cmd_may_begin(cmd);
	if (ok)
		cmd->state = VSCSIS_CMD_PREPARING;
	spin_unlock_irqrestore(&v->lock, flags);
	return ok;
}

static void vscsis_cmd_busy(struct vscsis_cmd *cmd)
{
	struct vscsis_response rsp = { .status = SAM_STAT_BUSY };

	vscsis_cmd_respond(cmd, &rsp);
	vscsis_cmd_finish(cmd);
}

/* The client's descriptors; false if the command was answered. */
static bool vscsis_cmd_load(struct vscsis_cmd *cmd)
{
	if (cmd->req.data_len > cmd->sess->max_transfer) {
		vscsis_cmd_refuse(cmd, ILLEGAL_REQUEST, 0x0e, 0x03,
				  VIOSRP_VIOLATES_MAX_XFER);
		return false;
	}
	switch (vscsis_data_load(cmd)) {
	case 0:
		return true;
	case -EIO:
		vscsis_cmd_refuse(cmd, ABORTED_COMMAND, 0x4b, 0x00,
				  VIOSRP_NONRECOVERABLE_ERR);
		return false;
	case -ENOMEM:
		vscsis_cmd_busy(cmd);
		return false;
	default:
		vscsis_cmd_refuse(cmd, ILLEGAL_REQUEST, 0x0e, 0x03, VIOSRP_OK);
		return false;
	}
}

/* Is it to be looked at again later? */
static bool vscsis_cmd_waits(struct vscsis_cmd *cmd)
{
	if (!vscsis_excl_preempts(cmd) || !vscsis_cmd_may_begin(cmd) ||
	    vscsis_excl_begin(cmd))
		return false;
	vscsis_cmd_queue(cmd, VSCSIS_EXCL_MS);
	return true;
}

/* The target core would answer GOOD, having written nothing. */
static bool vscsis_cmd_lacks_data(const struct vscsis_cmd *cmd)
{
	struct se_device *dev = cmd->se_cmd.se_dev;
	u32 type;

	if (cmd->req.dir == DMA_TO_DEVICE || !vscsis_disk_needs_data(cmd->req.cdb))
		return false;
	/* A device judges for itself: WRITE SAME need not have any. */
	if (dev->transport_flags & TRANSPORT_FLAG_PASSTHROUGH)
		return false;
	type = dev->transport->get_device_type(dev);
	return type == TYPE_DISK || type == TYPE_ZBC || type == TYPE_RBC;
}

/* To the target core, which answers from here on; @cmd may be gone afterwards. */
static void vscsis_cmd_to_core(struct vscsis_cmd *cmd)
{
	struct se_cmd *se_cmd = &cmd->se_cmd;
	int attr = vscsis_cmd_ordered(cmd) ? TCM_SIMPLE_TAG : cmd->req.task_attr;

	if (target_init_cmd(se_cmd, cmd->sess->se_sess, cmd->sense, cmd->addr.lun,
			    cmd->req.data_len, attr, cmd->req.dir, 0)) {
		cmd->silent = true;
		vscsis_cmd_finish(cmd);
		return;
	}
	WRITE_ONCE(cmd->state, VSCSIS_CMD_CORE);
	if (target_submit_prep(se_cmd, cmd->req.cdb, NULL, 0, NULL, 0, NULL, 0, GFP_KERNEL))
		return;
	if (vscsis_cmd_lacks_data(cmd)) {
		cmd->fault = VSCSIS_FAULT_IU;
		transport_generic_request_failure(se_cmd, TCM_INVALID_CDB_FIELD);
		return;
	}
	vscsis_guard_caw(cmd);
	/* It may send data with sense, and how much: vscsis_queue_data_in() looks. */
	if (cmd->req.dir == DMA_FROM_DEVICE && !strcmp(se_cmd->se_dev->transport->name, "pscsi"))
		se_cmd->se_cmd_flags |= SCF_TREAT_READ_AS_NORMAL;
	vscsis_data_place(cmd);
	target_submit(se_cmd);
}

/**
 * vscsis_cmd_submit() - a command's worker
 * @work:	of the command
 *
 * Context: may sleep.
 */
void vscsis_cmd_submit(struct work_struct *work)
{
	struct vscsis_cmd *cmd = container_of(to_delayed_work(work), struct vscsis_cmd, work);
	struct vscsis_session *sess = cmd->sess;
	struct vscsis_adapter *v = sess->adapter;

	if (vscsis_cmd_waits(cmd))
		return;
	if (!vscsis_cmd_begin(cmd)) {
		vscsis_count(v, VSCSIS_STAT_ABORTED, cmd->state == VSCSIS_CMD_ABORTED);
		cmd->silent = true;
		vscsis_cmd_finish(cmd);
	} else if (vscsis_cmd_load(cmd) && !vscsis_local_answer(cmd)) {
		vscsis_cmd_to_core(cmd);
	}
	vscsis_cmd_prepared(v, sess);
}

/* ---- from the queue ---- */

/* Memory for a request; NULL with *@over if the client has used up more than its credits */
static struct vscsis_cmd *vscsis_cmd_get(struct vscsis_adapter *v, bool *over)
{
	struct vscsis_session *sess;
	struct vscsis_cmd *cmd = NULL;
	unsigned long flags;
	int tag, cpu;

	spin_lock_irqsave(&v->lock, flags);
	sess = v->sess;
	if (v->state != VSCSIS_SERVING)
		goto out;
	/* What is answered but not taken is outstanding, too, as the client sees it. */
	*over = sess->outstanding + READ_ONCE(v->reply_count) >= sess->slots;
	if (*over)
		goto out;
	tag = sbitmap_queue_get(&sess->se_sess->sess_tag_pool, &cpu);
	*over = tag < 0;
	if (tag < 0)
		goto out;
	cmd = sess->se_sess->sess_cmd_map + tag * sess->cmd_size;
	memset(cmd, 0, offsetof(struct vscsis_cmd, inline_desc));
	cmd->se_cmd.map_tag = tag;
	cmd->se_cmd.map_cpu = cpu;
	cmd->sess = sess;
	cmd->iu = sess->iu[tag / VSCSIS_IU_CHUNK].mem + tag % VSCSIS_IU_CHUNK * VSCSIS_IU_SIZE;
	cmd->iu_ioba = sess->iu[tag / VSCSIS_IU_CHUNK].ioba +
		       tag % VSCSIS_IU_CHUNK * VSCSIS_IU_SIZE;
	cmd->seq = ++sess->seq;
	cmd->task_func = 0;
	cmd->task_accepted = false;
	INIT_LIST_HEAD(&cmd->gate);
	list_add_tail(&cmd->node, &sess->active);
	sess->outstanding++;
out:
	spin_unlock_irqrestore(&v->lock, flags);
	return cmd;
}

static void vscsis_cmd_setup(struct vscsis_cmd *cmd, const struct crq_msg *msg)
{
	INIT_HLIST_NODE(&cmd->hash);
	INIT_LIST_HEAD(&cmd->excl);
	cmd->ioba = be64_to_cpu(msg->data);
	cmd->iu_len = be16_to_cpu(msg->iu_length);
	cmd->sg = NULL;
	cmd->sg_used = 0;
	cmd->mapped = 0;
	cmd->lent = -1;
	cmd->held = false;
	cmd->silent = false;
	cmd->fault = 0;
	cmd->crq_status = VIOSRP_OK;
	cmd->rsp_len = 0;
	cmd->task_asked = false;
	cmd->task_rounds = 0;
	memset(cmd->sense, 0, sizeof(cmd->sense));
}

/* Throw away a request that breaks the connection. */
static void vscsis_cmd_discard(struct vscsis_cmd *cmd)
{
	cmd->silent = true;
	vscsis_cmd_finish(cmd);
}

/* False: another request with this tag is outstanding. */
static bool vscsis_cmd_enter(struct vscsis_cmd *cmd)
{
	struct vscsis_session *sess = cmd->sess;
	struct vscsis_adapter *v = sess->adapter;
	struct vscsis_cmd *other;
	unsigned long flags;
	bool ok = true;

	spin_lock_irqsave(&v->lock, flags);
	hash_for_each_possible(sess->by_tag, other, hash, cmd->tag)
		if (other->tag == cmd->tag)
			ok = false;
	if (ok)
		hash_add(sess->by_tag, &cmd->hash, cmd->tag);
	spin_unlock_irqrestore(&v->lock, flags);
	return ok;
}

/*
 * What a device makes of many blocks is its own affair, but for what the target core does
 * itself for files: WRITE SAME and UNMAP.
 */
static bool vscsis_cmd_lengthy(const struct vscsis_request *req)
{
	return req->data_len > VSCSIS_BRIEF || vscsis_repeats_data(req->cdb) ||
	       req->cdb[0] == UNMAP;
}

static void vscsis_cmd_scsi(struct vscsis_cmd *cmd)
{
	struct vscsis_adapter *v = cmd->sess->adapter;
	int ret;

	vscsis_count(v, VSCSIS_STAT_COMMANDS, 1);
	ret = vscsis_parse_cmd(cmd->iu, cmd->iu_len, &cmd->req);
	if (!ret)
		vscsis_lun_decode(cmd->sess->lun_form, &cmd->req.lun, &cmd->addr);
	trace_vscsis_request(v, cmd, ret);
	if (ret) {
		vscsis_cmd_refuse(cmd, ILLEGAL_REQUEST, 0x0e, 0x03, VIOSRP_OK);
		return;
	}
	/* Not the client's tag: that may be another command's when the core looks for it. */
	cmd->se_cmd.tag = cmd->seq;
	cmd->lengthy = vscsis_cmd_lengthy(&cmd->req);
	INIT_DELAYED_WORK(&cmd->work, vscsis_cmd_submit);
	vscsis_cmd_start(cmd);
}

/*
 * A client that saw two initializations, because both ends sent one, logs in twice.
 * Nothing has happened between, so the second time changes nothing.
 */
static void vscsis_cmd_login(struct vscsis_cmd *cmd)
{
	struct vscsis_session *sess = cmd->sess;
	struct vscsis_adapter *v = sess->adapter;
	size_t len = vscsis_build_login_rsp(cmd->iu, cmd->tag, sess->credits);

	cmd->held = vscsis_hold_client(v, cmd->ioba);
	if (vscsis_gone(v)) {
		vscsis_cmd_discard(cmd);
		return;
	}
	if (vscsis_store(v, cmd->iu_ioba, cmd->ioba, len)) {
		vscsis_conn_lost(v, "answer to a login cannot be written");
		vscsis_cmd_discard(cmd);
		return;
	}
	vscsis_send_retire(cmd, CRQ_MSG_HI(CRQ_COMMAND, VIOSRP_SRP_FORMAT, 0) | len,
			   be64_to_cpu((__force __be64)cmd->tag));
}

static void vscsis_cmd_violation(struct vscsis_cmd *cmd, enum vscsis_close why,
				 const char *text)
{
	vscsis_conn_close(cmd->sess->adapter, why, text);
	vscsis_cmd_discard(cmd);
}

static void vscsis_cmd_dispatch(struct vscsis_cmd *cmd)
{
	struct vscsis_session *sess = cmd->sess;
	u8 opcode = cmd->iu[0];

	cmd->tag = vscsis_iu_tag(cmd->iu);
	cmd->sol_not = cmd->iu[1];
	if (opcode == SRP_LOGIN_REQ && !sess->used) {
		vscsis_cmd_login(cmd);
		return;
	}
	sess->used = true;
	switch (opcode) {
	case SRP_CMD:
	case SRP_TSK_MGMT:
		if (!vscsis_cmd_enter(cmd))
			vscsis_cmd_refuse(cmd, ABORTED_COMMAND, 0x4e, 0x00, VIOSRP_OK);
		else if (opcode == SRP_CMD)
			vscsis_cmd_scsi(cmd);
		else
			vscsis_task_receive(cmd);
		return;
	case SRP_I_LOGOUT:
		vscsis_cmd_violation(cmd, VSCSIS_LOGOUT, NULL);
		return;
	case SRP_LOGIN_REQ:
		vscsis_cmd_violation(cmd, VSCSIS_RESET, "second login");
		return;
	default:
		vscsis_cmd_violation(cmd, VSCSIS_RESET, "unknown SRP request");
	}
}

/**
 * vscsis_cmd_receive() - a client that has logged in sent an information unit
 * @v:		the adapter
 * @msg:	the element
 *
 * Context: the queue's handler.
 * Return: false if it is not logged in any more.
 */
bool vscsis_cmd_receive(struct vscsis_adapter *v, const struct crq_msg *msg)
{
	struct vscsis_cmd *cmd;
	bool over = false;

	cmd = vscsis_cmd_get(v, &over);
	if (!cmd) {
		if (over)
			vscsis_conn_close(v, VSCSIS_RESET, "more requests than credits");
		return over;
	}
	vscsis_cmd_setup(cmd, msg);
	if (cmd->iu_len < VSCSIS_IU_MIN || cmd->iu_len > VSCSIS_IU_SIZE) {
		vscsis_cmd_violation(cmd, VSCSIS_RESET, "information unit of a wrong length");
		return true;
	}
	memset(cmd->iu, 0, VSCSIS_IU_SIZE);
	if (vscsis_fetch(v, cmd->ioba, cmd->iu_ioba, cmd->iu_len)) {
		vscsis_conn_lost(v, "information unit cannot be read");
		vscsis_cmd_discard(cmd);
		return true;
	}
	vscsis_cmd_dispatch(cmd);
	return true;
}
