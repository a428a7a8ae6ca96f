// SPDX-License-Identifier: GPL-2.0
/*
 * ip link add|set NAME type sea ...
 */
#include "plugin.h"

#include "../../include/uapi/linux/if_sea.h"

static const char *const qos_names[] = {
	[SEA_QOS_DISABLED] = "disabled",
	[SEA_QOS_STRICT] = "strict",
	[SEA_QOS_LOOSE] = "loose",
	NULL
};

#define FLAG(_word, _attr) \
	{ .word = _word, .help = "{ 0 | 1 }", .attr = _attr, .size = 1, .max = 1 }
#define NUMBER(_word, _attr, _min, _max) \
	{ .word = _word, .help = #_min "-" #_max, .attr = _attr, .size = 4, .min = _min, \
	  .max = _max }
#define SHOWN(_word, _attr, _kind)	{ .word = _word, .attr = _attr, .kind = _kind }

static const struct sea_word words[] = {
	FLAG("pvid_leak", IFLA_SEA_PVID_LEAK),
	FLAG("tagged_pvid", IFLA_SEA_TAGGED_PVID),
	FLAG("frag", IFLA_SEA_FRAG),
	FLAG("largesend", IFLA_SEA_LARGESEND),
	FLAG("large_receive", IFLA_SEA_LARGE_RECEIVE),
	FLAG("thread", IFLA_SEA_THREAD),
	NUMBER("nthreads", IFLA_SEA_NTHREADS, 1, 128),
	NUMBER("queue_size", IFLA_SEA_QUEUE_SIZE, 16, 65536),
	{ .word = "qos_mode", .help = "{ disabled | strict | loose }", .kind = SEA_WORD_NAME,
	  .names = qos_names, .attr = IFLA_SEA_QOS_MODE, .size = 1 },
	FLAG("accounting", IFLA_SEA_ACCOUNTING),
	NUMBER("clients_max", IFLA_SEA_CLIENTS_MAX, 1, 65536),
	SHOWN("pvid", IFLA_SEA_PVID, SEA_WORD_NUMBER),
	SHOWN("real", IFLA_SEA_REAL, SEA_WORD_DEVICE),
	SHOWN("default", IFLA_SEA_DEFAULT, SEA_WORD_DEVICE),
	SHOWN("trunks", IFLA_SEA_TRUNKS, SEA_WORD_MASK),
	SHOWN("active", IFLA_SEA_ACTIVE, SEA_WORD_MASK),
	{}
};

DEFINE_SEA_LINK_UTIL(sea, IFLA_SEA_MAX);
