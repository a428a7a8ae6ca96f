/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sea.ko: the Shared Ethernet Adapter, what its files share.
 *
 * The configuration belongs to RTNL.  The data path reads three things of it: the table
 * (RCU, replaced as a whole), the word of active trunks and the word of options.
 */
#ifndef _SEA_H
#define _SEA_H

#include <linux/bitmap.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_sea.h>
#include <linux/if_vlan.h>
#include <linux/jump_label.h>
#include <linux/netdevice.h>
#include <linux/ratelimit.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>

struct sea;
struct sea_accounts;
struct sea_pass;
struct sea_table;
struct sea_threads;

#define SEA_STAT(name)	SEA_A_STATS_##name

/* ---- refusals (refuse.c) ---- */

__printf(4, 5)
void __sea_refuse(struct netlink_ext_ack *extack, const struct net_device *dev,
		  const char *text, const char *fmt, ...);

#define SEA_TEXT(text)	KBUILD_MODNAME ": " text

/* sea_refuse(extack, dev, "why", "what exactly", ...) */
#define sea_refuse(extack, dev, text, ...) \
	__sea_refuse(extack, dev, SEA_TEXT(text), __VA_ARGS__)

/* ---- ports ---- */

/**
 * struct sea_port - an adapter of a SEA
 * @dev: the adapter
 * @dev_tracker: of the reference to it
 * @sea: the SEA
 * @list: in sea->ports
 * @role: enum sea_port_role; written under RTNL
 * @order: place among the trunks; written under RTNL
 * @priority: trunk priority; RTNL
 * @firmware: the firmware keeps priority and activity; written under RTNL
 * @pvid: VLAN of untagged frames, 0 none; RTNL
 * @vids: the VLANs besides; RTNL
 * @icmp_limit: how often frames of its that are too long are answered
 * @rcu: frees it
 */
struct sea_port {
	struct net_device *dev;
	netdevice_tracker dev_tracker;
	struct sea *sea;
	struct list_head list;
	u8 role;
	u8 order;
	u8 priority;
	bool firmware;
	u16 pvid;
	DECLARE_BITMAP(vids, VLAN_N_VID);
	struct ratelimit_state icmp_limit;
	struct rcu_head rcu;
};

#define SEA_ORDER_NONE		0xff
#define SEA_PRIORITY_MAX	15

int sea_walk_is_sea(struct net_device *dev, struct netdev_nested_priv *priv);
/* The port of an adapter, NULL if it is none of ours */
struct sea_port *sea_port_get_rtnl(const struct net_device *dev);
struct sea_port *sea_port_get_rcu(const struct net_device *dev);
int sea_port_add(struct sea *sea, struct net_device *dev, struct netlink_ext_ack *extack);
void sea_port_del(struct sea_port *port);
bool sea_port_ready(const struct sea_port *port);

/* What the user may set of a port; fields count where their bit is in @mask. */
struct sea_port_change {
	unsigned long mask;	/* BIT(IFLA_SEA_PORT_*) */
	u8 role, order, priority;
	bool dflt, active;
};

int sea_port_change(struct sea_port *port, const struct sea_port_change *change,
		    struct netlink_ext_ack *extack);
int sea_port_set_role(struct sea_port *port, u8 role, struct netlink_ext_ack *extack);

/* ---- VLANs of trunks (vlan.c) ---- */

/**
 * struct sea_vlans - a change to the VLANs of a trunk
 * @vids: VLANs to add or to remove
 * @pvid: the new PVID, 0: unchanged
 */
struct sea_vlans {
	DECLARE_BITMAP(vids, VLAN_N_VID);
	u16 pvid;
};

int sea_vlan_check_native(const struct sea *sea, u16 vid, struct netlink_ext_ack *extack);
struct sea_port *sea_vlan_owner(const struct sea *sea, u16 vid);
int sea_vlans_add(struct sea_port *port, const struct sea_vlans *add,
		  struct netlink_ext_ack *extack);
