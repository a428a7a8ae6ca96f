// SPDX-License-Identifier: GPL-2.0
/*
 * Windows: the memory an adapter's owner shares with the hypervisor and through it
 * with the partner, as a table of Translation Control Entries of 4 KiB each.
 *
 * Revocation: a byte moves through an entry only under the entry's lock, so that when
 * a removal has returned, none moves any more.  A page mapped for zero copy is used
 * without the lock; it is counted in its entry, and an entry with a count is not
 * changed: H_RESOURCE.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "vhyp_internal.h"

/*
 * An entry in memory: bits 63..12 host physical address, 11..2 count of mappings,
 * 1..0 access.
 */
#define VHYP_TCE_MAP_ONE	4ULL
#define VHYP_TCE_MAP_MASK	(PAPR_TCE_MASK & ~PAPR_TCE_RW)

static_assert((VHYP_WINDOW_LOCKS & (VHYP_WINDOW_LOCKS - 1)) == 0);
/* Each lock of a window is a lockdep subclass of its own when all are taken. */
static_assert(VHYP_WINDOW_LOCKS <= MAX_LOCKDEP_SUBCLASSES);

static raw_spinlock_t *vhyp_entry_lock(struct vhyp_window *w, u32 index)
{
	return &w->lock[index & (VHYP_WINDOW_LOCKS - 1)];
}

static u32 vhyp_index(u64 ioba)
{
	return ioba >> PAPR_TCE_SHIFT;
}

/* Bytes from @ioba to the end of its entry, but not more than @len */
static u64 vhyp_chunk(u64 ioba, u64 len)
{
	return min(len, PAPR_TCE_SIZE - (ioba & PAPR_TCE_MASK));
}

static void *vhyp_entry_address(u64 tce, u64 ioba)
{
	return phys_to_virt((tce & ~PAPR_TCE_MASK) + (ioba & PAPR_TCE_MASK));
}

/* Allocate a table in which nothing is mapped.  May sleep. */
int vhyp_window_init(struct vhyp_window *w, u64 size)
{
	unsigned int i;

	w->count = size >> PAPR_TCE_SHIFT;
	/* The administrator is told: no need to fill the log. */
	w->tce = kvcalloc(w->count, sizeof(*w->tce), GFP_KERNEL | __GFP_NOWARN);
	if (!w->tce)
		return -ENOMEM;
	for (i = 0; i < VHYP_WINDOW_LOCKS; i++)
		raw_spin_lock_init(&w->lock[i]);
	return 0;
}

void vhyp_window_exit(struct vhyp_window *w)
{
	kvfree(w->tce);
	w->tce = NULL;
}

/* Is [@ioba, @ioba + @len) inside the window?  True for a length of 0 inside it. */
bool vhyp_window_in_range(const struct vhyp_window *w, u64 ioba, u64 len)
{
	u64 size = (u64)w->count << PAPR_TCE_SHIFT;

	return len <= size && ioba <= size - len;
}

/*
 * Do all entries of a range allow the access at this moment?  So that a call which
 * must fail moves nothing; whether they still do is looked at again when bytes move.
 */
bool vhyp_window_allows(struct vhyp_window *w, u64 ioba, u64 len, u64 access)
{
	u32 i, last;

	if (!len)
		return true;
	last = vhyp_index(ioba + len - 1);
	for (i = vhyp_index(ioba); i <= last; i++)
		if ((READ_ONCE(w->tce[i]) & access) != access)
			return false;
	return true;
}

static unsigned long vhyp_window_lock_all(struct vhyp_window *w)
{
	unsigned long flags;
	unsigned int i;

	local_irq_save(flags);
	for (i = 0; i < VHYP_WINDOW_LOCKS; i++) {
		raw_spin_lock_nested(&w->lock[i], i);
		__release(&w->lock[i]);	/* sparse cannot count a loop's */
	}
	return flags;
}

static void vhyp_window_unlock_all(struct vhyp_window *w, unsigned long flags)
{
	unsigned int i;

	for (i = VHYP_WINDOW_LOCKS; i-- > 0;) {
		__acquire(&w->lock[i]);
		raw_spin_unlock(&w->lock[i]);
	}
	local_irq_restore(flags);
}

