/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The four nouns of the software hypervisor: partition, adapter pair, queue, window.
 *
 * Everything a hypervisor call reaches may be entered in any context, hard interrupt
 * included: raw locks with interrupts off, no allocation, no wait.
 *
 * Order of locks: vhyp_lock (mutex), then vhyp_pair.lock, then the locks of windows
 * in order of their addresses.
 */
#ifndef _VHYP_INTERNAL_H
#define _VHYP_INTERNAL_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/jump_label.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/spinlock.h>
#include <vios/vhyp.h>

/* Protects: which partitions, pairs and doors exist, and their configuration. */
extern struct mutex vhyp_lock;

/**
 * struct vhyp_call - one hypervisor call under way
 * @caller:	the partition that makes it
 * @arg:	R4 to R12 as given
 * @ret:	R4 to R12 as answered
 */
struct vhyp_call {
	struct vhyp_partition *caller;
	const u64 *arg;
	u64 *ret;
};

/* Locks of one window: copies to different pages run in parallel. */
#define VHYP_WINDOW_LOCKS	8

/**
 * struct vhyp_window - the memory an adapter's owner shares: a table of TCEs
 * @lock:	the lock of entry i is lock[i % VHYP_WINDOW_LOCKS]; held while a byte moves
 *		through the entry, so that none moves after the entry was removed
 * @tce:	host physical address of 4 KiB, access bits, and how often it is mapped for
 *		zero copy; see window.c
 * @count:	entries
 * @open:	the partner reaches in: both ends are registered and the owner runs; changed
 *		with all locks held, so that nothing moves through after it was closed
 * @epoch:	counts how often it was closed; changed with @open: a transfer that was under
 *		way does not go on in what the window shows when it is open again
 */
struct vhyp_window {
	raw_spinlock_t lock[VHYP_WINDOW_LOCKS];	/* entries, @open */
	u64 *tce;
	u32 count;
	bool open;
	u32 epoch;
};

/**
 * struct vhyp_side - one side of a transfer
 * @via:	the caller's adapter
 * @window:	its own window, or its partner's
 * @remote:	the partner's: it must be open
 * @ioba:	where; range checked by the caller
 * @epoch:	of the window when the transfer began; set by window.c
 */
struct vhyp_side {
	struct vhyp_adapter *via;
	struct vhyp_window *window;
	bool remote;
	u64 ioba;
	u32 epoch;
};

enum vhyp_crq_state {
	VHYP_CRQ_NONE,		/* not registered */
	VHYP_CRQ_OPEN,		/* registered */
	VHYP_CRQ_QUIESCED,	/* being freed; pages are still mapped by the partner */
};

/**
 * struct vhyp_queue - an adapter's registered queue; all under vhyp_pair.lock
 * @state:	forward only until freed: NONE -> OPEN -> QUIESCED -> NONE
 * @disabled:	the partition was suspended; until H_ENABLE_CRQ
 * @signals:	the interrupt is on
 * @ioba:	where it is in the own window
 * @count:	elements
 * @next:	index of the element written next
 * @received:	elements put on it
 * @dropped:	elements refused because it was full
 * @events:	transport events put on it
 * @overwrote:	of these, how many took the place of an element
 */
struct vhyp_queue {
	enum vhyp_crq_state state;
	bool disabled;
	bool signals;
	u64 ioba;
	u32 count;
	u32 next;
	u64 received;
	u64 dropped;
	u64 events;
	u64 overwrote;
};

/**
 * struct vhyp_adapter - one end of a pair
 * @pair:	the pair
 * @end:	which end
 * @partition:	the owner
 * @unit:	unit address
 * @liobn:	the own window
 * @remote_liobn: the partner's window; 0 for a client
 * @window:	the own window
 * @queue:	the queue
 * @no_migration: server: H_VIOCTL 0x06 was called; under vhyp_pair.lock
 * @prepare:	server: H_VIOCTL 0x1d was called since registration; under vhyp_pair.lock
 * @prepare_ms:	its time limit
 * @preparing:	server: event 09 was sent and not yet answered; under vhyp_pair.lock
 * @told:	server: event 09 was sent, 0A is owed; under vhyp_pair.lock
 * @loc:	location code
 * @door_data:	belongs to the door
 * @unit_node:	in the table of units, RCU
 * @liobn_node:	in the table of windows, RCU
 * @remote_node: likewise, for @remote_liobn
 */
struct vhyp_adapter {
	struct vhyp_pair *pair;
	enum vhyp_end end;
	struct vhyp_partition *partition;
	u32 unit;
	u32 liobn;
	u32 remote_liobn;
	struct vhyp_window window;
	struct vhyp_queue queue;
	bool no_migration;
	bool prepare;
	u32 prepare_ms;
	bool preparing;
	bool told;
	char loc[VHYP_LOC_MAX];
	void *door_data;
	struct hlist_node unit_node;
	struct hlist_node liobn_node;
	struct hlist_node remote_node;
};

/**
 * struct vhyp_pair - a server adapter and the client adapter it may talk to
 * @cfg:	what the administrator said; constant
 * @index:	number the LIOBNs are made of
 * @lock:	protects both queues, @maps and the members of adapters that say so
 * @end:	the adapters; the client's is not used if cfg.partition[VHYP_CLIENT] is NULL
 * @maps:	mappings of client pages by the server
 * @copied:	bytes moved by RDMA calls
 * @node:	in the list of pairs; under vhyp_lock
 */
struct vhyp_pair {
	struct vhyp_pair_config cfg;
	int index;
	raw_spinlock_t lock;
	struct vhyp_adapter end[VHYP_ENDS];
	unsigned int maps;
	atomic64_t copied;
	struct list_head node;
};

