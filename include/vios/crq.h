/* SPDX-License-Identifier: GPL-2.0 */
/*
 * crq.ko: Command/Response Queue adapters, their drivers and queues.
 *
 * A driver written against this header runs unchanged over PAPR firmware and over
 * the software hypervisor vhyp.ko.
 */
#ifndef _VIOS_CRQ_H
#define _VIOS_CRQ_H

#include <linux/device.h>
#include <linux/dma-direction.h>
#include <linux/interrupt.h>
#include <linux/mod_devicetable.h>
#include <linux/timer.h>
#include <vios/papr.h>

struct crq_adapter;
struct scatterlist;

/* What the firmware below can do beyond the calls every firmware has */
enum crq_cap {
	CRQ_CAP_READ_RDMA,	/* H_READ_RDMA */
	CRQ_CAP_WRITE_RDMA,	/* H_WRITE_RDMA */
	CRQ_CAP_MAP_PARTNER,	/* the partner's pages can be mapped */
	CRQ_CAP_SUSPEND,	/* may have H_VIOCTL 0x1d and 0x1e: H_NOT_FOUND if not */
};

/**
 * struct hv_ops - the hypervisor as an adapter sees it
 *
 * Arguments, order of checks and return codes of the calls are LoPAR's; they may be
 * made in any context, and a "call again" answer (papr_busy_ms()) is the caller's to
 * repeat.  The operations on the adapter's own window may sleep if @gfp allows.
 *
 * @name:	for messages and sysfs
 * @reg_crq:	H_REG_CRQ; @ioba, @len: the queue in the adapter's own window
 * @free_crq:	H_FREE_CRQ
 * @send_crq:	H_SEND_CRQ; @hi holds bytes 0 to 7 of the element
 * @enable_crq:	H_ENABLE_CRQ
 * @vio_signal:	H_VIO_SIGNAL; @mode: PAPR_SIGNAL_ON or _OFF
 * @vioctl:	H_VIOCTL; @ret receives R4 and R5
 * @copy_rdma:	H_COPY_RDMA; at most max_rdma bytes
 * @read_rdma:	H_READ_RDMA; @data receives R4 to R12, left-justified
 * @write_rdma:	H_WRITE_RDMA; @data is data1 to data6, left-justified
 * @alloc:	allocate zeroed memory and map it in the own window, 4 KiB aligned
 * @free:	undo @alloc
 * @map:	map @len bytes at @addr; atomic context allowed
 * @unmap:	undo @map; answers a PAPR status: H_RESOURCE while the partner holds a
 *		page mapped, and then nothing has changed
 * @map_sg:	map a scatterlist; returns the number of elements whose sg_dma_address()
 *		and sg_dma_len() are valid then, fewer than @nents where neighbours were
 *		merged, or an errno
 * @unmap_sg:	undo @map_sg, with the same @nents; answers as @unmap
 * @map_partner: give access to @len bytes of the partner's memory at @ioba, as at most
 *		@max elements of @sgl, none of which leaves a 4 KiB page; @access is
 *		PAPR_TCE_READ, _WRITE or both.  Returns the number of elements, or an
 *		errno.  Any context.
 * @unmap_partner: end it; same @ioba and @len.  Any context.
 * @request_irq: have @handler called when the queue gets an entry and signals are on
 * @free_irq:	end it; sleeps until no handler runs
 * @sync_irq:	sleep until no handler runs
 * @hold:	keep the adapter from being removed by its administrator; may sleep, in a
 *		configfs callback too, but not in the driver's probe or remove
 * @release:	undo @hold
 */
struct hv_ops {
	const char *name;

	long (*reg_crq)(struct crq_adapter *a, u64 ioba, u64 len);
	long (*free_crq)(struct crq_adapter *a);
	long (*send_crq)(struct crq_adapter *a, u64 hi, u64 lo);
	long (*enable_crq)(struct crq_adapter *a);
	long (*vio_signal)(struct crq_adapter *a, u64 mode);
	long (*vioctl)(struct crq_adapter *a, u64 sub, u64 p1, u64 p2, u64 p3, u64 ret[2]);
	long (*copy_rdma)(struct crq_adapter *a, u64 len, u32 s_liobn, u64 s_ioba,
			  u32 d_liobn, u64 d_ioba);
	long (*read_rdma)(struct crq_adapter *a, u64 len, u32 liobn, u64 ioba, u64 data[9]);
	long (*write_rdma)(struct crq_adapter *a, u64 len, u32 liobn, u64 ioba,
			   const u64 data[6]);