int sea_vlans_del(struct sea_port *port, const struct sea_vlans *del);

/* The VLANs the real adapter is to let through */
int sea_filter_add(struct sea *sea, const struct sea_table *table);
void sea_filter_trim(struct sea *sea, const struct sea_table *table);
void sea_filter_clear(struct sea *sea);

/* ---- the table (table.c) ---- */

/* An entry of the map: the trunk that has the VLAN, and whether the SEA's interface does */
#define SEA_MAP_TRUNK		0x1f
#define SEA_MAP_NONE		0x1f
#define SEA_MAP_LOCAL		0x80

/**
 * struct sea_table - the configuration as the data path reads it; never changed once
 *		      it can be seen
 * @rcu: frees it
 * @pvid: VLAN that is untagged on the wire, 0 none
 * @dflt: order of the default trunk, or SEA_ORDER_NONE
 * @tpvid: PVIDs of the trunks, 0: this one is not ready
 * @trunk: the trunks by their order
 * @real: the real adapter, or NULL
 * @sea: whose it is.  What is read through it is at least as new as the table
 * @map: for each VLAN, SEA_MAP_*
 */
struct sea_table {
	struct rcu_head rcu;
	struct sea *sea;
	u16 pvid;
	u8 dflt;
	u16 tpvid[SEA_TRUNKS_MAX];
	struct sea_port *trunk[SEA_TRUNKS_MAX];
	struct sea_port *real;
	u8 map[VLAN_N_VID];
};

void sea_table_fill(struct sea_table *table, struct sea *sea);
int sea_table_update(struct sea *sea);
void sea_table_shrink(struct sea *sea);

static inline u8 sea_map_trunk(const struct sea_table *table, u16 vid)
{
	return table->map[vid] & SEA_MAP_TRUNK;
}

static inline bool sea_map_local(const struct sea_table *table, u16 vid)
{
	return table->map[vid] & SEA_MAP_LOCAL;
}

/* ---- the decision (decide.h) ---- */

enum sea_from {
	SEA_FROM_REAL,
	SEA_FROM_TRUNK,
	SEA_FROM_LOCAL,		/* the SEA's own interface */
};

/**
 * struct sea_frame - what the decision has to know of a frame
 * @from: enum sea_from
 * @trunk: order of the trunk it came from, or, of a local frame, on which its receiver
 *	   is known to be; SEA_ORDER_NONE otherwise
 * @tci: of its 802.1Q tag
 * @vid: VLAN of the tag; 0: none, or a tag for the priority only
 * @has_tag: there is a tag, be its VLAN 0
 * @inner_tag: behind this tag there is another
 * @hidden_tag: there is one behind an 802.1ad tag of VLAN 0, which the core looks through
 * @group: the receiver is a group
 * @bad_src: the sender is a group or zero
 * @reserved: the receiver is 01:80:c2:00:00:00 to 0f
 * @control: it has the EtherType of SEA control frames
 * @own: the receiver is the SEA's own interface
 */
struct sea_frame {
	u8 from;
	u8 trunk;
	u16 tci;
	u16 vid;
	bool has_tag;
	bool inner_tag;
	bool hidden_tag;
	bool group;
	bool bad_src;
	bool reserved;
	bool control;
	bool own;
};

/* Options as the data path reads them */
enum {
	SEA_OPT_UP		= BIT(0),	/* the interface is up */
	SEA_OPT_PVID_LEAK	= BIT(1),
	SEA_OPT_TAGGED_PVID	= BIT(2),
	SEA_OPT_FRAG		= BIT(3),
	SEA_OPT_LARGESEND	= BIT(4),
	SEA_OPT_LARGE_RECEIVE	= BIT(5),
	SEA_OPT_QOS_STRICT	= BIT(6),
	SEA_OPT_QOS_LOOSE	= BIT(7),
	SEA_OPT_QOS		= SEA_OPT_QOS_STRICT | SEA_OPT_QOS_LOOSE,
};

