// SPDX-License-Identifier: GPL-2.0
/* Partitions and pairs: read from configfs, and made there as a whole or not at all. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "vhyp.h"

/* Read an attribute into a member; 0, or -1 after a complaint. */
static int take(enum kind kind, const char *name, const char *attr, value_fn value, void *member)
{
	char text[VALUE_SIZE];
	const char *want;
	int ret;

	ret = attr_read(kind, name, attr, text);
	if (ret) {
		complain("%s %s: %s cannot be read: %s", kind_word[kind], name, attr,
			 strerror(-ret));
		return -1;
	}
	want = value(text, member);
	if (!want)
		return 0;
	complain("%s %s: %s is \"%s\", expected %s", kind_word[kind], name, attr, text, want);
	return -1;
}

/* Nothing that a later restore would refuse is taken from configfs. */
static bool bad_name(enum kind kind, const char *text, char name[NAME_SIZE])
{
	const char *want = kind == PAIR ? value_name(text, name) : value_partition(text, name);

	if (want)
		complain("%s %s: expected %s", kind_word[kind], text, want);
	return want;
}

int partition_read(const char *name, struct partition *part)
{
	memset(part, 0, sizeof(*part));
	if (bad_name(PARTITION, name, part->name) ||
	    take(PARTITION, name, "id", value_id, &part->id) ||
	    take(PARTITION, name, "uuid", value_uuid, part->uuid))
		return -1;
	return 0;
}

/* Number and identity as far as they are given */
int partition_configure(const struct partition *part)
{
	char text[VALUE_SIZE];

	if (part->id) {
		snprintf(text, sizeof(text), "%u", part->id);
		if (attr_set(PARTITION, part->name, "id", text))
			return -1;
	}
	if (part->uuid[0] && attr_set(PARTITION, part->name, "uuid", part->uuid))
		return -1;
	return 0;
}

/* Make a directory.  A signal waits until it is configured, or gone again. */
static int make_begin(enum kind kind, const char *name, sigset_t *mask)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, mask);
	if (!item_make(kind, name))
		return 0;
	sigprocmask(SIG_SETMASK, mask, NULL);
	return -1;
}

/* Keep the directory if it is @configured (0), remove it otherwise. */
static int make_end(enum kind kind, const char *name, int configured, const sigset_t *mask)
{
	if (configured)
		item_remove(kind, name);
	sigprocmask(SIG_SETMASK, mask, NULL);
	return configured ? -1 : 0;
}

int partition_make(const struct partition *part)
{
	sigset_t mask;

	if (make_begin(PARTITION, part->name, &mask))
		return -1;
	return make_end(PARTITION, part->name, partition_configure(part), &mask);
}

static int read_unit(const char *name, enum end end, unsigned int *unit)
{
	char attr[VALUE_SIZE];

	snprintf(attr, sizeof(attr), "%s/unit", end_word[end]);
	return take(PAIR, name, attr, value_unit, unit);
}

/* A client may have no partition, a server may not. */
static int pair_read_end(const char *name, struct pair *pair, enum end end)
{
	value_fn value = end == SERVER ? value_partition : value_name;
	char attr[VALUE_SIZE];

	snprintf(attr, sizeof(attr), "%s/partition", end_word[end]);
	if (take(PAIR, name, attr, value, pair->end[end].partition))
		return -1;
	return read_unit(name, end, &pair->end[end].unit);
}

int pair_read(const char *name, struct pair *pair)
{
	memset(pair, 0, sizeof(*pair));
	if (bad_name(PAIR, name, pair->name) ||
	    take(PAIR, name, "door", value_name, pair->door) ||
	    take(PAIR, name, "window_size", value_bytes, &pair->window_size) ||
	    take(PAIR, name, "max_rdma", value_bytes, &pair->max_rdma) ||
	    take(PAIR, name, "zero_copy", value_flag, &pair->zero_copy) ||
	    take(PAIR, name, "any_client", value_flag, &pair->any_client) ||
	    take(PAIR, name, "enable", value_flag, &pair->enable) ||
	    pair_read_end(name, pair, SERVER) || pair_read_end(name, pair, CLIENT))
		return -1;
	return 0;
}

