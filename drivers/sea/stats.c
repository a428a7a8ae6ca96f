// SPDX-License-Identifier: GPL-2.0
/*
 * Counters: per CPU, one for each reason a frame is dropped.  On each side, what was
 * received is what was bridged, consumed only, or dropped.
 */
#include <linux/rtnetlink.h>

#include "sea.h"

const char sea_stat_names[SEA_A_STATS_MAX + 1][ETH_GSTRING_LEN] = {
	[SEA_STAT(REAL_RECEIVED)]		= "real_received",
	[SEA_STAT(REAL_RECEIVED_BYTES)]		= "real_received_bytes",
	[SEA_STAT(REAL_RECEIVED_BROADCAST)]	= "real_received_broadcast",
	[SEA_STAT(REAL_RECEIVED_MULTICAST)]	= "real_received_multicast",
	[SEA_STAT(REAL_BRIDGED)]		= "real_bridged",
	[SEA_STAT(REAL_CONSUMED)]		= "real_consumed",
	[SEA_STAT(REAL_CONSUMED_ONLY)]		= "real_consumed_only",
	[SEA_STAT(REAL_FRAGMENTED)]		= "real_fragmented",
	[SEA_STAT(REAL_TRANSMITTED)]		= "real_transmitted",
	[SEA_STAT(REAL_TRANSMITTED_BYTES)]	= "real_transmitted_bytes",
	[SEA_STAT(REAL_TRANSMITTED_BROADCAST)]	= "real_transmitted_broadcast",
	[SEA_STAT(REAL_TRANSMITTED_MULTICAST)]	= "real_transmitted_multicast",
	[SEA_STAT(REAL_DROPPED)]		= "real_dropped",
	[SEA_STAT(REAL_BAD_CHECKSUM)]		= "real_bad_checksum",
	[SEA_STAT(REAL_BAD_SRC)]		= "real_bad_src",
	[SEA_STAT(REAL_NOT_READY)]		= "real_not_ready",
	[SEA_STAT(REAL_CONTROL_LEAK)]		= "real_control_leak",
	[SEA_STAT(REAL_FILTERED_RESERVED)]	= "real_filtered_reserved",
	[SEA_STAT(REAL_FILTERED_VLAN)]		= "real_filtered_vlan",
	[SEA_STAT(REAL_TAGGED_PVID)]		= "real_tagged_pvid",
	[SEA_STAT(REAL_INACTIVE)]		= "real_inactive",
	[SEA_STAT(REAL_DOUBLE_TAG)]		= "real_double_tag",
	[SEA_STAT(REAL_TOO_BIG)]		= "real_too_big",
	[SEA_STAT(REAL_NON_IP_TOO_BIG)]		= "real_non_ip_too_big",
	[SEA_STAT(REAL_LRO)]			= "real_lro",
	[SEA_STAT(REAL_QUEUE_FULL)]		= "real_queue_full",
	[SEA_STAT(REAL_NO_MEMORY)]		= "real_no_memory",
	[SEA_STAT(VIRT_RECEIVED)]		= "virt_received",
	[SEA_STAT(VIRT_RECEIVED_BYTES)]		= "virt_received_bytes",
	[SEA_STAT(VIRT_RECEIVED_BROADCAST)]	= "virt_received_broadcast",
	[SEA_STAT(VIRT_RECEIVED_MULTICAST)]	= "virt_received_multicast",
	[SEA_STAT(VIRT_BRIDGED)]		= "virt_bridged",
	[SEA_STAT(VIRT_CONSUMED)]		= "virt_consumed",
	[SEA_STAT(VIRT_CONSUMED_ONLY)]		= "virt_consumed_only",
	[SEA_STAT(VIRT_FRAGMENTED)]		= "virt_fragmented",
	[SEA_STAT(VIRT_TRANSMITTED)]		= "virt_transmitted",
	[SEA_STAT(VIRT_TRANSMITTED_BYTES)]	= "virt_transmitted_bytes",
	[SEA_STAT(VIRT_TRANSMITTED_BROADCAST)]	= "virt_transmitted_broadcast",
	[SEA_STAT(VIRT_TRANSMITTED_MULTICAST)]	= "virt_transmitted_multicast",
	[SEA_STAT(VIRT_DROPPED)]		= "virt_dropped",
	[SEA_STAT(VIRT_BAD_CHECKSUM)]		= "virt_bad_checksum",
	[SEA_STAT(VIRT_BAD_SRC)]		= "virt_bad_src",
	[SEA_STAT(VIRT_NOT_READY)]		= "virt_not_ready",
	[SEA_STAT(VIRT_CONTROL)]		= "virt_control",
	[SEA_STAT(VIRT_FILTERED_RESERVED)]	= "virt_filtered_reserved",
	[SEA_STAT(VIRT_FILTERED_VLAN)]		= "virt_filtered_vlan",
	[SEA_STAT(VIRT_FILTERED_PVID)]		= "virt_filtered_pvid",
	[SEA_STAT(VIRT_INACTIVE)]		= "virt_inactive",
	[SEA_STAT(VIRT_DOUBLE_TAG)]		= "virt_double_tag",
	[SEA_STAT(VIRT_NO_REAL)]		= "virt_no_real",
	[SEA_STAT(VIRT_TOO_BIG)]		= "virt_too_big",
	[SEA_STAT(VIRT_NON_IP_TOO_BIG)]		= "virt_non_ip_too_big",
	[SEA_STAT(VIRT_LRO)]			= "virt_lro",
	[SEA_STAT(VIRT_QUEUE_FULL)]		= "virt_queue_full",
	[SEA_STAT(VIRT_NO_MEMORY)]		= "virt_no_memory",
	[SEA_STAT(OUTPUT_GENERATED)]		= "output_generated",
	[SEA_STAT(OUTPUT_DROPPED)]		= "output_dropped",
	[SEA_STAT(OUTPUT_FAILED)]		= "output_failed",
	[SEA_STAT(MEMORY_FAILURES)]		= "memory_failures",
	[SEA_STAT(ICMP_SENT)]			= "icmp_sent",
	[SEA_STAT(CONTROL_IN)]			= "control_in",
	[SEA_STAT(CONTROL_OUT)]			= "control_out",
	[SEA_STAT(CONTROL_IGNORED)]		= "control_ignored",
	[SEA_STAT(UNASSIGNED)]			= "unassigned",
	[SEA_STAT(CLIENTS_OVERFLOW)]		= "clients_overflow",
};