struct sea_rules {
	const struct sea_table *table;
	u32 active;
	u32 options;
};

enum {
	SEA_TO_REAL	= BIT(0),
	SEA_TO_TRUNK	= BIT(1),
	SEA_TO_LOCAL	= BIT(2),	/* the SEA's own interface */
	SEA_TO_LOWER	= BIT(3),	/* protocols that listen on this very adapter */
	SEA_TO_ENGINE	= BIT(4),	/* a control frame */
};

/**
 * struct sea_verdict - what becomes of a frame
 * @to: where it goes, SEA_TO_*
 * @tagged: at which of these places it has a tag
 * @trunk: order of the trunk, with SEA_TO_TRUNK
 * @vid: its VLAN, 0 none
 * @drop: the counter of the drop, 0: forwarded or consumed
 */
struct sea_verdict {
	u8 to;
	u8 tagged;
	u8 trunk;
	u16 vid;
	u16 drop;
};

/* ---- counters (stats.c) ---- */

struct sea_stats {
	u64_stats_t count[SEA_A_STATS_MAX + 1];
	struct u64_stats_sync syncp;
};

/* The counters of a side, which the two sides have both */
struct sea_side {
	u16 received, received_bytes, received_broadcast, received_multicast;
	u16 transmitted, transmitted_bytes, transmitted_broadcast, transmitted_multicast;
	u16 bridged, consumed, consumed_only, fragmented;
	u16 dropped, bad_checksum, not_ready, too_big, non_ip_too_big, lro, queue_full, no_memory;
	u16 drop_first, drop_last;	/* the parts of dropped */
};

extern const struct sea_side sea_real_side, sea_virt_side;
extern const char sea_stat_names[SEA_A_STATS_MAX + 1][ETH_GSTRING_LEN];

#define SEA_STAT_FIRST	SEA_A_STATS_REAL_RECEIVED

int sea_stats_init(struct sea *sea);
void sea_stats_free(struct sea *sea);
void sea_stats_read(const struct sea *sea, u64 *count);
void sea_stats_reset(struct sea *sea);

/* ---- accounting (account.c) ---- */

struct sea_client_info {
	u8 mac[ETH_ALEN];
	u16 vid;
	u8 trunk;
	u8 pcp;
	u32 idle;
	u64 from_frames, from_bytes, to_frames, to_bytes;
};

DECLARE_STATIC_KEY_FALSE(sea_accounting);

int sea_accounts_start(struct sea *sea);
void sea_accounts_stop(struct sea *sea);
void sea_account_from(struct sea *sea, const struct sea_frame *frame, u16 vid,
		      const struct sk_buff *skb, unsigned int frames);
void sea_account_outside(struct sea *sea, u16 vid, const struct sk_buff *skb);
void sea_account_to(struct sea *sea, u16 vid, const struct sk_buff *skb, unsigned int frames);
u8 sea_account_trunk(struct sea *sea, const struct sea_table *table, const struct sk_buff *skb);
u32 sea_accounts_count(const struct sea *sea);
int sea_accounts_walk(struct sea *sea, unsigned long *bucket, unsigned long *skip,
		      int (*fn)(void *arg, const struct sea_client_info *info), void *arg);

/* ---- threads (thread.c) ---- */

#define SEA_QUEUES		9	/* one for each priority, one for all */
#define SEA_QUEUE_ALL		8

/* Where the frames of a queue go; users see the numbers: SEA_A_THREAD_WAY */
enum sea_way {
	SEA_WAY_WIRE,
	SEA_WAY_TRUNKS,
	SEA_WAYS
};

struct sea_queue_info {
	u32 thread;
	u8 way, queue;
	u32 queued, queued_max;
	u64 found, frames, dropped;
};

