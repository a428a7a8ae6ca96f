// SPDX-License-Identifier: GPL-2.0
#include "vscsitest.h"

const struct vt_case midway_cases[] = {
	{ }
};
