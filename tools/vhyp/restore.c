// SPDX-License-Identifier: GPL-2.0
/*
 * vhyp restore: make what a saved file says.  The file is judged as a whole before
 * anything is touched; then each thing succeeds or fails for itself.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vhyp.h"

#define WHERE_SIZE	64	/* "partitions[18446744073709551615].server" */

/**
 * struct plan - what a file says
 * @file:	its name, for messages
 * @bad:	something in it is wrong
 * @part:	partitions, those of @parts
 * @parts:	how many
 * @pair:	pairs, those of @pairs
 * @pairs:	how many
 */
struct plan {
	const char *file;
	bool bad;
	struct partition *part;
	size_t parts;
	struct pair *pair;
	size_t pairs;
};

/* Takes one element of an array apart. */
typedef void (*load_fn)(struct plan *plan, const char *where, json_t *object, void *thing);

static __printf(3, 4)
void wrong(struct plan *plan, const char *where, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	complain("%s: %s%s%s", plan->file, where, *where ? ": " : "", text);
	plan->bad = true;
}

/* Is it an object with these members and no others? */
static bool is_object(struct plan *plan, const char *where, json_t *object,
		      const char *const *keys)
{
	const char *key;
	json_t *value;
	size_t i;

	if (!json_is_object(object)) {
		wrong(plan, where, "expected an object");
		return false;
	}
	json_object_foreach(object, key, value) {
		for (i = 0; keys[i] && strcmp(keys[i], key); i++)
			;
		if (!keys[i])
			wrong(plan, where, "unknown key \"%s\"", key);
	}
	return true;
}

static json_t *member(struct plan *plan, const char *where, json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	if (!value)
		wrong(plan, where, "\"%s\" is missing", key);
	return value;
}

/* A member that is a string; NULL after a complaint */
static const char *take_string(struct plan *plan, const char *where, json_t *object,
			       const char *key)
{
	json_t *value = member(plan, where, object, key);

	if (value && !json_is_string(value))
		wrong(plan, where, "\"%s\" must be a string", key);
	return json_string_value(value);
}

/* A member that is a number above 0; 0 after a complaint */
static unsigned long long take_number(struct plan *plan, const char *where, json_t *object,
				      const char *key)
{
	json_t *value = member(plan, where, object, key);

	if (!value)
		return 0;
	if (json_is_integer(value) && json_integer_value(value) > 0)
		return json_integer_value(value);
	wrong(plan, where, "\"%s\" must be a whole number above 0", key);
	return 0;
}

static int take_flag(struct plan *plan, const char *where, json_t *object, const char *key)
{
	json_t *value = member(plan, where, object, key);

	if (value && !json_is_boolean(value))
		wrong(plan, where, "\"%s\" must be true or false", key);
	return json_is_true(value);
}

static void expect(struct plan *plan, const char *where, const char *key, const char *want)
{
	if (want)
		wrong(plan, where, "\"%s\" must be %s", key, want);
}

static void load_partition(struct plan *plan, const char *where, json_t *object,
			   void *thing)
{
	static const char *const keys[] = { "name", "id", "uuid", NULL };
	struct partition *part = thing;
	const char *text;
	unsigned long long id;

	if (!is_object(plan, where, object, keys))
		return;
	text = take_string(plan, where, object, "name");
	if (text)
		expect(plan, where, "name", value_partition(text, part->name));
	id = take_number(plan, where, object, "id");
	if (id > 0xffff)
		expect(plan, where, "id", "a partition number from 1 to 65535");
	part->id = id;
	text = take_string(plan, where, object, "uuid");
	if (text)
		expect(plan, where, "uuid", value_uuid(text, part->uuid));
}

static void load_end(struct plan *plan, const char *pair_where, json_t *object,
		     struct pair *pair, enum end end)
{
	static const char *const keys[] = { "partition", "unit", NULL };
	char *name = pair->end[end].partition;
	char where[WHERE_SIZE];
	const char *text;

	snprintf(where, sizeof(where), "%.50s.%s", pair_where, end_word[end]);
	if (!is_object(plan, where, object, keys))
		return;
	if (end == CLIENT && json_is_null(json_object_get(object, "partition"))) {
		strcpy(name, NOBODY);
	} else {
		text = take_string(plan, where, object, "partition");
		if (text)
			expect(plan, where, "partition", value_partition(text, name));
	}
	text = take_string(plan, where, object, "unit");
	if (text)
		expect(plan, where, "unit", value_unit(text, &pair->end[end].unit));
}

