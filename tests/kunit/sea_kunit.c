// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of sea.ko: the decision about a frame, row by row, and the VLANs and the
 * table it is made from.
 *
 * The configuration: trunk 0, the default one, has PVID 1 and VLANs 100 and 110; trunk 1
 * has PVID 2 and VLANs 200, 205 and 210; trunk 2 has no PVID yet; trunk 3 has PVID 3 and
 * VLAN 300 and is not active.  The SEA has VLAN devices for VLANs 100 and 400.
 */
#include <kunit/test.h>
#include <linux/ctype.h>
#include <linux/module.h>

#include "../../drivers/sea/refuse.c"
#include "../../drivers/sea/stats.c"
#include "../../drivers/sea/vlan.c"
#include "../../drivers/sea/table.c"
#include "../../drivers/sea/decide.h"
#include "../../drivers/sea/frame.c"
#include "../../drivers/sea/offload.c"
#include "../../drivers/sea/repair.c"
#include "../../drivers/sea/thread.c"

/* Threads call it; here nothing is forwarded. */
void sea_forward_queued(struct sk_buff *skb)
{
	kfree_skb(skb);
}

struct sea_world {
	struct net_device *dev;
	struct sea sea;
	struct sea_port real;
	struct sea_port trunk[4];
	struct sea_rules rules;
};

static void sea_world_trunk(struct sea_world *w, unsigned int order, u16 pvid, const u16 *vids)
{
	struct sea_port *trunk = &w->trunk[order];

	trunk->sea = &w->sea;
	trunk->dev = w->dev;
	trunk->role = SEA_PORT_TRUNK;
	trunk->order = order;
	trunk->pvid = pvid;
	w->sea.trunk[order] = trunk;
	for (; *vids; vids++)
		__set_bit(*vids, trunk->vids);
}

static int sea_world_init(struct kunit *test)
{
	struct sea_world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	struct sea_table *table;

	KUNIT_ASSERT_NOT_NULL(test, w);
	table = kunit_kzalloc(test, sizeof(*table), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, table);
	w->dev = alloc_etherdev(0);
	KUNIT_ASSERT_NOT_NULL(test, w->dev);
	w->real.sea = &w->sea;
	w->real.dev = w->dev;
	w->sea.dev = w->dev;
	w->sea.real = &w->real;
	sea_world_trunk(w, 0, 1, (const u16[]){ 100, 110, 0 });
	sea_world_trunk(w, 1, 2, (const u16[]){ 200, 205, 210, 0 });
	sea_world_trunk(w, 2, 0, (const u16[]){ 250, 0 });
	sea_world_trunk(w, 3, 3, (const u16[]){ 300, 0 });
	w->sea.dflt = &w->trunk[0];
	__set_bit(100, w->sea.uppers);
	__set_bit(400, w->sea.uppers);
	sea_table_fill(table, &w->sea);
	w->rules.table = table;
	w->rules.active = BIT(0) | BIT(1) | BIT(2);
	w->rules.options = SEA_OPT_UP | SEA_OPT_TAGGED_PVID;
	test->priv = w;
	return 0;
}

static void sea_world_exit(struct kunit *test)
{
	struct sea_world *w = test->priv;

	free_netdev(w->dev);
}

/* ---- decisions ---- */

#define REAL		.from = SEA_FROM_REAL, .trunk = SEA_ORDER_NONE
#define TRUNK(n)	.from = SEA_FROM_TRUNK, .trunk = (n)
#define LOCAL		.from = SEA_FROM_LOCAL, .trunk = SEA_ORDER_NONE
#define CLIENT(n)	.from = SEA_FROM_LOCAL, .trunk = (n)
#define TAG(t)		.has_tag = true, .tci = (t)
#define DROP(name)	.drop = SEA_STAT(name)
#define ANY		0

struct sea_case {
	const char *name;
	u32 off, on;		/* options to change */
	struct sea_frame frame;
	struct sea_verdict want;
};

static void sea_expect(struct kunit *test, const struct sea_rules *rules,
		       const struct sea_case *c)
{
	struct sea_frame frame = c->frame;
	struct sea_verdict v;

	frame.vid = frame.tci & VLAN_VID_MASK;
	memset(&v, 0xaa, sizeof(v));
	sea_decide(rules, &frame, &v);
	KUNIT_EXPECT_EQ_MSG(test, v.drop, c->want.drop, "%s: %s", c->name,
			    sea_stat_names[v.drop]);
	KUNIT_EXPECT_EQ_MSG(test, v.to, c->want.to, "%s", c->name);
	if (v.to & (SEA_TO_REAL | SEA_TO_TRUNK | SEA_TO_LOCAL)) {
		KUNIT_EXPECT_EQ_MSG(test, v.tagged, c->want.tagged, "%s", c->name);
		KUNIT_EXPECT_EQ_MSG(test, v.vid, c->want.vid, "%s", c->name);
	}
	if (v.to & SEA_TO_TRUNK)
		KUNIT_EXPECT_EQ_MSG(test, v.trunk, c->want.trunk, "%s", c->name);
}

static void sea_expect_all(struct kunit *test, const struct sea_case *c, unsigned int n)
{
	struct sea_world *w = test->priv;
	struct sea_rules rules;

	for (; n--; c++) {
		rules = w->rules;
		rules.options = (rules.options & ~c->off) | c->on;
		sea_expect(test, &rules, c);
	}
}

