// SPDX-License-Identifier: GPL-2.0
/*
 * What adapters do in the sender's place, for frames that need it.
 */
#include "compat.h"
#include "frame.h"

/**
 * sea_skip_inner_tags() - tell where the headers begin that a checksum is told by
 * @skb: the frame, with skb->data at its Ethernet header
 *
 * That is behind the tags that are left in the frame, if they are as many as anybody reads.
 */
void sea_skip_inner_tags(struct sk_buff *skb)
{
	__be16 proto = skb->protocol;
	unsigned int offset = sea_frame_behind_tags(skb, ETH_HLEN, &proto);

	if (offset && offset <= skb_headlen(skb))
		skb_set_network_header(skb, offset);
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
