// SPDX-License-Identifier: GPL-2.0
/* H_COPY_RDMA, H_READ_RDMA, H_WRITE_RDMA: codes by state, limits, bytes. */
#include <linux/random.h>
#include <linux/string.h>

#include "vhyp_fixture.h"

/* Copy one byte of the client's to the server */
static long pull(struct fix *f)
{
	struct fix_end *s = &f->end[VHYP_SERVER];

	return fix_copy(f, 1, s->remote, FIX_DATA, s->liobn, FIX_DATA);
}

static long rread(struct fix *f, u64 len, u32 liobn, u64 ioba)
{
	return fix_call(f, VHYP_SERVER, PAPR_H_READ_RDMA, len, liobn, ioba, 0, 0);
}

static long rwrite(struct fix *f, u64 len, u32 liobn, u64 ioba)
{
	u64 arg[VHYP_ARGS] = { len, liobn, ioba, 0x0102030405060708ULL, 0x1112131415161718ULL,
			       0x2122232425262728ULL, 0x3132333435363738ULL,
			       0x4142434445464748ULL, 0x5152535455565758ULL };

	return fix_call_args(f, VHYP_SERVER, PAPR_H_WRITE_RDMA, arg);
}

/* The partner's window is there while both ends are, and the client runs. */
static void rdma_by_state(struct kunit *test)
{
	static const struct {
		enum fix_state state;
		long rc;
	} row[] = {
		{ FIX_NONE, PAPR_H_PERMISSION },
		{ FIX_SERVER, PAPR_H_PERMISSION },
		{ FIX_CLIENT, PAPR_H_PERMISSION },
		{ FIX_BOTH, PAPR_H_SUCCESS },
		{ FIX_SUSPENDED, PAPR_H_PERMISSION },
		{ FIX_RESUMED, PAPR_H_SUCCESS },
		{ FIX_FREEING, PAPR_H_PERMISSION },
		{ FIX_ANY_BOTH, PAPR_H_SUCCESS },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		const char *name = fix_state_name(row[i].state);
		struct fix *f = fix_state(test, row[i].state);
		struct fix_end *s = &f->end[VHYP_SERVER];

		KUNIT_EXPECT_EQ_MSG(test, pull(f), row[i].rc, "copy from, %s", name);
		KUNIT_EXPECT_EQ_MSG(test, fix_copy(f, 1, s->liobn, FIX_DATA, s->remote, FIX_DATA),
				    row[i].rc, "copy to, %s", name);
		KUNIT_EXPECT_EQ_MSG(test, rread(f, 8, s->remote, FIX_DATA), row[i].rc,
				    "read, %s", name);
		KUNIT_EXPECT_EQ_MSG(test, rwrite(f, 8, s->remote, FIX_DATA), row[i].rc,
				    "write, %s", name);
		/* Its own window needs nobody. */
		KUNIT_EXPECT_EQ_MSG(test, PAPR_H_SUCCESS,
				    fix_copy(f, 1, s->liobn, FIX_DATA, s->liobn, FIX_DATA + 1),
				    "copy within, %s", name);
	}
}

