// SPDX-License-Identifier: GPL-2.0
/*
 * LUN RESET and PREEMPT AND ABORT.  The target core carries out one of them at a time for
 * a device, under a mutex, and each waits for the commands of the device: also for a
 * PREEMPT AND ABORT that waits for the mutex (Linux 6.1, core_tmr_lun_reset()), and then
 * none of them ever ends.  So the core has a PREEMPT AND ABORT for a device only while it
 * has no other and no LUN RESET, and a LUN RESET only while it has no PREEMPT AND ABORT, in
 * the order in which they asked: nobody waits for those who come later.  This is so among
 * the clients of this module; other fabrics do not ask.
 */
#include <scsi/scsi_proto.h>

#include "ibmvscsis.h"

/* SPC-4, service actions of PERSISTENT RESERVE OUT */
#define PREEMPT_AND_ABORT	0x05

static DEFINE_SPINLOCK(vscsis_excl_lock);	/* vscsis_excl, and excl_dev of its members */
static LIST_HEAD(vscsis_excl);			/* what the core has, or will have */

/**
 * vscsis_excl_preempts() - is it a PREEMPT AND ABORT?
 * @cmd:	a command that was parsed
 *
 * Context: any.
 * Return: true if it is.
 */
bool vscsis_excl_preempts(const struct vscsis_cmd *cmd)
{
	return cmd->req.cdb[0] == PERSISTENT_RESERVE_OUT &&
	       (cmd->req.cdb[1] & 0x1f) == PREEMPT_AND_ABORT;
}

/**
 * vscsis_excl_begin() - may the target core have it now?
 * @cmd:	a LUN RESET or PREEMPT AND ABORT
 *
 * Asked again until it may.  vscsis_excl_end() is due in either case.
 *
 * Context: any but hard interrupt.
 * Return: true if it may.
 */
bool vscsis_excl_begin(struct vscsis_cmd *cmd)
{
	const void *dev = vscsis_lun_device(cmd->sess, cmd->addr.lun);
	const struct vscsis_cmd *other;
	unsigned long flags;
	bool ok = true;

	spin_lock_irqsave(&vscsis_excl_lock, flags);
	if (list_empty(&cmd->excl)) {
		cmd->excl_dev = dev;
		list_add_tail(&cmd->excl, &vscsis_excl);
	}
	list_for_each_entry(other, &vscsis_excl, excl) {
		if (other == cmd)
			break;
		if (other->excl_dev == cmd->excl_dev && !(cmd->task_func && other->task_func))
			ok = false;
	}
	spin_unlock_irqrestore(&vscsis_excl_lock, flags);
	return ok;
}

/**
 * vscsis_excl_end() - the target core has let go of it
 * @cmd:	any command
 *
 * Context: any.
 */
void vscsis_excl_end(struct vscsis_cmd *cmd)
{
	unsigned long flags;

	if (list_empty(&cmd->excl))
		return;
	spin_lock_irqsave(&vscsis_excl_lock, flags);
	list_del_init(&cmd->excl);
	spin_unlock_irqrestore(&vscsis_excl_lock, flags);
}
