// SPDX-License-Identifier: GPL-2.0
/*
 * H_GET_TCE, H_PUT_TCE, H_STUFF_TCE, H_PUT_TCE_INDIRECT: a partition maps its memory
 * into the first window of an adapter of its own.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/percpu.h>

#include "vhyp_internal.h"

/* Copy of a partition's list of TCEs; used with interrupts off */
struct vhyp_tce_batch {
	u64 tce[PAPR_TCE_BATCH];
};

static struct vhyp_tce_batch __percpu *vhyp_tce_batch;

/* The adapter whose own window has the entries [@ioba, + @count), or NULL */
static struct vhyp_adapter *vhyp_tce_find(struct vhyp_call *c, u64 liobn, u64 ioba, u64 count)
{
	struct vhyp_adapter *a;
	bool remote;

	a = vhyp_find_liobn(c->caller, liobn, &remote);
	if (!a || remote || ioba & PAPR_TCE_MASK ||
	    !vhyp_window_in_range(&a->window, ioba, count << PAPR_TCE_SHIFT))
		return NULL;
	return a;
}

/* Replace the logical address of a TCE by the host's; one without access stays. */
static bool vhyp_tce_translate(struct vhyp_adapter *a, u64 *tce)
{
	u64 access = *tce & PAPR_TCE_RW;
	phys_addr_t phys;

	if (!access) {
		*tce &= ~PAPR_TCE_MASK;
		return true;
	}
	if (!a->pair->cfg.door->translate(a->partition, *tce & ~PAPR_TCE_MASK, &phys))
		return false;
	*tce = phys | access;
	return true;
}

/* (LIOBN, ioba): R4 = TCE */
long vhyp_h_get_tce(struct vhyp_call *c)
{
	struct vhyp_adapter *a = vhyp_tce_find(c, c->arg[0], c->arg[1], 1);

	if (!a)
		return PAPR_H_PARAMETER;
	c->ret[0] = vhyp_window_get(&a->window, c->arg[1] >> PAPR_TCE_SHIFT);
	return PAPR_H_SUCCESS;
}

/* (LIOBN, ioba, TCE) */
long vhyp_h_put_tce(struct vhyp_call *c)
{
	struct vhyp_adapter *a = vhyp_tce_find(c, c->arg[0], c->arg[1], 1);
	u64 tce = c->arg[2];

	if (!a || !vhyp_tce_translate(a, &tce))
		return PAPR_H_PARAMETER;
	return vhyp_window_put(&a->window, c->arg[1] >> PAPR_TCE_SHIFT, tce);
}

/* (LIOBN, ioba, TCE, count): the same TCE in all */
long vhyp_h_stuff_tce(struct vhyp_call *c)
{
	u64 tce = c->arg[2], count = c->arg[3];
	struct vhyp_adapter *a;

	a = vhyp_tce_find(c, c->arg[0], c->arg[1], 0);
	if (!a)
		return PAPR_H_PARAMETER;
	if (count > PAPR_TCE_BATCH)
		return PAPR_H_P4;
	if (!vhyp_tce_find(c, c->arg[0], c->arg[1], count) || !vhyp_tce_translate(a, &tce))
		return PAPR_H_PARAMETER;
	return vhyp_window_fill(&a->window, c->arg[1] >> PAPR_TCE_SHIFT, tce, count);
}

/*
 * (LIOBN, ioba, logical address of a page with TCEs, count).  The page is the
 * partition's and may change meanwhile: it is copied before anything in it is judged,
 * and nothing is set before all of it has been.
 */
long vhyp_h_put_tce_indirect(struct vhyp_call *c)
{
	u64 list = c->arg[2], count = c->arg[3];
	struct vhyp_adapter *a;
	unsigned long flags;
	phys_addr_t phys;
	const __be64 *page;
	u64 *batch;
	long rc;
	u32 i;

	if (count > PAPR_TCE_BATCH)
		return PAPR_H_PARAMETER;
	a = vhyp_tce_find(c, c->arg[0], c->arg[1], count);
	if (!a || list & PAPR_TCE_MASK ||
	    !a->pair->cfg.door->translate(a->partition, list, &phys))
		return PAPR_H_PARAMETER;
	page = phys_to_virt(phys);
	local_irq_save(flags);
	batch = this_cpu_ptr(vhyp_tce_batch)->tce;
	rc = PAPR_H_PARAMETER;
	for (i = 0; i < count; i++) {
		batch[i] = be64_to_cpu(READ_ONCE(page[i]));
		if (!vhyp_tce_translate(a, &batch[i]))
			goto out;
	}
	rc = vhyp_window_put_list(&a->window, c->arg[1] >> PAPR_TCE_SHIFT, batch, count);
out:
	local_irq_restore(flags);
	return rc;
}

int vhyp_tce_init(void)
{
	vhyp_tce_batch = alloc_percpu(struct vhyp_tce_batch);
	return vhyp_tce_batch ? 0 : -ENOMEM;
}

void vhyp_tce_exit(void)
{
	free_percpu(vhyp_tce_batch);
}
