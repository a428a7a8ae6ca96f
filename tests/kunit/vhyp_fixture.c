// SPDX-License-Identifier: GPL-2.0
/* See vhyp_fixture.h. */
#include <linux/io.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "vhyp_fixture.h"

bool fix_atomic;

static DEFINE_RAW_SPINLOCK(fix_lock);

/* A door of the test's own: memory is the host's, signals are counted. */
static bool fix_translate(struct vhyp_partition *part, u64 raddr, phys_addr_t *phys)
{
	if (!pfn_valid(raddr >> PAGE_SHIFT))
		return false;
	*phys = raddr;
	return true;
}

static void fix_door_signal(struct vhyp_adapter *a)
{
	struct fix_end *e = vhyp_adapter_door_data(a);

	if (e)
		e->signals++;
}

static int fix_attach(struct vhyp_adapter *a)
{
	return 0;
}

static void fix_detach(struct vhyp_adapter *a)
{
	vhyp_adapter_reset(a);
}

const struct vhyp_door fix_door = {
	.name		= "kunit",
	.owner		= THIS_MODULE,
	.map		= true,
	.translate	= fix_translate,
	.signal		= fix_door_signal,
	.attach		= fix_attach,
	.detach		= fix_detach,
};

void fix_enter(unsigned long *flags)
{
	if (!fix_atomic)
		return;
	local_irq_save(*flags);
	raw_spin_lock(&fix_lock);
	__release(&fix_lock);	/* sparse does not count what depends */
}

void fix_leave(unsigned long flags)
{
	if (!fix_atomic)
		return;
	__acquire(&fix_lock);
	raw_spin_unlock(&fix_lock);
	local_irq_restore(flags);
}

long fix_call_args(struct fix *f, enum vhyp_end end, u64 opcode, const u64 arg[VHYP_ARGS])
{
	unsigned long flags = 0;
	long rc;

	fix_enter(&flags);
	rc = vhyp_hcall(f->end[end].part, opcode, arg, f->ret);
	fix_leave(flags);
	return rc;
}

long fix_call(struct fix *f, enum vhyp_end end, u64 opcode, u64 a0, u64 a1, u64 a2, u64 a3,
	      u64 a4)
{
	u64 arg[VHYP_ARGS] = { a0, a1, a2, a3, a4 };

	return fix_call_args(f, end, opcode, arg);
}

long fix_register(struct fix *f, enum vhyp_end end)
{
	memset(f->end[end].ring, 0, PAPR_TCE_SIZE);
	return fix_call(f, end, PAPR_H_REG_CRQ, f->end[end].unit, FIX_RING, PAPR_TCE_SIZE, 0, 0);
}

long fix_free(struct fix *f, enum vhyp_end end)
{
	return fix_call(f, end, PAPR_H_FREE_CRQ, f->end[end].unit, 0, 0, 0, 0);
}

long fix_send(struct fix *f, enum vhyp_end end, u64 hi, u64 lo)
{
	return fix_call(f, end, PAPR_H_SEND_CRQ, f->end[end].unit, hi, lo, 0, 0);
}

long fix_signal(struct fix *f, enum vhyp_end end, u64 mode)
{
	return fix_call(f, end, PAPR_H_VIO_SIGNAL, f->end[end].unit, mode, 0, 0, 0);
}

long fix_copy(struct fix *f, u64 len, u32 s_liobn, u64 s_ioba, u32 d_liobn, u64 d_ioba)
{
	return fix_call(f, VHYP_SERVER, PAPR_H_COPY_RDMA, len, s_liobn, s_ioba, d_liobn, d_ioba);
}

void fix_connect(struct kunit *test, struct fix *f)
{
	KUNIT_ASSERT_EQ(test, PAPR_H_CLOSED, fix_register(f, VHYP_SERVER));
	KUNIT_ASSERT_EQ(test, PAPR_H_SUCCESS, fix_register(f, VHYP_CLIENT));
}

void fix_clear_ring(struct fix *f, enum vhyp_end end)
{
	memset(f->end[end].ring, 0, PAPR_TCE_SIZE);
}

void fix_expect_slot(struct kunit *test, struct fix *f, enum vhyp_end end, unsigned int index,
		     const u8 bytes[16])
{
	KUNIT_EXPECT_EQ_MSG(test, 0, memcmp(fix_slot(f, end, index), bytes, 16),
			    "element %u is %16ph, expected %16ph", index,
			    fix_slot(f, end, index), bytes);
}

static void fix_put(struct kunit *test, struct fix *f, enum vhyp_end end, u64 ioba, void *mem,
		    u64 access)
{
	KUNIT_ASSERT_EQ(test, PAPR_H_SUCCESS,
			fix_call(f, end, PAPR_H_PUT_TCE, f->end[end].liobn, ioba,
				 virt_to_phys(mem) | access, 0, 0));
}