/* The entry as its owner sees it */
u64 vhyp_window_get(struct vhyp_window *w, u32 index)
{
	return READ_ONCE(w->tce[index]) & ~VHYP_TCE_MAP_MASK;
}

/* Set one entry.  H_RESOURCE if it is mapped by the partner. */
long vhyp_window_put(struct vhyp_window *w, u32 index, u64 tce)
{
	raw_spinlock_t *lock = vhyp_entry_lock(w, index);
	long rc = PAPR_H_SUCCESS;
	unsigned long flags;

	raw_spin_lock_irqsave(lock, flags);
	if (w->tce[index] & VHYP_TCE_MAP_MASK)
		rc = PAPR_H_RESOURCE;
	else
		WRITE_ONCE(w->tce[index], tce & ~VHYP_TCE_MAP_MASK);
	raw_spin_unlock_irqrestore(lock, flags);
	return rc;
}

static bool vhyp_window_mapped(const struct vhyp_window *w, u32 index, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (w->tce[index + i] & VHYP_TCE_MAP_MASK)
			return true;
	return false;
}

/* Set @count entries to one value: all or, with H_RESOURCE, none. */
long vhyp_window_fill(struct vhyp_window *w, u32 index, u64 tce, u32 count)
{
	unsigned long flags = vhyp_window_lock_all(w);
	long rc = PAPR_H_RESOURCE;
	u32 i;

	if (!vhyp_window_mapped(w, index, count)) {
		for (i = 0; i < count; i++)
			WRITE_ONCE(w->tce[index + i], tce & ~VHYP_TCE_MAP_MASK);
		rc = PAPR_H_SUCCESS;
	}
	vhyp_window_unlock_all(w, flags);
	return rc;
}

/* Set @count entries, each to its own value: all or, with H_RESOURCE, none. */
long vhyp_window_put_list(struct vhyp_window *w, u32 index, const u64 *tce, u32 count)
{
	unsigned long flags = vhyp_window_lock_all(w);
	long rc = PAPR_H_RESOURCE;
	u32 i;

	if (!vhyp_window_mapped(w, index, count)) {
		for (i = 0; i < count; i++)
			WRITE_ONCE(w->tce[index + i], tce[i] & ~VHYP_TCE_MAP_MASK);
		rc = PAPR_H_SUCCESS;
	}
	vhyp_window_unlock_all(w, flags);
	return rc;
}

/* Entries in use, by a look that stops nobody */
u32 vhyp_window_used(const struct vhyp_window *w)
{
	u32 i, used = 0;

	for (i = 0; i < w->count; i++)
		used += (READ_ONCE(w->tce[i]) & PAPR_TCE_RW) != 0;
	return used;
}

/* The owner is gone: no access through any entry that is not mapped at this moment. */
void vhyp_window_clear(struct vhyp_window *w)
{
	u32 i;

	for (i = 0; i < w->count; i++)
		if (READ_ONCE(w->tce[i]))
			vhyp_window_put(w, i, 0);
}

/* The locks of two entries, which may be one, in order of their addresses */
static void vhyp_lock_two(raw_spinlock_t *a, raw_spinlock_t *b)
	__acquires(a) __acquires(b)
{
	raw_spin_lock(min(a, b));
	if (a != b)
		raw_spin_lock_nested(max(a, b), SINGLE_DEPTH_NESTING);
	else
		__acquire(b);
}

static void vhyp_unlock_two(raw_spinlock_t *a, raw_spinlock_t *b)
	__releases(a) __releases(b)
{
	if (a != b)
		raw_spin_unlock(max(a, b));
	else
		__release(b);
	raw_spin_unlock(min(a, b));
}

/* Let the partner in or keep it out; when this returns, nothing moves that may not. */
void vhyp_window_open(struct vhyp_window *w, bool open)
{
	unsigned long flags;

	if (w->open == open)
		return;
	flags = vhyp_window_lock_all(w);
	WRITE_ONCE(w->open, open);
	WRITE_ONCE(w->epoch, w->epoch + !open);
	vhyp_window_unlock_all(w, flags);
}

static raw_spinlock_t *vhyp_side_lock(const struct vhyp_side *s)
{
	return vhyp_entry_lock(s->window, vhyp_index(s->ioba));
}

