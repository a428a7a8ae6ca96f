// SPDX-License-Identifier: GPL-2.0
/*
 * Commands the server must refuse for what their information unit says, and data
 * addresses it cannot reach.  Each has a sense of its own, the connection stays, and
 * the medium has what it had.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/mm.h>
#include <scsi/scsi_proto.h>
#include <scsi/srp.h>
#include <asm/unaligned.h>

#include "session.h"
#include "vscsitest.h"

/* Blocks of the commands here */
#define MAL_BLOCKS	4
#define MAL_TABLE	(VT_MEM - 256 * 1024)
/* More descriptors than any command may have */
#define MAL_DESCS	1024

struct malformed {
	const char *name;
	void (*make)(struct client *c, struct vt_iu *iu);
};

static u32 mal_len(const struct client *c)
{
	return MAL_BLOCKS * c->block;
}

static void mal_rw(struct client *c, struct vt_iu *iu, bool write)
{
	u8 cdb[16];

	iu_cmd(iu, c->lun, cdb, cdb_rw(cdb, write, 10, 0, MAL_BLOCKS));
}

static void mal_direct(struct client *c, struct vt_iu *iu, bool write)
{
	mal_rw(c, iu, write);
	iu_direct(iu, write ? DIR_OUT : DIR_IN, c->mem_ioba, mal_len(c));
}

/* READ with two descriptors in the unit */
static void mal_inline(struct client *c, struct vt_iu *iu)
{
	struct vt_frag frag[2] = {
		{ c->mem_ioba, c->block }, { c->mem_ioba + 8192, mal_len(c) - c->block },
	};

	mal_rw(c, iu, false);
	iu_data(iu, DIR_IN, FORM_INLINE, frag, 2, c, NULL);
}

/* READ with an external table that the caller fills: @n descriptors, @total bytes */
static void mal_external(struct client *c, struct vt_iu *iu, u32 table_len, u32 total)
{
	mal_rw(c, iu, false);
	iu_indirect(iu, DIR_IN, c->mem_ioba + MAL_TABLE, table_len, total, NULL, 0);
}

static void mal_fmt_in_imm(struct client *c, struct vt_iu *iu)
{
	mal_direct(c, iu, false);
	iu->b[CMD_BUF_FMT] = 0x03;
}

static void mal_fmt_out_imm(struct client *c, struct vt_iu *iu)
{
	mal_direct(c, iu, true);
	iu->b[CMD_BUF_FMT] = 0x30;
}

static void mal_fmt_in_4(struct client *c, struct vt_iu *iu)
{
	mal_direct(c, iu, false);
	iu->b[CMD_BUF_FMT] = 0x04;
}

static void mal_fmt_in_f(struct client *c, struct vt_iu *iu)
{
	mal_direct(c, iu, false);
	iu->b[CMD_BUF_FMT] = 0x0f;
}

static void mal_fmt_out_f(struct client *c, struct vt_iu *iu)
{
	mal_direct(c, iu, true);
	iu->b[CMD_BUF_FMT] = 0xf0;
}

static void mal_both(struct client *c, struct vt_iu *iu)
{
	mal_direct(c, iu, true);
	iu_direct(iu, DIR_IN, c->mem_ioba + 65536, mal_len(c));
}

static void mal_no_descriptor(struct client *c, struct vt_iu *iu)
{
	mal_direct(c, iu, false);
	iu->len = CMD_LEN;
}

static void mal_half_descriptor(struct client *c, struct vt_iu *iu)
{
	mal_direct(c, iu, false);
	iu->len -= 1;
}

static void mal_half_indirect(struct client *c, struct vt_iu *iu)
{
	mal_inline(c, iu);
	iu->len = CMD_LEN + 19;
}

static void mal_inline_cut(struct client *c, struct vt_iu *iu)
{
	mal_inline(c, iu);
	iu->len -= 16;
}

static void mal_count_beyond(struct client *c, struct vt_iu *iu)
{
	mal_inline(c, iu);
	iu->b[CMD_IN_COUNT] = 255;
	put_unaligned_be32(255 * 16, iu->b + CMD_LEN + 12);
	iu->len = VT_IU_MAX;
}

