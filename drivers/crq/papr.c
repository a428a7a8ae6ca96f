// SPDX-License-Identifier: GPL-2.0
/*
 * Adapters of PAPR firmware: the operations are hypervisor calls, the adapter's own
 * window is what the DMA API maps, the device is on the kernel's own bus "vio".
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <asm/firmware.h>
#include <asm/hvcall.h>
#include <asm/vio.h>

#include "crq_internal.h"

/* LoPAR promises at least this much where /vdevice does not say. */
#define PAPR_DEFAULT_MAX_RDMA	SZ_128K

#define PAPR_SAME(name) static_assert(PAPR_##name == (name))
PAPR_SAME(H_GET_TCE);
PAPR_SAME(H_PUT_TCE);
PAPR_SAME(H_REG_CRQ);
PAPR_SAME(H_FREE_CRQ);
PAPR_SAME(H_VIO_SIGNAL);
PAPR_SAME(H_SEND_CRQ);
PAPR_SAME(H_COPY_RDMA);
PAPR_SAME(H_STUFF_TCE);
PAPR_SAME(H_PUT_TCE_INDIRECT);
PAPR_SAME(H_VIOCTL);
PAPR_SAME(H_ENABLE_CRQ);
PAPR_SAME(H_SUCCESS);
PAPR_SAME(H_BUSY);
PAPR_SAME(H_CLOSED);
PAPR_SAME(H_CONSTRAINED);
PAPR_SAME(H_PARTIAL);
PAPR_SAME(H_IN_PROGRESS);
PAPR_SAME(H_HARDWARE);
PAPR_SAME(H_FUNCTION);
PAPR_SAME(H_PARAMETER);
PAPR_SAME(H_NOT_FOUND);
PAPR_SAME(H_PERMISSION);
PAPR_SAME(H_DROPPED);
PAPR_SAME(H_SOURCE_PARM);
PAPR_SAME(H_DEST_PARM);
PAPR_SAME(H_REMOTE_PARM);
PAPR_SAME(H_RESOURCE);
PAPR_SAME(H_RESCINDED);
PAPR_SAME(H_P4);
static_assert(PAPR_H_LONG_BUSY_1_MSEC == H_LONG_BUSY_ORDER_1_MSEC);
static_assert(PAPR_H_LONG_BUSY_100_SEC == H_LONG_BUSY_ORDER_100_SEC);

/* A driver on the kernel's bus */
struct papr_driver {
	struct vio_driver vio;
	struct crq_driver *crq;
};

/* An adapter of the firmware, and who takes its interrupt */
struct papr_adapter {
	struct crq_adapter crq;
	struct vio_dev *vdev;
	void (*handler)(void *data);
	void *data;
};

static struct papr_adapter *to_papr(struct crq_adapter *a)
{
	return container_of(a, struct papr_adapter, crq);
}

static struct papr_driver *to_papr_driver(struct device_driver *drv)
{
	return container_of(to_vio_driver(drv), struct papr_driver, vio);
}

bool crq_papr_present(void)
{
	return firmware_has_feature(FW_FEATURE_LPAR) &&
	       !firmware_has_feature(FW_FEATURE_PS3_LV1);
}

static long papr_reg_crq(struct crq_adapter *a, u64 ioba, u64 len)
{
	return plpar_hcall_norets(H_REG_CRQ, a->unit_address, ioba, len);
}

static long papr_free_crq(struct crq_adapter *a)
{
	return plpar_hcall_norets(H_FREE_CRQ, a->unit_address);
}

static long papr_send_crq(struct crq_adapter *a, u64 hi, u64 lo)
{
	/* What the element points to must be in memory before the partner looks. */
	mb();
	return plpar_hcall_norets(H_SEND_CRQ, a->unit_address, hi, lo);
}

static long papr_enable_crq(struct crq_adapter *a)
{
	return plpar_hcall_norets(H_ENABLE_CRQ, a->unit_address);
}

static long papr_vio_signal(struct crq_adapter *a, u64 mode)
{
	return plpar_hcall_norets(H_VIO_SIGNAL, a->unit_address, mode);
}

