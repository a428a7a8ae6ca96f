// SPDX-License-Identifier: GPL-2.0
/*
 * Frames that are longer than the MTU of the adapter they go to.  IPv4 is fragmented, if
 * the user wants that; other IP is dropped and its sender told the MTU.  The answer is made
 * here: the stack has no route to the clients of a SEA without an address.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/percpu.h>
#include <net/dst.h>
#include <net/if_inet6.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "compat.h"
#include "frame.h"

/* What of a frame is sent back: RFC 1812 4.3.2.3, RFC 4443 2.4 (c) */
#define SEA_ICMP_MAX		576
#define SEA_ICMPV6_MAX		IPV6_MIN_MTU
/* Of what is behind the IP header, no less: RFC 792 */
#define SEA_ICMP_PAYLOAD	8
#define SEA_ICMP_RATE		100	/* answers a second to what a port has sent */

/* The interface of the SEA in the VLAN of a frame, or NULL */
static struct net_device *sea_interface(const struct sea_pass *pass)
{
	if (pass->verdict.vid == pass->table->pvid)
		return pass->sea->dev;
	return __vlan_find_dev_deep_rcu(pass->sea->dev, htons(ETH_P_8021Q), pass->verdict.vid);
}

/* ---- the answer ---- */

static struct sk_buff *sea_answer_alloc(const struct sea_pass *pass, unsigned int len)
{
	struct net_device *dev = pass->in->dev;
	struct sk_buff *skb = netdev_alloc_skb(dev, LL_RESERVED_SPACE(dev) + len);

	if (!skb)
		return NULL;
	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb_reset_network_header(skb);
	return skb;
}

/* How much of a frame fits behind @headers, if all is to be at most @max long */
static unsigned int sea_answer_quote(const struct sea_pass *pass, const struct sk_buff *cause,
				     unsigned int max, unsigned int headers)
{
	max = min(max, READ_ONCE(pass->in->dev->mtu));
	return max > headers ? min(max - headers, cause->len) : 0;
}

/* As every frame of that VLAN that goes there, tagged or not */
static void sea_answer_tag(const struct sea_pass *pass, struct sk_buff *skb)
{
	const struct sea_table *table = pass->table;
	u16 vid = pass->verdict.vid;
	u16 native = pass->frame.from == SEA_FROM_REAL ? table->pvid :
							 table->tpvid[pass->frame.trunk];

	if (vid != native)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q),
				       (pass->frame.tci & ~VLAN_VID_MASK) | vid);
}

/* Back where the frame came from, in its VLAN */
static void sea_answer_send(const struct sea_pass *pass, const struct sk_buff *cause,
			    struct sk_buff *skb, u16 proto)
{
	struct ethhdr *eth = skb_push(skb, ETH_HLEN);

	ether_addr_copy(eth->h_dest, eth_hdr(cause)->h_source);
	ether_addr_copy(eth->h_source, eth_hdr(cause)->h_dest);
	eth->h_proto = htons(proto);
	skb_reset_mac_header(skb);
	skb->protocol = htons(proto);
	skb_pull(skb, ETH_HLEN);
	sea_answer_tag(pass, skb);
	sea_count(pass->sea, SEA_STAT(ICMP_SENT), 1);
	sea_send(pass->sea, skb, pass->in, pass->side);
}

/* ---- IPv4 ---- */

/* The IPv4 header of a frame, if it is sound */
static const struct iphdr *sea_iphdr(struct sk_buff *skb)
{
	const struct iphdr *ip;

	if (!pskb_network_may_pull(skb, sizeof(*ip)))
		return NULL;
	ip = ip_hdr(skb);
	if (ip->version != 4 || ip->ihl < 5 || ntohs(ip->tot_len) < ip->ihl * 4)
		return NULL;
	if (!pskb_network_may_pull(skb, ip->ihl * 4))
		return NULL;
	ip = ip_hdr(skb);
	return ip_fast_csum(ip, ip->ihl) ? NULL : ip;
}

