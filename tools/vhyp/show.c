// SPDX-License-Identifier: GPL-2.0
/* The commands that show: as a table, as lines, or as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vhyp.h"

#define COLUMNS_MAX	9

/* Attributes beyond the configuration */
static const char *const pair_status[] = { "copied", "mappings", "in_use", NULL };
static const char *const end_status[] = {
	"location", "state", "received", "dropped", "events", "overwrote", NULL
};

/**
 * struct table - rows of text, printed in columns
 * @columns:	cells in a row
 * @cells:	how many there are
 * @cell:	row after row
 */
struct table {
	size_t columns;
	size_t cells;
	char **cell;
};

static void table_add(struct table *t, const char *text)
{
	t->cell = must(realloc(t->cell, (t->cells + 1) * sizeof(char *)));
	t->cell[t->cells++] = must(strdup(text));
}

static void table_head(struct table *t, const char *const *title)
{
	for (t->columns = 0; title[t->columns]; t->columns++)
		table_add(t, title[t->columns]);
}

/* Print and forget. */
static void table_print(struct table *t)
{
	int width[COLUMNS_MAX] = {};
	size_t i;

	for (i = 0; i < t->cells; i++)
		if ((int)strlen(t->cell[i]) > width[i % t->columns])
			width[i % t->columns] = strlen(t->cell[i]);
	for (i = 0; i < t->cells; i++) {
		if ((i + 1) % t->columns)
			printf("%-*s  ", width[i % t->columns], t->cell[i]);
		else
			printf("%s\n", t->cell[i]);
		free(t->cell[i]);
	}
	free(t->cell);
}

/* An attribute for people; what cannot be read is shown as "?" */
static void read_or_mark(const char *name, const char *attr, char value[VALUE_SIZE])
{
	if (attr_read(PAIR, name, attr, value))
		strcpy(value, "?");
}

static void table_bytes(struct table *t, unsigned long long bytes)
{
	static const char unit[] = "\0KMG";
	char text[VALUE_SIZE];
	int i = 0;

	while (i < 3 && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		i++;
	}
	snprintf(text, sizeof(text), "%llu%.1s", bytes, &unit[i]);
	table_add(t, text);
}

static void table_end(struct table *t, const struct pair *pair, enum end end)
{
	char text[VALUE_SIZE], attr[VALUE_SIZE];

	table_add(t, pair->end[end].partition);
	snprintf(text, sizeof(text), "%x", pair->end[end].unit);
	table_add(t, text);
	snprintf(attr, sizeof(attr), "%s/state", end_word[end]);
	read_or_mark(pair->name, attr, text);
	table_add(t, text);
}

static void table_pair(struct table *t, const struct pair *pair)
{
	char text[VALUE_SIZE];

	table_add(t, pair->name);
	table_end(t, pair, SERVER);
	table_end(t, pair, CLIENT);
	table_bytes(t, pair->window_size);
	read_or_mark(pair->name, "in_use", text);
	table_add(t, !strcmp(text, "1") ? "yes" : !strcmp(text, "0") ? "no" : text);
}

static void table_partition(struct table *t, const struct partition *part)
{
	char text[VALUE_SIZE];

	table_add(t, part->name);
	snprintf(text, sizeof(text), "%u", part->id);
	table_add(t, text);
	table_add(t, part->uuid);
}

/* A number as a number, anything else as a string */
static json_t *json_value(const char *text)
{
	size_t len = strspn(text, "0123456789");

	return must(len && !text[len] ? json_integer(strtoll(text, NULL, 10)) :
					json_string(text));
}

static void json_status(json_t *object, const char *name, const char *dir,
			const char *const *attr)
{
	char path[VALUE_SIZE], text[VALUE_SIZE];

	for (; *attr; attr++) {
		snprintf(path, sizeof(path), "%s%s%s", dir, *dir ? "/" : "", *attr);
		if (attr_read(PAIR, name, path, text))
			json_object_set_new(object, *attr, json_null());
		else if (!strcmp(*attr, "in_use"))
			json_object_set_new(object, *attr, json_boolean(text[0] == '1'));
		else
			json_object_set_new(object, *attr, json_value(text));
	}
}

