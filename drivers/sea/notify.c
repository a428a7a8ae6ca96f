// SPDX-License-Identifier: GPL-2.0
/*
 * What happens to ports: they go, change, or get devices on top.
 */
#include <linux/rtnetlink.h>

#include "sea.h"

/* The core gives a VLAN device its frames before it asks us: that VLAN would be lost. */
static int sea_notify_upper(const struct sea_port *port,
			    const struct netdev_notifier_changeupper_info *info)
{
	if (!info->linking || !is_vlan_dev(info->upper_dev))
		return NOTIFY_DONE;
	sea_refuse(netdev_notifier_info_to_extack(&info->info), port->dev,
		   "a port of a SEA cannot have VLAN devices; make them on the SEA", "%s",
		   port->sea->dev->name);
	return notifier_from_errno(-EBUSY);
}

static void sea_notify_real(struct sea *sea, unsigned long event)
{
	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		sea_update_carrier(sea);
		break;
	case NETDEV_CHANGEMTU:
		sea_update_mtu(sea);
		break;
	case NETDEV_CHANGEADDR:
		sea_update_address(sea);
		break;
	case NETDEV_NOTIFY_PEERS:
	case NETDEV_BONDING_FAILOVER:
	case NETDEV_RESEND_IGMP:
		call_netdevice_notifiers(event, sea->dev);
		break;
	}
}

/* Is a device that is a SEA, or on one, to come below another SEA's port? */
static bool sea_would_nest(struct net_device *dev,
			   const struct netdev_notifier_changeupper_info *info)
{
	struct netdev_nested_priv priv = { };
	bool nests;

	if (!info->linking ||
	    !(sea_is_sea(dev) || netdev_walk_all_lower_dev(dev, sea_walk_is_sea, &priv)))
		return false;
	rcu_read_lock();
	nests = netdev_walk_all_upper_dev_rcu(info->upper_dev, sea_walk_is_sea, &priv);
	rcu_read_unlock();
	return nests;
}

static int sea_notify(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct sea_port *port = sea_port_get_rtnl(dev);

	if (event == NETDEV_PRECHANGEUPPER && sea_would_nest(dev, ptr)) {
		sea_refuse(netdev_notifier_info_to_extack(ptr), dev,
			   "a SEA cannot be below a port of a SEA", "%s",
			   ((struct netdev_notifier_changeupper_info *)ptr)->upper_dev->name);
		return notifier_from_errno(-ELOOP);
	}
	if (!port)
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_PRECHANGEUPPER:
		return sea_notify_upper(port, ptr);
	case NETDEV_PRE_TYPE_CHANGE:
		sea_refuse(NULL, dev, "a port of a SEA stays an Ethernet device", "%s",
			   port->sea->dev->name);
		return notifier_from_errno(-EBUSY);
	case NETDEV_UNREGISTER:
		/* Or it moves to another network namespace. */
		sea_port_del(port);
		return NOTIFY_DONE;
	case NETDEV_FEAT_CHANGE:
		sea_update_features(port->sea);
		return NOTIFY_DONE;
	}
	if (port->role == SEA_PORT_REAL)
		sea_notify_real(port->sea, event);
	return NOTIFY_DONE;
}

struct notifier_block sea_notifier = {
	.notifier_call = sea_notify,
};