/* The worked examples of the specification */
static const struct sea_case sea_vectors[] = {
	{ "T0 untagged", ANY, ANY, { TRUNK(0) }, { .to = SEA_TO_REAL, .vid = 1 } },
	{ "T0 tag 100 pcp 5", ANY, ANY, { TRUNK(0), TAG(0xa064) },
	  { .to = SEA_TO_REAL, .tagged = SEA_TO_REAL, .vid = 100 } },
	{ "T0 tag 200", ANY, ANY, { TRUNK(0), TAG(200) }, { DROP(VIRT_FILTERED_VLAN) } },
	{ "T1 untagged", ANY, ANY, { TRUNK(1) }, { DROP(VIRT_FILTERED_PVID) } },
	{ "T1 untagged, leak", ANY, SEA_OPT_PVID_LEAK, { TRUNK(1) },
	  { .to = SEA_TO_REAL, .vid = 2 } },
	{ "T1 tag 205", ANY, ANY, { TRUNK(1), TAG(205) },
	  { .to = SEA_TO_REAL, .tagged = SEA_TO_REAL, .vid = 205 } },
	{ "R untagged", ANY, ANY, { REAL }, { .to = SEA_TO_TRUNK, .trunk = 0, .vid = 1 } },
	{ "R tag 0 pcp 3", ANY, ANY, { REAL, TAG(0x6000) },
	  { .to = SEA_TO_TRUNK, .trunk = 0, .vid = 1 } },
	{ "R tag 1", ANY, ANY, { REAL, TAG(1) }, { .to = SEA_TO_TRUNK, .trunk = 0, .vid = 1 } },
	{ "R tag 1, not accepted", SEA_OPT_TAGGED_PVID, ANY, { REAL, TAG(1) },
	  { DROP(REAL_TAGGED_PVID) } },
	{ "R tag 210 group", ANY, ANY, { REAL, TAG(210), .group = true },
	  { .to = SEA_TO_TRUNK, .tagged = SEA_TO_TRUNK, .trunk = 1, .vid = 210 } },
	{ "R tag 100 group, with a VLAN device", ANY, ANY, { REAL, TAG(100), .group = true },
	  { .to = SEA_TO_TRUNK | SEA_TO_LOCAL, .tagged = SEA_TO_TRUNK | SEA_TO_LOCAL, .trunk = 0,
	    .vid = 100 } },
	{ "R tag 2", ANY, ANY, { REAL, TAG(2) }, { DROP(REAL_FILTERED_VLAN) } },
	{ "R tag 500", ANY, ANY, { REAL, TAG(500) }, { DROP(REAL_FILTERED_VLAN) } },
	{ "R reserved", ANY, ANY, { REAL, .group = true, .reserved = true },
	  { .to = SEA_TO_LOWER, DROP(REAL_FILTERED_RESERVED) } },
};

static void sea_test_vectors(struct kunit *test)
{
	sea_expect_all(test, sea_vectors, ARRAY_SIZE(sea_vectors));
}

/* Rows for frames from the real adapter; later rows would fit as well. */
static const struct sea_case sea_real_rows[] = {
	{ "P1 before P2", SEA_OPT_UP, ANY, { REAL, .bad_src = true }, { DROP(REAL_BAD_SRC) } },
	{ "P2 before P4", SEA_OPT_UP, ANY, { REAL, .control = true }, { DROP(REAL_NOT_READY) } },
	{ "P4 EtherType", ANY, ANY, { REAL, .control = true, .group = true, .reserved = true },
	  { DROP(REAL_CONTROL_LEAK) } },
	{ "P4 VLAN", ANY, ANY, { REAL, TAG(4095) }, { DROP(REAL_CONTROL_LEAK) } },
	{ "P5 in a VLAN", ANY, ANY, { REAL, TAG(500), .group = true, .reserved = true },
	  { .to = SEA_TO_LOWER, DROP(REAL_FILTERED_RESERVED) } },
	{ "R1", ANY, ANY, { REAL, .own = true }, { .to = SEA_TO_LOCAL, .vid = 1 } },
	{ "R1 before R2", ANY, ANY, { REAL, TAG(500), .own = true },
	  { .to = SEA_TO_LOCAL, .tagged = SEA_TO_LOCAL, .vid = 500 } },
	{ "R1 with the tagged PVID", ANY, ANY, { REAL, TAG(1), .own = true },
	  { .to = SEA_TO_LOCAL, .vid = 1 } },
	{ "R2 not ready", ANY, ANY, { REAL, TAG(250) }, { DROP(REAL_FILTERED_VLAN) } },
	{ "R2 only a VLAN device", ANY, ANY, { REAL, TAG(400) }, { DROP(REAL_FILTERED_VLAN) } },
	{ "R2 only a VLAN device, group", ANY, ANY, { REAL, TAG(400), .group = true },
	  { .to = SEA_TO_LOCAL, .tagged = SEA_TO_LOCAL, .vid = 400 } },
	{ "R3", ANY, ANY, { REAL, TAG(300) }, { DROP(REAL_INACTIVE) } },
	{ "R3 group", ANY, ANY, { REAL, TAG(300), .group = true }, { DROP(REAL_INACTIVE) } },
	{ "R4", ANY, ANY, { REAL, TAG(200) },
	  { .to = SEA_TO_TRUNK, .tagged = SEA_TO_TRUNK, .trunk = 1, .vid = 200 } },
	{ "R5", ANY, ANY, { REAL, .group = true },
	  { .to = SEA_TO_TRUNK | SEA_TO_LOCAL, .trunk = 0, .vid = 1 } },
	{ "E5 priority", ANY, ANY, { REAL, TAG(0), .inner_tag = true }, { DROP(REAL_DOUBLE_TAG) } },
	{ "E5 PVID", ANY, ANY, { REAL, TAG(1), .inner_tag = true }, { DROP(REAL_DOUBLE_TAG) } },
	{ "E5 own", ANY, ANY, { REAL, TAG(1), .inner_tag = true, .own = true },
	  { DROP(REAL_DOUBLE_TAG) } },
	{ "E5 not: the tag stays", ANY, ANY, { REAL, TAG(200), .inner_tag = true },
	  { .to = SEA_TO_TRUNK, .tagged = SEA_TO_TRUNK, .trunk = 1, .vid = 200 } },
};

static void sea_test_real(struct kunit *test)
{
	sea_expect_all(test, sea_real_rows, ARRAY_SIZE(sea_real_rows));
}