/* An error is not answered with an error.  What cannot be read may be one. */
static bool sea_is_icmp_error(const struct sk_buff *skb, const struct iphdr *ip)
{
	const u8 *type;
	u8 buf;

	if (ip->protocol != IPPROTO_ICMP)
		return false;
	type = skb_header_pointer(skb, skb_network_offset(skb) + ip->ihl * 4, 1, &buf);
	return !type || (*type != ICMP_ECHO && *type != ICMP_ECHOREPLY &&
			 *type != ICMP_TIMESTAMP && *type != ICMP_TIMESTAMPREPLY);
}

static bool sea_is_answerable(const struct sk_buff *skb, const struct iphdr *ip)
{
	return !ip_is_fragment(ip) && !ipv4_is_multicast(ip->daddr) &&
	       !ipv4_is_lbcast(ip->daddr) && !ipv4_is_zeronet(ip->saddr) &&
	       !ipv4_is_multicast(ip->saddr) && !ipv4_is_lbcast(ip->saddr) &&
	       !ipv4_is_loopback(ip->saddr) && !sea_is_icmp_error(skb, ip);
}

/*
 * An address of the SEA in the frame's VLAN, in the sender's network if there is one; no
 * other of the host's, which is nobody's business there.
 */
static __be32 sea_address(const struct sea_pass *pass, const struct iphdr *ip)
{
	struct net_device *dev = sea_interface(pass);
	struct in_device *in = dev ? __in_dev_get_rcu(dev) : NULL;
	const struct in_ifaddr *ifa;
	__be32 addr = 0;

	if (!in)
		return ip->daddr;
	in_dev_for_each_ifa_rcu(ifa, in) {
		if (ifa->ifa_scope > RT_SCOPE_LINK)
			continue;
		if (inet_ifa_match(ip->saddr, ifa))
			return ifa->ifa_local;
		addr = addr ?: ifa->ifa_local;
	}
	return addr ?: ip->daddr;
}

static void sea_answer_ip(const struct sea_pass *pass, struct sk_buff *cause,
			  const struct iphdr *orig, unsigned int mtu)
{
	unsigned int quote = sea_answer_quote(pass, cause, SEA_ICMP_MAX,
					      sizeof(*orig) + sizeof(struct icmphdr));
	struct sk_buff *skb;
	struct icmphdr *icmp;
	struct iphdr *ip;

	quote = min_t(unsigned int, quote, ntohs(orig->tot_len));
	/* Less tells nobody whose it was. */
	if (quote < orig->ihl * 4 + SEA_ICMP_PAYLOAD)
		return;
	skb = sea_answer_alloc(pass, sizeof(*ip) + sizeof(*icmp) + quote);
	if (!skb)
		return;
	ip = skb_put_zero(skb, sizeof(*ip));
	icmp = skb_put_zero(skb, sizeof(*icmp));
	if (skb_copy_bits(cause, skb_network_offset(cause), skb_put(skb, quote), quote)) {
		kfree_skb(skb);
		return;
	}
	icmp->type = ICMP_DEST_UNREACH;
	icmp->code = ICMP_FRAG_NEEDED;
	icmp->un.frag.mtu = htons(min(mtu, 0xffffU));
	icmp->checksum = ip_compute_csum(icmp, sizeof(*icmp) + quote);
	ip->version = 4;
	ip->ihl = 5;
	ip->tos = (orig->tos & IPTOS_TOS_MASK) | IPTOS_PREC_INTERNETCONTROL;
	ip->tot_len = htons(skb->len);
	ip->ttl = IPDEFTTL;
	ip->protocol = IPPROTO_ICMP;
	ip->saddr = sea_address(pass, orig);
	ip->daddr = orig->saddr;
	ip_send_check(ip);
	sea_answer_send(pass, cause, skb, ETH_P_IP);
}

/* ---- IPv6 ---- */

#if IS_ENABLED(CONFIG_IPV6)
static const struct ipv6hdr *sea_ipv6hdr(struct sk_buff *skb)
{
	if (!pskb_network_may_pull(skb, sizeof(struct ipv6hdr)))
		return NULL;
	return ipv6_hdr(skb)->version == 6 ? ipv6_hdr(skb) : NULL;
}

