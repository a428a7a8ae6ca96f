// SPDX-License-Identifier: GPL-2.0
/* The table of hypervisor calls, and the one way in. */
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/string.h>

#include "vhyp_internal.h"

/* Opcodes are multiples of 4. */
static const struct vhyp_hcall {
	const char *name;
	long (*handler)(struct vhyp_call *c);
} vhyp_hcalls[VHYP_OPCODE_SLOTS] = {
	[PAPR_H_GET_TCE / 4]		= { "H_GET_TCE", vhyp_h_get_tce },
	[PAPR_H_PUT_TCE / 4]		= { "H_PUT_TCE", vhyp_h_put_tce },
	[PAPR_H_REG_CRQ / 4]		= { "H_REG_CRQ", vhyp_h_reg_crq },
	[PAPR_H_FREE_CRQ / 4]		= { "H_FREE_CRQ", vhyp_h_free_crq },
	[PAPR_H_VIO_SIGNAL / 4]		= { "H_VIO_SIGNAL", vhyp_h_vio_signal },
	[PAPR_H_SEND_CRQ / 4]		= { "H_SEND_CRQ", vhyp_h_send_crq },
	[PAPR_H_COPY_RDMA / 4]		= { "H_COPY_RDMA", vhyp_h_copy_rdma },
	[PAPR_H_WRITE_RDMA / 4]		= { "H_WRITE_RDMA", vhyp_h_write_rdma },
	[PAPR_H_READ_RDMA / 4]		= { "H_READ_RDMA", vhyp_h_read_rdma },
	[PAPR_H_STUFF_TCE / 4]		= { "H_STUFF_TCE", vhyp_h_stuff_tce },
	[PAPR_H_PUT_TCE_INDIRECT / 4]	= { "H_PUT_TCE_INDIRECT", vhyp_h_put_tce_indirect },
	[PAPR_H_VIOCTL / 4]		= { "H_VIOCTL", vhyp_h_vioctl },
	[PAPR_H_ENABLE_CRQ / 4]		= { "H_ENABLE_CRQ", vhyp_h_enable_crq },
};

static const struct vhyp_hcall *vhyp_hcall_find(u64 opcode)
{
	const struct vhyp_hcall *h;

	if (opcode % 4 || opcode / 4 >= ARRAY_SIZE(vhyp_hcalls))
		return NULL;
	/* A guest chooses the number. */
	h = &vhyp_hcalls[array_index_nospec(opcode / 4, ARRAY_SIZE(vhyp_hcalls))];
	return h->handler ? h : NULL;
}

/* Name of a call, NULL if there is no such call. */
const char *vhyp_hcall_name(u64 opcode)
{
	const struct vhyp_hcall *h = vhyp_hcall_find(opcode);

	return h ? h->name : NULL;
}

/* Number of a call by name; -EINVAL if there is none. */
int vhyp_hcall_number(const char *name, u64 *opcode)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vhyp_hcalls); i++) {
		if (vhyp_hcalls[i].name && !strcmp(vhyp_hcalls[i].name, name)) {
			*opcode = i * 4;
			return 0;
		}
	}
	return -EINVAL;
}

/**
 * vhyp_hcall() - a partition makes a hypervisor call
 * @caller:	the partition
 * @opcode:	enum papr_hcall
 * @arg:	R4 to R12; all must be readable, unused ones are ignored
 * @ret:	R4 to R12 on return, of which the call fills what it defines; may be @arg
 *
 * Context: any, hard interrupt with locks held included.
 * Return: PAPR status; H_FUNCTION for a call there is not.
 */
long vhyp_hcall(struct vhyp_partition *caller, u64 opcode, const u64 arg[VHYP_ARGS],
		u64 ret[VHYP_ARGS])
{
	const struct vhyp_hcall *h = vhyp_hcall_find(opcode);
	struct vhyp_call call = { .caller = caller, .arg = arg, .ret = ret };
	long rc;

	if (!h)
		return PAPR_H_FUNCTION;
	if (static_branch_unlikely(&vhyp_hooks_used) &&
	    vhyp_partition_injected(caller, opcode, &rc))
		return rc;
	/* Adapters go away only after a grace period. */
	rcu_read_lock();
	rc = h->handler(&call);
	rcu_read_unlock();
	return rc;
}
EXPORT_SYMBOL_GPL(vhyp_hcall);
