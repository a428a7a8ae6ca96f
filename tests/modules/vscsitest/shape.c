// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers of every shape: data is written from one and read into another, and compared
 * byte for byte with an image of the region; what lies between fragments stays as it
 * was.  Then the other commands that carry data.  The image remains at
 * debugfs:vscsitest/image for a comparison with the backing device.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/prandom.h>
#include <linux/vmalloc.h>
#include <scsi/scsi_proto.h>
#include <asm/unaligned.h>

#include "session.h"
#include "lun.h"
#include "vscsitest.h"

/* Half of the client's memory for each direction; the end has the tables */
#define HALF		(VT_MEM / 2 - 65536)
#define OUT_AT		0
#define IN_AT		HALF
#define TABLE_AT	(2 * HALF)
#define FRAGS_MAX	257	/* the last fills up to a block */
#define SHAPE_BYTES	(VT_MEM / 4)

/* Service actions of PERSISTENT RESERVE OUT */
enum {
	PR_OUT_REGISTER	= 0,
	PR_OUT_CLEAR	= 3,
};

/* How fragments lie */
enum place {
	AT_PAGE,	/* at the begin of a page */
	AT_BLOCK,	/* at the begin of a block, but not of a page */
	AT_ODD,		/* anywhere, at odd addresses */
	PLACES,
};

struct shape {
	u32 size;
	unsigned int n;
	enum place place;
	enum vt_form form;
	struct vt_frag frag[FRAGS_MAX];
	u32 total;
	bool aligned;
};

static const u32 sizes[] = { 1, 3, 511, 512, 513, 4095, 4096, 4097, 65536 };
static const unsigned int counts[] = { 1, 2, 3, 7, 10, 11, 12, 31, 128, 255, 256 };

static u8 *image;
static struct debugfs_blob_wrapper image_blob;
static struct dentry *image_dir;
static struct rnd_state rnd;
static struct shape out_shape, in_shape;
static unsigned long aligned, others, skipped;

static u32 random_below(u32 n)
{
	return prandom_u32_state(&rnd) % n;
}

static u32 place_next(const struct client *c, u32 at, enum place place)
{
	switch (place) {
	case AT_PAGE:
		return ALIGN(at, 4096);
	case AT_BLOCK:
		at = ALIGN(at, c->block);
		return at % 4096 ? at : at + c->block;
	default:
		return at | 1;
	}
}

static void shape_shuffle(struct shape *s)
{
	unsigned int i, j;

	for (i = s->n - 1; i > 0; i--) {
		j = random_below(i + 1);
		swap(s->frag[i], s->frag[j]);
	}
}

/* Lay fragments out from @at on; false if what is wanted does not fit. */
static bool shape_place(struct client *c, struct shape *s, u32 at, u32 limit)
{
	unsigned int i;

	s->aligned = true;
	for (i = 0; i < s->n; i++) {
		at = place_next(c, at, s->place);
		if (at + s->frag[i].len > limit)
			return false;
		s->frag[i].ioba = c->mem_ioba + at;
		s->aligned &= !(at % c->block) && !(s->frag[i].len % c->block);
		at += s->frag[i].len;
		/* Something between them, so that they are not one */
		at += s->place == AT_ODD ? random_below(3) : 0;
	}
	return true;
}

/* The lengths: @n of @size, and one more that makes whole blocks of them */
static bool shape_lengths(struct client *c, struct shape *s)
{
	u32 most = min_t(u32, SHAPE_BYTES, c->max_xfer), rest;
	unsigned int i;

	if ((u64)s->size * s->n > most)
		return false;
	for (i = 0; i < s->n; i++)
		s->frag[i].len = s->size;
	s->total = s->size * s->n;
	rest = s->total % c->block;
	if (rest) {
		s->frag[s->n++].len = c->block - rest;
		s->total += c->block - rest;
	}
	return s->total <= most && (s->form != FORM_DIRECT || s->n == 1) &&
	       (s->form != FORM_INLINE || s->n <= VT_INLINE_MAX);
}

/* A shape of the table, in one of the halves */
static bool shape_make(struct client *c, struct shape *s, u32 half)
{
	if (!shape_lengths(c, s) || !shape_place(c, s, half, half + HALF))
		return false;
	shape_shuffle(s);
	return true;
}

