// SPDX-License-Identifier: GPL-2.0
/*
 * What only few frames need: large ones, those with tags of 802.1ad.
 */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ipv6.h>

#include "compat.h"
#include "frame.h"

/* What each segment of a large frame has again, from skb->data on */
static unsigned int sea_headers_len(const struct sk_buff *skb)
{
	unsigned int type = skb_shinfo(skb)->gso_type;
	int len = skb_transport_offset(skb);
	const struct tcphdr *tcp;
	struct tcphdr buf;

	if (type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6)) {
		tcp = skb_header_pointer(skb, len, sizeof(buf), &buf);
		if (tcp)
			len += __tcp_hdrlen(tcp);
	} else if (type & SKB_GSO_UDP_L4) {
		len += sizeof(struct udphdr);
	}
	return len > 0 && len < skb->len ? len : 0;
}

/**
 * sea_frames_large() - how many frames a large one is on the wire
 * @skb: the frame
 *
 * Who made it may have left the number to others, as a client's virtio-net does.
 *
 * Return: the number.
 */
unsigned int sea_frames_large(const struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);

	return info->gso_segs ?: DIV_ROUND_UP(skb->len - sea_headers_len(skb), info->gso_size);
}

/**
 * sea_frame_push_tag() - put the tag of a frame into its data
 * @skb: an unshared frame with a tag, with skb->data behind its Ethernet header
 *
 * Return: the frame, or NULL without memory; it is freed then.
 */
struct sk_buff *sea_frame_push_tag(struct sk_buff *skb)
{
	/* A checksum over the content does not know of the tag. */
	skb_forward_csum(skb);
	skb_push(skb, ETH_HLEN);
	skb = __vlan_hwaccel_push_inside(skb);
	if (unlikely(!skb))
		return NULL;
	skb_pull(skb, ETH_HLEN);
	/* The tag is content, and counts for what an MTU allows. */
	skb_reset_network_header(skb);
	skb_reset_mac_len(skb);
	return skb;
}

/**
 * sea_frame_hides_tag() - is there a tag behind one that the core looks through?
 * @skb: a frame that begins with a tag of 802.1ad, skb->data behind its EtherType
 *
 * Return: the tag's VLAN is 0, and a tag follows.
 */
bool sea_frame_hides_tag(const struct sk_buff *skb)
{
	const struct vlan_hdr *vlan;
	struct vlan_hdr buf;

	vlan = skb_header_pointer(skb, 0, sizeof(buf), &buf);
	return vlan && !(ntohs(vlan->h_vlan_TCI) & VLAN_VID_MASK) &&
	       eth_type_vlan(vlan->h_vlan_encapsulated_proto);
}

/* Where the headers of a segment end, as the IP header has it; 0: it makes no sense. */
static unsigned int sea_ip_header_len(const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6;
	const struct iphdr *ip;
	struct ipv6hdr buf6;
	struct iphdr buf;
	__be16 frag_off;
	u8 next;

	if (skb->protocol == htons(ETH_P_IP)) {
		ip = skb_header_pointer(skb, 0, sizeof(buf), &buf);
		return ip && ip->version == 4 && ip->ihl >= 5 ? ip->ihl * 4 : 0;
	}
	ip6 = skb_header_pointer(skb, 0, sizeof(buf6), &buf6);
	if (skb->protocol != htons(ETH_P_IPV6) || !ip6 || ip6->version != 6)
		return 0;
	next = ip6->nexthdr;
	return max(ipv6_skip_exthdr(skb, sizeof(*ip6), &next, &frag_off), 0);
}

/*
 * A virtual machine says of its large frames where TCP begins, by a number nobody looks at; what
 * takes them apart goes by the headers.
 */
static bool sea_lies(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->gso_type & SKB_GSO_DODGY &&
	       skb_transport_offset(skb) != sea_ip_header_len(skb);
}

/**
 * sea_frame_is_long() - whether a frame that is longer than an MTU is too long for it
 * @skb: the frame, with skb->data behind its Ethernet header and its tag
 * @mtu: the MTU
 *
 * Return: it is.  Of a large frame, its segments count; of one whose sender lies about them,
 * nothing is known.
 */
bool sea_frame_is_long(const struct sk_buff *skb, unsigned int mtu)
{
	return !skb_is_gso(skb) || sea_lies(skb) || !skb_gso_validate_network_len(skb, mtu);
}