static void mal_count_over_table(struct client *c, struct vt_iu *iu)
{
	mal_inline(c, iu);
	iu->b[CMD_IN_COUNT] = 3;
	iu->len = VT_IU_MAX;
}

static void mal_add_cdb(struct client *c, struct vt_iu *iu)
{
	mal_direct(c, iu, false);
	iu->b[CMD_ADD_CDB] = 252;
}

static void mal_add_cdb_full(struct client *c, struct vt_iu *iu)
{
	mal_direct(c, iu, false);
	iu->b[CMD_ADD_CDB] = 208;
	iu->len = VT_IU_MAX;
}

static void mal_add_cdb_short(struct client *c, struct vt_iu *iu)
{
	mal_rw(c, iu, false);
	iu->b[CMD_ADD_CDB] = 4;
}

static void mal_table_odd(struct client *c, struct vt_iu *iu)
{
	mal_external(c, iu, 17, mal_len(c));
}

static void mal_table_zero(struct client *c, struct vt_iu *iu)
{
	mal_external(c, iu, 0, mal_len(c));
}

static void mal_table_huge(struct client *c, struct vt_iu *iu)
{
	mal_external(c, iu, 0xfffffff0, mal_len(c));
}

/* One more than is allowed, each of them reachable */
static void mal_table_long(struct client *c, struct vt_iu *iu)
{
	u8 *table = c->mem + MAL_TABLE;
	unsigned int i;

	for (i = 0; i <= MAL_DESCS; i++) {
		put_unaligned_be64(c->mem_ioba + i, table + i * 16);
		put_unaligned_be32(0, table + i * 16 + 8);
		put_unaligned_be32(1, table + i * 16 + 12);
	}
	put_unaligned_be32(mal_len(c) - MAL_DESCS, table + MAL_DESCS * 16 + 12);
	mal_external(c, iu, (MAL_DESCS + 1) * 16, mal_len(c));
}

static void mal_sum_less(struct client *c, struct vt_iu *iu)
{
	mal_inline(c, iu);
	put_unaligned_be32(mal_len(c) - 1, iu->b + CMD_LEN + 16);
}

static void mal_sum_more(struct client *c, struct vt_iu *iu)
{
	mal_inline(c, iu);
	put_unaligned_be32(mal_len(c) + c->block, iu->b + CMD_LEN + 16);
}

/* The lengths wrap in 32 bits to what the total says. */
static void mal_sum_wraps(struct client *c, struct vt_iu *iu)
{
	mal_inline(c, iu);
	put_unaligned_be32(0xffffffff, iu->b + CMD_LEN + 20 + 12);
	put_unaligned_be32(mal_len(c) + 1, iu->b + CMD_LEN + 36 + 12);
}

static void mal_external_sum(struct client *c, struct vt_iu *iu)
{
	struct vt_frag frag[2] = {
		{ c->mem_ioba, c->block }, { c->mem_ioba + 8192, c->block },
	};

	table_fill(c->mem + MAL_TABLE, frag, 2);
	mal_external(c, iu, 32, mal_len(c));
}

static void mal_external_wraps(struct client *c, struct vt_iu *iu)
{
	struct vt_frag frag[2] = {
		{ c->mem_ioba, 0x80000000 }, { c->mem_ioba, 0x80000000 },
	};

	table_fill(c->mem + MAL_TABLE, frag, 2);
	mal_external(c, iu, 32, 0);
}

/* The opcode needs 32 bytes, or says how many itself. */
static void mal_cdb_short(struct client *c, struct vt_iu *iu)
{
	static const u8 cdb[16] = { VARIABLE_LENGTH_CMD, [7] = 24, [9] = 0x09 };

	iu_cmd(iu, c->lun, cdb, sizeof(cdb));
}

static void mal_cdb_shorter(struct client *c, struct vt_iu *iu)
{
	static const u8 cdb[28] = { VARIABLE_LENGTH_CMD, [7] = 24, [9] = 0x09 };

	iu_cmd(iu, c->lun, cdb, sizeof(cdb));
}

