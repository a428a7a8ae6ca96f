// SPDX-License-Identifier: GPL-2.0
/*
 * Words of the command line into attributes, and attributes into words.
 */
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"

/* ip builds its request in 1 KiB behind the two headers. */
#define REQUEST_MAX	1024

static void show_number(const char *word, const char *format, unsigned int value, FILE *f)
{
	char line[64];

	snprintf(line, sizeof(line), "%s %s ", word, format);
	if (print_color_uint)
		print_color_uint(PRINT_TEXT_OR_JSON, WITHOUT_COLOR, word, line, value);
	else
		fprintf(f, line, value);
}

static void show_string(const char *word, const char *value, FILE *f)
{
	char line[64];

	snprintf(line, sizeof(line), "%s %%s ", word);
	if (print_color_string)
		print_color_string(PRINT_TEXT_OR_JSON, WITHOUT_COLOR, word, line, value);
	else
		fprintf(f, line, value);
}

static unsigned int names_count(const struct sea_word *w)
{
	unsigned int n = 0;

	while (w->names[n])
		n++;
	return n;
}

static bool number_of(const char *text, unsigned int *value)
{
	unsigned long n;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	n = strtoul(text, &end, 0);
	if (errno || *end || n > UINT_MAX)
		return false;
	*value = n;
	return true;
}

static bool value_of(const struct sea_word *w, const char *text, unsigned int *value)
{
	unsigned int i;

	if (w->kind != SEA_WORD_NAME)
		return number_of(text, value) && *value >= w->min && *value <= w->max;
	for (i = 0; i < names_count(w); i++) {
		if (!strcmp(w->names[i], text)) {
			*value = i;
			return true;
		}
	}
	return false;
}

/* An attribute at the end of the message, if there is place */
static bool add_attribute(struct nlmsghdr *n, const struct sea_word *w, unsigned int value)
{
	uint8_t v8 = value;
	uint16_t v16 = value;
	uint32_t v32 = value;
	const void *data = w->size == 1 ? (void *)&v8 : w->size == 2 ? (void *)&v16 : &v32;
	unsigned int at = NLMSG_ALIGN(n->nlmsg_len);
	struct rtattr *rta = (struct rtattr *)((char *)n + at);

	if (at + RTA_SPACE(w->size) > REQUEST_MAX)
		return false;
	memset(rta, 0, RTA_SPACE(w->size));
	rta->rta_type = w->attr;
	rta->rta_len = RTA_LENGTH(w->size);
	memcpy(RTA_DATA(rta), data, w->size);
	n->nlmsg_len = at + RTA_SPACE(w->size);
	return true;
}

static const struct sea_word *find_word(const struct sea_word *words, const char *text)
{
	for (; words->word; words++) {
		if (words->help && !strcmp(words->word, text))
			return words;
	}
	return NULL;
}

int sea_parse(const struct sea_word *words, struct link_util *lu, int argc, char **argv,
	      struct nlmsghdr *n)
{
	for (; argc > 0; argc -= 2, argv += 2) {
		const struct sea_word *w = find_word(words, argv[0]);
		unsigned int value;

		if (!strcmp(argv[0], "help")) {
			sea_help(words, lu, stderr);
			return -1;
		}
		if (!w) {
			fprintf(stderr, "%s: unknown option \"%s\"\n", lu->id, argv[0]);
			sea_help(words, lu, stderr);
			return -1;
		}
		if (argc < 2) {
			fprintf(stderr, "%s: \"%s\" needs a value: %s\n", lu->id, w->word, w->help);
			return -1;
		}
		if (!value_of(w, argv[1], &value)) {
			fprintf(stderr, "%s: \"%s\" is no value of \"%s\": %s\n", lu->id, argv[1],
				w->word, w->help);
			return -1;
		}
		if (!add_attribute(n, w, value)) {
			fprintf(stderr, "%s: too many options\n", lu->id);
			return -1;
		}
	}
	return 0;
}

/* What the kernel sends is looked at by its length, not by what it should be. */
static bool get_attribute(const struct rtattr *rta, unsigned int *value)
{
	uint16_t v16;
	uint32_t v32;

	switch (RTA_PAYLOAD(rta)) {
	case 1:
		*value = *(uint8_t *)RTA_DATA(rta);
		return true;
	case 2:
		memcpy(&v16, RTA_DATA(rta), sizeof(v16));
		*value = v16;
		return true;
	case 4:
		memcpy(&v32, RTA_DATA(rta), sizeof(v32));
		*value = v32;
		return true;
	default:
		return false;
	}
}

static void show_device(const char *word, unsigned int index, FILE *f)
{
	char name[IF_NAMESIZE];

	if (!index)
		return;
	if (if_indextoname(index, name))
		show_string(word, name, f);
	else
		show_number(word, "if%u", index, f);
}

static void show_word(const struct sea_word *w, unsigned int value, FILE *f)
{
	if (w->kind == SEA_WORD_DEVICE)
		show_device(w->word, value, f);
	else if (w->kind == SEA_WORD_NAME && value < names_count(w))
		show_string(w->word, w->names[value], f);
	else
		show_number(w->word, w->kind == SEA_WORD_MASK ? "0x%x" : "%u", value, f);
}

void sea_print(const struct sea_word *words, struct rtattr *tb[], FILE *f)
{
	unsigned int value;

	if (!tb)
		return;
	for (; words->word; words++) {
		if (tb[words->attr] && get_attribute(tb[words->attr], &value))
			show_word(words, value, f);
	}
}

void sea_help(const struct sea_word *words, struct link_util *lu, FILE *f)
{
	fprintf(f, "Usage: ... %s\n", lu->id);
	for (; words->word; words++) {
		if (words->help)
			fprintf(f, "\t[ %s %s ]\n", words->word, words->help);
	}
}
