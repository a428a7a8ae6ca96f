/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SEANULL_H
#define _SEANULL_H

#include <linux/netdevice.h>
#include <linux/spinlock.h>

#define SEANULL_PORTS	2

/**
 * struct seanull_check - what a seacheck has seen of its flow
 * @lock:	protects all below
 * @next:	the number of the frame that is due
 * @begun:	a frame has come
 * @right:	frames that came in their turn
 * @missed:	numbers that were passed over
 * @late:	frames whose number had been passed: a second time, or overtaken
 * @foreign:	frames that are not of pktgen
 */
struct seanull_check {
	spinlock_t lock;	/* all below */
	u32 next;
	bool begun;
	u64 right;
	u64 missed;
	u64 late;
	u64 foreign;
};

/**
 * struct seanull - one device of any of the three kinds
 * @port:	what is below it; under RTNL
 * @ports:	how many it can have
 * @handler:	of these
 * @check:	for seacheck
 */
struct seanull {
	struct net_device *port[SEANULL_PORTS];
	unsigned int ports;
	rx_handler_func_t *handler;
	struct seanull_check check;
};

/* check.c */
rx_handler_result_t seanull_check(struct sk_buff **pskb);
void seanull_check_stats(struct seanull_check *check, struct rtnl_link_stats64 *stats);

#endif /* _SEANULL_H */
