// SPDX-License-Identifier: GPL-2.0
/* See crqtest.h. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/string.h>

#include "crqtest.h"

static char *test = "messages";
module_param(test, charp, 0444);
MODULE_PARM_DESC(test, "messages, churn, flood, rdma, delayed, handshake, bench, load, idle or hold");

static unsigned long count = 10000;
module_param(count, ulong, 0444);
MODULE_PARM_DESC(count, "messages each way, rounds");

static unsigned int ms = 1000;
module_param(ms, uint, 0444);
MODULE_PARM_DESC(ms, "how long, in ms");

/* The server adapter is held until the module goes: its pair cannot be removed. */
static bool held;

static int crqtest_hold(void)
{
	struct crq_adapter *a = peers[PEER_SERVER].adapter;
	int ret = a ? a->hv->hold(a) : -ENODEV;

	held = !ret;
	return ret;
}

static int crqtest_run(void)
{
	if (load_mode || !strcmp(test, "idle"))
		return 0;
	if (!strcmp(test, "hold"))
		return crqtest_hold();
	if (!strcmp(test, "messages"))
		return crqtest_messages(count, false);
	if (!strcmp(test, "churn"))
		return crqtest_messages(count, true);
	if (!strcmp(test, "flood"))
		return crqtest_flood(count);
	if (!strcmp(test, "rdma"))
		return crqtest_rdma(ms);
	if (!strcmp(test, "delayed"))
		return crqtest_delayed(ms);
	if (!strcmp(test, "handshake"))
		return crqtest_handshake();
	if (!strcmp(test, "bench"))
		return crqtest_bench(count);
	return -EINVAL;
}

static int __init crqtest_init(void)
{
	int ret;

	load_mode = !strcmp(test, "load");
	ret = peers_bind();
	if (ret)
		return ret;
	ret = crqtest_run();
	if (ret) {
		pr_err("%s failed: %pe\n", test, ERR_PTR(ret));
		peers_unbind();
	}
	return ret;
}

static void __exit crqtest_exit(void)
{
	if (held)
		peers[PEER_SERVER].adapter->hv->release(peers[PEER_SERVER].adapter);
	peers_unbind();
	if (load_mode)
		load_report();
}

module_init(crqtest_init);
module_exit(crqtest_exit);

MODULE_DESCRIPTION("Workloads between the two adapters of a pair");
MODULE_LICENSE("GPL");
