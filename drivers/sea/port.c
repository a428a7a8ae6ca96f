// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: what may be one, joining and leaving, roles.  A port joins without a role and
 * forwards nothing until it has one.
 */
#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/dsa.h>

#include "sea.h"

static bool sea_port_exists(const struct net_device *dev)
{
	return rcu_access_pointer(dev->rx_handler) == sea_handle_frame;
}

struct sea_port *sea_port_get_rtnl(const struct net_device *dev)
{
	return sea_port_exists(dev) ? rtnl_dereference(dev->rx_handler_data) : NULL;
}

struct sea_port *sea_port_get_rcu(const struct net_device *dev)
{
	return sea_port_exists(dev) ? rcu_dereference(dev->rx_handler_data) : NULL;
}

/**
 * sea_port_ready() - whether a port forwards, if its SEA is up
 * @port: the port
 *
 * Context: RTNL.
 * Return: it does.
 */
bool sea_port_ready(const struct sea_port *port)
{
	return port->role == SEA_PORT_TRUNK ? port->pvid : port->role != SEA_PORT_NONE;
}

/* ---- what may be a port ---- */

/**
 * sea_walk_is_sea() - for walks over the devices above or below another
 * @dev: one of them
 * @priv: not used
 *
 * Context: RTNL or rcu_read_lock.
 * Return: 1, which ends the walk, if it is a SEA.
 */
int sea_walk_is_sea(struct net_device *dev, struct netdev_nested_priv *priv)
{
	return sea_is_sea(dev);
}

static const char *sea_port_unfit(const struct net_device *dev)
{
	if (dev->flags & IFF_LOOPBACK)
		return SEA_TEXT("the loopback device cannot be a port");
	if (dev->type != ARPHRD_ETHER || dev->addr_len != ETH_ALEN ||
	    !is_valid_ether_addr(dev->dev_addr))
		return SEA_TEXT("not an Ethernet device");
	if (sea_is_sea(dev))
		return SEA_TEXT("a SEA cannot be a port of a SEA");
	if (is_vlan_dev(dev))
		return SEA_TEXT("a VLAN device cannot be a port; add the device below it");
	if (dev->priv_flags & IFF_DONT_BRIDGE)
		return SEA_TEXT("the device does not allow bridging");
	if (dev->features & NETIF_F_VLAN_CHALLENGED)
		return SEA_TEXT("the device cannot do VLANs");
	if (netdev_uses_dsa(dev))
		return SEA_TEXT("the device is the conduit of a switch");
	return NULL;
}

static int sea_port_check_fit(const struct sea *sea, struct net_device *dev,
			      struct netlink_ext_ack *extack)
{
	const char *why = sea_port_unfit(dev);

	if (!why)
		return 0;
	__sea_refuse(extack, sea->dev, why, "%s", dev->name);
	return -EINVAL;
}

static int sea_port_check_place(const struct sea *sea, struct net_device *dev,
				struct netlink_ext_ack *extack)
{
	struct netdev_nested_priv priv = { };

	if (netdev_master_upper_dev_get(dev)) {
		sea_refuse(extack, sea->dev, "the device has a master already", "%s", dev->name);
		return -EBUSY;
	}
	if (netdev_is_rx_handler_busy(dev)) {
		sea_refuse(extack, sea->dev,
			   "the device's frames go elsewhere, to a macvlan perhaps", "%s",
			   dev->name);
		return -EBUSY;
	}
	if (vlan_uses_dev(dev)) {
		sea_refuse(extack, sea->dev,
			   "the device has VLAN devices; make them on the SEA instead", "%s",
			   dev->name);
		return -EBUSY;
	}
	if (netdev_walk_all_lower_dev(dev, sea_walk_is_sea, &priv)) {
		sea_refuse(extack, sea->dev, "the device is on top of a SEA", "%s", dev->name);
		return -ELOOP;
	}
	return 0;
}

static bool sea_has_address6(const struct net_device *dev)
{
	const struct inet6_dev *idev = __in6_dev_get(dev);
	const struct inet6_ifaddr *ifa;

	if (!idev)
		return false;
	list_for_each_entry(ifa, &idev->addr_list, if_list)
		if (!(ifa->scope & IFA_LINK))
			return true;
	return false;
}

/* The host's own address on a port gets no frames any more. */
static void sea_port_warn_address(const struct sea *sea, const struct net_device *dev,
				  struct netlink_ext_ack *extack)
{
	const struct in_device *in = __in_dev_get_rtnl(dev);

