/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vscsitest: a virtual SCSI client that sends anything.  Loading the module runs the
 * case named by the parameter "test" against the server at the other end of a client
 * adapter; it fails to load if the case finds a fault.
 */
#ifndef _VSCSITEST_H
#define _VSCSITEST_H

#include <linux/printk.h>
#include <linux/string.h>

#include "raw.h"

/* What a case finds when it begins */
enum vt_need {
	VT_BOUND,	/* an adapter, nothing registered */
	VT_QUEUE,	/* a queue registered, no handshake */
	VT_INIT,	/* connected */
	VT_LOGIN,	/* logged in */
	VT_DISK,	/* the LUN is ready, its size known, unit attentions taken */
};

/* A case that cannot say anything here */
#define VT_SKIP		1

/**
 * struct vt_case - one case
 * @name:	its name, a value of the parameter "test"; NULL ends a table
 * @run:	0, a negative errno, or VT_SKIP; faults are counted by CHECK()
 * @need:	what it begins with
 * @alone:	needs a set-up of its own: not in "all"
 * @rough:	sends what makes stray answers: they are no fault
 * @stays:	works in the background until the module goes; nothing is closed
 */
struct vt_case {
	const char *name;
	int (*run)(struct client *c);
	enum vt_need need;
	bool alone;
	bool rough;
	bool stays;
};

extern const struct vt_case literal_cases[];
extern const struct vt_case violate_cases[];
extern const struct vt_case malformed_cases[];
extern const struct vt_case mismatch_cases[];
extern const struct vt_case mad_cases[];
extern const struct vt_case tmf_cases[];
extern const struct vt_case answer_cases[];
extern const struct vt_case lun_cases[];
extern const struct vt_case shape_cases[];
extern const struct vt_case flood_cases[];
extern const struct vt_case fuzz_cases[];
extern const struct vt_case late_cases[];
extern const struct vt_case hung_cases[];
extern const struct vt_case ended_cases[];
extern const struct vt_case slow_cases[];
extern const struct vt_case order_cases[];
extern const struct vt_case midway_cases[];
extern const struct vt_case load_cases[];
extern const struct vt_case asked_cases[];

/* Parameters of the module */
extern unsigned long vt_count;
extern unsigned int vt_ms;
extern unsigned int vt_seed;
extern unsigned int vt_go;
extern char *vt_form;
extern unsigned int vt_luns[256];
extern int vt_luns_n;

/* The parameter "count", or what the case does without one */
static inline unsigned long vt_count_or(unsigned long dflt)
{
	return vt_count ?: dflt;
}

static inline unsigned int vt_ms_or(unsigned int dflt)
{
	return vt_ms ?: dflt;
}

/* Faults found by the case that runs; what it is about just now */
extern unsigned int vt_faults;
void vt_about(const char *fmt, ...) __printf(1, 2);
bool vt_check(const char *file, int line, const char *what, u64 got, u64 want);
bool vt_check_mem(const char *file, int line, const char *what, const u8 *got,
		  const u8 *want, size_t len);

/* True if the two are equal; otherwise a line in the log and a fault */
#define CHECK(got, want) \
	vt_check(kbasename(__FILE__), __LINE__, #got, (u64)(got), (u64)(want))
#define CHECK_MEM(got, want, len) \
	vt_check_mem(kbasename(__FILE__), __LINE__, #got, got, want, len)

/* The end of a load that stays, by adapter, and its report */
void load_end(struct client *c);
void shapes_end(void);

#endif /* _VSCSITEST_H */
