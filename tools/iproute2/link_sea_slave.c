// SPDX-License-Identifier: GPL-2.0
/*
 * ip link set NAME type sea_slave ...
 */
#include "plugin.h"

#include "../../include/uapi/linux/if_sea.h"

static const char *const role_names[] = {
	[SEA_PORT_NONE] = "none",
	[SEA_PORT_REAL] = "real",
	[SEA_PORT_TRUNK] = "trunk",
	[SEA_PORT_CTL] = "ctl",
	NULL
};

#define NUMBER(_word, _attr, _help, _min, _max) \
	{ .word = _word, .help = _help, .attr = _attr, .size = 1, .min = _min, .max = _max }
#define SHOWN(_word, _attr)	{ .word = _word, .attr = _attr }

static const struct sea_word words[] = {
	{ .word = "role", .help = "{ none | real | trunk | ctl }", .kind = SEA_WORD_NAME,
	  .names = role_names, .attr = IFLA_SEA_PORT_ROLE, .size = 1 },
	NUMBER("order", IFLA_SEA_PORT_ORDER, "0-15", 0, 15),
	NUMBER("priority", IFLA_SEA_PORT_PRIORITY, "1-15", 1, 15),
	NUMBER("default", IFLA_SEA_PORT_DEFAULT, "{ 0 | 1 }", 0, 1),
	NUMBER("active", IFLA_SEA_PORT_ACTIVE, "{ 0 | 1 }", 0, 1),
	SHOWN("ready", IFLA_SEA_PORT_READY),
	SHOWN("pvid", IFLA_SEA_PORT_PVID),
	SHOWN("vlans", IFLA_SEA_PORT_VLANS),
	SHOWN("firmware", IFLA_SEA_PORT_FIRMWARE),
	{}
};

DEFINE_SEA_LINK_UTIL(sea_slave, IFLA_SEA_PORT_MAX);
