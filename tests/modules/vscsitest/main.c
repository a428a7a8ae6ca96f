// SPDX-License-Identifier: GPL-2.0
/* See vscsitest.h: parameters, and running a case between a clean begin and end. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "lun.h"
#include "session.h"
#include "vscsitest.h"

static char *test = "literal";
module_param(test, charp, 0444);
MODULE_PARM_DESC(test, "name of a case, of a prefix that ends in *, or all");

static char *unit = "0";
module_param(unit, charp, 0444);
MODULE_PARM_DESC(unit, "unit address of the client adapter, hexadecimal; 0: the first; all");

static unsigned int lun;
module_param(lun, uint, 0444);
MODULE_PARM_DESC(lun, "number of the LUN");

unsigned long vt_count;
module_param_named(count, vt_count, ulong, 0444);
MODULE_PARM_DESC(count, "rounds, messages or blocks; 0: as the case has it");

unsigned int vt_ms;
module_param_named(ms, vt_ms, uint, 0444);
MODULE_PARM_DESC(ms, "how long, in ms; 0: as the case has it");

unsigned int vt_seed = 1;
module_param_named(seed, vt_seed, uint, 0444);
MODULE_PARM_DESC(seed, "of what is random");

unsigned int vt_go;
module_param_named(go, vt_go, uint, 0644);
MODULE_PARM_DESC(go, "written by the test: how far a case may go that waits for it");

char *vt_form = "sam";
module_param_named(form, vt_form, charp, 0444);
MODULE_PARM_DESC(form, "how the adapter reports LUNs: sam, vios or flat");

unsigned int vt_luns[256];
int vt_luns_n;
module_param_array_named(luns, vt_luns, uint, &vt_luns_n, 0444);
MODULE_PARM_DESC(luns, "numbers of all LUNs there are; without it: that of lun=");

static const struct vt_case * const families[] = {
	literal_cases, violate_cases, malformed_cases, mismatch_cases, mad_cases, tmf_cases,
	answer_cases, lun_cases, order_cases, shape_cases, midway_cases, late_cases, hung_cases,
	ended_cases, slow_cases, flood_cases, fuzz_cases, load_cases, asked_cases,
};

#define VT_FAULT_LINES	30

unsigned int vt_faults;
static char vt_subject[80];

/* What the next checks are about, for their lines in the log. */
void vt_about(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(vt_subject, sizeof(vt_subject), fmt, args);
	va_end(args);
}

bool vt_check(const char *file, int line, const char *what, u64 got, u64 want)
{
	if (got == want)
		return true;
	if (vt_faults++ < VT_FAULT_LINES)
		pr_err("%s:%d: %s: %s: expected 0x%llx, got 0x%llx\n", file, line,
		       vt_subject, what, want, got);
	return false;
}

bool vt_check_mem(const char *file, int line, const char *what, const u8 *got,
		  const u8 *want, size_t len)
{
	size_t i;

	for (i = 0; i < len && got[i] == want[i]; i++)
		;
	if (i == len)
		return true;
	if (vt_faults++ < VT_FAULT_LINES)
		pr_err("%s:%d: %s: %s: at byte %zu expected %*phN, got %*phN\n", file, line,
		       vt_subject, what, i, (int)min_t(size_t, len - i, 16), want + i,
		       (int)min_t(size_t, len - i, 16), got + i);
	return false;
}

/* Bring the adapter where a case begins. */
static int case_prepare(struct client *c, enum vt_need need)
{
	int ret = 0;

	vt_about("preparation");
	if (need >= VT_QUEUE)
		ret = vt_open(c, VT_RING);
	if (!ret && need >= VT_INIT)
		ret = vt_init(c);
	if (!ret && need >= VT_LOGIN)
		ret = vt_adapter_info(c) ?: vt_login(c);
	if (!ret && need >= VT_DISK)
		ret = vt_disk(c);
	if (ret)
		pr_err("cannot prepare: %pe\n", ERR_PTR(ret));
	return ret;
}

/* After each case: a new connection serves. */
static int case_prove(struct client *c)
{
	int ret, closed;

	vt_about("a new connection afterwards");
	ret = vt_open(c, VT_RING);
	if (ret)
		return ret;
	ret = vt_connect(c);
	if (!ret && !vt_serves(c))
		ret = -EIO;
	closed = vt_close(c);
	return ret ?: closed;
}

static int case_finish(struct client *c, const struct vt_case *t)
{
	int ret = 0;

	vt_about("the end");
	if (c->open)
		ret = vt_close(c);
	if (!t->rough)
		CHECK(c->strays, 0);
	c->strays = 0;
	return ret ?: case_prove(c);
}

static int case_run(struct client *c, const struct vt_case *t)
{
	bool skip;
	int ret;

	vt_faults = 0;
	mutex_lock(&c->busy);
	ret = case_prepare(c, t->need);
	vt_about("%s", t->name);
	if (!ret)
		ret = t->run(c);
	skip = ret == VT_SKIP;
	if (skip)
		ret = 0;
	if (!t->stays || ret)
		ret = ret ?: case_finish(c, t);
	if (c->open && (ret || !t->stays))
		vt_close(c);
	mutex_unlock(&c->busy);
	if (!ret && vt_faults)
		ret = -EIO;
	if (ret)
		pr_err("%s: failed: %pe, %u faults\n", t->name, ERR_PTR(ret), vt_faults);
	else
		pr_info("%s: %s\n", t->name, skip ? "skip" : "ok");
	return ret;
}

/* What stays runs on all adapters that are bound. */
static int case_run_on(struct client *c, const struct vt_case *t)
{
	unsigned int i;
	int ret = 0;

	if (!t->stays)
		return case_run(c, t);
	for (i = 0; i < VT_CLIENTS && !ret; i++)
		if (vt_clients[i].a)
			ret = case_run(&vt_clients[i], t);
	return ret;
}

static bool case_wanted(const struct vt_case *t)
{
	size_t n = strlen(test);

	if (!strcmp(test, "all"))
		return !t->alone && !t->stays;
	if (n && test[n - 1] == '*')
		return !t->alone && !t->stays && !strncmp(test, t->name, n - 1);
	return !strcmp(test, t->name);
}

static int cases_run(struct client *c)
{
	const struct vt_case *t;
	unsigned int i, n = 0;
	int ret = 0, one;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		for (t = families[i]; t->name; t++) {
			if (!case_wanted(t))
				continue;
			one = case_run_on(c, t);
			ret = ret ?: one;
			n++;
		}
	}
	if (n > 1)
		pr_info("%u cases: %s\n", n, ret ? "failed" : "ok");
	return n ? ret : -EINVAL;
}

static int unit_parse(u32 *address)
{
	if (!strcmp(unit, "all")) {
		*address = VT_UNIT_ALL;
		return 0;
	}
	return kstrtou32(unit, 16, address);
}

static int __init vscsitest_init(void)
{
	u32 address;
	int ret;

	ret = unit_parse(&address);
	if (ret)
		return ret;
	if (!vt_luns_n) {
		vt_luns[0] = lun;
		vt_luns_n = 1;
	}
	ret = vt_bind(address, lun_encode(lun));
	if (ret)
		return ret;
	ret = cases_run(&vt_clients[0]);
	if (ret) {
		vt_unbind();
		shapes_end();
	}
	return ret;
}

static void __exit vscsitest_exit(void)
{
	vt_unbind();
	shapes_end();
}

module_init(vscsitest_init);
module_exit(vscsitest_exit);

MODULE_DESCRIPTION("A virtual SCSI client that sends anything");
MODULE_LICENSE("GPL");
