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
	}
}

static void table_free(struct table *t)
{
	while (t->cells)
		free(t->cell[--t->cells]);
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
	json_t *value;

	for (; *attr; attr++) {
		snprintf(path, sizeof(path), "%s%s%s", dir, *dir ? "/" : "", *attr);
		if (attr_read(PAIR, name, path, text))
			value = json_null();
		else if (!strcmp(*attr, "in_use"))
			value = json_boolean(text[0] == '1');
		else
			value = json_value(text);
		must(json_object_set_new(object, *attr, value) ? NULL : object);
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

/* 0 or -1; the complaint is finish()'s */
static int json_print(const json_t *object)
{
	int ret = json_dumpf(object, stdout, JSON_INDENT(2));

	return putchar('\n') == EOF ? -1 : ret;
}

/* What is listed, for both ways to print it */
struct listing {
	struct table table;
	json_t *array;
};

static int list_partition(const char *name, void *data)
{
	struct listing *list = data;
	struct partition part;

	if (partition_read(name, &part))
		return -1;
	table_partition(&list->table, &part);
	append_json(list->array, partition_json(&part));
	return 0;
}

static int list_pair(const char *name, void *data)
{
	struct listing *list = data;
	struct pair pair;

	if (pair_read(name, &pair))
		return -1;
	table_pair(&list->table, &pair);
	append_json(list->array, pair_full_json(&pair));
	return 0;
}

int cmd_list(const struct request *req)
{
	static const char *const part_head[] = { "PARTITION", "ID", "UUID", NULL };
	static const char *const pair_head[] = {
		"PAIR", "SERVER", "UNIT", "STATE", "CLIENT", "UNIT", "STATE", "WINDOW", "IN USE",
		NULL
	};
	struct listing parts = { .array = must(json_array()) };
	struct listing pairs = { .array = must(json_array()) };
	json_t *all;
	int failed;

	table_head(&parts.table, part_head);
	table_head(&pairs.table, pair_head);
	failed = item_each(PARTITION, list_partition, &parts);
	failed |= item_each(PAIR, list_pair, &pairs);
	all = must(json_pack("{s:o, s:o}", "partitions", parts.array, "pairs", pairs.array));
	if (req->json) {
		failed |= json_print(all);
	} else {
		table_print(&parts.table);
		putchar('\n');
		table_print(&pairs.table);
	}
	table_free(&parts.table);
	table_free(&pairs.table);
	json_decref(all);
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
	json_t *object;
	size_t i;
	int ret;

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
	if (req->json) {
		object = pair_full_json(&pair);
		ret = json_print(object);
		json_decref(object);
		return ret ? STATUS_FAILED : STATUS_OK;
	}
	printf("%-17s %s\n", "name", name);
	for (i = 0; attr[i]; i++)
		show_attr(name, attr[i]);
	for (i = 0; pair_status[i]; i++)
		show_attr(name, pair_status[i]);
	show_end(name, SERVER);
	show_end(name, CLIENT);
	return STATUS_OK;
}