static void mal_cdb_longest(struct client *c, struct vt_iu *iu)
{
	static const u8 cdb[32] = { VARIABLE_LENGTH_CMD, [7] = 0xff, [9] = 0x09 };

	iu_cmd(iu, c->lun, cdb, sizeof(cdb));
}

static void mal_attr(struct client *c, struct vt_iu *iu, u8 attr)
{
	mal_direct(c, iu, false);
	iu->b[CMD_ATTR] = attr;
}

static void mal_attr_3(struct client *c, struct vt_iu *iu) { mal_attr(c, iu, 3); }
static void mal_attr_5(struct client *c, struct vt_iu *iu) { mal_attr(c, iu, 5); }
static void mal_attr_6(struct client *c, struct vt_iu *iu) { mal_attr(c, iu, 6); }
static void mal_attr_7(struct client *c, struct vt_iu *iu) { mal_attr(c, iu, 7); }

static const struct malformed malformed_table[] = {
	{ "data-in format 3", mal_fmt_in_imm },
	{ "data-out format 3", mal_fmt_out_imm },
	{ "data-in format 4", mal_fmt_in_4 },
	{ "data-in format 15", mal_fmt_in_f },
	{ "data-out format 15", mal_fmt_out_f },
	{ "both directions", mal_both },
	{ "no descriptor in the unit", mal_no_descriptor },
	{ "the descriptor's last byte is missing", mal_half_descriptor },
	{ "part of an indirect descriptor", mal_half_indirect },
	{ "the last of two descriptors is missing", mal_inline_cut },
	{ "255 descriptors in a unit", mal_count_beyond },
	{ "a count larger than the table", mal_count_over_table },
	{ "additional CDB beyond the unit", mal_add_cdb },
	{ "additional CDB and no place for the descriptor", mal_add_cdb_full },
	{ "additional CDB in a unit of 48 bytes", mal_add_cdb_short },
	{ "table of 17 bytes", mal_table_odd },
	{ "table of 0 bytes", mal_table_zero },
	{ "table of 4 GiB", mal_table_huge },
	{ "table of 1025 descriptors", mal_table_long },
	{ "total less than the sum", mal_sum_less },
	{ "total more than the sum", mal_sum_more },
	{ "sum that wraps", mal_sum_wraps },
	{ "external: total more than the sum", mal_external_sum },
	{ "external: sum that wraps to 0", mal_external_wraps },
	{ "16 bytes of a CDB of 32", mal_cdb_short },
	{ "28 bytes of a CDB of 32", mal_cdb_shorter },
	{ "32 bytes of a CDB of 263", mal_cdb_longest },
	{ "task attribute 3", mal_attr_3 },
	{ "task attribute 5", mal_attr_5 },
	{ "task attribute 6", mal_attr_6 },
	{ "task attribute 7", mal_attr_7 },
};

static int malformed(struct client *c)
{
	struct vt_iu iu;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(malformed_table); i++) {
		vt_about("%s", malformed_table[i].name);
		malformed_table[i].make(c, &iu);
		if (!cmd_refused(c, &iu, SENSE_MALFORMED, CRQ_OK) && c->down)
			return -ECONNRESET;
	}
	return 0;
}

/* More than the server said it moves; in one descriptor and in many */
static int too_much(struct client *c)
{
	u32 blocks = c->max_xfer / c->block + 1, piece = VT_MEM / 4;
	static struct vt_frag frag[MAL_DESCS];
	unsigned int n = 0;
	struct vt_iu iu;
	u8 cdb[16];
	u32 left;

	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, blocks));
	iu_direct(&iu, DIR_IN, c->mem_ioba, blocks * c->block);
	vt_about("direct");
	cmd_refused(c, &iu, SENSE_MALFORMED, CRQ_MAX_XFER);

	for (left = blocks * c->block; left && n < MAL_DESCS; left -= frag[n++].len)
		frag[n] = (struct vt_frag){ c->mem_ioba, min(left, piece) };
	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, blocks));
	iu_data(&iu, DIR_IN, FORM_EXTERNAL, frag, n, c, c->mem + MAL_TABLE);
	vt_about("external");
	cmd_refused(c, &iu, SENSE_MALFORMED, CRQ_MAX_XFER);
	return 0;
}

