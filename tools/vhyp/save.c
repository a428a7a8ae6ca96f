// SPDX-License-Identifier: GPL-2.0
/* vhyp save: the whole configuration into a file, all of it or none. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vhyp.h"

json_t *partition_json(const struct partition *part)
{
	return must(json_pack("{s:s, s:I, s:s}", "name", part->name, "id",
			      (json_int_t)part->id, "uuid", part->uuid));
}

static json_t *end_json(const struct pair *pair, enum end end)
{
	const char *partition = pair->end[end].partition;
	char unit[VALUE_SIZE];

	snprintf(unit, sizeof(unit), "%x", pair->end[end].unit);
	return must(json_pack("{s:s?, s:s}", "partition",
			      strcmp(partition, NOBODY) ? partition : NULL, "unit", unit));
}

json_t *pair_json(const struct pair *pair)
{
	return must(json_pack("{s:s, s:s, s:I, s:I, s:b, s:b, s:b, s:o, s:o}",
			      "name", pair->name, "door", pair->door,
			      "window_size", (json_int_t)pair->window_size,
			      "max_rdma", (json_int_t)pair->max_rdma,
			      "zero_copy", pair->zero_copy, "any_client", pair->any_client,
			      "enable", pair->enable, "server", end_json(pair, SERVER),
			      "client", end_json(pair, CLIENT)));
}

/* What cannot be appended must not be missing in silence. */
void append_json(json_t *array, json_t *value)
{
	must(json_array_append_new(array, value) ? NULL : array);
}

static int collect_partition(const char *name, void *array)
{
	struct partition part;

	if (partition_read(name, &part))
		return -1;
	append_json(array, partition_json(&part));
	return 0;
}

static int collect_pair(const char *name, void *array)
{
	struct pair pair;

	if (pair_read(name, &pair))
		return -1;
	append_json(array, pair_json(&pair));
	return 0;
}

/* NULL if there is one thing that cannot be read: half of it is not saved. */
static json_t *configuration(void)
{
	json_t *partitions = must(json_array()), *pairs = must(json_array()), *all;
	int ret;

	all = must(json_pack("{s:i, s:o, s:o}", "version", 1, "partitions", partitions,
			     "pairs", pairs));
	ret = item_each(PARTITION, collect_partition, partitions);
	ret |= item_each(PAIR, collect_pair, pairs);
	if (ret) {
		json_decref(all);
		all = NULL;
	}
	return all;
}

/* The directory of the save file, and those above it, as far as they are missing */
static int make_directories(const char *dir)
{
	char path[PATH_MAX];
	char *slash;

	if (snprintf(path, sizeof(path), "%s/", dir) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return 0;
}

/* A rename lasts when the directory is on the disk. */
static int sync_directory(const char *dir)
{
	int fd, ret;

	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ret = fsync(fd);
	close(fd);
	return ret;
}

static int write_file(int fd, const json_t *all)
{
	FILE *file = fdopen(fd, "w");
	int ret;

	if (!file) {
		close(fd);
		return -1;
	}
	errno = EIO;	/* if jansson fails without saying why */
	ret = json_dumpf(all, file, JSON_INDENT(2));
	if (!ret && (fputc('\n', file) == EOF || fflush(file) || fsync(fd)))
		ret = -1;
	if (fclose(file))
		ret = -1;
	return ret;
}

/* Where to write: behind a link, and only in the place of a file.  NULL, or why not. */
static const char *find_place(const char *name, char path[PATH_MAX])
{
	struct stat st;

	if (realpath(name, path))
		return stat(path, &st) ? strerror(errno) :
		       S_ISREG(st.st_mode) ? NULL : "it is not a regular file";
	if (errno != ENOENT)
		return strerror(errno);
	if (snprintf(path, PATH_MAX, "%s", name) >= PATH_MAX)
		return strerror(ENAMETOOLONG);
	return NULL;
}

/* mkostemp() gives the mode 0600. */
static int replace_file(const char *path, const char *dir, const json_t *all)
{
	char temp[PATH_MAX];
	int error, fd;

	if (snprintf(temp, sizeof(temp), "%s.XXXXXX", path) >= (int)sizeof(temp)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (write_file(fd, all) || rename(temp, path)) {
		error = errno;
		unlink(temp);
		errno = error;
		return -1;
	}
	return sync_directory(dir);
}

int cmd_save(const struct request *req)
{
	char path[PATH_MAX], copy[PATH_MAX];
	json_t *all = configuration();
	const char *bad, *dir;

	if (!all)
		return STATUS_FAILED;
	bad = find_place(req->file, path);
	if (!bad) {
		strcpy(copy, path);
		dir = dirname(copy);
		if (make_directories(dir) || replace_file(path, dir, all))
			bad = strerror(errno);
	}
	if (bad)
		complain("%s cannot be written: %s", req->file, bad);
	json_decref(all);
	return bad ? STATUS_FAILED : STATUS_OK;
}
