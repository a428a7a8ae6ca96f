// SPDX-License-Identifier: GPL-2.0
/*
 * What forwarding costs when nothing is decided, and a sink that costs little; for
 * benchmarks of sea.ko.
 *
 *	ip link add n0 type seanull; ip link set A master n0; ip link set B master n0
 *
 * What A receives B sends, and the other way round, unseen.
 *
 *	ip link add k0 type seasink; ip link set C master k0
 *
 * What C receives is dropped; /sys/class/net/k0/statistics/rx_packets has how much.
 */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>

#define SEANULL_PORTS	2

struct seanull {
	struct net_device *port[SEANULL_PORTS];	/* under RTNL */
	unsigned int ports;			/* how many it can have */
	rx_handler_func_t *handler;
};

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

	return handler == seanull_forward || handler == seanull_sink;
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
					 null->handler == seanull_sink ? master : NULL);
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

static const struct net_device_ops seanull_ops = {
	.ndo_init = seanull_init_dev,
	.ndo_uninit = seanull_uninit,
	.ndo_start_xmit = seanull_xmit,
	.ndo_add_slave = seanull_add,
	.ndo_del_slave = seanull_del,
	.ndo_get_stats64 = dev_get_tstats64,
};

static void seanull_setup_common(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &seanull_ops;
	dev->needs_free_netdev = true;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->features |= NETIF_F_LLTX | NETIF_F_NETNS_LOCAL;
	eth_hw_addr_random(dev);
}

static void seanull_setup(struct net_device *dev)
{
	struct seanull *null = netdev_priv(dev);

	seanull_setup_common(dev);
	null->ports = 2;
	null->handler = seanull_forward;
}

static void seasink_setup(struct net_device *dev)
{
	struct seanull *null = netdev_priv(dev);

	seanull_setup_common(dev);
	null->ports = 1;
	null->handler = seanull_sink;
}

static struct rtnl_link_ops seanull_link_ops __read_mostly = {
	.kind = "seanull",
	.priv_size = sizeof(struct seanull),
	.setup = seanull_setup,
};

static struct rtnl_link_ops seasink_link_ops __read_mostly = {
	.kind = "seasink",
	.priv_size = sizeof(struct seanull),
	.setup = seasink_setup,
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
	int ret;

	ret = register_netdevice_notifier(&seanull_notifier);
	if (ret)
		return ret;
	ret = rtnl_link_register(&seanull_link_ops);
	if (ret)
		goto err_notifier;
	ret = rtnl_link_register(&seasink_link_ops);
	if (ret)
		goto err_null;
	return 0;

err_null:
	rtnl_link_unregister(&seanull_link_ops);
err_notifier:
	unregister_netdevice_notifier(&seanull_notifier);
	return ret;
}

static void __exit seanull_exit(void)
{
	rtnl_link_unregister(&seasink_link_ops);
	rtnl_link_unregister(&seanull_link_ops);
	unregister_netdevice_notifier(&seanull_notifier);
}

module_init(seanull_init);
module_exit(seanull_exit);

MODULE_DESCRIPTION("Forwarding without decisions, and a sink");
MODULE_AUTHOR("Open VIOS developers");
MODULE_LICENSE("GPL");
