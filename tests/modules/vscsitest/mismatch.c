// SPDX-License-Identifier: GPL-2.0
/*
 * Commands whose buffer does not fit their CDB, in direction or in length: the target
 * core believes the transport, so it is the transport that has to look.  Whatever the
 * answer is, the medium changes by a command that ends well and had all of its data,
 * and by no other.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <scsi/scsi_proto.h>
#include <scsi/srp.h>
#include <asm/unaligned.h>

#include "session.h"
#include "vscsitest.h"

/* Blocks that are watched; the commands are about the first four */
#define MIS_BLOCKS	16
#define MIS_SAVED	(VT_MEM / 2)
#define MIS_NOW		(MIS_SAVED + MIS_BLOCKS * 4096)
#define MIS_FILL	0xa7

/**
 * struct writer - a command that carries data to the target
 * @name:	for messages
 * @cdb:	about the first blocks of the medium
 * @cdb_len:	its bytes
 * @blocks:	of data
 * @bytes:	of data, in addition
 */
struct writer {
	const char *name;
	u8 cdb[32];
	u8 cdb_len;
	u8 blocks;
	u8 bytes;
};

static const struct writer writers[] = {
	{ "WRITE(6)", { WRITE_6, [4] = 4 }, 6, 4 },
	{ "WRITE(10)", { WRITE_10, [8] = 4 }, 10, 4 },
	{ "WRITE(12)", { WRITE_12, [9] = 4 }, 12, 4 },
	{ "WRITE(16)", { WRITE_16, [13] = 4 }, 16, 4 },
	{ "WRITE AND VERIFY(10)", { WRITE_VERIFY, [8] = 4 }, 10, 4 },
	{ "WRITE AND VERIFY(16)", { WRITE_VERIFY_16, [13] = 4 }, 16, 4 },
	{ "WRITE SAME(10)", { WRITE_SAME, [8] = 4 }, 10, 1 },
	{ "WRITE SAME(16)", { WRITE_SAME_16, [13] = 4 }, 16, 1 },
	{ "WRITE SAME(32)", { VARIABLE_LENGTH_CMD, [7] = 24, [9] = 0x0d, [31] = 4 }, 32, 1 },
	{ "COMPARE AND WRITE", { COMPARE_AND_WRITE, [13] = 1 }, 16, 2 },
	{ "UNMAP", { UNMAP, [8] = 24 }, 10, 0, 24 },
	{ "MODE SELECT(6)", { MODE_SELECT, 0x10, [4] = 24 }, 6, 0, 24 },
	{ "MODE SELECT(10)", { MODE_SELECT_10, 0x10, [8] = 28 }, 10, 0, 28 },
	{ "PERSISTENT RESERVE OUT", { PERSISTENT_RESERVE_OUT, [8] = 24 }, 10, 0, 24 },
	{ "EXTENDED COPY", { EXTENDED_COPY, [13] = 108 }, 16, 0, 108 },
	{ "XDWRITEREAD(10)", { 0x53, [8] = 4 }, 10, 4 },
	{ "ORWRITE(16)", { 0x8b, [13] = 4 }, 16, 4 },
	{ "WRITE ATOMIC(16)", { 0x9c, [13] = 4 }, 16, 4 },
	{ "SANITIZE", { 0x48, 0x03, [8] = 4 }, 10, 0, 4 },
};

static bool mis_read(struct client *c, u32 at)
{
	struct vt_iu iu;
	u8 cdb[16];

	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, MIS_BLOCKS));
	iu_direct(&iu, DIR_IN, c->mem_ioba + at, MIS_BLOCKS * c->block);
	return cmd_good(c, &iu);
}

/* How a command is sent */
enum mis_buffer {
	MIS_NONE,
	MIS_IN,
	MIS_EMPTY,	/* data-out, a descriptor of no bytes */
	MIS_BYTE,	/* data-out, of one byte */
	MIS_SHORT,	/* data-out, a byte less than it should be */
	MIS_LONG,	/* data-out, a block more */
	MIS_RIGHT,
};

