/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between kernels, each by a test for the thing itself.
 */
#ifndef _SEA_COMPAT_H
#define _SEA_COMPAT_H

#include <linux/netdevice.h>
#include <linux/netlink.h>

/* Segmentation got headers of its own. */
#ifdef __has_include
#if __has_include("net/gso.h")
#include <net/gso.h>
#endif
#endif

/* Answers may be made for the occasion; before, they were sentences that stay for ever. */
#ifdef NL_SET_ERR_MSG_FMT
#define sea_answer_text(extack, text, vaf) \
	NL_SET_ERR_MSG_FMT(extack, "%s: %pV", text, vaf)
#else
#define sea_answer_text(extack, text, vaf)	((extack)->_msg = (text))
#endif

#endif /* _SEA_COMPAT_H */