/* Configuration as saved, and with it what is going on */
static json_t *pair_full_json(const struct pair *pair)
{
	json_t *object = pair_json(pair);
	int end;

	json_status(object, pair->name, "", pair_status);
	for (end = 0; end < ENDS; end++)
		json_status(json_object_get(object, end_word[end]), pair->name, end_word[end],
			    end_status);
	return object;
}

static int json_print(json_t *object)
{
	int ret = json_dumpf(object, stdout, JSON_INDENT(2));

	putchar('\n');
	json_decref(object);
	return ret ? STATUS_FAILED : STATUS_OK;
}

static int list_partitions(struct table *t, json_t *array)
{
	struct partition part;
	struct names names;
	int failed = 0;
	size_t i;

	if (item_names(PARTITION, &names))
		return -1;
	for (i = 0; i < names.count; i++) {
		if (partition_read(names.name[i], &part)) {
			failed = -1;
			continue;
		}
		table_partition(t, &part);
		json_array_append_new(array, partition_json(&part));
	}
	names_free(&names);
	return failed;
}

static int list_pairs(struct table *t, json_t *array)
{
	struct names names;
	struct pair pair;
	int failed = 0;
	size_t i;

	if (item_names(PAIR, &names))
		return -1;
	for (i = 0; i < names.count; i++) {
		if (pair_read(names.name[i], &pair)) {
			failed = -1;
			continue;
		}
		table_pair(t, &pair);
		json_array_append_new(array, pair_full_json(&pair));
	}
	names_free(&names);
	return failed;
}

int cmd_list(const struct request *req)
{
	static const char *const part_head[] = { "PARTITION", "ID", "UUID", NULL };
	static const char *const pair_head[] = {
		"PAIR", "SERVER", "UNIT", "STATE", "CLIENT", "UNIT", "STATE", "WINDOW", "IN USE",
		NULL
	};
	json_t *partitions = must(json_array()), *pairs = must(json_array()), *all;
	struct table part_table = {}, pair_table = {};
	int failed;

	table_head(&part_table, part_head);
	table_head(&pair_table, pair_head);
	failed = list_partitions(&part_table, partitions);
	failed |= list_pairs(&pair_table, pairs);
	all = must(json_pack("{s:o, s:o}", "partitions", partitions, "pairs", pairs));
	if (req->json) {
		failed |= json_print(all);
		return failed ? STATUS_FAILED : STATUS_OK;
	}
	json_decref(all);
	table_print(&part_table);
	putchar('\n');
	table_print(&pair_table);
	return failed ? STATUS_FAILED : STATUS_OK;
}

static void show_attr(const char *name, const char *attr)
{
	char text[VALUE_SIZE];

	read_or_mark(name, attr, text);
	printf("%-17s %s\n", attr, text);
}

static void show_end(const char *name, enum end end)
{
	static const char *const config[] = { "partition", "unit" };
	char attr[VALUE_SIZE];
	size_t i;

	for (i = 0; i < 2; i++) {
		snprintf(attr, sizeof(attr), "%s/%s", end_word[end], config[i]);
		show_attr(name, attr);
	}
	for (i = 0; end_status[i]; i++) {
		snprintf(attr, sizeof(attr), "%s/%s", end_word[end], end_status[i]);
		show_attr(name, attr);
	}
}

int cmd_show(const struct request *req)
{
	static const char *const attr[] = {
		"enable", "door", "window_size", "max_rdma", "zero_copy", "any_client", NULL
	};
	char name[NAME_SIZE];
	const char *want = value_name(req->argv[0], name);
	struct pair pair;
	size_t i;

	if (want) {
		complain("%s: expected %s", req->argv[0], want);
		return STATUS_USAGE;
	}
	if (!item_exists(PAIR, name)) {
		complain("pair %s does not exist", name);
		return STATUS_FAILED;
	}
	if (pair_read(name, &pair))
		return STATUS_FAILED;
	if (req->json)
		return json_print(pair_full_json(&pair));
	printf("%-17s %s\n", "name", name);
	for (i = 0; attr[i]; i++)
		show_attr(name, attr[i]);
	for (i = 0; pair_status[i]; i++)
		show_attr(name, pair_status[i]);
	show_end(name, SERVER);
	show_end(name, CLIENT);
	return STATUS_OK;
}
