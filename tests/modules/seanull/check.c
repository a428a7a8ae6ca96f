// SPDX-License-Identifier: GPL-2.0
/*
 * Does every frame of a flow arrive, once, in its turn?  pktgen numbers what each of its
 * devices sends.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/skbuff.h>
#include <linux/udp.h>

#include "seanull.h"

/* pktgen's payload begins with these. */
struct seanull_pktgen {
	__be32 magic;
	__be32 number;
};

#define SEANULL_PKTGEN_MAGIC	0xbe9be955

/* The number of a frame of pktgen; false if it is none. */
static bool seanull_number(const struct sk_buff *skb, u32 *number)
{
	struct seanull_pktgen head;

	if (skb->protocol != htons(ETH_P_IP) ||
	    skb_copy_bits(skb, sizeof(struct iphdr) + sizeof(struct udphdr), &head,
			  sizeof(head)) ||
	    head.magic != cpu_to_be32(SEANULL_PKTGEN_MAGIC))
		return false;
	*number = be32_to_cpu(head.number);
	return true;
}

static void seanull_check_number(struct seanull_check *check, u32 number)
{
	s32 ahead;

	lockdep_assert_held(&check->lock);
	ahead = check->begun ? number - check->next : 0;
	if (ahead < 0) {
		check->late++;
		return;
	}
	check->begun = true;
	check->right++;
	check->missed += ahead;
	check->next = number + 1;
}

/* The handler's data is the device. */
rx_handler_result_t seanull_check(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct net_device *dev = rcu_dereference(skb->dev->rx_handler_data);
	struct seanull *null = netdev_priv(dev);
	u32 number;
	bool ours = seanull_number(skb, &number);

	spin_lock_bh(&null->check.lock);
	if (ours)
		seanull_check_number(&null->check, number);
	else
		null->check.foreign++;
	spin_unlock_bh(&null->check.lock);
	consume_skb(skb);
	return RX_HANDLER_CONSUMED;
}

void seanull_check_stats(struct seanull_check *check, struct rtnl_link_stats64 *stats)
{
	spin_lock_bh(&check->lock);
	stats->rx_packets = check->right;
	stats->rx_missed_errors = check->missed;
	stats->rx_frame_errors = check->late;
	stats->rx_errors = check->foreign;
	spin_unlock_bh(&check->lock);
}
