// SPDX-License-Identifier: GPL-2.0
/*
 * The local door: both ends of a pair are adapters on this host's bus "vio", used by
 * drivers of this kernel.  This is the operating system's side of the hypervisor's
 * calls: it chooses I/O addresses, and turns a signal into a tasklet.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitmap.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <vios/crq.h>

#include "vhyp_internal.h"

/* Entries in one mapping: 16 MiB */
#define LOCAL_ENTRIES_MAX	4096

/**
 * struct vhyp_local - an adapter of this host
 * @desc:	on the bus
 * @a:		at the hypervisor
 * @irq:	delivers signals
 * @handler:	who takes them; set before signals can be on
 * @data:	for @handler
 * @lock:	protects @used and @hint
 * @used:	bit map of the window's entries; the first is never used, so that an
 *		I/O address is never 0
 * @hint:	where to look for free entries
 */
struct vhyp_local {
	struct crq_adapter_desc desc;
	struct vhyp_adapter *a;
	struct tasklet_struct irq;
	void (*handler)(void *data);
	void *data;
	spinlock_t lock;	/* @used, @hint */
	unsigned long *used;
	u32 hint;
};

static struct vhyp_local *to_local(struct crq_adapter *crq)
{
	return container_of(crq, struct vhyp_local, desc.adapter);
}

static long local_call(struct crq_adapter *crq, u64 opcode, u64 arg[VHYP_ARGS])
{
	return vhyp_hcall(to_local(crq)->a->partition, opcode, arg, arg);
}

static long local_reg_crq(struct crq_adapter *crq, u64 ioba, u64 len)
{
	u64 arg[VHYP_ARGS] = { crq->unit_address, ioba, len };

	return local_call(crq, PAPR_H_REG_CRQ, arg);
}

static long local_free_crq(struct crq_adapter *crq)
{
	u64 arg[VHYP_ARGS] = { crq->unit_address };

	return local_call(crq, PAPR_H_FREE_CRQ, arg);
}

static long local_send_crq(struct crq_adapter *crq, u64 hi, u64 lo)
{
	u64 arg[VHYP_ARGS] = { crq->unit_address, hi, lo };

	return local_call(crq, PAPR_H_SEND_CRQ, arg);
}

static long local_enable_crq(struct crq_adapter *crq)
{
	u64 arg[VHYP_ARGS] = { crq->unit_address };

	return local_call(crq, PAPR_H_ENABLE_CRQ, arg);
}

static long local_vio_signal(struct crq_adapter *crq, u64 mode)
{
	u64 arg[VHYP_ARGS] = { crq->unit_address, mode };

	return local_call(crq, PAPR_H_VIO_SIGNAL, arg);
}

static long local_vioctl(struct crq_adapter *crq, u64 sub, u64 p1, u64 p2, u64 p3, u64 ret[2])
{
	u64 arg[VHYP_ARGS] = { crq->unit_address, sub, p1, p2, p3 };
	long rc;

	rc = local_call(crq, PAPR_H_VIOCTL, arg);
	ret[0] = arg[0];
	ret[1] = arg[1];
	return rc;
}

static long local_copy_rdma(struct crq_adapter *crq, u64 len, u32 s_liobn, u64 s_ioba,
			    u32 d_liobn, u64 d_ioba)
{
	u64 arg[VHYP_ARGS] = { len, s_liobn, s_ioba, d_liobn, d_ioba };

	return local_call(crq, PAPR_H_COPY_RDMA, arg);
}

static long local_read_rdma(struct crq_adapter *crq, u64 len, u32 liobn, u64 ioba, u64 data[9])
{
	u64 arg[VHYP_ARGS] = { len, liobn, ioba };
	long rc;

	rc = local_call(crq, PAPR_H_READ_RDMA, arg);
	memcpy(data, arg, sizeof(arg));
	return rc;
}

