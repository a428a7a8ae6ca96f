// SPDX-License-Identifier: GPL-2.0
/*
 * Generic netlink family "sea": state, counters, threads, clients, and events.
 */
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "sea.h"

/* A port with every second VLAN */
#define SEA_DUMP_SIZE	(64 * 1024 - 1)

static struct genl_family sea_genl_family;

/* Changes of what can be dumped, so that a dump knows whether it is of one time; RTNL */
static unsigned int sea_changes = 1;

static const struct nla_policy sea_genl_policy[SEA_A_MAX + 1] = {
	[SEA_A_IFINDEX]	= { .type = NLA_U32 },
	[SEA_A_IFNAME]	= { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
};

/* ---- what the messages are made of ---- */

static int sea_put_dev(struct sk_buff *skb, struct sea *sea)
{
	struct nlattr *nest = nla_nest_start(skb, SEA_A_DEV);
	u32 trunks = 0;
	unsigned int i;

	for (i = 0; i < SEA_TRUNKS_MAX; i++)
		trunks |= sea->trunk[i] ? BIT(i) : 0;
	if (!nest || nla_put_u8(skb, SEA_A_DEV_UP, netif_running(sea->dev)) ||
	    nla_put_u16(skb, SEA_A_DEV_PVID, sea_pvid(sea)) ||
	    nla_put_u32(skb, SEA_A_DEV_REAL, sea->real ? sea->real->dev->ifindex : 0) ||
	    nla_put_u32(skb, SEA_A_DEV_DEFAULT, sea->dflt ? sea->dflt->dev->ifindex : 0) ||
	    nla_put_u32(skb, SEA_A_DEV_TRUNKS, trunks) ||
	    nla_put_u32(skb, SEA_A_DEV_ACTIVE, sea->active) ||
	    nla_put_u32(skb, SEA_A_DEV_CLIENTS, sea_accounts_count(sea)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int sea_put_stats(struct sk_buff *skb, struct sea *sea)
{
	struct nlattr *nest = nla_nest_start(skb, SEA_A_STATS);
	u64 count[SEA_A_STATS_MAX + 1];
	unsigned int i;

	if (!nest)
		return -EMSGSIZE;
	sea_stats_read(sea, count);
	for (i = SEA_STAT_FIRST; i <= SEA_A_STATS_MAX; i++)
		if (nla_put_u64_64bit(skb, i, count[i], SEA_A_STATS_PAD))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int sea_put_range(struct sk_buff *skb, unsigned int first, unsigned int last)
{
	struct nlattr *nest = nla_nest_start(skb, SEA_A_PORT_VLAN);

	if (!nest || nla_put_u16(skb, SEA_A_VLAN_FIRST, first) ||
	    nla_put_u16(skb, SEA_A_VLAN_LAST, last))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int sea_put_trunk(struct sk_buff *skb, const struct sea_port *port)
{
	const struct sea *sea = port->sea;
	unsigned int first, end;

	if (nla_put_u8(skb, SEA_A_PORT_ORDER, port->order) ||
	    nla_put_u8(skb, SEA_A_PORT_PRIORITY, port->priority) ||
	    nla_put_u8(skb, SEA_A_PORT_DEFAULT, sea->dflt == port) ||
	    nla_put_u8(skb, SEA_A_PORT_ACTIVE, !!(sea->active & BIT(port->order))) ||
	    nla_put_u8(skb, SEA_A_PORT_FIRMWARE, port->firmware) ||
	    nla_put_u16(skb, SEA_A_PORT_PVID, port->pvid))
		return -EMSGSIZE;
	for_each_set_bitrange(first, end, port->vids, VLAN_N_VID)
		if (sea_put_range(skb, first, end - 1))
			return -EMSGSIZE;
	return 0;
}

static int sea_put_port(struct sk_buff *skb, const struct sea_port *port)
{
	struct nlattr *nest = nla_nest_start(skb, SEA_A_PORT);

	if (!nest || nla_put_u32(skb, SEA_A_PORT_IFINDEX, port->dev->ifindex) ||
	    nla_put_string(skb, SEA_A_PORT_IFNAME, port->dev->name) ||
	    nla_put_u8(skb, SEA_A_PORT_ROLE, port->role) ||
	    nla_put_u8(skb, SEA_A_PORT_READY, sea_port_ready(port)) ||
	    (port->role == SEA_PORT_TRUNK && sea_put_trunk(skb, port)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int sea_put_queue(struct sk_buff *skb, const struct sea_queue_info *info)
{
	u64 queued = info->frames + info->queued;
	u32 average = queued ? div64_u64(info->found, queued) : 0;
	struct nlattr *nest = nla_nest_start(skb, SEA_A_THREAD);

	if (!nest || nla_put_u32(skb, SEA_A_THREAD_ID, info->thread) ||
	    nla_put_u8(skb, SEA_A_THREAD_WAY, info->way) ||
	    nla_put_u8(skb, SEA_A_THREAD_QUEUE, info->queue) ||
	    nla_put_u32(skb, SEA_A_THREAD_QUEUED, info->queued) ||
	    nla_put_u32(skb, SEA_A_THREAD_QUEUED_MAX, info->queued_max) ||
	    nla_put_u32(skb, SEA_A_THREAD_QUEUED_AVG, average) ||
	    nla_put_u64_64bit(skb, SEA_A_THREAD_FRAMES, info->frames, SEA_A_THREAD_PAD) ||
	    nla_put_u64_64bit(skb, SEA_A_THREAD_DROPPED, info->dropped, SEA_A_THREAD_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int sea_put_client(struct sk_buff *skb, const struct sea_client_info *info)
{
	struct nlattr *nest = nla_nest_start(skb, SEA_A_CLIENT);

	if (!nest || nla_put(skb, SEA_A_CLIENT_MAC, ETH_ALEN, info->mac) ||
	    nla_put_u16(skb, SEA_A_CLIENT_VID, info->vid) ||
	    (info->trunk != SEA_ORDER_NONE &&
	     nla_put_u8(skb, SEA_A_CLIENT_TRUNK, info->trunk)) ||
	    nla_put_u8(skb, SEA_A_CLIENT_PCP, info->pcp) ||
	    nla_put_u32(skb, SEA_A_CLIENT_IDLE, info->idle) ||
	    nla_put_u64_64bit(skb, SEA_A_CLIENT_FROM_FRAMES, info->from_frames,
			      SEA_A_CLIENT_PAD) ||
	    nla_put_u64_64bit(skb, SEA_A_CLIENT_FROM_BYTES, info->from_bytes, SEA_A_CLIENT_PAD) ||
	    nla_put_u64_64bit(skb, SEA_A_CLIENT_TO_FRAMES, info->to_frames, SEA_A_CLIENT_PAD) ||
	    nla_put_u64_64bit(skb, SEA_A_CLIENT_TO_BYTES, info->to_bytes, SEA_A_CLIENT_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* ---- messages ---- */

/* Where a message goes, and what it answers; @cb: the dump it is part of, or NULL */
struct sea_message {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	u32 portid, seq;
	int flags;
	u8 cmd;
};

static void *sea_message_begin(const struct sea_message *msg, const struct sea *sea)
{
	void *hdr = genlmsg_put(msg->skb, msg->portid, msg->seq, &sea_genl_family, msg->flags,
				msg->cmd);

	if (!hdr)
		return NULL;
	if (msg->cb)
		genl_dump_check_consistent(msg->cb, hdr);
	if (nla_put_u32(msg->skb, SEA_A_IFINDEX, sea->dev->ifindex) ||
	    nla_put_string(msg->skb, SEA_A_IFNAME, sea->dev->name)) {
		genlmsg_cancel(msg->skb, hdr);
		return NULL;
	}
	return hdr;
}

static int sea_message_end(const struct sea_message *msg, void *hdr, int err)
{
	if (err)
		genlmsg_cancel(msg->skb, hdr);
	else
		genlmsg_end(msg->skb, hdr);
	return err;
}

/* Message @n of a SEA for a command; -ENOENT: there are no more. */
typedef int sea_fill_fn(const struct sea_message *msg, struct sea *sea, unsigned long n);

static int sea_fill_dev(const struct sea_message *msg, struct sea *sea, unsigned long n)
{
	void *hdr;

	if (n)
		return -ENOENT;
	hdr = sea_message_begin(msg, sea);
	return hdr ? sea_message_end(msg, hdr, sea_put_dev(msg->skb, sea)) : -EMSGSIZE;
}

static int sea_fill_stats(const struct sea_message *msg, struct sea *sea, unsigned long n)
{
	void *hdr;

	if (n)
		return -ENOENT;
	hdr = sea_message_begin(msg, sea);
	return hdr ? sea_message_end(msg, hdr, sea_put_stats(msg->skb, sea)) : -EMSGSIZE;
}

static int sea_fill_port(const struct sea_message *msg, struct sea *sea, unsigned long n)
{
	const struct sea_port *port;
	void *hdr;

	list_for_each_entry(port, &sea->ports, list) {
		if (n--)
			continue;
		hdr = sea_message_begin(msg, sea);
		return hdr ? sea_message_end(msg, hdr, sea_put_port(msg->skb, port)) : -EMSGSIZE;
	}
	return -ENOENT;
}

static int sea_fill_queue(const struct sea_message *msg, struct sea *sea, unsigned long n)
{
	struct sea_queue_info info;
	void *hdr;

	if (!sea_queue_info(sea, n, &info))
		return -ENOENT;
	hdr = sea_message_begin(msg, sea);
	return hdr ? sea_message_end(msg, hdr, sea_put_queue(msg->skb, &info)) : -EMSGSIZE;
}

/* ---- which SEA ---- */

static struct sea *sea_from_attrs(struct net *net, struct nlattr **attrs,
				  struct netlink_ext_ack *extack)
{
	struct net_device *dev = NULL;

	if (attrs[SEA_A_IFINDEX])
		dev = __dev_get_by_index(net, nla_get_u32(attrs[SEA_A_IFINDEX]));
	else if (attrs[SEA_A_IFNAME])
		dev = __dev_get_by_name(net, nla_data(attrs[SEA_A_IFNAME]));
	else
		NL_SET_ERR_MSG_MOD(extack, "which SEA: its ifindex or its name is missing");
	if (dev && sea_is_sea(dev))
		return sea_priv(dev);
	if (dev)
		NL_SET_ERR_MSG_MOD(extack, "the device is not a SEA");
	return ERR_PTR(dev ? -EINVAL : -ENODEV);
}

/* ---- one SEA ---- */

static int sea_reply(struct genl_info *info, sea_fill_fn *fill)
{
	struct sea_message msg = {
		.portid	= info->snd_portid,
		.seq	= info->snd_seq,
		.cmd	= info->genlhdr->cmd,
	};
	struct sea *sea;
	int err;

	msg.skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg.skb)
		return -ENOMEM;
	rtnl_lock();
	sea = sea_from_attrs(genl_info_net(info), info->attrs, info->extack);
	err = IS_ERR(sea) ? PTR_ERR(sea) : fill(&msg, sea, 0);
	rtnl_unlock();
	if (err) {
		nlmsg_free(msg.skb);
		return err;
	}
	return genlmsg_reply(msg.skb, info);
}

static int sea_dev_get(struct sk_buff *skb, struct genl_info *info)
{
	return sea_reply(info, sea_fill_dev);
}

static int sea_stats_get(struct sk_buff *skb, struct genl_info *info)
{
	return sea_reply(info, sea_fill_stats);
}

static int sea_stats_do_reset(struct sk_buff *skb, struct genl_info *info)
{
	struct sea *sea;

	rtnl_lock();
	sea = sea_from_attrs(genl_info_net(info), info->attrs, info->extack);
	if (!IS_ERR(sea))
		sea_stats_reset(sea);
	rtnl_unlock();
	return PTR_ERR_OR_ZERO(sea);
}

/* ---- dumps ---- */

/* Where a dump goes on: of the SEAs, which, and where in it */
struct sea_dump {
	unsigned long dev, n, skip;
};

static struct sea_dump *sea_dump_of(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct sea_dump) > sizeof(cb->ctx));
	return (struct sea_dump *)cb->ctx;
}

static int sea_dump_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = SEA_DUMP_SIZE;
	return 0;
}

static int sea_dump_all(const struct sea_message *msg, struct sea *sea, struct sea_dump *at,
			sea_fill_fn *fill)
{
	int err;

	for (;; at->n++) {
		err = fill(msg, sea, at->n);
		if (err)
			return err == -ENOENT ? 0 : err;
	}
}

struct sea_client_dump {
	const struct sea_message *msg;
	struct sea *sea;
};

static int sea_dump_client(void *arg, const struct sea_client_info *info)
{
	const struct sea_client_dump *dump = arg;
	void *hdr = sea_message_begin(dump->msg, dump->sea);

	return hdr ? sea_message_end(dump->msg, hdr, sea_put_client(dump->msg->skb, info)) :
		     -EMSGSIZE;
}

/* Clients of a SEA; @fill is not used. */
static int sea_dump_clients(const struct sea_message *msg, struct sea *sea,
			    struct sea_dump *at)
{
	struct sea_client_dump dump = { .msg = msg, .sea = sea };

	return sea_accounts_walk(sea, &at->n, &at->skip, sea_dump_client, &dump);
}

static int sea_dump_one(const struct sea_message *msg, struct sea *sea, struct sea_dump *at,
			sea_fill_fn *fill)
{
	return fill ? sea_dump_all(msg, sea, at, fill) : sea_dump_clients(msg, sea, at);
}

static int sea_dump_net(const struct sea_message *msg, struct net *net, struct sea *only,
			struct sea_dump *at, sea_fill_fn *fill)
{
	struct net_device *dev;
	unsigned long i = 0;
	int err;

	for_each_netdev(net, dev) {
		if (!sea_is_sea(dev) || (only && sea_priv(dev) != only) || i++ < at->dev)
			continue;
		err = sea_dump_one(msg, sea_priv(dev), at, fill);
		if (err)
			return err;
		at->dev++;
		at->n = 0;
		at->skip = 0;
	}
	return 0;
}

static int sea_dump(struct sk_buff *skb, struct netlink_callback *cb, sea_fill_fn *fill)
{
	struct sea_message msg = {
		.skb	= skb,
		.cb	= cb,
		.portid	= NETLINK_CB(cb->skb).portid,
		.seq	= cb->nlh->nlmsg_seq,
		.flags	= NLM_F_MULTI,
		.cmd	= ((struct genlmsghdr *)nlmsg_data(cb->nlh))->cmd,
	};
	struct net *net = sock_net(skb->sk);
	struct nlattr *attrs[SEA_A_MAX + 1];
	struct sea *only = NULL;
	int err;

	err = genlmsg_parse(cb->nlh, &sea_genl_family, attrs, SEA_A_MAX, sea_genl_policy,
			    cb->extack);
	if (err)
		return err;
	rtnl_lock();
	cb->seq = sea_changes;
	if (attrs[SEA_A_IFINDEX] || attrs[SEA_A_IFNAME])
		only = sea_from_attrs(net, attrs, cb->extack);
	if (IS_ERR(only))
		err = PTR_ERR(only);
	else
		err = sea_dump_net(&msg, net, only, sea_dump_of(cb), fill);
	rtnl_unlock();
	return err == -EMSGSIZE && skb->len ? skb->len : err ?: skb->len;
}

static int sea_dev_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return sea_dump(skb, cb, sea_fill_dev);
}

static int sea_port_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return sea_dump(skb, cb, sea_fill_port);
}

static int sea_stats_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return sea_dump(skb, cb, sea_fill_stats);
}

static int sea_thread_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return sea_dump(skb, cb, sea_fill_queue);
}

static int sea_client_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return sea_dump(skb, cb, NULL);
}

/* ---- the family ---- */

static const struct genl_ops sea_genl_ops[] = {
	{
		.cmd	= SEA_CMD_DEV_GET,
		.doit	= sea_dev_get,
		.dumpit	= sea_dev_dump,
	},
	{
		.cmd	= SEA_CMD_PORT_GET,
		.start	= sea_dump_start,
		.dumpit	= sea_port_dump,
	},
	{
		.cmd	= SEA_CMD_STATS_GET,
		.doit	= sea_stats_get,
		.dumpit	= sea_stats_dump,
	},
	{
		.cmd	= SEA_CMD_STATS_RESET,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= sea_stats_do_reset,
	},
	{
		.cmd	= SEA_CMD_THREAD_GET,
		.dumpit	= sea_thread_dump,
	},
	{
		.cmd	= SEA_CMD_CLIENT_GET,
		.flags	= GENL_UNS_ADMIN_PERM,
		.dumpit	= sea_client_dump,
	},
};

static const struct genl_multicast_group sea_genl_groups[] = {
	{ .name = SEA_GENL_MCGRP_EVENTS },
};

static struct genl_family sea_genl_family __ro_after_init = {
	.name		= SEA_GENL_NAME,
	.version	= SEA_GENL_VERSION,
	.maxattr	= SEA_A_MAX,
	.policy		= sea_genl_policy,
	.netnsok	= true,
	.module		= THIS_MODULE,
	.ops		= sea_genl_ops,
	.n_ops		= ARRAY_SIZE(sea_genl_ops),
	.resv_start_op	= SEA_CMD_UNSPEC,
	.mcgrps		= sea_genl_groups,
	.n_mcgrps	= ARRAY_SIZE(sea_genl_groups),
};

int __init sea_genl_register(void)
{
	return genl_register_family(&sea_genl_family);
}

void sea_genl_unregister(void)
{
	genl_unregister_family(&sea_genl_family);
}

/* ---- events ---- */

static int sea_put_event(struct sk_buff *skb, enum sea_event event,
			 const struct net_device *port)
{
	struct nlattr *nest;

	if (nla_put_u32(skb, SEA_A_EVENT, event))
		return -EMSGSIZE;
	if (!port)
		return 0;
	nest = nla_nest_start(skb, SEA_A_PORT);
	if (!nest || nla_put_u32(skb, SEA_A_PORT_IFINDEX, port->ifindex) ||
	    nla_put_string(skb, SEA_A_PORT_IFNAME, port->name))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * sea_event() - tell who listens to the group "events"
 * @sea: the SEA
 * @event: what happened
 * @port: to which port, or NULL
 * @gfp: for the message; without memory nobody is told
 *
 * Context: any that @gfp allows.
 */
void sea_event(const struct sea *sea, enum sea_event event, const struct net_device *port,
	       gfp_t gfp)
{
	struct sea_message msg = { .cmd = SEA_CMD_EVENT };
	void *hdr;

	msg.skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, gfp);
	if (!msg.skb)
		return;
	hdr = sea_message_begin(&msg, sea);
	if (!hdr || sea_message_end(&msg, hdr, sea_put_event(msg.skb, event, port))) {
		nlmsg_free(msg.skb);
		return;
	}
	genlmsg_multicast_netns(&sea_genl_family, dev_net(sea->dev), msg.skb, 0, 0, gfp);
}

/**
 * sea_changed() - tell of a change of what can be dumped, and let dumps under way know
 * @sea: the SEA
 * @event: what happened
 * @port: to which port, or NULL
 *
 * A dump that began before says NLM_F_DUMP_INTR.
 *
 * Context: RTNL; may sleep.
 */
void sea_changed(const struct sea *sea, enum sea_event event, const struct net_device *port)
{
	ASSERT_RTNL();
	/* 0 is a dump that has just begun. */
	if (!++sea_changes)
		sea_changes = 1;
	sea_event(sea, event, port, GFP_KERNEL);
}
