// SPDX-License-Identifier: GPL-2.0
/*
 * H_VIOCTL: what a server adapter may ask of its partner and of its migration.
 *
 * Order of checks: LoPAR, "H_VIOCTL": subfunction implemented (H_NOT_FOUND), unit
 * address, subfunction valid for the adapter, then the subfunction's own.
 */
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uuid.h>
#include <asm/unaligned.h>

#include "vhyp_internal.h"

/* Buffer of GET_PARTNER_INFO: partition id, unit address, location code with NUL */
#define VHYP_INFO_LOC	16

/* p1 of GET_PARTNER_INFO: control byte, 24 bits of length, 32 bits of ioba */
#define VHYP_INFO_CONTROL(p1)	((u8)((p1) >> 56))
#define VHYP_INFO_LEN(p1)	((u32)((p1) >> 32) & 0xffffff)
#define VHYP_INFO_IOBA(p1)	((u32)(p1))

static bool vhyp_parms_zero(const struct vhyp_call *c, unsigned int from)
{
	unsigned int i;

	for (i = from; i <= 4; i++)
		if (c->arg[i])
			return false;
	return true;
}

static bool vhyp_connected(struct vhyp_adapter *a)
{
	struct vhyp_adapter *partner = vhyp_partner(a);

	return partner && READ_ONCE(a->queue.state) == VHYP_CRQ_OPEN &&
	       READ_ONCE(partner->queue.state) == VHYP_CRQ_OPEN;
}

/* Who the partner is, is known once it is connected or if there is only one possible. */
static bool vhyp_partner_known(struct vhyp_adapter *a)
{
	return vhyp_partner(a) && (!a->pair->cfg.any_client || vhyp_connected(a));
}

static long vhyp_disable_migration(struct vhyp_call *c, struct vhyp_adapter *a)
{
	long rc = PAPR_H_CLOSED;
	unsigned long flags;

	if (!vhyp_parms_zero(c, 2))
		return PAPR_H_PARAMETER;
	raw_spin_lock_irqsave(&a->pair->lock, flags);
	/* A client that is suspended already cannot be kept from it. */
	if (vhyp_connected(a) && !READ_ONCE(vhyp_partner(a)->partition->suspended)) {
		a->no_migration = true;
		rc = PAPR_H_SUCCESS;
	}
	raw_spin_unlock_irqrestore(&a->pair->lock, flags);
	return rc;
}

static long vhyp_enable_migration(struct vhyp_call *c, struct vhyp_adapter *a)
{
	long rc = PAPR_H_PARAMETER;
	unsigned long flags;

	if (!vhyp_parms_zero(c, 2))
		return PAPR_H_PARAMETER;
	raw_spin_lock_irqsave(&a->pair->lock, flags);
	if (a->no_migration) {
		a->no_migration = false;
		rc = PAPR_H_SUCCESS;
	}
	raw_spin_unlock_irqrestore(&a->pair->lock, flags);
	return rc;
}

/* The rest of the buffer is cleared. */
static long vhyp_clear_rest(struct vhyp_side side, u32 len)
{
	const void *zero = page_address(ZERO_PAGE(0));
	long rc = PAPR_H_SUCCESS;
	u32 n;

	for (; len && !rc; len -= n, side.ioba += n) {
		n = min_t(u32, len, PAPR_TCE_SIZE);
		rc = vhyp_window_write(side, zero, n);
	}
	return rc;
}

static long vhyp_get_partner_info(struct vhyp_call *c, struct vhyp_adapter *a)
{
	u64 p1 = c->arg[2], ioba = VHYP_INFO_IOBA(p1);
	struct vhyp_side side = { .via = a, .window = &a->window, .ioba = ioba };
	struct vhyp_adapter *partner = vhyp_partner(a);
	u8 info[VHYP_INFO_LOC + VHYP_LOC_MAX] = {};
	u32 len = VHYP_INFO_LEN(p1), want;

	if (!vhyp_parms_zero(c, 3) || VHYP_INFO_CONTROL(p1) ||
	    !vhyp_window_in_range(&a->window, ioba, len) ||
	    !vhyp_window_allows(&a->window, ioba, len, PAPR_TCE_WRITE))
		return PAPR_H_PARAMETER;
	/* What a partner not known yet would need is not known either. */
	want = VHYP_INFO_LOC + (partner ? strlen(partner->loc) : 0) + 1;
	if (len < want)
		return PAPR_H_CONSTRAINED;
	if (!vhyp_partner_known(a))
		return PAPR_H_CLOSED;
	put_unaligned_be64(partner->partition->id, info);
	put_unaligned_be64(partner->unit, info + 8);
	memcpy(info + VHYP_INFO_LOC, partner->loc, want - VHYP_INFO_LOC);
	if (vhyp_window_write(side, info, want))
		return PAPR_H_PARAMETER;
	side.ioba += want;
	return vhyp_clear_rest(side, len - want) ? PAPR_H_PARAMETER : PAPR_H_SUCCESS;
}

