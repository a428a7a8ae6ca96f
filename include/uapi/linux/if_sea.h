/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The Shared Ethernet Adapter as user space sees it: attributes of a link of kind "sea"
 * and of its ports, and the generic netlink family "sea".  Documentation/sea.rst tells
 * what they mean, Documentation/ABI/testing/netlink-sea lists them.
 */
#ifndef _UAPI_LINUX_IF_SEA_H
#define _UAPI_LINUX_IF_SEA_H

#include <linux/types.h>

#define SEA_TRUNKS_MAX		16
#define SEA_VID_MAX		4094
/* Control frames between the Shared Ethernet Adapters of a pair */
#define SEA_ETHERTYPE		0x88b5
#define SEA_CONTROL_VID		4095

/*
 * IFLA_INFO_DATA of kind "sea".  Those up to IFLA_SEA_CLIENTS_MAX can be set, the others
 * are only shown.
 */
enum {
	IFLA_SEA_UNSPEC,
	IFLA_SEA_PVID_LEAK,	/* u8, 0: untagged frames of other trunks than the default
				 * one are dropped; 1: sent untagged
				 */
	IFLA_SEA_TAGGED_PVID,	/* u8, 1: the PVID may come tagged from the real side; 0: not */
	IFLA_SEA_FRAG,		/* u8, 1: IPv4 without DF is fragmented; 0: dropped, told so */
	IFLA_SEA_LARGESEND,	/* u8, 1: large TCP frames go whole to the real adapter */
	IFLA_SEA_LARGE_RECEIVE,	/* u8, 1: aggregated frames go whole to the trunks */
	IFLA_SEA_THREAD,	/* u8, 1: forwarded by threads; 0: in softirq */
	IFLA_SEA_NTHREADS,	/* u32, 1 to 128 */
	IFLA_SEA_QUEUE_SIZE,	/* u32, frames of a thread's queue, 16 to 65536 */
	IFLA_SEA_QOS_MODE,	/* u8, enum sea_qos_mode */
	IFLA_SEA_ACCOUNTING,	/* u8, 1: frames are counted for each client */
	IFLA_SEA_CLIENTS_MAX,	/* u32, clients that are counted, 1 to 65536 */

	IFLA_SEA_PVID,		/* u16, VLAN that is untagged on the wire, 0: none */
	IFLA_SEA_REAL,		/* u32, ifindex of the real adapter, 0: none */
	IFLA_SEA_DEFAULT,	/* u32, ifindex of the default trunk, 0: none */
	IFLA_SEA_TRUNKS,	/* u32, trunks there are, a bit for each order */
	IFLA_SEA_ACTIVE,	/* u32, trunks that are bridged, a bit for each order */

	__IFLA_SEA_MAX
};

#define IFLA_SEA_MAX (__IFLA_SEA_MAX - 1)

enum sea_qos_mode {
	SEA_QOS_DISABLED,
	SEA_QOS_STRICT,		/* higher priorities first */
	SEA_QOS_LOOSE,		/* each priority has a share */
};

/*
 * IFLA_INFO_SLAVE_DATA of a port.  Those up to IFLA_SEA_PORT_ACTIVE can be set, in a
 * command after the one that sets the master.
 */
enum {
	IFLA_SEA_PORT_UNSPEC,
	IFLA_SEA_PORT_ROLE,	/* u8, enum sea_port_role */
	IFLA_SEA_PORT_ORDER,	/* u8, place among the trunks, 0 to 15 */
	IFLA_SEA_PORT_PRIORITY,	/* u8, trunk priority, 1 (best) to 15 */
	IFLA_SEA_PORT_DEFAULT,	/* u8, 1: its PVID is the VLAN untagged on the wire */
	IFLA_SEA_PORT_ACTIVE,	/* u8, 1: this trunk is bridged */

	IFLA_SEA_PORT_READY,	/* u8, 0: forwards nothing yet, e.g. a trunk without PVID */
	IFLA_SEA_PORT_PVID,	/* u16, 0: none */
	IFLA_SEA_PORT_VLANS,	/* u32, how many VLANs besides */
	IFLA_SEA_PORT_FIRMWARE,	/* u8, 1: the firmware keeps priority and activity */

	__IFLA_SEA_PORT_MAX
};

