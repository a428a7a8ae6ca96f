// SPDX-License-Identifier: GPL-2.0
/*
 * H_COPY_RDMA, H_READ_RDMA, H_WRITE_RDMA, and the mapping of partner pages.
 *
 * The partner's window is reachable while both ends are registered and the partner is
 * not suspended; otherwise H_PERMISSION, which is what a server sees when its client
 * has gone (LoPAR expects the TCEs invalidated).
 */
#include <linux/module.h>
#include <linux/scatterlist.h>

#include "vhyp_internal.h"

/* Find the window a caller names by its LIOBN. */
static bool vhyp_side_find(struct vhyp_call *c, u64 liobn, u64 ioba, struct vhyp_side *side)
{
	side->ioba = ioba;
	side->via = vhyp_find_liobn(c->caller, liobn, &side->remote);
	if (!side->via)
		return false;
	if (side->remote && !vhyp_partner(side->via))
		return false;
	side->window = side->remote ? &vhyp_partner(side->via)->window : &side->via->window;
	return true;
}

static bool vhyp_side_in_range(const struct vhyp_side *side, u64 len)
{
	return vhyp_window_in_range(side->window, side->ioba, len);
}

/* The smaller of the limits that apply */
static u64 vhyp_max_rdma(const struct vhyp_side *s, const struct vhyp_side *d)
{
	return min(s->via->pair->cfg.max_rdma, d->via->pair->cfg.max_rdma);
}

/*
 * (len, source LIOBN, source ioba, destination LIOBN, destination ioba).  The limit is
 * the pair's own, so the LIOBNs are looked up before the length can be judged; a length
 * over every limit is refused first, as LoPAR orders it.  It does not say what a length
 * of 0 does: here it is refused, because no sender has a use for it.
 */
long vhyp_h_copy_rdma(struct vhyp_call *c)
{
	struct vhyp_side s, d;
	u64 len = c->arg[0];
	long rc;

	if (!len || len > VHYP_RDMA_MAX)
		return PAPR_H_PARAMETER;
	if (!vhyp_side_find(c, c->arg[1], c->arg[2], &s))
		return PAPR_H_SOURCE_PARM;
	if (!vhyp_side_find(c, c->arg[3], c->arg[4], &d))
		return PAPR_H_DEST_PARM;
	if (len > vhyp_max_rdma(&s, &d))
		return PAPR_H_PARAMETER;
	if (!vhyp_side_in_range(&s, len))
		return PAPR_H_SOURCE_PARM;
	if (!vhyp_side_in_range(&d, len))
		return PAPR_H_DEST_PARM;
	rc = vhyp_window_copy(d, s, len);
	if (!rc)
		atomic64_add(len, &s.via->pair->copied);
	return rc;
}

/* (len, source LIOBN, source ioba): at most 72 bytes of the partner's into R4 to R12. */
long vhyp_h_read_rdma(struct vhyp_call *c)
{
	__be64 data[PAPR_READ_RDMA_MAX / 8] = {};
	u64 len = c->arg[0];
	struct vhyp_side s;
	unsigned int i;
	long rc;

	if (len > PAPR_READ_RDMA_MAX)
		return PAPR_H_PARAMETER;
	if (!vhyp_side_find(c, c->arg[1], c->arg[2], &s) || !s.remote ||
	    !vhyp_side_in_range(&s, len))
		return PAPR_H_SOURCE_PARM;
	rc = vhyp_window_read(s, data, len);
	if (rc)
		return rc;
	for (i = 0; i < ARRAY_SIZE(data); i++)
		c->ret[i] = be64_to_cpu(data[i]);
	atomic64_add(len, &s.via->pair->copied);
	return PAPR_H_SUCCESS;
}

/* (len, destination LIOBN, destination ioba, data1..data6): at most 48 bytes. */
long vhyp_h_write_rdma(struct vhyp_call *c)
{
	__be64 data[PAPR_WRITE_RDMA_MAX / 8];
	u64 len = c->arg[0];
	struct vhyp_side d;
	unsigned int i;
	long rc;

	if (len > PAPR_WRITE_RDMA_MAX)
		return PAPR_H_PARAMETER;
	if (!vhyp_side_find(c, c->arg[1], c->arg[2], &d) || !d.remote ||
	    !vhyp_side_in_range(&d, len))
		return PAPR_H_DEST_PARM;
	for (i = 0; i < ARRAY_SIZE(data); i++)
		data[i] = cpu_to_be64(c->arg[3 + i]);
	rc = vhyp_window_write(d, data, len);
	if (!rc)
		atomic64_add(len, &d.via->pair->copied);
	return rc;
}

/* Reserve a mapping, so that H_FREE_CRQ waits for it. */
static bool vhyp_map_begin(struct vhyp_adapter *server)
{
	struct vhyp_pair *pair = server->pair;
	unsigned long flags;
	bool ok;

	raw_spin_lock_irqsave(&pair->lock, flags);
	ok = vhyp_partner(server)->window.open;
	if (ok)
		pair->maps++;
	raw_spin_unlock_irqrestore(&pair->lock, flags);
	return ok;
}

static void vhyp_map_end(struct vhyp_adapter *server)
{
	struct vhyp_pair *pair = server->pair;
	unsigned long flags;

	raw_spin_lock_irqsave(&pair->lock, flags);
	pair->maps--;
	raw_spin_unlock_irqrestore(&pair->lock, flags);
}

/**
 * vhyp_adapter_map_partner() - direct access to the client's pages
 * @a:		server adapter
 * @ioba:	where in the client's window
 * @len:	bytes
 * @access:	PAPR_TCE_READ, _WRITE or both
 * @sgl:	receives the pages; initialised with sg_init_table()
 * @max:	elements of @sgl
 *
 * The pages stay the client's until vhyp_adapter_unmap_partner(): it can neither
 * unmap them nor finish freeing its queue.
 *
 * Context: any.
 * Return: number of elements, or -EOPNOTSUPP (not for this pair), -EINVAL (out of the
 * window), -EACCES (not allowed, or the client is gone), -EMSGSIZE (@max).
 */
int vhyp_adapter_map_partner(struct vhyp_adapter *a, u64 ioba, u64 len, u64 access,
			     struct scatterlist *sgl, unsigned int max)
{
	struct vhyp_adapter *client = vhyp_partner(a);
	int ret;

	if (a->end != VHYP_SERVER || !a->pair->cfg.map || !client)
		return -EOPNOTSUPP;
	if (!len || !access || access & ~PAPR_TCE_RW ||
	    !vhyp_window_in_range(&client->window, ioba, len))
		return -EINVAL;
	if (!vhyp_map_begin(a))
		return -EACCES;
	ret = vhyp_window_map(&client->window, ioba, len, access, sgl, max);
	if (ret < 0)
		vhyp_map_end(a);
	return ret;
}
EXPORT_SYMBOL_GPL(vhyp_adapter_map_partner);

/**
 * vhyp_adapter_unmap_partner() - undo vhyp_adapter_map_partner()
 * @a:		server adapter
 * @ioba:	as then
 * @len:	as then
 *
 * Context: any.
 */
void vhyp_adapter_unmap_partner(struct vhyp_adapter *a, u64 ioba, u64 len)
{
	vhyp_window_unmap(&vhyp_partner(a)->window, ioba, len);
	vhyp_map_end(a);
}
EXPORT_SYMBOL_GPL(vhyp_adapter_unmap_partner);