/* Rows for frames from a trunk, in the order T1, T3, T5, T2, T4 */
static const struct sea_case sea_trunk_rows[] = {
	{ "P1 before P2", SEA_OPT_UP, ANY, { TRUNK(0), .bad_src = true }, { DROP(VIRT_BAD_SRC) } },
	{ "P2 down", SEA_OPT_UP, ANY, { TRUNK(0), .control = true }, { DROP(VIRT_NOT_READY) } },
	{ "P2 no PVID", ANY, ANY, { TRUNK(2), TAG(250) }, { DROP(VIRT_NOT_READY) } },
	{ "P3 EtherType", ANY, ANY, { TRUNK(1), .control = true, .reserved = true },
	  { .to = SEA_TO_ENGINE, DROP(VIRT_CONTROL) } },
	{ "P3 VLAN of the default trunk", ANY, ANY, { TRUNK(0), TAG(4095) },
	  { .to = SEA_TO_ENGINE, DROP(VIRT_CONTROL) } },
	{ "P3 VLAN of another", ANY, ANY, { TRUNK(1), TAG(4095) }, { DROP(VIRT_FILTERED_VLAN) } },
	{ "P3 before T1", ANY, ANY, { TRUNK(3), .control = true },
	  { .to = SEA_TO_ENGINE, DROP(VIRT_CONTROL) } },
	{ "P6 before T1", ANY, ANY, { TRUNK(3), .group = true, .reserved = true },
	  { DROP(VIRT_FILTERED_RESERVED) } },
	{ "T1 before T3", ANY, ANY, { TRUNK(3), TAG(100) }, { DROP(VIRT_INACTIVE) } },
	{ "T3 before T2", ANY, ANY, { TRUNK(1), TAG(100), .own = true },
	  { DROP(VIRT_FILTERED_VLAN) } },
	{ "T3 own junk PVID", ANY, ANY, { TRUNK(1), TAG(2) }, { DROP(VIRT_FILTERED_VLAN) } },
	{ "T3 other's PVID", ANY, ANY, { TRUNK(1), TAG(1) }, { DROP(VIRT_FILTERED_VLAN) } },
	{ "T5 before T2", ANY, ANY, { TRUNK(1), .own = true }, { DROP(VIRT_FILTERED_PVID) } },
	{ "T5 priority", ANY, ANY, { TRUNK(1), TAG(0xe000) }, { DROP(VIRT_FILTERED_PVID) } },
	{ "T2", ANY, ANY, { TRUNK(0), .own = true }, { .to = SEA_TO_LOCAL, .vid = 1 } },
	{ "T2 VLAN device", ANY, ANY, { TRUNK(0), TAG(100), .own = true },
	  { .to = SEA_TO_LOCAL, .tagged = SEA_TO_LOCAL, .vid = 100 } },
	{ "T2 not: no VLAN device", ANY, ANY, { TRUNK(0), TAG(110), .own = true },
	  { .to = SEA_TO_REAL, .tagged = SEA_TO_REAL, .vid = 110 } },
	{ "T4 tagged PVID", ANY, ANY, { TRUNK(0), TAG(1) }, { .to = SEA_TO_REAL, .vid = 1 } },
	{ "T4 priority", ANY, ANY, { TRUNK(0), TAG(0xe000) }, { .to = SEA_TO_REAL, .vid = 1 } },
	{ "T6", ANY, ANY, { TRUNK(0), .group = true },
	  { .to = SEA_TO_REAL | SEA_TO_LOCAL, .vid = 1 } },
	{ "T6 VLAN device", ANY, ANY, { TRUNK(0), TAG(100), .group = true },
	  { .to = SEA_TO_REAL | SEA_TO_LOCAL, .tagged = SEA_TO_REAL | SEA_TO_LOCAL, .vid = 100 } },
	{ "T6 no VLAN device", ANY, ANY, { TRUNK(1), TAG(200), .group = true },
	  { .to = SEA_TO_REAL, .tagged = SEA_TO_REAL, .vid = 200 } },
	{ "E5 priority", ANY, ANY, { TRUNK(0), TAG(0), .inner_tag = true },
	  { DROP(VIRT_DOUBLE_TAG) } },
	{ "E5 PVID", ANY, ANY, { TRUNK(0), TAG(1), .inner_tag = true }, { DROP(VIRT_DOUBLE_TAG) } },
	{ "E5 own", ANY, ANY, { TRUNK(0), TAG(0), .inner_tag = true, .own = true },
	  { DROP(VIRT_DOUBLE_TAG) } },
	{ "E5 with leak", ANY, SEA_OPT_PVID_LEAK, { TRUNK(1), TAG(0), .inner_tag = true },
	  { DROP(VIRT_DOUBLE_TAG) } },
	{ "E5 not: the tag stays", ANY, ANY, { TRUNK(0), TAG(110), .inner_tag = true },
	  { .to = SEA_TO_REAL, .tagged = SEA_TO_REAL, .vid = 110 } },
};

static void sea_test_trunk(struct kunit *test)
{
	sea_expect_all(test, sea_trunk_rows, ARRAY_SIZE(sea_trunk_rows));
}

static const struct sea_case sea_local_rows[] = {
	{ "L1 unknown", ANY, ANY, { LOCAL },
	  { .to = SEA_TO_REAL | SEA_TO_TRUNK, .trunk = 0, .vid = 1 } },
	{ "L1 known", ANY, ANY, { CLIENT(0) }, { .to = SEA_TO_TRUNK, .trunk = 0, .vid = 1 } },
	{ "L1 known elsewhere", ANY, ANY, { CLIENT(1) },
	  { .to = SEA_TO_REAL | SEA_TO_TRUNK, .trunk = 0, .vid = 1 } },
	{ "L1 group", ANY, ANY, { LOCAL, TAG(100), .group = true },
	  { .to = SEA_TO_REAL | SEA_TO_TRUNK, .tagged = SEA_TO_REAL | SEA_TO_TRUNK, .trunk = 0,
	    .vid = 100 } },
	{ "L1 not active", ANY, ANY, { CLIENT(3), TAG(300) },
	  { .to = SEA_TO_REAL, .tagged = SEA_TO_REAL, .vid = 300 } },
	{ "L2", ANY, ANY, { LOCAL, TAG(400), .group = true },
	  { .to = SEA_TO_REAL, .tagged = SEA_TO_REAL, .vid = 400 } },
	{ "tagged PVID", ANY, ANY, { LOCAL, TAG(1) },
	  { .to = SEA_TO_REAL | SEA_TO_TRUNK, .trunk = 0, .vid = 1 } },
	{ "E5", ANY, ANY, { LOCAL, TAG(0), .inner_tag = true }, { DROP(OUTPUT_DROPPED) } },
};

static void sea_test_local(struct kunit *test)
{
	sea_expect_all(test, sea_local_rows, ARRAY_SIZE(sea_local_rows));
}

