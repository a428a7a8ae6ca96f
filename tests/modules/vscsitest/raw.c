// SPDX-License-Identifier: GPL-2.0
/* See raw.h. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/vmalloc.h>
#include <asm/unaligned.h>

#include "vscsitest.h"

#define VT_IUS		(VT_REQS * VT_SLOT)
/* Tags of requests: this, a generation and an index */
#define VT_TAG_MAGIC	0x5654ULL
/* How long H_FREE_CRQ is repeated */
#define VT_FREE_MS	120000
/* How long an element is repeated that the server's full queue has no place for */
#define VT_FULL_MS	30000

struct client vt_clients[VT_CLIENTS];
static u32 vt_unit;
static u16 vt_lun;

static void vt_memory_free(struct client *c)
{
	if (c->mem)
		free_pages_exact(c->mem, VT_MEM);
	if (c->ius)
		free_pages_exact(c->ius, VT_IUS);
	vfree(c->req);
	vfree(c->fifo);
	c->mem = NULL;
	c->ius = NULL;
	c->req = NULL;
	c->fifo = NULL;
}

static int vt_memory_alloc(struct client *c)
{
	c->mem = alloc_pages_exact(VT_MEM, GFP_KERNEL | __GFP_ZERO);
	c->ius = alloc_pages_exact(VT_IUS, GFP_KERNEL | __GFP_ZERO);
	c->req = vcalloc(VT_REQS, sizeof(*c->req));
	c->fifo = vcalloc(VT_FIFO, sizeof(*c->fifo));
	if (c->mem && c->ius && c->req && c->fifo)
		return 0;
	vt_memory_free(c);
	return -ENOMEM;
}

static struct client *vt_client_of(struct crq_adapter *a)
{
	unsigned int i;

	for (i = 0; i < VT_CLIENTS; i++)
		if (vt_clients[i].a == a)
			return &vt_clients[i];
	return NULL;
}

static int vt_probe(struct crq_adapter *a)
{
	struct client *c;
	int ret;

	if (vt_unit != VT_UNIT_ANY && vt_unit != VT_UNIT_ALL && vt_unit != a->unit_address)
		return -ENODEV;
	c = vt_client_of(NULL);
	if (!c || (vt_unit != VT_UNIT_ALL && c != vt_clients))
		return -EBUSY;
	ret = vt_memory_alloc(c);
	if (ret)
		return ret;
	c->lun = vt_lun;
	c->a = a;
	return 0;
}

static void vt_remove(struct crq_adapter *a)
{
	struct client *c = vt_client_of(a);

	load_end(c);
	mutex_lock(&c->busy);
	if (c->open)
		vt_close(c);
	vt_memory_free(c);
	c->a = NULL;
	mutex_unlock(&c->busy);
}

static const struct vio_device_id vt_ids[] = {
	{ "vscsi", "IBM,v-scsi" },
	{ "v-scsi", "IBM,v-scsi" },
	{ "", "" },
};

static struct crq_driver vt_driver = {
	.name		= "vscsitest",
	.id_table	= vt_ids,
	.probe		= vt_probe,
	.remove		= vt_remove,
};

/* Bind the client adapter with this unit address, the first, or all (VT_UNIT_*). */
int vt_bind(u32 unit, u16 lun)
{
	unsigned int i;
	int ret;

	vt_unit = unit;
	vt_lun = lun;
	for (i = 0; i < VT_CLIENTS; i++) {
		mutex_init(&vt_clients[i].busy);
		spin_lock_init(&vt_clients[i].lock);
		init_waitqueue_head(&vt_clients[i].wait);
	}
	ret = crq_register_driver(&vt_driver);
	if (ret)
		return ret;
	if (vt_clients[0].a)
		return 0;
	crq_unregister_driver(&vt_driver);
	return -ENODEV;
}

void vt_unbind(void)
{
	crq_unregister_driver(&vt_driver);
}

static u64 vt_tag(const struct client *c, unsigned int index)
{
	return VT_TAG_MAGIC << 48 | (u64)c->generation << 16 | index;
}

/* The request an answer belongs to.  Under the lock. */
static struct vt_req *vt_req_of(struct client *c, u64 tag)
{
	unsigned int index = tag & 0xffff;

	if (tag >> 48 != VT_TAG_MAGIC)
		return NULL;
	if (index < VT_REQS && c->req[index].used && c->req[index].tag == tag)
		return &c->req[index];
	if (c->strays++ < 5)
		pr_warn("an answer nobody waits for, tag %016llx\n", tag);
	return NULL;
}

static void vt_collect(struct client *c, const struct crq_msg *msg)
{
	unsigned int next = (c->head + 1) % VT_FIFO;

	if (next == c->tail)
		return;
	c->fifo[c->head] = *msg;
	c->head = next;
}

