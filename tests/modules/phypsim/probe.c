// SPDX-License-Identifier: GPL-2.0
/*
 * Hypervisor calls are taken away from the real hypervisor.
 *
 * Three functions of the kernel make them (arch/powerpc/platforms/pseries/hvCall.S): one
 * whose arguments follow the opcode, and two with a buffer between for what the call
 * returns.  The arguments that do not fit into registers are in the caller's frame.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/moduleparam.h>
#include <asm/hvcall.h>
#include <asm/ptrace.h>

#include "phypsim.h"

/* Offset of the ninth doubleword of parameters from the stack pointer; ELFv2 ABI */
#define STACK_ARG(n)	(32 + (n) * 8)

/* Whose call is it?  NULL if it is not ours. */
static struct sim_adapter *sim_whose(u64 opcode, const u64 *arg)
{
	switch (opcode) {
	case PAPR_H_REG_CRQ:
	case PAPR_H_FREE_CRQ:
	case PAPR_H_VIO_SIGNAL:
	case PAPR_H_SEND_CRQ:
	case PAPR_H_VIOCTL:
	case PAPR_H_ENABLE_CRQ:
		return sim_by_unit(arg[0]);
	case PAPR_H_GET_TCE:
	case PAPR_H_PUT_TCE:
	case PAPR_H_STUFF_TCE:
	case PAPR_H_PUT_TCE_INDIRECT:
		return sim_by_liobn(arg[0]);
	case PAPR_H_COPY_RDMA:
		return sim_by_liobn(arg[1]) ?: sim_by_liobn(arg[3]);
	case PAPR_H_READ_RDMA:
	case PAPR_H_WRITE_RDMA:
		return sim_by_liobn(arg[1]);
	default:
		return NULL;
	}
}

static unsigned int call_ns;
module_param(call_ns, uint, 0644);
MODULE_PARM_DESC(call_ns, "what a call takes besides its work, in whole microseconds (0)");

/* Calls being carried out on this processor: nobody else's code may run meanwhile. */
static DEFINE_PER_CPU(unsigned int, sim_depth);
static atomic_t sim_inside;

/* Somebody is about to be interrupted for an adapter. */
void sim_check_outside(void)
{
	if (this_cpu_read(sim_depth))
		atomic_inc(&sim_inside);
}

/* Returns false if the call is for the real hypervisor. */
static bool sim_call(u64 opcode, u64 arg[VHYP_ARGS], long *rc)
{
	struct sim_adapter *s;

	if (this_cpu_inc_return(sim_depth) > 1)
		atomic_inc(&sim_inside);
	rcu_read_lock();
	s = sim_whose(opcode, arg);
	if (s) {
		atomic64_inc(&s->calls[opcode / 4]);
		*rc = vhyp_hcall(vhyp_adapter_partition(s->a), opcode, arg, arg);
		ndelay(READ_ONCE(call_ns));
	}
	rcu_read_unlock();
	this_cpu_dec(sim_depth);
	return s;
}

/* Go back to the caller with @rc, instead of into the function. */
static int sim_return(struct pt_regs *regs, long rc)
{
	regs->gpr[3] = rc;
	regs_set_return_ip(regs, regs->link);
	return 1;
}

static int sim_norets(struct kprobe *p, struct pt_regs *regs)
{
	u64 arg[VHYP_ARGS] = { };
	unsigned int i;
	long rc;

	for (i = 0; i < 7; i++)
		arg[i] = regs->gpr[4 + i];
	return sim_call(regs->gpr[3], arg, &rc) ? sim_return(regs, rc) : 0;
}

/* The result goes into a buffer of the caller's: four doublewords, or nine. */
static int sim_with_rets(struct pt_regs *regs, unsigned int args, unsigned int rets)
{
	unsigned long *buf = (unsigned long *)regs->gpr[4];
	u64 arg[VHYP_ARGS] = { };
	unsigned int i;
	long rc;

	for (i = 0; i < args; i++)
		arg[i] = i < 6 ? regs->gpr[5 + i] :
				 *(unsigned long *)(regs->gpr[1] + STACK_ARG(i + 2));
	if (!sim_call(regs->gpr[3], arg, &rc))
		return 0;
	for (i = 0; i < rets; i++)
		buf[i] = arg[i];
	return sim_return(regs, rc);
}

static int sim_hcall(struct kprobe *p, struct pt_regs *regs)
{
	return sim_with_rets(regs, 6, PLPAR_HCALL_BUFSIZE);
}

static int sim_hcall9(struct kprobe *p, struct pt_regs *regs)
{
	return sim_with_rets(regs, 9, PLPAR_HCALL9_BUFSIZE);
}

/* With it a probe is never turned into a jump, which would ignore what we return. */
static void sim_post(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe sim_probes[] = {
	{
		.symbol_name	= "plpar_hcall_norets",
		.pre_handler	= sim_norets,
		.post_handler	= sim_post,
	}, {
		.symbol_name	= "plpar_hcall",
		.pre_handler	= sim_hcall,
		.post_handler	= sim_post,
	}, {
		.symbol_name	= "plpar_hcall9",
		.pre_handler	= sim_hcall9,
		.post_handler	= sim_post,
	},
};

void sim_show_probes(struct seq_file *m)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sim_probes); i++)
		seq_printf(m, "%s missed %lu optimized %d\n", sim_probes[i].symbol_name,
			   sim_probes[i].nmissed,
			   !!(sim_probes[i].flags & KPROBE_FLAG_OPTIMIZED));
	seq_printf(m, "inside %d\n", atomic_read(&sim_inside));
}

int sim_probe_init(void)
{
	int i, ret;

	for (i = 0; i < (int)ARRAY_SIZE(sim_probes); i++) {
		ret = register_kprobe(&sim_probes[i]);
		if (ret)
			goto undo;
	}
	return 0;

undo:
	pr_err("cannot probe %s: %d\n", sim_probes[i].symbol_name, ret);
	while (i--)
		unregister_kprobe(&sim_probes[i]);
	return ret;
}

void sim_probe_exit(void)
{
	int i = ARRAY_SIZE(sim_probes);

	while (i--)
		unregister_kprobe(&sim_probes[i]);
}