int sea_threads_start(struct sea *sea);
void sea_threads_stop(struct sea *sea);
void sea_threads_purge(struct sea *sea, const struct net_device *dev);
bool sea_thread_queue(const struct sea_pass *pass, struct sk_buff *skb);
bool sea_queue_info(const struct sea *sea, unsigned long n, struct sea_queue_info *info);

/* ---- the firmware's active trunks (illan.c) ---- */

/**
 * struct sea_illan_ops - adapters whose firmware keeps one active trunk for each VLAN
 * @is_trunk: this adapter is such a trunk
 * @get: its priority, and whether it is the active one
 * @claim: make it the active one, which takes that from the holder
 * @release: no more be the active one; the firmware may refuse
 */
struct sea_illan_ops {
	bool (*is_trunk)(const struct net_device *dev);
	int (*get)(const struct net_device *dev, u8 *priority, bool *active);
	int (*claim)(const struct net_device *dev);
	int (*release)(const struct net_device *dev);
};

bool sea_illan_is_trunk(const struct net_device *dev);
void sea_illan_attach(struct sea_port *port);
int sea_illan_set_active(struct sea_port *port, bool active, struct netlink_ext_ack *extack);
void sea_illan_init(struct sea *sea);
void sea_illan_stop(struct sea *sea);

/* ---- the SEA ---- */

/* What the user sets of a SEA: IFLA_SEA_* of the same names; RTNL */
struct sea_config {
	bool pvid_leak, tagged_pvid, frag, largesend, large_receive, thread, accounting;
	u8 qos_mode;
	u32 nthreads, queue_size, clients_max;
};

#define SEA_NTHREADS_MAX	128
#define SEA_QUEUE_SIZE_MIN	16
#define SEA_QUEUE_SIZE_MAX	65536
#define SEA_CLIENTS_LIMIT	65536

/**
 * struct sea - a Shared Ethernet Adapter, the private part of its net_device
 * @dev: its own interface
 * @table: the configuration for the data path; replaced under RTNL
 * @active: trunks that are bridged, a bit for each order; one word, so that a failover is
 *	    one store.  Written under RTNL
 * @options: SEA_OPT_*; written under RTNL
 * @stats: counters
 * @threads: with thread=1; replaced under RTNL
 * @accounts: with accounting=1; replaced under RTNL
 * @leak_limit: how often control frames on the wire are reported
 * @ports: all ports; changed under RTNL, read under RCU too
 * @real: the real adapter; RTNL
 * @dflt: the default trunk; RTNL
 * @trunk: the trunks by their order; RTNL
 * @uppers: VLANs of VLAN devices on the SEA; RTNL
 * @filter: VLANs the real adapter was told to let through; RTNL
 * @config: RTNL
 * @base: counters at the last reset; RTNL
 * @illan_work: looks whether the firmware gave a trunk's activity away
 */
struct sea {
	struct net_device *dev;
	struct sea_table __rcu *table;
	u32 active;
	u32 options;
	struct sea_stats __percpu *stats;
	struct sea_threads __rcu *threads;
	struct sea_accounts __rcu *accounts;
	struct ratelimit_state leak_limit;

	struct list_head ports;
	struct sea_port *real;
	struct sea_port *dflt;
	struct sea_port *trunk[SEA_TRUNKS_MAX];
	DECLARE_BITMAP(uppers, VLAN_N_VID);
	DECLARE_BITMAP(filter, VLAN_N_VID);
	struct sea_config config;
	u64 base[SEA_A_STATS_MAX + 1];
	struct delayed_work illan_work;
};

static inline struct sea *sea_priv(const struct net_device *dev)
{
	return netdev_priv(dev);
}

static inline u16 sea_pvid(const struct sea *sea)
{
	return sea->dflt ? sea->dflt->pvid : 0;
}

/* Are clients counted?  With no SEA that does, the branch is patched out. */
static inline bool sea_is_accounting(const struct sea *sea)
{
	return static_branch_unlikely(&sea_accounting) &&
	       unlikely(rcu_access_pointer(sea->accounts));
}