/* Exactly as much as it said is moved. */
static int all_it_moves(struct client *c)
{
	u32 len = min_t(u32, c->max_xfer, MAL_TABLE);
	struct vt_iu iu;
	u8 cdb[16];

	len -= len % c->block;
	if (len / c->block > c->blocks)
		return VT_SKIP;
	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, len / c->block));
	iu_direct(&iu, DIR_IN, c->mem_ioba, len);
	cmd_good(c, &iu);
	return 0;
}

/**
 * struct fault - an address that cannot be reached
 * @name:	for messages
 * @list:	makes fragments; the pages are mapped so that the server may read @ro,
 *		write @wo, and do both in the client's memory
 * @odd:	may also be called malformed
 */
struct fault {
	const char *name;
	unsigned int (*list)(struct client *c, struct vt_frag *frag, bool write);
	bool odd;
};

/* Pages mapped for one direction only, by the direction the partner may move data in */
static u8 *fault_page;
static u64 fault_ro, fault_wo;

static unsigned int fault_at(struct vt_frag *frag, u64 ioba, u32 len)
{
	frag[0] = (struct vt_frag){ ioba, len };
	return 1;
}

static unsigned int fault_unmapped(struct client *c, struct vt_frag *frag, bool write)
{
	return fault_at(frag, 0x10, mal_len(c));
}

static unsigned int fault_outside(struct client *c, struct vt_frag *frag, bool write)
{
	return fault_at(frag, c->a->window_size, mal_len(c));
}

static unsigned int fault_across(struct client *c, struct vt_frag *frag, bool write)
{
	return fault_at(frag, c->a->window_size - c->block, mal_len(c));
}

static unsigned int fault_wraps(struct client *c, struct vt_frag *frag, bool write)
{
	return fault_at(frag, ~0ULL - 511, mal_len(c));
}

static unsigned int fault_access(struct client *c, struct vt_frag *frag, bool write)
{
	return fault_at(frag, write ? fault_wo : fault_ro, mal_len(c));
}

/* The first fragments are good, the last is not. */
static unsigned int fault_last(struct client *c, struct vt_frag *frag, bool write)
{
	frag[0] = (struct vt_frag){ c->mem_ioba, c->block };
	frag[1] = (struct vt_frag){ c->mem_ioba + 4096, c->block };
	frag[2] = (struct vt_frag){ 0x10, mal_len(c) - 2 * c->block };
	return 3;
}

static unsigned int fault_last_odd(struct client *c, struct vt_frag *frag, bool write)
{
	frag[0] = (struct vt_frag){ c->mem_ioba + 1, c->block - 1 };
	frag[1] = (struct vt_frag){ c->mem_ioba + 4095, c->block + 2 };
	frag[2] = (struct vt_frag){ write ? fault_wo : fault_ro,
				    mal_len(c) - 2 * c->block - 1 };
	return 3;
}

static const struct fault fault_table[] = {
	{ "not mapped", fault_unmapped },
	{ "outside of the window", fault_outside },
	{ "across the window's end", fault_across },
	{ "across the end of 64 bits", fault_wraps, .odd = true },
	{ "mapped for the other direction", fault_access },
	{ "the last fragment is not mapped", fault_last },
	{ "odd fragments, the last for the other direction", fault_last_odd },
};

static int fault_map(struct client *c)
{
	const struct hv_ops *hv = c->a->hv;
	int ret;

	fault_page = (u8 *)__get_free_pages(GFP_KERNEL, get_order(64 * 1024));
	if (!fault_page)
		return -ENOMEM;
	ret = hv->map(c->a, fault_page, 32 * 1024, DMA_TO_DEVICE, &fault_ro);
	if (ret)
		return ret;
	ret = hv->map(c->a, fault_page + 32 * 1024, 32 * 1024, DMA_FROM_DEVICE, &fault_wo);
	if (ret)
		hv->unmap(c->a, fault_ro, 32 * 1024, DMA_TO_DEVICE);
	return ret;
}