static bool sea_is_answerable6(const struct sk_buff *skb, const struct ipv6hdr *ip)
{
	unsigned int offset;
	const u8 *type;
	u8 proto, buf;

	if (!(ipv6_addr_type(&ip->saddr) & IPV6_ADDR_UNICAST) ||
	    ipv6_addr_loopback(&ip->saddr) || ipv6_addr_is_multicast(&ip->daddr))
		return false;
	offset = sea_frame_payload(skb, &proto);
	if (!offset)
		return false;
	if (proto != NEXTHDR_ICMP)
		return true;
	type = skb_header_pointer(skb, offset, 1, &buf);
	return type && *type & ICMPV6_INFOMSG_MASK;
}

static bool sea_is_usable6(const struct inet6_ifaddr *ifa)
{
	return !(ifa->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED));
}

/*
 * A global address of the SEA in the frame's VLAN, or the one the frame was for.  A link-local
 * one does only where the sender has such: no router lets it pass (RFC 4291, 2.5.6).
 */
static struct in6_addr sea_address6(const struct sea_pass *pass, const struct ipv6hdr *ip)
{
	bool local = ipv6_addr_type(&ip->saddr) & IPV6_ADDR_LINKLOCAL;
	struct net_device *dev = sea_interface(pass);
	struct inet6_dev *idev = dev ? __in6_dev_get(dev) : NULL;
	struct inet6_ifaddr *ifa;

	if (!idev)
		return ip->daddr;
	list_for_each_entry_rcu(ifa, &idev->addr_list, if_list)
		if (sea_is_usable6(ifa) && !!(ifa->scope & IFA_LINK) == local)
			return ifa->addr;
	return ip->daddr;
}

static void sea_answer_ipv6(const struct sea_pass *pass, struct sk_buff *cause,
			    const struct ipv6hdr *orig, unsigned int mtu)
{
	unsigned int quote = sea_answer_quote(pass, cause, SEA_ICMPV6_MAX,
					      sizeof(*orig) + sizeof(struct icmp6hdr));
	struct icmp6hdr *icmp;
	struct ipv6hdr *ip;
	struct sk_buff *skb;
	unsigned int len;

	if (quote < sizeof(*orig) + SEA_ICMP_PAYLOAD)
		return;
	skb = sea_answer_alloc(pass, sizeof(*ip) + sizeof(*icmp) + quote);
	if (!skb)
		return;
	ip = skb_put_zero(skb, sizeof(*ip));
	icmp = skb_put_zero(skb, sizeof(*icmp));
	if (skb_copy_bits(cause, skb_network_offset(cause), skb_put(skb, quote), quote)) {
		kfree_skb(skb);
		return;
	}
	len = sizeof(*icmp) + quote;
	ip->version = 6;
	ip->payload_len = htons(len);
	ip->nexthdr = IPPROTO_ICMPV6;
	ip->hop_limit = IPV6_DEFAULT_HOPLIMIT;
	ip->saddr = sea_address6(pass, orig);
	ip->daddr = orig->saddr;
	icmp->icmp6_type = ICMPV6_PKT_TOOBIG;
	icmp->icmp6_mtu = htonl(mtu);
	icmp->icmp6_cksum = csum_ipv6_magic(&ip->saddr, &ip->daddr, len, IPPROTO_ICMPV6,
					    csum_partial(icmp, len, 0));
	sea_answer_send(pass, cause, skb, ETH_P_IPV6);
}

static void sea_try_answer_ipv6(const struct sea_pass *pass, struct sk_buff *skb,
				unsigned int mtu)
{
	const struct ipv6hdr *ip = sea_ipv6hdr(skb);

	if (ip && sea_is_answerable6(skb, ip) && __ratelimit(&pass->in->icmp_limit))
		sea_answer_ipv6(pass, skb, ip, mtu);
}
#else
static void sea_try_answer_ipv6(const struct sea_pass *pass, struct sk_buff *skb,
				unsigned int mtu)
{
}
#endif