static u32 mis_len(const struct client *c, const struct writer *w, enum mis_buffer how)
{
	u32 len = w->blocks * c->block + w->bytes;

	switch (how) {
	case MIS_EMPTY:
		return 0;
	case MIS_BYTE:
		return 1;
	case MIS_SHORT:
		return len - 1;
	case MIS_LONG:
		return len + c->block;
	default:
		return len;
	}
}

/* Send it so; false if there is no answer. */
static bool mis_send(struct client *c, const struct writer *w, enum mis_buffer how,
		     struct vt_rsp *rsp)
{
	struct vt_iu iu;

	vt_about("%s, buffer %u", w->name, how);
	memset(c->mem, MIS_FILL, 65536);
	iu_cmd(&iu, c->lun, w->cdb, w->cdb_len);
	if (how != MIS_NONE)
		iu_direct(&iu, how == MIS_IN ? DIR_IN : DIR_OUT, c->mem_ioba,
			  mis_len(c, w, how));
	return CHECK(cmd_retry(c, &iu, rsp), 0) && CHECK(c->down, false);
}

/* The medium is what it was; if not, that is said once. */
static void mis_unchanged(struct client *c)
{
	u8 *now = c->mem + MIS_NOW, *saved = c->mem + MIS_SAVED;

	if (mis_read(c, MIS_NOW) && !CHECK_MEM(now, saved, MIS_BLOCKS * c->block))
		memcpy(saved, now, MIS_BLOCKS * c->block);
}

/* Other bytes than those that are sent, and not zeroes either */
static bool mis_prepare(struct client *c)
{
	struct vt_iu iu;
	u8 cdb[16];
	u32 i;

	for (i = 0; i < MIS_BLOCKS * c->block; i++)
		c->mem[i] = i / c->block + 1;
	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, true, 10, 0, MIS_BLOCKS));
	iu_direct(&iu, DIR_OUT, c->mem_ioba, MIS_BLOCKS * c->block);
	return cmd_good(c, &iu) && mis_read(c, MIS_SAVED);
}

/* Every writer with every buffer that is not its own */
static int mismatch(struct client *c)
{
	enum mis_buffer how;
	struct vt_rsp rsp;
	unsigned int i;

	if (!mis_prepare(c))
		return -EIO;
	for (i = 0; i < ARRAY_SIZE(writers); i++) {
		for (how = MIS_NONE; how < MIS_RIGHT; how++) {
			if (!mis_send(c, &writers[i], how, &rsp))
				return -EPROTO;
			mis_unchanged(c);
		}
	}
	return 0;
}

/* A WRITE that ended well has written. */
static int mismatch_good(struct client *c)
{
	enum mis_buffer how;
	struct vt_rsp rsp;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(writers); i++) {
		if (!writers[i].blocks)
			continue;
		for (how = MIS_NONE; how < MIS_RIGHT; how++) {
			if (!mis_send(c, &writers[i], how, &rsp))
				return -EPROTO;
			CHECK(rsp.status, SAM_STAT_CHECK_CONDITION);
		}
	}
	return 0;
}

/* READ with data that goes out: nothing is written. */
static int mismatch_read(struct client *c)
{
	static const u8 sizes[] = { 6, 10, 12, 16 };
	struct vt_rsp rsp;
	struct vt_iu iu;
	unsigned int i;
	u8 cdb[16];

	if (!mis_prepare(c))
		return -EIO;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		vt_about("READ(%u) with data-out", sizes[i]);
		memset(c->mem, MIS_FILL, 65536);
		iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, sizes[i], 0, 4));
		iu_direct(&iu, DIR_OUT, c->mem_ioba, 4 * c->block);
		CHECK(cmd_retry(c, &iu, &rsp), 0);
		CHECK(rsp_sense(&rsp) != SENSE_NONE, true);
		mis_unchanged(c);
		CHECK(memchr_inv(c->mem, MIS_FILL, 65536), 0);
	}
	return 0;
}