static long papr_vioctl(struct crq_adapter *a, u64 sub, u64 p1, u64 p2, u64 p3, u64 ret[2])
{
	unsigned long buf[PLPAR_HCALL_BUFSIZE] = {};
	long rc;

	rc = plpar_hcall(H_VIOCTL, buf, a->unit_address, sub, p1, p2, p3);
	ret[0] = buf[0];
	ret[1] = buf[1];
	return rc;
}

static long papr_copy_rdma(struct crq_adapter *a, u64 len, u32 s_liobn, u64 s_ioba,
			   u32 d_liobn, u64 d_ioba)
{
	return plpar_hcall_norets(H_COPY_RDMA, len, s_liobn, s_ioba, d_liobn, d_ioba);
}

static long papr_read_rdma(struct crq_adapter *a, u64 len, u32 liobn, u64 ioba, u64 data[9])
{
	unsigned long buf[PLPAR_HCALL9_BUFSIZE] = {};
	unsigned int i;
	long rc;

	rc = plpar_hcall9(PAPR_H_READ_RDMA, buf, len, liobn, ioba);
	for (i = 0; i < 9; i++)
		data[i] = buf[i];
	return rc;
}

static long papr_write_rdma(struct crq_adapter *a, u64 len, u32 liobn, u64 ioba,
			    const u64 data[6])
{
	unsigned long buf[PLPAR_HCALL9_BUFSIZE];

	return plpar_hcall9(PAPR_H_WRITE_RDMA, buf, len, liobn, ioba, data[0], data[1],
			    data[2], data[3], data[4], data[5]);
}

static void *papr_alloc(struct crq_adapter *a, size_t size, u64 *ioba, gfp_t gfp)
{
	dma_addr_t dma;
	void *mem;

	mem = dma_alloc_coherent(a->dev, size, &dma, gfp | __GFP_ZERO);
	if (mem)
		*ioba = dma;
	return mem;
}

static void papr_free(struct crq_adapter *a, size_t size, void *addr, u64 ioba)
{
	dma_free_coherent(a->dev, size, addr, ioba);
}

static int papr_map(struct crq_adapter *a, void *addr, size_t len,
		    enum dma_data_direction dir, u64 *ioba)
{
	dma_addr_t dma = dma_map_single(a->dev, addr, len, dir);

	if (dma_mapping_error(a->dev, dma))
		return -ENOMEM;
	*ioba = dma;
	return 0;
}

static long papr_unmap(struct crq_adapter *a, u64 ioba, size_t len,
		       enum dma_data_direction dir)
{
	dma_unmap_single(a->dev, ioba, len, dir);
	return PAPR_H_SUCCESS;
}

static int papr_map_sg(struct crq_adapter *a, struct scatterlist *sgl, int nents,
		       enum dma_data_direction dir)
{
	int mapped = dma_map_sg(a->dev, sgl, nents, dir);

	return mapped > 0 ? mapped : -ENOMEM;
}

static long papr_unmap_sg(struct crq_adapter *a, struct scatterlist *sgl, int nents,
			  enum dma_data_direction dir)
{
	dma_unmap_sg(a->dev, sgl, nents, dir);
	return PAPR_H_SUCCESS;
}

static int papr_map_partner(struct crq_adapter *a, u64 ioba, u64 len, u64 access,
			    struct scatterlist *sgl, unsigned int max)
{
	return -EOPNOTSUPP;
}

static void papr_unmap_partner(struct crq_adapter *a, u64 ioba, u64 len)
{
}

/* Who drains the queue turns signals off: a call here would be one more for each. */
static irqreturn_t papr_interrupt(int irq, void *data)
{
	struct papr_adapter *p = data;

	p->handler(p->data);
	return IRQ_HANDLED;
}

static int papr_request_irq(struct crq_adapter *a, void (*handler)(void *), void *data)
{
	struct papr_adapter *p = to_papr(a);

	if (!p->vdev->irq) {
		dev_err(a->dev, "property interrupts is missing or cannot be mapped\n");
		return -ENXIO;
	}
	p->handler = handler;
	p->data = data;
	return request_irq(p->vdev->irq, papr_interrupt, 0, dev_name(a->dev), p);
}

