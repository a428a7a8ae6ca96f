/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vhyp: administers partitions and adapter pairs of the software hypervisor through
 * configfs, the interface of Documentation/ABI/testing/configfs-vhyp.
 */
#ifndef _VHYP_TOOL_H
#define _VHYP_TOOL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define NAME_SIZE		64	/* VHYP_NAME_MAX: a name and its NUL */
#define UUID_SIZE		37	/* 36 characters and the NUL */
#define VALUE_SIZE		256	/* any attribute's text */
#define DEFAULT_PARTITION	"vios"	/* always there */
#define NOBODY			"none"	/* how configfs writes "no partition" */

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define __printf(fmt, args)	__attribute((format(printf, fmt, args)))

enum exit_status {
	STATUS_OK,
	STATUS_FAILED,
	STATUS_USAGE,
};

enum kind {
	PARTITION,
	PAIR,
};

enum end {
	SERVER,
	CLIENT,
	ENDS,
};

/**
 * struct partition - configuration of a partition
 * @name:	its directory
 * @id:		number; 0 to leave the choice to the kernel
 * @uuid:	identity in lower case; "" likewise
 */
struct partition {
	char name[NAME_SIZE];
	unsigned int id;
	char uuid[UUID_SIZE];
};

/**
 * struct pair - configuration of a pair; 0, "" or -1 leaves a member to the kernel
 * @name:	its directory
 * @door:	the way in for both ends
 * @window_size: bytes of each end's window
 * @max_rdma:	most bytes in one copy
 * @zero_copy:	0, 1 or -1
 * @any_client:	0, 1 or -1
 * @enable:	0 or 1
 * @end:	the two ends; a partition may be NOBODY
 */
struct pair {
	char name[NAME_SIZE];
	char door[NAME_SIZE];
	unsigned long long window_size;
	unsigned long long max_rdma;
	int zero_copy;
	int any_client;
	int enable;
	struct {
		char partition[NAME_SIZE];
		unsigned int unit;
	} end[ENDS];
};

/**
 * struct request - what the command line says
 * @argv:	arguments behind the command's words
 * @argc:	how many
 * @json:	--json was given
 * @file:	the save file
 */
struct request {
	char **argv;
	int argc;
	bool json;
	const char *file;
};

/* vhyp.c */
void complain(const char *fmt, ...) __printf(1, 2);
void *must(void *memory);

/* value.c: text into a member of the structures above; NULL, or what it should be */
typedef const char *(*value_fn)(const char *text, void *member);

const char *value_name(const char *text, void *name);
const char *value_partition(const char *text, void *name);
const char *value_unit(const char *text, void *unit);
const char *value_id(const char *text, void *id);
const char *value_uuid(const char *text, void *uuid);
const char *value_bytes(const char *text, void *bytes);
const char *value_flag(const char *text, void *flag);

/* tree.c: 0 or a negative errno; those that complain say so */
typedef int (*item_fn)(const char *name, void *data);

extern const char *const kind_word[];
extern const char *const end_word[];
bool tree_present(void);
const char *tree_root(void);
bool item_exists(enum kind kind, const char *name);
int item_make(enum kind kind, const char *name);
int item_remove(enum kind kind, const char *name);
int item_each(enum kind kind, item_fn visit, void *data);
int attr_read(enum kind kind, const char *name, const char *attr, char value[VALUE_SIZE]);
int attr_write(enum kind kind, const char *name, const char *attr, const char *value);
int attr_set(enum kind kind, const char *name, const char *attr, const char *value);

/* object.c: 0, or -1 after a complaint */
int partition_read(const char *name, struct partition *part);
int partition_configure(const struct partition *part);
int partition_make(const struct partition *part);
int pair_read(const char *name, struct pair *pair);
int pair_make(const struct pair *pair);

/* save.c: end the program if there is not enough memory */
void append_json(json_t *array, json_t *value);
json_t *partition_json(const struct partition *part);
json_t *pair_json(const struct pair *pair);

/* commands: an exit status */
int cmd_list(const struct request *req);
int cmd_show(const struct request *req);
int cmd_partition_add(const struct request *req);
int cmd_partition_remove(const struct request *req);
int cmd_pair_add(const struct request *req);
int cmd_pair_remove(const struct request *req);
int cmd_pair_enable(const struct request *req);
int cmd_pair_disable(const struct request *req);
int cmd_save(const struct request *req);
int cmd_restore(const struct request *req);
int cmd_clear(const struct request *req);

#endif /* _VHYP_TOOL_H */
