// SPDX-License-Identifier: GPL-2.0
/* The command line. */
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vhyp.h"

#ifndef VERSION
#define VERSION		"unknown"
#endif

#define SAVE_FILE	"/etc/vios/vhyp.json"

static const char usage_text[] =
	"usage: vhyp list [--json]\n"
	"       vhyp show PAIR [--json]\n"
	"       vhyp partition add NAME [id=N] [uuid=UUID]\n"
	"       vhyp partition remove NAME\n"
	"       vhyp pair add NAME client=PARTITION [server=PARTITION]\n"
	"                     [server_unit=HEX] [client_unit=HEX]\n"
	"                     [window_size=N[K|M|G]] [max_rdma=N[K|M|G]]\n"
	"                     [zero_copy=0|1] [any_client=0|1] [door=NAME]\n"
	"       vhyp pair remove NAME\n"
	"       vhyp pair enable|disable NAME\n"
	"       vhyp save|restore [-f FILE]\n"
	"       vhyp clear\n"
	"       vhyp --help | --version\n";

/* What a command may be given */
enum command_flags {
	TAKES_JSON	= 1,
	TAKES_FILE	= 2,
	MAKES_TREE	= 4,	/* works without the module loaded */
};

#define NO_LIMIT	1000

static const struct command {
	const char *word[2];
	int min;
	int max;
	unsigned int flags;
	int (*run)(const struct request *req);
} commands[] = {
	{ { "list" },			0, 0, TAKES_JSON, cmd_list },
	{ { "show" },			1, 1, TAKES_JSON, cmd_show },
	{ { "partition", "add" },	1, NO_LIMIT, 0, cmd_partition_add },
	{ { "partition", "remove" },	1, 1, 0, cmd_partition_remove },
	{ { "pair", "add" },		1, NO_LIMIT, 0, cmd_pair_add },
	{ { "pair", "remove" },		1, 1, 0, cmd_pair_remove },
	{ { "pair", "enable" },		1, 1, 0, cmd_pair_enable },
	{ { "pair", "disable" },	1, 1, 0, cmd_pair_disable },
	{ { "save" },			0, 0, TAKES_FILE, cmd_save },
	{ { "restore" },		0, 0, TAKES_FILE | MAKES_TREE, cmd_restore },
	{ { "clear" },			0, 0, 0, cmd_clear },
};

void complain(const char *fmt, ...)
{
	va_list args;

	fputs("vhyp: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

/* For memory, without which there is nothing sensible left to do */
void *must(void *memory)
{
	if (!memory) {
		complain("there is not enough memory");
		exit(STATUS_FAILED);
	}
	return memory;
}

static int usage(void)
{
	fputs(usage_text, stderr);
	return STATUS_USAGE;
}

/* The command whose words these are; *@words says how many */
static const struct command *find_command(char **argv, int argc, int *words)
{
	const struct command *c;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		c = &commands[i];
		*words = c->word[1] ? 2 : 1;
		if (argc >= *words && !strcmp(argv[0], c->word[0]) &&
		    (!c->word[1] || !strcmp(argv[1], c->word[1])))
			return c;
	}
	return NULL;
}

static const char *save_file(void)
{
	const char *file = getenv("VHYP_SAVE");

	return file && *file ? file : SAVE_FILE;
}

static int run(const struct command *command, struct request *req)
{
	if (req->argc < command->min || req->argc > command->max ||
	    (req->json && !(command->flags & TAKES_JSON)) ||
	    (req->file && !(command->flags & TAKES_FILE)))
		return usage();
	if (!req->file)
		req->file = save_file();
	if (!(command->flags & MAKES_TREE) && !tree_present()) {
		complain("%s is not there: load the module with \"modprobe vhyp\"",
			 tree_root());
		return STATUS_FAILED;
	}
	return command->run(req);
}

/* Output that did not arrive is a failure. */
static int finish(int status)
{
	bool bad = ferror(stdout);

	if (fclose(stdout) || bad) {
		complain("cannot write the output");
		return status ? status : STATUS_FAILED;
	}
	return status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json",	no_argument,		NULL, 'j' },
		{ "file",	required_argument,	NULL, 'f' },
		{ "help",	no_argument,		NULL, 'h' },
		{ "version",	no_argument,		NULL, 'V' },
		{ NULL,		0,			NULL, 0 }
	};
	const struct command *command;
	struct request req = {};
	int opt, words;

	/* Nobody may listen, but what has been begun is brought to its end. */
	signal(SIGPIPE, SIG_IGN);
	while ((opt = getopt_long(argc, argv, "f:h", options, NULL)) != -1) {
		switch (opt) {
		case 'j':
			req.json = true;
			break;
		case 'f':
			req.file = optarg;
			break;
		case 'h':
			fputs(usage_text, stdout);
			return finish(STATUS_OK);
		case 'V':
			puts("vhyp (Open VIOS) " VERSION);
			return finish(STATUS_OK);
		default:
			return usage();
		}
	}
	command = find_command(argv + optind, argc - optind, &words);
	if (!command)
		return usage();
	req.argv = argv + optind + words;
	req.argc = argc - optind - words;
	return finish(run(command, &req));
}
