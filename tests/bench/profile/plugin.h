/* SPDX-License-Identifier: GPL-2.0 */
/* What count.c uses of QEMU's plugin interface, version 1: Debian has no package with it. */
#ifndef _PROFILE_PLUGIN_H
#define _PROFILE_PLUGIN_H

#include <stddef.h>
#include <linux/types.h>

struct qemu_plugin_tb;
struct qemu_info_t;

enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

extern int qemu_plugin_version;

void qemu_plugin_register_vcpu_tb_trans_cb(__u64 id,
					   void (*cb)(__u64 id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, enum qemu_plugin_op op,
					      void *ptr, __u64 imm);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
__u64 qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);

/* The plugin's */
int qemu_plugin_install(__u64 id, const struct qemu_info_t *info, int argc, char **argv);

#endif