static void load_pair(struct plan *plan, const char *where, json_t *object, void *thing)
{
	static const char *const keys[] = {
		"name", "door", "window_size", "max_rdma", "zero_copy", "any_client", "enable",
		"server", "client", NULL
	};
	struct pair *pair = thing;
	const char *text;
	json_t *value;
	int end;

	if (!is_object(plan, where, object, keys))
		return;
	text = take_string(plan, where, object, "name");
	if (text)
		expect(plan, where, "name", value_name(text, pair->name));
	text = take_string(plan, where, object, "door");
	if (text)
		expect(plan, where, "door", value_name(text, pair->door));
	pair->window_size = take_number(plan, where, object, "window_size");
	pair->max_rdma = take_number(plan, where, object, "max_rdma");
	pair->zero_copy = take_flag(plan, where, object, "zero_copy");
	pair->any_client = take_flag(plan, where, object, "any_client");
	pair->enable = take_flag(plan, where, object, "enable");
	for (end = 0; end < ENDS; end++) {
		value = member(plan, where, object, end_word[end]);
		if (value)
			load_end(plan, where, value, pair, end);
	}
}

/* Load each element of the array @key, whose structures have @size bytes; how many. */
static size_t load_each(struct plan *plan, json_t *all, const char *key, void **things,
			size_t size, load_fn load)
{
	json_t *array = member(plan, "", all, key), *value;
	size_t i, count = json_array_size(array);
	char where[WHERE_SIZE];

	if (array && !json_is_array(array))
		wrong(plan, "", "\"%s\" must be an array", key);
	*things = must(calloc(count + 1, size));
	json_array_foreach(array, i, value) {
		snprintf(where, sizeof(where), "%s[%zu]", key, i);
		load(plan, where, value, (char *)*things + i * size);
	}
	return count;
}

static void check_partitions(struct plan *plan)
{
	const struct partition *a, *b;

	for (a = plan->part; a < plan->part + plan->parts; a++) {
		for (b = plan->part; b < a; b++) {
			if (a->name[0] && !strcmp(a->name, b->name))
				wrong(plan, "", "partition %s is there twice", a->name);
			else if (a->id && a->id == b->id)
				wrong(plan, "", "partitions %s and %s have the same id %u",
				      b->name, a->name, a->id);
		}
	}
}

/* Has an end of both the same unit address?  A pair may be compared with itself. */
static void check_units(struct plan *plan, const struct pair *a, const struct pair *b)
{
	int i, j;

	for (i = 0; i < ENDS; i++)
		for (j = 0; j < (a == b ? i : ENDS); j++)
			if (a->end[i].unit && a->end[i].unit == b->end[j].unit)
				wrong(plan, "",
				      "%s of pair %s and %s of pair %s have the same unit %x",
				      end_word[j], b->name, end_word[i], a->name,
				      a->end[i].unit);
}

static void check_pairs(struct plan *plan)
{
	const struct pair *a, *b;

	for (a = plan->pair; a < plan->pair + plan->pairs; a++) {
		for (b = plan->pair; b < a; b++) {
			if (a->name[0] && !strcmp(a->name, b->name))
				wrong(plan, "", "pair %s is there twice", a->name);
			else
				check_units(plan, a, b);
		}
		check_units(plan, a, a);
	}
}

static void load_all(struct plan *plan, json_t *all)
{
	static const char *const keys[] = { "version", "partitions", "pairs", NULL };
	unsigned long long version;
	void *things;

	if (!is_object(plan, "", all, keys))
		return;
	version = take_number(plan, "", all, "version");
	if (version && version != 1)
		wrong(plan, "", "version %llu is not known, expected 1", version);
	plan->parts = load_each(plan, all, "partitions", &things, sizeof(*plan->part),
				load_partition);
	plan->part = things;
	plan->pairs = load_each(plan, all, "pairs", &things, sizeof(*plan->pair), load_pair);
	plan->pair = things;
	check_partitions(plan);
	check_pairs(plan);
}

/* 0, or -1 after one or more complaints */
static int load(struct plan *plan)
{
	json_error_t error;
	json_t *all;

	all = json_load_file(plan->file, JSON_REJECT_DUPLICATES, &error);
	if (!all && error.line < 0)
		complain("%s", error.text);
	else if (!all)
		complain("%s: line %d, column %d: %s", plan->file, error.line, error.column,
			 error.text);
	if (!all)
		return -1;
	load_all(plan, all);
	json_decref(all);
	return plan->bad ? -1 : 0;
}

