// SPDX-License-Identifier: GPL-2.0
/*
 * Task management.  The answer tells the client that the commands it covers are gone and
 * that none of their data will be written any more, so it is sent when that is so, and
 * not when the target core says what it found: the core does not see commands that are
 * still on their way to it, and passes over those that are being answered.
 */
#include <asm/unaligned.h>

#include "ibmvscsis.h"
#include "trace.h"

/* A command that ends by itself within this time is not aborted; in ms */
#define VSCSIS_TASK_GRACE	100
/* The core is asked to abort again after so many looks */
#define VSCSIS_TASK_AGAIN	64
/* It looks in the system's workqueue, which is everybody's: so many at once of a client */
#define VSCSIS_TASK_LIMIT	8

/* The target core's name of a function; 0 for none */
static u8 vscsis_task_core_func(u8 func)
{
	switch (func) {
	case SRP_TSK_ABORT_TASK:
		return TMR_ABORT_TASK;
	case SRP_TSK_ABORT_TASK_SET:
		return TMR_ABORT_TASK_SET;
	case SRP_TSK_CLEAR_TASK_SET:
		return TMR_CLEAR_TASK_SET;
	case SRP_TSK_LUN_RESET:
		return TMR_LUN_RESET;
	case SRP_TSK_CLEAR_ACA:
		return TMR_CLEAR_ACA;
	default:
		return 0;
	}
}

static u8 vscsis_task_code(u8 response)
{
	switch (response) {
	case TMR_FUNCTION_COMPLETE:
	case TMR_TASK_DOES_NOT_EXIST:
		return VSCSIS_RSP_COMPLETE;
	case TMR_LUN_DOES_NOT_EXIST:
		return VSCSIS_RSP_FIELDS_INVALID;
	case TMR_TASK_MGMT_FUNCTION_NOT_SUPPORTED:
		return VSCSIS_RSP_NOT_SUPPORTED;
	default:
		return VSCSIS_RSP_FAILED;
	}
}

static void vscsis_task_finish(struct vscsis_cmd *task, u8 code)
{
	struct vscsis_response rsp = { .has_code = true, .code = code };

	trace_vscsis_task(task->sess->adapter, task, code);
	vscsis_cmd_respond(task, &rsp);
	vscsis_cmd_finish(task);
}

static bool vscsis_task_covers(const struct vscsis_cmd *task, const struct vscsis_cmd *cmd)
{
	if (cmd->task_func || cmd->seq >= task->seq || !cmd->addr.valid ||
	    cmd->addr.lun != task->addr.lun)
		return false;
	return task->task_func != SRP_TSK_ABORT_TASK || cmd->tag == task->task_tag;
}

/* Does the target core's list have it, so that it can be aborted there? */
static bool vscsis_task_in_core(struct vscsis_cmd *cmd)
{
	return READ_ONCE(cmd->state) == VSCSIS_CMD_CORE &&
	       READ_ONCE(cmd->se_cmd.t_state) > TRANSPORT_NEW_CMD;
}

/*
 * Look at the commands that are covered: those whose turn has not come go to @waiting,
 * those whose worker has not begun are marked.  Returns how many are left; *@early of
 * them are on their way to the target core.
 */
static unsigned int vscsis_task_look(struct vscsis_cmd *task, struct list_head *waiting,
				     unsigned int *early)
{
	struct vscsis_session *sess = task->sess;
	struct vscsis_adapter *v = sess->adapter;
	unsigned int left = 0;
	struct vscsis_cmd *cmd;
	unsigned long flags;

	*early = 0;
	spin_lock_irqsave(&v->lock, flags);
	list_for_each_entry(cmd, &sess->active, node) {
		if (!vscsis_task_covers(task, cmd))
			continue;
		if (!list_empty(&cmd->gate) && cmd->state == VSCSIS_CMD_NEW) {
			cmd->state = VSCSIS_CMD_ABORTED;
			list_move_tail(&cmd->gate, waiting);
			continue;
		}
		left++;
		task->task_seq = cmd->seq;
		if (cmd->state == VSCSIS_CMD_NEW)
			cmd->state = VSCSIS_CMD_ABORTED;
		*early += !vscsis_task_in_core(cmd);
	}
	spin_unlock_irqrestore(&v->lock, flags);
	return left;
}

