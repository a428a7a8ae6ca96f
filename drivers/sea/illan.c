// SPDX-License-Identifier: GPL-2.0
/*
 * Trunks whose firmware keeps one active trunk for each VLAN: adapters of type l-lan under
 * PowerVM.  A trunk takes the activity from another by claiming it; it cannot give it away
 * (LoPAR, "Backup Trunk Adapter Option").
 */
#include <linux/of.h>
#include <linux/rtnetlink.h>

#include "sea.h"

#define SEA_ILLAN_PERIOD	HZ

#if IS_ENABLED(CONFIG_IBMVIO)
#include <asm/hvcall.h>

#define SEA_ILLAN_ACTIVE	0x1UL
#define SEA_ILLAN_PRIORITY	0xf00UL
#define SEA_ILLAN_PRIORITY_SHIFT 8

static const struct device_node *sea_llan_node(const struct net_device *dev)
{
	const struct device *parent = dev->dev.parent;

	if (!parent || !of_device_is_compatible(parent->of_node, "IBM,l-lan"))
		return NULL;
	return parent->of_node;
}

static bool sea_llan_is_trunk(const struct net_device *dev)
{
	const struct device_node *node = sea_llan_node(dev);

	return node && of_find_property(node, "ibm,trunk-adapter", NULL);
}

/* H_ILLAN_ATTRIBUTES: clear @reset, set @set, and tell what there was before */
static int sea_llan_call(const struct net_device *dev, unsigned long reset,
			 unsigned long set, unsigned long *before)
{
	unsigned long retbuf[PLPAR_HCALL_BUFSIZE];
	u32 unit;
	long rc;

	if (of_property_read_u32(sea_llan_node(dev), "reg", &unit))
		return -ENODEV;
	rc = plpar_hcall(H_ILLAN_ATTRIBUTES, retbuf, unit, reset, set);
	*before = retbuf[0];
	if (rc == H_PARAMETER)
		return -EINVAL;
	return rc == H_SUCCESS ? 0 : -EIO;
}

static int sea_llan_get(const struct net_device *dev, u8 *priority, bool *active)
{
	unsigned long attrs;
	int err = sea_llan_call(dev, 0, 0, &attrs);

	if (err)
		return err;
	*priority = (attrs & SEA_ILLAN_PRIORITY) >> SEA_ILLAN_PRIORITY_SHIFT;
	*active = attrs & SEA_ILLAN_ACTIVE;
	return 0;
}

static int sea_llan_claim(const struct net_device *dev)
{
	unsigned long attrs;

	return sea_llan_call(dev, 0, SEA_ILLAN_ACTIVE, &attrs);
}

static int sea_llan_release(const struct net_device *dev)
{
	unsigned long attrs;

	return sea_llan_call(dev, SEA_ILLAN_ACTIVE, 0, &attrs);
}

static const struct sea_illan_ops sea_llan_ops = {
	.is_trunk	= sea_llan_is_trunk,
	.get		= sea_llan_get,
	.claim		= sea_llan_claim,
	.release	= sea_llan_release,
};

static const struct sea_illan_ops *sea_illan(void)
{
	return firmware_has_feature(FW_FEATURE_LPAR) ? &sea_llan_ops : NULL;
}
#else
static const struct sea_illan_ops *sea_illan(void)
{
	return NULL;
}
#endif

/**
 * sea_illan_is_trunk() - whether the firmware has an adapter as a trunk
 * @dev: the adapter
 *
 * Return: it has.
 */
bool sea_illan_is_trunk(const struct net_device *dev)
{
	const struct sea_illan_ops *ops = sea_illan();

	return ops && ops->is_trunk(dev);
}

static void sea_illan_note(struct sea_port *port, bool active)
{
	struct sea *sea = port->sea;
	u32 bit = BIT(port->order);

	WRITE_ONCE(sea->active, active ? sea->active | bit : sea->active & ~bit);
}

/**
 * sea_illan_attach() - learn from the firmware whether a trunk is the active one
 * @port: a port that becomes a trunk, and that sea_illan_is_trunk() knows
 *
 * To claim activity here could take it from a partner that serves clients.
 *
 * Context: RTNL.
 */
void sea_illan_attach(struct sea_port *port)
{
	u8 priority = port->priority;
	bool active = false;
	int err;

	WRITE_ONCE(port->firmware, true);
	err = sea_illan()->get(port->dev, &priority, &active);
	if (err)
		netdev_warn(port->dev, "the firmware does not tell about this trunk: error %d\n",
			    err);
	port->priority = priority;
	sea_illan_note(port, active);
	schedule_delayed_work(&port->sea->illan_work, SEA_ILLAN_PERIOD);
}

/**
 * sea_illan_set_active() - ask the firmware for a trunk's activity, or offer it
 * @port: a trunk the firmware knows
 * @active: what to ask for
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0, or an errno.
 */
int sea_illan_set_active(struct sea_port *port, bool active, struct netlink_ext_ack *extack)
{
	const struct sea_illan_ops *ops = sea_illan();
	int err;

	if (!ops)
		return -EOPNOTSUPP;
	err = active ? ops->claim(port->dev) : ops->release(port->dev);
	if (!err)
		return 0;
	if (active)
		sea_refuse(extack, port->dev,
			   "the firmware does not make this trunk the active one", "error %d", err);
	else
		sea_refuse(extack, port->dev,
			   "the firmware takes activity only for another trunk that claims it",
			   "error %d", err);
	return err;
}

/* The firmware gives activity to who claims it, and from who has gone. */
static void sea_illan_check(struct sea_port *port)
{
	struct sea *sea = port->sea;
	bool was = sea->active & BIT(port->order);
	bool active;
	u8 priority;

	if (sea_illan()->get(port->dev, &priority, &active) ||
	    (active == was && priority == port->priority))
		return;
	port->priority = priority;
	sea_illan_note(port, active);
	if (active && !was)
		netdev_info(port->dev, "this trunk has become the active one\n");
	else if (was && !active)
		netdev_warn(port->dev, "another trunk took the activity of this one\n");
	sea_changed(sea, was && !active ? SEA_EVENT_ACTIVE_LOST : SEA_EVENT_PORT_CHANGED,
		    port->dev);
}

static void sea_illan_work(struct work_struct *work)
{
	struct sea *sea = container_of(work, struct sea, illan_work.work);
	bool again = false;
	unsigned int i;

	/* Who stops this work holds RTNL and waits for it. */
	if (!rtnl_trylock()) {
		schedule_delayed_work(&sea->illan_work, 1);
		return;
	}
	for (i = 0; i < SEA_TRUNKS_MAX; i++) {
		if (!sea->trunk[i] || !sea->trunk[i]->firmware)
			continue;
		sea_illan_check(sea->trunk[i]);
		again = true;
	}
	if (again)
		schedule_delayed_work(&sea->illan_work, SEA_ILLAN_PERIOD);
	rtnl_unlock();
}

/**
 * sea_illan_init() - before a SEA is used
 * @sea: the SEA
 */
void sea_illan_init(struct sea *sea)
{
	INIT_DELAYED_WORK(&sea->illan_work, sea_illan_work);
}

/**
 * sea_illan_stop() - before a SEA goes
 * @sea: the SEA
 *
 * Context: RTNL; may sleep.
 */
void sea_illan_stop(struct sea *sea)
{
	cancel_delayed_work_sync(&sea->illan_work);
}
