// SPDX-License-Identifier: GPL-2.0
/*
 * Module entry, and the choice between the two kinds of machine: a PAPR partition,
 * whose kernel has a bus "vio" with the firmware's adapters on it, and every other,
 * where this module brings the bus.  The choice is made at run time, because one
 * powerpc kernel serves both.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "crq_internal.h"

/**
 * crq_has_firmware() - does this machine have adapters of PAPR firmware?
 *
 * Context: any.
 * Return: true on a pseries partition, where no adapter of software can be added.
 */
bool crq_has_firmware(void)
{
	return crq_papr_present();
}
EXPORT_SYMBOL_GPL(crq_has_firmware);

/**
 * __crq_register_driver() - register a driver of adapters
 * @drv:	the driver; must stay until crq_unregister_driver()
 * @owner:	its module, owner of the driver in sysfs
 * @mod_name:	KBUILD_MODNAME of that module
 *
 * Use crq_register_driver().  Adapters already there are probed before it returns.
 *
 * Context: may sleep.
 * Return: 0 or an errno.
 */
int __crq_register_driver(struct crq_driver *drv, struct module *owner,
			  const char *mod_name)
{
	if (crq_papr_present())
		return crq_papr_register_driver(drv, owner, mod_name);
	return crq_bus_register_driver(drv, owner, mod_name);
}
EXPORT_SYMBOL_GPL(__crq_register_driver);

/**
 * crq_unregister_driver() - undo crq_register_driver()
 * @drv:	the driver
 *
 * Context: may sleep.  When it returns, no adapter is bound to the driver.
 */
void crq_unregister_driver(struct crq_driver *drv)
{
	if (crq_papr_present())
		crq_papr_unregister_driver(drv);
	else
		crq_bus_unregister_driver(drv);
}
EXPORT_SYMBOL_GPL(crq_unregister_driver);

static int __init crq_init(void)
{
	if (crq_papr_present()) {
		pr_info("adapters of PAPR firmware on the kernel's bus vio\n");
		return 0;
	}
	return crq_bus_init();
}

static void __exit crq_exit(void)
{
	if (!crq_papr_present())
		crq_bus_exit();
}

module_init(crq_init);
module_exit(crq_exit);

MODULE_DESCRIPTION("Command/Response Queue adapters over PAPR firmware or a software hypervisor");
MODULE_AUTHOR("The Open VIOS developers");
MODULE_LICENSE("GPL");
