// SPDX-License-Identifier: GPL-2.0
/*
 * The SEA's own interface, for an address of the server in the network of its clients,
 * and what it takes over from its ports.
 */
#include <linux/rtnetlink.h>

#include "sea.h"

#define SEA_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA |		\
			 NETIF_F_GSO_SOFTWARE | NETIF_F_HW_CSUM)

#define SEA_LEAK_PERIOD	(10 * HZ)

/* ---- options ---- */

/**
 * sea_update_options() - let the data path see the options as they are now
 * @sea: the SEA
 *
 * Context: RTNL.
 */
void sea_update_options(struct sea *sea)
{
	const struct sea_config *config = &sea->config;
	u32 options = 0;

	if (netif_running(sea->dev))
		options |= SEA_OPT_UP;
	if (config->pvid_leak)
		options |= SEA_OPT_PVID_LEAK;
	if (config->tagged_pvid)
		options |= SEA_OPT_TAGGED_PVID;
	if (config->frag)
		options |= SEA_OPT_FRAG;
	if (config->largesend)
		options |= SEA_OPT_LARGESEND;
	if (config->large_receive)
		options |= SEA_OPT_LARGE_RECEIVE;
	if (config->qos_mode == SEA_QOS_STRICT)
		options |= SEA_OPT_QOS_STRICT;
	if (config->qos_mode == SEA_QOS_LOOSE)
		options |= SEA_OPT_QOS_LOOSE;
	WRITE_ONCE(sea->options, options);
}

static bool sea_config_changes_threads(const struct sea_config *a, const struct sea_config *b)
{
	return a->thread != b->thread || (b->thread && (a->nthreads != b->nthreads ||
							a->queue_size != b->queue_size));
}

static int sea_configure_threads(struct sea *sea, const struct sea_config *old)
{
	if (!sea_config_changes_threads(old, &sea->config))
		return 0;
	if (old->thread)
		sea_threads_stop(sea);
	return sea->config.thread ? sea_threads_start(sea) : 0;
}

static int sea_configure_accounting(struct sea *sea, const struct sea_config *old)
{
	if (old->accounting == sea->config.accounting &&
	    (!old->accounting || old->clients_max == sea->config.clients_max))
		return 0;
	if (old->accounting)
		sea_accounts_stop(sea);
	return sea->config.accounting ? sea_accounts_start(sea) : 0;
}

/**
 * sea_configure() - set what the user asks for
 * @sea: the SEA
 * @config: what
 * @extack: says why not
 *
 * Context: RTNL; may sleep.
 * Return: 0; or -ENOMEM, with threads or accounting off.
 */
int sea_configure(struct sea *sea, const struct sea_config *config,
		  struct netlink_ext_ack *extack)
{
	struct sea_config old = sea->config;
	int err;

	sea->config = *config;
	err = sea_configure_threads(sea, &old);
	if (err) {
		sea->config.thread = false;
		sea->config.qos_mode = SEA_QOS_DISABLED;
		sea->config.accounting = old.accounting;
		sea->config.clients_max = old.clients_max;
		sea_refuse(extack, sea->dev, "no memory for the threads", "%u", config->nthreads);
	}
	sea_update_options(sea);
	if (err)
		return err;
	err = sea_configure_accounting(sea, &old);
	if (err) {
		sea->config.accounting = false;
		sea_refuse(extack, sea->dev, "no memory for the clients", "%u",
			   config->clients_max);
	}
	return err;
}

/* ---- what the SEA has of its real adapter ---- */

/**
 * sea_update_carrier() - the SEA has a carrier if its real adapter has
 * @sea: the SEA
 *
 * Context: RTNL.
 */
void sea_update_carrier(struct sea *sea)
{
	if (sea->real && netif_running(sea->real->dev) && netif_oper_up(sea->real->dev))
		netif_carrier_on(sea->dev);
	else
		netif_carrier_off(sea->dev);
}

/**
 * sea_update_mtu() - the SEA's MTU is at most that of its real adapter
 * @sea: the SEA
 *
 * Context: RTNL; may sleep.
 */
void sea_update_mtu(struct sea *sea)
{
	if (sea->real && sea->dev->mtu > sea->real->dev->mtu)
		dev_set_mtu(sea->dev, sea->real->dev->mtu);
}

/**
 * sea_update_features() - what all ports can do, the SEA can, and no more
 * @sea: the SEA
 *
 * Context: RTNL; may sleep.
 */
void sea_update_features(struct sea *sea)
{
	unsigned int size = TSO_MAX_SIZE, segs = TSO_MAX_SEGS;
	const struct sea_port *port;

	list_for_each_entry(port, &sea->ports, list) {
		size = min(size, port->dev->tso_max_size);
		segs = min_t(unsigned int, segs, port->dev->tso_max_segs);
	}
	netif_set_tso_max_size(sea->dev, size);
	netif_set_tso_max_segs(sea->dev, segs);
	netdev_update_features(sea->dev);
}

