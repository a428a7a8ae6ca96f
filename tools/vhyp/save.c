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

/* All of one kind into @array; a thing that cannot be read makes the whole save fail. */
static int collect(enum kind kind, json_t *array)
{
	struct partition part;
	struct names names;
	struct pair pair;
	int ret = 0;
	size_t i;

	if (item_names(kind, &names))
		return -1;
	for (i = 0; i < names.count && !ret; i++) {
		if (kind == PARTITION) {
			ret = partition_read(names.name[i], &part);
			if (!ret)
				json_array_append_new(array, partition_json(&part));
		} else {
			ret = pair_read(names.name[i], &pair);
			if (!ret)
				json_array_append_new(array, pair_json(&pair));
		}
	}
	names_free(&names);
	return ret;
}

static json_t *configuration(void)
{
	json_t *partitions = must(json_array()), *pairs = must(json_array()), *all;
	int ret;

	all = must(json_pack("{s:i, s:o, s:o}", "version", 1, "partitions", partitions,
			     "pairs", pairs));
	ret = collect(PARTITION, partitions);
	if (!ret)
		ret = collect(PAIR, pairs);
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
	ret = json_dumpf(all, file, JSON_INDENT(2));
	if (ret)
		errno = EIO;
	else if (fputc('\n', file) == EOF || fflush(file) || fsync(fd))
		ret = -1;
	if (fclose(file))
		ret = -1;
	return ret;
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
	json_t *all = configuration();
	char *copy, *dir;
	int ret;

	if (!all)
		return STATUS_FAILED;
	copy = must(strdup(req->file));
	dir = dirname(copy);
	ret = make_directories(dir);
	if (!ret)
		ret = replace_file(req->file, dir, all);
	if (ret)
		complain("%s cannot be written: %s", req->file, strerror(errno));
	free(copy);
	json_decref(all);
	return ret ? STATUS_FAILED : STATUS_OK;
}
