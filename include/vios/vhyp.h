/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vhyp.ko: the software hypervisor, as seen by the doors through which partitions
 * come in, and by tests.  Administrators use configfs (Documentation/vhyp.rst).
 */
#ifndef _VIOS_VHYP_H
#define _VIOS_VHYP_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/types.h>
#include <linux/uuid.h>
#include <vios/papr.h>

struct module;
struct scatterlist;
struct vhyp_adapter;
struct vhyp_pair;
struct vhyp_partition;

#define VHYP_NAME_MAX		64	/* bytes of a partition's or pair's name, with NUL */
#define VHYP_LOC_MAX		48	/* bytes of a location code, with NUL */
#define VHYP_ARGS		9	/* R4 to R12 of a call */
#define VHYP_WINDOW_DEFAULT	(64ULL << 20)
#define VHYP_WINDOW_MAX		BIT_ULL(30)
#define VHYP_RDMA_DEFAULT	(128U << 10)
#define VHYP_RDMA_MAX		(16U << 20)
#define VHYP_UNIT_FIRST		0x30000002

enum vhyp_end {
	VHYP_SERVER,
	VHYP_CLIENT,
	VHYP_ENDS,
};

/**
 * struct vhyp_door - a way in for partitions
 * @name:	as administrators write it
 * @owner:	module that has the functions
 * @map:	pages of a client may be mapped for zero copy: its clients free their queue
 *		before they unmap
 * @translate:	host physical address of the partition's logical real address @raddr,
 *		a multiple of 4 KiB; false if the partition does not own it.  Any context.
 * @signal:	the adapter's queue got an entry and signals are on.  Called in any
 *		context with the pair's lock held: defers the work, calls nothing back.
 * @attach:	an adapter exists from now on; may sleep; 0 or an errno
 * @detach:	it goes; may sleep; afterwards no call comes in for it
 */
struct vhyp_door {
	const char *name;
	struct module *owner;
	bool map;
	bool (*translate)(struct vhyp_partition *part, u64 raddr, phys_addr_t *phys);
	void (*signal)(struct vhyp_adapter *a);
	int (*attach)(struct vhyp_adapter *a);
	void (*detach)(struct vhyp_adapter *a);
	/* private: */
	struct list_head node;
};

/**
 * struct vhyp_pair_config - what an administrator says of a pair
 * @name:	name
 * @partition:	owners of the two ends; the client's may be NULL: nobody is authorised
 * @unit:	unit addresses
 * @window_size: bytes of each end's own window, a multiple of 4 KiB
 * @max_rdma:	most bytes in one H_COPY_RDMA, a multiple of 4 KiB
 * @any_client:	the server adapter is set to "any client can connect"
 * @map:	partner pages may be mapped, if the door allows it too
 * @door:	the way in for both ends
 * @owner:	configfs item that the pair belongs to; NULL for one made by a module
 */
struct vhyp_pair_config {
	char name[VHYP_NAME_MAX];
	struct vhyp_partition *partition[VHYP_ENDS];
	u32 unit[VHYP_ENDS];
	u64 window_size;
	u32 max_rdma;
	bool any_client;
	bool map;
	const struct vhyp_door *door;
	void *owner;
};

long vhyp_hcall(struct vhyp_partition *caller, u64 opcode, const u64 arg[VHYP_ARGS],
		u64 ret[VHYP_ARGS]);

struct vhyp_partition *vhyp_partition_create(const char *name, u32 id, const uuid_t *uuid);
void vhyp_partition_destroy(struct vhyp_partition *part);
u32 vhyp_partition_id(const struct vhyp_partition *part);
const char *vhyp_partition_name(const struct vhyp_partition *part);
int vhyp_partition_suspend(struct vhyp_partition *part);
int vhyp_partition_resume(struct vhyp_partition *part);
void vhyp_partition_kill(struct vhyp_partition *part);
int vhyp_partition_inject(struct vhyp_partition *part, u64 opcode, long rc, u32 count);

struct vhyp_pair *vhyp_pair_create(const struct vhyp_pair_config *cfg);
void vhyp_pair_destroy(struct vhyp_pair *pair);
struct vhyp_adapter *vhyp_pair_end(struct vhyp_pair *pair, enum vhyp_end end);

struct vhyp_partition *vhyp_adapter_partition(const struct vhyp_adapter *a);
struct vhyp_adapter *vhyp_adapter_partner(const struct vhyp_adapter *a);
bool vhyp_adapter_is_server(const struct vhyp_adapter *a);
u32 vhyp_adapter_unit(const struct vhyp_adapter *a);
u32 vhyp_adapter_liobn(const struct vhyp_adapter *a);
u32 vhyp_adapter_remote_liobn(const struct vhyp_adapter *a);
u64 vhyp_adapter_mapped(const struct vhyp_adapter *a);
bool vhyp_adapter_signals_on(const struct vhyp_adapter *a);
void vhyp_adapter_reset(struct vhyp_adapter *a);
void vhyp_adapter_set_door_data(struct vhyp_adapter *a, void *data);
void *vhyp_adapter_door_data(const struct vhyp_adapter *a);

int vhyp_adapter_map_partner(struct vhyp_adapter *a, u64 ioba, u64 len, u64 access,
			     struct scatterlist *sgl, unsigned int max);
void vhyp_adapter_unmap_partner(struct vhyp_adapter *a, u64 ioba, u64 len);

int vhyp_register_door(struct vhyp_door *door);
void vhyp_unregister_door(struct vhyp_door *door);

#endif /* _VIOS_VHYP_H */
