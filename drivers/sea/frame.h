/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is done with every frame: read for the decision, given the tag that was decided,
 * looked at for what few need.  It is inline, as calls are a good part of what a short frame
 * costs; what few need is in frame.c.
 *
 * Only 802.1Q tags (0x8100) tell a VLAN; those of 802.1ad are content, as in a bridge for
 * 802.1Q.
 */
#ifndef _SEA_FRAME_H
#define _SEA_FRAME_H

#include "sea.h"

unsigned int sea_frames_large(const struct sk_buff *skb);
struct sk_buff *sea_frame_push_tag(struct sk_buff *skb);
bool sea_frame_hides_tag(const struct sk_buff *skb);
unsigned int sea_frame_behind_tags(const struct sk_buff *skb, unsigned int offset,
				   __be16 *proto);
unsigned int sea_frame_payload(const struct sk_buff *skb, u8 *proto);
bool sea_frame_is_long(const struct sk_buff *skb, unsigned int mtu);

/**
 * sea_frames() - how many frames this is on the wire
 * @skb: a frame, large ones included
 *
 * Return: the number.
 */
static inline unsigned int sea_frames(const struct sk_buff *skb)
{
	return likely(!skb_is_gso(skb)) ? 1 : sea_frames_large(skb);
}

/* The core takes tags of 802.1ad off as well; they are content. */
static inline bool sea_frame_lacks_content(const struct sk_buff *skb)
{
	return skb_vlan_tag_present(skb) && unlikely(skb->vlan_proto != htons(ETH_P_8021Q));
}

/**
 * sea_frame_normalize() - put a tag of another kind than 802.1Q back into the frame
 * @skb: an unshared frame, with skb->data behind its Ethernet header
 *
 * Return: the frame, or NULL without memory; it is freed then.
 */
static inline struct sk_buff *sea_frame_normalize(struct sk_buff *skb)
{
	if (sea_frame_lacks_content(skb))
		return sea_frame_push_tag(skb);
	return skb;
}

/**
 * sea_sum_is_outside() - does a checksum that is still to be made begin before the packet?
 * @skb: the frame, with skb->data behind its Ethernet header
 *
 * A virtual machine says where its checksums begin and where they are to be written.  The core
 * looks whether that is in the frame (Linux 6.1, virtio_net_hdr_to_skb()), and not whether it is
 * in the EtherType: written there after the frame was decided upon, it would bring it into any
 * VLAN.
 *
 * Of a tag in the frame's data the core sees to it itself, when it takes that off.
 *
 * Return: it does.
 */
static inline bool sea_sum_is_outside(const struct sk_buff *skb)
{
	return skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_start_offset(skb) < 0;
}

static inline bool sea_is_own_address(const struct net_device *dev, const u8 *addr)
{
	const struct netdev_hw_addr *ha;

	if (ether_addr_equal(addr, dev->dev_addr))
		return true;
	/* Those of VLAN devices with addresses of their own */
	list_for_each_entry_rcu(ha, &dev->uc.list, list)
		if (ether_addr_equal(addr, ha->addr))
			return true;
	return false;
}

/**
 * sea_frame_read() - what the decision has to know of a frame
 * @sea: the SEA
 * @skb: the frame, normalized
 * @frame: filled, but for @frame->from and @frame->trunk
 *
 * Context: rcu_read_lock.
 */
static __always_inline void sea_frame_read(const struct sea *sea, const struct sk_buff *skb,
					   struct sea_frame *frame)
{
	const struct ethhdr *eth = eth_hdr(skb);

	frame->has_tag = skb_vlan_tag_present(skb);
	frame->tci = frame->has_tag ? skb_vlan_tag_get(skb) : 0;
	frame->vid = frame->tci & VLAN_VID_MASK;
	frame->inner_tag = skb->protocol == htons(ETH_P_8021Q);
	frame->hidden_tag = unlikely(skb->protocol == htons(ETH_P_8021AD)) &&
			    sea_frame_hides_tag(skb);
	frame->control = skb->protocol == htons(SEA_ETHERTYPE);
	frame->group = is_multicast_ether_addr(eth->h_dest);
	frame->bad_src = !is_valid_ether_addr(eth->h_source);
	if (unlikely(frame->group)) {
		frame->reserved = is_link_local_ether_addr(eth->h_dest);
		frame->own = false;
	} else {
		frame->reserved = false;
		frame->own = sea_is_own_address(sea->dev, eth->h_dest);
	}
}

/**
 * sea_frame_tag() - give a frame the tag it has at a place
 * @skb: the frame
 * @frame: the frame as it came
 * @verdict: what was decided
 * @to: one of SEA_TO_*
 *
 * Priority and DEI of a tag that stays do not change.
 */
static inline void sea_frame_tag(struct sk_buff *skb, const struct sea_frame *frame,
				 const struct sea_verdict *verdict, u8 to)
{
	if (unlikely(!(verdict->tagged & to)))
		__vlan_hwaccel_clear_tag(skb);
	else if (unlikely(frame->vid != verdict->vid || !skb_vlan_tag_present(skb)))
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q),
				       (frame->tci & ~VLAN_VID_MASK) | verdict->vid);
}

/**
 * sea_too_big() - whether a frame is longer than an adapter's MTU
 * @skb: the frame, with skb->data behind its Ethernet header and its tag
 * @out: the adapter
 *
 * Return: it is.  Of a large frame, its segments count.
 */
static inline bool sea_too_big(const struct sk_buff *skb, const struct net_device *out)
{
	unsigned int mtu = READ_ONCE(out->mtu);

	return unlikely(skb->len > mtu) && sea_frame_is_long(skb, mtu);
}

#endif /* _SEA_FRAME_H */
