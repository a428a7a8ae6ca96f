// SPDX-License-Identifier: GPL-2.0
/*
 * The way of a frame: counted, decided upon, copied, sent.  What is decided is in
 * decide.h.  A large frame goes on as it is, if the user lets it; the core takes it apart
 * for an adapter that cannot.
 *
 * What is inline by force, as the compiler makes calls of it, was a third of the time a short
 * frame took here.  Which way most frames go is told it by likely(): that way is now in 25 lines
 * of the instruction cache instead of 41.
 */
#include "decide.h"
#include "frame.h"

static void sea_count_both(const struct sea *sea, unsigned int frames_stat,
			   unsigned int frames, unsigned int bytes_stat, unsigned int bytes)
{
	struct sea_stats *stats = this_cpu_ptr(sea->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->count[frames_stat], frames);
	u64_stats_add(&stats->count[bytes_stat], bytes);
	u64_stats_update_end(&stats->syncp);
}

static void sea_count_group(const struct sea *sea, const u8 *dst, unsigned int broadcast,
			    unsigned int multicast, unsigned int frames)
{
	if (likely(!is_multicast_ether_addr(dst)))
		return;
	sea_count(sea, is_broadcast_ether_addr(dst) ? broadcast : multicast, frames);
}

/* ---- sending ---- */

static __always_inline bool sea_xmit_to(struct sea *sea, struct sk_buff *skb,
					const struct sea_side *side, unsigned int frames)
{
	unsigned int len = skb->len;

	/* An adapter without a carrier drops it and says NET_XMIT_CN. */
	if (unlikely(dev_queue_xmit(skb) != NET_XMIT_SUCCESS)) {
		sea_count(sea, SEA_STAT(OUTPUT_FAILED), frames);
		return false;
	}
	sea_count_both(sea, side->transmitted, frames, side->transmitted_bytes, len);
	return true;
}

static noinline void sea_xmit_group(struct sea *sea, struct sk_buff *skb,
				    const struct sea_side *side, unsigned int frames)
{
	unsigned int counter = is_broadcast_ether_addr(skb->data) ?
			       side->transmitted_broadcast : side->transmitted_multicast;

	if (sea_xmit_to(sea, skb, side, frames))
		sea_count(sea, counter, frames);
}

static __always_inline void sea_xmit(struct sea *sea, struct sk_buff *skb,
				     const struct sea_side *side, unsigned int frames)
{
	if (unlikely(is_multicast_ether_addr(skb->data)))
		sea_xmit_group(sea, skb, side, frames);
	else
		sea_xmit_to(sea, skb, side, frames);
}

static bool sea_may_be_large(const struct sea *sea, const struct sea_side *side)
{
	return READ_ONCE(sea->options) &
	       (side == &sea_real_side ? SEA_OPT_LARGESEND : SEA_OPT_LARGE_RECEIVE);
}

static void sea_send_segments(struct sea *sea, struct sk_buff *skb,
			      const struct sea_side *side)
{
	unsigned int frames = sea_frames(skb);
	struct sk_buff *next;

	skb = sea_segment(skb, netif_skb_features(skb) & ~NETIF_F_GSO_MASK);
	if (IS_ERR(skb)) {
		if (PTR_ERR(skb) == -ENOMEM)
			sea_count(sea, SEA_STAT(MEMORY_FAILURES), frames);
		sea_count(sea, SEA_STAT(OUTPUT_FAILED), frames);
		return;
	}
	for (; skb; skb = next) {
		next = skb->next;
		skb_mark_not_on_list(skb);
		sea_xmit(sea, skb, side, sea_frames(skb));
	}
}

static noinline void sea_send_large(struct sea *sea, struct sk_buff *skb,
				    const struct sea_side *side)
{
	if (sea_may_be_large(sea, side))
		sea_xmit(sea, skb, side, sea_frames(skb));
	else
		sea_send_segments(sea, skb, side);
}