	if (!(in && in->ifa_list) && !sea_has_address6(dev))
		return;
	NL_SET_ERR_MSG_MOD(extack,
			   "the port has IP addresses, which no frame reaches; move them to the SEA");
	netdev_warn(sea->dev, "port %s has IP addresses, which no frame reaches; move them to %s\n",
		    dev->name, sea->dev->name);
}

/* ---- roles ---- */

static int sea_free_order(const struct sea *sea)
{
	int i;

	for (i = 0; i < SEA_TRUNKS_MAX; i++)
		if (!sea->trunk[i])
			return i;
	return -ENOSPC;
}

static bool sea_has_trunk(const struct sea *sea)
{
	int i;

	for (i = 0; i < SEA_TRUNKS_MAX; i++)
		if (sea->trunk[i])
			return true;
	return false;
}

static bool sea_has_role(const struct sea *sea, u8 role)
{
	const struct sea_port *port;

	list_for_each_entry(port, &sea->ports, list)
		if (port->role == role)
			return true;
	return false;
}

static void sea_port_follow_real(struct sea *sea)
{
	sea_update_address(sea);
	sea_update_mtu(sea);
	sea_update_carrier(sea);
	sea_update_features(sea);
}

static void sea_port_leave_real(struct sea_port *port)
{
	struct sea *sea = port->sea;

	sea_filter_clear(sea);
	sea->real = NULL;
	sea_table_shrink(sea);
	sea_port_follow_real(sea);
}

static void sea_port_leave_trunk(struct sea_port *port)
{
	struct sea *sea = port->sea;

	sea->trunk[port->order] = NULL;
	if (sea->dflt == port)
		sea->dflt = NULL;
	sea_table_shrink(sea);
	WRITE_ONCE(sea->active, sea->active & ~BIT(port->order));
	bitmap_zero(port->vids, VLAN_N_VID);
	port->pvid = 0;
	WRITE_ONCE(port->firmware, false);
	WRITE_ONCE(port->order, SEA_ORDER_NONE);
}

static void sea_port_leave_role(struct sea_port *port)
{
	u8 role = port->role;

	WRITE_ONCE(port->role, SEA_PORT_NONE);
	if (role == SEA_PORT_REAL)
		sea_port_leave_real(port);
	else if (role == SEA_PORT_TRUNK)
		sea_port_leave_trunk(port);
}

static int sea_port_become_real(struct sea_port *port)
{
	struct sea *sea = port->sea;
	int err;

	sea->real = port;
	err = sea_table_update(sea);
	if (err) {
		sea_filter_clear(sea);
		sea->real = NULL;
		return err;
	}
	sea_port_follow_real(sea);
	return 0;
}

static int sea_port_become_trunk(struct sea_port *port)
{
	struct sea *sea = port->sea;
	bool first = !sea_has_trunk(sea);
	int order = sea_free_order(sea);
	int err;

	sea->trunk[order] = port;
	/* With others there, which VLAN is untagged on the wire is for the user to say. */
	if (first)
		sea->dflt = port;
	WRITE_ONCE(port->order, order);
	/* Before frames come: one that is not active may not pass any. */
	if (sea_illan_is_trunk(port->dev))
		sea_illan_attach(port);
	else
		WRITE_ONCE(sea->active, sea->active | BIT(order));
	err = sea_table_update(sea);
	if (err)
		sea_port_leave_trunk(port);
	return err;
}

static int sea_port_failed(const struct sea_port *port, struct netlink_ext_ack *extack, int err)
{
	if (err)
		sea_refuse(extack, port->dev,
			   "no memory, or the device cannot filter so many VLANs", "error %d", err);
	return err;
}

static int sea_port_check_role(const struct sea_port *port, u8 role,
			       struct netlink_ext_ack *extack)
{
	const struct sea *sea = port->sea;

	if (role == SEA_PORT_REAL && sea->real) {
		sea_refuse(extack, port->dev, "the SEA has a real adapter already", "%s",
			   sea->real->dev->name);
		return -EEXIST;
	}
	if (role == SEA_PORT_CTL && sea_has_role(sea, SEA_PORT_CTL)) {
		sea_refuse(extack, port->dev, "the SEA has a control channel already", "%s",
			   sea->dev->name);
		return -EEXIST;
	}
	if (role == SEA_PORT_TRUNK && sea_free_order(sea) < 0) {
		sea_refuse(extack, port->dev, "the SEA has 16 trunks already", "%s",
			   sea->dev->name);
		return -ENOSPC;
	}
	return 0;
}

