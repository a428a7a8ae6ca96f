// SPDX-License-Identifier: GPL-2.0
/*
 * What only few frames need: large ones, those with tags of 802.1ad.
 */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>

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

/* Of an unfragmented packet, where what it carries begins, and what that is; 0: unknown. */
static unsigned int sea_ip4_payload(const struct sk_buff *skb, unsigned int offset, u8 *proto)
{
	const struct iphdr *ip;
	struct iphdr buf;

	ip = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!ip || ip->version != 4 || ip->ihl < 5 || ip_is_fragment(ip))
		return 0;
	*proto = ip->protocol;
	return offset + ip->ihl * 4;
}

/* How many extension headers are read: a sender could fill a frame with them. */
#define SEA_EXTENSIONS_MAX	8

static unsigned int sea_ip6_payload(const struct sk_buff *skb, unsigned int offset, u8 *proto)
{
	const struct ipv6_opt_hdr *ext;
	const struct ipv6hdr *ip;
	struct ipv6_opt_hdr ext_buf;
	struct ipv6hdr buf;
	unsigned int n;

	ip = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!ip || ip->version != 6)
		return 0;
	*proto = ip->nexthdr;
	offset += sizeof(*ip);
	for (n = 0; ipv6_ext_hdr(*proto) && *proto != NEXTHDR_NONE; n++) {
		if (n == SEA_EXTENSIONS_MAX || *proto == NEXTHDR_FRAGMENT)
			return 0;
		ext = skb_header_pointer(skb, offset, sizeof(ext_buf), &ext_buf);
		if (!ext)
			return 0;
		offset += *proto == NEXTHDR_AUTH ? ipv6_authlen(ext) : ipv6_optlen(ext);
		*proto = ext->nexthdr;
	}
	return offset;
}

/**
 * sea_frame_behind_tags() - where what is behind the tags in a frame begins
 * @skb: the frame
 * @offset: where what is behind its Ethernet header begins, from skb->data on
 * @proto: its EtherType; the EtherType behind the tags is filled in
 *
 * Return: the place; 0 if the frame ends before it, or has more tags than the core reads.
 */
unsigned int sea_frame_behind_tags(const struct sk_buff *skb, unsigned int offset,
				   __be16 *proto)
{
	const struct vlan_hdr *tag;
	unsigned int tags = 0;
	struct vlan_hdr buf;

	while (eth_type_vlan(*proto)) {
		tag = skb_header_pointer(skb, offset, sizeof(buf), &buf);
		if (!tag || ++tags == VLAN_MAX_DEPTH)
			return 0;
		*proto = tag->h_vlan_encapsulated_proto;
		offset += VLAN_HLEN;
	}
	return offset;
}

/**
 * sea_frame_payload() - what an unfragmented IP packet carries
 * @skb: the frame, with skb->data behind its Ethernet header and its tag
 * @proto: IPPROTO_*, of IPv6 that behind the extension headers; filled
 *
 * Tags that are left in the frame are passed over.
 *
 * Return: where that begins, from skb->data on; 0 of all other frames, and of those with more
 * tags or extension headers than are read.
 */
unsigned int sea_frame_payload(const struct sk_buff *skb, u8 *proto)
{
	__be16 ethertype = skb->protocol;
	unsigned int offset = sea_frame_behind_tags(skb, 0, &ethertype);

	if (ethertype == htons(ETH_P_IP))
		return sea_ip4_payload(skb, offset, proto);
	if (ethertype == htons(ETH_P_IPV6))
		return sea_ip6_payload(skb, offset, proto);
	return 0;
}

/* What the headers of a large TCP frame take; 0: it is none. */
static unsigned int sea_tcp_headers(const struct sk_buff *skb)
{
	unsigned int offset;
	const struct tcphdr *tcp;
	struct tcphdr buf;
	u8 proto;

	offset = sea_frame_payload(skb, &proto);
	if (!offset || proto != IPPROTO_TCP)
		return 0;
	tcp = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	return tcp && tcp->doff >= 5 ? offset + __tcp_hdrlen(tcp) : 0;
}

/* Of a large UDP frame, those of a datagram, or of the fragments of one */
static unsigned int sea_udp_headers(const struct sk_buff *skb)
{
	__be16 ethertype = skb->protocol;
	unsigned int offset;
	u8 proto;

	offset = sea_frame_payload(skb, &proto);
	if (!offset || proto != IPPROTO_UDP)
		return 0;
	if (skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4)
		return offset + sizeof(struct udphdr);
	sea_frame_behind_tags(skb, 0, &ethertype);
	return offset + (ethertype == htons(ETH_P_IPV6) ? sizeof(struct frag_hdr) : 0);
}

/*
 * Of a virtual machine's large frame: it says where TCP begins and how long segments are, and
 * what takes the frame apart goes by the headers.  Segments that are shorter than TCP ever
 * makes them would be tens of thousands.
 */
static bool sea_segments_are_long(const struct sk_buff *skb, unsigned int mtu)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int headers = info->gso_type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6) ?
			       sea_tcp_headers(skb) : sea_udp_headers(skb);

	return !headers || info->gso_size < TCP_MIN_MSS || headers + info->gso_size > mtu;
}

/**
 * sea_frame_is_long() - whether a frame that is longer than an MTU is too long for it
 * @skb: the frame, with skb->data behind its Ethernet header and its tag
 * @mtu: the MTU
 *
 * Return: it is.  Of a large frame, its segments count; one that makes no sense is too long.
 */
bool sea_frame_is_long(const struct sk_buff *skb, unsigned int mtu)
{
	if (!skb_is_gso(skb))
		return true;
	if (skb_shinfo(skb)->gso_type & SKB_GSO_DODGY)
		return sea_segments_are_long(skb, mtu);
	return !skb_gso_validate_network_len(skb, mtu);
}
