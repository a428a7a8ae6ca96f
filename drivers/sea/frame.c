// SPDX-License-Identifier: GPL-2.0
/*
 * Reading a frame for the decision, and giving it the tag that was decided.  Only 802.1Q
 * tags (0x8100) tell a VLAN; those of 802.1ad are content, as in a bridge for 802.1Q.
 */
#include <linux/if_ether.h>

#include "sea.h"

/**
 * sea_frames() - how many frames this is on the wire
 * @skb: a frame, large ones included
 *
 * Return: the number.
 */
unsigned int sea_frames(const struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);

	if (likely(!skb_is_gso(skb)))
		return 1;
	/* Who made it may have left this to others. */
	return info->gso_segs ?: DIV_ROUND_UP(skb->len, info->gso_size);
}

/**
 * sea_frame_normalize() - put a tag of another kind than 802.1Q back into the frame
 * @skb: an unshared frame, with skb->data behind its Ethernet header
 *
 * The core takes tags of 802.1ad off as well.
 *
 * Return: the frame, or NULL without memory; it is freed then.
 */
struct sk_buff *sea_frame_normalize(struct sk_buff *skb)
{
	if (likely(!skb_vlan_tag_present(skb) || skb->vlan_proto == htons(ETH_P_8021Q)))
		return skb;
	/* A checksum over the content does not know of the tag. */
	skb_forward_csum(skb);
	skb_push(skb, ETH_HLEN);
	skb = __vlan_hwaccel_push_inside(skb);
	if (unlikely(!skb))
		return NULL;
	skb_pull(skb, ETH_HLEN);
	skb_reset_mac_len(skb);
	return skb;
}

static bool sea_is_own_address(const struct net_device *dev, const u8 *addr)
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

static bool sea_hides_tag(const struct sk_buff *skb)
{
	const struct vlan_hdr *vlan;
	struct vlan_hdr buf;

	if (likely(skb->protocol != htons(ETH_P_8021AD)))
		return false;
	vlan = skb_header_pointer(skb, 0, sizeof(buf), &buf);
	return vlan && !(ntohs(vlan->h_vlan_TCI) & VLAN_VID_MASK) &&
	       eth_type_vlan(vlan->h_vlan_encapsulated_proto);
}

/**
 * sea_frame_read() - what the decision has to know of a frame
 * @sea: the SEA
 * @skb: the frame, normalized
 * @frame: filled, but for @frame->from and @frame->trunk
 *
 * Context: rcu_read_lock.
 */
void sea_frame_read(const struct sea *sea, const struct sk_buff *skb, struct sea_frame *frame)
{
	const struct ethhdr *eth = eth_hdr(skb);

	frame->has_tag = skb_vlan_tag_present(skb);
	frame->tci = frame->has_tag ? skb_vlan_tag_get(skb) : 0;
	frame->vid = frame->tci & VLAN_VID_MASK;
	frame->inner_tag = skb->protocol == htons(ETH_P_8021Q);
	frame->hidden_tag = sea_hides_tag(skb);
	frame->control = skb->protocol == htons(SEA_ETHERTYPE);
	frame->group = is_multicast_ether_addr(eth->h_dest);
	frame->bad_src = !is_valid_ether_addr(eth->h_source);
	frame->reserved = frame->group && is_link_local_ether_addr(eth->h_dest);
	frame->own = !frame->group && sea_is_own_address(sea->dev, eth->h_dest);
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
void sea_frame_tag(struct sk_buff *skb, const struct sea_frame *frame,
		   const struct sea_verdict *verdict, u8 to)
{
	if (!(verdict->tagged & to))
		__vlan_hwaccel_clear_tag(skb);
	else if (frame->vid != verdict->vid || !skb_vlan_tag_present(skb))
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q),
				       (frame->tci & ~VLAN_VID_MASK) | verdict->vid);
}