static long local_write_rdma(struct crq_adapter *crq, u64 len, u32 liobn, u64 ioba,
			     const u64 data[6])
{
	u64 arg[VHYP_ARGS] = { len, liobn, ioba, data[0], data[1], data[2], data[3], data[4],
			       data[5] };

	return local_call(crq, PAPR_H_WRITE_RDMA, arg);
}

/* Entries that [@addr, @addr + @len) touches */
static u32 local_entries(u64 addr, u64 len)
{
	return DIV_ROUND_UP((addr & PAPR_TCE_MASK) + len, PAPR_TCE_SIZE);
}

/*
 * Find @n free entries in a row; 0 if there are none.  They are removed with interrupts
 * off, so there may not be too many.
 */
static u32 local_take(struct vhyp_local *l, u32 n)
{
	unsigned long at, count = l->a->window.count;
	unsigned long flags;

	if (n > LOCAL_ENTRIES_MAX)
		return 0;

	spin_lock_irqsave(&l->lock, flags);
	at = bitmap_find_next_zero_area(l->used, count, l->hint, n, 0);
	if (at >= count)
		at = bitmap_find_next_zero_area(l->used, count, 1, n, 0);
	if (at < count) {
		bitmap_set(l->used, at, n);
		l->hint = at + n < count ? at + n : 1;
	} else {
		at = 0;
	}
	spin_unlock_irqrestore(&l->lock, flags);
	return at;
}

static void local_give(struct vhyp_local *l, u32 index, u32 n)
{
	unsigned long flags;

	spin_lock_irqsave(&l->lock, flags);
	bitmap_clear(l->used, index, n);
	spin_unlock_irqrestore(&l->lock, flags);
}

/* What the partner may do to memory that a device would access in this direction */
static u64 local_access(enum dma_data_direction dir)
{
	switch (dir) {
	case DMA_TO_DEVICE:
		return PAPR_TCE_READ;
	case DMA_FROM_DEVICE:
		return PAPR_TCE_WRITE;
	default:
		return PAPR_TCE_RW;
	}
}

/* Enter [@phys, @phys + @len) from entry @index on; the entries are not in use. */
static void local_enter(struct vhyp_local *l, u32 index, phys_addr_t phys, u64 len, u64 access)
{
	u32 i, n = local_entries(phys, len);

	phys &= ~PAPR_TCE_MASK;
	for (i = 0; i < n; i++, phys += PAPR_TCE_SIZE)
		vhyp_window_put(&l->a->window, index + i, phys | access);
}

/* H_RESOURCE while the partner has a page mapped; then nothing has changed. */
static long local_remove(struct vhyp_local *l, u64 ioba, u32 n)
{
	u32 index = ioba >> PAPR_TCE_SHIFT;
	long rc;

	rc = vhyp_window_fill(&l->a->window, index, 0, n);
	if (!rc)
		local_give(l, index, n);
	return rc;
}

static int local_map(struct crq_adapter *crq, void *addr, size_t len,
		     enum dma_data_direction dir, u64 *ioba)
{
	struct vhyp_local *l = to_local(crq);
	phys_addr_t phys = virt_to_phys(addr);
	u32 index = local_take(l, local_entries(phys, len));

	if (!index)
		return -ENOMEM;
	local_enter(l, index, phys, len, local_access(dir));
	*ioba = ((u64)index << PAPR_TCE_SHIFT) + (phys & PAPR_TCE_MASK);
	return 0;
}

static long local_unmap(struct crq_adapter *crq, u64 ioba, size_t len,
			enum dma_data_direction dir)
{
	return local_remove(to_local(crq), ioba, local_entries(ioba, len));
}

static void *local_alloc(struct crq_adapter *crq, size_t size, u64 *ioba, gfp_t gfp)
{
	void *mem = alloc_pages_exact(size, gfp | __GFP_ZERO);

	if (mem && local_map(crq, mem, size, DMA_BIDIRECTIONAL, ioba)) {
		free_pages_exact(mem, size);
		mem = NULL;
	}
	return mem;
}

