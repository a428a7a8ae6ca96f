// SPDX-License-Identifier: GPL-2.0
/*
 * Frames of other partitions as ibmveth would have left them, had it looked behind their tag.
 *
 * Between partitions a sender leaves out the checksum of TCP, and may send segments that are
 * taken apart later.  ibmveth says that the checksum is right, fills in what a wire needs, and
 * how long the segments are; but only of frames that begin with an IP header, and those of a
 * trunk's VLANs begin with a tag.  Linux 6.1, drivers/net/ethernet/ibm/ibmveth.c,
 * ibmveth_rx_csum_helper() and ibmveth_rx_mss_helper().
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>

#include "sea.h"

/* As ibmveth's IBMVETH_MIN_LSO_MSS: to take a large frame apart for a client has an end. */
#define SEA_MSS_MIN	224U

/* Where the TCP header of an unfragmented packet is, from skb->data on; 0: nowhere */
static unsigned int sea_tcp_offset(struct sk_buff *skb)
{
	unsigned int len;

	if (skb->protocol == htons(ETH_P_IP)) {
		if (!pskb_may_pull(skb, sizeof(struct iphdr)) || ip_hdr(skb)->version != 4 ||
		    ip_hdr(skb)->ihl < 5 || ip_hdr(skb)->protocol != IPPROTO_TCP ||
		    ip_is_fragment(ip_hdr(skb)))
			return 0;
		len = ip_hdr(skb)->ihl * 4;
	} else if (skb->protocol == htons(ETH_P_IPV6)) {
		if (!pskb_may_pull(skb, sizeof(struct ipv6hdr)) || ipv6_hdr(skb)->version != 6 ||
		    ipv6_hdr(skb)->nexthdr != IPPROTO_TCP)
			return 0;
		len = sizeof(struct ipv6hdr);
	} else {
		return 0;
	}
	return pskb_may_pull(skb, len + sizeof(struct tcphdr)) ? len : 0;
}

/* Without what a short frame is filled up with; false: the header's length makes no sense. */
static bool sea_trim(struct sk_buff *skb, unsigned int offset)
{
	unsigned int len = skb->protocol == htons(ETH_P_IP) ?
			   ntohs(ip_hdr(skb)->tot_len) :
			   sizeof(struct ipv6hdr) + ntohs(ipv6_hdr(skb)->payload_len);

	return len >= offset + sizeof(struct tcphdr) && len <= skb->len &&
	       !pskb_trim_rcsum(skb, len);
}

static __sum16 sea_pseudo_sum(const struct sk_buff *skb, unsigned int offset)
{
	unsigned int len = skb->len - offset;

	if (skb->protocol == htons(ETH_P_IP))
		return ~csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr, len,
					  IPPROTO_TCP, 0);
	return ~csum_ipv6_magic(&ipv6_hdr(skb)->saddr, &ipv6_hdr(skb)->daddr, len,
				IPPROTO_TCP, 0);
}

/*
 * It is to be taken apart.  The length of the segments is where the sum would be, as AIX has
 * it, or else as much as fits the adapter it came from.
 */
static bool sea_make_large(struct sk_buff *skb, unsigned int offset, unsigned int mtu)
{
	const struct tcphdr *tcp = (struct tcphdr *)(skb->data + offset);
	unsigned int headers = offset + __tcp_hdrlen(tcp);
	struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int mss = ntohs((__force __be16)tcp->check), room;

	if (__tcp_hdrlen(tcp) < sizeof(*tcp) || headers >= mtu || headers >= skb->len)
		return false;
	room = mtu - headers;
	if (!mss || mss > room)
		mss = room;
	mss = max(mss, min(SEA_MSS_MIN, room));
	info->gso_size = mss;
	info->gso_segs = DIV_ROUND_UP(skb->len - headers, mss);
	/* The core looks at the headers once more. */
	info->gso_type = SKB_GSO_DODGY |
			 (skb->protocol == htons(ETH_P_IP) ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6);
	return true;
}

static void sea_repair_ip(struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP) && ip_hdr(skb)->check == CSUM_MANGLED_0)
		ip_send_check(ip_hdr(skb));
}

/**
 * sea_repair() - give a frame from another partition what a wire needs
 * @skb: the frame, with skb->data behind its Ethernet header, where its network header is
 * @mtu: of the adapter it came from
 *
 * Only of TCP whose checksum the driver vouches for, and that is unfragmented.  Without memory
 * it stays as it is.
 *
 * Context: rcu_read_lock, softirq.
 */
void sea_repair(struct sk_buff *skb, unsigned int mtu)
{
	unsigned int offset;
	bool large;

	/* Those ibmveth has made large: how long segments are, their sender says. */
	if (skb_is_gso(skb))
		skb_shinfo(skb)->gso_type |= SKB_GSO_DODGY;
	if (skb->ip_summed != CHECKSUM_UNNECESSARY || skb_is_gso(skb) || skb_shared(skb))
		return;
	offset = sea_tcp_offset(skb);
	if (!offset)
		return;
	large = skb->len > mtu;
	if (!large && (((struct tcphdr *)(skb->data + offset))->check || !sea_trim(skb, offset)))
		return;
	if (skb_ensure_writable(skb, offset + sizeof(struct tcphdr)))
		return;
	if (large && !sea_make_large(skb, offset, mtu))
		return;
	sea_repair_ip(skb);
	((struct tcphdr *)(skb->data + offset))->check = sea_pseudo_sum(skb, offset);
	skb_partial_csum_set(skb, offset, offsetof(struct tcphdr, check));
}
