// SPDX-License-Identifier: GPL-2.0
/*
 * A login that takes long, so that the administrator can change something meanwhile.  For
 * access lists the hypervisor as the server's adapter sees it has an allocation that waits:
 * it is made after the server's first look at them and before its session.  The test that loads
 * the module acts when the log says "under way" and "answered", and goes on with the
 * parameter "go".
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <scsi/srp.h>

#include "session.h"
#include "vscsitest.h"

#define SLOW_MS		60000

/* A table of operations is const: a copy is changed as bytes. */
static u8 slow_ops[sizeof(const struct hv_ops)] __aligned(sizeof(void *));
static const struct hv_ops *slow_real;
static atomic_t slow_due;

/* Until the test has set the parameter to @n */
static void slow_wait(unsigned int n, const char *text)
{
	unsigned int ms;

	pr_info("%s\n", text);
	for (ms = 0; READ_ONCE(vt_go) < n && ms < SLOW_MS; ms += 20)
		msleep(20);
	CHECK(vt_go, n);
}

static void *slow_alloc(struct crq_adapter *a, size_t size, u64 *ioba, gfp_t gfp)
{
	if (atomic_xchg(&slow_due, 0))
		slow_wait(1, "under way");
	return slow_real->alloc(a, size, ioba, gfp);
}

static void slow_copy(void)
{
	void *(*alloc)(struct crq_adapter *a, size_t size, u64 *ioba, gfp_t gfp) = slow_alloc;

	memcpy(slow_ops, slow_real, sizeof(slow_ops));
	memcpy(slow_ops + offsetof(const struct hv_ops, alloc), &alloc, sizeof(alloc));
}

/* There is one pair. */
static int slow_is_server(struct device *dev, const void *data)
{
	struct crq_adapter *a = crq_adapter_of(dev);

	return a && crq_is_server(a);
}

static int slow_login(struct client *c)
{
	struct vt_login l = VT_LOGIN_USUAL;
	struct crq_adapter *server;
	struct device *dev;
	int ret;

	ret = vt_adapter_info(c);
	if (ret)
		return ret;
	dev = bus_find_device(c->a->dev->bus, NULL, NULL, slow_is_server);
	if (!dev)
		return -ENODEV;
	server = crq_adapter_of(dev);
	slow_real = server->hv;
	slow_copy();
	atomic_set(&slow_due, 1);
	WRITE_ONCE(server->hv, (const void *)slow_ops);
	ret = vt_login_with(c, &l);
	WRITE_ONCE(server->hv, slow_real);
	put_device(dev);
	CHECK(atomic_read(&slow_due), 0);
	if (!ret) {
		CHECK(l.opcode, SRP_LOGIN_REJ);
		CHECK(l.delta, SRP_LOGIN_REJ_UNABLE_ESTABLISH_CHANNEL);
	}
	slow_wait(2, "answered");
	return ret;
}

/* What one command may move is lowered after the client was told: it is told again. */
static int slow_told(struct client *c)
{
	u32 told;
	int ret;

	ret = vt_adapter_info(c);
	if (ret)
		return ret;
	told = c->max_xfer;
	slow_wait(1, "under way");
	ret = vt_login(c);
	if (!ret && vt_violated(c))
		CHECK(c->max_xfer < told, true);
	slow_wait(2, "answered");
	return ret;
}

/* It is raised after the login: a client that asks again is told what its login takes. */
static int slow_raised(struct client *c)
{
	u32 told;
	int ret;

	ret = vt_adapter_info(c);
	told = c->max_xfer;
	ret = ret ?: vt_login(c);
	if (ret)
		return ret;
	slow_wait(1, "under way");
	ret = vt_adapter_info(c);
	CHECK(c->max_xfer, told);
	slow_wait(2, "answered");
	return ret;
}

/* A file is not asked for more at a time than the target core takes. */
static int slow_file(struct client *c)
{
	int ret = vt_adapter_info(c);

	CHECK(c->max_xfer, 8 << 20);
	return ret;
}

const struct vt_case slow_cases[] = {
	{ "slow-raised", slow_raised, VT_INIT, .alone = true },
	{ "slow-file", slow_file, VT_INIT, .alone = true },
	{ "slow-login", slow_login, VT_INIT, .alone = true },
	{ "slow-told", slow_told, VT_INIT, .alone = true },
	{ }
};
