// SPDX-License-Identifier: GPL-2.0
/* Module entry; see ibmvscsis.h. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "ibmvscsis.h"

struct workqueue_struct *vscsis_wq;
struct workqueue_struct *vscsis_send_wq;

static int __init vscsis_init(void)
{
	int ret;

	vscsis_wq = alloc_workqueue("ibmvscsis", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!vscsis_wq)
		return -ENOMEM;
	/* Bound to a processor, as those of the target core are, and nothing in it waits. */
	vscsis_send_wq = alloc_workqueue("ibmvscsis-send", WQ_MEM_RECLAIM, 0);
	ret = -ENOMEM;
	if (!vscsis_send_wq)
		goto err_wq;
	ret = target_register_template(&vscsis_fabric_ops);
	if (ret)
		goto err_send;
	ret = vscsis_adapter_init();
	if (ret)
		goto err_template;
	return 0;

err_template:
	target_unregister_template(&vscsis_fabric_ops);
err_send:
	destroy_workqueue(vscsis_send_wq);
err_wq:
	destroy_workqueue(vscsis_wq);
	return ret;
}

static void __exit vscsis_exit(void)
{
	vscsis_adapter_exit();
	target_unregister_template(&vscsis_fabric_ops);
	destroy_workqueue(vscsis_send_wq);
	destroy_workqueue(vscsis_wq);
}

module_init(vscsis_init);
module_exit(vscsis_exit);

MODULE_DESCRIPTION("Virtual SCSI target: an LIO fabric over Command/Response Queues");
MODULE_AUTHOR("The Open VIOS developers");
MODULE_LICENSE("GPL");