/* The memory of a side, NULL if it may not be accessed so.  Under the entry's lock. */
static void *vhyp_side_address(const struct vhyp_side *s, u64 access)
{
	u64 tce = s->window->tce[vhyp_index(s->ioba)];

	if (!(tce & access) ||
	    (s->remote && (!s->window->open || s->window->epoch != s->epoch)))
		return NULL;
	return vhyp_entry_address(tce, s->ioba);
}

/* Begin a transfer: as vhyp_window_allows(), at this moment. */
static bool vhyp_side_begin(struct vhyp_side *s, u64 len, u64 access)
{
	s->epoch = READ_ONCE(s->window->epoch);
	if (s->remote && !READ_ONCE(s->window->open))
		return false;
	return vhyp_window_allows(s->window, s->ioba, len, access);
}

/**
 * vhyp_window_copy() - move bytes from one window to another, or within one
 * @dst:	to
 * @src:	from
 * @len:	bytes
 *
 * Context: any.  Interrupts are off for one page at a time.
 * Return: H_SUCCESS, or H_PERMISSION if an entry does not allow it, or the partner's
 * window is closed (any more).
 */
long vhyp_window_copy(struct vhyp_side dst, struct vhyp_side src, u64 len)
{
	if (!vhyp_side_begin(&src, len, PAPR_TCE_READ) ||
	    !vhyp_side_begin(&dst, len, PAPR_TCE_WRITE))
		return PAPR_H_PERMISSION;
	while (len) {
		raw_spinlock_t *dlock = vhyp_side_lock(&dst), *slock = vhyp_side_lock(&src);
		u64 chunk = vhyp_chunk(dst.ioba, vhyp_chunk(src.ioba, len));
		unsigned long flags;
		void *to, *from;

		local_irq_save(flags);
		vhyp_lock_two(dlock, slock);
		to = vhyp_side_address(&dst, PAPR_TCE_WRITE);
		from = vhyp_side_address(&src, PAPR_TCE_READ);
		if (to && from)
			memmove(to, from, chunk);
		vhyp_unlock_two(dlock, slock);
		local_irq_restore(flags);
		if (!to || !from)
			return PAPR_H_PERMISSION;
		dst.ioba += chunk;
		src.ioba += chunk;
		len -= chunk;
	}
	return PAPR_H_SUCCESS;
}

/* Move bytes between a window and memory of the hypervisor's own. */
static long vhyp_window_transfer(struct vhyp_side side, void *in, const void *out, u64 len)
{
	u64 access = in ? PAPR_TCE_READ : PAPR_TCE_WRITE;

	if (!vhyp_side_begin(&side, len, access))
		return PAPR_H_PERMISSION;
	while (len) {
		raw_spinlock_t *lock = vhyp_side_lock(&side);
		u64 chunk = vhyp_chunk(side.ioba, len);
		unsigned long flags;
		void *mem;

		raw_spin_lock_irqsave(lock, flags);
		mem = vhyp_side_address(&side, access);
		if (mem && in)
			memcpy(in, mem, chunk);
		else if (mem)
			memcpy(mem, out, chunk);
		raw_spin_unlock_irqrestore(lock, flags);
		if (!mem)
			return PAPR_H_PERMISSION;
		if (in)
			in += chunk;
		else
			out += chunk;
		side.ioba += chunk;
		len -= chunk;
	}
	return PAPR_H_SUCCESS;
}

/* Read through a window.  H_PERMISSION as vhyp_window_copy(). */
long vhyp_window_read(struct vhyp_side src, void *buf, u64 len)
{
	return vhyp_window_transfer(src, buf, NULL, len);
}

/* Write through a window.  H_PERMISSION as vhyp_window_copy(). */
long vhyp_window_write(struct vhyp_side dst, const void *buf, u64 len)
{
	return vhyp_window_transfer(dst, NULL, buf, len);
}

/**
 * vhyp_window_put_msg() - write an element of a queue
 * @w:		the window
 * @ioba:	where, aligned to an element, in range
 * @hi:		bytes 0 to 7
 * @lo:		bytes 8 to 15
 * @replace:	whatever is there; otherwise only over a free element
 *
 * The receiver takes an element when it sees the header, so that is written last.  An
 * event that replaces an element leaves the rest of it: in an event it has no meaning,
 * and the receiver may just be reading the element.
 *
 * Context: any.
 * Return: H_SUCCESS; H_DROPPED if the element is not free; H_CLOSED if the owner has
 * taken the memory away.
 */
