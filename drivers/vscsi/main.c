// SPDX-License-Identifier: GPL-2.0
/*
 * vscsi.ko: disks, optical drives and tapes of a virtual SCSI server, for the client
 * adapters of a software hypervisor on this host.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/moduleparam.h>

#include "vscsi.h"

#define VSCSI_SECONDS_MAX	86400

static int vscsi_set_requests(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, 1, VSCSI_REQUESTS_MAX);
}

static const struct kernel_param_ops vscsi_requests_ops = {
	.set = vscsi_set_requests,
	.get = param_get_uint,
};

static int vscsi_set_tmf_timeout(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, 1, VSCSI_SECONDS_MAX);
}

static const struct kernel_param_ops vscsi_tmf_timeout_ops = {
	.set = vscsi_set_tmf_timeout,
	.get = param_get_uint,
};

static int vscsi_set_reconnect_timeout(const char *val, const struct kernel_param *kp)
{
	int seconds, ret = kstrtoint(val, 0, &seconds);

	if (ret)
		return ret;
	if (seconds < -1 || seconds > VSCSI_SECONDS_MAX)
		return -EINVAL;
	return param_set_int(val, kp);
}

static const struct kernel_param_ops vscsi_reconnect_timeout_ops = {
	.set = vscsi_set_reconnect_timeout,
	.get = param_get_int,
};

unsigned int vscsi_max_requests = 256;
module_param_cb(max_requests, &vscsi_requests_ops, &vscsi_max_requests, 0444);
MODULE_PARM_DESC(max_requests, "Commands of an adapter at a time, 1 to 1022 (default 256)");

unsigned int vscsi_tmf_timeout = 30;
module_param_cb(tmf_timeout, &vscsi_tmf_timeout_ops, &vscsi_tmf_timeout, 0644);
MODULE_PARM_DESC(tmf_timeout, "Seconds for an abort or LUN reset (default 30)");

int vscsi_reconnect_timeout = 60;
module_param_cb(reconnect_timeout, &vscsi_reconnect_timeout_ops, &vscsi_reconnect_timeout,
		0644);
MODULE_PARM_DESC(reconnect_timeout,
		 "Seconds requests wait for a server; 0 none, -1 for ever (default 60)");

static int __init vscsi_init(void)
{
	/* There the kernel's own client serves the firmware's adapters. */
	if (crq_has_firmware())
		return -EOPNOTSUPP;
	return crq_register_driver(&vscsi_driver);
}

static void __exit vscsi_exit(void)
{
	crq_unregister_driver(&vscsi_driver);
}

module_init(vscsi_init);
module_exit(vscsi_exit);

MODULE_DESCRIPTION("Virtual SCSI client for adapters of a software hypervisor");
MODULE_AUTHOR("The Open VIOS developers");
MODULE_LICENSE("GPL");