static int set_bytes(const char *name, const char *attr, unsigned long long bytes)
{
	char text[VALUE_SIZE];

	if (!bytes)
		return 0;
	snprintf(text, sizeof(text), "%llu", bytes);
	return attr_set(PAIR, name, attr, text);
}

static int set_flag(const char *name, const char *attr, int flag)
{
	if (flag < 0)
		return 0;
	return attr_set(PAIR, name, attr, flag ? "1" : "0");
}

static int set_partition(const struct pair *pair, enum end end)
{
	const char *partition = pair->end[end].partition;
	char attr[VALUE_SIZE];

	/* A new pair's server belongs to the default partition, its client to nobody. */
	if (!partition[0] || !strcmp(partition, NOBODY))
		return 0;
	snprintf(attr, sizeof(attr), "%s/partition", end_word[end]);
	return attr_set(PAIR, pair->name, attr, partition);
}

static int set_unit(const char *name, enum end end, unsigned int unit)
{
	char attr[VALUE_SIZE], text[VALUE_SIZE];

	snprintf(attr, sizeof(attr), "%s/unit", end_word[end]);
	snprintf(text, sizeof(text), "%x", unit);
	return attr_set(PAIR, name, attr, text);
}

/* Move the client's end to an address that nobody has, for the time being. */
static int park_client(const char *name)
{
	char text[VALUE_SIZE];
	unsigned int unit;
	int ret = -EEXIST;

	for (unit = UINT_MAX; unit > UINT_MAX - 0x10000 && ret == -EEXIST; unit--) {
		snprintf(text, sizeof(text), "%x", unit);
		ret = attr_write(PAIR, name, "client/unit", text);
	}
	if (ret)
		complain("pair %s: the unit addresses cannot be swapped: %s", name,
			 strerror(-ret));
	return ret;
}

/*
 * The kernel gives a new pair two addresses.  An end that is to have the other's swaps
 * with it, unless the other is to have a third.
 */
static int set_units(const struct pair *pair)
{
	unsigned int want[ENDS] = { pair->end[SERVER].unit, pair->end[CLIENT].unit };
	const char *name = pair->name;
	unsigned int has[ENDS];

	if (!want[SERVER] && !want[CLIENT])
		return 0;
	if (read_unit(name, SERVER, &has[SERVER]) || read_unit(name, CLIENT, &has[CLIENT]))
		return -1;
	if (!want[SERVER])
		want[SERVER] = want[CLIENT] == has[SERVER] ? has[CLIENT] : has[SERVER];
	if (!want[CLIENT])
		want[CLIENT] = want[SERVER] == has[CLIENT] ? has[SERVER] : has[CLIENT];
	if (want[SERVER] == has[CLIENT] && park_client(name))
		return -1;
	return set_unit(name, SERVER, want[SERVER]) || set_unit(name, CLIENT, want[CLIENT]);
}

static int pair_configure(const struct pair *pair)
{
	const char *name = pair->name;

	if (pair->door[0] && attr_set(PAIR, name, "door", pair->door))
		return -1;
	if (set_bytes(name, "window_size", pair->window_size) ||
	    set_bytes(name, "max_rdma", pair->max_rdma) ||
	    set_flag(name, "zero_copy", pair->zero_copy) ||
	    set_flag(name, "any_client", pair->any_client) ||
	    set_partition(pair, SERVER) || set_partition(pair, CLIENT) || set_units(pair))
		return -1;
	return pair->enable ? set_flag(name, "enable", 1) : 0;
}

int pair_make(const struct pair *pair)
{
	sigset_t mask;

	if (make_begin(PAIR, pair->name, &mask))
		return -1;
	return make_end(PAIR, pair->name, pair_configure(pair), &mask);
}