/* Any shape for @total bytes */
static void shape_any(struct client *c, struct shape *s, u32 half, u32 total)
{
	u32 left = total;

	do {
		u32 size = sizes[random_below(ARRAY_SIZE(sizes))];

		s->place = random_below(PLACES);
		s->n = 0;
		for (left = total; left && s->n < 255; left -= s->frag[s->n++].len)
			s->frag[s->n].len = min(left, random_below(4) ? size : left);
	} while (left || !shape_place(c, s, half, half + HALF));
	s->total = total;
	s->form = s->n == 1 ? FORM_DIRECT :
		  s->n <= VT_INLINE_MAX && random_below(2) ? FORM_INLINE : FORM_EXTERNAL;
	shape_shuffle(s);
}

static void *frag_mem(struct client *c, const struct vt_frag *f)
{
	return c->mem + (f->ioba - c->mem_ioba);
}

static void scatter(struct client *c, const struct shape *s, const u8 *data)
{
	unsigned int i;

	for (i = 0; i < s->n; data += s->frag[i++].len)
		memcpy(frag_mem(c, &s->frag[i]), data, s->frag[i].len);
}

/* The fragments hold @data; they are made canaries, and then all of the half is. */
static bool gathered(struct client *c, const struct shape *s, const u8 *data)
{
	unsigned int i;
	bool ok = true;

	for (i = 0; i < s->n; data += s->frag[i++].len) {
		ok &= CHECK_MEM(frag_mem(c, &s->frag[i]), data, s->frag[i].len);
		memset(frag_mem(c, &s->frag[i]), VT_CANARY, s->frag[i].len);
	}
	return CHECK(memchr_inv(c->mem + IN_AT, VT_CANARY, HALF), 0) && ok;
}

static void shape_data(struct client *c, struct vt_iu *iu, const struct shape *s,
		       enum vt_dir dir)
{
	iu_data(iu, dir, s->form, s->frag, s->n, c,
		c->mem + TABLE_AT + (dir == DIR_OUT ? 0 : 8192));
	if (s->aligned)
		aligned++;
	else
		others++;
}

static const u8 rw_sizes[] = { 10, 12, 16 };

static bool shape_rw(struct client *c, const struct shape *s, enum vt_dir dir, u64 lba)
{
	unsigned int size = rw_sizes[random_below(ARRAY_SIZE(rw_sizes))];
	struct vt_iu iu;
	u8 cdb[16];

	cdb_rw(cdb, dir == DIR_OUT, size, lba, s->total / c->block);
	iu_cmd(&iu, c->lun, cdb, size);
	shape_data(c, &iu, s, dir);
	return cmd_good(c, &iu);
}

static u64 image_blocks;

static u64 random_lba(struct client *c, u32 bytes)
{
	return random_below(image_blocks - bytes / c->block + 1);
}

/* Read a part of the image through any shape. */
static bool image_verify(struct client *c, u64 lba, u32 bytes)
{
	shape_any(c, &in_shape, IN_AT, bytes);
	return shape_rw(c, &in_shape, DIR_IN, lba) &&
	       gathered(c, &in_shape, image + lba * c->block);
}

/* Write random data through a shape, and read it through another. */
static bool shape_write(struct client *c, const struct shape *s)
{
	u64 lba = random_lba(c, s->total);
	u8 *data = image + lba * c->block;

	prandom_bytes_state(&rnd, data, s->total);
	scatter(c, s, data);
	return shape_rw(c, s, DIR_OUT, lba) && image_verify(c, lba, s->total);
}

/* Read random blocks through a shape of the table. */
static bool shape_read(struct client *c, const struct shape *s)
{
	u64 lba = random_lba(c, s->total);

	return shape_rw(c, s, DIR_IN, lba) && gathered(c, s, image + lba * c->block);
}

static void shape_fill(struct shape *s, u32 size, unsigned int n, enum place place,
		       enum vt_form form)
{
	s->size = size;
	s->n = n;
	s->place = place;
	s->form = form;
}

