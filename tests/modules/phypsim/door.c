// SPDX-License-Identifier: GPL-2.0
/* The adapters behind this door, and the devices that are made of them. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <asm/vio.h>

#include "phypsim.h"

/* Written under sim_mutex. */
struct sim_adapter __rcu *sim_adapters[SIM_MAX];

static DEFINE_MUTEX(sim_mutex);

/* RCU read side, or sim_mutex; NULL if it is not ours */
struct sim_adapter *sim_by_unit(u64 unit)
{
	struct sim_adapter *s;
	unsigned int i;

	for (i = 0; i < SIM_MAX; i++) {
		s = rcu_dereference_check(sim_adapters[i], lockdep_is_held(&sim_mutex));
		if (s && s->unit == unit)
			return s;
	}
	return NULL;
}

/* The same; the server adapter if it is the client's window as the server names it */
struct sim_adapter *sim_by_liobn(u64 liobn)
{
	struct sim_adapter *s;
	unsigned int i;

	for (i = 0; i < SIM_MAX; i++) {
		s = rcu_dereference(sim_adapters[i]);
		if (s && liobn && (s->liobn == liobn || s->remote == liobn))
			return s;
	}
	return NULL;
}

/* Every partition is this machine: all of its memory is each one's. */
static bool sim_translate(struct vhyp_partition *part, u64 raddr, phys_addr_t *phys)
{
	if (!pfn_valid(raddr >> PAGE_SHIFT))
		return false;
	*phys = raddr;
	return true;
}

static void sim_signal(struct vhyp_adapter *a)
{
	struct sim_adapter *s = vhyp_adapter_door_data(a);

	irq_work_queue(&s->work);
}

static void sim_raise(struct irq_work *work)
{
	struct sim_adapter *s = container_of(work, struct sim_adapter, work);

	atomic64_inc(&s->raised);
	sim_irq_raise(s->hwirq);
}

static int sim_slot(struct sim_adapter *s)
{
	unsigned int i;

	lockdep_assert_held(&sim_mutex);
	if (sim_by_unit(s->unit))
		return -EEXIST;
	for (i = 0; i < SIM_MAX; i++) {
		if (!rcu_access_pointer(sim_adapters[i])) {
			s->hwirq = i + 1;
			rcu_assign_pointer(sim_adapters[i], s);
			return 0;
		}
	}
	return -ENOSPC;
}

static int sim_attach(struct vhyp_adapter *a)
{
	struct sim_adapter *s;
	int ret;

	s = kzalloc(sizeof(*s), GFP_KERNEL);
	if (!s)
		return -ENOMEM;
	s->a = a;
	s->unit = vhyp_adapter_unit(a);
	s->liobn = vhyp_adapter_liobn(a);
	s->remote = vhyp_adapter_is_server(a) ? vhyp_adapter_remote_liobn(a) : 0;
	init_irq_work(&s->work, sim_raise);
	vhyp_adapter_set_door_data(a, s);
	mutex_lock(&sim_mutex);
	ret = sim_slot(s);
	mutex_unlock(&sim_mutex);
	if (ret)
		kfree(s);
	return ret;
}

/* The device made of an adapter's node, with a reference; NULL without one */
static struct vio_dev *sim_device(struct sim_adapter *s)
{
	struct device_node *np;
	struct vio_dev *vdev;

	lockdep_assert_held(&sim_mutex);
	for_each_node_by_name(np, vhyp_adapter_is_server(s->a) ? "v-scsi-host" : "v-scsi") {
		vdev = vio_find_node(np);
		if (!vdev)
			continue;
		if (vdev->unit_address == s->unit) {
			of_node_put(np);
			return vdev;
		}
		put_device(&vdev->dev);
	}
	return NULL;
}

static void sim_unregister(struct sim_adapter *s)
{
	struct vio_dev *vdev = sim_device(s);

	if (!vdev)
		return;
	vio_unregister_device(vdev);
	put_device(&vdev->dev);
}

static void sim_detach(struct vhyp_adapter *a)
{
	struct sim_adapter *s = vhyp_adapter_door_data(a);

	mutex_lock(&sim_mutex);
	sim_unregister(s);
	/* The device is gone: nobody makes a call for it any more. */
	RCU_INIT_POINTER(sim_adapters[s->hwirq - 1], NULL);
	mutex_unlock(&sim_mutex);
	synchronize_rcu();
	irq_work_sync(&s->work);
	kfree(s);
}

static struct vhyp_door sim_door = {
	.name		= "phypsim",
	.owner		= THIS_MODULE,
	.translate	= sim_translate,
	.signal		= sim_signal,
	.attach		= sim_attach,
	.detach		= sim_detach,
};

