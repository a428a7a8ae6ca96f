// SPDX-License-Identifier: GPL-2.0
/*
 * What happens to a whole client partition: suspend (for migration), resume, failure.
 *
 * Order of a suspension, from LoPAR: event 09 to servers that asked for it with
 * H_VIOCTL 0x1d, each of which answers with 0x1e within its time; then the partition
 * stops and event 06 is on both queues of each pair, the client's queue disabled until
 * H_ENABLE_CRQ; when the client runs again, event 0A to the servers that had 09.  A
 * server that does not answer in time makes the suspension fail: 0A at once.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/sched/signal.h>

#include "vhyp_internal.h"

typedef bool (*vhyp_visit)(struct vhyp_adapter *server, struct vhyp_adapter *client);

/* Call @visit for each pair of which @part is the client, under its lock, until false. */
static bool vhyp_visit_clients(struct vhyp_partition *part, vhyp_visit visit)
{
	struct vhyp_pair *pair;
	unsigned long flags;
	bool ok = true;

	lockdep_assert_held(&vhyp_lock);
	list_for_each_entry(pair, &vhyp_pairs, node) {
		if (pair->end[VHYP_CLIENT].partition != part)
			continue;
		raw_spin_lock_irqsave(&pair->lock, flags);
		ok = visit(&pair->end[VHYP_SERVER], &pair->end[VHYP_CLIENT]);
		raw_spin_unlock_irqrestore(&pair->lock, flags);
		if (!ok)
			break;
	}
	return ok;
}

/* May it move?  Not while a server forbids it. */
static bool vhyp_may_suspend(struct vhyp_adapter *server, struct vhyp_adapter *client)
{
	return !server->no_migration;
}

static bool vhyp_send_prepare(struct vhyp_adapter *server, struct vhyp_adapter *client)
{
	if (server->queue.state == VHYP_CRQ_OPEN && client->queue.state == VHYP_CRQ_OPEN &&
	    server->prepare) {
		server->preparing = true;
		server->told = true;
		vhyp_queue_event(server, CRQ_PREPARE_FOR_SUSPEND);
	}
	return true;
}

static bool vhyp_is_ready(struct vhyp_adapter *server, struct vhyp_adapter *client)
{
	return !server->preparing;
}

/*
 * Nothing moves through the window from here on, and may it be so?  A server that never
 * asked for 09 may still use client pages, and any may have forbidden it meanwhile.
 */
static bool vhyp_close_window(struct vhyp_adapter *server, struct vhyp_adapter *client)
{
	vhyp_pair_update(server->pair);
	return !vhyp_in_use(server->pair) && !server->no_migration;
}

static bool vhyp_send_suspended(struct vhyp_adapter *server, struct vhyp_adapter *client)
{
	vhyp_pair_update(server->pair);
	if (client->queue.state == VHYP_CRQ_OPEN) {
		client->queue.disabled = true;
		vhyp_queue_event(server, CRQ_PARTNER_SUSPENDED);
		vhyp_queue_event(client, CRQ_PARTNER_SUSPENDED);
	}
	return true;
}

static bool vhyp_send_resumed(struct vhyp_adapter *server, struct vhyp_adapter *client)
{
	vhyp_pair_update(server->pair);
	server->preparing = false;
	if (server->told) {
		server->told = false;
		vhyp_queue_event(server, CRQ_RESUMED);
	}
	return true;
}

/* The longest time one of the servers asked for, in ms */
static unsigned int vhyp_prepare_ms(struct vhyp_partition *part)
{
	struct vhyp_pair *pair;
	unsigned int ms = 0;

	list_for_each_entry(pair, &vhyp_pairs, node)
		if (pair->end[VHYP_CLIENT].partition == part &&
		    READ_ONCE(pair->end[VHYP_SERVER].preparing))
			ms = max(ms, READ_ONCE(pair->end[VHYP_SERVER].prepare_ms));
	return ms;
}

/* Wait until every server has answered; vhyp_lock is dropped meanwhile. */
static int vhyp_wait_ready(struct vhyp_partition *part)
{
	unsigned long left = msecs_to_jiffies(vhyp_prepare_ms(part));
	long ret;

	while (!vhyp_visit_clients(part, vhyp_is_ready)) {
		mutex_unlock(&vhyp_lock);
		ret = wait_for_completion_killable_timeout(&part->ready, left);
		mutex_lock(&vhyp_lock);
		if (ret < 0)
			return ret;
		if (!ret)
			return vhyp_visit_clients(part, vhyp_is_ready) ? 0 : -ETIMEDOUT;
		left = ret;
	}
	return 0;
}

/**
 * vhyp_partition_suspend() - suspend a partition as for a migration
 * @part:	the partition; kept by the caller
 *
 * Context: sleeps until the servers are ready, 30 s at most.
 * Return: 0; -EBUSY if a server forbids it, has client pages mapped, or the partition
 * is suspended or about to be; -ETIMEDOUT if a server did not answer; -ECANCELED if the
 * partition failed meanwhile; -ERESTARTSYS.
 */
int vhyp_partition_suspend(struct vhyp_partition *part)
{
	int ret = -EBUSY;

	mutex_lock(&vhyp_lock);
	if (part->suspended || part->suspending ||
	    !vhyp_visit_clients(part, vhyp_may_suspend))
		goto out;
	part->suspending = true;
	reinit_completion(&part->ready);
	vhyp_visit_clients(part, vhyp_send_prepare);
	ret = vhyp_wait_ready(part);
	/* Killed meanwhile */
	if (!ret && !part->suspending)
		ret = -ECANCELED;
	if (!ret) {
		WRITE_ONCE(part->suspended, true);
		if (!vhyp_visit_clients(part, vhyp_close_window)) {
			WRITE_ONCE(part->suspended, false);
			ret = -EBUSY;
		}
	}
	vhyp_visit_clients(part, ret ? vhyp_send_resumed : vhyp_send_suspended);
	part->suspending = false;
out:
	mutex_unlock(&vhyp_lock);
	return ret;
}
EXPORT_SYMBOL_GPL(vhyp_partition_suspend);

/**
 * vhyp_partition_resume() - the partition runs again
 * @part:	the partition
 *
 * Its queues stay disabled until it calls H_ENABLE_CRQ for each.
 *
 * Context: may sleep.
 * Return: 0, or -EINVAL if it was not suspended.
 */
int vhyp_partition_resume(struct vhyp_partition *part)
{
	int ret = -EINVAL;

	mutex_lock(&vhyp_lock);
	if (part->suspended) {
		WRITE_ONCE(part->suspended, false);
		vhyp_visit_clients(part, vhyp_send_resumed);
		ret = 0;
	}
	mutex_unlock(&vhyp_lock);
	return ret;
}
EXPORT_SYMBOL_GPL(vhyp_partition_resume);

/**
 * vhyp_partition_kill() - the partition fails
 * @part:	the partition
 *
 * Its queues are gone and its memory is out of reach but for pages mapped at this
 * moment; each partner gets event 01.
 *
 * Context: may sleep.
 */
void vhyp_partition_kill(struct vhyp_partition *part)
{
	struct vhyp_pair *pair;
	int end;

	mutex_lock(&vhyp_lock);
	WRITE_ONCE(part->suspended, false);
	part->suspending = false;
	complete(&part->ready);
	list_for_each_entry(pair, &vhyp_pairs, node)
		for (end = 0; end < VHYP_ENDS; end++)
			if (pair->end[end].partition == part)
				vhyp_adapter_reset(&pair->end[end]);
	mutex_unlock(&vhyp_lock);
}
EXPORT_SYMBOL_GPL(vhyp_partition_kill);
