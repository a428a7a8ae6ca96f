/* SPDX-License-Identifier: GPL-2.0 */
/* Two partitions, a pair between them, memory in both windows: what each test gets. */
#ifndef _VHYP_FIXTURE_H
#define _VHYP_FIXTURE_H

#include <kunit/test.h>
#include <linux/mm.h>
#include <vios/vhyp.h>

/* I/O addresses in each end's own window; the window has FIX_WINDOW bytes. */
#define FIX_WINDOW	(256 * PAPR_TCE_SIZE)
#define FIX_RDMA	(32 * PAPR_TCE_SIZE)	/* limit of H_COPY_RDMA */
#define FIX_RING	0x1000		/* one page: 256 elements; read and write */
#define FIX_DATA	0x10000		/* FIX_PAGES pages; read and write */
#define FIX_PAGES	64
#define FIX_RO		0x80000		/* one page; the partner may read */
#define FIX_WO		0x81000		/* one page; the partner may write */
#define FIX_HOLE	0x90000		/* nothing there */
#define FIX_RING_COUNT	256

#define FIX_SERVER_UNIT	0x30000002
#define FIX_CLIENT_UNIT	0x30000003

struct fix_end {
	struct vhyp_partition *part;
	struct vhyp_adapter *adapter;
	u32 unit;
	u32 liobn;
	u32 remote;		/* LIOBN of the partner's window */
	u8 *ring;
	u8 *data;
	unsigned int signals;
};

struct fix {
	struct fix_end end[VHYP_ENDS];
	struct vhyp_pair *pair;
	bool mapped;		/* FIX_FREEING: FIX_DATA is */
	u64 ret[VHYP_ARGS];	/* R4 to R12 of the last call */
};

/* Calls are made with interrupts off under a raw lock */
extern bool fix_atomic;
void fix_enter(unsigned long *flags);
void fix_leave(unsigned long flags);

/* States of a connection that calls are tried in */
enum fix_state {
	FIX_NONE,	/* nobody is registered */
	FIX_SERVER,	/* the server is */
	FIX_CLIENT,	/* the client is */
	FIX_BOTH,	/* connected */
	FIX_SUSPENDED,	/* connected, then the client's partition was suspended */
	FIX_RESUMED,	/* and runs again, its queue not enabled yet */
	FIX_FREEING,	/* connected, then the client freed, a page of its being mapped */
	FIX_ANY_NONE,	/* "any client can connect", nobody registered */
	FIX_ANY_BOTH,	/* "any client can connect", connected */
	FIX_ALONE,	/* no client is authorised */
};

/* Replaces the fixture of the test by one in this state. */
struct fix *fix_state(struct kunit *test, enum fix_state state);
const char *fix_state_name(enum fix_state state);

struct fix *fix_create(struct kunit *test, bool client, bool any_client, bool map);
void fix_destroy(struct fix *f);

extern const struct vhyp_door fix_door;

int fix_init(struct kunit *test);
void fix_exit(struct kunit *test);

long fix_call(struct fix *f, enum vhyp_end end, u64 opcode, u64 a0, u64 a1, u64 a2, u64 a3,
	      u64 a4);
long fix_call_args(struct fix *f, enum vhyp_end end, u64 opcode, const u64 arg[VHYP_ARGS]);
long fix_register(struct fix *f, enum vhyp_end end);
long fix_free(struct fix *f, enum vhyp_end end);
long fix_send(struct fix *f, enum vhyp_end end, u64 hi, u64 lo);
long fix_signal(struct fix *f, enum vhyp_end end, u64 mode);
long fix_copy(struct fix *f, u64 len, u32 s_liobn, u64 s_ioba, u32 d_liobn, u64 d_ioba);
void fix_connect(struct kunit *test, struct fix *f);
void fix_clear_ring(struct fix *f, enum vhyp_end end);

/* Element @index of a ring, as bytes */
static inline u8 *fix_slot(struct fix *f, enum vhyp_end end, unsigned int index)
{
	return f->end[end].ring + 16 * index;
}

void fix_expect_slot(struct kunit *test, struct fix *f, enum vhyp_end end, unsigned int index,
		     const u8 bytes[16]);

/* KUnit keeps results in the cases, so each of the two suites has its own. */
#define FIX_CASES(_what, ...)						\
	struct kunit_case vhyp_##_what##_cases[] = { __VA_ARGS__, {} };	\
	struct kunit_case vhyp_##_what##_again[] = { __VA_ARGS__, {} }
#define FIX_CASES_EXTERN(_what)						\
	extern struct kunit_case vhyp_##_what##_cases[];		\
	extern struct kunit_case vhyp_##_what##_again[]

FIX_CASES_EXTERN(crq);
FIX_CASES_EXTERN(rdma);
FIX_CASES_EXTERN(tce);
FIX_CASES_EXTERN(vioctl);
FIX_CASES_EXTERN(event);
FIX_CASES_EXTERN(map);

#endif /* _VHYP_FIXTURE_H */