static void vscsis_task_drop(struct vscsis_adapter *v, struct list_head *waiting)
{
	struct vscsis_cmd *cmd, *next;

	list_for_each_entry_safe(cmd, next, waiting, gate) {
		list_del_init(&cmd->gate);
		cmd->silent = true;
		vscsis_count(v, VSCSIS_STAT_ABORTED, 1);
		vscsis_cmd_finish(cmd);
	}
}

static void vscsis_task_later(struct vscsis_cmd *task)
{
	unsigned int ms = task->task_rounds < 50 ? 2 : task->task_rounds < 100 ? 10 : 50;

	task->task_rounds++;
	queue_delayed_work(vscsis_wq, &task->work, msecs_to_jiffies(ms));
}

static void vscsis_task_dismiss(struct vscsis_cmd *task)
{
	vscsis_excl_end(task);
	atomic_dec(&task->sess->asking);
}

/* Is there room in the target core? */
static bool vscsis_task_admit(struct vscsis_cmd *task)
{
	if (atomic_inc_return(&task->sess->asking) <= VSCSIS_TASK_LIMIT &&
	    (task->task_func != SRP_TSK_LUN_RESET || vscsis_excl_begin(task)))
		return true;
	atomic_dec(&task->sess->asking);
	return false;
}

/* Ask the target core; it calls vscsis_task_released() at the end. */
static void vscsis_task_ask(struct vscsis_cmd *task)
{
	struct se_cmd *se_cmd = &task->se_cmd;
	unsigned int tag = se_cmd->map_tag;
	int cpu = se_cmd->map_cpu;
	int ret;

	if (!vscsis_task_admit(task)) {
		vscsis_task_later(task);
		return;
	}
	memset(se_cmd, 0, sizeof(*se_cmd));
	se_cmd->map_tag = tag;
	se_cmd->map_cpu = cpu;
	se_cmd->tag = task->seq;
	task->task_asked = true;
	task->task_rsp = TMR_FUNCTION_FAILED;
	ret = target_submit_tmr(se_cmd, task->sess->se_sess, task->sense, task->addr.lun, task,
				vscsis_task_core_func(task->task_func), GFP_KERNEL,
				task->task_seq, 0);
	if (ret) {
		vscsis_task_dismiss(task);
		vscsis_task_finish(task, VSCSIS_RSP_FAILED);
	}
}

/* Is it worth asking the target core now? */
static bool vscsis_task_due(struct vscsis_cmd *task, unsigned int left, unsigned int early)
{
	if (vscsis_suspended(task->sess->adapter))
		return false;
	if (task->task_func != SRP_TSK_ABORT_TASK)
		return !task->task_asked &&
		       (!early || time_after(jiffies, task->task_grace));
	if (!left || !time_after(jiffies, task->task_grace))
		return false;
	return !task->task_asked ||
	       (task->task_rsp == TMR_TASK_DOES_NOT_EXIST && !early &&
		task->task_rounds % VSCSIS_TASK_AGAIN == 0);
}

/* An abort of what ends by itself is complete without the core. */
static bool vscsis_task_over(struct vscsis_cmd *task, unsigned int left)
{
	return !left && !vscsis_suspended(task->sess->adapter) &&
	       (task->task_asked || task->task_func == SRP_TSK_ABORT_TASK);
}

static bool vscsis_task_session_ends(struct vscsis_cmd *task)
{
	return READ_ONCE(task->sess->adapter->state) != VSCSIS_SERVING;
}

static void vscsis_task_work(struct work_struct *work)
{
	struct vscsis_cmd *task = container_of(to_delayed_work(work), struct vscsis_cmd, work);
	unsigned int left, early;
	LIST_HEAD(waiting);

	left = vscsis_task_look(task, &waiting, &early);
	vscsis_task_drop(task->sess->adapter, &waiting);
	if (vscsis_task_session_ends(task)) {
		task->silent = true;
		vscsis_cmd_finish(task);
	} else if (vscsis_task_over(task, left)) {
		vscsis_task_finish(task, vscsis_task_code(task->task_asked ? task->task_rsp :
							  TMR_FUNCTION_COMPLETE));
	} else if (vscsis_task_due(task, left, early)) {
		task->task_rounds++;
		vscsis_task_ask(task);
	} else {
		vscsis_task_later(task);
	}
}