/**
 * sea_update_address() - the SEA's address is its real adapter's, unless the user set one
 * @sea: the SEA
 *
 * Context: RTNL; may sleep.
 */
void sea_update_address(struct sea *sea)
{
	struct net_device *dev = sea->dev;
	const u8 *addr;

	if (!sea->real || dev->addr_assign_type == NET_ADDR_SET)
		return;
	addr = sea->real->dev->dev_addr;
	if (ether_addr_equal(dev->dev_addr, addr) || dev_pre_changeaddr_notify(dev, addr, NULL))
		return;
	eth_hw_addr_set(dev, addr);
	dev->addr_assign_type = NET_ADDR_STOLEN;
	call_netdevice_notifiers(NETDEV_CHANGEADDR, dev);
}

/* ---- net_device_ops ---- */

static void sea_init_limits(struct sea *sea)
{
	ratelimit_state_init(&sea->leak_limit, SEA_LEAK_PERIOD, 1);
	ratelimit_set_flags(&sea->leak_limit, RATELIMIT_MSG_ON_RELEASE);
}

static int sea_dev_init(struct net_device *dev)
{
	struct sea *sea = sea_priv(dev);
	int err;

	err = sea_stats_init(sea);
	if (err)
		return err;
	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	if (!dev->tstats) {
		err = -ENOMEM;
		goto err_stats;
	}
	err = sea_table_update(sea);
	if (err)
		goto err_tstats;
	netdev_lockdep_set_classes(dev);
	netif_carrier_off(dev);
	return 0;

err_tstats:
	free_percpu(dev->tstats);
	dev->tstats = NULL;
err_stats:
	sea_stats_free(sea);
	return err;
}

/* The ports leave here; frames may still be on their way to the next grace period. */
static void sea_dev_uninit(struct net_device *dev)
{
	struct sea *sea = sea_priv(dev);
	struct sea_port *port, *next;

	sea_illan_stop(sea);
	list_for_each_entry_safe(port, next, &sea->ports, list)
		sea_port_del(port);
	if (sea->config.thread)
		sea_threads_stop(sea);
	if (sea->config.accounting)
		sea_accounts_stop(sea);
	sea->config.thread = false;
	sea->config.accounting = false;
	/* The last that is heard of it; not of one that was never there. */
	if (dev->reg_state == NETREG_UNREGISTERING)
		sea_changed(sea, SEA_EVENT_DELETED, NULL);
}

static void sea_dev_destroy(struct net_device *dev)
{
	struct sea *sea = sea_priv(dev);

	kfree(rcu_dereference_protected(sea->table, true));
	free_percpu(dev->tstats);
	sea_stats_free(sea);
}

static int sea_dev_open(struct net_device *dev)
{
	struct sea *sea = sea_priv(dev);

	sea_update_options(sea);
	sea_update_carrier(sea);
	sea_changed(sea, SEA_EVENT_CHANGED, NULL);
	return 0;
}

static int sea_dev_stop(struct net_device *dev)
{
	struct sea *sea = sea_priv(dev);
	struct sea_port *port;

	sea_update_options(sea);
	list_for_each_entry(port, &sea->ports, list) {
		dev_uc_unsync(port->dev, dev);
		dev_mc_unsync(port->dev, dev);
	}
	sea_changed(sea, SEA_EVENT_CHANGED, NULL);
	return 0;
}

static netdev_tx_t sea_dev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	rcu_read_lock();
	sea_forward_local(sea_priv(dev), skb);
	rcu_read_unlock();
	return NETDEV_TX_OK;
}

/* Context: the address list is locked, which a port that leaves waits for; not RTNL. */
static void sea_dev_set_rx_mode(struct net_device *dev)
{
	struct sea *sea = sea_priv(dev);
	struct sea_port *port;

	rcu_read_lock();
	list_for_each_entry_rcu(port, &sea->ports, list) {
		dev_uc_sync_multiple(port->dev, dev);
		dev_mc_sync_multiple(port->dev, dev);
	}
	rcu_read_unlock();
}

