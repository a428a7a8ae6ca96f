/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The client's end without opinions: elements and information units as a case wants
 * them, memory in the window, and everything that comes back collected.
 */
#ifndef _VSCSITEST_RAW_H
#define _VSCSITEST_RAW_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <vios/crq.h>

/* An information unit has at most 256 bytes; the rest of its slot is a canary. */
#define VT_IU_MAX	256
#define VT_SLOT		512
#define VT_CANARY	0xca
#define VT_REQS		2048
/* Memory for data */
#define VT_MEM		(4U << 20)
#define VT_RING		(16 * 4096)
#define VT_RING_SMALL	4096
#define VT_FIFO		8192
/* How long an answer may take */
#define VT_WAIT_MS	30000
/* How long a time is in which nothing may happen */
#define VT_QUIET_MS	200
/* Any adapter; all of them */
#define VT_UNIT_ANY	0
#define VT_UNIT_ALL	0xffffffff
#define VT_CLIENTS	8

/* Formats of an element with the header 0x80 (LoPAR, vSCSI) */
enum vt_format {
	VT_SRP		= 1,
	VT_MAD		= 2,
	VT_MESSAGE	= 6,
};

#define VT_PING		0xf5	/* status byte of a VT_MESSAGE */

/**
 * struct vt_req - a request whose answer is recognised by its tag
 * @tag:	the tag, at offset 8 of the information unit
 * @iu:		its memory
 * @ioba:	where the server finds it
 * @used:	taken; stays so, until the queue is registered anew, if it has no answer
 * @answers:	how many answers came
 * @seq:	number of the last of them, among all
 * @msg:	its element
 */
struct vt_req {
	u64 tag;
	u8 *iu;
	u64 ioba;
	bool used;
	unsigned int answers;
	u64 seq;
	struct crq_msg msg;
};

struct load;

/**
 * struct client - a client adapter
 * @a:		the adapter, NULL if there is none
 * @busy:	held while a case runs or the adapter goes
 * @q:		its queue
 * @open:	the memory is mapped, the queue is there
 * @registered:	with the hypervisor
 * @ius:	slots of the requests
 * @ius_ioba:	in the window
 * @mem:	memory for data
 * @mem_ioba:	in the window
 * @wait:	woken by every element
 * @lock:	protects all below
 * @req:	the requests
 * @generation:	part of their tags; changes with every registration
 * @next:	where to look for a free one
 * @fifo:	elements that answer no request
 * @head:	next to be put in
 * @tail:	next to be taken
 * @seq:	number of answers
 * @down:	a transport event came since vt_init() began
 * @event:	its code
 * @events:	how many came
 * @pings:	PINGs of the server
 * @init_seen:	the server sent INIT
 * @complete_seen: the server sent INIT_COMPLETE
 * @strays:	answers to requests that nobody waits for
 * @credits:	of the last login
 * @max_xfer:	bytes in a command, as ADAPTER_INFO said; 0 if not asked
 * @lun:	the LUN that is tested, first two bytes
 * @block:	its block size
 * @blocks:	how many it has
 * @load:	of the case "load"
 */
struct client {
	struct crq_adapter *a;
	struct mutex busy;	/* a case, or the removal */
	struct crq_queue q;
	bool open;
	bool registered;
	u8 *ius;
	u64 ius_ioba;
	u8 *mem;
	u64 mem_ioba;
	wait_queue_head_t wait;
	spinlock_t lock;	/* what the handler writes */
	struct vt_req *req;
	u32 generation;
	unsigned int next;
	struct crq_msg *fifo;
	unsigned int head;
	unsigned int tail;
	u64 seq;
	bool down;
	u8 event;
	unsigned long events;
	unsigned long pings;
	bool init_seen;
	bool complete_seen;
	unsigned long strays;
	u32 credits;
	u32 max_xfer;
	u16 lun;
	u32 block;
	u64 blocks;
	struct load *load;
};

extern struct client vt_clients[VT_CLIENTS];

int vt_bind(u32 unit, u16 lun);
void vt_unbind(void);

int vt_open(struct client *c, size_t ring);
int vt_close(struct client *c);
int vt_register(struct client *c);
int vt_free(struct client *c);

long vt_send(struct client *c, u64 hi, u64 lo);
long vt_send_wait(struct client *c, u64 hi, u64 lo);
bool vt_next(struct client *c, struct crq_msg *msg, unsigned int ms);
void vt_forget(struct client *c);
bool vt_wait_down(struct client *c, unsigned int ms);

struct vt_req *vt_req_get(struct client *c);
void vt_req_put(struct client *c, struct vt_req *r);
int vt_post(struct client *c, struct vt_req *r, u8 format, u16 len);
int vt_await(struct client *c, struct vt_req *r, unsigned int ms);
bool vt_canary_ok(const struct vt_req *r);
bool vt_tag_is_ours(const struct client *c, const struct vt_req *r);

static inline u64 vt_hi(u8 header, u8 format, u8 status, u16 len)
{
	return CRQ_MSG_HI(header, format, status) | len;
}

static inline u64 vt_ioba(const struct client *c, const void *mem)
{
	return c->mem_ioba + ((const u8 *)mem - c->mem);
}

#endif /* _VSCSITEST_RAW_H */