static void fix_fill_window(struct kunit *test, struct fix *f, enum vhyp_end end)
{
	struct fix_end *e = &f->end[end];
	unsigned int i;

	e->ring = alloc_pages_exact(PAPR_TCE_SIZE, GFP_KERNEL | __GFP_ZERO);
	e->data = alloc_pages_exact(FIX_PAGES * PAPR_TCE_SIZE, GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_TRUE(test, e->ring && e->data);
	fix_put(test, f, end, FIX_RING, e->ring, PAPR_TCE_RW);
	for (i = 0; i < FIX_PAGES; i++)
		fix_put(test, f, end, FIX_DATA + i * PAPR_TCE_SIZE, e->data + i * PAPR_TCE_SIZE,
			PAPR_TCE_RW);
	fix_put(test, f, end, FIX_RO, e->data, PAPR_TCE_READ);
	fix_put(test, f, end, FIX_WO, e->data + PAPR_TCE_SIZE, PAPR_TCE_WRITE);
}

struct fix *fix_create(struct kunit *test, bool client, bool any_client, bool map)
{
	struct vhyp_pair_config cfg = {
		.name		= "kunit",
		.unit		= { FIX_SERVER_UNIT, FIX_CLIENT_UNIT },
		.window_size	= FIX_WINDOW,
		.max_rdma	= FIX_RDMA,
		.any_client	= any_client,
		.map		= map,
		.door		= &fix_door,
	};
	struct fix *f = kzalloc(sizeof(*f), GFP_KERNEL);
	static const char * const name[] = { "kunit-server", "kunit-client" };
	int end;

	KUNIT_ASSERT_NOT_NULL(test, f);
	/* Known before anything can fail: fix_exit() cleans up what there is. */
	test->priv = f;
	for (end = 0; end < VHYP_ENDS; end++) {
		f->end[end].part = vhyp_partition_create(name[end], 0, NULL);
		KUNIT_ASSERT_FALSE(test, IS_ERR(f->end[end].part));
	}
	cfg.partition[VHYP_SERVER] = f->end[VHYP_SERVER].part;
	cfg.partition[VHYP_CLIENT] = client ? f->end[VHYP_CLIENT].part : NULL;
	f->pair = vhyp_pair_create(&cfg);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->pair));
	for (end = 0; end < VHYP_ENDS; end++) {
		struct fix_end *e = &f->end[end];

		e->unit = cfg.unit[end];
		e->adapter = vhyp_pair_end(f->pair, end);
		if (!e->adapter)
			continue;
		vhyp_adapter_set_door_data(e->adapter, e);
		e->liobn = vhyp_adapter_liobn(e->adapter);
		e->remote = vhyp_adapter_remote_liobn(e->adapter);
		fix_fill_window(test, f, end);
	}
	return f;
}

void fix_destroy(struct fix *f)
{
	int end;

	if (f->mapped)
		vhyp_adapter_unmap_partner(f->end[VHYP_SERVER].adapter, FIX_DATA, 1);
	if (!IS_ERR_OR_NULL(f->pair))
		vhyp_pair_destroy(f->pair);
	for (end = 0; end < VHYP_ENDS; end++) {
		if (f->end[end].ring)
			free_pages_exact(f->end[end].ring, PAPR_TCE_SIZE);
		if (f->end[end].data)
			free_pages_exact(f->end[end].data, FIX_PAGES * PAPR_TCE_SIZE);
		if (!IS_ERR_OR_NULL(f->end[end].part))
			vhyp_partition_destroy(f->end[end].part);
	}
	kfree(f);
}

const char *fix_state_name(enum fix_state state)
{
	static const char * const name[] = {
		[FIX_NONE]	= "nobody registered",
		[FIX_SERVER]	= "server registered",
		[FIX_CLIENT]	= "client registered",
		[FIX_BOTH]	= "connected",
		[FIX_SUSPENDED]	= "client suspended",
		[FIX_RESUMED]	= "client resumed",
		[FIX_FREEING]	= "client being freed",
		[FIX_ANY_NONE]	= "any client, nobody registered",
		[FIX_ANY_BOTH]	= "any client, connected",
		[FIX_ALONE]	= "no client authorised",
	};

	return name[state];
}

static void fix_map_and_free(struct kunit *test, struct fix *f)
{
	struct scatterlist sg;

	sg_init_table(&sg, 1);
	KUNIT_ASSERT_EQ(test, 1, vhyp_adapter_map_partner(f->end[VHYP_SERVER].adapter, FIX_DATA,
							  1, PAPR_TCE_READ, &sg, 1));
	KUNIT_ASSERT_EQ(test, PAPR_H_BUSY, fix_free(f, VHYP_CLIENT));
	f->mapped = true;
}

struct fix *fix_state(struct kunit *test, enum fix_state state)
{
	struct fix *f;

	if (test->priv)
		fix_destroy(test->priv);
	test->priv = NULL;
	f = fix_create(test, state != FIX_ALONE, state == FIX_ANY_NONE || state == FIX_ANY_BOTH,
		       true);
	if (state == FIX_SERVER)
		KUNIT_ASSERT_EQ(test, PAPR_H_CLOSED, fix_register(f, VHYP_SERVER));
	if (state == FIX_CLIENT)
		KUNIT_ASSERT_EQ(test, PAPR_H_CLOSED, fix_register(f, VHYP_CLIENT));
	if (state == FIX_BOTH || state == FIX_SUSPENDED || state == FIX_RESUMED ||
	    state == FIX_FREEING || state == FIX_ANY_BOTH)
		fix_connect(test, f);
	if (state == FIX_SUSPENDED || state == FIX_RESUMED)
		KUNIT_ASSERT_EQ(test, 0, vhyp_partition_suspend(f->end[VHYP_CLIENT].part));
	if (state == FIX_RESUMED)
		KUNIT_ASSERT_EQ(test, 0, vhyp_partition_resume(f->end[VHYP_CLIENT].part));
	if (state == FIX_FREEING)
		fix_map_and_free(test, f);
	return f;
}

int fix_init(struct kunit *test)
{
	fix_create(test, true, false, true);
	return 0;
}

void fix_exit(struct kunit *test)
{
	if (test->priv)
		fix_destroy(test->priv);
}