	void *(*alloc)(struct crq_adapter *a, size_t size, u64 *ioba, gfp_t gfp);
	void (*free)(struct crq_adapter *a, size_t size, void *addr, u64 ioba);
	int (*map)(struct crq_adapter *a, void *addr, size_t len,
		   enum dma_data_direction dir, u64 *ioba);
	long (*unmap)(struct crq_adapter *a, u64 ioba, size_t len,
		      enum dma_data_direction dir);
	int (*map_sg)(struct crq_adapter *a, struct scatterlist *sgl, int nents,
		      enum dma_data_direction dir);
	long (*unmap_sg)(struct crq_adapter *a, struct scatterlist *sgl, int nents,
			 enum dma_data_direction dir);

	int (*map_partner)(struct crq_adapter *a, u64 ioba, u64 len, u64 access,
			   struct scatterlist *sgl, unsigned int max);
	void (*unmap_partner)(struct crq_adapter *a, u64 ioba, u64 len);

	int (*request_irq)(struct crq_adapter *a, void (*handler)(void *), void *data);
	void (*free_irq)(struct crq_adapter *a);
	void (*sync_irq)(struct crq_adapter *a);

	int (*hold)(struct crq_adapter *a);
	void (*release)(struct crq_adapter *a);
};

/**
 * struct crq_adapter - one end of a pair: a virtual SCSI server or client adapter
 * @dev:		device on the bus "vio", for messages and driver data
 * @hv:			the hypervisor below
 * @hv_data:		belongs to @hv
 * @unit_address:	name of the adapter in its partition
 * @liobn:		the own window
 * @remote_liobn:	the partner's window; 0 if this end cannot reach it (client)
 * @window_size:	bytes of the own window
 * @remote_size:	bytes of the partner's window
 * @max_rdma:		most bytes in one H_COPY_RDMA
 * @caps:		bit mask of enum crq_cap
 * @driver_data:	belongs to the driver
 *
 * All members but @driver_data are constant between probe and remove.
 */
struct crq_adapter {
	struct device *dev;
	const struct hv_ops *hv;
	void *hv_data;
	u32 unit_address;
	u32 liobn;
	u32 remote_liobn;
	u64 window_size;
	u64 remote_size;
	u32 max_rdma;
	unsigned long caps;
	void *driver_data;
};

/* The adapter behind a device of the bus; valid from probe to remove. */
static inline struct crq_adapter *crq_adapter_of(struct device *dev)
{
	return dev_get_drvdata(dev);
}

static inline bool crq_can(const struct crq_adapter *a, enum crq_cap cap)
{
	return a->caps & BIT(cap);
}

/* A server adapter reaches into its partner's memory, a client adapter does not. */
static inline bool crq_is_server(const struct crq_adapter *a)
{
	return a->remote_liobn != 0;
}

/**
 * struct crq_driver - driver of adapters
 * @name:	name in sysfs
 * @id_table:	device type and compatible string as in the device tree, ended by an
 *		empty element: {"v-scsi-host", "IBM,v-scsi-host"} is the server
 * @probe:	an adapter is there; may sleep; returns 0 or an errno
 * @remove:	it goes; may sleep; when it returns, nothing of the driver runs
 * @shutdown:	the machine stops; optional
 * @get_desired_dma: bytes of DMA window to reserve in a partition with shared memory;
 *		optional; also called before @probe, with NULL
 * @backend:	private to crq.ko
 */
struct crq_driver {
	const char *name;
	const struct vio_device_id *id_table;
	int (*probe)(struct crq_adapter *a);
	void (*remove)(struct crq_adapter *a);
	void (*shutdown)(struct crq_adapter *a);
	unsigned long (*get_desired_dma)(struct crq_adapter *a);
	void *backend;
};

