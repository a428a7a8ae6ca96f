// SPDX-License-Identifier: GPL-2.0
/*
 * Slots: memory in the window for each request that can be outstanding, made once; and
 * who owns it.
 *
 * A slot is answered by its tag: its index and a generation that is new for each use.
 * Generation and state change together, in one atomic word: who moves a slot from
 * SENT owns the request, once, whether it was answered, aborted or purged, and a tag of
 * an earlier use moves nothing.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "vscsi.h"

static u64 vscsi_slot_word(u64 tag, enum vscsi_slot_state state)
{
	return (tag & ~0xffffffffULL) | state;
}

/**
 * vscsi_slot_move() - change the state of a slot, if it still is what one thinks
 * @slot:	the slot
 * @tag:	of the use that is meant
 * @from:	state in which it must be
 * @to:		state in which it is then
 *
 * Context: any.
 * Return: true if it was moved: the caller now owns it.
 */
bool vscsi_slot_move(struct vscsi_slot *slot, u64 tag, enum vscsi_slot_state from,
		     enum vscsi_slot_state to)
{
	u64 old = vscsi_slot_word(tag, from);

	return atomic64_cmpxchg(&slot->state, old, vscsi_slot_word(tag, to)) == old;
}

/* A new use of a slot the caller owns: PREPARED, with a tag that was never used. */
void vscsi_slot_renew(struct vscsi_slot *slot)
{
	u64 generation = (atomic64_read(&slot->state) >> 32) + 1;

	atomic64_set(&slot->state, generation << 32 | VSCSI_PREPARED);
}

/**
 * vscsi_slot_find() - the slot a tag names
 * @h:		the host
 * @tag:	from an element of the queue: anything
 *
 * Context: any.
 * Return: the slot, which may be in any state and use by now; NULL if there is none.
 */
struct vscsi_slot *vscsi_slot_find(struct vscsi_host *h, u64 tag)
{
	u32 index = tag;

	return index < h->nr_slots ? &h->slots[index] : NULL;
}

/* An element that answers nothing.  Context: any. */
void vscsi_stray(struct vscsi_host *h, const struct crq_msg *msg)
{
	dev_warn_ratelimited(h->adapter->dev,
			     "ignored: header %02x format %02x status %02x tag %016llx\n",
			     msg->header, msg->format, msg->status, be64_to_cpu(msg->data));
}

/**
 * vscsi_slot_take() - take a free slot and a credit
 * @h:		the host; its lock is held
 * @kind:	for commands or TMFs
 *
 * Context: any.
 * Return: the slot, PREPARED; NULL if there is none, or no credit.
 */
struct vscsi_slot *vscsi_slot_take(struct vscsi_host *h, enum vscsi_slot_kind kind)
{
	int keep = kind == VSCSI_SLOT_COMMAND ? h->reserve : 0;
	struct vscsi_slot *slot;

	lockdep_assert_held(&h->lock);
	slot = list_first_entry_or_null(&h->free[kind], struct vscsi_slot, node);
	if (!slot || h->credits <= keep)
		return NULL;
	list_del(&slot->node);
	h->credits--;
	if (kind == VSCSI_SLOT_COMMAND)
		h->in_flight++;
	else
		h->tmfs++;
	slot->connection = h->connection;
	vscsi_slot_renew(slot);
	return slot;
}

/**
 * vscsi_slot_put() - give a slot back
 * @h:		the host; its lock is not held
 * @slot:	the slot, which the caller owns and has nothing mapped
 * @credits:	what came back with it
 *
 * Context: any.
 */
void vscsi_slot_put(struct vscsi_host *h, struct vscsi_slot *slot, int credits)
{
	unsigned long flags;

	spin_lock_irqsave(&h->lock, flags);
	slot->cmd = NULL;
	/* A new connection has its own credits. */
	if (slot->connection == h->connection)
		h->credits = min(h->credits + credits, 0x10000);
	if (slot->kind == VSCSI_SLOT_COMMAND)
		h->in_flight--;
	else
		h->tmfs--;
	atomic64_and(~0xffffffffULL, &slot->state);
	/* The one used last is the one whose memory is still in the cache. */
	list_add(&slot->node, &h->free[slot->kind]);
	spin_unlock_irqrestore(&h->lock, flags);
}

static size_t vscsi_ius_size(const struct vscsi_host *h)
{
	/* One more for the payload of a MAD */
	return PAGE_ALIGN((h->nr_slots + 1) * VSCSI_IU_SIZE);
}

static int vscsi_slot_init(struct vscsi_host *h, u32 index, enum vscsi_slot_kind kind)
{
	struct vscsi_slot *slot = &h->slots[index];
	struct crq_adapter *a = h->adapter;

	slot->index = index;
	slot->kind = kind;
	slot->iu = h->ius + index * VSCSI_IU_SIZE;
	slot->ioba = h->ius_ioba + index * VSCSI_IU_SIZE;
	init_completion(&slot->done);
	if (kind == VSCSI_SLOT_CONNECTION) {
		h->connection_slot = slot;
		return 0;
	}
	list_add_tail(&slot->node, &h->free[kind]);
	if (kind != VSCSI_SLOT_COMMAND)
		return 0;
	slot->table = a->hv->alloc(a, VSCSI_TABLE_SIZE, &slot->table_ioba, GFP_KERNEL);
	return slot->table ? 0 : -ENOMEM;
}

/**
 * vscsi_slots_alloc() - make all slots
 * @h:		the host
 * @requests:	for so many commands
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; then nothing is left.
 */
int vscsi_slots_alloc(struct vscsi_host *h, unsigned int requests)
{
	u32 commands = requests + VSCSI_SPARE, i;
	struct crq_adapter *a = h->adapter;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(h->free); i++)
		INIT_LIST_HEAD(&h->free[i]);
	h->nr_slots = commands + VSCSI_TMFS + 1;
	h->slots = kvcalloc(h->nr_slots, sizeof(*h->slots), GFP_KERNEL);
	if (!h->slots)
		return -ENOMEM;
	h->ius = a->hv->alloc(a, vscsi_ius_size(h), &h->ius_ioba, GFP_KERNEL);
	if (!h->ius)
		ret = -ENOMEM;
	for (i = 0; i < h->nr_slots && !ret; i++)
		ret = vscsi_slot_init(h, i, i < commands ? VSCSI_SLOT_COMMAND :
				      i < commands + VSCSI_TMFS ? VSCSI_SLOT_TMF :
				      VSCSI_SLOT_CONNECTION);
	if (ret)
		vscsi_slots_free(h);
	return ret;
}

/* Undo vscsi_slots_alloc(), complete or not; nothing is outstanding.  May sleep. */
void vscsi_slots_free(struct vscsi_host *h)
{
	struct crq_adapter *a = h->adapter;
	u32 i;

	for (i = 0; i < h->nr_slots; i++)
		if (h->slots[i].table)
			a->hv->free(a, VSCSI_TABLE_SIZE, h->slots[i].table,
				    h->slots[i].table_ioba);
	if (h->ius)
		a->hv->free(a, vscsi_ius_size(h), h->ius, h->ius_ioba);
	kvfree(h->slots);
}
