// SPDX-License-Identifier: GPL-2.0
/*
 * What adapters do in the sender's place, for frames that need it.
 */
#include "compat.h"
#include "sea.h"

/**
 * sea_skip_inner_tags() - tell where the headers begin that a checksum is told by
 * @skb: the frame, with skb->data at its Ethernet header
 *
 * That is behind the tags that are left in the frame, if they are as many as anybody reads.
 */
void sea_skip_inner_tags(struct sk_buff *skb)
{
	unsigned int depth = ETH_HLEN, tags = 0;
	__be16 proto = skb->protocol;
	const struct vlan_hdr *tag;
	struct vlan_hdr buf;

	while (eth_type_vlan(proto)) {
		tag = skb_header_pointer(skb, depth, sizeof(buf), &buf);
		/* The core looks no deeper either. */
		if (!tag || ++tags > VLAN_MAX_DEPTH)
			return;
		proto = tag->h_vlan_encapsulated_proto;
		depth += VLAN_HLEN;
	}
	if (depth <= skb_headlen(skb))
		skb_set_network_header(skb, depth);
}

/**
 * sea_segment() - take a large frame apart
 * @skb: the frame, with @skb->dev set and skb->data at its Ethernet header; consumed
 * @features: what may be left to the adapter
 *
 * Return: frames linked by their next; or -ENOMEM, or another errno if it cannot be done.
 */
struct sk_buff *sea_segment(struct sk_buff *skb, netdev_features_t features)
{
	struct sk_buff *segs = skb_gso_segment(skb, features);

	if (IS_ERR_OR_NULL(segs)) {
		kfree_skb(skb);
		return segs ?: ERR_PTR(-EINVAL);
	}
	consume_skb(skb);
	return segs;
}
