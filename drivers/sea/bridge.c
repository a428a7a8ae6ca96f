// SPDX-License-Identifier: GPL-2.0
/*
 * "bridge vlan add|del|show dev TRUNK", through the operations a bridge has for it.  The
 * core checks nothing of such a message, so everything is checked here, before anything
 * is changed: a message is carried out as a whole or not at all.
 */
#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "sea.h"

#define SEA_VLAN_FLAGS	(BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED |		\
			 BRIDGE_VLAN_INFO_RANGE_BEGIN | BRIDGE_VLAN_INFO_RANGE_END)

/* A message as it is read: @first is the begin of a range whose end is to come, or 0. */
struct sea_request {
	struct net_device *dev;
	struct netlink_ext_ack *extack;
	bool add;
	struct sea_vlans vlans;
	u16 first;
	bool any;
};

/* ---- reading a message ---- */

static int sea_request_check_info(const struct sea_request *req,
				  const struct bridge_vlan_info *info)
{
	if (info->flags & ~SEA_VLAN_FLAGS) {
		sea_refuse(req->extack, req->dev, "a VLAN flag that a SEA does not know", "%#x",
			   info->flags);
		return -EINVAL;
	}
	if (!info->vid || info->vid > SEA_VID_MAX) {
		sea_refuse(req->extack, req->dev, "VLANs are 1 to 4094", "VLAN %u", info->vid);
		return -ERANGE;
	}
	if (!(info->flags & BRIDGE_VLAN_INFO_PVID) != !(info->flags & BRIDGE_VLAN_INFO_UNTAGGED) &&
	    req->add) {
		sea_refuse(req->extack, req->dev,
			   "pvid and untagged go together: the untagged VLAN of a trunk is its PVID",
			   "VLAN %u", info->vid);
		return -EINVAL;
	}
	return 0;
}

static int sea_request_check_range(const struct sea_request *req,
				   const struct bridge_vlan_info *info)
{
	bool begin = info->flags & BRIDGE_VLAN_INFO_RANGE_BEGIN;
	bool end = info->flags & BRIDGE_VLAN_INFO_RANGE_END;

	if (begin && end) {
		sea_refuse(req->extack, req->dev, "a VLAN begins a range or ends it", "VLAN %u",
			   info->vid);
		return -EINVAL;
	}
	if (end != !!req->first) {
		sea_refuse(req->extack, req->dev, "a range of VLANs has a begin and an end",
			   "VLAN %u", info->vid);
		return -EINVAL;
	}
	if (end && info->vid <= req->first) {
		sea_refuse(req->extack, req->dev, "a range of VLANs ends behind its begin",
			   "VLANs %u to %u", req->first, info->vid);
		return -EINVAL;
	}
	return 0;
}

static int sea_request_set_pvid(struct sea_request *req, u16 first, u16 last)
{
	if (first == last && !req->vlans.pvid) {
		req->vlans.pvid = last;
		return 0;
	}
	sea_refuse(req->extack, req->dev, "a trunk has one PVID", "VLAN %u", last);
	return -EINVAL;
}

static int sea_request_begin_range(struct sea_request *req, const struct bridge_vlan_info *info)
{
	req->first = info->vid;
	if (!req->add || !(info->flags & BRIDGE_VLAN_INFO_PVID))
		return 0;
	sea_refuse(req->extack, req->dev, "a trunk has one PVID", "VLAN %u", info->vid);
	return -EINVAL;
}

static int sea_request_read_info(struct sea_request *req, const struct nlattr *attr)
{
	const struct bridge_vlan_info *info = nla_data(attr);
	u16 first;
	int err;

	if (nla_len(attr) != sizeof(*info)) {
		sea_refuse(req->extack, req->dev, "the VLAN attribute has another length", "%d",
			   nla_len(attr));
		return -EINVAL;
	}
	err = sea_request_check_info(req, info);
	if (!err)
		err = sea_request_check_range(req, info);
	if (err)
		return err;
	req->any = true;
	if (info->flags & BRIDGE_VLAN_INFO_RANGE_BEGIN)
		return sea_request_begin_range(req, info);
	first = req->first ?: info->vid;
	req->first = 0;
	if (req->add && info->flags & BRIDGE_VLAN_INFO_PVID)
		return sea_request_set_pvid(req, first, info->vid);
	bitmap_set(req->vlans.vids, first, info->vid - first + 1);
	return 0;
}

static int sea_request_read_spec(struct sea_request *req, const struct nlattr *spec)
{
	const struct nlattr *attr;
	int err, rem;

	nla_for_each_nested(attr, spec, rem) {
		switch (nla_type(attr)) {
		case IFLA_BRIDGE_FLAGS:
			continue;
		case IFLA_BRIDGE_VLAN_INFO:
			err = sea_request_read_info(req, attr);
			if (err)
				return err;
			continue;
		}
		sea_refuse(req->extack, req->dev,
			   "a SEA knows VLANs only: no tunnels, modes, MRP, CFM, MST",
			   "attribute %d", nla_type(attr));
		return -EOPNOTSUPP;
	}
	if (rem) {
		sea_refuse(req->extack, req->dev, "the message ends within an attribute",
			   "%d bytes", rem);
		return -EINVAL;
	}
	return 0;
}