/**
 * vscsis_task_receive() - an SRP_TSK_MGMT came
 * @task:	its command; not another's tag
 *
 * SRP 16a, "SRP_TSK_MGMT request".
 *
 * Context: the queue's handler.
 */
void vscsis_task_receive(struct vscsis_cmd *task)
{
	const struct srp_tsk_mgmt *iu = (const void *)task->iu;
	struct vscsis_session *sess = task->sess;
	struct vscsis_adapter *v = sess->adapter;
	unsigned long flags;

	vscsis_count(v, VSCSIS_STAT_TASKS, 1);
	if (task->iu_len < sizeof(*iu)) {
		vscsis_task_finish(task, VSCSIS_RSP_FIELDS_INVALID);
		return;
	}
	task->task_func = iu->tsk_mgmt_func;
	task->task_tag = get_unaligned(&iu->task_tag);
	if (!vscsis_task_core_func(task->task_func)) {
		vscsis_task_finish(task, VSCSIS_RSP_NOT_SUPPORTED);
		return;
	}
	vscsis_lun_decode(sess->lun_form, &iu->lun, &task->addr);
	if (!task->addr.valid || vscsis_lun_access(sess, task->addr.lun) == VSCSIS_ABSENT) {
		vscsis_task_finish(task, VSCSIS_RSP_FIELDS_INVALID);
		return;
	}
	/* What the target core has no function for does not abort anything here either. */
	if (task->task_func != SRP_TSK_ABORT_TASK && task->task_func != SRP_TSK_LUN_RESET) {
		vscsis_task_finish(task, VSCSIS_RSP_NOT_SUPPORTED);
		return;
	}
	spin_lock_irqsave(&v->lock, flags);
	task->task_accepted = true;
	spin_unlock_irqrestore(&v->lock, flags);
	task->task_grace = jiffies + msecs_to_jiffies(VSCSIS_TASK_GRACE);
	INIT_DELAYED_WORK(&task->work, vscsis_task_work);
	queue_delayed_work(vscsis_wq, &task->work, 0);
}

static bool vscsis_same_device(const struct vscsis_cmd *task, const struct vscsis_cmd *cmd)
{
	const void *dev;

	if (task->addr.lun == cmd->addr.lun)
		return true;
	dev = vscsis_lun_device(cmd->sess, cmd->addr.lun);
	return dev && dev == vscsis_lun_device(cmd->sess, task->addr.lun);
}

/**
 * vscsis_task_silences() - is a command that was aborted not to be answered?
 * @cmd:	the command
 * @tas:	the device tells clients what others have aborted
 *
 * Not if a task management request that is not answered yet covers it.  One that came after
 * a LUN RESET of its client's, or went to the same device as another LUN, is answered in any
 * case: it is that reset that has ended it.
 *
 * Context: any.
 * Return: true if not.
 */
bool vscsis_task_silences(const struct vscsis_cmd *cmd, bool tas)
{
	struct vscsis_session *sess = cmd->sess;
	struct vscsis_adapter *v = sess->adapter;
	bool covered = false, own = false;
	struct vscsis_cmd *task;
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	list_for_each_entry(task, &sess->active, node) {
		if (!task->task_accepted)
			continue;
		covered |= vscsis_task_covers(task, cmd);
		own |= task->task_func == SRP_TSK_LUN_RESET && vscsis_same_device(task, cmd);
	}
	spin_unlock_irqrestore(&v->lock, flags);
	return covered || !(tas || own);
}

/**
 * vscsis_task_answered() - the target core has looked
 * @task:	the task management request
 * @response:	TMR_*
 *
 * Context: process.
 */
void vscsis_task_answered(struct vscsis_cmd *task, u8 response)
{
	task->task_rsp = response;
}

/**
 * vscsis_task_released() - the target core lets go of the request
 * @task:	the request
 *
 * Context: process.
 */
void vscsis_task_released(struct vscsis_cmd *task)
{
	vscsis_task_dismiss(task);
	queue_delayed_work(vscsis_wq, &task->work, 0);
}
