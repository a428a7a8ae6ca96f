// SPDX-License-Identifier: GPL-2.0
/* H_GET_TCE, H_PUT_TCE, H_STUFF_TCE, H_PUT_TCE_INDIRECT. */
#include <linux/io.h>

#include "vhyp_fixture.h"

static long get(struct fix *f, u32 liobn, u64 ioba)
{
	return fix_call(f, VHYP_CLIENT, PAPR_H_GET_TCE, liobn, ioba, 0, 0, 0);
}

static long put(struct fix *f, u32 liobn, u64 ioba, u64 tce)
{
	return fix_call(f, VHYP_CLIENT, PAPR_H_PUT_TCE, liobn, ioba, tce, 0, 0);
}

static long stuff(struct fix *f, u32 liobn, u64 ioba, u64 tce, u64 count)
{
	return fix_call(f, VHYP_CLIENT, PAPR_H_STUFF_TCE, liobn, ioba, tce, count, 0);
}

static long indirect(struct fix *f, u32 liobn, u64 ioba, u64 list, u64 count)
{
	return fix_call(f, VHYP_CLIENT, PAPR_H_PUT_TCE_INDIRECT, liobn, ioba, list, count, 0);
}

/* What H_GET_TCE says of an entry */
static u64 entry(struct kunit *test, struct fix *f, u64 ioba)
{
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, get(f, f->end[VHYP_CLIENT].liobn, ioba));
	return f->ret[0];
}

/* An address no memory is at */
#define NOWHERE	0x7ffffffff000ULL

static void put_and_get(struct kunit *test)
{
	struct fix *f = test->priv;
	struct fix_end *c = &f->end[VHYP_CLIENT];
	u64 at = virt_to_phys(c->data), access;

	for (access = 0; access <= 3; access++) {
		KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, put(f, c->liobn, FIX_HOLE, at | access));
		KUNIT_EXPECT_EQ(test, entry(test, f, FIX_HOLE), at | access);
	}
	KUNIT_EXPECT_EQ(test, entry(test, f, FIX_HOLE + PAPR_TCE_SIZE), 0);
	/* Without access the address is not looked at. */
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, put(f, c->liobn, FIX_HOLE, NOWHERE));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, put(f, c->liobn, FIX_HOLE, at | 3));
	/* Refused, and the entry is as it was. */
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, put(f, c->liobn, FIX_HOLE, NOWHERE | 3));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, put(f, c->liobn, FIX_HOLE + 8, at | 3));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, put(f, c->liobn, FIX_WINDOW, at | 3));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, put(f, c->liobn, ~PAPR_TCE_MASK, at | 3));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, put(f, 0, FIX_HOLE, 0));
	/* Neither the partner's window nor, for a server, the second one. */
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, put(f, f->end[VHYP_SERVER].liobn, FIX_HOLE, 0));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER,
			fix_call(f, VHYP_SERVER, PAPR_H_PUT_TCE, f->end[VHYP_SERVER].remote,
				 FIX_HOLE, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, entry(test, f, FIX_HOLE), at | 3);
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, get(f, c->liobn, FIX_WINDOW));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, get(f, c->liobn, FIX_HOLE + 1));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, get(f, 0, FIX_HOLE));
}

static void stuff_range(struct kunit *test)
{
	struct fix *f = test->priv;
	struct fix_end *c = &f->end[VHYP_CLIENT];
	u64 tce = virt_to_phys(c->data) | PAPR_TCE_READ;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, stuff(f, c->liobn, FIX_HOLE, tce, 20));
	for (i = 0; i < 22; i++)
		KUNIT_EXPECT_EQ(test, entry(test, f, FIX_HOLE + i * PAPR_TCE_SIZE),
				i < 20 ? tce : 0);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, stuff(f, c->liobn, FIX_HOLE, 0, 0));
	KUNIT_EXPECT_EQ(test, entry(test, f, FIX_HOLE), tce);
	KUNIT_EXPECT_EQ(test, PAPR_H_P4, stuff(f, c->liobn, FIX_HOLE, 0, 513));
	KUNIT_EXPECT_EQ(test, PAPR_H_P4, stuff(f, c->liobn, FIX_HOLE, 0, ~0ULL));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, stuff(f, c->liobn, FIX_HOLE, 0, 512));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, stuff(f, c->liobn, FIX_HOLE + 4, 0, 1));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, stuff(f, 0, FIX_HOLE, 0, 1));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, stuff(f, c->liobn, FIX_HOLE, NOWHERE | 1, 1));
	KUNIT_EXPECT_EQ(test, entry(test, f, FIX_HOLE), tce);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, stuff(f, c->liobn, 0, 0, 256));
	KUNIT_EXPECT_EQ(test, entry(test, f, FIX_DATA), 0);
}

static void put_list(struct kunit *test)
{
	struct fix *f = test->priv;
	struct fix_end *c = &f->end[VHYP_CLIENT];
	__be64 *list = (__be64 *)c->data;
	u64 at = virt_to_phys(c->data), phys = virt_to_phys(list);
	unsigned int i;

	for (i = 0; i < 100; i++)
		list[i] = cpu_to_be64((at + (i % FIX_PAGES) * PAPR_TCE_SIZE) | 3);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, indirect(f, c->liobn, FIX_HOLE, phys, 100));
	for (i = 0; i < 101; i++)
		KUNIT_EXPECT_EQ(test, entry(test, f, FIX_HOLE + i * PAPR_TCE_SIZE),
				i < 100 ? be64_to_cpu(list[i]) : 0);
	/* The last one of a list is wrong: none is entered. */
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, stuff(f, c->liobn, FIX_HOLE, 0, 100));
	list[99] = cpu_to_be64(NOWHERE | 3);
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, indirect(f, c->liobn, FIX_HOLE, phys, 100));
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, entry(test, f, FIX_HOLE + i * PAPR_TCE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, indirect(f, c->liobn, FIX_HOLE, phys, 513));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, indirect(f, c->liobn, FIX_HOLE, phys, 112 + 1));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, indirect(f, c->liobn, FIX_HOLE, phys + 8, 1));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, indirect(f, c->liobn, FIX_HOLE, NOWHERE, 1));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, indirect(f, 0, FIX_HOLE, phys, 1));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, indirect(f, ~0U, FIX_HOLE, phys, 1));
	KUNIT_EXPECT_EQ(test, entry(test, f, FIX_HOLE), 0);
}

/* After a removal has succeeded the page is out of reach, at once and for every call. */
static void removed_is_gone(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);
	struct fix_end *s = &f->end[VHYP_SERVER], *c = &f->end[VHYP_CLIENT];

	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS,
			fix_copy(f, 8, s->liobn, FIX_DATA, s->remote, FIX_DATA));
	memset(c->data, 0x33, PAPR_TCE_SIZE);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, put(f, c->liobn, FIX_DATA, 0));
	KUNIT_EXPECT_EQ(test, PAPR_H_PERMISSION,
			fix_copy(f, 8, s->liobn, FIX_DATA, s->remote, FIX_DATA));
	KUNIT_EXPECT_EQ(test, PAPR_H_PERMISSION,
			fix_copy(f, 8, s->remote, FIX_DATA, s->liobn, FIX_DATA));
	KUNIT_EXPECT_PTR_EQ(test, NULL, memchr_inv(c->data, 0x33, PAPR_TCE_SIZE));
}

FIX_CASES(tce,
	  KUNIT_CASE(put_and_get),
	  KUNIT_CASE(stuff_range),
	  KUNIT_CASE(put_list),
	  KUNIT_CASE(removed_is_gone));