#define VHYP_OPCODE_SLOTS	(PAPR_H_ENABLE_CRQ / 4 + 1)

/**
 * struct vhyp_partition - a logical partition
 * @name:	name
 * @id:		number
 * @uuid:	identity
 * @users:	pairs that name it; under vhyp_lock
 * @suspended:	between suspend and resume; written under vhyp_lock and read anywhere
 * @suspending:	a suspension waits for servers; under vhyp_lock
 * @ready:	a server called READY_FOR_SUSPEND for one of its adapters
 * @inject:	test hook: what calls answer; under @inject_lock
 * @inject_lock: protects @inject
 * @node:	in the list of partitions; under vhyp_lock
 */
struct vhyp_partition {
	char name[VHYP_NAME_MAX];
	u32 id;
	uuid_t uuid;
	unsigned int users;
	bool suspended;
	bool suspending;
	struct completion ready;
	struct vhyp_inject {
		long rc;
		u32 count;
	} inject[VHYP_OPCODE_SLOTS];
	raw_spinlock_t inject_lock;
	struct list_head node;
};

DECLARE_STATIC_KEY_FALSE(vhyp_hooks_used);

/* partition.c */
struct vhyp_partition *vhyp_partition_find(const char *name);
int vhyp_partition_set_id(struct vhyp_partition *part, u32 id);
int vhyp_partition_set_uuid(struct vhyp_partition *part, const uuid_t *uuid);
bool vhyp_partition_injected(struct vhyp_partition *part, u64 opcode, long *rc);

/* pair.c */
extern struct list_head vhyp_pairs;
struct vhyp_adapter *vhyp_find_unit(struct vhyp_partition *part, u64 unit);
struct vhyp_adapter *vhyp_find_liobn(struct vhyp_partition *part, u64 liobn, bool *remote);
struct vhyp_adapter *vhyp_partner(struct vhyp_adapter *a);
int vhyp_pair_check(const struct vhyp_pair_config *cfg, const struct vhyp_pair *self);
void vhyp_pair_update(struct vhyp_pair *pair);
void vhyp_pair_detach(struct vhyp_pair *pair);
void vhyp_pair_free(struct vhyp_pair *pair);

/* Is client memory mapped by the server?  Under the pair's lock. */
static inline bool vhyp_in_use(const struct vhyp_pair *pair)
{
	return pair->maps > 0;
}

/* window.c */
int vhyp_window_init(struct vhyp_window *w, u64 size);
void vhyp_window_exit(struct vhyp_window *w);
bool vhyp_window_in_range(const struct vhyp_window *w, u64 ioba, u64 len);
bool vhyp_window_allows(struct vhyp_window *w, u64 ioba, u64 len, u64 access);
u64 vhyp_window_get(struct vhyp_window *w, u32 index);
long vhyp_window_put(struct vhyp_window *w, u32 index, u64 tce);
long vhyp_window_fill(struct vhyp_window *w, u32 index, u64 tce, u32 count);
long vhyp_window_put_list(struct vhyp_window *w, u32 index, const u64 *tce, u32 count);
u32 vhyp_window_used(const struct vhyp_window *w);
void vhyp_window_clear(struct vhyp_window *w);
void vhyp_window_open(struct vhyp_window *w, bool open);
long vhyp_window_copy(struct vhyp_side dst, struct vhyp_side src, u64 len);
long vhyp_window_read(struct vhyp_side src, void *buf, u64 len);
long vhyp_window_write(struct vhyp_side dst, const void *buf, u64 len);
long vhyp_window_put_msg(struct vhyp_window *w, u64 ioba, u64 hi, u64 lo, bool replace);
int vhyp_window_map(struct vhyp_window *w, u64 ioba, u64 len, u64 access,
		    struct scatterlist *sgl, unsigned int max);
void vhyp_window_unmap(struct vhyp_window *w, u64 ioba, u64 len);

/* queue.c */
long vhyp_queue_put(struct vhyp_adapter *to, u64 hi, u64 lo);
void vhyp_queue_event(struct vhyp_adapter *to, enum crq_event event);
void vhyp_queue_close(struct vhyp_adapter *a, enum crq_event event);
const char *vhyp_queue_state(struct vhyp_adapter *a);

/* hcall_*.c: one function per call */
long vhyp_h_reg_crq(struct vhyp_call *c);
long vhyp_h_free_crq(struct vhyp_call *c);
long vhyp_h_send_crq(struct vhyp_call *c);
long vhyp_h_enable_crq(struct vhyp_call *c);
long vhyp_h_vio_signal(struct vhyp_call *c);
long vhyp_h_copy_rdma(struct vhyp_call *c);
long vhyp_h_read_rdma(struct vhyp_call *c);
long vhyp_h_write_rdma(struct vhyp_call *c);
long vhyp_h_get_tce(struct vhyp_call *c);
long vhyp_h_put_tce(struct vhyp_call *c);
long vhyp_h_stuff_tce(struct vhyp_call *c);
long vhyp_h_put_tce_indirect(struct vhyp_call *c);
long vhyp_h_vioctl(struct vhyp_call *c);

int vhyp_tce_init(void);
void vhyp_tce_exit(void);

const char *vhyp_hcall_name(u64 opcode);
int vhyp_hcall_number(const char *name, u64 *opcode);

/* door.c */
const struct vhyp_door *vhyp_door_get(const char *name);
void vhyp_door_put(const struct vhyp_door *door);

/* local.c */
extern struct vhyp_door vhyp_local_door;

/* configfs.c */
int vhyp_configfs_init(void);
void vhyp_configfs_exit(void);
int vhyp_pair_hold(struct vhyp_pair *pair);
void vhyp_pair_release(struct vhyp_pair *pair);

#endif /* _VHYP_INTERNAL_H */
