// SPDX-License-Identifier: GPL-2.0
/*
 * VLANs of trunks.  A VLAN belongs to one trunk, be it as its PVID or as a tagged one.
 */
#include <linux/rtnetlink.h>

#include "sea.h"

/**
 * sea_vlan_owner() - the trunk that has a VLAN
 * @sea: the SEA
 * @vid: the VLAN
 *
 * Context: RTNL.
 * Return: the trunk, or NULL.
 */
struct sea_port *sea_vlan_owner(const struct sea *sea, u16 vid)
{
	struct sea_port *trunk;
	unsigned int i;

	for (i = 0; i < SEA_TRUNKS_MAX; i++) {
		trunk = sea->trunk[i];
		if (trunk && (trunk->pvid == vid || test_bit(vid, trunk->vids)))
			return trunk;
	}
	return NULL;
}

/**
 * sea_vlan_check_native() - may the SEA's own interface be in a VLAN?
 * @sea: the SEA
 * @vid: what is to be the PVID of the default trunk, or 0
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0, or -EBUSY if it has a VLAN device there, which would get no frame any more.
 */
int sea_vlan_check_native(const struct sea *sea, u16 vid, struct netlink_ext_ack *extack)
{
	if (!vid || !test_bit(vid, sea->uppers))
		return 0;
	sea_refuse(extack, sea->dev,
		   "the SEA has a VLAN device for this VLAN, which would be its own interface's",
		   "VLAN %u", vid);
	return -EBUSY;
}

static int sea_vlan_check_add(const struct sea_port *port, u16 vid, bool is_pvid,
			      struct netlink_ext_ack *extack)
{
	const struct sea_port *owner = sea_vlan_owner(port->sea, vid);

	if (owner && owner != port) {
		sea_refuse(extack, port->dev, "another trunk has this VLAN", "VLAN %u, %s", vid,
			   owner->dev->name);
		return -EEXIST;
	}
	if (!is_pvid && vid == port->pvid) {
		sea_refuse(extack, port->dev,
			   "the PVID cannot be a tagged VLAN as well; give another PVID first",
			   "VLAN %u", vid);
		return -EEXIST;
	}
	if (is_pvid && port == port->sea->dflt)
		return sea_vlan_check_native(port->sea, vid, extack);
	return 0;
}

static int sea_vlans_check_add(const struct sea_port *port, const struct sea_vlans *add,
			       struct netlink_ext_ack *extack)
{
	unsigned int vid;
	int err;

	if (add->pvid && test_bit(add->pvid, add->vids)) {
		sea_refuse(extack, port->dev, "a VLAN is tagged or the PVID, not both", "VLAN %u",
			   add->pvid);
		return -EINVAL;
	}
	if (add->pvid) {
		err = sea_vlan_check_add(port, add->pvid, true, extack);
		if (err)
			return err;
	}
	for_each_set_bit(vid, add->vids, VLAN_N_VID) {
		err = sea_vlan_check_add(port, vid, false, extack);
		if (err)
			return err;
	}
	return 0;
}

/* Make @vids and @pvid those of @port, in one step for the data path. */
static int sea_vlans_replace(struct sea_port *port, const unsigned long *vids, u16 pvid)
{
	DECLARE_BITMAP(old_vids, VLAN_N_VID);
	u16 old_pvid = port->pvid;
	int err;

	bitmap_copy(old_vids, port->vids, VLAN_N_VID);
	bitmap_copy(port->vids, vids, VLAN_N_VID);
	port->pvid = pvid;
	err = sea_table_update(port->sea);
	if (err) {
		bitmap_copy(port->vids, old_vids, VLAN_N_VID);
		port->pvid = old_pvid;
	}
	return err;
}

/**
 * sea_vlans_add() - give a trunk VLANs
 * @port: the trunk
 * @add: VLANs between 1 and SEA_VID_MAX.  A new PVID replaces the old one, which leaves
 *	 the trunk
 * @extack: says why not
 *
 * Context: RTNL; may sleep.
 * Return: 0; or an errno, with nothing changed.
 */
int sea_vlans_add(struct sea_port *port, const struct sea_vlans *add,
		  struct netlink_ext_ack *extack)
{
	DECLARE_BITMAP(vids, VLAN_N_VID);
	int err = sea_vlans_check_add(port, add, extack);

	if (err)
		return err;
	bitmap_or(vids, port->vids, add->vids, VLAN_N_VID);
	if (add->pvid)
		clear_bit(add->pvid, vids);
	err = sea_vlans_replace(port, vids, add->pvid ?: port->pvid);
	if (err)
		sea_refuse(extack, port->dev,
			   "no memory, or the real adapter cannot filter more VLANs", "error %d",
			   err);
	return err;
}

/**
 * sea_vlans_del() - take VLANs from a trunk
 * @port: the trunk
 * @del: its VLANs, the PVID may be one of them; @del->pvid is not read
 *
 * Context: RTNL; may sleep.
 * Return: 0; or an errno, with nothing changed: -ENOENT if one of them is not the trunk's.
 */
int sea_vlans_del(struct sea_port *port, const struct sea_vlans *del)
{
	DECLARE_BITMAP(vids, VLAN_N_VID);
	u16 pvid = port->pvid;
	unsigned int vid;

	bitmap_copy(vids, port->vids, VLAN_N_VID);
	for_each_set_bit(vid, del->vids, VLAN_N_VID) {
		if (vid == port->pvid) {
			pvid = 0;
		} else if (!__test_and_clear_bit(vid, vids)) {
			sea_refuse(NULL, port->dev, "this trunk has no such VLAN", "VLAN %u", vid);
			return -ENOENT;
		}
	}
	return sea_vlans_replace(port, vids, pvid);
}

/* ---- what the real adapter lets through ---- */

static bool sea_filter_wants(const struct sea_table *table, unsigned int vid)
{
	return vid && table && table->map[vid] != SEA_MAP_NONE;
}

/**
 * sea_filter_add() - have the real adapter let through what a table needs
 * @sea: the SEA
 * @table: the table
 *
 * Context: RTNL; may sleep.
 * Return: 0; or an errno, with some VLANs added.
 */
int sea_filter_add(struct sea *sea, const struct sea_table *table)
{
	unsigned int vid;
	int err;

	if (!sea->real)
		return 0;
	for (vid = 1; vid <= SEA_VID_MAX; vid++) {
		if (test_bit(vid, sea->filter) || !sea_filter_wants(table, vid))
			continue;
		err = vlan_vid_add(sea->real->dev, htons(ETH_P_8021Q), vid);
		if (err)
			return err;
		__set_bit(vid, sea->filter);
	}
	return 0;
}

/**
 * sea_filter_trim() - have the real adapter let through no more than a table needs
 * @sea: the SEA
 * @table: the table, or NULL
 *
 * Context: RTNL; may sleep.
 */
void sea_filter_trim(struct sea *sea, const struct sea_table *table)
{
	unsigned int vid;

	for_each_set_bit(vid, sea->filter, VLAN_N_VID) {
		if (sea_filter_wants(table, vid))
			continue;
		vlan_vid_del(sea->real->dev, htons(ETH_P_8021Q), vid);
		__clear_bit(vid, sea->filter);
	}
}

/**
 * sea_filter_clear() - before the real adapter goes
 * @sea: the SEA
 *
 * Context: RTNL; may sleep.
 */
void sea_filter_clear(struct sea *sea)
{
	sea_filter_trim(sea, NULL);
}