static bool shape_one(struct client *c, u32 size, unsigned int n, enum place place,
		      enum vt_form form)
{
	vt_about("%u times %u bytes, place %u, form %u", n, size, place, form);
	shape_fill(&out_shape, size, n, place, form);
	if (!shape_make(c, &out_shape, OUT_AT))
		return true;
	if (!shape_write(c, &out_shape))
		return false;
	shape_fill(&in_shape, size, n, place, form);
	return !shape_make(c, &in_shape, IN_AT) || shape_read(c, &in_shape);
}

static int shapes_table(struct client *c)
{
	unsigned int s, n, place, form;

	for (s = 0; s < ARRAY_SIZE(sizes); s++)
		for (n = 0; n < ARRAY_SIZE(counts); n++)
			for (place = AT_PAGE; place < PLACES; place++)
				for (form = FORM_DIRECT; form <= FORM_EXTERNAL; form++)
					if (!shape_one(c, sizes[s], counts[n], place, form))
						return -EIO;
	return 0;
}

/* Send a command whose data goes out from any shape; VT_SKIP if there is none such. */
static int shape_out(struct client *c, const u8 *cdb, unsigned int cdb_len, const u8 *data,
		     u32 len, struct vt_rsp *rsp)
{
	struct vt_iu iu;

	shape_any(c, &out_shape, OUT_AT, len);
	scatter(c, &out_shape, data);
	iu_cmd(&iu, c->lun, cdb, cdb_len);
	shape_data(c, &iu, &out_shape, DIR_OUT);
	if (!CHECK(cmd_retry(c, &iu, rsp), 0))
		return -EPROTO;
	if (!cmd_unsupported(rsp))
		return 0;
	skipped++;
	pr_info("opcode %02x: not supported, skipped\n", cdb[0]);
	return VT_SKIP;
}

static int shape_in(struct client *c, const u8 *cdb, unsigned int cdb_len, u8 *data,
		    u32 len, struct vt_rsp *rsp)
{
	struct vt_iu iu;

	memset(data, 0, len);
	memcpy(c->mem + IN_AT, data, len);
	iu_cmd(&iu, c->lun, cdb, cdb_len);
	iu_direct(&iu, DIR_IN, c->mem_ioba + IN_AT, len);
	if (!CHECK(cmd_retry(c, &iu, rsp), 0))
		return -EPROTO;
	memcpy(data, c->mem + IN_AT, len);
	memset(c->mem + IN_AT, VT_CANARY, len);
	return cmd_unsupported(rsp) ? VT_SKIP : 0;
}

/* COMPARE AND WRITE of a block: with what is there, and with something else */
static int do_compare_and_write(struct client *c)
{
	u64 lba = random_lba(c, c->block);
	u8 cdb[16] = { COMPARE_AND_WRITE, [13] = 1 };
	u8 *here = image + lba * c->block, *data;
	struct vt_rsp rsp;
	int ret;

	data = kmalloc(2 * c->block, GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	put_unaligned_be64(lba, cdb + 2);
	memcpy(data, here, c->block);
	prandom_bytes_state(&rnd, data + c->block, c->block);
	ret = shape_out(c, cdb, 16, data, 2 * c->block, &rsp);
	if (ret)
		goto out;
	if (CHECK(rsp_sense(&rsp), SENSE_NONE))
		memcpy(here, data + c->block, c->block);
	image_verify(c, lba, c->block);
	/* Now the medium has something else than the first half. */
	ret = shape_out(c, cdb, 16, data, 2 * c->block, &rsp);
	if (!ret)
		CHECK(rsp_sense(&rsp), SENSE(MISCOMPARE, 0x1d00));
	image_verify(c, lba, c->block);
out:
	kfree(data);
	return ret;
}

static int do_write_same(struct client *c, bool ten)
{
	u8 cdb[16] = { ten ? WRITE_SAME : WRITE_SAME_16 }, *data;
	u32 i, n = 1 + random_below(64);
	u64 lba = random_lba(c, n * c->block);
	struct vt_rsp rsp;
	int ret;

	data = kmalloc(c->block, GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	prandom_bytes_state(&rnd, data, c->block);
	if (ten) {
		put_unaligned_be32(lba, cdb + 2);
		put_unaligned_be16(n, cdb + 7);
	} else {
		put_unaligned_be64(lba, cdb + 2);
		put_unaligned_be32(n, cdb + 10);
	}
	ret = shape_out(c, cdb, ten ? 10 : 16, data, c->block, &rsp);
	if (!ret && CHECK(rsp_sense(&rsp), SENSE_NONE))
		for (i = 0; i < n; i++)
			memcpy(image + (lba + i) * c->block, data, c->block);
	image_verify(c, lba, n * c->block);
	kfree(data);
	return ret;
}

static int do_write_same_10(struct client *c)
{
	return do_write_same(c, true);
}

static int do_write_same_16(struct client *c)
{
	return do_write_same(c, false);
}

/* What an unmapped block holds is the target's choice: old data or zeroes. */
static void unmapped_take(struct client *c, u64 lba, u32 n)
{
	u8 cdb[16], *now = c->mem + IN_AT, *old = image + lba * c->block;
	struct vt_iu iu;
	u32 i;

	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 16, lba, n));
	iu_direct(&iu, DIR_IN, c->mem_ioba + IN_AT, n * c->block);
	if (!cmd_good(c, &iu))
		return;
	for (i = 0; i < n * c->block; i += c->block) {
		if (memchr_inv(now + i, 0, c->block))
			CHECK_MEM(now + i, old + i, c->block);
		memcpy(old + i, now + i, c->block);
	}
	memset(now, VT_CANARY, n * c->block);
}