static const struct sea_case sea_lonely_rows[] = {
	{ "from a trunk", ANY, ANY, { TRUNK(0), TAG(110) }, { DROP(VIRT_NO_REAL) } },
	{ "from a trunk, group", ANY, ANY, { TRUNK(0), .group = true },
	  { .to = SEA_TO_LOCAL, .vid = 1 } },
	{ "from a trunk, own", ANY, ANY, { TRUNK(0), .own = true },
	  { .to = SEA_TO_LOCAL, .vid = 1 } },
	{ "own, to a trunk", ANY, ANY, { LOCAL, TAG(100) },
	  { .to = SEA_TO_TRUNK, .tagged = SEA_TO_TRUNK, .trunk = 0, .vid = 100 } },
	{ "own, to nobody", ANY, ANY, { LOCAL, TAG(400) }, { DROP(OUTPUT_DROPPED) } },
};

static void sea_test_no_real(struct kunit *test)
{
	struct sea_world *w = test->priv;
	struct sea_table *table = (struct sea_table *)w->rules.table;

	table->real = NULL;
	sea_expect_all(test, sea_lonely_rows, ARRAY_SIZE(sea_lonely_rows));
}

static const struct sea_case sea_no_default_rows[] = {
	{ "R untagged", ANY, ANY, { REAL }, { DROP(REAL_FILTERED_VLAN) } },
	{ "R untagged group", ANY, ANY, { REAL, .group = true }, { DROP(REAL_FILTERED_VLAN) } },
	{ "R tag 1", ANY, ANY, { REAL, TAG(1) }, { DROP(REAL_FILTERED_VLAN) } },
	{ "T0 untagged", ANY, ANY, { TRUNK(0) }, { DROP(VIRT_FILTERED_PVID) } },
	{ "T0 VLAN 4095", ANY, ANY, { TRUNK(0), TAG(4095) }, { DROP(VIRT_FILTERED_VLAN) } },
	{ "own untagged", ANY, ANY, { LOCAL }, { .to = SEA_TO_REAL } },
	{ "T0 tag 100", ANY, ANY, { TRUNK(0), TAG(100) },
	  { .to = SEA_TO_REAL, .tagged = SEA_TO_REAL, .vid = 100 } },
};

static void sea_test_no_default(struct kunit *test)
{
	struct sea_world *w = test->priv;
	struct sea_table *table = (struct sea_table *)w->rules.table;

	memset(table, 0, sizeof(*table));
	w->sea.dflt = NULL;
	sea_table_fill(table, &w->sea);
	sea_expect_all(test, sea_no_default_rows, ARRAY_SIZE(sea_no_default_rows));
}

/* Whatever a trunk sends, it goes to no other trunk, and only in VLANs of its own. */
static void sea_test_isolation(struct kunit *test)
{
	struct sea_world *w = test->priv;
	const struct sea_table *table = w->rules.table;
	struct sea_frame f = { .from = SEA_FROM_TRUNK };
	struct sea_verdict v;
	unsigned int vid, bits;

	for (vid = 0; vid < VLAN_N_VID; vid++) {
		for (bits = 0; bits < 64; bits++) {
			f.trunk = bits & 3;
			f.group = bits & 4;
			f.own = !f.group && bits & 8;
			f.inner_tag = bits & 16;
			f.has_tag = vid || bits & 32;
			f.vid = vid;
			f.tci = vid;
			sea_decide(&w->rules, &f, &v);
			KUNIT_ASSERT_FALSE(test, v.to & SEA_TO_TRUNK);
			if (!(v.to & (SEA_TO_REAL | SEA_TO_LOCAL)))
				continue;
			KUNIT_ASSERT_EQ(test, sea_map_trunk(table, v.vid), f.trunk);
			KUNIT_ASSERT_EQ(test, !(v.tagged & SEA_TO_REAL),
					!(v.to & SEA_TO_REAL) || v.vid == 1);
		}
	}
}

/* ---- VLANs and the table ---- */

static void sea_test_map(struct kunit *test)
{
	struct sea_world *w = test->priv;
	const struct sea_table *table = w->rules.table;
	unsigned int vid;
	u8 want;

	for (vid = 0; vid < VLAN_N_VID; vid++) {
		want = SEA_MAP_NONE;
		if (vid == 1 || vid == 100 || vid == 110)
			want = 0;
		else if (vid == 200 || vid == 205 || vid == 210)
			want = 1;
		else if (vid == 300)
			want = 3;
		if (vid == 1 || vid == 100 || vid == 400)
			want |= SEA_MAP_LOCAL;
		KUNIT_EXPECT_EQ_MSG(test, table->map[vid], want, "VLAN %u", vid);
	}
	KUNIT_EXPECT_EQ(test, table->pvid, 1);
	KUNIT_EXPECT_EQ(test, table->tpvid[1], 2);
	KUNIT_EXPECT_EQ(test, table->tpvid[2], 0);
	KUNIT_EXPECT_PTR_EQ(test, table->trunk[2], &w->trunk[2]);
}

static struct sea_vlans *sea_vlans_of(struct kunit *test, u16 pvid, const u16 *vids)
{
	struct sea_vlans *vlans = kunit_kzalloc(test, sizeof(*vlans), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, vlans);
	vlans->pvid = pvid;
	for (; *vids; vids++)
		__set_bit(*vids, vlans->vids);
	return vlans;
}

static u8 sea_trunk_of(struct sea_world *w, u16 vid)
{
	return sea_map_trunk(rtnl_dereference(w->sea.table), vid);
}

