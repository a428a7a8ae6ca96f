// SPDX-License-Identifier: GPL-2.0
/*
 * What forwarding costs when nothing is decided, a sink that costs little, and one that
 * looks; for benchmarks and tests of sea.ko.
 *
 *	ip link add n0 type seanull; ip link set A master n0; ip link set B master n0
 *
 * What A receives B sends, and the other way round, unseen.
 *
 *	ip link add k0 type seasink; ip link set C master k0
 *
 * What C receives is dropped; /sys/class/net/k0/statistics/rx_packets has how much.
 *
 *	ip link add v0 type seacheck; ip link set D master v0
 *
 * D, which may be a VLAN device, gets one flow of pktgen.  In the same directory rx_packets
 * are the frames in their turn, rx_missed_errors those that never came, rx_frame_errors
 * those that came twice or too late, rx_errors others.
 */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>

#include "seanull.h"

/* The handler's data is the device to send to. */
static rx_handler_result_t seanull_forward(struct sk_buff **pskb)
{
	struct sk_buff *skb = skb_share_check(*pskb, GFP_ATOMIC);

	if (!skb)
		return RX_HANDLER_CONSUMED;
	*pskb = skb;
	skb->dev = rcu_dereference(skb->dev->rx_handler_data);
	if (!skb->dev) {
		kfree_skb(skb);
		return RX_HANDLER_CONSUMED;
	}
	skb_push(skb, ETH_HLEN);
	dev_queue_xmit(skb);
	return RX_HANDLER_CONSUMED;
}

/* The handler's data is the sink. */
static rx_handler_result_t seanull_sink(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct net_device *sink = rcu_dereference(skb->dev->rx_handler_data);

	dev_sw_netstats_rx_add(sink, skb->len + ETH_HLEN);
	consume_skb(skb);
	return RX_HANDLER_CONSUMED;
}

static bool seanull_is_port(const struct net_device *dev)
{
	rx_handler_func_t *handler = rtnl_dereference(dev->rx_handler);

	return handler == seanull_forward || handler == seanull_sink ||
	       handler == seanull_check;
}

/* Each port's data is the other one, or none, under RTNL. */
static void seanull_pair(struct seanull *null)
{
	unsigned int i;

	if (null->handler != seanull_forward)
		return;
	for (i = 0; i < SEANULL_PORTS; i++) {
		if (null->port[i])
			rcu_assign_pointer(null->port[i]->rx_handler_data, null->port[!i]);
	}
}

static int seanull_add(struct net_device *master, struct net_device *dev,
		       struct netlink_ext_ack *extack)
{
	struct seanull *null = netdev_priv(master);
	unsigned int i = null->port[0] ? 1 : 0;
	int ret;

	if (i == null->ports || null->port[i])
		return -EBUSY;
	ret = netdev_rx_handler_register(dev, null->handler,
					 null->handler == seanull_forward ? NULL : master);
	if (ret)
		return ret;
	ret = netdev_master_upper_dev_link(dev, master, NULL, NULL, extack);
	if (ret)
		goto err_handler;
	ret = dev_set_promiscuity(dev, 1);
	if (ret)
		goto err_link;
	null->port[i] = dev;
	seanull_pair(null);
	return 0;

err_link:
	netdev_upper_dev_unlink(dev, master);
err_handler:
	netdev_rx_handler_unregister(dev);
	return ret;
}

static int seanull_del(struct net_device *master, struct net_device *dev)
{
	struct seanull *null = netdev_priv(master);
	unsigned int i = null->port[0] == dev ? 0 : 1;

	null->port[i] = NULL;
	seanull_pair(null);
	dev_set_promiscuity(dev, -1);
	netdev_upper_dev_unlink(dev, master);
	/* Waits until nobody sends to it any more. */
	netdev_rx_handler_unregister(dev);
	return 0;
}

static void seanull_uninit(struct net_device *master)
{
	struct seanull *null = netdev_priv(master);
	unsigned int i;

	for (i = 0; i < SEANULL_PORTS; i++) {
		if (null->port[i])
			seanull_del(master, null->port[i]);
	}
	free_percpu(master->tstats);
}

static int seanull_init_dev(struct net_device *master)
{
	master->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	return master->tstats ? 0 : -ENOMEM;
}

static netdev_tx_t seanull_xmit(struct sk_buff *skb, struct net_device *dev)
{
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

static void seanull_stats(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	struct seanull *null = netdev_priv(dev);

	if (null->handler == seanull_check)
		seanull_check_stats(&null->check, stats);
	else
		dev_get_tstats64(dev, stats);
}

static const struct net_device_ops seanull_ops = {
	.ndo_init = seanull_init_dev,
	.ndo_uninit = seanull_uninit,
	.ndo_start_xmit = seanull_xmit,
	.ndo_add_slave = seanull_add,
	.ndo_del_slave = seanull_del,
	.ndo_get_stats64 = seanull_stats,
};

static void seanull_setup_as(struct net_device *dev, unsigned int ports,
			     rx_handler_func_t *handler)
{
	struct seanull *null = netdev_priv(dev);

	ether_setup(dev);
	dev->netdev_ops = &seanull_ops;
	dev->needs_free_netdev = true;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->features |= NETIF_F_LLTX | NETIF_F_NETNS_LOCAL;
	eth_hw_addr_random(dev);
	null->ports = ports;
	null->handler = handler;
	spin_lock_init(&null->check.lock);
}

static void seanull_setup(struct net_device *dev)
{
	seanull_setup_as(dev, 2, seanull_forward);
}

static void seasink_setup(struct net_device *dev)
{
	seanull_setup_as(dev, 1, seanull_sink);
}

static void seacheck_setup(struct net_device *dev)
{
	seanull_setup_as(dev, 1, seanull_check);
}

static struct rtnl_link_ops seanull_link_ops[] __read_mostly = {
	{ .kind = "seanull", .priv_size = sizeof(struct seanull), .setup = seanull_setup },
	{ .kind = "seasink", .priv_size = sizeof(struct seanull), .setup = seasink_setup },
	{ .kind = "seacheck", .priv_size = sizeof(struct seanull), .setup = seacheck_setup },
};

/* A port that goes leaves its master first. */
static int seanull_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if (event == NETDEV_UNREGISTER && seanull_is_port(dev))
		seanull_del(netdev_master_upper_dev_get(dev), dev);
	return NOTIFY_DONE;
}

static struct notifier_block seanull_notifier = {
	.notifier_call = seanull_event,
};

static int __init seanull_init(void)
{
	int i, ret;

	ret = register_netdevice_notifier(&seanull_notifier);
	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(seanull_link_ops); i++) {
		ret = rtnl_link_register(&seanull_link_ops[i]);
		if (ret)
			goto err_links;
	}
	return 0;

err_links:
	while (i--)
		rtnl_link_unregister(&seanull_link_ops[i]);
	unregister_netdevice_notifier(&seanull_notifier);
	return ret;
}

static void __exit seanull_exit(void)
{
	int i = ARRAY_SIZE(seanull_link_ops);

	while (i--)
		rtnl_link_unregister(&seanull_link_ops[i]);
	unregister_netdevice_notifier(&seanull_notifier);
}

module_init(seanull_init);
module_exit(seanull_exit);

MODULE_DESCRIPTION("Forwarding without decisions, and sinks");
MODULE_AUTHOR("Open VIOS developers");
MODULE_LICENSE("GPL");
