// SPDX-License-Identifier: GPL-2.0
/*
 * The table the data path reads: which trunk has a VLAN.  It is made anew for each change
 * and replaced as a whole, so a frame sees the configuration before or after, and no frame
 * of another VLAN is lost.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "sea.h"

static void sea_table_set_trunk(struct sea_table *table, u16 vid, u8 order)
{
	table->map[vid] = (table->map[vid] & ~SEA_MAP_TRUNK) | order;
}

static void sea_table_fill_trunk(struct sea_table *table, struct sea_port *trunk, bool dflt)
{
	unsigned int vid;

	table->trunk[trunk->order] = trunk;
	table->tpvid[trunk->order] = trunk->pvid;
	if (!trunk->pvid)
		return;
	for_each_set_bit(vid, trunk->vids, VLAN_N_VID)
		sea_table_set_trunk(table, vid, trunk->order);
	/* The PVIDs of the others mean nothing outside of their trunk. */
	if (dflt)
		sea_table_set_trunk(table, trunk->pvid, trunk->order);
}

/**
 * sea_table_fill() - the table of a configuration
 * @table: filled; was zeroed
 * @sea: read: @sea->real, @sea->dflt, @sea->trunk, @sea->uppers
 *
 * Context: RTNL.
 */
void sea_table_fill(struct sea_table *table, struct sea *sea)
{
	unsigned int i, vid;

	memset(table->map, SEA_MAP_NONE, sizeof(table->map));
	table->sea = sea;
	table->real = sea->real;
	table->pvid = sea_pvid(sea);
	table->dflt = sea->dflt ? sea->dflt->order : SEA_ORDER_NONE;
	for (i = 0; i < SEA_TRUNKS_MAX; i++)
		if (sea->trunk[i])
			sea_table_fill_trunk(table, sea->trunk[i], sea->trunk[i] == sea->dflt);
	for_each_set_bit(vid, sea->uppers, VLAN_N_VID)
		table->map[vid] |= SEA_MAP_LOCAL;
	if (table->pvid)
		table->map[table->pvid] |= SEA_MAP_LOCAL;
}

static void sea_table_publish(struct sea *sea, struct sea_table *table)
{
	struct sea_table *old = rtnl_dereference(sea->table);

	rcu_assign_pointer(sea->table, table);
	sea_filter_trim(sea, table);
	if (old)
		kfree_rcu(old, rcu);
}

/**
 * sea_table_update() - let the data path see the configuration as it is now
 * @sea: the SEA
 *
 * Context: RTNL; may sleep.
 * Return: 0; or an errno, with the data path as it was.
 */
int sea_table_update(struct sea *sea)
{
	struct sea_table *table = kzalloc(sizeof(*table), GFP_KERNEL);
	int err;

	if (!table)
		return -ENOMEM;
	sea_table_fill(table, sea);
	err = sea_filter_add(sea, table);
	if (err) {
		sea_filter_trim(sea, rtnl_dereference(sea->table));
		kfree(table);
		return err;
	}
	sea_table_publish(sea, table);
	return 0;
}

/**
 * sea_table_shrink() - the same after something was taken away, which cannot fail
 * @sea: the SEA
 *
 * Context: RTNL; may sleep.
 */
void sea_table_shrink(struct sea *sea)
{
	struct sea_table *table = kzalloc(sizeof(*table), GFP_KERNEL | __GFP_NOFAIL);

	sea_table_fill(table, sea);
	sea_table_publish(sea, table);
}
