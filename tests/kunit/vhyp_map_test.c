// SPDX-License-Identifier: GPL-2.0
/* Mapping of the client's pages for zero copy, and the rule of revocation. */
#include <linux/io.h>
#include <linux/scatterlist.h>

#include "vhyp_fixture.h"

#define SG_MAX	8

static int map(struct fix *f, u64 ioba, u64 len, u64 access, struct scatterlist *sg,
	       unsigned int max)
{
	unsigned long flags = 0;
	int ret;

	sg_init_table(sg, SG_MAX);
	fix_enter(&flags);
	ret = vhyp_adapter_map_partner(f->end[VHYP_SERVER].adapter, ioba, len, access, sg, max);
	fix_leave(flags);
	return ret;
}

static void unmap(struct fix *f, u64 ioba, u64 len)
{
	unsigned long flags = 0;

	fix_enter(&flags);
	vhyp_adapter_unmap_partner(f->end[VHYP_SERVER].adapter, ioba, len);
	fix_leave(flags);
}

static long remove(struct fix *f, u64 ioba)
{
	return fix_call(f, VHYP_CLIENT, PAPR_H_PUT_TCE, f->end[VHYP_CLIENT].liobn, ioba, 0, 0, 0);
}

static long remove_range(struct fix *f, u64 ioba, u64 count)
{
	return fix_call(f, VHYP_CLIENT, PAPR_H_STUFF_TCE, f->end[VHYP_CLIENT].liobn, ioba, 0,
			count, 0);
}

static void map_by_state(struct kunit *test)
{
	static const struct {
		enum fix_state state;
		int ret;
	} row[] = {
		{ FIX_NONE, -EACCES },
		{ FIX_SERVER, -EACCES },
		{ FIX_CLIENT, -EACCES },
		{ FIX_BOTH, 1 },
		{ FIX_SUSPENDED, -EACCES },
		{ FIX_FREEING, -EACCES },
		{ FIX_ALONE, -EOPNOTSUPP },
	};
	struct scatterlist sg[SG_MAX];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct fix *f = fix_state(test, row[i].state);
		int ret = map(f, FIX_DATA, 8, PAPR_TCE_READ, sg, SG_MAX);

		KUNIT_EXPECT_EQ_MSG(test, ret, row[i].ret, "%s", fix_state_name(row[i].state));
		if (ret > 0)
			unmap(f, FIX_DATA, 8);
	}
}

static void map_arguments(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);
	struct scatterlist sg[SG_MAX];

	KUNIT_EXPECT_EQ(test, -EINVAL, map(f, FIX_DATA, 0, PAPR_TCE_READ, sg, SG_MAX));
	KUNIT_EXPECT_EQ(test, -EINVAL, map(f, FIX_DATA, 8, 0, sg, SG_MAX));
	KUNIT_EXPECT_EQ(test, -EINVAL, map(f, FIX_DATA, 8, 4, sg, SG_MAX));
	KUNIT_EXPECT_EQ(test, -EINVAL, map(f, FIX_WINDOW - 4, 8, PAPR_TCE_READ, sg, SG_MAX));
	KUNIT_EXPECT_EQ(test, -EINVAL, map(f, ~0ULL - 4, 8, PAPR_TCE_READ, sg, SG_MAX));
	KUNIT_EXPECT_EQ(test, -EINVAL, map(f, FIX_DATA, ~0ULL, PAPR_TCE_READ, sg, SG_MAX));
	KUNIT_EXPECT_EQ(test, -EACCES, map(f, FIX_HOLE, 8, PAPR_TCE_READ, sg, SG_MAX));
	KUNIT_EXPECT_EQ(test, -EACCES, map(f, FIX_RO, 8, PAPR_TCE_RW, sg, SG_MAX));
	KUNIT_EXPECT_EQ(test, -EACCES, map(f, FIX_WO, 8, PAPR_TCE_READ, sg, SG_MAX));
	KUNIT_EXPECT_EQ(test, -EMSGSIZE,
			map(f, FIX_DATA, SG_MAX * PAPR_TCE_SIZE + 1, PAPR_TCE_READ, sg, SG_MAX));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			vhyp_adapter_map_partner(f->end[VHYP_CLIENT].adapter, FIX_DATA, 8,
						 PAPR_TCE_READ, sg, SG_MAX));
	/* None of these left anything mapped. */
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, remove_range(f, 0, 256));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_CLIENT));
}

/* Pages, offsets and lengths are those of the client's memory. */
static void map_pages(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);
	u8 *data = f->end[VHYP_CLIENT].data;
	struct scatterlist sg[SG_MAX], *s;
	u64 off = 100, done = 0;
	int i, n;

	n = map(f, FIX_DATA + off, 3 * PAPR_TCE_SIZE, PAPR_TCE_RW, sg, SG_MAX);
	KUNIT_ASSERT_EQ(test, n, 4);
	for_each_sg(sg, s, n, i) {
		KUNIT_EXPECT_PTR_EQ(test, (u8 *)sg_virt(s), data + off + done);
		KUNIT_EXPECT_LE(test, (s->offset & PAPR_TCE_MASK) + s->length, PAPR_TCE_SIZE);
		done += s->length;
	}
	KUNIT_EXPECT_EQ(test, done, 3 * PAPR_TCE_SIZE);
	unmap(f, FIX_DATA + off, 3 * PAPR_TCE_SIZE);
}

