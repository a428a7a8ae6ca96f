/* SPDX-License-Identifier: GPL-2.0 */
/* Many requests of a kind, so many of them under way, each answered exactly once. */
#ifndef _VSCSITEST_PUMP_H
#define _VSCSITEST_PUMP_H

#include "session.h"

#define PUMP_MAX	1024

/**
 * struct pump - what is sent, and how much at once
 * @post:	send request number @i; an errno ends the pump
 * @judge:	look at its answer; may be NULL
 * @window:	under way at most, up to PUMP_MAX
 */
struct pump {
	int (*post)(struct client *c, struct vt_req *r, unsigned long i);
	void (*judge)(struct client *c, struct vt_req *r);
	unsigned int window;
};

int pump_run(struct client *c, const struct pump *p, unsigned long count);

#endif /* _VSCSITEST_PUMP_H */