static void papr_free_irq(struct crq_adapter *a)
{
	struct papr_adapter *p = to_papr(a);

	free_irq(p->vdev->irq, p);
}

static void papr_sync_irq(struct crq_adapter *a)
{
	synchronize_irq(to_papr(a)->vdev->irq);
}

/* The firmware's administrator is the HMC: there is nothing to hold here. */
static int papr_hold(struct crq_adapter *a)
{
	return 0;
}

static void papr_release(struct crq_adapter *a)
{
}

static const struct hv_ops papr_ops = {
	.name		= "papr",
	.reg_crq	= papr_reg_crq,
	.free_crq	= papr_free_crq,
	.send_crq	= papr_send_crq,
	.enable_crq	= papr_enable_crq,
	.vio_signal	= papr_vio_signal,
	.vioctl		= papr_vioctl,
	.copy_rdma	= papr_copy_rdma,
	.read_rdma	= papr_read_rdma,
	.write_rdma	= papr_write_rdma,
	.alloc		= papr_alloc,
	.free		= papr_free,
	.map		= papr_map,
	.unmap		= papr_unmap,
	.map_sg		= papr_map_sg,
	.unmap_sg	= papr_unmap_sg,
	.map_partner	= papr_map_partner,
	.unmap_partner	= papr_unmap_partner,
	.request_irq	= papr_request_irq,
	.free_irq	= papr_free_irq,
	.sync_irq	= papr_sync_irq,
	.hold		= papr_hold,
	.release	= papr_release,
};

/* One (LIOBN, address, size) triple of "ibm,my-dma-window" */
static const __be32 *papr_parse_window(const __be32 *cell, int naddr, int nsize,
				       u32 *liobn, u64 *size)
{
	*liobn = be32_to_cpup(cell++);
	cell += naddr;
	*size = of_read_number(cell, nsize);
	return cell + nsize;
}

/* Returns NULL, or what is wrong with the property. */
static const char *papr_parse_windows(struct crq_adapter *a, struct device_node *np)
{
	int naddr = of_n_addr_cells(np), nsize = of_n_size_cells(np), len;
	const __be32 *cell;
	u32 width;

	if (!of_property_read_u32(np, "ibm,#dma-address-cells", &width))
		naddr = width;
	if (!of_property_read_u32(np, "ibm,#dma-size-cells", &width))
		nsize = width;
	/* of_read_number() takes two cells at most. */
	if (naddr < 0 || naddr > 2 || nsize < 1 || nsize > 2)
		return "is missing or malformed";
	cell = of_get_property(np, "ibm,my-dma-window", &len);
	if (!cell)
		return "is missing or malformed";
	len /= sizeof(*cell) * (1 + naddr + nsize);
	if (len < 1)
		return "is missing or malformed";
	cell = papr_parse_window(cell, naddr, nsize, &a->liobn, &a->window_size);
	if (len > 1)
		papr_parse_window(cell, naddr, nsize, &a->remote_liobn, &a->remote_size);
	else if (of_find_property(np, "ibm,vserver", NULL))
		return "has no window of the client";
	if (!a->window_size || (len > 1 && !a->remote_size))
		return "has a window without size";
	if (a->liobn == a->remote_liobn)
		return "has the same window twice";
	return NULL;
}

/* The limit of H_COPY_RDMA: a big-endian cell, whatever the kernel's byte order. */
static u32 papr_max_rdma(struct device_node *np)
{
	struct device_node *vdevice = of_get_parent(np);
	u32 max;

	if (of_property_read_u32(vdevice, "ibm,max-virtual-dma-size", &max) ||
	    max < PAPR_TCE_SIZE)
		max = PAPR_DEFAULT_MAX_RDMA;
	of_node_put(vdevice);
	return max;
}

/*
 * What this firmware has beyond the calls every firmware has.  A call that is there
 * moves nothing for a length of 0, whatever it thinks of the partner; suspension is known
 * only after registration: a driver learns from H_NOT_FOUND that it is not there.
 */
