// SPDX-License-Identifier: GPL-2.0
#include "vscsitest.h"

void load_end(struct client *c)
{
}

const struct vt_case load_cases[] = {
	{ }
};
