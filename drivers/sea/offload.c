// SPDX-License-Identifier: GPL-2.0
/*
 * What adapters do in the sender's place.  A large frame goes on as it is, if the user
 * lets it; the core takes it apart for an adapter that cannot.
 */
#include "compat.h"
#include "sea.h"

static bool sea_may_be_large(u32 options, const struct sea_side *side)
{
	return options & (side == &sea_real_side ? SEA_OPT_LARGESEND : SEA_OPT_LARGE_RECEIVE);
}

/* The headers a checksum is told by begin behind the tags that are left in the frame. */
static void sea_skip_inner_tags(struct sk_buff *skb)
{
	unsigned int depth = ETH_HLEN;
	__be16 proto = skb->protocol;
	const struct vlan_hdr *tag;
	struct vlan_hdr buf;

	while (eth_type_vlan(proto)) {
		tag = skb_header_pointer(skb, depth, sizeof(buf), &buf);
		if (!tag)
			return;
		proto = tag->h_vlan_encapsulated_proto;
		depth += VLAN_HLEN;
	}
	skb_set_network_header(skb, depth);
}

static struct sk_buff *sea_segment(struct sk_buff *skb)
{
	netdev_features_t features = netif_skb_features(skb) & ~NETIF_F_GSO_MASK;
	struct sk_buff *segs = skb_gso_segment(skb, features);

	if (IS_ERR_OR_NULL(segs)) {
		kfree_skb(skb);
		return NULL;
	}
	consume_skb(skb);
	return segs;
}

/**
 * sea_offload() - make a frame what the adapter it goes to may get
 * @sea: the SEA
 * @skb: the frame, with @skb->dev set and skb->data at its Ethernet header
 * @side: the side it goes to
 *
 * Return: the frame, or several linked by their next; NULL if it could not be taken apart,
 * and is freed.
 */
struct sk_buff *sea_offload(struct sea *sea, struct sk_buff *skb, const struct sea_side *side)
{
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	if (skb->ip_summed == CHECKSUM_PARTIAL && eth_type_vlan(skb->protocol))
		sea_skip_inner_tags(skb);
	if (likely(!skb_is_gso(skb) || sea_may_be_large(READ_ONCE(sea->options), side)))
		return skb;
	return sea_segment(skb);
}