static void sea_try_answer_ip(const struct sea_pass *pass, struct sk_buff *skb,
			      unsigned int mtu)
{
	const struct iphdr *ip = sea_iphdr(skb);

	if (ip && sea_is_answerable(skb, ip) && __ratelimit(&pass->in->icmp_limit))
		sea_answer_ip(pass, skb, ip, mtu);
}

static void sea_try_answer(const struct sea_pass *pass, struct sk_buff *skb, unsigned int mtu)
{
	if (skb->protocol == htons(ETH_P_IP))
		sea_try_answer_ip(pass, skb, mtu);
	else
		sea_try_answer_ipv6(pass, skb, mtu);
}

static void sea_refuse_big(const struct sea_pass *pass, struct sk_buff *skb, unsigned int mtu)
{
	if (!pass->frame.group)
		sea_try_answer(pass, skb, mtu);
	sea_count(pass->sea, pass->side->too_big, pass->frames);
	kfree_skb(skb);
}

/* ---- fragments ---- */

/* What ip_do_fragment() does not keep of a frame.  It calls back before it returns. */
struct sea_fragmenting {
	struct sea *sea;
	const struct sea_port *out;
	const struct sea_side *side;
	struct ethhdr eth;
	u16 tci;
	bool tagged;
};

static DEFINE_PER_CPU(struct sea_fragmenting, sea_fragmenting);

static int sea_fragment_out(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	const struct sea_fragmenting f = *this_cpu_ptr(&sea_fragmenting);

	skb_dst_drop(skb);
	if (skb_cow_head(skb, LL_RESERVED_SPACE(f.out->dev))) {
		sea_count(f.sea, SEA_STAT(MEMORY_FAILURES), 1);
		kfree_skb(skb);
		return -ENOMEM;
	}
	memcpy(skb_push(skb, ETH_HLEN), &f.eth, ETH_HLEN);
	skb_reset_mac_header(skb);
	skb_pull(skb, ETH_HLEN);
	__vlan_hwaccel_clear_tag(skb);
	if (f.tagged)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), f.tci);
	sea_send(f.sea, skb, f.out, f.side);
	/* What it went through, tc for instance, may have sent it back here. */
	*this_cpu_ptr(&sea_fragmenting) = f;
	return 0;
}

static unsigned int sea_dst_mtu(const struct dst_entry *dst)
{
	return READ_ONCE(dst->dev->mtu);
}

static struct dst_ops sea_dst_ops = {
	.family	= AF_INET,
	.mtu	= sea_dst_mtu,
};

static const struct sea_side *sea_other_side(const struct sea_pass *pass)
{
	return pass->side == &sea_real_side ? &sea_virt_side : &sea_real_side;
}

static void sea_fragment_one(const struct sea_pass *pass, struct sk_buff *skb,
			     const struct sea_port *out)
{
	struct sea_fragmenting *f = this_cpu_ptr(&sea_fragmenting);
	struct rtable rt = { };

	f->sea = pass->sea;
	f->out = out;
	f->side = sea_other_side(pass);
	f->eth = *eth_hdr(skb);
	f->tagged = skb_vlan_tag_present(skb);
	f->tci = f->tagged ? skb_vlan_tag_get(skb) : 0;

	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	dst_init(&rt.dst, &sea_dst_ops, NULL, 1, DST_OBSOLETE_NONE, DST_NOCOUNT);
	rt.dst.dev = out->dev;
	skb_dst_drop(skb);
	skb_dst_set_noref(skb, &rt.dst);
	if (ip_do_fragment(dev_net(out->dev), NULL, skb, sea_fragment_out))
		sea_count(pass->sea, SEA_STAT(OUTPUT_FAILED), 1);
}

/* The segments of a large frame, or the frame; or an error, with the frame freed */
static struct sk_buff *sea_fragment_segments(struct sk_buff *skb, const struct sea_port *out)
{
	struct sk_buff *segs;

	if (!skb_is_gso(skb))
		return skb;
	skb->dev = out->dev;
	skb_push(skb, ETH_HLEN);
	segs = sea_segment(skb, 0);
	if (IS_ERR(segs))
		return segs;
	for (skb = segs; skb; skb = skb->next)
		skb_pull(skb, ETH_HLEN);
	return segs;
}