static void local_free(struct crq_adapter *crq, size_t size, void *addr, u64 ioba)
{
	/* A driver must not free what its partner uses: losing it is the lesser evil. */
	if (WARN_ON_ONCE(local_unmap(crq, ioba, size, DMA_BIDIRECTIONAL)))
		return;
	free_pages_exact(addr, size);
}

/* The elements of a list lie one after the other in one piece of the window. */
static u32 local_sg_entries(struct scatterlist *sgl, int nents)
{
	struct scatterlist *sg;
	u32 n = 0;
	int i;

	for_each_sg(sgl, sg, nents, i)
		n += local_entries(sg_phys(sg), sg->length);
	return n;
}

static int local_map_sg(struct crq_adapter *crq, struct scatterlist *sgl, int nents,
			enum dma_data_direction dir)
{
	struct vhyp_local *l = to_local(crq);
	u32 index = local_take(l, local_sg_entries(sgl, nents));
	struct scatterlist *sg;
	int i;

	if (!index)
		return -ENOMEM;
	for_each_sg(sgl, sg, nents, i) {
		phys_addr_t phys = sg_phys(sg);

		local_enter(l, index, phys, sg->length, local_access(dir));
		sg_dma_address(sg) = ((u64)index << PAPR_TCE_SHIFT) + (phys & PAPR_TCE_MASK);
		sg_dma_len(sg) = sg->length;
		index += local_entries(phys, sg->length);
	}
	return nents;
}

static long local_unmap_sg(struct crq_adapter *crq, struct scatterlist *sgl, int nents,
			   enum dma_data_direction dir)
{
	return local_remove(to_local(crq), sg_dma_address(sgl), local_sg_entries(sgl, nents));
}

static int local_map_partner(struct crq_adapter *crq, u64 ioba, u64 len, u64 access,
			     struct scatterlist *sgl, unsigned int max)
{
	return vhyp_adapter_map_partner(to_local(crq)->a, ioba, len, access, sgl, max);
}

static void local_unmap_partner(struct crq_adapter *crq, u64 ioba, u64 len)
{
	vhyp_adapter_unmap_partner(to_local(crq)->a, ioba, len);
}

/* A signal whose source was turned off since is not delivered. */
static void local_interrupt(struct tasklet_struct *t)
{
	struct vhyp_local *l = from_tasklet(l, t, irq);

	if (vhyp_adapter_signals_on(l->a) && l->handler)
		l->handler(l->data);
}

static int local_request_irq(struct crq_adapter *crq, void (*handler)(void *), void *data)
{
	struct vhyp_local *l = to_local(crq);

	if (l->handler)
		return -EBUSY;
	l->data = data;
	l->handler = handler;
	return 0;
}

static void local_sync_irq(struct crq_adapter *crq)
{
	tasklet_kill(&to_local(crq)->irq);
}

static void local_free_irq(struct crq_adapter *crq)
{
	local_sync_irq(crq);
	to_local(crq)->handler = NULL;
}

static int local_hold(struct crq_adapter *crq)
{
	return vhyp_pair_hold(to_local(crq)->a->pair);
}

static void local_release(struct crq_adapter *crq)
{
	vhyp_pair_release(to_local(crq)->a->pair);
}

static const struct hv_ops vhyp_local_ops = {
	.name		= "vhyp",
	.reg_crq	= local_reg_crq,
	.free_crq	= local_free_crq,
	.send_crq	= local_send_crq,
	.enable_crq	= local_enable_crq,
	.vio_signal	= local_vio_signal,
	.vioctl		= local_vioctl,
	.copy_rdma	= local_copy_rdma,
	.read_rdma	= local_read_rdma,
	.write_rdma	= local_write_rdma,
	.alloc		= local_alloc,
	.free		= local_free,
	.map		= local_map,
	.unmap		= local_unmap,
	.map_sg		= local_map_sg,
	.unmap_sg	= local_unmap_sg,
	.map_partner	= local_map_partner,
	.unmap_partner	= local_unmap_partner,
	.request_irq	= local_request_irq,
	.free_irq	= local_free_irq,
	.sync_irq	= local_sync_irq,
	.hold		= local_hold,
	.release	= local_release,
};