static void sea_test_vlans_add(struct kunit *test)
{
	struct sea_world *w = test->priv;
	struct sea_port *t0 = &w->trunk[0], *t1 = &w->trunk[1];

	w->sea.real = NULL;
	rtnl_lock();
	/* All or nothing: 200 is another trunk's. */
	KUNIT_EXPECT_EQ(test, -EEXIST,
			sea_vlans_add(t0, sea_vlans_of(test, 0, (u16[]){ 120, 200, 0 }), NULL));
	KUNIT_EXPECT_FALSE(test, test_bit(120, t0->vids));
	/* So are the PVIDs of others, and its own. */
	KUNIT_EXPECT_EQ(test, -EEXIST,
			sea_vlans_add(t0, sea_vlans_of(test, 0, (u16[]){ 2, 0 }), NULL));
	KUNIT_EXPECT_EQ(test, -EEXIST,
			sea_vlans_add(t0, sea_vlans_of(test, 2, (u16[]){ 0 }), NULL));
	KUNIT_EXPECT_EQ(test, -EEXIST,
			sea_vlans_add(t0, sea_vlans_of(test, 0, (u16[]){ 1, 0 }), NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			sea_vlans_add(t0, sea_vlans_of(test, 7, (u16[]){ 7, 0 }), NULL));
	/* What it has already is no mistake. */
	KUNIT_EXPECT_EQ(test, 0,
			sea_vlans_add(t0, sea_vlans_of(test, 0, (u16[]){ 110, 120, 0 }), NULL));
	KUNIT_EXPECT_EQ(test, sea_trunk_of(w, 120), 0);
	/* A new PVID replaces the old one, which leaves. */
	KUNIT_EXPECT_EQ(test, 0, sea_vlans_add(t0, sea_vlans_of(test, 120, (u16[]){ 0 }), NULL));
	KUNIT_EXPECT_EQ(test, t0->pvid, 120);
	KUNIT_EXPECT_FALSE(test, test_bit(120, t0->vids));
	KUNIT_EXPECT_EQ(test, sea_trunk_of(w, 120), 0);
	KUNIT_EXPECT_EQ(test, sea_trunk_of(w, 1), SEA_MAP_NONE);
	KUNIT_EXPECT_EQ(test, rtnl_dereference(w->sea.table)->pvid, 120);
	KUNIT_EXPECT_EQ(test, 0, sea_vlans_add(t1, sea_vlans_of(test, 0, (u16[]){ 1, 0 }), NULL));
	KUNIT_EXPECT_EQ(test, sea_trunk_of(w, 1), 1);
	rtnl_unlock();
	kfree(rcu_dereference_protected(w->sea.table, true));
}

static void sea_test_vlans_del(struct kunit *test)
{
	struct sea_world *w = test->priv;
	struct sea_port *t0 = &w->trunk[0];

	w->sea.real = NULL;
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, -ENOENT,
			sea_vlans_del(t0, sea_vlans_of(test, 0, (u16[]){ 100, 120, 0 })));
	KUNIT_EXPECT_TRUE(test, test_bit(100, t0->vids));
	KUNIT_EXPECT_EQ(test, 0, sea_vlans_del(t0, sea_vlans_of(test, 0, (u16[]){ 100, 0 })));
	KUNIT_EXPECT_EQ(test, sea_trunk_of(w, 100), SEA_MAP_NONE);
	KUNIT_EXPECT_EQ(test, sea_trunk_of(w, 110), 0);
	/* Without its PVID a trunk is not ready. */
	KUNIT_EXPECT_EQ(test, 0, sea_vlans_del(t0, sea_vlans_of(test, 0, (u16[]){ 1, 0 })));
	KUNIT_EXPECT_EQ(test, sea_trunk_of(w, 110), SEA_MAP_NONE);
	KUNIT_EXPECT_EQ(test, rtnl_dereference(w->sea.table)->pvid, 0);
	rtnl_unlock();
	kfree(rcu_dereference_protected(w->sea.table, true));
}

/* ---- counters ---- */

static void sea_test_names(struct kunit *test)
{
	unsigned int i, k;

	for (i = SEA_STAT_FIRST; i <= SEA_A_STATS_MAX; i++) {
		KUNIT_EXPECT_TRUE_MSG(test, islower(sea_stat_names[i][0]), "%u", i);
		KUNIT_EXPECT_LT(test, strnlen(sea_stat_names[i], ETH_GSTRING_LEN),
				(size_t)ETH_GSTRING_LEN);
		for (k = SEA_STAT_FIRST; k < i; k++)
			KUNIT_EXPECT_STRNEQ(test, sea_stat_names[i], sea_stat_names[k]);
	}
}

/* What is dropped is what its parts say, and no counter is in two sums. */
static void sea_test_sums(struct kunit *test)
{
	static const char * const prefix[] = { "real_", "virt_" };
	const struct sea_side *sides[] = { &sea_real_side, &sea_virt_side };
	u64 count[SEA_A_STATS_MAX + 1];
	unsigned int s, i;

	for (s = 0; s < ARRAY_SIZE(sides); s++) {
		for (i = 0; i <= SEA_A_STATS_MAX; i++)
			count[i] = i;
		sea_stats_sum_drops(sides[s], count);
		for (i = sides[s]->drop_first; i <= sides[s]->drop_last; i++) {
			count[sides[s]->dropped] -= i;
			KUNIT_EXPECT_EQ(test, 0, strncmp(sea_stat_names[i], prefix[s], 5));
		}
		KUNIT_EXPECT_EQ(test, count[sides[s]->dropped], 0ULL);
	}
}

/* ---- queues of a thread ---- */

/* So many frames of each priority in the queues of one way */
static void sea_fill(struct kunit *test, struct sea_queue *queues, unsigned int each)
{
	struct sk_buff *skb;
	unsigned int q, i;

	for (q = 0; q < SEA_QUEUES; q++) {
		__skb_queue_head_init(&queues[q].frames);
		for (i = 0; i < each && q != SEA_QUEUE_ALL; i++) {
			skb = alloc_skb(0, GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, skb);
			skb->mark = q;
			KUNIT_EXPECT_TRUE(test, sea_queue_put(&queues[q], skb, each));
		}
	}
}

static struct sea_thread *sea_thread_of(struct kunit *test, u32 options, unsigned int wire,
					unsigned int trunks)
{
	struct sea_world *w = test->priv;
	struct sea_thread *thread = kunit_kzalloc(test, sizeof(*thread), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, thread);
	w->sea.options = options;
	thread->sea = &w->sea;
	spin_lock_init(&thread->lock);
	sea_fill(test, thread->queue[SEA_WAY_WIRE], wire);
	sea_fill(test, thread->queue[SEA_WAY_TRUNKS], trunks);
	return thread;
}

static void sea_thread_empty(struct sea_thread *thread)
{
	unsigned int way, q;

	for (way = 0; way < SEA_WAYS; way++)
		for (q = 0; q < SEA_QUEUES; q++)
			__skb_queue_purge(&thread->queue[way][q].frames);
}