static __always_inline void sea_send_inline(struct sea *sea, struct sk_buff *skb,
					    const struct sea_port *out,
					    const struct sea_side *side, bool large)
{
	skb->dev = out->dev;
	__skb_push(skb, ETH_HLEN);
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	if (skb->ip_summed == CHECKSUM_PARTIAL && eth_type_vlan(skb->protocol))
		sea_skip_inner_tags(skb);
	if (likely(!large))
		sea_xmit(sea, skb, side, 1);
	else
		sea_send_large(sea, skb, side);
}

/**
 * sea_send() - send a frame to an adapter
 * @sea: the SEA
 * @skb: the frame, with skb->data behind its Ethernet header, which is there; consumed
 * @out: the adapter
 * @side: the side it is on
 *
 * Context: rcu_read_lock, BH disabled.
 */
void sea_send(struct sea *sea, struct sk_buff *skb, const struct sea_port *out,
	      const struct sea_side *side)
{
	sea_send_inline(sea, skb, out, side, skb_is_gso(skb));
}

/* ---- to the SEA's own interface ---- */

static void sea_deliver(struct sea_pass *pass, struct sk_buff *skb)
{
	struct net_device *dev = pass->sea->dev;

	sea_frame_tag(skb, &pass->frame, &pass->verdict, SEA_TO_LOCAL);
	skb->dev = dev;
	/* The adapter it came from has another address. */
	if (!pass->frame.group)
		skb->pkt_type = PACKET_HOST;
	sea_count(pass->sea, pass->side->consumed, pass->frames);
	dev_sw_netstats_rx_add(dev, skb->len + ETH_HLEN);
	netif_receive_skb(skb);
}

/* Give the interface a copy; without memory it gets none, and the frame goes on. */
static void sea_deliver_copy(struct sea_pass *pass, struct sk_buff *skb)
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);

	if (copy)
		sea_deliver(pass, copy);
	else
		sea_count(pass->sea, SEA_STAT(MEMORY_FAILURES), pass->frames);
}

/* ---- from one side to the other ---- */

static void sea_drop(struct sea_pass *pass, struct sk_buff *skb, u16 counter)
{
	sea_count(pass->sea, counter, pass->frames);
	kfree_skb(skb);
}

static void sea_account_sender(struct sea_pass *pass, const struct sk_buff *skb)
{
	if (pass->frame.from == SEA_FROM_TRUNK)
		sea_account_from(pass->sea, &pass->frame, pass->verdict.vid, skb, pass->frames);
	else
		sea_account_outside(pass->sea, pass->verdict.vid, skb);
}

static __always_inline void sea_bridge(struct sea_pass *pass, struct sk_buff *skb, u8 to)
{
	const struct sea_side *side = &sea_virt_side;
	struct sea_port *out;

	if (to == SEA_TO_REAL) {
		out = pass->table->real;
		side = &sea_real_side;
	} else {
		out = pass->table->trunk[pass->verdict.trunk];
	}
	sea_frame_tag(skb, &pass->frame, &pass->verdict, to);
	if (unlikely(pass->large) && skb_warn_if_lro(skb)) {
		sea_drop(pass, skb, pass->side->lro);
		return;
	}
	if (unlikely(sea_too_big(skb, out->dev))) {
		sea_oversize(pass, skb, out);
		return;
	}
	sea_account_receiver(pass, skb, to, pass->frames);
	sea_count(pass->sea, pass->side->bridged, pass->frames);
	sea_send_inline(pass->sea, skb, out, side, pass->large);
}

static __always_inline void sea_forward(struct sea_pass *pass, struct sk_buff *skb)
{
	u8 to = pass->verdict.to & (SEA_TO_REAL | SEA_TO_TRUNK);

	if (sea_is_accounting(pass->sea))
		sea_account_sender(pass, skb);
	if (unlikely(!to)) {
		sea_count(pass->sea, pass->side->consumed_only, pass->frames);
		sea_deliver(pass, skb);
		return;
	}
	if (unlikely(pass->verdict.to & SEA_TO_LOCAL))
		sea_deliver_copy(pass, skb);
	sea_bridge(pass, skb, to);
}

static void sea_report_leak(struct sea *sea, const struct net_device *dev)
{
	if (!__ratelimit(&sea->leak_limit))
		return;
	netdev_warn(sea->dev, "control frames of a Shared Ethernet Adapter come in from %s: a loop, or a wrong cable\n",
		    dev->name);
	sea_event(sea, SEA_EVENT_CONTROL_LEAK, dev, GFP_ATOMIC);
}