/* Load the module, if it is not there. */
static int tree_provide(void)
{
	int status = -1;
	pid_t child;

	if (tree_present())
		return 0;
	child = fork();
	if (child < 0)
		complain("modprobe: %s", strerror(errno));
	if (!child) {
		signal(SIGPIPE, SIG_DFL);
		execlp("modprobe", "modprobe", "vhyp", NULL);
		/* Some search paths lack the directories of the administrator's programs. */
		execl("/sbin/modprobe", "modprobe", "vhyp", NULL);
		complain("modprobe: %s", strerror(errno));
		_exit(127);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (status) {
		complain("the module vhyp cannot be loaded");
		return -1;
	}
	if (!tree_present()) {
		complain("%s is not there: is configfs mounted?", tree_root());
		return -1;
	}
	return 0;
}

static int compare(enum kind kind, const char *name, const char *attr, const char *have,
		   const char *want)
{
	if (!strcmp(have, want))
		return 0;
	complain("%s %s exists and differs: %s is %s, the file says %s", kind_word[kind], name,
		 attr, have, want);
	return -1;
}

static int compare_number(enum kind kind, const char *name, const char *attr,
			  unsigned long long have, unsigned long long want)
{
	char have_text[VALUE_SIZE], want_text[VALUE_SIZE];

	snprintf(have_text, sizeof(have_text), "%llu", have);
	snprintf(want_text, sizeof(want_text), "%llu", want);
	return compare(kind, name, attr, have_text, want_text);
}

/* The default partition cannot be made: it gets number and identity of the file. */
static int restore_default(const struct partition *want, const struct partition *have)
{
	struct partition change = *want;

	if (have->id == want->id)
		change.id = 0;
	if (!strcmp(have->uuid, want->uuid))
		change.uuid[0] = '\0';
	return partition_configure(&change);
}

static int restore_partition(const struct partition *want)
{
	struct partition have;
	int ret;

	if (!item_exists(PARTITION, want->name))
		return partition_make(want);
	if (partition_read(want->name, &have))
		return -1;
	if (!strcmp(want->name, DEFAULT_PARTITION))
		return restore_default(want, &have);
	ret = compare_number(PARTITION, want->name, "id", have.id, want->id);
	ret |= compare(PARTITION, want->name, "uuid", have.uuid, want->uuid);
	return ret;
}

static int compare_end(const struct pair *have, const struct pair *want, enum end end)
{
	char attr[VALUE_SIZE], have_text[VALUE_SIZE], want_text[VALUE_SIZE];
	int ret;

	snprintf(attr, sizeof(attr), "%s/partition", end_word[end]);
	ret = compare(PAIR, want->name, attr, have->end[end].partition,
		      want->end[end].partition);
	snprintf(attr, sizeof(attr), "%s/unit", end_word[end]);
	snprintf(have_text, sizeof(have_text), "%x", have->end[end].unit);
	snprintf(want_text, sizeof(want_text), "%x", want->end[end].unit);
	return ret | compare(PAIR, want->name, attr, have_text, want_text);
}

/* A pair that exists is left alone: it may be at work. */
static int compare_pair(const struct pair *want)
{
	const char *name = want->name;
	struct pair have;
	int ret;

	if (pair_read(name, &have))
		return -1;
	ret = compare(PAIR, name, "door", have.door, want->door);
	ret |= compare_number(PAIR, name, "window_size", have.window_size, want->window_size);
	ret |= compare_number(PAIR, name, "max_rdma", have.max_rdma, want->max_rdma);
	ret |= compare_number(PAIR, name, "zero_copy", have.zero_copy, want->zero_copy);
	ret |= compare_number(PAIR, name, "any_client", have.any_client, want->any_client);
	ret |= compare_number(PAIR, name, "enable", have.enable, want->enable);
	ret |= compare_end(&have, want, SERVER);
	ret |= compare_end(&have, want, CLIENT);
	return ret;
}

/*
 * The default partition first: it has the lowest number at the start, which the file
 * may give to another.
 */
static int restore_partitions(const struct plan *plan)
{
	bool is_default;
	int ret = 0, pass;
	size_t i;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < plan->parts; i++) {
			is_default = !strcmp(plan->part[i].name, DEFAULT_PARTITION);
			if (is_default == !pass && restore_partition(&plan->part[i]))
				ret = -1;
		}
	}
	return ret;
}

static int restore_pairs(const struct plan *plan)
{
	const struct pair *pair;
	int ret = 0;
	size_t i;

	for (i = 0; i < plan->pairs; i++) {
		pair = &plan->pair[i];
		if (item_exists(PAIR, pair->name) ? compare_pair(pair) : pair_make(pair))
			ret = -1;
	}
	return ret;
}

int cmd_restore(const struct request *req)
{
	struct plan plan = { .file = req->file };
	int ret;

	ret = load(&plan);
	if (!ret)
		ret = tree_provide();
	if (!ret) {
		ret = restore_partitions(&plan);
		ret |= restore_pairs(&plan);
	}
	free(plan.part);
	free(plan.pair);
	return ret ? STATUS_FAILED : STATUS_OK;
}