static void sea_test_strict(struct kunit *test)
{
	static const u8 order[] = { 7, 6, 5, 4, 3, 2, 0, 1 };
	struct sea_thread *thread = sea_thread_of(test, SEA_OPT_QOS_STRICT, 5, 0);
	struct sea_queue *queues = thread->queue[SEA_WAY_WIRE];
	struct sk_buff_head batch;
	struct sk_buff *skb;
	unsigned int i;

	__skb_queue_head_init(&batch);
	KUNIT_EXPECT_EQ(test, sea_take(queues, SEA_OPT_QOS_STRICT, &batch, 12), 12U);
	KUNIT_EXPECT_EQ(test, sea_take(queues, SEA_OPT_QOS_STRICT, &batch, 64), 28U);
	KUNIT_EXPECT_EQ(test, sea_take(queues, SEA_OPT_QOS_STRICT, &batch, 64), 0U);
	for (i = 0; (skb = __skb_dequeue(&batch)); i++) {
		KUNIT_EXPECT_EQ_MSG(test, skb->mark, order[i / 5], "%u", i);
		kfree_skb(skb);
	}
}

/* In a round of 36, 8 of priority 7, and so on to 1 of priority 1, wherever polls end */
static void sea_test_loose(struct kunit *test)
{
	static const u8 share[] = { 2, 1, 3, 4, 5, 6, 7, 8 };
	struct sea_thread *thread = sea_thread_of(test, SEA_OPT_QOS_LOOSE, 50, 0);
	struct sea_queue *queues = thread->queue[SEA_WAY_WIRE];
	unsigned int count[8] = { }, i;
	struct sk_buff_head batch;
	struct sk_buff *skb;

	__skb_queue_head_init(&batch);
	KUNIT_EXPECT_EQ(test, sea_take(queues, SEA_OPT_QOS_LOOSE, &batch, 64), 64U);
	KUNIT_EXPECT_EQ(test, sea_take(queues, SEA_OPT_QOS_LOOSE, &batch, 64), 64U);
	KUNIT_EXPECT_EQ(test, sea_take(queues, SEA_OPT_QOS_LOOSE, &batch, 52), 52U);
	while ((skb = __skb_dequeue(&batch))) {
		count[skb->mark]++;
		kfree_skb(skb);
	}
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ_MSG(test, count[i], 5U * share[i], "priority %u", i);
	/* The last one gets all there is, when nobody else has any. */
	while (sea_take(queues, SEA_OPT_QOS_LOOSE, &batch, 64))
		__skb_queue_purge(&batch);
	for (i = 0; i < SEA_QUEUES; i++)
		KUNIT_EXPECT_TRUE(test, skb_queue_empty(&queues[i].frames));
}

/* Frames for a wire that has enough to do wait, others do not. */
static void sea_test_ways(struct kunit *test)
{
	struct sea_thread *thread = sea_thread_of(test, SEA_OPT_QOS_STRICT, 10, 10);
	struct sk_buff_head batch;

	__skb_queue_head_init(&batch);
	KUNIT_EXPECT_EQ(test, sea_take_ways(thread, 0, &batch, 64), 64U);
	KUNIT_EXPECT_EQ(test, sea_take_ways(thread, 0, &batch, 64), 16U);
	KUNIT_EXPECT_TRUE(test, thread->held);
	KUNIT_EXPECT_EQ(test, sea_take_ways(thread, 0, &batch, 64), 0U);
	KUNIT_EXPECT_TRUE(test, thread->held);
	KUNIT_EXPECT_EQ(test, sea_take_ways(thread, 5, &batch, 64), 5U);
	KUNIT_EXPECT_TRUE(test, thread->held);
	KUNIT_EXPECT_EQ(test, sea_take_ways(thread, 64, &batch, 64), 64U);
	KUNIT_EXPECT_EQ(test, sea_take_ways(thread, 64, &batch, 64), 11U);
	KUNIT_EXPECT_FALSE(test, thread->held);
	KUNIT_EXPECT_EQ(test, sea_take_ways(thread, 0, &batch, 64), 0U);
	KUNIT_EXPECT_FALSE(test, thread->held);
	__skb_queue_purge(&batch);
	/* None of the two keeps the other from being served. */
	sea_fill(test, thread->queue[SEA_WAY_WIRE], 20);
	sea_fill(test, thread->queue[SEA_WAY_TRUNKS], 20);
	KUNIT_EXPECT_EQ(test, sea_take_ways(thread, 64, &batch, 64), 64U);
	KUNIT_EXPECT_EQ(test, thread->queue[SEA_WAY_WIRE][7].frames.qlen, 0U);
	KUNIT_EXPECT_EQ(test, thread->queue[SEA_WAY_TRUNKS][7].frames.qlen, 0U);
	__skb_queue_purge(&batch);
	sea_thread_empty(thread);
}

/* When QoS is turned off, what was ranked goes first, and when it is turned on, the rest. */
static void sea_test_mode(struct kunit *test)
{
	struct sea_thread *thread = sea_thread_of(test, 0, 3, 0);
	struct sea_queue *queues = thread->queue[SEA_WAY_WIRE];
	struct sk_buff *skb = alloc_skb(0, GFP_KERNEL);
	struct sk_buff_head batch;

	__skb_queue_head_init(&batch);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb->mark = SEA_QUEUE_ALL;
	KUNIT_EXPECT_TRUE(test, sea_queue_put(&queues[SEA_QUEUE_ALL], skb, 3));
	KUNIT_EXPECT_EQ(test, sea_take(queues, 0, &batch, 1), 1U);
	KUNIT_EXPECT_EQ(test, skb_peek_tail(&batch)->mark, 7U);
	KUNIT_EXPECT_EQ(test, sea_take(queues, SEA_OPT_QOS_LOOSE, &batch, 1), 1U);
	KUNIT_EXPECT_EQ(test, skb_peek_tail(&batch)->mark, (u32)SEA_QUEUE_ALL);
	__skb_queue_purge(&batch);
	sea_thread_empty(thread);
}

