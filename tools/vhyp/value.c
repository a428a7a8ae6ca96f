// SPDX-License-Identifier: GPL-2.0
/*
 * Values as people and files write them.  Each function returns NULL, or what the text
 * should have been.  What the kernel alone can judge (sizes, what is taken) is left to it.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "vhyp.h"

/* The save file can hold nothing else. */
static bool is_utf8(const char *text)
{
	json_t *string = json_string(text);

	json_decref(string);
	return string;
}

/* A name becomes a directory: it must not lead elsewhere, nor be hidden. */
const char *value_name(const char *text, void *name)
{
	size_t i, len = strlen(text);

	if (!len || len >= NAME_SIZE || text[0] == '.')
		return "a name of 1 to 63 bytes that does not start with '.'";
	for (i = 0; i < len; i++)
		if (text[i] == '/' || isspace((unsigned char)text[i]) ||
		    iscntrl((unsigned char)text[i]))
			return "a name without '/', blanks and control characters";
	if (!is_utf8(text))
		return "a name in UTF-8";
	memcpy(name, text, len + 1);
	return NULL;
}

/* configfs reads the word for nobody where a partition's name is expected. */
const char *value_partition(const char *text, void *name)
{
	if (!strcmp(text, NOBODY))
		return "a name other than \"" NOBODY "\", which means no partition";
	return value_name(text, name);
}

/* Digits alone: strtoull() would also take a sign and blanks. */
static bool digits(const char *text, int base)
{
	size_t len = strspn(text, base == 16 ? "0123456789abcdefABCDEF" : "0123456789");

	return len && !text[len];
}

const char *value_unit(const char *text, void *unit)
{
	unsigned long value;

	if (!strncmp(text, "0x", 2))
		text += 2;
	if (!digits(text, 16) || strlen(text) > 8)
		return "a unit address of 1 to 8 hex digits";
	value = strtoul(text, NULL, 16);
	if (!value)
		return "a unit address other than 0";
	*(unsigned int *)unit = value;
	return NULL;
}

const char *value_id(const char *text, void *id)
{
	unsigned long value;

	if (!digits(text, 10) || strlen(text) > 5)
		return "a partition number from 1 to 65535";
	value = strtoul(text, NULL, 10);
	if (!value || value > 0xffff)
		return "a partition number from 1 to 65535";
	*(unsigned int *)id = value;
	return NULL;
}

const char *value_uuid(const char *text, void *uuid)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	char *to = uuid;
	size_t i;

	for (i = 0; i < sizeof(shape) - 1; i++) {
		if (shape[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != '-')
			return "a UUID, e.g. 01234567-89ab-cdef-0123-456789abcdef";
		to[i] = tolower((unsigned char)text[i]);
	}
	to[i] = '\0';
	return text[i] ? "a UUID of 36 characters" : NULL;
}

static unsigned int shift_of(char suffix)
{
	switch (toupper((unsigned char)suffix)) {
	case 'K':
		return 10;
	case 'M':
		return 20;
	case 'G':
		return 30;
	default:
		return 0;
	}
}

const char *value_bytes(const char *text, void *bytes)
{
	static const char want[] = "a number of bytes, with an optional K, M or G";
	unsigned long long value;
	unsigned int shift;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return want;
	errno = 0;
	value = strtoull(text, &end, 10);
	shift = shift_of(*end);
	if (shift)
		end++;
	if (errno || *end || !value || value > ULLONG_MAX >> shift)
		return want;
	*(unsigned long long *)bytes = value << shift;
	return NULL;
}

const char *value_flag(const char *text, void *flag)
{
	if (strcmp(text, "0") && strcmp(text, "1"))
		return "0 or 1";
	*(int *)flag = text[0] == '1';
	return NULL;
}