#define IFLA_SEA_PORT_MAX (__IFLA_SEA_PORT_MAX - 1)

enum sea_port_role {
	SEA_PORT_NONE,
	SEA_PORT_REAL,
	SEA_PORT_TRUNK,
	SEA_PORT_CTL,
};

/* Generic netlink */
#define SEA_GENL_NAME		"sea"
#define SEA_GENL_VERSION	1
#define SEA_GENL_MCGRP_EVENTS	"events"

enum sea_cmd {
	SEA_CMD_UNSPEC,
	SEA_CMD_DEV_GET,	/* do, dump: SEA_A_DEV_* */
	SEA_CMD_PORT_GET,	/* dump, of one SEA or all: SEA_A_PORT_* */
	SEA_CMD_STATS_GET,	/* do, dump: SEA_A_STATS_* */
	SEA_CMD_STATS_RESET,	/* do */
	SEA_CMD_THREAD_GET,	/* dump: SEA_A_THREAD_* */
	SEA_CMD_CLIENT_GET,	/* dump: SEA_A_CLIENT_* */
	SEA_CMD_EVENT,		/* to the group "events" */

	__SEA_CMD_MAX
};

#define SEA_CMD_MAX (__SEA_CMD_MAX - 1)

/* Attributes of all commands */
enum {
	SEA_A_UNSPEC,
	SEA_A_IFINDEX,		/* u32, of the SEA */
	SEA_A_IFNAME,		/* string, of the SEA */
	SEA_A_DEV,		/* nest of SEA_A_DEV_* */
	SEA_A_PORT,		/* nest of SEA_A_PORT_* */
	SEA_A_STATS,		/* nest of SEA_A_STATS_* */
	SEA_A_THREAD,		/* nest of SEA_A_THREAD_* */
	SEA_A_CLIENT,		/* nest of SEA_A_CLIENT_* */
	SEA_A_EVENT,		/* u32, enum sea_event */

	__SEA_A_MAX
};

#define SEA_A_MAX (__SEA_A_MAX - 1)

enum {
	SEA_A_DEV_UNSPEC,
	SEA_A_DEV_UP,		/* u8 */
	SEA_A_DEV_PVID,		/* u16 */
	SEA_A_DEV_REAL,		/* u32, ifindex */
	SEA_A_DEV_DEFAULT,	/* u32, ifindex */
	SEA_A_DEV_TRUNKS,	/* u32, mask */
	SEA_A_DEV_ACTIVE,	/* u32, mask */
	SEA_A_DEV_CLIENTS,	/* u32, clients that are counted now */

	__SEA_A_DEV_MAX
};

#define SEA_A_DEV_MAX (__SEA_A_DEV_MAX - 1)

enum {
	SEA_A_PORT_UNSPEC,
	SEA_A_PORT_IFINDEX,	/* u32 */
	SEA_A_PORT_IFNAME,	/* string */
	SEA_A_PORT_ROLE,	/* u8, enum sea_port_role */
	SEA_A_PORT_ORDER,	/* u8 */
	SEA_A_PORT_PRIORITY,	/* u8 */
	SEA_A_PORT_DEFAULT,	/* u8 */
	SEA_A_PORT_ACTIVE,	/* u8 */
	SEA_A_PORT_READY,	/* u8 */
	SEA_A_PORT_FIRMWARE,	/* u8 */
	SEA_A_PORT_PVID,	/* u16 */
	SEA_A_PORT_VLAN,	/* nest of SEA_A_VLAN_*, one for each range of VLANs */

	__SEA_A_PORT_MAX
};

#define SEA_A_PORT_MAX (__SEA_A_PORT_MAX - 1)

enum {
	SEA_A_VLAN_UNSPEC,
	SEA_A_VLAN_FIRST,	/* u16 */
	SEA_A_VLAN_LAST,	/* u16 */

	__SEA_A_VLAN_MAX
};

#define SEA_A_VLAN_MAX (__SEA_A_VLAN_MAX - 1)

/*
 * Counters, u64 each, of frames as they are on the wire: a large TCP frame is as many as
 * it has segments.  "ethtool -S" shows them in this order, under these names in lower
 * case.  On each side
 *
 *	received = bridged + consumed_only + dropped
 *
 * and dropped is the sum of what is listed below it.
 */