#define SEA_SIDE(side)								\
{										\
	.received		= SEA_STAT(side##_RECEIVED),			\
	.received_bytes		= SEA_STAT(side##_RECEIVED_BYTES),		\
	.received_broadcast	= SEA_STAT(side##_RECEIVED_BROADCAST),		\
	.received_multicast	= SEA_STAT(side##_RECEIVED_MULTICAST),		\
	.transmitted		= SEA_STAT(side##_TRANSMITTED),			\
	.transmitted_bytes	= SEA_STAT(side##_TRANSMITTED_BYTES),		\
	.transmitted_broadcast	= SEA_STAT(side##_TRANSMITTED_BROADCAST),	\
	.transmitted_multicast	= SEA_STAT(side##_TRANSMITTED_MULTICAST),	\
	.bridged		= SEA_STAT(side##_BRIDGED),			\
	.consumed		= SEA_STAT(side##_CONSUMED),			\
	.consumed_only		= SEA_STAT(side##_CONSUMED_ONLY),		\
	.fragmented		= SEA_STAT(side##_FRAGMENTED),			\
	.dropped		= SEA_STAT(side##_DROPPED),			\
	.bad_checksum		= SEA_STAT(side##_BAD_CHECKSUM),		\
	.not_ready		= SEA_STAT(side##_NOT_READY),			\
	.too_big		= SEA_STAT(side##_TOO_BIG),			\
	.non_ip_too_big		= SEA_STAT(side##_NON_IP_TOO_BIG),		\
	.lro			= SEA_STAT(side##_LRO),				\
	.queue_full		= SEA_STAT(side##_QUEUE_FULL),			\
	.no_memory		= SEA_STAT(side##_NO_MEMORY),			\
	.drop_first		= SEA_STAT(side##_BAD_CHECKSUM),		\
	.drop_last		= SEA_STAT(side##_NO_MEMORY),			\
}

const struct sea_side sea_real_side = SEA_SIDE(REAL);
const struct sea_side sea_virt_side = SEA_SIDE(VIRT);

int sea_stats_init(struct sea *sea)
{
	sea->stats = netdev_alloc_pcpu_stats(struct sea_stats);
	return sea->stats ? 0 : -ENOMEM;
}

void sea_stats_free(struct sea *sea)
{
	free_percpu(sea->stats);
}

static void sea_stats_add_cpu(const struct sea_stats *stats, u64 *count)
{
	u64 copy[SEA_A_STATS_MAX + 1];
	unsigned int start, i;

	do {
		start = u64_stats_fetch_begin(&stats->syncp);
		for (i = SEA_STAT_FIRST; i <= SEA_A_STATS_MAX; i++)
			copy[i] = u64_stats_read(&stats->count[i]);
	} while (u64_stats_fetch_retry(&stats->syncp, start));
	for (i = SEA_STAT_FIRST; i <= SEA_A_STATS_MAX; i++)
		count[i] += copy[i];
}

static void sea_stats_sum_drops(const struct sea_side *side, u64 *count)
{
	unsigned int i;

	count[side->dropped] = 0;
	for (i = side->drop_first; i <= side->drop_last; i++)
		count[side->dropped] += count[i];
}

static void sea_stats_sum(const struct sea *sea, u64 *count)
{
	int cpu;

	memset(count, 0, (SEA_A_STATS_MAX + 1) * sizeof(*count));
	for_each_possible_cpu(cpu)
		sea_stats_add_cpu(per_cpu_ptr(sea->stats, cpu), count);
}

/**
 * sea_stats_read() - the counters since they were reset
 * @sea: the SEA
 * @count: SEA_A_STATS_MAX + 1 numbers, filled
 *
 * Context: RTNL.
 */
void sea_stats_read(const struct sea *sea, u64 *count)
{
	unsigned int i;

	sea_stats_sum(sea, count);
	for (i = SEA_STAT_FIRST; i <= SEA_A_STATS_MAX; i++)
		count[i] -= sea->base[i];
	sea_stats_sum_drops(&sea_real_side, count);
	sea_stats_sum_drops(&sea_virt_side, count);
}

/**
 * sea_stats_reset() - let all counters begin at 0
 * @sea: the SEA
 *
 * Context: RTNL.
 */
void sea_stats_reset(struct sea *sea)
{
	sea_stats_sum(sea, sea->base);
}
