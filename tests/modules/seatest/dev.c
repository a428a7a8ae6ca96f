// SPDX-License-Identifier: GPL-2.0
/*
 * Adapters without a cable.
 */
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <net/rtnetlink.h>

#include "seatest.h"

static netdev_tx_t seatest_xmit(struct sk_buff *skb, struct net_device *dev)
{
	seatest_log(skb, SEATEST_SENT);
	consume_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops seatest_netdev_ops = {
	.ndo_start_xmit = seatest_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static void seatest_setup_inband(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &seatest_netdev_ops;
	dev->needs_free_netdev = true;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->features |= NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_GSO_SOFTWARE | NETIF_F_LLTX;
	dev->hw_features |= dev->features & ~NETIF_F_LLTX;
	dev->vlan_features |= dev->hw_features;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = SEATEST_FRAME_MAX - ETH_HLEN;
	eth_hw_addr_random(dev);
}

static void seatest_setup(struct net_device *dev)
{
	seatest_setup_inband(dev);
	dev->features |= NETIF_F_HW_VLAN_CTAG_TX;
	dev->hw_features |= NETIF_F_HW_VLAN_CTAG_TX;
}

static void seatest_setup_novlan(struct net_device *dev)
{
	seatest_setup(dev);
	dev->features |= NETIF_F_VLAN_CHALLENGED;
}

static void seatest_setup_nobridge(struct net_device *dev)
{
	seatest_setup(dev);
	dev->priv_flags |= IFF_DONT_BRIDGE;
}

static struct rtnl_link_ops seatest_link_ops[] = {
	{ .kind = "seatest", .setup = seatest_setup },
	{ .kind = "seatest_inband", .setup = seatest_setup_inband },
	{ .kind = "seatest_novlan", .setup = seatest_setup_novlan },
	{ .kind = "seatest_nobridge", .setup = seatest_setup_nobridge },
};

static void seatest_unregister(unsigned int n)
{
	while (n--)
		rtnl_link_unregister(&seatest_link_ops[n]);
}

int seatest_dev_init(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(seatest_link_ops); i++) {
		ret = rtnl_link_register(&seatest_link_ops[i]);
		if (ret) {
			seatest_unregister(i);
			return ret;
		}
	}
	return 0;
}

void seatest_dev_exit(void)
{
	seatest_unregister(ARRAY_SIZE(seatest_link_ops));
}
