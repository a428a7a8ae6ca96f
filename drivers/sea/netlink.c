// SPDX-License-Identifier: GPL-2.0
/*
 * "ip link add|set|show type sea", and of ports "type sea_slave".
 */
#include <linux/rtnetlink.h>
#include <net/pkt_sched.h>
#include <net/rtnetlink.h>
#include <net/sch_generic.h>

#include "sea.h"

#define SEA_BOOL	NLA_POLICY_MAX(NLA_U8, 1)

static const struct nla_policy sea_policy[IFLA_SEA_MAX + 1] = {
	[IFLA_SEA_PVID_LEAK]		= SEA_BOOL,
	[IFLA_SEA_TAGGED_PVID]		= SEA_BOOL,
	[IFLA_SEA_FRAG]			= SEA_BOOL,
	[IFLA_SEA_LARGESEND]		= SEA_BOOL,
	[IFLA_SEA_LARGE_RECEIVE]	= SEA_BOOL,
	[IFLA_SEA_THREAD]		= SEA_BOOL,
	[IFLA_SEA_NTHREADS]		= NLA_POLICY_RANGE(NLA_U32, 1, SEA_NTHREADS_MAX),
	[IFLA_SEA_QUEUE_SIZE]		= { .type = NLA_U32 },
	[IFLA_SEA_QOS_MODE]		= NLA_POLICY_MAX(NLA_U8, SEA_QOS_LOOSE),
	[IFLA_SEA_ACCOUNTING]		= SEA_BOOL,
	[IFLA_SEA_CLIENTS_MAX]		= { .type = NLA_U32 },
	[IFLA_SEA_PVID]			= { .type = NLA_REJECT },
	[IFLA_SEA_REAL]			= { .type = NLA_REJECT },
	[IFLA_SEA_DEFAULT]		= { .type = NLA_REJECT },
	[IFLA_SEA_TRUNKS]		= { .type = NLA_REJECT },
	[IFLA_SEA_ACTIVE]		= { .type = NLA_REJECT },
};

static const struct nla_policy sea_port_policy[IFLA_SEA_PORT_MAX + 1] = {
	[IFLA_SEA_PORT_ROLE]		= NLA_POLICY_MAX(NLA_U8, SEA_PORT_CTL),
	[IFLA_SEA_PORT_ORDER]		= NLA_POLICY_MAX(NLA_U8, SEA_TRUNKS_MAX - 1),
	[IFLA_SEA_PORT_PRIORITY]	= NLA_POLICY_RANGE(NLA_U8, 1, SEA_PRIORITY_MAX),
	[IFLA_SEA_PORT_DEFAULT]		= SEA_BOOL,
	[IFLA_SEA_PORT_ACTIVE]		= SEA_BOOL,
	[IFLA_SEA_PORT_READY]		= { .type = NLA_REJECT },
	[IFLA_SEA_PORT_PVID]		= { .type = NLA_REJECT },
	[IFLA_SEA_PORT_VLANS]		= { .type = NLA_REJECT },
	[IFLA_SEA_PORT_FIRMWARE]	= { .type = NLA_REJECT },
};

/* ---- the SEA ---- */

static void sea_read_bool(struct nlattr *attr, bool *value)
{
	if (attr)
		*value = nla_get_u8(attr);
}

static void sea_read_u32(struct nlattr *attr, u32 *value)
{
	if (attr)
		*value = nla_get_u32(attr);
}

static void sea_read_config(struct nlattr **data, struct sea_config *config)
{
	sea_read_bool(data[IFLA_SEA_PVID_LEAK], &config->pvid_leak);
	sea_read_bool(data[IFLA_SEA_TAGGED_PVID], &config->tagged_pvid);
	sea_read_bool(data[IFLA_SEA_FRAG], &config->frag);
	sea_read_bool(data[IFLA_SEA_LARGESEND], &config->largesend);
	sea_read_bool(data[IFLA_SEA_LARGE_RECEIVE], &config->large_receive);
	sea_read_bool(data[IFLA_SEA_THREAD], &config->thread);
	sea_read_u32(data[IFLA_SEA_NTHREADS], &config->nthreads);
	sea_read_u32(data[IFLA_SEA_QUEUE_SIZE], &config->queue_size);
	if (data[IFLA_SEA_QOS_MODE])
		config->qos_mode = nla_get_u8(data[IFLA_SEA_QOS_MODE]);
	sea_read_bool(data[IFLA_SEA_ACCOUNTING], &config->accounting);
	sea_read_u32(data[IFLA_SEA_CLIENTS_MAX], &config->clients_max);
}

struct sea_class_walk {
	struct qdisc_walker walker;
	unsigned long class;
};

static int sea_class_seen(struct Qdisc *q, unsigned long class, struct qdisc_walker *walker)
{
	container_of(walker, struct sea_class_walk, walker)->class = class;
	return 0;
}

