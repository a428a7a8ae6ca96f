// SPDX-License-Identifier: GPL-2.0
/* H_VIOCTL: codes by state and argument, and what the subfunctions answer. */
#include <linux/string.h>
#include <linux/uuid.h>

#include "vhyp_fixture.h"

static long vioctl(struct fix *f, enum vhyp_end end, u64 sub, u64 p1)
{
	return fix_call(f, end, PAPR_H_VIOCTL, f->end[end].unit, sub, p1, 0, 0);
}

/* p1 of GET_PARTNER_INFO: length and ioba */
static u64 info_at(u32 len, u32 ioba)
{
	return (u64)len << 32 | ioba;
}

static void vioctl_by_state(struct kunit *test)
{
	static const struct {
		enum fix_state state;
		u64 sub;
		u64 p1;
		long rc;
	} row[] = {
		{ FIX_NONE, 0x06, 0, PAPR_H_CLOSED },
		{ FIX_SERVER, 0x06, 0, PAPR_H_CLOSED },
		{ FIX_CLIENT, 0x06, 0, PAPR_H_CLOSED },
		{ FIX_BOTH, 0x06, 0, PAPR_H_SUCCESS },
		{ FIX_ALONE, 0x06, 0, PAPR_H_CLOSED },
		{ FIX_BOTH, 0x07, 0, PAPR_H_PARAMETER },	/* not disabled before */
		{ FIX_NONE, 0x07, 0, PAPR_H_PARAMETER },
		{ FIX_NONE, 0x08, (u64)128 << 32 | FIX_DATA, PAPR_H_SUCCESS },
		{ FIX_BOTH, 0x08, (u64)128 << 32 | FIX_DATA, PAPR_H_SUCCESS },
		{ FIX_BOTH, 0x08, (u64)20 << 32 | FIX_DATA, PAPR_H_CONSTRAINED },
		{ FIX_BOTH, 0x08, FIX_DATA, PAPR_H_CONSTRAINED },
		{ FIX_BOTH, 0x08, (u64)128 << 32 | FIX_HOLE, PAPR_H_PARAMETER },
		{ FIX_BOTH, 0x08, (u64)128 << 32 | FIX_RO, PAPR_H_PARAMETER },
		{ FIX_BOTH, 0x08, (u64)128 << 32 | FIX_WINDOW, PAPR_H_PARAMETER },
		{ FIX_BOTH, 0x08, (u64)0xffffff << 32 | FIX_DATA, PAPR_H_PARAMETER },
		{ FIX_BOTH, 0x08, 1ULL << 56 | 128ULL << 32 | FIX_DATA, PAPR_H_PARAMETER },
		{ FIX_ANY_NONE, 0x08, (u64)128 << 32 | FIX_DATA, PAPR_H_CLOSED },
		{ FIX_ANY_BOTH, 0x08, (u64)128 << 32 | FIX_DATA, PAPR_H_SUCCESS },
		{ FIX_ALONE, 0x08, (u64)128 << 32 | FIX_DATA, PAPR_H_CLOSED },
		{ FIX_NONE, 0x10, 0, PAPR_H_SUCCESS },
		{ FIX_BOTH, 0x10, 0, PAPR_H_SUCCESS },
		{ FIX_BOTH, 0x10, 1, PAPR_H_PARAMETER },
		{ FIX_ANY_NONE, 0x10, 0, PAPR_H_CLOSED },
		{ FIX_ANY_BOTH, 0x10, 0, PAPR_H_SUCCESS },
		{ FIX_ALONE, 0x10, 0, PAPR_H_CLOSED },
		{ FIX_SERVER, 0x1d, 30000, PAPR_H_SUCCESS },
		{ FIX_SERVER, 0x1d, 30001, PAPR_H_PARAMETER },
		{ FIX_SERVER, 0x1d, ~0ULL, PAPR_H_PARAMETER },
		{ FIX_ANY_BOTH, 0x1d, 100, PAPR_H_CONSTRAINED },
		{ FIX_BOTH, 0x1e, 0, PAPR_H_CONSTRAINED },	/* 0x1d not called */
		{ FIX_BOTH, 0x1e, 1, PAPR_H_PARAMETER },
		{ FIX_BOTH, 0x05, 0, PAPR_H_NOT_FOUND },
		{ FIX_BOTH, 0x14, 0, PAPR_H_NOT_FOUND },
		{ FIX_BOTH, ~0ULL, 0, PAPR_H_NOT_FOUND },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct fix *f = fix_state(test, row[i].state);

		KUNIT_EXPECT_EQ_MSG(test, vioctl(f, VHYP_SERVER, row[i].sub, row[i].p1),
				    row[i].rc, "0x%llx with 0x%llx, %s", row[i].sub, row[i].p1,
				    fix_state_name(row[i].state));
	}
}