/* Logical addresses of a partition that is this host are the host's own. */
static bool vhyp_local_translate(struct vhyp_partition *part, u64 raddr, phys_addr_t *phys)
{
	if (!pfn_valid(raddr >> PAGE_SHIFT))
		return false;
	*phys = raddr;
	return true;
}

static void vhyp_local_signal(struct vhyp_adapter *a)
{
	struct vhyp_local *l = vhyp_adapter_door_data(a);

	tasklet_schedule(&l->irq);
}

static void vhyp_local_released(struct crq_adapter_desc *desc)
{
	struct vhyp_local *l = container_of(desc, struct vhyp_local, desc);

	bitmap_free(l->used);
	kfree(l);
}

static struct vhyp_local *vhyp_local_alloc(struct vhyp_adapter *a)
{
	struct crq_adapter *crq;
	struct vhyp_local *l;

	l = kzalloc(sizeof(*l), GFP_KERNEL);
	if (!l)
		return NULL;
	l->used = bitmap_zalloc(a->window.count, GFP_KERNEL);
	if (!l->used) {
		kfree(l);
		return NULL;
	}
	l->a = a;
	l->hint = 1;
	__set_bit(0, l->used);
	spin_lock_init(&l->lock);
	tasklet_setup(&l->irq, local_interrupt);
	l->desc.type = a->end == VHYP_SERVER ? "v-scsi-host" : "v-scsi";
	l->desc.compat = a->end == VHYP_SERVER ? "IBM,v-scsi-host" : "IBM,v-scsi";
	l->desc.owner = THIS_MODULE;
	l->desc.release = vhyp_local_released;
	crq = &l->desc.adapter;
	crq->hv = &vhyp_local_ops;
	crq->unit_address = a->unit;
	crq->liobn = a->liobn;
	crq->remote_liobn = a->remote_liobn;
	crq->window_size = a->pair->cfg.window_size;
	crq->remote_size = a->remote_liobn ? a->pair->cfg.window_size : 0;
	crq->max_rdma = a->pair->cfg.max_rdma;
	crq->caps = BIT(CRQ_CAP_READ_RDMA) | BIT(CRQ_CAP_WRITE_RDMA) | BIT(CRQ_CAP_SUSPEND);
	if (a->pair->cfg.map)
		crq->caps |= BIT(CRQ_CAP_MAP_PARTNER);
	return l;
}

static int vhyp_local_attach(struct vhyp_adapter *a)
{
	struct vhyp_local *l;
	int ret;

	if (crq_has_firmware())
		return -EOPNOTSUPP;
	l = vhyp_local_alloc(a);
	if (!l)
		return -ENOMEM;
	vhyp_adapter_set_door_data(a, l);
	ret = crq_adapter_add(&l->desc);
	if (ret)
		vhyp_adapter_set_door_data(a, NULL);
	return ret;
}

static void vhyp_local_detach(struct vhyp_adapter *a)
{
	struct vhyp_local *l = vhyp_adapter_door_data(a);

	/* The device may stay for a while; nothing of it comes here any more. */
	get_device(l->desc.adapter.dev);
	crq_adapter_remove(&l->desc);
	vhyp_adapter_reset(a);
	tasklet_kill(&l->irq);
	vhyp_adapter_set_door_data(a, NULL);
	put_device(l->desc.adapter.dev);
}

struct vhyp_door vhyp_local_door = {
	.name		= "local",
	.owner		= THIS_MODULE,
	.map		= true,
	.translate	= vhyp_local_translate,
	.signal		= vhyp_local_signal,
	.attach		= vhyp_local_attach,
	.detach		= vhyp_local_detach,
};