/* While mapped, no removal of any kind succeeds, and each leaves everything as it was. */
static void revocation(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);
	struct fix_end *s = &f->end[VHYP_SERVER], *c = &f->end[VHYP_CLIENT];
	__be64 *list = (__be64 *)(c->data + 32 * PAPR_TCE_SIZE);
	u64 page = FIX_DATA + 5 * PAPR_TCE_SIZE;
	struct scatterlist sg[SG_MAX];
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 1, map(f, page, 8, PAPR_TCE_READ, sg, SG_MAX));
	KUNIT_ASSERT_EQ(test, 1, map(f, page + 64, 8, PAPR_TCE_READ, sg, SG_MAX));
	KUNIT_EXPECT_EQ(test, PAPR_H_RESOURCE, remove(f, page));
	KUNIT_EXPECT_EQ(test, PAPR_H_RESOURCE, remove_range(f, FIX_DATA, 16));
	KUNIT_EXPECT_EQ(test, PAPR_H_RESOURCE,
			fix_call(f, VHYP_CLIENT, PAPR_H_PUT_TCE_INDIRECT, c->liobn, FIX_DATA,
				 virt_to_phys(list), 16, 0));
	for (i = 0; i < 16; i++)
		KUNIT_EXPECT_EQ_MSG(test, PAPR_H_SUCCESS,
				    fix_copy(f, 8, s->liobn, FIX_DATA, s->remote,
					     FIX_DATA + i * PAPR_TCE_SIZE), "page %u", i);
	/* Other pages go; this one stays until the last mapping of it has ended. */
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, remove(f, page + PAPR_TCE_SIZE));
	unmap(f, page, 8);
	KUNIT_EXPECT_EQ(test, PAPR_H_RESOURCE, remove(f, page));
	unmap(f, page + 64, 8);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, remove(f, page));
	KUNIT_EXPECT_EQ(test, -EACCES, map(f, page, 8, PAPR_TCE_READ, sg, SG_MAX));
}

/* A client that frees its queue waits, quiesced, for the last mapping. */
static void free_waits(struct kunit *test)
{
	static const u8 deregistered[16] = { 0xff, 0x02 };
	struct fix *f = fix_state(test, FIX_BOTH);
	struct scatterlist sg[SG_MAX];

	KUNIT_ASSERT_EQ(test, 2, map(f, FIX_DATA + 4000, 200, PAPR_TCE_WRITE, sg, SG_MAX));
	KUNIT_EXPECT_EQ(test, PAPR_H_BUSY, fix_free(f, VHYP_CLIENT));
	/* The server is told at once: how else would it know to end its mapping? */
	fix_expect_slot(test, f, VHYP_SERVER, 0, deregistered);
	KUNIT_EXPECT_EQ(test, PAPR_H_BUSY, fix_free(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, fix_slot(f, VHYP_SERVER, 1)[0], 0);
	KUNIT_EXPECT_EQ(test, PAPR_H_CLOSED, fix_send(f, VHYP_CLIENT, 0xc001ULL << 48, 0));
	KUNIT_EXPECT_EQ(test, -EACCES, map(f, FIX_DATA, 8, PAPR_TCE_READ, sg, SG_MAX));
	KUNIT_EXPECT_EQ(test, PAPR_H_RESOURCE, remove(f, FIX_DATA));
	unmap(f, FIX_DATA + 4000, 200);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, remove(f, FIX_DATA));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_register(f, VHYP_CLIENT));
}

/* A client killed with a page mapped keeps that page, and no other. */
static void kill_keeps_mapped(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);
	struct fix_end *c = &f->end[VHYP_CLIENT];
	struct scatterlist sg[SG_MAX];

	KUNIT_ASSERT_EQ(test, 1, map(f, FIX_DATA, 8, PAPR_TCE_WRITE, sg, SG_MAX));
	vhyp_partition_kill(c->part);
	KUNIT_EXPECT_EQ(test, PAPR_H_RESOURCE, remove(f, FIX_DATA));
	fix_call(f, VHYP_CLIENT, PAPR_H_GET_TCE, c->liobn, FIX_DATA + PAPR_TCE_SIZE, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, f->ret[0], 0);
	KUNIT_EXPECT_EQ(test, PAPR_H_BUSY, fix_free(f, VHYP_CLIENT));
	unmap(f, FIX_DATA, 8);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_CLIENT));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, remove(f, FIX_DATA));
}

/* An entry counts so many mappings and refuses the next: none is forgotten. */
static void map_count_ends(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);
	struct scatterlist sg[SG_MAX];
	unsigned int n = 0;

	while (n < 5000 && map(f, FIX_DATA, 8, PAPR_TCE_READ, sg, SG_MAX) == 1)
		n++;
	KUNIT_EXPECT_EQ(test, n, 1023);
	while (n--) {
		KUNIT_ASSERT_EQ(test, PAPR_H_RESOURCE, remove(f, FIX_DATA));
		unmap(f, FIX_DATA, 8);
	}
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, remove(f, FIX_DATA));
}

FIX_CASES(map,
	  KUNIT_CASE(map_by_state),
	  KUNIT_CASE(map_arguments),
	  KUNIT_CASE(map_pages),
	  KUNIT_CASE(revocation),
	  KUNIT_CASE(free_waits),
	  KUNIT_CASE(kill_keeps_mapped),
	  KUNIT_CASE(map_count_ends));