static void fault_unmap(struct client *c)
{
	CHECK(c->a->hv->unmap(c->a, fault_ro, 32 * 1024, DMA_TO_DEVICE), PAPR_H_SUCCESS);
	CHECK(c->a->hv->unmap(c->a, fault_wo, 32 * 1024, DMA_FROM_DEVICE), PAPR_H_SUCCESS);
	free_pages((unsigned long)fault_page, get_order(64 * 1024));
}

/* Place of what the blocks hold, and of what they hold afterwards */
#define FAULT_BEFORE	(2U << 20)
#define FAULT_AFTER	(FAULT_BEFORE + 65536)

static bool fault_read(struct client *c, u32 at)
{
	struct vt_iu iu;

	mal_rw(c, &iu, false);
	iu_direct(&iu, DIR_IN, c->mem_ioba + at, mal_len(c));
	return cmd_good(c, &iu);
}

static void fault_one(struct client *c, const struct fault *f, bool write, enum vt_form form)
{
	struct vt_frag frag[8];
	struct vt_rsp rsp;
	struct vt_iu iu;
	unsigned int n;

	n = f->list(c, frag, write);
	if (n > 1 && form == FORM_DIRECT)
		return;
	vt_about("%s, %s, form %u", write ? "WRITE" : "READ", f->name, form);
	if (!fault_read(c, FAULT_BEFORE))
		return;
	/* Other bytes than the medium's wherever there is memory */
	memset(c->mem, ~c->mem[FAULT_BEFORE], 65536);
	memset(fault_page, ~c->mem[FAULT_BEFORE], 65536);
	mal_rw(c, &iu, write);
	iu_data(&iu, write ? DIR_OUT : DIR_IN, form, frag, n, c, c->mem + MAL_TABLE);
	if (!CHECK(cmd_retry(c, &iu, &rsp), 0))
		return;
	if (!f->odd || rsp_sense(&rsp) != SENSE_MALFORMED) {
		CHECK(rsp_sense(&rsp), SENSE_UNREACHABLE);
		CHECK(rsp.crq_status, CRQ_NONRECOVERABLE);
	}
	if (fault_read(c, FAULT_AFTER))
		CHECK_MEM(c->mem + FAULT_AFTER, c->mem + FAULT_BEFORE, mal_len(c));
	CHECK(memchr_inv(fault_page, ~c->mem[FAULT_BEFORE] & 0xff, 32768), 0);
}

static int faults(struct client *c)
{
	enum vt_form form;
	unsigned int i;
	int ret;

	ret = fault_map(c);
	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(fault_table); i++) {
		for (form = FORM_DIRECT; form <= FORM_EXTERNAL; form++) {
			fault_one(c, &fault_table[i], false, form);
			fault_one(c, &fault_table[i], true, form);
		}
	}
	/* The pages are free before the queue is: nothing of them is in use. */
	fault_unmap(c);
	return 0;
}

/* External tables that cannot be fetched */
static int fault_tables(struct client *c)
{
	const u64 where[] = {
		0x10, c->a->window_size, c->a->window_size - 16, ~0ULL - 15,
		c->mem_ioba + VT_MEM - 16,
	};
	struct vt_rsp rsp;
	struct vt_iu iu;
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(where); i++) {
		bool write = i & 1;

		vt_about("%s, table at %llx", write ? "WRITE" : "READ", where[i / 2]);
		memset(c->mem + VT_MEM - 16, 0, 16);
		mal_rw(c, &iu, write);
		iu_indirect(&iu, write ? DIR_OUT : DIR_IN, where[i / 2], 32, mal_len(c),
			    NULL, 0);
		if (!CHECK(cmd_retry(c, &iu, &rsp), 0))
			return 0;
		CHECK(rsp_sense(&rsp), SENSE_UNREACHABLE);
		CHECK(rsp.delta, 1);
	}
	return 0;
}

const struct vt_case malformed_cases[] = {
	{ "malformed", malformed, VT_DISK },
	{ "too-much", too_much, VT_DISK },
	{ "all-it-moves", all_it_moves, VT_DISK },
	{ "faults", faults, VT_DISK },
	{ "fault-tables", fault_tables, VT_DISK },
	{ }
};