static int do_unmap(struct client *c)
{
	u8 cdb[10] = { UNMAP, [8] = 24 }, data[24] = { 0, 22, 0, 16 };
	u32 n = 1 + random_below(64);
	u64 lba = random_lba(c, n * c->block);
	struct vt_rsp rsp;
	int ret;

	put_unaligned_be64(lba, data + 8);
	put_unaligned_be32(n, data + 16);
	ret = shape_out(c, cdb, sizeof(cdb), data, sizeof(data), &rsp);
	if (!ret && CHECK(rsp_sense(&rsp), SENSE_NONE))
		unmapped_take(c, lba, n);
	return ret;
}

/* Register a key, see it, clear it. */
static int do_reservation(struct client *c)
{
	u8 in[10] = { PERSISTENT_RESERVE_IN, [8] = 64 };
	u8 cdb[10] = { PERSISTENT_RESERVE_OUT, PR_OUT_REGISTER, [8] = 24 };
	u8 data[24] = { }, keys[64];
	struct vt_rsp rsp;
	int ret;

	put_unaligned_be64(0x5653435349544553ULL, data + 8);
	ret = shape_out(c, cdb, sizeof(cdb), data, sizeof(data), &rsp);
	if (ret || !CHECK(rsp_sense(&rsp), SENSE_NONE))
		return ret;
	if (!shape_in(c, in, sizeof(in), keys, sizeof(keys), &rsp)) {
		CHECK(get_unaligned_be32(keys + 4), 8);
		CHECK_MEM(keys + 8, data + 8, 8);
	}
	cdb[1] = PR_OUT_CLEAR;
	memcpy(data, data + 8, 8);
	memset(data + 8, 0, 8);
	ret = shape_out(c, cdb, sizeof(cdb), data, sizeof(data), &rsp);
	if (!ret)
		CHECK(rsp_sense(&rsp), SENSE_NONE);
	return ret;
}

/* Set a mode page to what it is. */
static int do_mode_select(struct client *c, bool ten)
{
	u8 sense[10] = { ten ? MODE_SENSE_10 : MODE_SENSE, 0x08, 0x0a };
	u8 cdb[10] = { ten ? MODE_SELECT_10 : MODE_SELECT, 0x10 };
	unsigned int off = ten ? 8 : 4, len;
	u8 data[192];
	struct vt_rsp rsp;
	int ret;

	sense[ten ? 8 : 4] = sizeof(data);
	ret = shape_in(c, sense, ten ? 10 : 6, data, sizeof(data), &rsp);
	if (ret || !CHECK(rsp_sense(&rsp), SENSE_NONE))
		return ret;
	len = off + 2 + data[off + 1];
	if (!CHECK(len <= sizeof(data), true))
		return -EIO;
	memset(data, 0, off);
	data[off] &= 0x3f;
	cdb[ten ? 8 : 4] = len;
	ret = shape_out(c, cdb, ten ? 10 : 6, data, len, &rsp);
	if (!ret)
		CHECK(rsp_sense(&rsp), SENSE_NONE);
	return ret;
}