/* A frame that is not forwarded, though it may be wanted elsewhere. */
static rx_handler_result_t sea_stop(struct sea_pass *pass, struct sk_buff *skb)
{
	sea_count(pass->sea, pass->verdict.drop, pass->frames);
	if (pass->verdict.to & SEA_TO_LOWER)
		return RX_HANDLER_EXACT;
	if (pass->verdict.to & SEA_TO_ENGINE)
		sea_count(pass->sea, SEA_STAT(CONTROL_IN), pass->frames);
	if (pass->verdict.drop == SEA_STAT(REAL_CONTROL_LEAK))
		sea_report_leak(pass->sea, skb->dev);
	kfree_skb(skb);
	return RX_HANDLER_CONSUMED;
}

static __always_inline void sea_decide_pass(struct sea_pass *pass, struct sk_buff *skb)
{
	struct sea_rules rules = {
		.table = pass->table,
		.active = READ_ONCE(pass->table->sea->active),
		.options = pass->options,
	};

	sea_frame_read(pass->sea, skb, &pass->frame);
	sea_decide(&rules, &pass->frame, &pass->verdict);
	/* For queues on the way, with QoS; and where the tag that tells it is removed. */
	if (unlikely(pass->options & SEA_OPT_QOS || !pass->verdict.tagged) && pass->frame.has_tag)
		skb->priority = (pass->frame.tci & VLAN_PRIO_MASK) >> VLAN_PRIO_SHIFT;
}

/* ---- receiving ---- */

static void sea_count_received(const struct sea_pass *pass, const struct sk_buff *skb)
{
	unsigned int len = skb->len + ETH_HLEN;

	if (sea_frame_lacks_content(skb))
		len += VLAN_HLEN;
	sea_count_both(pass->sea, pass->side->received, pass->frames,
		       pass->side->received_bytes, len);
	sea_count_group(pass->sea, eth_hdr(skb)->h_dest, pass->side->received_broadcast,
			pass->side->received_multicast, pass->frames);
}

/* The place of a trunk in the table, which it changes with no frame lost */
static u8 sea_pass_order(const struct sea_table *table, const struct sea_port *port)
{
	u8 order = READ_ONCE(port->order);

	if (likely(order < SEA_TRUNKS_MAX && port == table->trunk[order]))
		return order;
	for (order = 0; order < SEA_TRUNKS_MAX; order++)
		if (port == table->trunk[order])
			return order;
	return SEA_ORDER_NONE;
}

static __always_inline void sea_pass_size(struct sea_pass *pass, const struct sk_buff *skb)
{
	pass->frames = sea_frames(skb);
	pass->large = skb_is_gso(skb);
}

/* Which side a port is on, in one state of the configuration; false: on none. */
static __always_inline bool sea_pass_begin(struct sea_pass *pass, struct sea_port *port,
					   const struct sk_buff *skb)
{
	struct sea *sea = port->sea;
	u8 order;

	pass->sea = sea;
	pass->in = port;
	pass->table = rcu_dereference(sea->table);
	pass->options = READ_ONCE(sea->options);
	sea_pass_size(pass, skb);
	pass->frame.trunk = SEA_ORDER_NONE;
	if (port == pass->table->real) {
		pass->frame.from = SEA_FROM_REAL;
		pass->side = &sea_real_side;
		return true;
	}
	order = sea_pass_order(pass->table, port);
	if (order != SEA_ORDER_NONE) {
		pass->frame.from = SEA_FROM_TRUNK;
		pass->frame.trunk = order;
		pass->side = &sea_virt_side;
		return true;
	}
	return false;
}

/* A port that is neither the real adapter nor a trunk */
static void sea_receive_other(const struct sea_pass *pass, struct sk_buff *skb)
{
	unsigned int counter = SEA_STAT(UNASSIGNED);

	if (READ_ONCE(pass->in->role) == SEA_PORT_CTL)
		counter = skb->protocol == htons(SEA_ETHERTYPE) ? SEA_STAT(CONTROL_IN) :
								  SEA_STAT(CONTROL_IGNORED);
	sea_count(pass->sea, counter, pass->frames);
	kfree_skb(skb);
}