static long vhyp_get_partner_uuid(struct vhyp_call *c, struct vhyp_adapter *a)
{
	const u8 *uuid;

	if (!vhyp_parms_zero(c, 2))
		return PAPR_H_PARAMETER;
	if (!vhyp_partner_known(a))
		return PAPR_H_CLOSED;
	uuid = vhyp_partner(a)->partition->uuid.b;
	c->ret[0] = get_unaligned_be64(uuid);
	c->ret[1] = get_unaligned_be64(uuid + 8);
	return PAPR_H_SUCCESS;
}

static long vhyp_enable_prepare(struct vhyp_call *c, struct vhyp_adapter *a)
{
	unsigned long flags;

	if (c->arg[2] > PAPR_SUSPEND_TIMEOUT_MAX || !vhyp_parms_zero(c, 3))
		return PAPR_H_PARAMETER;
	if (a->pair->cfg.any_client)
		return PAPR_H_CONSTRAINED;
	raw_spin_lock_irqsave(&a->pair->lock, flags);
	/* It is a property of a registration: without one there is nothing to set. */
	if (a->queue.state == VHYP_CRQ_OPEN) {
		a->prepare = true;
		a->prepare_ms = c->arg[2];
	}
	raw_spin_unlock_irqrestore(&a->pair->lock, flags);
	c->ret[0] = 1;	/* version of the hypervisor, of no meaning */
	return PAPR_H_SUCCESS;
}

static long vhyp_ready_for_suspend(struct vhyp_call *c, struct vhyp_adapter *a)
{
	long rc = PAPR_H_CONSTRAINED;
	unsigned long flags;

	if (!vhyp_parms_zero(c, 2))
		return PAPR_H_PARAMETER;
	raw_spin_lock_irqsave(&a->pair->lock, flags);
	if (a->prepare) {
		rc = PAPR_H_SUCCESS;
		if (a->preparing) {
			a->preparing = false;
			complete(&vhyp_partner(a)->partition->ready);
		}
	}
	raw_spin_unlock_irqrestore(&a->pair->lock, flags);
	return rc;
}

static long (*vhyp_vioctl_find(u64 sub))(struct vhyp_call *c, struct vhyp_adapter *a)
{
	switch (sub) {
	case PAPR_DISABLE_MIGRATION:
		return vhyp_disable_migration;
	case PAPR_ENABLE_MIGRATION:
		return vhyp_enable_migration;
	case PAPR_GET_PARTNER_INFO:
		return vhyp_get_partner_info;
	case PAPR_GET_PARTNER_UUID:
		return vhyp_get_partner_uuid;
	case PAPR_ENABLE_PREPARE_FOR_SUSPEND:
		return vhyp_enable_prepare;
	case PAPR_READY_FOR_SUSPEND:
		return vhyp_ready_for_suspend;
	default:
		return NULL;
	}
}

/* (unit address, subfunction, p1, p2, p3) */
long vhyp_h_vioctl(struct vhyp_call *c)
{
	long (*sub)(struct vhyp_call *c, struct vhyp_adapter *a) = vhyp_vioctl_find(c->arg[1]);
	struct vhyp_adapter *a;

	if (!sub)
		return PAPR_H_NOT_FOUND;
	a = vhyp_find_unit(c->caller, c->arg[0]);
	if (!a || a->end != VHYP_SERVER)
		return PAPR_H_PARAMETER;
	return sub(c, a);
}