/* Context: BH disabled. */
static inline void sea_count(const struct sea *sea, unsigned int stat, unsigned int n)
{
	struct sea_stats *stats = this_cpu_ptr(sea->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->count[stat], n);
	u64_stats_update_end(&stats->syncp);
}

/* ---- forwarding (forward.c) ---- */

/* A frame on its way */
struct sea_pass {
	struct sea *sea;
	const struct sea_table *table;
	struct sea_port *in;		/* NULL: from the SEA's own interface */
	const struct sea_side *side;	/* of that port */
	u32 options;
	unsigned int frames;		/* as many as it is on the wire */
	bool large;			/* it is taken apart on its way there */
	struct sea_frame frame;
	struct sea_verdict verdict;
};

/* Of a frame in a thread's queue */
struct sea_skb_cb {
	struct sea *sea;
	const struct sea_side *side;	/* where it was counted as received */
};

#define SEA_SKB_CB(skb)	((struct sea_skb_cb *)(skb)->cb)

/* What is not dropped, of the outside's and of the SEA's own */
static inline void sea_account_receiver(const struct sea_pass *pass, const struct sk_buff *skb,
					u8 to, unsigned int frames)
{
	if (sea_is_accounting(pass->sea) && to == SEA_TO_TRUNK && !pass->frame.group)
		sea_account_to(pass->sea, pass->verdict.vid, skb, frames);
}

rx_handler_result_t sea_handle_frame(struct sk_buff **pskb);
void sea_forward_queued(struct sk_buff *skb);
void sea_forward_local(struct sea *sea, struct sk_buff *skb);
void sea_send(struct sea *sea, struct sk_buff *skb, const struct sea_port *out,
	      const struct sea_side *side);

/* ---- frames of other partitions (repair.c) ---- */

void sea_repair(struct sk_buff *skb, unsigned int mtu);

/* ---- frames that are too long (oversize.c) ---- */

void sea_oversize_init(struct sea_port *port);
void sea_oversize(struct sea_pass *pass, struct sk_buff *skb, struct sea_port *out);

/* ---- what the offloads of an adapter need (offload.c) ---- */

struct sk_buff *sea_segment(struct sk_buff *skb, netdev_features_t features);
void sea_skip_inner_tags(struct sk_buff *skb);

/* ---- the interface (dev.c) ---- */

extern const struct ethtool_ops sea_ethtool_ops;

void sea_setup(struct net_device *dev);
bool sea_is_sea(const struct net_device *dev);
void sea_update_options(struct sea *sea);
void sea_update_carrier(struct sea *sea);
void sea_update_mtu(struct sea *sea);
void sea_update_features(struct sea *sea);
void sea_update_address(struct sea *sea);
int sea_configure(struct sea *sea, const struct sea_config *config,
		  struct netlink_ext_ack *extack);

/* ---- control (bridge.c, netlink.c, genl.c, notify.c) ---- */

int sea_bridge_setlink(struct net_device *dev, struct nlmsghdr *nlh, u16 flags,
		       struct netlink_ext_ack *extack);
int sea_bridge_dellink(struct net_device *dev, struct nlmsghdr *nlh, u16 flags);
int sea_bridge_getlink(struct sk_buff *skb, u32 portid, u32 seq, struct net_device *dev,
		       u32 filter_mask, int nlflags);
size_t sea_bridge_size(const struct net_device *dev);
void sea_bridge_notify(const struct sea_port *port, u16 type);

extern struct rtnl_link_ops sea_link_ops;

int sea_genl_register(void);
void sea_genl_unregister(void);
void sea_event(const struct sea *sea, enum sea_event event, const struct net_device *port,
	       gfp_t gfp);
void sea_changed(const struct sea *sea, enum sea_event event, const struct net_device *port);

extern struct notifier_block sea_notifier;

#endif /* _SEA_H */