static void copy_arguments(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);
	struct fix_end *s = &f->end[VHYP_SERVER], *c = &f->end[VHYP_CLIENT];
	const struct {
		u64 len;
		u32 s_liobn;
		u64 s_ioba;
		u32 d_liobn;
		u64 d_ioba;
		long rc;
	} row[] = {
		{ 0, s->remote, FIX_DATA, s->liobn, FIX_DATA, PAPR_H_PARAMETER },
		{ FIX_RDMA, s->remote, FIX_DATA, s->liobn, FIX_DATA, PAPR_H_SUCCESS },
		{ FIX_RDMA + 1, s->remote, FIX_DATA, s->liobn, FIX_DATA, PAPR_H_PARAMETER },
		{ ~0ULL, s->remote, FIX_DATA, s->liobn, FIX_DATA, PAPR_H_PARAMETER },
		/* The partner's LIOBN for its own window is not the server's for it. */
		{ 16, c->liobn, FIX_DATA, s->liobn, FIX_DATA, PAPR_H_SOURCE_PARM },
		{ 16, 0, FIX_DATA, s->liobn, FIX_DATA, PAPR_H_SOURCE_PARM },
		{ 16, s->remote, FIX_DATA, c->liobn, FIX_DATA, PAPR_H_DEST_PARM },
		{ 16, s->remote, FIX_DATA, ~0U, FIX_DATA, PAPR_H_DEST_PARM },
		{ 16, s->remote, FIX_WINDOW, s->liobn, FIX_DATA, PAPR_H_SOURCE_PARM },
		{ 16, s->remote, FIX_WINDOW - 8, s->liobn, FIX_DATA, PAPR_H_SOURCE_PARM },
		{ 16, s->remote, ~0ULL - 8, s->liobn, FIX_DATA, PAPR_H_SOURCE_PARM },
		{ 16, s->remote, FIX_DATA, s->liobn, FIX_WINDOW - 8, PAPR_H_DEST_PARM },
		{ 16, s->remote, FIX_DATA, s->liobn, ~0ULL - 8, PAPR_H_DEST_PARM },
		{ 16, s->remote, FIX_HOLE, s->liobn, FIX_DATA, PAPR_H_PERMISSION },
		{ 16, s->remote, FIX_DATA, s->liobn, FIX_HOLE, PAPR_H_PERMISSION },
		{ 16, s->remote, FIX_RO, s->liobn, FIX_DATA, PAPR_H_SUCCESS },
		{ 16, s->remote, FIX_WO, s->liobn, FIX_DATA, PAPR_H_PERMISSION },
		{ 16, s->liobn, FIX_DATA, s->remote, FIX_WO, PAPR_H_SUCCESS },
		{ 16, s->liobn, FIX_DATA, s->remote, FIX_RO, PAPR_H_PERMISSION },
		/* The second page of the range is missing. */
		{ 16, s->remote, FIX_RO - 8, s->liobn, FIX_DATA, PAPR_H_PERMISSION },
		{ 16, s->remote, FIX_DATA, s->liobn, FIX_WO + PAPR_TCE_SIZE - 8,
		  PAPR_H_PERMISSION },
	};
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		bool touched = false;

		memset(s->data, 0x11, FIX_PAGES * PAPR_TCE_SIZE);
		memset(c->data, 0x22, FIX_PAGES * PAPR_TCE_SIZE);
		KUNIT_EXPECT_EQ_MSG(test, row[i].rc,
				    fix_copy(f, row[i].len, row[i].s_liobn, row[i].s_ioba,
					     row[i].d_liobn, row[i].d_ioba), "row %u", i);
		for (j = 0; j < FIX_PAGES * PAPR_TCE_SIZE; j++)
			touched |= s->data[j] != 0x11 || c->data[j] != 0x22;
		KUNIT_EXPECT_EQ_MSG(test, touched, row[i].rc == PAPR_H_SUCCESS, "row %u", i);
	}
	/* A client has no second window. */
	KUNIT_EXPECT_EQ(test, PAPR_H_SOURCE_PARM,
			fix_call(f, VHYP_CLIENT, PAPR_H_COPY_RDMA, 16, s->liobn, FIX_DATA,
				 c->liobn, FIX_DATA));
	KUNIT_EXPECT_EQ(test, PAPR_H_SOURCE_PARM,
			fix_call(f, VHYP_CLIENT, PAPR_H_COPY_RDMA, 16, s->remote, FIX_DATA,
				 c->liobn, FIX_DATA));
	KUNIT_EXPECT_EQ(test, PAPR_H_DEST_PARM,
			fix_call(f, VHYP_CLIENT, PAPR_H_COPY_RDMA, 16, c->liobn, FIX_DATA,
				 s->liobn, FIX_DATA));
}

/* Sizes around every boundary, every alignment class, both ways: byte for byte. */
static void copy_bytes(struct kunit *test)
{
	static const u32 len[] = { 1, 2, 7, 8, 15, 16, 63, 64, 511, 512, 4095, 4096, 4097, 8191,
				   8192, 8193, 65535, 65536, 65537, 131071, 131072 };
	static const u32 off[] = { 0, 1, 7, 8, 511, 512, 2048, 4088, 4095 };
	struct fix *f = fix_state(test, FIX_BOTH);
	struct fix_end *s = &f->end[VHYP_SERVER], *c = &f->end[VHYP_CLIENT];
	const u32 size = FIX_PAGES * PAPR_TCE_SIZE;
	u32 l, a, b, errors = 0;

	for (l = 0; l < ARRAY_SIZE(len); l++) {
		for (a = 0; a < ARRAY_SIZE(off); a++) {
			for (b = 0; b < ARRAY_SIZE(off); b++) {
				bool to = (a + b) & 1;
				u8 *src = to ? s->data : c->data, *dst = to ? c->data : s->data;

				get_random_bytes(src + off[a], min_t(u32, len[l], 64));
				memset(dst, 0x5a, off[b] + len[l] + 64);
				if (fix_copy(f, len[l], to ? s->liobn : s->remote,
					     FIX_DATA + off[a], to ? s->remote : s->liobn,
					     FIX_DATA + off[b]))
					errors++;
				if (memcmp(dst + off[b], src + off[a], len[l]))
					errors++;
				if (memchr_inv(dst, 0x5a, off[b]) ||
				    memchr_inv(dst + off[b] + len[l], 0x5a, 64))
					errors++;
			}
		}
		get_random_bytes(s->data, size);
		get_random_bytes(c->data, size);
	}
	KUNIT_EXPECT_EQ(test, errors, 0);
}

