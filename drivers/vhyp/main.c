// SPDX-License-Identifier: GPL-2.0
/* Module entry of the software hypervisor. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "vhyp_internal.h"

DEFINE_MUTEX(vhyp_lock);	/* see vhyp_internal.h */

static int __init vhyp_init(void)
{
	int ret;

	ret = vhyp_tce_init();
	if (ret)
		return ret;
	ret = vhyp_register_door(&vhyp_local_door);
	if (ret)
		goto out_tce;
	ret = vhyp_configfs_init();
	if (ret)
		goto out_door;
	return 0;

out_door:
	vhyp_unregister_door(&vhyp_local_door);
out_tce:
	vhyp_tce_exit();
	return ret;
}

static void __exit vhyp_exit(void)
{
	vhyp_configfs_exit();
	vhyp_unregister_door(&vhyp_local_door);
	vhyp_tce_exit();
}

module_init(vhyp_init);
module_exit(vhyp_exit);

MODULE_DESCRIPTION("Software hypervisor for Command/Response Queues");
MODULE_AUTHOR("The Open VIOS developers");
MODULE_LICENSE("GPL");
