// SPDX-License-Identifier: GPL-2.0
/*
 * A library to preload, with which a plain directory ($VHYP_CONFIGFS) behaves as the
 * configfs tree of vhyp does: mkdir() brings a directory's attributes, rmdir() takes them
 * away, and write() refuses what drivers/vhyp/configfs.c refuses.
 *
 * FAKE_FAIL="pairs/disk1/window_size=12 ..." makes writing an attribute, or removing a
 * directory, fail with an errno.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define VALUE_SIZE	256
#define UNIT_FIRST	0x30000002

static const char *const end_name[] = { "server", "client" };

/* The part of a path below the tree, NULL for any other path */
static const char *below(const char *path)
{
	const char *root = getenv("VHYP_CONFIGFS");
	size_t len = root ? strlen(root) : 0;

	if (!len || strncmp(path, root, len) || path[len] != '/')
		return NULL;
	return path + len + 1;
}

/* Is @rel "<dir>/<name>", and nothing below that?  Then its name, else NULL. */
static const char *item_of(const char *rel, const char *dir)
{
	size_t len = strlen(dir);

	if (strncmp(rel, dir, len) || rel[len] != '/' || !rel[len + 1] ||
	    strchr(rel + len + 1, '/'))
		return NULL;
	return rel + len + 1;
}

static void full_path(char path[PATH_MAX], const char *rel)
{
	if (snprintf(path, PATH_MAX, "%s/%s", getenv("VHYP_CONFIGFS"), rel) >= PATH_MAX)
		abort();
}

/* Value of <dir>/<attr>, "" if there is none */
static void get(const char *dir, const char *attr, char value[VALUE_SIZE])
{
	char path[PATH_MAX], rel[PATH_MAX];
	ssize_t len = 0;
	int fd;

	snprintf(rel, sizeof(rel), "%s/%s", dir, attr);
	full_path(path, rel);
	fd = open(path, O_RDONLY);
	if (fd >= 0) {
		len = read(fd, value, VALUE_SIZE - 1);
		close(fd);
	}
	value[len > 0 ? len : 0] = '\0';
	value[strcspn(value, "\n")] = '\0';
}

static void put(const char *dir, const char *attr, const char *value)
{
	char path[PATH_MAX], rel[PATH_MAX], line[VALUE_SIZE + 1];
	int fd, len;

	snprintf(rel, sizeof(rel), "%s/%s", dir, attr);
	full_path(path, rel);
	len = snprintf(line, sizeof(line), "%s\n", value);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		return;
	if (syscall(SYS_write, fd, line, len) != len)
		perror(path);
	close(fd);
}