static void sea_lost(const struct sea_pass *pass)
{
	sea_count(pass->sea, pass->side->no_memory, pass->frames);
	sea_count(pass->sea, SEA_STAT(MEMORY_FAILURES), pass->frames);
}

static __always_inline rx_handler_result_t sea_receive(struct sea_pass *pass,
						       struct sk_buff **pskb)
{
	struct sk_buff *skb;

	skb = sea_frame_normalize(*pskb);
	*pskb = skb;
	if (unlikely(!skb)) {
		sea_lost(pass);
		return RX_HANDLER_CONSUMED;
	}
	sea_decide_pass(pass, skb);
	if (unlikely(pass->verdict.drop))
		return sea_stop(pass, skb);
	sea_forward(pass, skb);
	return RX_HANDLER_CONSUMED;
}

/* What listens to the adapter itself has to get its frames at once. */
static bool sea_may_queue(const struct sea_pass *pass, const struct sk_buff *skb)
{
	return unlikely(rcu_access_pointer(pass->sea->threads)) &&
	       !is_link_local_ether_addr(eth_hdr(skb)->h_dest);
}

/**
 * sea_handle_frame() - a frame from a port
 * @pskb: the frame
 *
 * Context: rcu_read_lock, softirq; the rx_handler of all ports.
 * Return: whether the core is to go on with it.
 */
rx_handler_result_t sea_handle_frame(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct sea_port *port = rcu_dereference(skb->dev->rx_handler_data);
	struct sea_pass pass;

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK || !skb_mac_header_was_set(skb)))
		return RX_HANDLER_PASS;
	if (unlikely(!sea_pass_begin(&pass, port, skb))) {
		sea_receive_other(&pass, skb);
		return RX_HANDLER_CONSUMED;
	}
	if (unlikely(READ_ONCE(port->firmware))) {
		sea_repair(skb, READ_ONCE(port->dev->mtu));
		sea_pass_size(&pass, skb);
	}
	sea_count_received(&pass, skb);
	if (unlikely(sea_sum_is_outside(skb))) {
		sea_drop(&pass, skb, pass.side->bad_checksum);
		return RX_HANDLER_CONSUMED;
	}
	if (unlikely(skb_shared(skb))) {
		skb = skb_share_check(skb, GFP_ATOMIC);
		*pskb = skb;
		if (!skb) {
			sea_lost(&pass);
			return RX_HANDLER_CONSUMED;
		}
	}
	if (sea_may_queue(&pass, skb) && sea_thread_queue(&pass, skb))
		return RX_HANDLER_CONSUMED;
	return sea_receive(&pass, pskb);
}

/**
 * sea_forward_queued() - forward a frame out of a thread's queue
 * @skb: the frame, consumed
 *
 * Context: rcu_read_lock, BH disabled.
 */
void sea_forward_queued(struct sk_buff *skb)
{
	const struct sea_side *side = SEA_SKB_CB(skb)->side;
	struct sea_port *port = sea_port_get_rcu(skb->dev);
	struct sea_pass pass;

	/* Its port may have left, or changed sides, since it was counted. */
	if (!port || !sea_pass_begin(&pass, port, skb) || pass.side != side) {
		sea_count(SEA_SKB_CB(skb)->sea, side->not_ready, sea_frames(skb));
		kfree_skb(skb);
		return;
	}
	if (sea_receive(&pass, &skb) != RX_HANDLER_CONSUMED)
		kfree_skb(skb);
}

/* ---- from the SEA's own interface ---- */

