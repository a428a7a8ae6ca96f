// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU's that counts instructions: how many each block of translated code had
 * executed while the lab was in one phase.
 *
 *	-plugin count.so,dir=DIR
 *
 * The phase is what the file DIR/phase says, nothing for none.  When it ends its counts are in
 * DIR/counts.PHASE, in lines "ADDRESS INSTRUCTIONS".
 */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plugin.h"

int qemu_plugin_version = 1;

#define BUCKETS	65536

struct block {
	struct block *next;
	__u64 vaddr;
	__u64 count;		/* instructions; the processor adds */
	__u64 before;		/* when the phase began */
};

static struct block *blocks[BUCKETS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char dir[PATH_MAX - 128];

static struct block *find_block(__u64 vaddr)
{
	struct block **head = &blocks[(vaddr >> 2) % BUCKETS], *b;

	for (b = *head; b; b = b->next)
		if (b->vaddr == vaddr)
			return b;
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	b->vaddr = vaddr;
	b->next = *head;
	*head = b;
	return b;
}

static void translated(__u64 id, struct qemu_plugin_tb *tb)
{
	struct block *b;

	(void)id;
	pthread_mutex_lock(&lock);
	b = find_block(qemu_plugin_tb_vaddr(tb));
	pthread_mutex_unlock(&lock);
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64, &b->count,
						 qemu_plugin_tb_n_insns(tb));
}

static void write_counts(const char *phase)
{
	char path[PATH_MAX];
	struct block *b;
	FILE *f;
	int i;

	snprintf(path, sizeof(path), "%s/counts.%.60s", dir, phase);
	f = fopen(path, "w");
	if (!f) {
		perror(path);
		return;
	}
	for (i = 0; i < BUCKETS; i++)
		for (b = blocks[i]; b; b = b->next)
			if (b->count != b->before)
				fprintf(f, "%llx %llu\n", b->vaddr, b->count - b->before);
	fclose(f);
}

static void begin_counts(void)
{
	struct block *b;
	int i;

	for (i = 0; i < BUCKETS; i++)
		for (b = blocks[i]; b; b = b->next)
			b->before = b->count;
}

static void read_phase(char *phase, size_t size)
{
	char path[PATH_MAX];
	FILE *f;

	*phase = 0;
	snprintf(path, sizeof(path), "%s/phase", dir);
	f = fopen(path, "r");
	if (!f)
		return;
	if (!fgets(phase, size, f))
		*phase = 0;
	phase[strcspn(phase, "\n")] = 0;
	fclose(f);
}

static void *watch(void *unused)
{
	char phase[64] = "", now[64];

	for (;;) {
		usleep(20000);
		read_phase(now, sizeof(now));
		if (!strcmp(now, phase))
			continue;
		pthread_mutex_lock(&lock);
		if (*phase)
			write_counts(phase);
		begin_counts();
		pthread_mutex_unlock(&lock);
		strcpy(phase, now);
	}
	return unused;
}

int qemu_plugin_install(__u64 id, const struct qemu_info_t *info, int argc, char **argv)
{
	pthread_t thread;

	(void)info;
	if (argc != 1 || strncmp(argv[0], "dir=", 4) || strlen(argv[0]) - 4 >= sizeof(dir)) {
		fprintf(stderr, "count.so: dir=DIR is wanted\n");
		return 1;
	}
	strcpy(dir, argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return pthread_create(&thread, NULL, watch, NULL);
}