int __crq_register_driver(struct crq_driver *drv, struct module *owner,
			  const char *mod_name);
/* A macro, so that the module that calls it owns the driver in sysfs. */
#define crq_register_driver(drv) \
	__crq_register_driver(drv, THIS_MODULE, KBUILD_MODNAME)
void crq_unregister_driver(struct crq_driver *drv);

/**
 * struct crq_adapter_desc - description of an adapter a software hypervisor offers
 * @adapter:	to be filled by the caller but for @dev; lives until @release
 * @type:	device type: "v-scsi-host", "v-scsi"
 * @compat:	compatible string
 * @owner:	module of @release, kept until then
 * @release:	the last reference to the device is gone
 */
struct crq_adapter_desc {
	struct crq_adapter adapter;
	const char *type;
	const char *compat;
	struct module *owner;
	void (*release)(struct crq_adapter_desc *desc);
	/* private: */
	struct device device;
};

int crq_adapter_add(struct crq_adapter_desc *desc);
void crq_adapter_remove(struct crq_adapter_desc *desc);
bool crq_has_firmware(void);

/**
 * struct crq_ring - receiver's side of a queue: no firmware in here
 * @msg:	the elements
 * @count:	how many; a power of two is not needed
 * @next:	index of the element looked at next
 */
struct crq_ring {
	struct crq_msg *msg;
	unsigned int count;
	unsigned int next;
};

void crq_ring_init(struct crq_ring *ring, void *mem, size_t size);
bool crq_ring_pending(const struct crq_ring *ring);
bool crq_ring_partner_left(const struct crq_ring *ring);
bool crq_ring_peek(const struct crq_ring *ring, struct crq_msg *msg);
void crq_ring_done(struct crq_ring *ring);
bool crq_ring_next(struct crq_ring *ring, struct crq_msg *msg);

/**
 * struct crq_queue - a registered queue and its interrupt
 * @adapter:	whose queue
 * @ring:	receiver's side; touched by the drain alone
 * @mem:	its memory
 * @ioba:	where it is in the adapter's own window
 * @size:	bytes
 * @handler:	called for each element with a copy of it, in softirq context, never
 *		twice at once; must not sleep
 * @tasklet:	runs the drain
 * @poll:	runs it if the hypervisor does not turn signals on
 * @signals:	the hypervisor interrupts for each entry; the drain's, else nobody drains
 * @running:	entries are to be looked at; cleared before the drain is waited for
 */
struct crq_queue {
	struct crq_adapter *adapter;
	struct crq_ring ring;
	void *mem;
	u64 ioba;
	size_t size;
	void (*handler)(struct crq_queue *q, const struct crq_msg *msg);
	struct tasklet_struct tasklet;
	struct timer_list poll;
	bool signals;
	bool running;
};

int crq_queue_init(struct crq_queue *q, struct crq_adapter *a, size_t size,
		   void (*handler)(struct crq_queue *q, const struct crq_msg *msg));
void crq_queue_exit(struct crq_queue *q);
long crq_queue_register(struct crq_queue *q);
void crq_queue_start(struct crq_queue *q);
void crq_queue_stop(struct crq_queue *q);
long crq_queue_free(struct crq_queue *q, unsigned int timeout_ms);
long crq_queue_enable(struct crq_queue *q, unsigned int timeout_ms);

long crq_retry(long (*call)(struct crq_adapter *a), struct crq_adapter *a,
	       unsigned int timeout_ms);
int papr_errno(long rc);

/**
 * crq_queue_send() - put one element on the partner's queue (H_SEND_CRQ)
 * @q:	the queue of this end
 * @hi:	bytes 0 to 7 of the element
 * @lo:	bytes 8 to 15
 *
 * Context: any.  The order of elements sent by several callers is theirs to keep.
 * Return: PAPR status: H_CLOSED if there is no partner, H_DROPPED if its queue is full.
 */
static inline long crq_queue_send(struct crq_queue *q, u64 hi, u64 lo)
{
	return q->adapter->hv->send_crq(q->adapter, hi, lo);
}

#endif /* _VIOS_CRQ_H */