/**
 * sea_port_set_role() - give a port a role
 * @port: the port
 * @role: enum sea_port_role
 * @extack: says why not
 *
 * What the port was before, VLANs included, it is no more.
 *
 * Context: RTNL; may sleep.
 * Return: 0; or an errno, with the port as it was, or, without memory, with no role.
 */
int sea_port_set_role(struct sea_port *port, u8 role, struct netlink_ext_ack *extack)
{
	int err;

	if (role == port->role)
		return 0;
	err = sea_port_check_role(port, role, extack);
	if (err)
		return err;
	sea_port_leave_role(port);
	if (role == SEA_PORT_REAL)
		err = sea_port_become_real(port);
	else if (role == SEA_PORT_TRUNK)
		err = sea_port_become_trunk(port);
	if (!err)
		WRITE_ONCE(port->role, role);
	return sea_port_failed(port, extack, err);
}

/* ---- what else can be set ---- */

static int sea_port_set_order(struct sea_port *port, u8 order, struct netlink_ext_ack *extack)
{
	struct sea *sea = port->sea;
	u8 old = port->order;
	int err;

	if (order == old)
		return 0;
	/* The new place is as active as the old one before anybody looks there. */
	if (sea->active & BIT(old))
		WRITE_ONCE(sea->active, sea->active | BIT(order));
	sea->trunk[old] = NULL;
	sea->trunk[order] = port;
	WRITE_ONCE(port->order, order);
	err = sea_table_update(sea);
	if (err) {
		sea->trunk[order] = NULL;
		sea->trunk[old] = port;
		WRITE_ONCE(port->order, old);
		swap(order, old);
	}
	synchronize_net();
	WRITE_ONCE(sea->active, sea->active & ~BIT(old));
	return sea_port_failed(port, extack, err);
}

static int sea_port_set_default(struct sea_port *port, bool dflt, struct netlink_ext_ack *extack)
{
	struct sea *sea = port->sea;
	struct sea_port *old = sea->dflt;
	int err;

	if (dflt ? old == port : old != port)
		return 0;
	err = dflt ? sea_vlan_check_native(sea, port->pvid, extack) : 0;
	if (err)
		return err;
	sea->dflt = dflt ? port : NULL;
	err = sea_table_update(sea);
	if (err)
		sea->dflt = old;
	return sea_port_failed(port, extack, err);
}

static int sea_port_set_active(struct sea_port *port, bool active,
			       struct netlink_ext_ack *extack)
{
	struct sea *sea = port->sea;
	u32 bit = BIT(port->order);
	int err;

	/* What is known of the firmware's bit may be a second old. */
	if (port->firmware) {
		err = sea_illan_set_active(port, active, extack);
		if (err)
			return err;
	}
	if (active == !!(sea->active & bit))
		return 0;
	WRITE_ONCE(sea->active, active ? sea->active | bit : sea->active & ~bit);
	return 0;
}

static int sea_port_check_change(const struct sea_port *port,
				 const struct sea_port_change *change,
				 struct netlink_ext_ack *extack)
{
	u8 role = change->mask & BIT(IFLA_SEA_PORT_ROLE) ? change->role : port->role;
	const struct sea_port *other;

	if (change->mask & ~BIT(IFLA_SEA_PORT_ROLE) && role != SEA_PORT_TRUNK) {
		sea_refuse(extack, port->dev,
			   "only a trunk has an order and a priority, and can be the default or active",
			   "%s", port->sea->dev->name);
		return -EINVAL;
	}
	if (change->mask & BIT(IFLA_SEA_PORT_PRIORITY) && sea_illan_is_trunk(port->dev)) {
		sea_refuse(extack, port->dev, "the firmware keeps this trunk's priority", "%s",
			   port->sea->dev->name);
		return -EOPNOTSUPP;
	}
	if (change->mask & BIT(IFLA_SEA_PORT_ORDER)) {
		other = port->sea->trunk[change->order];
		if (other && other != port) {
			sea_refuse(extack, port->dev, "another trunk has this order", "%u, %s",
				   change->order, other->dev->name);
			return -EEXIST;
		}
	}
	return 0;
}

/**
 * sea_port_change() - set what the user asks for
 * @port: the port
 * @change: what
 * @extack: says why not
 *
 * Context: RTNL; may sleep.
 * Return: 0, or an errno; what was set before the failure stays.
 */
int sea_port_change(struct sea_port *port, const struct sea_port_change *change,
		    struct netlink_ext_ack *extack)
{
	int err = sea_port_check_change(port, change, extack);