static int do_mode_select_6(struct client *c)
{
	return do_mode_select(c, false);
}

static int do_mode_select_10(struct client *c)
{
	return do_mode_select(c, true);
}

/* The designator of the LUN with an NAA of 16 bytes, in a page of 256; NULL if none */
static u8 *naa_find(u8 *page)
{
	unsigned int at = 4, end = min(4U + get_unaligned_be16(page + 2), 256U);

	for (; at + 20 <= end; at += 4 + page[at + 3])
		if ((page[at] & 0xf) == 1 && (page[at + 1] & 0x3f) == 3 && page[at + 3] == 16)
			return page + at;
	return NULL;
}

/* Parameter list of EXTENDED COPY (LID1): header, two targets, one segment */
#define COPY_TARGET(i)	(16 + (i) * 32)
#define COPY_SEGMENT	COPY_TARGET(2)
#define COPY_LEN	(COPY_SEGMENT + 28)

/* Put the LUN into the list as target @i. */
static int copy_target(struct client *c, u8 *data, unsigned int i)
{
	u8 inquiry[16], page[256], *at = data + COPY_TARGET(i), *naa;
	struct vt_rsp rsp;
	int ret;

	cdb_inquiry(inquiry, 0x83, sizeof(page));
	ret = shape_in(c, inquiry, 6, page, sizeof(page), &rsp);
	if (ret)
		return ret;
	naa = naa_find(page);
	if (!naa)
		return VT_SKIP;
	at[0] = 0xe4;
	memcpy(at + 4, naa, 20);
	put_unaligned_be24(c->block, at + 29);
	return 0;
}

/* Copy @n blocks from the first target to the second. */
static int copy_run(struct client *c, u8 *data, u64 from, u64 to, u32 n, struct vt_rsp *rsp)
{
	u8 cdb[16] = { EXTENDED_COPY }, *segment = data + COPY_SEGMENT;

	put_unaligned_be16(64, data + 2);
	put_unaligned_be32(28, data + 8);
	segment[0] = 0x02;
	put_unaligned_be16(24, segment + 2);
	put_unaligned_be16(1, segment + 6);
	put_unaligned_be16(n, segment + 10);
	put_unaligned_be64(from, segment + 12);
	put_unaligned_be64(to, segment + 20);
	put_unaligned_be32(COPY_LEN, cdb + 10);
	return shape_out(c, cdb, sizeof(cdb), data, COPY_LEN, rsp);
}

/* Some blocks of the LUN to others of it */
static int do_extended_copy(struct client *c)
{
	u32 n = 1 + random_below(16);
	u64 from = random_below(image_blocks / 2 - n);
	u64 to = image_blocks / 2 + random_below(image_blocks / 2 - n);
	u8 data[COPY_LEN] = { };
	struct vt_rsp rsp;
	int ret;

	ret = copy_target(c, data, 0) ?: copy_target(c, data, 1);
	if (ret)
		return ret;
	ret = copy_run(c, data, from, to, n, &rsp);
	if (!ret && CHECK(rsp_sense(&rsp), SENSE_NONE))
		memcpy(image + to * c->block, image + from * c->block, n * c->block);
	image_verify(c, to, n * c->block);
	return ret;
}

static const struct {
	const char *name;
	int (*run)(struct client *c);
} shape_others[] = {
	{ "COMPARE AND WRITE", do_compare_and_write },
	{ "WRITE SAME(10)", do_write_same_10 },
	{ "WRITE SAME(16)", do_write_same_16 },
	{ "UNMAP", do_unmap },
	{ "PERSISTENT RESERVE OUT", do_reservation },
	{ "MODE SELECT(6)", do_mode_select_6 },
	{ "MODE SELECT(10)", do_mode_select_10 },
	{ "EXTENDED COPY", do_extended_copy },
};