static unsigned long papr_probe_caps(struct crq_adapter *a)
{
	const u64 none[6] = {};
	unsigned long caps = 0;
	u64 data[9];

	if (!crq_is_server(a))
		return 0;
	caps = BIT(CRQ_CAP_SUSPEND);
	if (papr_read_rdma(a, 0, a->remote_liobn, 0, data) != PAPR_H_FUNCTION)
		caps |= BIT(CRQ_CAP_READ_RDMA);
	if (papr_write_rdma(a, 0, a->remote_liobn, 0, none) != PAPR_H_FUNCTION)
		caps |= BIT(CRQ_CAP_WRITE_RDMA);
	return caps;
}

static int papr_probe(struct vio_dev *vdev, const struct vio_device_id *id)
{
	struct papr_driver *drv = to_papr_driver(vdev->dev.driver);
	struct papr_adapter *p;
	const char *fault;
	int ret = -EINVAL;

	p = kzalloc(sizeof(*p), GFP_KERNEL);
	if (!p)
		return -ENOMEM;
	p->vdev = vdev;
	p->crq.dev = &vdev->dev;
	p->crq.hv = &papr_ops;
	p->crq.unit_address = vdev->unit_address;
	fault = papr_parse_windows(&p->crq, vdev->dev.of_node);
	if (fault) {
		dev_err(&vdev->dev, "property ibm,my-dma-window %s\n", fault);
		goto out_free;
	}
	p->crq.max_rdma = papr_max_rdma(vdev->dev.of_node);
	p->crq.caps = papr_probe_caps(&p->crq);
	dev_set_drvdata(&vdev->dev, &p->crq);
	ret = drv->crq->probe(&p->crq);
	if (!ret)
		return 0;
	dev_set_drvdata(&vdev->dev, NULL);
out_free:
	kfree(p);
	return ret;
}

static void papr_remove(struct vio_dev *vdev)
{
	struct papr_driver *drv = to_papr_driver(vdev->dev.driver);
	struct crq_adapter *a = dev_get_drvdata(&vdev->dev);

	drv->crq->remove(a);
	dev_set_drvdata(&vdev->dev, NULL);
	kfree(to_papr(a));
}

static void papr_shutdown(struct vio_dev *vdev)
{
	struct papr_driver *drv = to_papr_driver(vdev->dev.driver);

	drv->crq->shutdown(dev_get_drvdata(&vdev->dev));
}

/* Asked before probe, when there is no adapter yet: what a driver says of any. */
static unsigned long papr_get_desired_dma(struct vio_dev *vdev)
{
	struct papr_driver *drv = to_papr_driver(vdev->dev.driver);
	struct crq_adapter *a = dev_get_drvdata(&vdev->dev);

	if (!drv->crq->get_desired_dma)
		return VIO_CMO_MIN_ENT;
	return drv->crq->get_desired_dma(a);
}

int crq_papr_register_driver(struct crq_driver *drv, struct module *owner,
			     const char *mod_name)
{
	struct papr_driver *pdrv;
	int ret;

	pdrv = kzalloc(sizeof(*pdrv), GFP_KERNEL);
	if (!pdrv)
		return -ENOMEM;
	pdrv->crq = drv;
	pdrv->vio.name = drv->name;
	pdrv->vio.id_table = drv->id_table;
	pdrv->vio.probe = papr_probe;
	pdrv->vio.remove = papr_remove;
	/* Without one the bus removes the adapter before kexec, which frees its queue. */
	pdrv->vio.shutdown = drv->shutdown ? papr_shutdown : NULL;
	pdrv->vio.get_desired_dma = papr_get_desired_dma;
	drv->backend = pdrv;
	ret = __vio_register_driver(&pdrv->vio, owner, mod_name);
	if (ret) {
		drv->backend = NULL;
		kfree(pdrv);
	}
	return ret;
}

void crq_papr_unregister_driver(struct crq_driver *drv)
{
	struct papr_driver *pdrv = drv->backend;

	vio_unregister_driver(&pdrv->vio);
	drv->backend = NULL;
	kfree(pdrv);
}