	if (err)
		return err;
	if (change->mask & BIT(IFLA_SEA_PORT_ROLE))
		err = sea_port_set_role(port, change->role, extack);
	if (!err && change->mask & BIT(IFLA_SEA_PORT_ORDER))
		err = sea_port_set_order(port, change->order, extack);
	if (!err && change->mask & BIT(IFLA_SEA_PORT_DEFAULT))
		err = sea_port_set_default(port, change->dflt, extack);
	if (!err && change->mask & BIT(IFLA_SEA_PORT_ACTIVE))
		err = sea_port_set_active(port, change->active, extack);
	if (!err && change->mask & BIT(IFLA_SEA_PORT_PRIORITY))
		port->priority = change->priority;
	/* Whatever the last of them came to, those before it are there to be seen. */
	sea_bridge_notify(port, RTM_NEWLINK);
	sea_changed(port->sea, SEA_EVENT_PORT_CHANGED, port->dev);
	return err;
}

/* ---- joining and leaving ---- */

/* Addresses the SEA's interface listens to, of VLAN devices for instance */
static void sea_port_sync(struct sea_port *port)
{
	struct net_device *dev = port->sea->dev;

	if (!netif_running(dev))
		return;
	netif_addr_lock_bh(dev);
	dev_uc_sync_multiple(port->dev, dev);
	dev_mc_sync_multiple(port->dev, dev);
	netif_addr_unlock_bh(dev);
}

static struct sea_port *sea_port_alloc(struct sea *sea, struct net_device *dev)
{
	struct sea_port *port = kzalloc(sizeof(*port), GFP_KERNEL);

	if (!port)
		return NULL;
	port->dev = dev;
	port->sea = sea;
	port->order = SEA_ORDER_NONE;
	port->priority = 1;
	sea_oversize_init(port);
	netdev_hold(dev, &port->dev_tracker, GFP_KERNEL);
	return port;
}

static void sea_port_free(struct sea_port *port)
{
	netdev_put(port->dev, &port->dev_tracker);
	kfree_rcu(port, rcu);
}

/**
 * sea_port_add() - let a device join
 * @sea: the SEA
 * @dev: the device
 * @extack: says why not, or warns
 *
 * Context: RTNL; may sleep.
 * Return: 0, or an errno.
 */
int sea_port_add(struct sea *sea, struct net_device *dev, struct netlink_ext_ack *extack)
{
	struct sea_port *port;
	int err = sea_port_check_fit(sea, dev, extack);

	if (!err)
		err = sea_port_check_place(sea, dev, extack);
	if (err)
		return err;
	port = sea_port_alloc(sea, dev);
	if (!port)
		return -ENOMEM;
	err = dev_set_promiscuity(dev, 1);
	if (err)
		goto err_free;
	err = netdev_rx_handler_register(dev, sea_handle_frame, port);
	if (err)
		goto err_promiscuity;
	err = netdev_master_upper_dev_link(dev, sea->dev, NULL, NULL, extack);
	if (err)
		goto err_handler;
	dev_disable_lro(dev);
	list_add_tail_rcu(&port->list, &sea->ports);
	sea_port_sync(port);
	if (sea_illan_is_trunk(dev)) {
		err = sea_port_set_role(port, SEA_PORT_TRUNK, extack);
		if (err)
			goto err_list;
	}
	sea_update_features(sea);
	sea_port_warn_address(sea, dev, extack);
	sea_changed(sea, SEA_EVENT_PORT_ADDED, dev);
	return 0;

err_list:
	list_del_rcu(&port->list);
	dev_mc_unsync(dev, sea->dev);
	dev_uc_unsync(dev, sea->dev);
	netdev_upper_dev_unlink(dev, sea->dev);
err_handler:
	netdev_rx_handler_unregister(dev);
err_promiscuity:
	dev_set_promiscuity(dev, -1);
err_free:
	sea_port_free(port);
	return err;
}

/**
 * sea_port_del() - let a port leave
 * @port: the port; freed after a grace period
 *
 * Context: RTNL; may sleep.
 */
void sea_port_del(struct sea_port *port)
{
	struct net_device *dev = port->dev;
	struct sea *sea = port->sea;

	sea_port_leave_role(port);
	sea_bridge_notify(port, RTM_DELLINK);
	list_del_rcu(&port->list);
	dev_mc_unsync(dev, sea->dev);
	dev_uc_unsync(dev, sea->dev);
	netdev_upper_dev_unlink(dev, sea->dev);
	netdev_rx_handler_unregister(dev);
	sea_threads_purge(sea, dev);
	dev_set_promiscuity(dev, -1);
	sea_update_features(sea);
	sea_changed(sea, SEA_EVENT_PORT_REMOVED, dev);
	sea_port_free(port);
}