static int sea_request_read(struct sea_request *req, struct nlmsghdr *nlh)
{
	struct nlattr *spec = nlmsg_find_attr(nlh, sizeof(struct ifinfomsg), IFLA_AF_SPEC);
	int err;

	if (nlmsg_find_attr(nlh, sizeof(struct ifinfomsg), IFLA_PROTINFO)) {
		sea_refuse(req->extack, req->dev, "a port of a SEA has no bridge options", "%s",
			   req->dev->name);
		return -EOPNOTSUPP;
	}
	if (!spec) {
		sea_refuse(req->extack, req->dev, "the message has no VLANs", "%s", req->dev->name);
		return -EINVAL;
	}
	err = sea_request_read_spec(req, spec);
	if (err)
		return err;
	if (req->first) {
		sea_refuse(req->extack, req->dev, "a range of VLANs has a begin and an end",
			   "VLAN %u", req->first);
		return -EINVAL;
	}
	if (!req->any) {
		sea_refuse(req->extack, req->dev, "the message has no VLANs", "%s", req->dev->name);
		return -EINVAL;
	}
	return 0;
}

/* ---- carrying it out ---- */

static int sea_request_check_port(const struct sea_request *req, const struct sea_port *port)
{
	if (!port) {
		sea_refuse(req->extack, req->dev, "VLANs are given to the trunks, not to the SEA",
			   "%s", req->dev->name);
		return -EOPNOTSUPP;
	}
	if (port->role == SEA_PORT_REAL) {
		sea_refuse(req->extack, req->dev, "the real adapter has the VLANs of the trunks",
			   "%s", req->dev->name);
		return -EOPNOTSUPP;
	}
	if (port->role == SEA_PORT_CTL) {
		sea_refuse(req->extack, req->dev, "the control channel has no VLANs", "%s",
			   req->dev->name);
		return -EOPNOTSUPP;
	}
	if (port->role == SEA_PORT_NONE && !req->vlans.pvid) {
		sea_refuse(req->extack, req->dev,
			   "the port has no role: a trunk begins with its PVID, 'vid N pvid untagged'",
			   "%s", req->dev->name);
		return -EINVAL;
	}
	return 0;
}

/* A PVID makes a port without a role a trunk. */
static int sea_request_add(const struct sea_request *req, struct sea_port *port)
{
	bool fresh = port->role == SEA_PORT_NONE;
	int err = sea_port_set_role(port, SEA_PORT_TRUNK, req->extack);

	if (err)
		return err;
	err = sea_vlans_add(port, &req->vlans, req->extack);
	if (err && fresh)
		sea_port_set_role(port, SEA_PORT_NONE, NULL);
	return err;
}

static int sea_request_do(struct sea_request *req, struct nlmsghdr *nlh)
{
	struct sea_port *port = sea_port_get_rtnl(req->dev);
	int err = sea_request_read(req, nlh);

	if (!err)
		err = sea_request_check_port(req, port);
	if (!err)
		err = req->add ? sea_request_add(req, port) : sea_vlans_del(port, &req->vlans);
	if (err)
		return err;
	sea_bridge_notify(port, RTM_NEWLINK);
	sea_changed(port->sea, SEA_EVENT_PORT_CHANGED, port->dev);
	return 0;
}

static int sea_bridge_request(struct net_device *dev, struct nlmsghdr *nlh, bool add,
			      struct netlink_ext_ack *extack)
{
	struct sea_request *req = kzalloc(sizeof(*req), GFP_KERNEL);
	int err;

	if (!req)
		return -ENOMEM;
	req->dev = dev;
	req->extack = extack;
	req->add = add;
	err = sea_request_do(req, nlh);
	kfree(req);
	return err;
}

/* Context: RTNL; @dev is a port, or the SEA. */
int sea_bridge_setlink(struct net_device *dev, struct nlmsghdr *nlh, u16 flags,
		       struct netlink_ext_ack *extack)
{
	return sea_bridge_request(dev, nlh, true, extack);
}

/* Context: RTNL; @dev is a port, or the SEA. */
int sea_bridge_dellink(struct net_device *dev, struct nlmsghdr *nlh, u16 flags)
{
	return sea_bridge_request(dev, nlh, false, NULL);
}

/* ---- showing ---- */

static int sea_put_info(struct sk_buff *skb, u16 vid, u16 flags)
{
	struct bridge_vlan_info info = { .vid = vid, .flags = flags };

	return nla_put(skb, IFLA_BRIDGE_VLAN_INFO, sizeof(info), &info);
}

