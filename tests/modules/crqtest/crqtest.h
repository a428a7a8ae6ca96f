/* SPDX-License-Identifier: GPL-2.0 */
/*
 * crqtest: drivers for one server and one client adapter of a pair, and workloads
 * between them.  Loading the module runs the workload named by the parameter "test";
 * it fails to load if the workload finds a fault.
 */
#ifndef _CRQTEST_H
#define _CRQTEST_H

#include <linux/ktime.h>
#include <linux/printk.h>
#include <vios/crq.h>

enum peer_side {
	PEER_SERVER,
	PEER_CLIENT,
	PEERS,
};

/**
 * struct peer - one end
 * @adapter:	bound adapter, NULL if there is none
 * @queue:	its queue
 * @handler:	workload's, called for each element
 * @events:	transport events taken
 */
struct peer {
	struct crq_adapter *adapter;
	struct crq_queue queue;
	void (*handler)(struct peer *peer, const struct crq_msg *msg);
	unsigned long events;
};

extern struct peer peers[PEERS];

static inline enum peer_side peer_side(const struct peer *peer)
{
	return peer - peers;
}

int peers_bind(void);
void peers_unbind(void);
int peer_open(struct peer *peer, void (*handler)(struct peer *, const struct crq_msg *));
int peer_close(struct peer *peer);
int peers_open(void (*handler)(struct peer *, const struct crq_msg *));
int peers_close(void);

/* Workloads; 0, or an errno after having said why */
int crqtest_messages(unsigned long count, bool churn);
int crqtest_flood(unsigned long count);
int crqtest_rdma(unsigned int ms);
int crqtest_delayed(unsigned int ms);
int crqtest_handshake(void);
int crqtest_bench(unsigned long rounds);

/* Load in the background, from probe to remove */
extern bool load_mode;
int load_start(struct peer *peer);
void load_stop(struct peer *peer);
void load_report(void);

#endif /* _CRQTEST_H */