static void sea_test_bound(struct kunit *test)
{
	struct sea_thread *thread = sea_thread_of(test, 0, 3, 0);
	struct sea_queue *queues = thread->queue[SEA_WAY_WIRE];
	struct sk_buff *skb = alloc_skb(0, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_FALSE(test, sea_queue_put(&queues[2], skb, 3));
	KUNIT_EXPECT_EQ(test, queues[2].dropped, 1ULL);
	KUNIT_EXPECT_EQ(test, queues[2].max, 3U);
	KUNIT_EXPECT_EQ(test, queues[2].found, 3ULL);
	KUNIT_EXPECT_TRUE(test, sea_queue_put(&queues[SEA_QUEUE_ALL], skb, 3));
	sea_thread_empty(thread);
}

/* ---- frames of other partitions ---- */

#define SEA_TEST_MTU	1500

/* TCP as another partition sends it, with a sum that its sender left out, and so much data */
static struct sk_buff *sea_tcp_of(struct kunit *test, bool six, unsigned int data, u16 sum)
{
	unsigned int ip = six ? sizeof(struct ipv6hdr) : sizeof(struct iphdr), i;
	struct sk_buff *skb = alloc_skb(ip + sizeof(struct tcphdr) + data + 64, GFP_KERNEL);
	struct tcphdr *tcp;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, 32);
	skb_reset_network_header(skb);
	skb->protocol = htons(six ? ETH_P_IPV6 : ETH_P_IP);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb_put_zero(skb, ip);
	if (six) {
		*ipv6_hdr(skb) = (struct ipv6hdr){ .version = 6, .nexthdr = IPPROTO_TCP,
			.payload_len = htons(sizeof(*tcp) + data), .saddr.s6_addr[15] = 1,
			.daddr.s6_addr[15] = 2 };
	} else {
		*ip_hdr(skb) = (struct iphdr){ .version = 4, .ihl = 5, .protocol = IPPROTO_TCP,
			.tot_len = htons(ip + sizeof(*tcp) + data), .saddr = htonl(0x0a000001),
			.daddr = htonl(0x0a000002) };
		ip_send_check(ip_hdr(skb));
	}
	tcp = skb_put_zero(skb, sizeof(*tcp));
	tcp->doff = 5;
	tcp->check = (__force __sum16)htons(sum);
	for (i = 0; i < data; i++)
		skb_put_u8(skb, i * 7);
	return skb;
}

/* What an adapter that makes sums sends, and who gets it adds up: 0 */
static u16 sea_sum_on_wire(struct kunit *test, struct sk_buff *skb)
{
	unsigned int ip = skb->protocol == htons(ETH_P_IP) ? 20 : 40, len = skb->len - ip;
	__wsum sum;

	KUNIT_EXPECT_EQ(test, (u8)skb->ip_summed, CHECKSUM_PARTIAL);
	KUNIT_EXPECT_EQ(test, skb_checksum_start_offset(skb), (int)ip);
	KUNIT_EXPECT_EQ(test, skb_checksum_help(skb), 0);
	sum = csum_partial(skb->data + ip, len, 0);
	if (ip == 20)
		return (__force u16)csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr,
						      len, IPPROTO_TCP, sum);
	return (__force u16)csum_ipv6_magic(&ipv6_hdr(skb)->saddr, &ipv6_hdr(skb)->daddr, len,
					    IPPROTO_TCP, sum);
}

static void sea_test_repair_sum(struct kunit *test)
{
	struct sk_buff *skb;
	int six;

	for (six = 0; six < 2; six++) {
		skb = sea_tcp_of(test, six, 101, 0);
		sea_repair(skb, SEA_TEST_MTU);
		KUNIT_EXPECT_EQ(test, sea_sum_on_wire(test, skb), 0);
		KUNIT_EXPECT_FALSE(test, skb_is_gso(skb));
		kfree_skb(skb);
		/* A short one, filled up */
		skb = sea_tcp_of(test, six, 1, 0);
		skb_put_u8(skb, 0xaa);
		sea_repair(skb, SEA_TEST_MTU);
		KUNIT_EXPECT_EQ(test, sea_sum_on_wire(test, skb), 0);
		kfree_skb(skb);
	}
	/* A header's sum that was left out as well */
	skb = sea_tcp_of(test, false, 100, 0);
	ip_hdr(skb)->check = (__force __sum16)htons(0xffff);
	sea_repair(skb, SEA_TEST_MTU);
	KUNIT_EXPECT_EQ(test, (__force u16)ip_fast_csum(skb->data, 5), 0);
	kfree_skb(skb);
}

static void sea_test_repair_large(struct kunit *test)
{
	static const struct { u16 sum, six, size, segs; } large[] = {
		{ 0, 0, 1460, 3 }, { 0, 1, 1440, 3 }, { 1000, 0, 1000, 4 }, { 1000, 1, 1000, 4 },
		{ 9000, 0, 1460, 3 },
		/* Nobody may have a frame taken apart into thousands. */
		{ 1, 0, 224, 18 }, { 223, 1, 224, 18 }, { 224, 0, 224, 18 }, { 500, 0, 500, 8 },
	};
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(large); i++) {
		skb = sea_tcp_of(test, large[i].six, 4000, large[i].sum);
		sea_repair(skb, SEA_TEST_MTU);
		KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_size, large[i].size);
		KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_segs, large[i].segs);
		KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_type & ~SKB_GSO_DODGY,
				large[i].six ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4);
		KUNIT_EXPECT_EQ(test, (u8)skb->ip_summed, CHECKSUM_PARTIAL);
		kfree_skb(skb);
	}
}

static void sea_expect_left(struct kunit *test, struct sk_buff *skb)
{
	u8 summed = skb->ip_summed;
	unsigned int len = skb->len;
	void *was = kunit_kzalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, was);
	memcpy(was, skb->data, len);
	sea_repair(skb, SEA_TEST_MTU);
	KUNIT_EXPECT_EQ(test, skb->len, len);
	KUNIT_EXPECT_EQ(test, (u8)skb->ip_summed, summed);
	KUNIT_EXPECT_EQ(test, memcmp(was, skb->data, len), 0);
	KUNIT_EXPECT_FALSE(test, skb_is_gso(skb));
	kfree_skb(skb);
}

