// SPDX-License-Identifier: GPL-2.0
/* The directories and attributes of configfs, and what a refusal means. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vhyp.h"

const char *const kind_word[] = { "partition", "pair" };
const char *const end_word[] = { "server", "client" };
static const char *const kind_dir[] = { "partitions", "pairs" };

/* Where configfs shows the hypervisor; tests put it elsewhere. */
const char *tree_root(void)
{
	const char *root = getenv("VHYP_CONFIGFS");

	return root && *root ? root : "/sys/kernel/config/vhyp";
}

/* A path below a kind's directory; @name and @attr may be NULL. */
static int tree_path(char path[PATH_MAX], enum kind kind, const char *name, const char *attr)
{
	int len = snprintf(path, PATH_MAX, "%s/%s%s%s%s%s", tree_root(), kind_dir[kind],
			   name ? "/" : "", name ? name : "", attr ? "/" : "",
			   attr ? attr : "");

	return len < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static bool is_directory(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

bool tree_present(void)
{
	char path[PATH_MAX];

	return !tree_path(path, PAIR, NULL, NULL) && is_directory(path) &&
	       !tree_path(path, PARTITION, NULL, NULL) && is_directory(path);
}

bool item_exists(enum kind kind, const char *name)
{
	char path[PATH_MAX];

	return !tree_path(path, kind, name, NULL) && is_directory(path);
}

/* What an errno means for an attribute; the first line that fits */
static const struct reason {
	const char *attr;	/* NULL: any other */
	int error;
	const char *text;
} reasons[] = {
	{ "unit",	 EEXIST,     "the unit address is in use by another adapter" },
	{ "unit",	 EINVAL,     "wrong value; 1 to 8 hex digits, not 0, are wanted" },
	{ "id",		 EEXIST,     "another partition has this number" },
	{ "id",		 EINVAL,     "wrong value; 1 to 65535 is wanted" },
	{ "id",		 EBUSY,	     "an enabled pair names the partition" },
	{ "uuid",	 EBUSY,	     "an enabled pair names the partition" },
	{ "partition",	 ENOENT,     "there is no such partition" },
	{ "door",	 ENOENT,     "there is no such door, or its module is not loaded" },
	{ "window_size", EINVAL,     "wrong value; a multiple of 4096 up to 1G is wanted" },
	{ "max_rdma",	 EINVAL,     "wrong value; a multiple of 4096 up to 16M is wanted" },
	{ "enable",	 EEXIST,     "a unit address is in use by another adapter" },
	{ "enable",	 EBUSY,	     "the pair is in use by a target" },
	{ "enable",	 EINVAL,     "the pair's configuration is not complete" },
	{ "enable",	 EOPNOTSUPP, "the adapters of this machine come from its firmware" },
	{ "enable",	 ENOSPC,     "there are too many pairs" },
	{ NULL,		 EBUSY,	     "the pair is enabled; disable it first" },
	{ NULL,		 EINVAL,     "wrong value" },
	{ NULL,		 ENXIO,	     "there is no such attribute" },
	{ NULL,		 EACCES,     "permission denied; only root may change this" },
	{ NULL,		 ENOMEM,     "there is not enough memory" },
};

static const char *reason_of(const char *attr, int error)
{
	const char *last = strrchr(attr, '/');
	size_t i;

	last = last ? last + 1 : attr;
	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].error == error &&
		    (!reasons[i].attr || !strcmp(reasons[i].attr, last)))
			return reasons[i].text;
	return strerror(error);
}

/* Complains of a pair that exists, and of all else that keeps one from being made. */
int item_make(enum kind kind, const char *name)
{
	char path[PATH_MAX];
	int ret;

	ret = tree_path(path, kind, name, NULL);
	if (!ret && mkdir(path, 0755))
		ret = -errno;
	if (ret == -EEXIST)
		complain("%s %s exists already", kind_word[kind], name);
	else if (ret)
		complain("%s %s cannot be made: %s", kind_word[kind], name, strerror(-ret));
	return ret;
}