/* Bring a frame into the form received ones have: no tag of 802.1Q in its data. */
static struct sk_buff *sea_local_prepare(struct sk_buff *skb)
{
	skb_reset_mac_header(skb);
	if (unlikely(!pskb_may_pull(skb, ETH_HLEN))) {
		kfree_skb(skb);
		return NULL;
	}
	skb_pull(skb, ETH_HLEN);
	if (eth_proto_is_802_3(eth_hdr(skb)->h_proto))
		skb->protocol = eth_hdr(skb)->h_proto;
	if (unlikely(skb->protocol == htons(ETH_P_8021Q) && !skb_vlan_tag_present(skb)))
		skb = skb_vlan_untag(skb);
	if (unlikely(skb && sea_sum_is_outside(skb))) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

static void sea_local_begin(struct sea_pass *pass, struct sea *sea, struct sk_buff *skb)
{
	pass->sea = sea;
	pass->table = rcu_dereference(sea->table);
	pass->in = NULL;
	pass->side = NULL;
	pass->options = READ_ONCE(sea->options);
	sea_pass_size(pass, skb);
	pass->frame.from = SEA_FROM_LOCAL;
	pass->frame.trunk = SEA_ORDER_NONE;
	if (sea_is_accounting(sea))
		pass->frame.trunk = sea_account_trunk(sea, pass->table, skb);
}

/* Not where it does not fit: the stack was told the MTU. */
static void sea_local_fit(struct sea_pass *pass, const struct sk_buff *skb)
{
	struct sea_verdict *v = &pass->verdict;
	u8 to = v->to;

	if (to & SEA_TO_REAL && sea_too_big(skb, pass->table->real->dev))
		v->to &= ~SEA_TO_REAL;
	if (to & SEA_TO_TRUNK && sea_too_big(skb, pass->table->trunk[v->trunk]->dev))
		v->to &= ~SEA_TO_TRUNK;
	if (!v->to && !v->drop)
		v->drop = SEA_STAT(OUTPUT_DROPPED);
	else if (v->to != to)
		sea_count(pass->sea, SEA_STAT(OUTPUT_FAILED), pass->frames);
}

static void sea_local_send(struct sea_pass *pass, struct sk_buff *skb, u8 to)
{
	bool to_real = to == SEA_TO_REAL;

	sea_frame_tag(skb, &pass->frame, &pass->verdict, to);
	sea_account_receiver(pass, skb, to, pass->frames);
	sea_send(pass->sea, skb, to_real ? pass->table->real :
					   pass->table->trunk[pass->verdict.trunk],
		 to_real ? &sea_real_side : &sea_virt_side);
}

static void sea_local_forward(struct sea_pass *pass, struct sk_buff *skb)
{
	struct net_device *dev = pass->sea->dev;
	struct sk_buff *copy;

	dev_sw_netstats_tx_add(dev, pass->frames, skb->len + ETH_HLEN);
	if (pass->verdict.to != (SEA_TO_REAL | SEA_TO_TRUNK)) {
		sea_local_send(pass, skb, pass->verdict.to);
		return;
	}
	copy = skb_clone(skb, GFP_ATOMIC);
	if (copy)
		sea_local_send(pass, copy, SEA_TO_TRUNK);
	else
		sea_count(pass->sea, SEA_STAT(MEMORY_FAILURES), pass->frames);
	sea_local_send(pass, skb, SEA_TO_REAL);
}

/**
 * sea_forward_local() - send a frame of the SEA's own interface
 * @sea: the SEA
 * @skb: the frame, consumed
 *
 * Context: rcu_read_lock, BH disabled.
 */
void sea_forward_local(struct sea *sea, struct sk_buff *skb)
{
	struct sea_pass pass;

	skb = sea_local_prepare(skb);
	if (unlikely(!skb)) {
		sea_count(sea, SEA_STAT(OUTPUT_GENERATED), 1);
		sea_count(sea, SEA_STAT(OUTPUT_DROPPED), 1);
		dev_core_stats_tx_dropped_inc(sea->dev);
		return;
	}
	sea_local_begin(&pass, sea, skb);
	sea_count(sea, SEA_STAT(OUTPUT_GENERATED), pass.frames);
	sea_decide_pass(&pass, skb);
	sea_local_fit(&pass, skb);
	if (unlikely(pass.verdict.drop)) {
		sea_count(sea, pass.verdict.drop, pass.frames);
		dev_core_stats_tx_dropped_inc(sea->dev);
		kfree_skb(skb);
		return;
	}
	sea_local_forward(&pass, skb);
}