static int sea_put_range(struct sk_buff *skb, u16 first, u16 last)
{
	if (first == last)
		return sea_put_info(skb, first, 0);
	return sea_put_info(skb, first, BRIDGE_VLAN_INFO_RANGE_BEGIN) ?:
	       sea_put_info(skb, last, BRIDGE_VLAN_INFO_RANGE_END);
}

/* Single VLANs would be too much for a message, so ranges are shown as ranges. */
static int sea_put_vlans(struct sk_buff *skb, u16 pvid, const unsigned long *vids)
{
	unsigned int first, end;
	int err = 0;

	if (pvid)
		err = sea_put_info(skb, pvid, BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED);
	for_each_set_bitrange(first, end, vids, VLAN_N_VID) {
		err = err ?: sea_put_range(skb, first, end - 1);
		if (err)
			break;
	}
	return err;
}

/* Context: RTNL or rcu_read_lock. */
static void sea_vlans_of_real(const struct sea_table *table, unsigned long *vids)
{
	unsigned int i;

	for (i = 0; i < SEA_TRUNKS_MAX; i++)
		if (table->trunk[i] && table->tpvid[i])
			bitmap_or(vids, vids, table->trunk[i]->vids, VLAN_N_VID);
}

static int sea_bridge_fill_vlans(struct sk_buff *skb, struct net_device *dev, u32 filter_mask)
{
	const struct sea_port *port = sea_port_get_rtnl(dev);
	DECLARE_BITMAP(vids, VLAN_N_VID) = { };

	if (!port || !(filter_mask & (RTEXT_FILTER_BRVLAN | RTEXT_FILTER_BRVLAN_COMPRESSED)))
		return 0;
	if (port->role != SEA_PORT_REAL)
		return sea_put_vlans(skb, port->pvid, port->vids);
	sea_vlans_of_real(rtnl_dereference(port->sea->table), vids);
	return sea_put_vlans(skb, sea_pvid(port->sea), vids);
}

/* Context: RTNL; @dev is a port, or the SEA, of which nothing is shown. */
int sea_bridge_getlink(struct sk_buff *skb, u32 portid, u32 seq, struct net_device *dev,
		       u32 filter_mask, int nlflags)
{
	if (sea_is_sea(dev))
		return 0;
	return ndo_dflt_bridge_getlink(skb, portid, seq, dev, BRIDGE_MODE_UNDEF, 0, 0, nlflags,
				       filter_mask, sea_bridge_fill_vlans);
}

static size_t sea_vids_size(const unsigned long *vids)
{
	unsigned int first, end;
	size_t size = 0;

	for_each_set_bitrange(first, end, vids, VLAN_N_VID)
		size += min(end - first, 2U) * nla_total_size(sizeof(struct bridge_vlan_info));
	return size;
}

/**
 * sea_bridge_size() - how much its VLANs add to a message of a port
 * @dev: the port
 *
 * The core has to know before it asks, for VLANs that do not fit end a dump.
 *
 * Context: RTNL or rcu_read_lock; with the latter VLANs may change meanwhile.
 * Return: bytes, at least as many as it will be.
 */
size_t sea_bridge_size(const struct net_device *dev)
{
	const struct sea_port *port = rcu_dereference_rtnl(dev->rx_handler_data);
	const struct sea_table *table = rcu_dereference_rtnl(port->sea->table);
	size_t pvid = nla_total_size(sizeof(struct bridge_vlan_info));
	DECLARE_BITMAP(vids, VLAN_N_VID) = { };

	if (port != table->real)
		return pvid + sea_vids_size(port->vids);
	sea_vlans_of_real(table, vids);
	return pvid + sea_vids_size(vids);
}

static int sea_bridge_notify_one(const struct sea_port *port, u16 type)
{
	struct sk_buff *skb = nlmsg_new(NLMSG_GOODSIZE + sea_bridge_size(port->dev), GFP_KERNEL);
	int err;

	if (!skb)
		return -ENOBUFS;
	err = sea_bridge_getlink(skb, 0, 0, port->dev, RTEXT_FILTER_BRVLAN_COMPRESSED, 0);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	nlmsg_hdr(skb)->nlmsg_type = type;
	rtnl_notify(skb, dev_net(port->dev), 0, RTNLGRP_LINK, NULL, GFP_KERNEL);
	return 0;
}

/**
 * sea_bridge_notify() - tell who watches that a port's VLANs have changed
 * @port: the port
 * @type: RTM_NEWLINK; or RTM_DELLINK, it leaves
 *
 * And with them those of the real adapter.
 *
 * Context: RTNL; may sleep.
 */
void sea_bridge_notify(const struct sea_port *port, u16 type)
{
	const struct sea_port *real = port->sea->real;
	int err = sea_bridge_notify_one(port, type);

	if (!err && real && real != port)
		err = sea_bridge_notify_one(real, RTM_NEWLINK);
	if (err)
		rtnl_set_sk_err(dev_net(port->dev), RTNLGRP_LINK, err);
}
