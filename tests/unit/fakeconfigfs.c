// SPDX-License-Identifier: GPL-2.0
/*
 * A library to preload, with which a plain directory ($VHYP_CONFIGFS) behaves as the
 * configfs tree of vhyp does: mkdir() brings a directory's attributes, rmdir() takes them
 * away, and write() refuses what drivers/vhyp/configfs.c refuses.
 *
 * FAKE_FAIL="pairs/disk1/window_size=12 ..." makes writing an attribute, or making or
 * removing a directory, fail with an errno.  FAKE_SIGNAL="pairs/disk1/door" sends SIGTERM
 * to who writes that.  A pair whose file in_use says 1 is held.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define VALUE_SIZE	256
#define NAME_SIZE	64
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

static bool is_one(const char *pair, const char *attr)
{
	char value[VALUE_SIZE];

	get(pair, attr, value);
	return !strcmp(value, "1");
}

/* Does this pair name the partition; if @enabled, is it enabled too? */
static bool names(const char *pair, const char *partition, bool enabled)
{
	char value[VALUE_SIZE];

	if (enabled && !is_one(pair, "enable"))
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
	put(rel, "partition", end ? "none" : "vios");
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

static int mkdir_error(const char *rel)
{
	const char *partition = item_of(rel, "partitions"), *pair = item_of(rel, "pairs");
	int error = injected(rel);

	if (error)
		return error;
	if ((partition && strlen(partition) >= NAME_SIZE) || (pair && strlen(pair) >= NAME_SIZE))
		return -ENAMETOOLONG;
	return partition && !strcmp(partition, "none") ? -EINVAL : 0;
}

int mkdir(const char *path, mode_t mode)
{
	const char *rel = below(path);
	int error = rel ? mkdir_error(rel) : 0;
	long ret;

	if (error) {
		errno = -error;
		return -1;
	}
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
	return item_of(rel, "pairs") && is_one(rel, "in_use") ? -EBUSY : 0;
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

/* kstrtou32() */
static int number(const char *value, int base, unsigned long *result)
{
	unsigned long long wide;
	char *end;

	if (!isxdigit((unsigned char)value[0]))
		return -EINVAL;
	errno = 0;
	wide = strtoull(value, &end, base);
	if (end == value || *end)
		return -EINVAL;
	*result = wide;
	return errno || wide > UINT_MAX ? -ERANGE : 0;
}

/* vhyp_word(): blanks around a word are taken off, blanks in it are refused. */
static int word(const char *value, char result[NAME_SIZE])
{
	size_t len;

	value += strspn(value, " \t");
	len = strcspn(value, " \t");
	if (len >= NAME_SIZE || value[len + strspn(value + len, " \t")])
		return -EINVAL;
	memcpy(result, value, len);
	result[len] = '\0';
	return 0;
}

static int uuid_error(const char *value)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	char uuid[NAME_SIZE];
	size_t i;

	if (word(value, uuid) || strlen(uuid) != strlen(shape))
		return -EINVAL;
	for (i = 0; shape[i]; i++)
		if (shape[i] == 'x' ? !isxdigit((unsigned char)uuid[i]) : uuid[i] != '-')
			return -EINVAL;
	return 0;
}

static int partition_error(const char *item, const char *attr, const char *value)
{
	struct claim claim = { 0, item };
	bool is_id = !strcmp(attr, "id");
	int error = is_id ? number(value, 0, &claim.value) : uuid_error(value);

	if (error)
		return error;
	if (is_id && (!claim.value || claim.value > 0xffff))
		return -EINVAL;
	if (each("pairs", names_it_enabled, item + strlen("partitions/")))
		return -EBUSY;
	return is_id && each("partitions", has_id, &claim) ? -EEXIST : 0;
}

static int unit_error(const char *pair, const char *end, const char *value)
{
	struct claim claim = { 0, end };
	int error = number(value, 16, &claim.value);

	if (error || !claim.value)
		return error ? error : -EINVAL;
	if (is_one(pair, "enable"))
		return -EBUSY;
	return each("pairs", has_unit, &claim) ? -EEXIST : 0;
}

static int owner_error(const char *pair, bool server, const char *value)
{
	char name[NAME_SIZE], path[PATH_MAX], rel[PATH_MAX];
	struct stat st;

	if (word(value, name))
		return -EINVAL;
	if (!name[0] || !strcmp(name, "none")) {
		if (server)
			return -EINVAL;
	} else {
		snprintf(rel, sizeof(rel), "partitions/%s", name);
		full_path(path, rel);
		if (stat(path, &st))
			return -ENOENT;
	}
	return is_one(pair, "enable") ? -EBUSY : 0;
}

/* memparse(): a number with an optional K, M or G */
static int size_error(const char *value, unsigned long long max)
{
	static const char suffix[] = "KMG";
	unsigned long long size;
	const char *found;
	char *end;

	if (!isdigit((unsigned char)value[0]))
		return -EINVAL;
	size = strtoull(value, &end, 0);
	found = *end ? strchr(suffix, toupper((unsigned char)*end)) : NULL;
	if (found) {
		size <<= 10 * (found - suffix + 1);
		end++;
	}
	return *end || !size || size % 4096 || size > max ? -EINVAL : 0;
}

static int value_error(const char *attr, const char *value)
{
	char name[NAME_SIZE];

	if (!strcmp(attr, "window_size"))
		return size_error(value, 1ULL << 30);
	if (!strcmp(attr, "max_rdma"))
		return size_error(value, 16ULL << 20);
	if (!strcmp(attr, "door"))
		return word(value, name) ? -EINVAL : strcmp(name, "local") ? -ENOENT : 0;
	return strcmp(value, "0") && strcmp(value, "1") ? -EINVAL : 0;
}

static int pair_error(const char *pair, const char *attr, const char *value)
{
	int error = value_error(attr, value);

	if (error)
		return error;
	if (strcmp(attr, "enable"))
		return is_one(pair, "enable") ? -EBUSY : 0;
	return value[0] == '0' && is_one(pair, "in_use") ? -EBUSY : 0;
}

/* What the kernel would answer when @value is written to @rel, an attribute's path */
static int write_error(const char *rel, const char *value)
{
	char item[PATH_MAX], pair[PATH_MAX], *attr, *slash;
	int error = injected(rel);

	if (error)
		return error;
	snprintf(item, sizeof(item), "%s", rel);
	attr = strrchr(item, '/');
	*attr++ = '\0';
	if (!strncmp(item, "partitions/", strlen("partitions/")))
		return partition_error(item, attr, value);
	slash = strchr(item + strlen("pairs/"), '/');
	if (!slash)
		return pair_error(item, attr, value);
	snprintf(pair, sizeof(pair), "%.*s", (int)(slash - item), item);
	if (!strcmp(attr, "unit"))
		return unit_error(pair, item, value);
	if (!strcmp(attr, "partition"))
		return owner_error(pair, !strcmp(slash, "/server"), value);
	return -EACCES;
}

/* What a disabled pair's ends show, and an enabled one's whom nobody drives yet */
static void set_states(const char *rel, const char *value)
{
	const char *state = value[0] == '1' ? "unregistered" : "disabled";
	char pair[PATH_MAX], client[VALUE_SIZE];

	snprintf(pair, sizeof(pair), "%.*s", (int)(strlen(rel) - strlen("/enable")), rel);
	put(pair, "server/state", state);
	get(pair, "client/partition", client);
	if (strcmp(client, "none"))
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
	if (getenv("FAKE_SIGNAL") && !strcmp(rel, getenv("FAKE_SIGNAL")))
		raise(SIGTERM);
	errno = -write_error(rel, value);
	if (errno || ftruncate(fd, 0))
		return -1;
	if (!strcmp(strrchr(rel, '/'), "/enable"))
		set_states(rel, value);
	return syscall(SYS_write, fd, buf, count);
}