/*
 * A queueing discipline that may look at priorities: one with several classes, or such a one
 * within others with one class, as tbf.  mq is there for any adapter.  Others, as fq_codel,
 * have classes to look at only.
 */
static bool sea_has_classes(const struct net_device *dev)
{
	struct Qdisc *q = rtnl_dereference(dev->qdisc);

	while (q) {
		struct sea_class_walk walk = { .walker.fn = sea_class_seen };
		const struct Qdisc_class_ops *ops = q->ops->cl_ops;

		if (!ops || !ops->graft || !strcmp(q->ops->id, "mq"))
			return false;
		ops->walk(q, &walk.walker);
		if (walk.walker.count > 1)
			return true;
		q = walk.walker.count ? ops->leaf(q, walk.class) : NULL;
	}
	return false;
}

static int sea_check_config(const struct sea *sea, const struct sea_config *config,
			    struct netlink_ext_ack *extack)
{
	if (config->queue_size < SEA_QUEUE_SIZE_MIN || config->queue_size > SEA_QUEUE_SIZE_MAX) {
		sea_refuse(extack, sea->dev, "queue_size is 16 to 65536", "%u",
			   config->queue_size);
		return -ERANGE;
	}
	if (!config->clients_max || config->clients_max > SEA_CLIENTS_LIMIT) {
		sea_refuse(extack, sea->dev, "clients_max is 1 to 65536", "%u",
			   config->clients_max);
		return -ERANGE;
	}
	if (config->qos_mode == sea->config.qos_mode && config->thread == sea->config.thread)
		return 0;
	if (config->qos_mode != SEA_QOS_DISABLED && !config->thread &&
	    !(sea->real && sea_has_classes(sea->real->dev))) {
		sea_refuse(extack, sea->dev,
			   "qos_mode has no queue to act on: it needs thread 1, or a classful qdisc on the real adapter",
			   "%u", config->qos_mode);
		return -EINVAL;
	}
	return 0;
}

static int sea_new_config(const struct sea *sea, struct nlattr *data[],
			  struct sea_config *config, struct netlink_ext_ack *extack)
{
	*config = sea->config;
	if (data)
		sea_read_config(data, config);
	return sea_check_config(sea, config, extack);
}

static int sea_changelink(struct net_device *dev, struct nlattr *tb[], struct nlattr *data[],
			  struct netlink_ext_ack *extack)
{
	struct sea *sea = sea_priv(dev);
	struct sea_config config;
	int err = sea_new_config(sea, data, &config, extack);

	if (err || !data)
		return err;
	err = sea_configure(sea, &config, extack);
	/* Without memory, something may have been switched off. */
	sea_changed(sea, SEA_EVENT_CHANGED, NULL);
	return err;
}

static int sea_validate(struct nlattr *tb[], struct nlattr *data[],
			struct netlink_ext_ack *extack)
{
	if (!tb[IFLA_ADDRESS])
		return 0;
	if (nla_len(tb[IFLA_ADDRESS]) != ETH_ALEN ||
	    !is_valid_ether_addr(nla_data(tb[IFLA_ADDRESS]))) {
		NL_SET_ERR_MSG_MOD(extack, "not a unicast Ethernet address");
		return -EADDRNOTAVAIL;
	}
	return 0;
}

static int sea_newlink(struct net *src_net, struct net_device *dev, struct nlattr *tb[],
		       struct nlattr *data[], struct netlink_ext_ack *extack)
{
	struct sea *sea = sea_priv(dev);
	struct sea_config config;
	int err = register_netdevice(dev);

	if (err)
		return err;
	err = sea_new_config(sea, data, &config, extack) ?: sea_configure(sea, &config, extack);
	if (err) {
		unregister_netdevice(dev);
		return err;
	}
	sea_changed(sea, SEA_EVENT_CREATED, NULL);
	return 0;
}

static size_t sea_get_size(const struct net_device *dev)
{
	return IFLA_SEA_MAX * nla_total_size(sizeof(u32));
}

static u32 sea_ifindex(const struct sea_port *port)
{
	return port ? port->dev->ifindex : 0;
}

static u32 sea_trunks(const struct sea *sea)
{
	u32 trunks = 0;
	unsigned int i;

	for (i = 0; i < SEA_TRUNKS_MAX; i++)
		if (sea->trunk[i])
			trunks |= BIT(i);
	return trunks;
}

static int sea_fill_config(struct sk_buff *skb, const struct sea_config *config)
{
	return nla_put_u8(skb, IFLA_SEA_PVID_LEAK, config->pvid_leak) ?:
	       nla_put_u8(skb, IFLA_SEA_TAGGED_PVID, config->tagged_pvid) ?:
	       nla_put_u8(skb, IFLA_SEA_FRAG, config->frag) ?:
	       nla_put_u8(skb, IFLA_SEA_LARGESEND, config->largesend) ?:
	       nla_put_u8(skb, IFLA_SEA_LARGE_RECEIVE, config->large_receive) ?:
	       nla_put_u8(skb, IFLA_SEA_THREAD, config->thread) ?:
	       nla_put_u32(skb, IFLA_SEA_NTHREADS, config->nthreads) ?:
	       nla_put_u32(skb, IFLA_SEA_QUEUE_SIZE, config->queue_size) ?:
	       nla_put_u8(skb, IFLA_SEA_QOS_MODE, config->qos_mode) ?:
	       nla_put_u8(skb, IFLA_SEA_ACCOUNTING, config->accounting) ?:
	       nla_put_u32(skb, IFLA_SEA_CLIENTS_MAX, config->clients_max);
}