static int sea_dev_change_mtu(struct net_device *dev, int mtu)
{
	struct sea *sea = sea_priv(dev);

	if (sea->real && mtu > sea->real->dev->mtu) {
		sea_refuse(NULL, dev, "the MTU is greater than that of the real adapter", "%s, %u",
			   sea->real->dev->name, sea->real->dev->mtu);
		return -EINVAL;
	}
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

static int sea_dev_set_upper(struct net_device *dev, u16 vid, bool there)
{
	struct sea *sea = sea_priv(dev);
	int err;

	__assign_bit(vid, sea->uppers, there);
	if (!there) {
		sea_table_shrink(sea);
		return 0;
	}
	err = sea_table_update(sea);
	if (err) {
		__clear_bit(vid, sea->uppers);
		sea_refuse(NULL, dev, "no memory, or the real adapter cannot filter so many VLANs",
			   "VLAN %u, error %d", vid, err);
	}
	return err;
}

/* VLAN 0 is announced for every device that is up. */
static int sea_dev_add_vid(struct net_device *dev, __be16 proto, u16 vid)
{
	if (!vid || proto != htons(ETH_P_8021Q))
		return 0;
	if (vid == sea_pvid(sea_priv(dev))) {
		sea_refuse(NULL, dev,
			   "the SEA's own interface is in this VLAN, the PVID of the default trunk",
			   "VLAN %u", vid);
		return -EBUSY;
	}
	return sea_dev_set_upper(dev, vid, true);
}

static int sea_dev_kill_vid(struct net_device *dev, __be16 proto, u16 vid)
{
	return vid && proto == htons(ETH_P_8021Q) ? sea_dev_set_upper(dev, vid, false) : 0;
}

static netdev_features_t sea_dev_fix_features(struct net_device *dev,
					      netdev_features_t features)
{
	const struct sea *sea = sea_priv(dev);
	netdev_features_t mask = features;
	const struct sea_port *port;

	if (list_empty(&sea->ports))
		return features;
	features &= ~NETIF_F_ONE_FOR_ALL;
	list_for_each_entry(port, &sea->ports, list)
		features = netdev_increment_features(features, port->dev->features, mask);
	return netdev_add_tso_features(features, mask);
}

static int sea_dev_add_slave(struct net_device *dev, struct net_device *slave,
			     struct netlink_ext_ack *extack)
{
	return sea_port_add(sea_priv(dev), slave, extack);
}

static int sea_dev_del_slave(struct net_device *dev, struct net_device *slave)
{
	struct sea_port *port = sea_port_get_rtnl(slave);

	if (!port || port->sea != sea_priv(dev))
		return -EINVAL;
	sea_port_del(port);
	return 0;
}

static const struct net_device_ops sea_netdev_ops = {
	.ndo_init		= sea_dev_init,
	.ndo_uninit		= sea_dev_uninit,
	.ndo_open		= sea_dev_open,
	.ndo_stop		= sea_dev_stop,
	.ndo_start_xmit		= sea_dev_xmit,
	.ndo_set_rx_mode	= sea_dev_set_rx_mode,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_change_mtu		= sea_dev_change_mtu,
	.ndo_get_stats64	= dev_get_tstats64,
	.ndo_vlan_rx_add_vid	= sea_dev_add_vid,
	.ndo_vlan_rx_kill_vid	= sea_dev_kill_vid,
	.ndo_fix_features	= sea_dev_fix_features,
	.ndo_features_check	= passthru_features_check,
	.ndo_add_slave		= sea_dev_add_slave,
	.ndo_del_slave		= sea_dev_del_slave,
	.ndo_bridge_setlink	= sea_bridge_setlink,
	.ndo_bridge_getlink	= sea_bridge_getlink,
	.ndo_bridge_dellink	= sea_bridge_dellink,
};

/**
 * sea_is_sea() - whether a device is a SEA
 * @dev: the device
 *
 * Return: it is.
 */
bool sea_is_sea(const struct net_device *dev)
{
	return dev->netdev_ops == &sea_netdev_ops;
}

static void sea_setup_config(struct sea *sea)
{
	sea->config = (struct sea_config){
		.tagged_pvid	= true,
		.largesend	= true,
		.nthreads	= 7,
		.queue_size	= 8192,
		.clients_max	= 4096,
	};
}

/**
 * sea_setup() - a device as it is before it is registered
 * @dev: the device
 */
void sea_setup(struct net_device *dev)
{
	struct sea *sea = sea_priv(dev);

	ether_setup(dev);
	eth_hw_addr_random(dev);
	dev->netdev_ops = &sea_netdev_ops;
	dev->ethtool_ops = &sea_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = sea_dev_destroy;
	dev->max_mtu = ETH_MAX_MTU;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_DONT_BRIDGE | IFF_LIVE_ADDR_CHANGE |
			   IFF_UNICAST_FLT | IFF_DISABLE_NETPOLL;
	dev->hw_features = SEA_FEATURES;
	dev->vlan_features = SEA_FEATURES;
	dev->features = SEA_FEATURES | NETIF_F_LLTX | NETIF_F_NETNS_LOCAL |
			NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_CTAG_FILTER;

	sea->dev = dev;
	INIT_LIST_HEAD(&sea->ports);
	sea_setup_config(sea);
	sea_init_limits(sea);
	sea_illan_init(sea);
}