enum {
	SEA_A_STATS_UNSPEC,
	SEA_A_STATS_PAD,

	/* Real side: what comes from the real adapter, and what is sent to it */
	SEA_A_STATS_REAL_RECEIVED,
	SEA_A_STATS_REAL_RECEIVED_BYTES,
	SEA_A_STATS_REAL_RECEIVED_BROADCAST,
	SEA_A_STATS_REAL_RECEIVED_MULTICAST,
	SEA_A_STATS_REAL_BRIDGED,		/* given to a trunk */
	SEA_A_STATS_REAL_CONSUMED,		/* given to the SEA's own interface */
	SEA_A_STATS_REAL_CONSUMED_ONLY,		/* of these, not bridged as well */
	SEA_A_STATS_REAL_FRAGMENTED,		/* of the bridged, those that were too long */
	SEA_A_STATS_REAL_TRANSMITTED,		/* sent to the real adapter */
	SEA_A_STATS_REAL_TRANSMITTED_BYTES,
	SEA_A_STATS_REAL_TRANSMITTED_BROADCAST,
	SEA_A_STATS_REAL_TRANSMITTED_MULTICAST,
	SEA_A_STATS_REAL_DROPPED,
	SEA_A_STATS_REAL_BAD_CHECKSUM,		/* a checksum that begins before its packet */
	SEA_A_STATS_REAL_BAD_SRC,		/* source address is zero or a group */
	SEA_A_STATS_REAL_NOT_READY,		/* the SEA is down */
	SEA_A_STATS_REAL_CONTROL_LEAK,		/* a SEA's control frame on the wire */
	SEA_A_STATS_REAL_FILTERED_RESERVED,	/* 01:80:c2:00:00:00 to 0f */
	SEA_A_STATS_REAL_FILTERED_VLAN,		/* no trunk has the VLAN */
	SEA_A_STATS_REAL_TAGGED_PVID,		/* the PVID, tagged, with tagged_pvid off */
	SEA_A_STATS_REAL_INACTIVE,		/* its trunk is not active */
	SEA_A_STATS_REAL_DOUBLE_TAG,		/* behind a tag to be removed is another */
	SEA_A_STATS_REAL_TOO_BIG,		/* IP, longer than the trunk's MTU */
	SEA_A_STATS_REAL_NON_IP_TOO_BIG,	/* other, longer than the trunk's MTU */
	SEA_A_STATS_REAL_LRO,			/* aggregated so that it cannot be sent */
	SEA_A_STATS_REAL_QUEUE_FULL,		/* a thread's queue was full */
	SEA_A_STATS_REAL_NO_MEMORY,

	/* Virtual side: the same for all trunks together */
	SEA_A_STATS_VIRT_RECEIVED,
	SEA_A_STATS_VIRT_RECEIVED_BYTES,
	SEA_A_STATS_VIRT_RECEIVED_BROADCAST,
	SEA_A_STATS_VIRT_RECEIVED_MULTICAST,
	SEA_A_STATS_VIRT_BRIDGED,
	SEA_A_STATS_VIRT_CONSUMED,
	SEA_A_STATS_VIRT_CONSUMED_ONLY,
	SEA_A_STATS_VIRT_FRAGMENTED,
	SEA_A_STATS_VIRT_TRANSMITTED,
	SEA_A_STATS_VIRT_TRANSMITTED_BYTES,
	SEA_A_STATS_VIRT_TRANSMITTED_BROADCAST,
	SEA_A_STATS_VIRT_TRANSMITTED_MULTICAST,
	SEA_A_STATS_VIRT_DROPPED,
	SEA_A_STATS_VIRT_BAD_CHECKSUM,
	SEA_A_STATS_VIRT_BAD_SRC,
	SEA_A_STATS_VIRT_NOT_READY,		/* the SEA is down, or the trunk has no PVID */
	SEA_A_STATS_VIRT_CONTROL,		/* control frames, which are not forwarded */
	SEA_A_STATS_VIRT_FILTERED_RESERVED,
	SEA_A_STATS_VIRT_FILTERED_VLAN,		/* the VLAN is not this trunk's */
	SEA_A_STATS_VIRT_FILTERED_PVID,		/* untagged, not from the default trunk */
	SEA_A_STATS_VIRT_INACTIVE,
	SEA_A_STATS_VIRT_DOUBLE_TAG,
	SEA_A_STATS_VIRT_NO_REAL,		/* there is no real adapter */
	SEA_A_STATS_VIRT_TOO_BIG,
	SEA_A_STATS_VIRT_NON_IP_TOO_BIG,
	SEA_A_STATS_VIRT_LRO,
	SEA_A_STATS_VIRT_QUEUE_FULL,
	SEA_A_STATS_VIRT_NO_MEMORY,

