// SPDX-License-Identifier: GPL-2.0
/*
 * sea.ko: the Shared Ethernet Adapter.  It joins trunks, adapters whose frames are those of
 * clients, with one real adapter, by VLAN.
 */
#include <linux/module.h>
#include <net/genetlink.h>
#include <net/rtnetlink.h>

#include "sea.h"

static int __init sea_init(void)
{
	int err;

	err = sea_genl_register();
	if (err)
		return err;
	err = register_netdevice_notifier(&sea_notifier);
	if (err)
		goto err_genl;
	err = rtnl_link_register(&sea_link_ops);
	if (err)
		goto err_notifier;
	return 0;

err_notifier:
	unregister_netdevice_notifier(&sea_notifier);
err_genl:
	sea_genl_unregister();
	return err;
}

static void __exit sea_exit(void)
{
	/* All SEAs go with this. */
	rtnl_link_unregister(&sea_link_ops);
	unregister_netdevice_notifier(&sea_notifier);
	sea_genl_unregister();
}

module_init(sea_init);
module_exit(sea_exit);

MODULE_ALIAS_RTNL_LINK("sea");
MODULE_ALIAS_GENL_FAMILY(SEA_GENL_NAME);
MODULE_DESCRIPTION("Shared Ethernet Adapter");
MODULE_AUTHOR("The Open VIOS developers");
MODULE_LICENSE("GPL");