static void vt_note_event(struct client *c, const struct crq_msg *msg)
{
	c->down = true;
	c->event = msg->format;
	c->events++;
	/* What was said before the break is void. */
	c->init_seen = false;
	c->complete_seen = false;
}

/* Is this the answer to a request?  Under the lock. */
static bool vt_take_answer(struct client *c, const struct crq_msg *msg)
{
	struct vt_req *r;

	if (msg->header != CRQ_COMMAND)
		return false;
	r = vt_req_of(c, be64_to_cpu(msg->data));
	if (!r)
		return false;
	r->seq = ++c->seq;
	r->msg = *msg;
	/* Who waits for it reads the others without the lock. */
	smp_store_release(&r->answers, r->answers + 1);
	return true;
}

/* A PING asks for no more than to be looked at; it may come whenever nothing happens. */
static bool vt_take_ping(struct client *c, const struct crq_msg *msg)
{
	if (msg->header != CRQ_COMMAND || msg->format != VT_MESSAGE || msg->status != VT_PING)
		return false;
	c->pings++;
	return true;
}

static void vt_receive(struct crq_queue *q, const struct crq_msg *msg)
{
	struct client *c = container_of(q, struct client, q);

	spin_lock(&c->lock);
	if (!vt_take_ping(c, msg) && !vt_take_answer(c, msg)) {
		if (msg->header == CRQ_EVENT)
			vt_note_event(c, msg);
		if (msg->header == CRQ_INIT && msg->format == CRQ_INIT_REQUEST)
			c->init_seen = true;
		if (msg->header == CRQ_INIT && msg->format == CRQ_INIT_COMPLETE)
			c->complete_seen = true;
		vt_collect(c, msg);
	}
	spin_unlock(&c->lock);
	wake_up_all(&c->wait);
}

/* Nothing is outstanding, nothing has come. */
static void vt_reset(struct client *c)
{
	unsigned int i;

	spin_lock_bh(&c->lock);
	c->generation++;
	c->next = 0;
	c->head = 0;
	c->tail = 0;
	c->down = false;
	c->init_seen = false;
	c->complete_seen = false;
	for (i = 0; i < VT_REQS; i++) {
		c->req[i].used = false;
		c->req[i].iu = c->ius + i * VT_SLOT;
		c->req[i].ioba = c->ius_ioba + i * VT_SLOT;
	}
	spin_unlock_bh(&c->lock);
}

/* Register the queue, and take elements. */
int vt_register(struct client *c)
{
	long rc;

	vt_reset(c);
	rc = crq_queue_register(&c->q);
	if (rc != PAPR_H_SUCCESS && rc != PAPR_H_CLOSED) {
		pr_err("H_REG_CRQ answered %ld\n", rc);
		return papr_errno(rc);
	}
	c->registered = true;
	crq_queue_start(&c->q);
	return 0;
}

/* Free the queue; afterwards the server reaches nothing of ours. */
int vt_free(struct client *c)
{
	long rc = crq_queue_free(&c->q, VT_FREE_MS);

	if (rc)
		pr_err("H_FREE_CRQ answered %ld\n", rc);
	c->registered = false;
	return papr_errno(rc);
}

static int vt_map(struct client *c)
{
	int ret;

	ret = c->a->hv->map(c->a, c->ius, VT_IUS, DMA_BIDIRECTIONAL, &c->ius_ioba);
	if (ret)
		return ret;
	ret = c->a->hv->map(c->a, c->mem, VT_MEM, DMA_BIDIRECTIONAL, &c->mem_ioba);
	if (ret)
		c->a->hv->unmap(c->a, c->ius_ioba, VT_IUS, DMA_BIDIRECTIONAL);
	return ret;
}

static int vt_unmap(struct client *c)
{
	long mem = c->a->hv->unmap(c->a, c->mem_ioba, VT_MEM, DMA_BIDIRECTIONAL);
	long ius = c->a->hv->unmap(c->a, c->ius_ioba, VT_IUS, DMA_BIDIRECTIONAL);

	if (mem || ius)
		pr_err("memory in use after H_FREE_CRQ: %ld, %ld\n", mem, ius);
	return papr_errno(mem ?: ius);
}

/**
 * vt_open() - map the memory and register a queue
 * @c:		the client
 * @ring:	bytes of the queue
 *
 * Return: 0 or an errno.
 */
int vt_open(struct client *c, size_t ring)
{
	int ret;

	if (!c->a)
		return -ENODEV;
	/* Lost to a server that did not give it back. */
	if (!c->mem)
		return -ENOMEM;
	memset(&c->q, 0, sizeof(c->q));
	ret = crq_queue_init(&c->q, c->a, ring, vt_receive);
	if (ret)
		return ret;
	ret = vt_map(c);
	if (ret)
		goto out_queue;
	c->open = true;
	ret = vt_register(c);
	if (!ret)
		return 0;
	c->open = false;
	vt_unmap(c);
out_queue:
	crq_queue_exit(&c->q);
	return ret;
}