static int sea_fill_info(struct sk_buff *skb, const struct net_device *dev)
{
	const struct sea *sea = sea_priv(dev);

	return sea_fill_config(skb, &sea->config) ?:
	       nla_put_u16(skb, IFLA_SEA_PVID, sea_pvid(sea)) ?:
	       nla_put_u32(skb, IFLA_SEA_REAL, sea_ifindex(sea->real)) ?:
	       nla_put_u32(skb, IFLA_SEA_DEFAULT, sea_ifindex(sea->dflt)) ?:
	       nla_put_u32(skb, IFLA_SEA_TRUNKS, sea_trunks(sea)) ?:
	       nla_put_u32(skb, IFLA_SEA_ACTIVE, sea->active);
}

/* ---- a port ---- */

static u8 sea_read_u8(struct nlattr **data, int type, struct sea_port_change *change)
{
	if (!data[type])
		return 0;
	change->mask |= BIT(type);
	return nla_get_u8(data[type]);
}

static int sea_slave_changelink(struct net_device *dev, struct net_device *slave,
				struct nlattr *tb[], struct nlattr *data[],
				struct netlink_ext_ack *extack)
{
	struct sea_port *port = sea_port_get_rtnl(slave);
	struct sea_port_change change = { };

	if (!port || !data)
		return 0;
	change.role = sea_read_u8(data, IFLA_SEA_PORT_ROLE, &change);
	change.order = sea_read_u8(data, IFLA_SEA_PORT_ORDER, &change);
	change.priority = sea_read_u8(data, IFLA_SEA_PORT_PRIORITY, &change);
	change.dflt = sea_read_u8(data, IFLA_SEA_PORT_DEFAULT, &change);
	change.active = sea_read_u8(data, IFLA_SEA_PORT_ACTIVE, &change);
	return sea_port_change(port, &change, extack);
}

static size_t sea_get_slave_size(const struct net_device *dev, const struct net_device *slave)
{
	/* For a dump of bridges, too: there is no other place for it. */
	return IFLA_SEA_PORT_MAX * nla_total_size(sizeof(u32)) + sea_bridge_size(slave);
}

static int sea_fill_trunk(struct sk_buff *skb, const struct sea_port *port)
{
	const struct sea *sea = port->sea;

	return nla_put_u8(skb, IFLA_SEA_PORT_ORDER, port->order) ?:
	       nla_put_u8(skb, IFLA_SEA_PORT_PRIORITY, port->priority) ?:
	       nla_put_u8(skb, IFLA_SEA_PORT_DEFAULT, sea->dflt == port) ?:
	       nla_put_u8(skb, IFLA_SEA_PORT_ACTIVE, !!(sea->active & BIT(port->order))) ?:
	       nla_put_u16(skb, IFLA_SEA_PORT_PVID, port->pvid) ?:
	       nla_put_u32(skb, IFLA_SEA_PORT_VLANS, bitmap_weight(port->vids, VLAN_N_VID)) ?:
	       nla_put_u8(skb, IFLA_SEA_PORT_FIRMWARE, port->firmware);
}

static int sea_fill_slave_info(struct sk_buff *skb, const struct net_device *dev,
			       const struct net_device *slave)
{
	const struct sea_port *port = sea_port_get_rtnl(slave);

	if (!port)
		return 0;
	return nla_put_u8(skb, IFLA_SEA_PORT_ROLE, port->role) ?:
	       nla_put_u8(skb, IFLA_SEA_PORT_READY, sea_port_ready(port)) ?:
	       (port->role == SEA_PORT_TRUNK ? sea_fill_trunk(skb, port) : 0);
}

struct rtnl_link_ops sea_link_ops = {
	.kind			= "sea",
	.priv_size		= sizeof(struct sea),
	.setup			= sea_setup,
	.maxtype		= IFLA_SEA_MAX,
	.policy			= sea_policy,
	.validate		= sea_validate,
	.newlink		= sea_newlink,
	.changelink		= sea_changelink,
	.dellink		= unregister_netdevice_queue,
	.get_size		= sea_get_size,
	.fill_info		= sea_fill_info,
	.slave_maxtype		= IFLA_SEA_PORT_MAX,
	.slave_policy		= sea_port_policy,
	.slave_changelink	= sea_slave_changelink,
	.get_slave_size		= sea_get_slave_size,
	.fill_slave_info	= sea_fill_slave_info,
};
