// SPDX-License-Identifier: GPL-2.0
/*
 * The bus "vio" of machines without PAPR firmware.
 *
 * Its name, and the attribute "devspec" of its devices, are what user space knows from
 * Power: targetcli finds server adapters as
 * /sys/module/ibmvscsis/drivers/vio:ibmvscsis/<unit address>/devspec.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/slab.h>

#include "crq_internal.h"

/* A driver on this bus */
struct crq_bus_driver {
	struct device_driver driver;
	struct crq_driver *crq;
};

static struct device *crq_bus_root;

static struct crq_bus_driver *to_bus_driver(struct device_driver *drv)
{
	return container_of(drv, struct crq_bus_driver, driver);
}

static struct crq_adapter_desc *to_desc(struct device *dev)
{
	return container_of(dev, struct crq_adapter_desc, device);
}

static ssize_t devspec_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct crq_adapter_desc *desc = to_desc(dev);

	return sysfs_emit(buf, "/vdevice/%s@%x\n", desc->type, desc->adapter.unit_address);
}
static DEVICE_ATTR_RO(devspec);

static ssize_t name_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_desc(dev)->type);
}
static DEVICE_ATTR_RO(name);

static ssize_t modalias_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct crq_adapter_desc *desc = to_desc(dev);

	return sysfs_emit(buf, "vio:T%sS%s\n", desc->type, desc->compat);
}
static DEVICE_ATTR_RO(modalias);

static struct attribute *crq_dev_attrs[] = {
	&dev_attr_devspec.attr,
	&dev_attr_name.attr,
	&dev_attr_modalias.attr,
	NULL
};
ATTRIBUTE_GROUPS(crq_dev);

static int crq_bus_match(struct device *dev, struct device_driver *drv)
{
	const struct vio_device_id *id = to_bus_driver(drv)->crq->id_table;
	struct crq_adapter_desc *desc = to_desc(dev);

	for (; id->type[0]; id++)
		if (!strcmp(id->type, desc->type) && !strcmp(id->compat, desc->compat))
			return 1;
	return 0;
}

static int crq_bus_uevent(struct device *dev, struct kobj_uevent_env *env)
{
	struct crq_adapter_desc *desc = to_desc(dev);

	return add_uevent_var(env, "MODALIAS=vio:T%sS%s", desc->type, desc->compat);
}

static int crq_bus_probe(struct device *dev)
{
	struct crq_adapter *a = &to_desc(dev)->adapter;
	int ret;

	dev_set_drvdata(dev, a);
	ret = to_bus_driver(dev->driver)->crq->probe(a);
	if (ret)
		dev_set_drvdata(dev, NULL);
	return ret;
}

static void crq_bus_remove(struct device *dev)
{
	to_bus_driver(dev->driver)->crq->remove(&to_desc(dev)->adapter);
	dev_set_drvdata(dev, NULL);
}

static void crq_bus_shutdown(struct device *dev)
{
	struct crq_driver *crq;

	if (!dev->driver)
		return;
	crq = to_bus_driver(dev->driver)->crq;
	if (crq->shutdown)
		crq->shutdown(&to_desc(dev)->adapter);
}

static struct bus_type crq_bus = {
	.name		= "vio",
	.dev_groups	= crq_dev_groups,
	.match		= crq_bus_match,
	.uevent		= crq_bus_uevent,
	.probe		= crq_bus_probe,
	.remove		= crq_bus_remove,
	.shutdown	= crq_bus_shutdown,
};

static void crq_device_release(struct device *dev)
{
	struct crq_adapter_desc *desc = to_desc(dev);
	struct module *owner = desc->owner;

	desc->release(desc);
	module_put(owner);
}

/**
 * crq_adapter_add() - make an adapter of a software hypervisor appear on the bus
 * @desc:	the adapter; the device is named after its unit address
 *
 * A driver that matches is probed before this returns.
 *
 * Context: may sleep.
 * Return: 0; -EEXIST if the unit address is taken; -EOPNOTSUPP on a machine whose
 * adapters come from PAPR firmware; or another errno.  On an error @desc has been
 * released through its @release.
 */
int crq_adapter_add(struct crq_adapter_desc *desc)
{
	struct device *dev = &desc->device;
	int ret;

	if (crq_papr_present()) {
		desc->release(desc);
		return -EOPNOTSUPP;
	}
	__module_get(desc->owner);
	device_initialize(dev);
	dev->bus = &crq_bus;
	dev->parent = crq_bus_root;
	dev->release = crq_device_release;
	desc->adapter.dev = dev;
	ret = dev_set_name(dev, "%x", desc->adapter.unit_address);
	if (!ret)
		ret = device_add(dev);
	if (ret)
		put_device(dev);
	return ret;
}
EXPORT_SYMBOL_GPL(crq_adapter_add);

/**
 * crq_adapter_remove() - undo crq_adapter_add()
 * @desc:	the adapter; released when the last reference to its device is gone, which
 *		may be later: a mounted disk keeps its host's device
 *
 * Context: may sleep.  When it returns, no driver uses the adapter.
 */
void crq_adapter_remove(struct crq_adapter_desc *desc)
{
	device_unregister(&desc->device);
}
EXPORT_SYMBOL_GPL(crq_adapter_remove);

int crq_bus_register_driver(struct crq_driver *drv, struct module *owner,
			    const char *mod_name)
{
	struct crq_bus_driver *bdrv;
	int ret;

	bdrv = kzalloc(sizeof(*bdrv), GFP_KERNEL);
	if (!bdrv)
		return -ENOMEM;
	bdrv->crq = drv;
	bdrv->driver.name = drv->name;
	bdrv->driver.bus = &crq_bus;
	bdrv->driver.owner = owner;
	bdrv->driver.mod_name = mod_name;
	drv->backend = bdrv;
	ret = driver_register(&bdrv->driver);
	if (ret) {
		drv->backend = NULL;
		kfree(bdrv);
	}
	return ret;
}

void crq_bus_unregister_driver(struct crq_driver *drv)
{
	struct crq_bus_driver *bdrv = drv->backend;

	driver_unregister(&bdrv->driver);
	drv->backend = NULL;
	kfree(bdrv);
}

int crq_bus_init(void)
{
	int ret;

	crq_bus_root = root_device_register("vio");
	if (IS_ERR(crq_bus_root))
		return PTR_ERR(crq_bus_root);
	ret = bus_register(&crq_bus);
	if (ret) {
		pr_err("cannot register the bus vio: %pe\n", ERR_PTR(ret));
		root_device_unregister(crq_bus_root);
	}
	return ret;
}

void crq_bus_exit(void)
{
	bus_unregister(&crq_bus);
	root_device_unregister(crq_bus_root);
}
