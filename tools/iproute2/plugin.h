/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ip of iproute2 has to do with a plug-in.  For a link of kind K it loads link_K.so and
 * looks for the variable K_link_util in it; iproute2 has no header for that, so what it
 * expects is declared here.
 */
#ifndef _SEA_PLUGIN_H
#define _SEA_PLUGIN_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>

/* Newer versions hand parse_opt() an argument more, behind these. */
struct link_util {
	struct link_util *next;		/* of ip */
	const char *id;			/* kind */
	int maxattr;			/* highest attribute print_opt() looks at */
	/* Words behind "type K", to be put as attributes into the nest that is open */
	int (*parse_opt)(struct link_util *lu, int argc, char **argv, struct nlmsghdr *n);
	/* tb is NULL when the link has no data */
	void (*print_opt)(struct link_util *lu, FILE *f, struct rtattr *tb[]);
	void (*print_xstats)(struct link_util *lu, FILE *f, struct rtattr *xstats);
	void (*print_help)(struct link_util *lu, int argc, char **argv, FILE *f);
	int (*parse_ifla_xstats)(struct link_util *lu, int argc, char **argv);
	int (*print_ifla_xstats)(struct nlmsghdr *n, void *arg);
};

/*
 * ip's own functions for text and JSON ("ip -j").  A version that does not export them gets
 * text.
 */
enum {
	PRINT_TEXT_OR_JSON = 4,
	WITHOUT_COLOR = 6,
};

#pragma weak print_color_uint
#pragma weak print_color_string
int print_color_uint(int type, int color, const char *key, const char *format,
		     unsigned int value);
int print_color_string(int type, int color, const char *key, const char *format,
		       const char *value);

enum sea_word_kind {
	SEA_WORD_NUMBER,
	SEA_WORD_NAME,		/* of names[value] */
	SEA_WORD_DEVICE,	/* an ifindex, shown by name */
	SEA_WORD_MASK,
};

/* A word of the command line, and an attribute */
struct sea_word {
	const char *word;
	const char *help;		/* values, or NULL when it is only shown */
	const char *const *names;
	enum sea_word_kind kind;
	unsigned short attr;
	unsigned short size;		/* bytes of the attribute: 1, 2 or 4 */
	unsigned int min, max;
};

/* A table of words ends with one without a word. */
int sea_parse(const struct sea_word *words, struct link_util *lu, int argc, char **argv,
	      struct nlmsghdr *n);
void sea_print(const struct sea_word *words, struct rtattr *tb[], FILE *f);
void sea_help(const struct sea_word *words, struct link_util *lu, FILE *f);

/* The variable ip looks for: links of kind _kind, with the words of the table "words" */
#define DEFINE_SEA_LINK_UTIL(_kind, _maxattr)						\
static int _kind##_link_parse(struct link_util *lu, int argc, char **argv,		\
				struct nlmsghdr *n)						\
{											\
	return sea_parse(words, lu, argc, argv, n);					\
}											\
static void _kind##_link_print(struct link_util *lu, FILE *f, struct rtattr *tb[])	\
{											\
	(void)lu;									\
	sea_print(words, tb, f);							\
}											\
static void _kind##_link_help(struct link_util *lu, int argc, char **argv, FILE *f)	\
{											\
	(void)argc;									\
	(void)argv;									\
	sea_help(words, lu, f);								\
}											\
struct link_util _kind##_link_util = {							\
	.id = #_kind,									\
	.maxattr = _maxattr,								\
	.parse_opt = _kind##_link_parse,						\
	.print_opt = _kind##_link_print,						\
	.print_help = _kind##_link_help,						\
}

#endif /* _SEA_PLUGIN_H */
