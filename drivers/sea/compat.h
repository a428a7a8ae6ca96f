/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between kernels, each by a test for the thing itself.
 */
#ifndef _SEA_COMPAT_H
#define _SEA_COMPAT_H

#include <linux/netdevice.h>

/* Segmentation got headers of its own. */
#ifdef __has_include
#if __has_include("net/gso.h")
#include <net/gso.h>
#endif
#endif

#endif /* _SEA_COMPAT_H */
