// SPDX-License-Identifier: GPL-2.0
/*
 * What PowerVM's firmware says of trunk adapters and QEMU's does not: H_ILLAN_ATTRIBUTES,
 * answered inside a pseries guest.  The adapters named are trunks of one VLAN, the first
 * with the best priority and active; one that claims activity takes it from the one that
 * has it, and none can give it away (LoPAR, "Backup Trunk Adapter Option").
 *
 *	insmod illansim.ko units=0x71000003,0x71000004
 *
 * /sys/module/illansim/parameters: "calls" are those for these adapters, "fail" is what the
 * next ones answer if it is not 0, "missed" must stay 0; what is written to "priority" is the
 * first trunk's from then on.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <asm/hvcall.h>
#include <asm/ptrace.h>

#define ILLAN_TRUNKS		4
#define ILLAN_ACTIVE		0x1UL
#define ILLAN_PRIORITY		0xf00UL
#define ILLAN_PRIORITY_SHIFT	8
/* What a partition may change: offloads */
#define ILLAN_OFFLOADS		0x1a006UL

static unsigned int units[ILLAN_TRUNKS];
static unsigned int trunks;
module_param_array(units, uint, &trunks, 0444);
MODULE_PARM_DESC(units, "unit addresses of trunk adapters of one VLAN");

static unsigned long calls;
module_param(calls, ulong, 0444);
MODULE_PARM_DESC(calls, "how often the adapters were asked for");

static long fail;
module_param(fail, long, 0644);
MODULE_PARM_DESC(fail, "what calls answer, if not 0");

static DEFINE_RAW_SPINLOCK(illan_lock);	/* illan_attrs, calls */
static unsigned long illan_attrs[ILLAN_TRUNKS];

static long illan_change(unsigned int i, unsigned long reset, unsigned long set)
{
	unsigned int other;

	lockdep_assert_held(&illan_lock);
	if ((reset & ~(ILLAN_OFFLOADS)) || (set & ~(ILLAN_OFFLOADS | ILLAN_ACTIVE)))
		return H_PARAMETER;
	illan_attrs[i] = (illan_attrs[i] & ~reset) | set;
	for (other = 0; set & ILLAN_ACTIVE && other < trunks; other++) {
		if (other != i)
			illan_attrs[other] &= ~ILLAN_ACTIVE;
	}
	return H_SUCCESS;
}

/* (unit address, what to clear, what to set); what there is afterwards comes back. */
static long illan_call(unsigned int i, const struct pt_regs *regs, unsigned long *ret)
{
	unsigned long flags;
	long rc = fail;

	raw_spin_lock_irqsave(&illan_lock, flags);
	calls++;
	if (!rc)
		rc = illan_change(i, regs->gpr[6], regs->gpr[7]);
	*ret = illan_attrs[i];
	raw_spin_unlock_irqrestore(&illan_lock, flags);
	return rc;
}

/* plpar_hcall(opcode, buffer, unit address, ...) */
static int illan_hcall(struct kprobe *p, struct pt_regs *regs)
{
	unsigned int i;

	if (regs->gpr[3] != H_ILLAN_ATTRIBUTES)
		return 0;
	for (i = 0; i < trunks && units[i] != regs->gpr[5]; i++)
		;
	if (i == trunks)
		return 0;
	regs->gpr[3] = illan_call(i, regs, (unsigned long *)regs->gpr[4]);
	regs_set_return_ip(regs, regs->link);
	return 1;
}

/* With it the probe is never turned into a jump, which would ignore what we return. */
static void illan_post(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe illan_probe = {
	.symbol_name	= "plpar_hcall",
	.pre_handler	= illan_hcall,
	.post_handler	= illan_post,
};

static int missed_get(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%lu\n", illan_probe.nmissed);
}

static const struct kernel_param_ops missed_ops = {
	.get = missed_get,
};
module_param_cb(missed, &missed_ops, NULL, 0444);
MODULE_PARM_DESC(missed, "calls that were not seen");

/* The administrator of the server gives the first trunk another priority. */
static int priority_set(const char *val, const struct kernel_param *kp)
{
	unsigned long flags, priority;
	int ret = kstrtoul(val, 0, &priority);

	if (ret)
		return ret;
	raw_spin_lock_irqsave(&illan_lock, flags);
	illan_attrs[0] = (illan_attrs[0] & ~ILLAN_PRIORITY) |
			 (priority << ILLAN_PRIORITY_SHIFT & ILLAN_PRIORITY);
	raw_spin_unlock_irqrestore(&illan_lock, flags);
	return 0;
}

static const struct kernel_param_ops priority_ops = {
	.set = priority_set,
};
module_param_cb(priority, &priority_ops, NULL, 0200);
MODULE_PARM_DESC(priority, "the first trunk's");

static int __init illan_init(void)
{
	unsigned int i;

	for (i = 0; i < trunks; i++)
		illan_attrs[i] = (unsigned long)(i + 1) << ILLAN_PRIORITY_SHIFT |
				 (i ? 0 : ILLAN_ACTIVE);
	return register_kprobe(&illan_probe);
}

static void __exit illan_exit(void)
{
	unregister_kprobe(&illan_probe);
}

module_init(illan_init);
module_exit(illan_exit);

MODULE_DESCRIPTION("H_ILLAN_ATTRIBUTES inside a pseries guest");
MODULE_AUTHOR("Open VIOS developers");
MODULE_LICENSE("GPL");
