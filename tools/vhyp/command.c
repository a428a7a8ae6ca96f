// SPDX-License-Identifier: GPL-2.0
/* The commands that make, change and remove. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "vhyp.h"

/* A key of the command line, and the member of the object it stands for */
struct key {
	const char *name;
	value_fn value;
	size_t offset;
};

/* "key=value" into @object; 0, or -1 after a complaint */
static int take_word(const struct key *keys, char *word, void *object)
{
	char *value = strchr(word, '=');
	const char *want;

	if (!value) {
		complain("%s: expected key=value", word);
		return -1;
	}
	*value++ = '\0';
	for (; keys->name; keys++)
		if (!strcmp(keys->name, word))
			break;
	if (!keys->name) {
		complain("%s: there is no such key", word);
		return -1;
	}
	want = keys->value(value, (char *)object + keys->offset);
	if (want)
		complain("%s=%s: expected %s", word, value, want);
	return want ? -1 : 0;
}

static int take_words(const struct key *keys, const struct request *req, void *object)
{
	int i;

	for (i = 1; i < req->argc; i++)
		if (take_word(keys, req->argv[i], object))
			return -1;
	return 0;
}

/* The command's first argument */
static int take_name(const struct request *req, enum kind kind, char name[NAME_SIZE])
{
	const char *text = req->argv[0];
	const char *want = kind == PAIR ? value_name(text, name) : value_partition(text, name);

	if (want)
		complain("%s: expected %s", text, want);
	return want ? -1 : 0;
}

static const struct key partition_keys[] = {
	{ "id",		value_id,	offsetof(struct partition, id) },
	{ "uuid",	value_uuid,	offsetof(struct partition, uuid) },
	{}
};

int cmd_partition_add(const struct request *req)
{
	struct partition part = {}, made;

	if (take_name(req, PARTITION, part.name) || take_words(partition_keys, req, &part))
		return STATUS_USAGE;
	if (partition_make(&part) || partition_read(part.name, &made))
		return STATUS_FAILED;
	printf("partition %s: id %u, uuid %s\n", made.name, made.id, made.uuid);
	return STATUS_OK;
}

/* Does this pair keep a partition from being removed? */
static int complain_of_user(const char *name, void *data)
{
	const char *partition = data;
	struct pair pair;

	if (pair_read(name, &pair))
		return -1;
	if (!strcmp(pair.end[SERVER].partition, partition) ||
	    !strcmp(pair.end[CLIENT].partition, partition))
		complain("pair %s names partition %s", pair.name, partition);
	return 0;
}

int cmd_partition_remove(const struct request *req)
{
	char name[NAME_SIZE];
	int ret;

	if (take_name(req, PARTITION, name))
		return STATUS_USAGE;
	ret = item_remove(PARTITION, name);
	if (ret == -EBUSY)
		item_each(PAIR, complain_of_user, name);
	return ret ? STATUS_FAILED : STATUS_OK;
}

static const struct key pair_keys[] = {
	{ "client",	 value_name,	  offsetof(struct pair, end[CLIENT].partition) },
	{ "server",	 value_partition, offsetof(struct pair, end[SERVER].partition) },
	{ "client_unit", value_unit,	  offsetof(struct pair, end[CLIENT].unit) },
	{ "server_unit", value_unit,	  offsetof(struct pair, end[SERVER].unit) },
	{ "window_size", value_bytes,	  offsetof(struct pair, window_size) },
	{ "max_rdma",	 value_bytes,	  offsetof(struct pair, max_rdma) },
	{ "zero_copy",	 value_flag,	  offsetof(struct pair, zero_copy) },
	{ "any_client",	 value_flag,	  offsetof(struct pair, any_client) },
	{ "door",	 value_name,	  offsetof(struct pair, door) },
	{}
};

int cmd_pair_add(const struct request *req)
{
	struct pair pair = { .zero_copy = -1, .any_client = -1, .enable = 1 }, made;

	if (take_name(req, PAIR, pair.name) || take_words(pair_keys, req, &pair))
		return STATUS_USAGE;
	if (!pair.end[CLIENT].partition[0]) {
		complain("pair %s: expected client=PARTITION", pair.name);
		return STATUS_USAGE;
	}
	if (pair_make(&pair) || pair_read(pair.name, &made))
		return STATUS_FAILED;
	printf("pair %s: server %s unit %x, client %s unit %x\n", made.name,
	       made.end[SERVER].partition, made.end[SERVER].unit, made.end[CLIENT].partition,
	       made.end[CLIENT].unit);
	return STATUS_OK;
}

int cmd_pair_remove(const struct request *req)
{
	char name[NAME_SIZE];

	if (take_name(req, PAIR, name))
		return STATUS_USAGE;
	return item_remove(PAIR, name) ? STATUS_FAILED : STATUS_OK;
}

static int pair_enable(const struct request *req, const char *on)
{
	char name[NAME_SIZE];

	if (take_name(req, PAIR, name))
		return STATUS_USAGE;
	if (!item_exists(PAIR, name)) {
		complain("pair %s does not exist", name);
		return STATUS_FAILED;
	}
	return attr_set(PAIR, name, "enable", on) ? STATUS_FAILED : STATUS_OK;
}

int cmd_pair_enable(const struct request *req)
{
	return pair_enable(req, "1");
}

int cmd_pair_disable(const struct request *req)
{
	return pair_enable(req, "0");
}

static int clear_partition(const char *name, void *unused)
{
	(void)unused;
	return strcmp(name, DEFAULT_PARTITION) ? item_remove(PARTITION, name) : 0;
}

static int clear_pair(const char *name, void *unused)
{
	(void)unused;
	return item_remove(PAIR, name);
}

/* Remove what can be removed; item_remove() reports the rest. */
int cmd_clear(const struct request *req)
{
	int pairs = item_each(PAIR, clear_pair, NULL);
	int partitions = item_each(PARTITION, clear_partition, NULL);

	(void)req;
	return pairs || partitions ? STATUS_FAILED : STATUS_OK;
}