/* Call @visit for each "<dir>/<name>" until it says true. */
static bool each(const char *dir, bool (*visit)(const char *item, const void *data),
		 const void *data)
{
	char path[PATH_MAX], item[PATH_MAX];
	struct dirent *entry;
	bool found = false;
	DIR *d;

	full_path(path, dir);
	d = opendir(path);
	if (!d)
		return false;
	while (!found && (entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(item, sizeof(item), "%s/%s", dir, entry->d_name);
		found = visit(item, data);
	}
	closedir(d);
	return found;
}

/* A wanted unit address or number, and who is not asked */
struct claim {
	unsigned long value;
	const char *except;
};

static bool has_unit(const char *pair, const void *data)
{
	const struct claim *claim = data;
	char end[PATH_MAX], attr[VALUE_SIZE], value[VALUE_SIZE];
	int i;

	for (i = 0; i < 2; i++) {
		snprintf(end, sizeof(end), "%s/%s", pair, end_name[i]);
		snprintf(attr, sizeof(attr), "%s/unit", end_name[i]);
		get(pair, attr, value);
		if (strcmp(end, claim->except) && strtoul(value, NULL, 16) == claim->value)
			return true;
	}
	return false;
}

static bool has_id(const char *part, const void *data)
{
	const struct claim *claim = data;
	char value[VALUE_SIZE];

	get(part, "id", value);
	return strcmp(part, claim->except) && strtoul(value, NULL, 0) == claim->value;
}

/* Does this pair name the partition; if @enabled, is it enabled too? */
static bool names(const char *pair, const char *partition, bool enabled)
{
	char value[VALUE_SIZE];

	get(pair, "enable", value);
	if (enabled && strcmp(value, "1"))
		return false;
	get(pair, "server/partition", value);
	if (!strcmp(value, partition))
		return true;
	get(pair, "client/partition", value);
	return !strcmp(value, partition);
}

static bool names_it(const char *pair, const void *partition)
{
	return names(pair, partition, false);
}

static bool names_it_enabled(const char *pair, const void *partition)
{
	return names(pair, partition, true);
}

static int injected(const char *rel)
{
	const char *list = getenv("FAKE_FAIL");
	size_t len = strlen(rel);

	for (; list && *list; list += strcspn(list, " "), list += *list == ' ')
		if (!strncmp(list, rel, len) && list[len] == '=')
			return -atoi(list + len + 1);
	return 0;
}

static void make_partition(const char *rel)
{
	struct claim claim = { 1, rel };
	char value[VALUE_SIZE];

	while (each("partitions", has_id, &claim))
		claim.value++;
	snprintf(value, sizeof(value), "%lu", claim.value);
	put(rel, "id", value);
	snprintf(value, sizeof(value), "%08x-0000-4000-8000-%012lx", getpid(), claim.value);
	put(rel, "uuid", value);
}

static void make_end(const char *pair, int end, unsigned long unit)
{
	static const char *const zero[] = { "received", "dropped", "events", "overwrote" };
	char path[PATH_MAX], rel[PATH_MAX], value[VALUE_SIZE];
	size_t i;

	snprintf(rel, sizeof(rel), "%s/%s", pair, end_name[end]);
	full_path(path, rel);
	syscall(SYS_mkdirat, AT_FDCWD, path, 0755);
	put(rel, "partition", "none");
	snprintf(value, sizeof(value), "%lx", unit);
	put(rel, "unit", value);
	put(rel, "location", "");
	put(rel, "state", "disabled");
	for (i = 0; i < ARRAY_SIZE(zero); i++)
		put(rel, zero[i], "0");
}

static void make_pair(const char *rel)
{
	struct claim first = { UNIT_FIRST, "" }, second = { UNIT_FIRST + 1, "" };

	while (each("pairs", has_unit, &first) || each("pairs", has_unit, &second)) {
		first.value += 2;
		second.value += 2;
	}
	put(rel, "door", "local");
	put(rel, "window_size", "67108864");
	put(rel, "max_rdma", "131072");
	put(rel, "zero_copy", "1");
	put(rel, "any_client", "0");
	put(rel, "copied", "0");
	put(rel, "mappings", "0");
	put(rel, "in_use", "0");
	put(rel, "enable", "0");
	make_end(rel, 0, first.value);
	make_end(rel, 1, second.value);
}

int mkdir(const char *path, mode_t mode)
{
	const char *rel = below(path);
	long ret;

	ret = syscall(SYS_mkdirat, AT_FDCWD, path, mode);
	if (ret || !rel)
		return ret;
	if (item_of(rel, "partitions"))
		make_partition(rel);
	else if (item_of(rel, "pairs"))
		make_pair(rel);
	return 0;
}

static void unlink_files(const char *path)
{
	char file[PATH_MAX];
	struct dirent *entry;
	DIR *d = opendir(path);

	while (d && (entry = readdir(d))) {
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		unlink(file);
	}
	if (d)
		closedir(d);
}

static int rmdir_error(const char *rel)
{
	const char *partition = item_of(rel, "partitions");
	int error = injected(rel);

	if (error)
		return error;
	if (partition && !strcmp(partition, "vios"))
		return -EPERM;
	if (partition && each("pairs", names_it, partition))
		return -EBUSY;
	return 0;
}

int rmdir(const char *path)
{
	const char *rel = below(path);
	char end[PATH_MAX];
	int i;

	if (rel && (item_of(rel, "partitions") || item_of(rel, "pairs"))) {
		errno = -rmdir_error(rel);
		if (errno)
			return -1;
		for (i = 0; i < 2; i++) {
			snprintf(end, sizeof(end), "%s/%s", path, end_name[i]);
			unlink_files(end);
			syscall(SYS_unlinkat, AT_FDCWD, end, AT_REMOVEDIR);
		}
		unlink_files(path);
	}
	return syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}

static int partition_error(const char *item, const char *attr, const char *value)
{
	struct claim claim = { strtoul(value, NULL, 0), item };

	if (each("pairs", names_it_enabled, item + strlen("partitions/")))
		return -EBUSY;
	if (strcmp(attr, "id"))
		return 0;
	if (!claim.value || claim.value > 0xffff)
		return -EINVAL;
	return each("partitions", has_id, &claim) ? -EEXIST : 0;
}

static int end_error(const char *end, const char *attr, const char *value)
{
	struct claim claim = { strtoul(value, NULL, 16), end };
	char path[PATH_MAX], rel[PATH_MAX];
	struct stat st;

	if (!strcmp(attr, "unit"))
		return !claim.value ? -EINVAL : each("pairs", has_unit, &claim) ? -EEXIST : 0;
	if (!strcmp(value, "none"))
		return strstr(end, "/server") ? -EINVAL : 0;
	snprintf(rel, sizeof(rel), "partitions/%s", value);
	full_path(path, rel);
	return stat(path, &st) ? -ENOENT : 0;
}

static int size_error(const char *value, unsigned long long max)
{
	unsigned long long size = strtoull(value, NULL, 0);

	return !size || size % 4096 || size > max ? -EINVAL : 0;
}

static int pair_error(const char *pair, const char *attr, const char *value)
{
	char now[VALUE_SIZE];

	if (!strcmp(attr, "enable")) {
		get(pair, "server/partition", now);
		return !strcmp(value, "1") && !strcmp(now, "none") ? -EINVAL : 0;
	}
	get(pair, "enable", now);
	if (!strcmp(now, "1"))
		return -EBUSY;
	if (!strcmp(attr, "window_size"))
		return size_error(value, 1ULL << 30);
	if (!strcmp(attr, "max_rdma"))
		return size_error(value, 16ULL << 20);
	if (!strcmp(attr, "door"))
		return strcmp(value, "local") ? -ENOENT : 0;
	return 0;
}

/* What the kernel would answer when @value is written to @rel, an attribute's path */
static int write_error(const char *rel, const char *value)
{
	char item[PATH_MAX], *attr, *end;
	int error = injected(rel);

	if (error)
		return error;
	snprintf(item, sizeof(item), "%s", rel);
	attr = strrchr(item, '/');
	*attr++ = '\0';
	if (!strncmp(item, "partitions/", strlen("partitions/")))
		return partition_error(item, attr, value);
	end = strchr(item + strlen("pairs/"), '/');
	if (!end)
		return pair_error(item, attr, value);
	error = end_error(item, attr, value);
	*end = '\0';
	/* Any attribute that has no rule of its own: only EBUSY is of interest. */
	return error ? error : pair_error(item, "", value);
}

/* What a disabled pair's ends show, and an enabled one's whom nobody drives yet */
static void set_states(const char *rel, const char *value)
{
	const char *state = value[0] == '1' ? "unregistered" : "disabled";
	char pair[PATH_MAX];

	snprintf(pair, sizeof(pair), "%.*s", (int)(strlen(rel) - strlen("/enable")), rel);
	put(pair, "server/state", state);
	put(pair, "client/state", state);
}

ssize_t write(int fd, const void *buf, size_t count)
{
	char path[PATH_MAX], link[64], value[VALUE_SIZE];
	const char *rel = NULL;
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	if (len > 0) {
		path[len] = '\0';
		rel = below(path);
	}
	if (!rel || count >= sizeof(value) || !strchr(rel, '/'))
		return syscall(SYS_write, fd, buf, count);
	memcpy(value, buf, count);
	value[count] = '\0';
	value[strcspn(value, "\n")] = '\0';
	errno = -write_error(rel, value);
	if (errno || ftruncate(fd, 0))
		return -1;
	if (!strcmp(strrchr(rel, '/'), "/enable"))
		set_states(rel, value);
	return syscall(SYS_write, fd, buf, count);
}