/* Unused parameters must be zero; a client adapter and an unknown unit have none of it. */
static void vioctl_arguments(struct kunit *test)
{
	static const u64 sub[] = { 0x06, 0x07, 0x08, 0x10, 0x1d, 0x1e };
	struct fix *f = fix_state(test, FIX_BOTH);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sub); i++) {
		u64 p1 = sub[i] == 0x08 ? info_at(128, FIX_DATA) : 0;

		KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, vioctl(f, VHYP_CLIENT, sub[i], p1));
		KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER,
				fix_call(f, VHYP_SERVER, PAPR_H_VIOCTL, 0x31000000, sub[i], p1,
					 0, 0));
		KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER,
				fix_call(f, VHYP_SERVER, PAPR_H_VIOCTL, FIX_SERVER_UNIT, sub[i],
					 p1, 1, 0));
		KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER,
				fix_call(f, VHYP_SERVER, PAPR_H_VIOCTL, FIX_SERVER_UNIT, sub[i],
					 p1, 0, 1));
	}
	/* An unknown subfunction is told first. */
	KUNIT_EXPECT_EQ(test, PAPR_H_NOT_FOUND,
			fix_call(f, VHYP_CLIENT, PAPR_H_VIOCTL, 0, 0x99, 0, 0, 0));
}

static void partner_info(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);
	u32 id = vhyp_partition_id(f->end[VHYP_CLIENT].part);
	u8 *data = f->end[VHYP_SERVER].data;
	u8 head[16] = { 0, 0, 0, 0, id >> 24, id >> 16, id >> 8, id,
			0, 0, 0, 0, 0x30, 0x00, 0x00, 0x03 };
	char loc[40];
	size_t len;

	snprintf(loc, sizeof(loc), "U9080.VIO.0000001-V%u-C3", id);
	len = 16 + strlen(loc) + 1;
	memset(data, 0xee, 256);
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS,
			vioctl(f, VHYP_SERVER, 0x08, info_at(200, FIX_DATA + 8)));
	KUNIT_EXPECT_EQ(test, data[7], 0xee);
	KUNIT_EXPECT_EQ(test, 0, memcmp(data + 8, head, 16));
	KUNIT_EXPECT_STREQ(test, (char *)data + 24, loc);
	KUNIT_EXPECT_PTR_EQ(test, NULL, memchr_inv(data + 8 + len, 0, 200 - len));
	KUNIT_EXPECT_EQ(test, data[208], 0xee);
	/* Exactly enough, and one byte too few: then nothing is written. */
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS,
			vioctl(f, VHYP_SERVER, 0x08, info_at(len, FIX_DATA)));
	memset(data, 0xee, 256);
	KUNIT_EXPECT_EQ(test, PAPR_H_CONSTRAINED,
			vioctl(f, VHYP_SERVER, 0x08, info_at(len - 1, FIX_DATA)));
	KUNIT_EXPECT_PTR_EQ(test, NULL, memchr_inv(data, 0xee, 256));
}