static struct device_node *sim_node(u32 unit)
{
	struct device_node *vdevice, *np;
	u32 reg;

	vdevice = of_find_node_by_path("/vdevice");
	for_each_child_of_node(vdevice, np)
		if (!of_property_read_u32(np, "reg", &reg) && reg == unit)
			break;
	of_node_put(vdevice);
	return np;
}

/**
 * sim_register() - let the kernel make a device of an adapter's node
 * @unit:	unit address
 *
 * Context: may sleep.
 * Return: 0; -ENODEV without such an adapter; -ENOENT without such a node; -EEXIST if
 * there is one already; -EIO if the kernel does not.
 */
int sim_register(u32 unit)
{
	struct device_node *np;
	struct sim_adapter *s;
	struct vio_dev *vdev;
	int ret = -ENODEV;

	mutex_lock(&sim_mutex);
	s = sim_by_unit(unit);
	if (!s)
		goto out;
	ret = -EEXIST;
	vdev = sim_device(s);
	if (vdev) {
		put_device(&vdev->dev);
		goto out;
	}
	ret = -ENOENT;
	np = sim_node(unit);
	if (!np)
		goto out;
	ret = vio_register_device_node(np) ? 0 : -EIO;
	of_node_put(np);
out:
	mutex_unlock(&sim_mutex);
	return ret;
}

/**
 * sim_shutdown() - do to one adapter what a restart or kexec does to all
 * @unit:	unit address
 *
 * Context: may sleep.
 * Return: 0, or -ENODEV without such a device.
 */
int sim_shutdown(u32 unit)
{
	struct vio_dev *vdev = NULL;
	struct sim_adapter *s;

	mutex_lock(&sim_mutex);
	s = sim_by_unit(unit);
	if (s)
		vdev = sim_device(s);
	mutex_unlock(&sim_mutex);
	if (!vdev)
		return -ENODEV;
	device_lock(&vdev->dev);
	vdev->dev.bus->shutdown(&vdev->dev);
	device_unlock(&vdev->dev);
	put_device(&vdev->dev);
	return 0;
}

static void sim_show_adapter(struct seq_file *m, struct sim_adapter *s)
{
	unsigned int i;

	seq_printf(m, "%x %s partition %u liobn %x remote %x hwirq %u irq %u raised %lld",
		   s->unit, vhyp_adapter_is_server(s->a) ? "server" : "client",
		   vhyp_partition_id(vhyp_adapter_partition(s->a)), s->liobn, s->remote,
		   s->hwirq, sim_irq_of(s->hwirq), (s64)atomic64_read(&s->raised));
	for (i = 0; i < SIM_CALLS; i++)
		if (atomic64_read(&s->calls[i]))
			seq_printf(m, " %#x=%lld", i * 4, (s64)atomic64_read(&s->calls[i]));
	seq_putc(m, '\n');
}

/*
 * What the driver says it wants of the window, as a partition with shared memory asks it,
 * and what it uses
 */
static void sim_show_window(struct seq_file *m, struct sim_adapter *s)
{
	struct vio_dev *vdev = sim_device(s);
	unsigned long desired = 0;

	if (vdev) {
		device_lock(&vdev->dev);
		if (vdev->dev.driver && to_vio_driver(vdev->dev.driver)->get_desired_dma)
			desired = to_vio_driver(vdev->dev.driver)->get_desired_dma(vdev);
		device_unlock(&vdev->dev);
		put_device(&vdev->dev);
	}
	seq_printf(m, "%x desired %lu mapped %llu\n", s->unit, desired,
		   vhyp_adapter_mapped(s->a));
}

static void sim_show(struct seq_file *m,
		     void (*show)(struct seq_file *m, struct sim_adapter *s))
{
	unsigned int i;

	mutex_lock(&sim_mutex);
	for (i = 0; i < SIM_MAX; i++) {
		struct sim_adapter *s = rcu_dereference_protected(sim_adapters[i],
					lockdep_is_held(&sim_mutex));

		if (s)
			show(m, s);
	}
	mutex_unlock(&sim_mutex);
}

void sim_show_adapters(struct seq_file *m)
{
	sim_show(m, sim_show_adapter);
}

void sim_show_dma(struct seq_file *m)
{
	sim_show(m, sim_show_window);
}

int sim_door_init(void)
{
	return vhyp_register_door(&sim_door);
}

void sim_door_exit(void)
{
	vhyp_unregister_door(&sim_door);
}