/* A frame that needs nothing, or that is not what it seems */
static void sea_test_repair_none(struct kunit *test)
{
	struct sk_buff *skb = sea_tcp_of(test, false, 100, 0x1234);

	sea_expect_left(test, skb);
	skb = sea_tcp_of(test, false, 100, 0);
	skb->ip_summed = CHECKSUM_NONE;
	sea_expect_left(test, skb);
	skb = sea_tcp_of(test, false, 100, 0);
	ip_hdr(skb)->protocol = IPPROTO_UDP;
	sea_expect_left(test, skb);
	skb = sea_tcp_of(test, false, 100, 0);
	ip_hdr(skb)->frag_off = htons(IP_MF);
	sea_expect_left(test, skb);
	skb = sea_tcp_of(test, false, 100, 0);
	ip_hdr(skb)->ihl = 4;
	sea_expect_left(test, skb);
	/* Less than it says */
	skb = sea_tcp_of(test, true, 100, 0);
	skb_trim(skb, skb->len - 1);
	sea_expect_left(test, skb);
	skb = sea_tcp_of(test, true, 0, 0);
	skb_trim(skb, skb->len - 1);
	sea_expect_left(test, skb);
	skb = sea_tcp_of(test, false, 100, 0);
	skb_trim(skb, sizeof(struct iphdr) - 1);
	sea_expect_left(test, skb);
	/* It says that there is nothing, or no whole TCP header. */
	skb = sea_tcp_of(test, false, 100, 0);
	ip_hdr(skb)->tot_len = 0;
	sea_expect_left(test, skb);
	skb = sea_tcp_of(test, false, 100, 0);
	ip_hdr(skb)->tot_len = htons(sizeof(struct iphdr) + sizeof(struct tcphdr) - 1);
	sea_expect_left(test, skb);
	/* Large, and with a header that ends behind it or within itself */
	skb = sea_tcp_of(test, false, 4000, 0);
	((struct tcphdr *)(skb->data + 20))->doff = 4;
	sea_expect_left(test, skb);
}

/* A frame as an adapter gets it, with tags in it, of which @len bytes are there; or paged */
static int sea_network_of(struct kunit *test, __be16 tpid, const u8 *tags, unsigned int len,
			  bool paged)
{
	struct sk_buff *skb;
	int offset, err;

	skb = alloc_skb_with_frags(ETH_HLEN + (paged ? 0 : len), paged ? len : 0, 0, &err,
				   GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_zero(skb, ETH_HLEN + (paged ? 0 : len));
	if (paged) {
		skb->data_len = len;
		skb->len += len;
	}
	KUNIT_ASSERT_EQ(test, skb_store_bits(skb, ETH_HLEN, tags, len), 0);
	skb->protocol = tpid;
	skb_set_network_header(skb, ETH_HLEN);
	sea_skip_inner_tags(skb);
	offset = skb_network_offset(skb);
	kfree_skb(skb);
	return offset;
}

static void sea_test_inner_tags(struct kunit *test)
{
	/* VLAN 205, VLAN 7, of 802.1ad VLAN 9, then IPv4 */
	static const u8 tags[] = { 0, 205, 0x81, 0, 0, 7, 0x88, 0xa8, 0, 9, 8, 0 };
	u8 many[VLAN_MAX_DEPTH * VLAN_HLEN] = { };
	unsigned int i;

	KUNIT_EXPECT_EQ(test, sea_network_of(test, htons(ETH_P_8021Q), tags, sizeof(tags), false),
			ETH_HLEN + 3 * VLAN_HLEN);
	KUNIT_EXPECT_EQ(test, sea_network_of(test, htons(ETH_P_8021Q), tags + 8, 4, false),
			ETH_HLEN + VLAN_HLEN);
	KUNIT_EXPECT_EQ(test, sea_network_of(test, htons(ETH_P_8021AD), tags + 8, 4, false),
			ETH_HLEN + VLAN_HLEN);
	KUNIT_EXPECT_EQ(test, sea_network_of(test, htons(ETH_P_IP), tags, sizeof(tags), false),
			ETH_HLEN);
	/* It ends within a tag. */
	KUNIT_EXPECT_EQ(test, sea_network_of(test, htons(ETH_P_8021Q), tags, 3, false), ETH_HLEN);
	KUNIT_EXPECT_EQ(test, sea_network_of(test, htons(ETH_P_8021Q), tags, 7, false), ETH_HLEN);
	/* The header would not be where headers are. */
	KUNIT_EXPECT_EQ(test, sea_network_of(test, htons(ETH_P_8021Q), tags, sizeof(tags), true),
			ETH_HLEN);
	/* More tags than anybody reads, and one less */
	for (i = 0; i < VLAN_MAX_DEPTH; i++)
		many[i * VLAN_HLEN + 2] = i < VLAN_MAX_DEPTH - 1 ? 0x81 : 0x08;
	KUNIT_EXPECT_EQ(test, sea_network_of(test, htons(ETH_P_8021Q), many, sizeof(many), false),
			ETH_HLEN);
	KUNIT_EXPECT_EQ(test, sea_network_of(test, htons(ETH_P_8021Q), many + VLAN_HLEN,
					     sizeof(many) - VLAN_HLEN, false),
			ETH_HLEN + (VLAN_MAX_DEPTH - 1) * VLAN_HLEN);
}

static struct kunit_case sea_cases[] = {
	KUNIT_CASE(sea_test_vectors),
	KUNIT_CASE(sea_test_real),
	KUNIT_CASE(sea_test_trunk),
	KUNIT_CASE(sea_test_local),
	KUNIT_CASE(sea_test_no_real),
	KUNIT_CASE(sea_test_no_default),
	KUNIT_CASE(sea_test_isolation),
	KUNIT_CASE(sea_test_map),
	KUNIT_CASE(sea_test_vlans_add),
	KUNIT_CASE(sea_test_vlans_del),
	KUNIT_CASE(sea_test_names),
	KUNIT_CASE(sea_test_sums),
	KUNIT_CASE(sea_test_strict),
	KUNIT_CASE(sea_test_loose),
	KUNIT_CASE(sea_test_ways),
	KUNIT_CASE(sea_test_mode),
	KUNIT_CASE(sea_test_bound),
	KUNIT_CASE(sea_test_repair_sum),
	KUNIT_CASE(sea_test_repair_large),
	KUNIT_CASE(sea_test_repair_none),
	KUNIT_CASE(sea_test_inner_tags),
	{ }
};

static struct kunit_suite sea_suite = {
	.name = "sea",
	.init = sea_world_init,
	.exit = sea_world_exit,
	.test_cases = sea_cases,
};

kunit_test_suites(&sea_suite);

MODULE_DESCRIPTION("Unit tests of sea.ko");
MODULE_AUTHOR("The Open VIOS developers");
MODULE_LICENSE("GPL");