/* Undo vt_open().  Memory that the server still has is an error, and lost. */
int vt_close(struct client *c)
{
	int ret = 0, unmapped;

	if (c->registered)
		ret = vt_free(c);
	unmapped = vt_unmap(c);
	crq_queue_exit(&c->q);
	c->open = false;
	if (unmapped) {
		c->mem = NULL;
		c->ius = NULL;
	}
	return ret ?: unmapped;
}

/* One element, once. */
long vt_send(struct client *c, u64 hi, u64 lo)
{
	return crq_queue_send(&c->q, hi, lo);
}

/* One element; repeated while the server's queue is full. */
long vt_send_wait(struct client *c, u64 hi, u64 lo)
{
	unsigned long end = jiffies + msecs_to_jiffies(VT_FULL_MS);
	long rc;

	for (;;) {
		rc = vt_send(c, hi, lo);
		if (rc != PAPR_H_DROPPED || time_after(jiffies, end))
			return rc;
		usleep_range(20, 100);
	}
}

static bool vt_take(struct client *c, struct crq_msg *msg)
{
	bool got;

	spin_lock_bh(&c->lock);
	got = c->tail != c->head;
	if (got) {
		*msg = c->fifo[c->tail];
		c->tail = (c->tail + 1) % VT_FIFO;
	}
	spin_unlock_bh(&c->lock);
	return got;
}

/* The next element that answers no request; false if none comes in time. */
bool vt_next(struct client *c, struct crq_msg *msg, unsigned int ms)
{
	return wait_event_timeout(c->wait, vt_take(c, msg), msecs_to_jiffies(ms)) > 0;
}

/* Forget the elements that were collected. */
void vt_forget(struct client *c)
{
	spin_lock_bh(&c->lock);
	c->tail = c->head;
	spin_unlock_bh(&c->lock);
}

/* Did the server close its queue, or does it in this time? */
bool vt_wait_down(struct client *c, unsigned int ms)
{
	return wait_event_timeout(c->wait, READ_ONCE(c->down), msecs_to_jiffies(ms)) > 0;
}

/* A request with a fresh tag and a canary for information unit; NULL if all are used. */
struct vt_req *vt_req_get(struct client *c)
{
	struct vt_req *r = NULL;
	unsigned int i, index;

	spin_lock_bh(&c->lock);
	for (i = 0; i < VT_REQS && !r; i++) {
		index = (c->next + i) % VT_REQS;
		if (!c->req[index].used)
			r = &c->req[index];
	}
	if (r) {
		c->next = (index + 1) % VT_REQS;
		c->generation++;
		r->used = true;
		r->answers = 0;
		r->tag = vt_tag(c, index);
		memset(r->iu, VT_CANARY, VT_SLOT);
	}
	spin_unlock_bh(&c->lock);
	return r;
}

/* Done with it.  The memory of one without an answer may be written to any time. */
void vt_req_put(struct client *c, struct vt_req *r)
{
	spin_lock_bh(&c->lock);
	if (r->answers || c->down)
		r->used = false;
	spin_unlock_bh(&c->lock);
}

/**
 * vt_post() - send a request whose information unit is complete but for the tag
 * @c:		the client
 * @r:		the request
 * @format:	of the element
 * @len:	bytes of the information unit, as the element says
 *
 * Return: 0, or an errno for the answer of H_SEND_CRQ.
 */
int vt_post(struct client *c, struct vt_req *r, u8 format, u16 len)
{
	put_unaligned_be64(r->tag, r->iu + 8);
	/* The server reads it after the element. */
	wmb();
	return papr_errno(vt_send_wait(c, vt_hi(CRQ_COMMAND, format, 0, len), r->ioba));
}

/* Wait for the answer: 0, -ECONNRESET if there was a break, -ETIMEDOUT. */
int vt_await(struct client *c, struct vt_req *r, unsigned int ms)
{
	wait_event_timeout(c->wait, READ_ONCE(r->answers) || READ_ONCE(c->down),
			   msecs_to_jiffies(ms));
	/* Pairs with vt_take_answer(). */
	if (smp_load_acquire(&r->answers))
		return 0;
	return READ_ONCE(c->down) ? -ECONNRESET : -ETIMEDOUT;
}

/* Nothing was written behind the longest information unit. */
bool vt_canary_ok(const struct vt_req *r)
{
	return !memchr_inv(r->iu + VT_IU_MAX, VT_CANARY, VT_SLOT - VT_IU_MAX);
}

/* The answer has the tag in its information unit as well. */
bool vt_tag_is_ours(const struct client *c, const struct vt_req *r)
{
	return get_unaligned_be64(r->iu + 8) == r->tag;
}