long vhyp_window_put_msg(struct vhyp_window *w, u64 ioba, u64 hi, u64 lo, bool replace)
{
	raw_spinlock_t *lock = vhyp_entry_lock(w, vhyp_index(ioba));
	long rc = PAPR_H_SUCCESS;
	struct crq_msg *slot;
	unsigned long flags;
	u64 tce;

	raw_spin_lock_irqsave(lock, flags);
	tce = w->tce[vhyp_index(ioba)];
	slot = vhyp_entry_address(tce, ioba);
	if ((tce & PAPR_TCE_RW) != PAPR_TCE_RW) {
		rc = PAPR_H_CLOSED;
	} else if (replace) {
		WRITE_ONCE(slot->word[0], cpu_to_be64(hi));
	} else if (READ_ONCE(slot->header) != CRQ_FREE) {
		rc = PAPR_H_DROPPED;
	} else {
		WRITE_ONCE(slot->word[1], cpu_to_be64(lo));
		dma_wmb();
		WRITE_ONCE(slot->word[0], cpu_to_be64(hi));
	}
	raw_spin_unlock_irqrestore(lock, flags);
	return rc;
}

/* Count one more mapping of an entry and give its address; false if not allowed. */
static bool vhyp_entry_map(struct vhyp_window *w, u32 index, u64 access, u64 *phys)
{
	raw_spinlock_t *lock = vhyp_entry_lock(w, index);
	unsigned long flags;
	bool ok;
	u64 tce;

	raw_spin_lock_irqsave(lock, flags);
	tce = w->tce[index];
	ok = (tce & access) == access && (tce & VHYP_TCE_MAP_MASK) != VHYP_TCE_MAP_MASK;
	if (ok)
		WRITE_ONCE(w->tce[index], tce + VHYP_TCE_MAP_ONE);
	raw_spin_unlock_irqrestore(lock, flags);
	*phys = tce & ~PAPR_TCE_MASK;
	return ok;
}

static void vhyp_entry_unmap(struct vhyp_window *w, u32 index)
{
	raw_spinlock_t *lock = vhyp_entry_lock(w, index);
	unsigned long flags;

	raw_spin_lock_irqsave(lock, flags);
	if (!WARN_ON_ONCE(!(w->tce[index] & VHYP_TCE_MAP_MASK)))
		WRITE_ONCE(w->tce[index], w->tce[index] - VHYP_TCE_MAP_ONE);
	raw_spin_unlock_irqrestore(lock, flags);
}

/**
 * vhyp_window_map() - give the partner direct access to pages
 * @w:		the window
 * @ioba:	where; range checked by the caller
 * @len:	bytes, not 0
 * @access:	PAPR_TCE_READ, _WRITE or both
 * @sgl:	receives one element for each entry touched; initialised by the caller
 * @max:	elements of @sgl
 *
 * Context: any.
 * Return: number of elements; -EMSGSIZE if @max does not do, -EACCES if an entry does
 * not allow the access or is mapped too often; then nothing is mapped.
 */
int vhyp_window_map(struct vhyp_window *w, u64 ioba, u64 len, u64 access,
		    struct scatterlist *sgl, unsigned int max)
{
	u32 first = vhyp_index(ioba), last = vhyp_index(ioba + len - 1), i;
	struct scatterlist *sg = sgl;

	if (last - first >= max)
		return -EMSGSIZE;
	for (i = first; i <= last; i++, sg = sg_next(sg)) {
		u64 chunk = vhyp_chunk(ioba, len);
		u64 phys;

		if (!vhyp_entry_map(w, i, access, &phys)) {
			while (i-- > first)
				vhyp_entry_unmap(w, i);
			return -EACCES;
		}
		phys += ioba & PAPR_TCE_MASK;
		sg_set_page(sg, pfn_to_page(PHYS_PFN(phys)), chunk, offset_in_page(phys));
		ioba += chunk;
		len -= chunk;
	}
	return last - first + 1;
}

/* Undo vhyp_window_map() of the same range.  Any context. */
void vhyp_window_unmap(struct vhyp_window *w, u64 ioba, u64 len)
{
	u32 i, last = vhyp_index(ioba + len - 1);

	for (i = vhyp_index(ioba); i <= last; i++)
		vhyp_entry_unmap(w, i);
}