static int shapes_others(struct client *c)
{
	unsigned int i, round;
	int ret;

	for (i = 0; i < ARRAY_SIZE(shape_others); i++) {
		for (round = 0; round < 8; round++) {
			vt_about("%s", shape_others[i].name);
			ret = shape_others[i].run(c);
			if (ret < 0)
				return ret;
			if (ret)
				break;
		}
	}
	return 0;
}

/* Read the region once; it is what the image begins with. */
static int image_load(struct client *c)
{
	u32 chunk = min_t(u32, HALF, c->max_xfer) / c->block;
	struct vt_iu iu;
	u64 lba;
	u8 cdb[16];
	u32 n;

	for (lba = 0; lba < image_blocks; lba += n) {
		n = min_t(u64, chunk, image_blocks - lba);
		iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 16, lba, n));
		iu_direct(&iu, DIR_IN, c->mem_ioba + IN_AT, n * c->block);
		if (!cmd_good(c, &iu))
			return -EIO;
		memcpy(image + lba * c->block, c->mem + IN_AT, n * c->block);
	}
	memset(c->mem + IN_AT, VT_CANARY, HALF);
	return 0;
}

/* Compare all of it, however it came there. */
static void image_check(struct client *c)
{
	u32 n, chunk = SHAPE_BYTES / 4 / c->block;
	u64 lba;

	vt_about("the whole region at the end");
	for (lba = 0; lba < image_blocks; lba += n) {
		n = min_t(u64, chunk, image_blocks - lba);
		if (!image_verify(c, lba, n * c->block))
			return;
	}
}

static int image_make(struct client *c)
{
	shapes_end();
	image_blocks = min_t(u64, vt_count_or(4096), c->blocks);
	if (image_blocks * c->block < SHAPE_BYTES)
		return -ENOSPC;
	image_blob.size = image_blocks * c->block;
	image = vmalloc(image_blob.size);
	if (!image)
		return -ENOMEM;
	image_blob.data = image;
	image_dir = debugfs_create_dir("vscsitest", NULL);
	debugfs_create_blob("image", 0400, image_dir, &image_blob);
	return image_load(c);
}

/* The image goes. */
void shapes_end(void)
{
	debugfs_remove_recursive(image_dir);
	image_dir = NULL;
	vfree(image);
	image = NULL;
}

static int shapes(struct client *c)
{
	int ret;

	prandom_seed_state(&rnd, vt_seed);
	aligned = 0;
	others = 0;
	skipped = 0;
	ret = image_make(c);
	if (ret)
		return ret;
	ret = shapes_table(c);
	if (!ret)
		ret = shapes_others(c);
	image_check(c);
	pr_info("%lu commands aligned, %lu not, %lu not supported, seed %u\n", aligned,
		others, skipped, vt_seed);
	return ret;
}

/* A block of the LUN to the second of the list; VT_SKIP if the command is not supported */
static int copy_away(struct client *c, struct vt_rsp *rsp)
{
	u8 data[COPY_LEN] = { };
	u16 lun = c->lun;
	int ret;

	ret = copy_target(c, data, 0);
	c->lun = lun_encode(vt_luns[1]);
	ret = ret ?: copy_target(c, data, 1);
	c->lun = lun;
	/* A LUN without a name is no reason to say that no copy is made. */
	if (!CHECK(ret, 0))
		return -EPROTO;
	return copy_run(c, data, 0, 0, 1, rsp);
}

static int copy_other(struct client *c)
{
	struct vt_rsp rsp;
	int ret = copy_away(c, &rsp);

	if (!ret)
		CHECK(rsp_sense(&rsp), SENSE_NONE);
	return ret;
}

/* The second LUN is write-protected: no copy goes there either, as if none could be made. */
static int copy_readonly(struct client *c)
{
	struct vt_rsp rsp;
	int ret = copy_away(c, &rsp);

	CHECK(ret, VT_SKIP);
	return ret == VT_SKIP ? 0 : ret;
}

const struct vt_case shape_cases[] = {
	{ "shapes", shapes, VT_DISK },
	{ "copy-other", copy_other, VT_DISK, .alone = true },
	{ "copy-readonly", copy_readonly, VT_DISK, .alone = true },
	{ }
};