static void read_arguments(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);
	struct fix_end *s = &f->end[VHYP_SERVER];
	unsigned int i, len;

	for (i = 0; i < 128; i++)
		f->end[VHYP_CLIENT].data[i] = i + 1;
	for (len = 0; len <= PAPR_READ_RDMA_MAX; len++) {
		memset(f->ret, 0xee, sizeof(f->ret));
		KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, rread(f, len, s->remote, FIX_DATA + 3));
		/* Left-justified, the first byte in the highest of R4. */
		for (i = 0; i < PAPR_READ_RDMA_MAX; i++)
			KUNIT_EXPECT_EQ_MSG(test, (u8)(f->ret[i / 8] >> (56 - 8 * (i % 8))),
					    i < len ? i + 4 : 0, "byte %u of %u", i, len);
	}
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, rread(f, 73, s->remote, FIX_DATA));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, rread(f, ~0ULL, s->remote, FIX_DATA));
	/* Only the partner's memory. */
	KUNIT_EXPECT_EQ(test, PAPR_H_SOURCE_PARM, rread(f, 8, s->liobn, FIX_DATA));
	KUNIT_EXPECT_EQ(test, PAPR_H_SOURCE_PARM, rread(f, 8, 0, FIX_DATA));
	KUNIT_EXPECT_EQ(test, PAPR_H_SOURCE_PARM, rread(f, 8, s->remote, FIX_WINDOW - 7));
	KUNIT_EXPECT_EQ(test, PAPR_H_SOURCE_PARM, rread(f, 8, s->remote, ~0ULL - 3));
	KUNIT_EXPECT_EQ(test, PAPR_H_PERMISSION, rread(f, 8, s->remote, FIX_HOLE));
	KUNIT_EXPECT_EQ(test, PAPR_H_PERMISSION, rread(f, 8, s->remote, FIX_WO));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, rread(f, 8, s->remote, FIX_RO));
	/* Across pages, into one that is not there */
	KUNIT_EXPECT_EQ(test, PAPR_H_PERMISSION,
			rread(f, 8, s->remote, FIX_WO + PAPR_TCE_SIZE - 4));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS,
			rread(f, 72, s->remote, FIX_DATA + PAPR_TCE_SIZE - 36));
}

static void write_arguments(struct kunit *test)
{
	static const u8 pattern[6] = { 0x01, 0x11, 0x21, 0x31, 0x41, 0x51 };
	struct fix *f = fix_state(test, FIX_BOTH);
	struct fix_end *s = &f->end[VHYP_SERVER];
	u8 *data = f->end[VHYP_CLIENT].data;
	unsigned int i, len;

	for (len = 0; len <= PAPR_WRITE_RDMA_MAX; len++) {
		memset(data, 0xee, 64);
		KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, rwrite(f, len, s->remote, FIX_DATA + 5));
		for (i = 0; i < 64; i++)
			KUNIT_EXPECT_EQ_MSG(test, data[i], i < 5 || i >= 5 + len ? 0xee :
					    pattern[(i - 5) / 8] + (i - 5) % 8,
					    "byte %u of %u", i, len);
	}
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, rwrite(f, 49, s->remote, FIX_DATA));
	KUNIT_EXPECT_EQ(test, PAPR_H_DEST_PARM, rwrite(f, 8, s->liobn, FIX_DATA));
	KUNIT_EXPECT_EQ(test, PAPR_H_DEST_PARM, rwrite(f, 8, s->remote, FIX_WINDOW - 7));
	KUNIT_EXPECT_EQ(test, PAPR_H_PERMISSION, rwrite(f, 8, s->remote, FIX_HOLE));
	KUNIT_EXPECT_EQ(test, PAPR_H_PERMISSION, rwrite(f, 8, s->remote, FIX_RO));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, rwrite(f, 8, s->remote, FIX_WO));
	/* Across pages, into one that is not there: nothing of it is written. */
	memset(data + 2 * PAPR_TCE_SIZE - 4, 0xee, 4);
	KUNIT_EXPECT_EQ(test, PAPR_H_PERMISSION,
			rwrite(f, 8, s->remote, FIX_WO + PAPR_TCE_SIZE - 4));
	KUNIT_EXPECT_PTR_EQ(test, NULL, memchr_inv(data + 2 * PAPR_TCE_SIZE - 4, 0xee, 4));
}

FIX_CASES(rdma,
	  KUNIT_CASE(rdma_by_state),
	  KUNIT_CASE(copy_arguments),
	  KUNIT_CASE(copy_bytes),
	  KUNIT_CASE(read_arguments),
	  KUNIT_CASE(write_arguments));
