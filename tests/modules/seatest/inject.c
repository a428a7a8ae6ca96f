// SPDX-License-Identifier: GPL-2.0
/*
 * A frame into an adapter, as its driver would hand it to the kernel, or out of a device,
 * as a packet socket would.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "seatest.h"

/* For a tag, and what may be put before */
#define SEATEST_HEADROOM	64

static struct sk_buff *seatest_skb(const struct seatest_in *in, const void *frame)
{
	unsigned int paged = in->flags & SEATEST_PAGED ? in->len - ETH_HLEN : 0;
	struct sk_buff *skb;
	int err;

	skb = alloc_skb_with_frags(SEATEST_HEADROOM + in->len - paged, paged, 2, &err, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, SEATEST_HEADROOM);
	skb_put(skb, in->len - paged);
	skb->data_len = paged;
	skb->len += paged;
	if (skb_store_bits(skb, 0, frame, in->len)) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

/*
 * What a network card does for TCP over IPv4 it aggregated: @ip is where that begins.  The
 * checksum is left to whoever takes it apart.
 */
static int seatest_gso(struct sk_buff *skb, unsigned int ip, u16 gso_size)
{
	unsigned int tcp = ip + sizeof(struct iphdr);
	struct iphdr *iph;
	struct tcphdr *th;

	if (skb_is_nonlinear(skb) || skb->len < tcp + sizeof(*th))
		return -EINVAL;
	iph = (struct iphdr *)(skb->data + ip);
	th = (struct tcphdr *)(skb->data + tcp);
	if (iph->version != 4 || iph->ihl != 5 || iph->protocol != IPPROTO_TCP)
		return -EINVAL;
	th->check = ~tcp_v4_check(skb->len - tcp, iph->saddr, iph->daddr, 0);
	if (!skb_partial_csum_set(skb, tcp, offsetof(struct tcphdr, check)))
		return -EINVAL;
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = gso_size;
	skb_shinfo(skb)->gso_segs =
		DIV_ROUND_UP(skb->len - tcp - th->doff * 4, gso_size);
	return 0;
}

static int seatest_large(struct sk_buff *skb, const struct seatest_in *in)
{
	if (!in->gso_size)
		return 0;
	if (!(in->flags & SEATEST_LRO))
		return seatest_gso(skb, ETH_HLEN, in->gso_size);
	skb_shinfo(skb)->gso_size = in->gso_size;
	return 0;
}

static void seatest_tag(struct sk_buff *skb, const struct seatest_in *in)
{
	__be16 proto = in->flags & SEATEST_8021AD ? htons(ETH_P_8021AD) : htons(ETH_P_8021Q);

	if (in->flags & SEATEST_ACCEL)
		__vlan_hwaccel_put_tag(skb, proto, in->tci);
}

static void seatest_receive(struct sk_buff *skb)
{
	skb->protocol = eth_type_trans(skb, skb->dev);
	local_bh_disable();
	netif_receive_skb(skb);
	local_bh_enable();
}

static void seatest_send(struct sk_buff *skb)
{
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb->protocol = eth_hdr(skb)->h_proto;
	dev_queue_xmit(skb);
}

/* @mine has the same data as the frame that was given away. */
static void seatest_compare(struct sk_buff *mine, const void *frame)
{
	unsigned int at;
	u8 byte;

	for (at = 0; at < mine->len; at++) {
		if (skb_copy_bits(mine, at, &byte, 1) || byte != ((const u8 *)frame)[at]) {
			seatest_log(mine, SEATEST_ALTERED);
			break;
		}
	}
	consume_skb(mine);
}

int seatest_inject(struct net *net, const struct seatest_in *in, const void *frame)
{
	struct sk_buff *skb, *mine = NULL;
	struct net_device *dev;
	int ret = -ENOMEM;

	dev = dev_get_by_index(net, in->ifindex);
	if (!dev)
		return -ENODEV;
	skb = seatest_skb(in, frame);
	if (!skb)
		goto out;
	skb->dev = dev;
	seatest_tag(skb, in);
	ret = seatest_large(skb, in);
	if (!ret && in->flags & SEATEST_CLONED) {
		mine = skb_clone(skb, GFP_KERNEL);
		ret = mine ? 0 : -ENOMEM;
	}
	if (ret) {
		kfree_skb(skb);
		goto out;
	}
	if (in->flags & SEATEST_SEND)
		seatest_send(skb);
	else
		seatest_receive(skb);
	if (mine)
		seatest_compare(mine, frame);
out:
	dev_put(dev);
	return ret;
}