	/* Other */
	SEA_A_STATS_OUTPUT_GENERATED,		/* sent by the SEA's own interface */
	SEA_A_STATS_OUTPUT_DROPPED,		/* of these, sent to no adapter */
	SEA_A_STATS_OUTPUT_FAILED,		/* the adapter or its queue refused a frame */
	SEA_A_STATS_MEMORY_FAILURES,		/* frames and copies there was no memory for */
	SEA_A_STATS_ICMP_SENT,			/* answers to frames that were too long */
	SEA_A_STATS_CONTROL_IN,			/* control frames, from trunks and ctl ports */
	SEA_A_STATS_CONTROL_OUT,
	SEA_A_STATS_CONTROL_IGNORED,		/* other frames from ctl ports */
	SEA_A_STATS_UNASSIGNED,			/* from ports without a role */
	SEA_A_STATS_CLIENTS_OVERFLOW,		/* not counted for a client: too many clients */

	__SEA_A_STATS_MAX
};

#define SEA_A_STATS_MAX (__SEA_A_STATS_MAX - 1)

/* A queue of a thread */
enum {
	SEA_A_THREAD_UNSPEC,
	SEA_A_THREAD_PAD,
	SEA_A_THREAD_ID,	/* u32 */
	SEA_A_THREAD_QUEUE,	/* u8, VLAN priority; 8 is the queue of all without QoS */
	SEA_A_THREAD_QUEUED,	/* u32, frames in it now */
	SEA_A_THREAD_QUEUED_MAX,	/* u32, most frames there were */
	SEA_A_THREAD_FRAMES,	/* u64, frames that went through */
	SEA_A_THREAD_DROPPED,	/* u64, frames it had no place for */
	SEA_A_THREAD_WAY,	/* u8, 0: of frames for the real adapter; 1: for trunks */
	SEA_A_THREAD_QUEUED_AVG,	/* u32, frames one found before it, on an average */

	__SEA_A_THREAD_MAX
};

#define SEA_A_THREAD_MAX (__SEA_A_THREAD_MAX - 1)

enum {
	SEA_A_CLIENT_UNSPEC,
	SEA_A_CLIENT_PAD,
	SEA_A_CLIENT_MAC,	/* 6 bytes */
	SEA_A_CLIENT_VID,	/* u16 */
	SEA_A_CLIENT_TRUNK,	/* u8, order of its trunk; not there: it is outside now */
	SEA_A_CLIENT_PCP,	/* u8, VLAN priority it used last */
	SEA_A_CLIENT_IDLE,	/* u32, seconds since its last frame */
	SEA_A_CLIENT_FROM_FRAMES,	/* u64, frames from the client */
	SEA_A_CLIENT_FROM_BYTES,	/* u64 */
	SEA_A_CLIENT_TO_FRAMES,	/* u64, unicast frames to the client */
	SEA_A_CLIENT_TO_BYTES,	/* u64 */

	__SEA_A_CLIENT_MAX
};

#define SEA_A_CLIENT_MAX (__SEA_A_CLIENT_MAX - 1)

enum sea_event {
	SEA_EVENT_NONE,
	SEA_EVENT_CREATED,	/* a SEA */
	SEA_EVENT_DELETED,
	SEA_EVENT_PORT_ADDED,	/* a port */
	SEA_EVENT_PORT_REMOVED,
	SEA_EVENT_PORT_CHANGED,	/* its role, order, VLANs, or what else was set */
	SEA_EVENT_ACTIVE_LOST,	/* the firmware gave this trunk's activity to another */
	SEA_EVENT_CONTROL_LEAK,	/* control frames on the wire: a loop, or a wrong cable */
	SEA_EVENT_CHANGED,	/* the options of a SEA; it is up, or down */
};

#endif /* _UAPI_LINUX_IF_SEA_H */