/* A LUN that is write-protected, as the script has made it: nothing changes it. */
static int readonly(struct client *c)
{
	enum mis_buffer how;
	struct vt_rsp rsp;
	unsigned int i;

	if (!mis_read(c, MIS_SAVED))
		return -EIO;
	for (i = 0; i < ARRAY_SIZE(writers); i++) {
		for (how = MIS_NONE; how <= MIS_RIGHT; how++) {
			if (!mis_send(c, &writers[i], how, &rsp))
				return -EPROTO;
			if (how == MIS_RIGHT)
				CHECK(rsp_sense(&rsp) != SENSE_NONE, true);
			mis_unchanged(c);
		}
	}
	return 0;
}

/* Fragments of no bytes between others, and nothing else than such */
static int empty_fragments(struct client *c)
{
	struct vt_frag frag[8] = { };
	struct vt_rsp rsp;
	enum vt_form form;
	struct vt_iu iu;
	u8 cdb[16];

	if (!mis_read(c, MIS_SAVED))
		return -EIO;
	for (form = FORM_INLINE; form <= FORM_EXTERNAL; form++) {
		vt_about("form %u", form);
		memset(c->mem, VT_CANARY, 65536);
		/* One of them where nothing can be reached */
		frag[0].ioba = ~0ULL;
		frag[2].ioba = c->mem_ioba + 1;
		frag[2].len = c->block - 1;
		frag[5].ioba = c->mem_ioba + 8192;
		frag[5].len = 1;
		iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 1));
		iu_data(&iu, DIR_IN, form, frag, 8, c, c->mem + VT_MEM - 4096);
		if (cmd_good(c, &iu)) {
			CHECK_MEM(c->mem + 1, c->mem + MIS_SAVED, c->block - 1);
			CHECK(c->mem[8192], c->mem[MIS_SAVED + c->block - 1]);
			CHECK(c->mem[c->block], VT_CANARY);
		}
		frag[2].len = 0;
		frag[5].len = 0;
		iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 1));
		iu_data(&iu, DIR_IN, form, frag, 8, c, c->mem + VT_MEM - 4096);
		CHECK(cmd_retry(c, &iu, &rsp), 0);
	}
	return 0;
}

struct control {
	const char *name;
	u8 cdb[16];
	u8 cdb_len;
	enum vt_dir dir;
	u8 bytes;
};

/* Commands whose data is not the medium's */
static const struct control controls[] = {
	{ "INQUIRY", { INQUIRY, [4] = 36 }, 6, DIR_IN, 36 },
	{ "REPORT LUNS", { REPORT_LUNS, [9] = 64 }, 12, DIR_IN, 64 },
	{ "READ CAPACITY", { READ_CAPACITY }, 10, DIR_IN, 8 },
	{ "MODE SENSE", { MODE_SENSE, 0x08, 0x3f, [4] = 192 }, 6, DIR_IN, 192 },
	{ "MODE SELECT", { MODE_SELECT, 0x10, [4] = 24 }, 6, DIR_OUT, 24 },
	{ "PERSISTENT RESERVE OUT", { PERSISTENT_RESERVE_OUT, [8] = 24 }, 10, DIR_OUT, 24 },
};

/* Their data cannot be reached either. */
static int fault_controls(struct client *c)
{
	struct vt_iu iu;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(controls); i++) {
		vt_about("%s", controls[i].name);
		iu_cmd(&iu, c->lun, controls[i].cdb, controls[i].cdb_len);
		iu_direct(&iu, controls[i].dir, 0x10, controls[i].bytes);
		cmd_refused(c, &iu, SENSE_UNREACHABLE, CRQ_NONRECOVERABLE);
	}
	return 0;
}

const struct vt_case mismatch_cases[] = {
	{ "mismatch", mismatch, VT_DISK },
	{ "mismatch-good", mismatch_good, VT_DISK },
	{ "mismatch-read", mismatch_read, VT_DISK },
	{ "readonly", readonly, VT_DISK, .alone = true },
	{ "empty-fragments", empty_fragments, VT_DISK },
	{ "fault-controls", fault_controls, VT_DISK },
	{ }
};