static const char *remove_reason(enum kind kind, int error)
{
	switch (error) {
	case ENOENT:
		return "it does not exist";
	case EBUSY:
		return kind == PAIR ? "it is in use by a target" : "it is in use by a pair";
	case EPERM:
		return kind == PARTITION ? "it is always there" : strerror(error);
	default:
		return strerror(error);
	}
}

/* Complains. */
int item_remove(enum kind kind, const char *name)
{
	char path[PATH_MAX];
	int ret;

	ret = tree_path(path, kind, name, NULL);
	if (!ret && rmdir(path))
		ret = -errno;
	if (ret)
		complain("%s %s cannot be removed: %s", kind_word[kind], name,
			 remove_reason(kind, -ret));
	return ret;
}

static int name_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of directories, sorted in the end */
struct names {
	char **name;
	size_t count;
};

static void names_add(struct names *names, const char *name)
{
	names->name = must(realloc(names->name, (names->count + 1) * sizeof(char *)));
	names->name[names->count++] = must(strdup(name));
}

static void names_free(struct names *names)
{
	while (names->count)
		free(names->name[--names->count]);
	free(names->name);
}

/* All names of a kind, a hidden one too: configfs takes it, and nobody is to overlook it. */
static int names_read(enum kind kind, struct names *names)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;
	int ret;

	ret = tree_path(path, kind, NULL, NULL);
	if (ret)
		return ret;
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (errno = 0, (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
		    item_exists(kind, entry->d_name))
			names_add(names, entry->d_name);
	ret = -errno;
	closedir(dir);
	if (names->count)
		qsort(names->name, names->count, sizeof(char *), name_order);
	return ret;
}

/*
 * Visit each thing of a kind, sorted, because the order of configfs is no order.  A visit
 * that fails does not keep the others from being made.  Complains of the directory alone.
 */
int item_each(enum kind kind, item_fn visit, void *data)
{
	struct names names = {};
	size_t i;
	int ret;

	ret = names_read(kind, &names);
	if (ret)
		complain("the %ss cannot be listed: %s", kind_word[kind], strerror(-ret));
	for (i = 0; i < names.count; i++)
		if (visit(names.name[i], data))
			ret = -1;
	names_free(&names);
	return ret;
}

/* A value without its newline; does not complain. */
int attr_read(enum kind kind, const char *name, const char *attr, char value[VALUE_SIZE])
{
	char path[PATH_MAX];
	ssize_t len;
	int fd, ret;

	ret = tree_path(path, kind, name, attr);
	if (ret)
		return ret;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = read(fd, value, VALUE_SIZE - 1);
	ret = len < 0 ? -errno : 0;
	close(fd);
	if (ret)
		return ret;
	value[len] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return 0;
}

/*
 * Does not complain.  The errno of a store comes back from write(), so that a missing
 * file, which is open()'s ENOENT, is told apart from a missing partition: ENXIO.
 */
int attr_write(enum kind kind, const char *name, const char *attr, const char *value)
{
	char path[PATH_MAX], line[VALUE_SIZE];
	int fd, len, ret;
	ssize_t done;

	len = snprintf(line, sizeof(line), "%s\n", value);
	if (len >= (int)sizeof(line))
		return -EINVAL;
	ret = tree_path(path, kind, name, attr);
	if (ret)
		return ret;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ENXIO : -errno;
	/* configfs takes a value in one piece. */
	done = write(fd, line, len);
	if (done < 0)
		ret = -errno;
	else if (done != len)
		ret = -EIO;
	if (close(fd) && !ret)
		ret = -errno;
	return ret;
}

/* attr_write() that says what was refused and why */
int attr_set(enum kind kind, const char *name, const char *attr, const char *value)
{
	int ret = attr_write(kind, name, attr, value);

	if (ret)
		complain("%s %s: %s %s was refused: %s", kind_word[kind], name, attr, value,
			 reason_of(attr, -ret));
	return ret;
}