static void partner_uuid(struct kunit *test)
{
	static const uuid_t uuid = UUID_INIT(0x01234567, 0x89ab, 0xcdef, 0xfe, 0xdc, 0xba, 0x98,
					     0x76, 0x54, 0x32, 0x10);
	struct vhyp_pair_config cfg = {
		.name		= "uuid",
		.unit		= { 0x40, 0x41 },
		.window_size	= FIX_WINDOW,
		.max_rdma	= FIX_RDMA,
	};
	struct fix *f = test->priv;
	u64 arg[VHYP_ARGS] = { 0x40, 0x10 }, ret[VHYP_ARGS];
	struct vhyp_partition *part;
	struct vhyp_pair *pair;

	part = vhyp_partition_create("kunit-uuid", 0, &uuid);
	KUNIT_ASSERT_FALSE(test, IS_ERR(part));
	cfg.partition[VHYP_SERVER] = f->end[VHYP_SERVER].part;
	cfg.partition[VHYP_CLIENT] = part;
	cfg.door = &fix_door;
	pair = vhyp_pair_create(&cfg);
	KUNIT_EXPECT_FALSE(test, IS_ERR(pair));
	if (!IS_ERR(pair)) {
		KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS,
				vhyp_hcall(f->end[VHYP_SERVER].part, PAPR_H_VIOCTL, arg, ret));
		KUNIT_EXPECT_EQ(test, ret[0], 0x0123456789abcdefULL);
		KUNIT_EXPECT_EQ(test, ret[1], 0xfedcba9876543210ULL);
		vhyp_pair_destroy(pair);
	}
	vhyp_partition_destroy(part);
}

/* 0x06 keeps the client from being suspended, until 0x07 or H_FREE_CRQ. */
static void migration_control(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);
	struct vhyp_partition *client = f->end[VHYP_CLIENT].part;

	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, vioctl(f, VHYP_SERVER, 0x06, 0));
	KUNIT_EXPECT_EQ(test, -EBUSY, vhyp_partition_suspend(client));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, vioctl(f, VHYP_SERVER, 0x07, 0));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, vioctl(f, VHYP_SERVER, 0x07, 0));
	KUNIT_EXPECT_EQ(test, 0, vhyp_partition_suspend(client));
	KUNIT_EXPECT_EQ(test, 0, vhyp_partition_resume(client));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, vioctl(f, VHYP_SERVER, 0x06, 0));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_SERVER));
	KUNIT_EXPECT_EQ(test, PAPR_H_PARAMETER, vioctl(f, VHYP_SERVER, 0x07, 0));
	KUNIT_EXPECT_EQ(test, 0, vhyp_partition_suspend(client));
}

/* 0x1d is forgotten with each registration. */
static void prepare_is_per_registration(struct kunit *test)
{
	struct fix *f = fix_state(test, FIX_BOTH);

	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, vioctl(f, VHYP_SERVER, 0x1d, 1000));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, vioctl(f, VHYP_SERVER, 0x1e, 0));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_free(f, VHYP_SERVER));
	KUNIT_EXPECT_EQ(test, PAPR_H_CONSTRAINED, vioctl(f, VHYP_SERVER, 0x1e, 0));
	KUNIT_EXPECT_EQ(test, PAPR_H_SUCCESS, fix_register(f, VHYP_SERVER));
	KUNIT_EXPECT_EQ(test, PAPR_H_CONSTRAINED, vioctl(f, VHYP_SERVER, 0x1e, 0));
}

FIX_CASES(vioctl,
	  KUNIT_CASE(vioctl_by_state),
	  KUNIT_CASE(vioctl_arguments),
	  KUNIT_CASE(partner_info),
	  KUNIT_CASE(partner_uuid),
	  KUNIT_CASE(migration_control),
	  KUNIT_CASE(prepare_is_per_registration));
