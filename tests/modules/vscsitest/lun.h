/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSCSITEST_LUN_H
#define _VSCSITEST_LUN_H

#include <linux/types.h>

u16 lun_encode(unsigned int n);

#endif /* _VSCSITEST_LUN_H */