/* A checksum that is still to be made, and would change the header that was looked at */
static bool sea_sum_is_in_header(const struct sk_buff *skb, const struct iphdr *ip)
{
	return skb->ip_summed == CHECKSUM_PARTIAL &&
	       skb_checksum_start_offset(skb) < ip->ihl * 4;
}

/* IPv4 is not for adapters of less than its least MTU. */
static bool sea_may_fragment(const struct sea_pass *pass, struct sk_buff *skb,
			     unsigned int mtu)
{
	const struct iphdr *ip;

	if (!(pass->options & SEA_OPT_FRAG) || skb->protocol != htons(ETH_P_IP) ||
	    mtu < IPV4_MIN_MTU)
		return false;
	ip = sea_iphdr(skb);
	if (!ip || ip->frag_off & htons(IP_DF) || sea_sum_is_in_header(skb, ip))
		return false;
	/* Without what is behind the packet */
	return skb_is_gso(skb) || (ntohs(ip->tot_len) <= skb->len &&
				   !pskb_trim_rcsum(skb, ntohs(ip->tot_len)));
}

/* A large frame whose headers make no sense is too long, and nothing else is known of it. */
static void sea_fragment_failed(const struct sea_pass *pass, int err)
{
	if (err != -ENOMEM) {
		sea_count(pass->sea, pass->side->too_big, pass->frames);
		return;
	}
	sea_count(pass->sea, pass->side->no_memory, pass->frames);
	sea_count(pass->sea, SEA_STAT(MEMORY_FAILURES), pass->frames);
}

static void sea_fragment(const struct sea_pass *pass, struct sk_buff *skb,
			 const struct sea_port *out)
{
	u8 to = pass->side == &sea_real_side ? SEA_TO_TRUNK : SEA_TO_REAL;
	struct sk_buff *next;

	/* What was too long was behind the packet. */
	if (!skb_is_gso(skb) && skb->len <= READ_ONCE(out->dev->mtu)) {
		sea_account_receiver(pass, skb, to, pass->frames);
		sea_count(pass->sea, pass->side->bridged, pass->frames);
		sea_send(pass->sea, skb, out, sea_other_side(pass));
		return;
	}
	skb = sea_fragment_segments(skb, out);
	if (IS_ERR(skb)) {
		sea_fragment_failed(pass, PTR_ERR(skb));
		return;
	}
	sea_count(pass->sea, pass->side->bridged, pass->frames);
	sea_count(pass->sea, pass->side->fragmented, pass->frames);
	for (; skb; skb = next) {
		next = skb->next;
		skb_mark_not_on_list(skb);
		sea_account_receiver(pass, skb, to, 1);
		sea_fragment_one(pass, skb, out);
	}
}

/**
 * sea_oversize_init() - before a port is used
 * @port: the port
 *
 * Who sends what is too long through one port does not keep others from their answers.
 */
void sea_oversize_init(struct sea_port *port)
{
	ratelimit_state_init(&port->icmp_limit, HZ, SEA_ICMP_RATE);
	ratelimit_set_flags(&port->icmp_limit, RATELIMIT_MSG_ON_RELEASE);
}

/**
 * sea_oversize() - what becomes of a frame that is too long
 * @pass: the frame
 * @skb: the same, tagged for @out; consumed
 * @out: where it was to go
 *
 * Context: rcu_read_lock, BH disabled.
 */
void sea_oversize(struct sea_pass *pass, struct sk_buff *skb, struct sea_port *out)
{
	unsigned int mtu = READ_ONCE(out->dev->mtu);

	if (skb->protocol != htons(ETH_P_IP) && skb->protocol != htons(ETH_P_IPV6)) {
		sea_count(pass->sea, pass->side->non_ip_too_big, pass->frames);
		kfree_skb(skb);
	} else if (sea_may_fragment(pass, skb, mtu)) {
		sea_fragment(pass, skb, out);
	} else {
		sea_refuse_big(pass, skb, mtu);
	}
}
