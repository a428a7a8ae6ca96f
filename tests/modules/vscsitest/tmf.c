// SPDX-License-Identifier: GPL-2.0
/* Task management functions, known and unknown, for LUNs and tasks there are or not. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <scsi/scsi_proto.h>
#include <scsi/srp.h>
#include <asm/unaligned.h>

#include "tmf.h"
#include "vscsitest.h"

/* Which LUN a row of the table is about */
enum tmf_lun {
	LUN_OURS,
	LUN_ABSENT,
};

struct tmf_case {
	const char *name;
	u8 function;
	enum tmf_lun lun;
	u32 code;
};

static const struct tmf_case tmf_table[] = {
	{ "ABORT TASK, no such tag", SRP_TSK_ABORT_TASK, LUN_OURS, TMF_COMPLETE },
	{ "ABORT TASK SET", SRP_TSK_ABORT_TASK_SET, LUN_OURS, TMF_NOT_SUPPORTED },
	{ "CLEAR TASK SET", SRP_TSK_CLEAR_TASK_SET, LUN_OURS, TMF_NOT_SUPPORTED },
	{ "CLEAR ACA", SRP_TSK_CLEAR_ACA, LUN_OURS, TMF_NOT_SUPPORTED },
	{ "LOGICAL UNIT RESET", SRP_TSK_LUN_RESET, LUN_OURS, TMF_COMPLETE },
	{ "ABORT TASK, no such LUN", SRP_TSK_ABORT_TASK, LUN_ABSENT, TMF_FIELDS_INVALID },
	{ "LOGICAL UNIT RESET, no such LUN", SRP_TSK_LUN_RESET, LUN_ABSENT,
	  TMF_FIELDS_INVALID },
};

/* Run one function; false if there was no proper answer. */
bool tmf_run(struct client *c, u16 lun, u8 function, u64 task_tag, struct vt_rsp *rsp)
{
	struct vt_iu iu;

	iu_tmf(&iu, lun, function, task_tag);
	return CHECK(cmd_run(c, &iu, rsp), 0) && CHECK(rsp->flags, SRP_RSP_FLAG_RSPVALID) &&
	       CHECK(rsp->status, SAM_STAT_GOOD) && CHECK(rsp->data_len, 4) &&
	       CHECK(rsp->crq_status, CRQ_OK) && CHECK(rsp->delta >= 1, true);
}

/* A LUN number of the same target that there is not */
u16 lun_absent(void)
{
	unsigned int n;
	int i;

	for (n = 31; n; n--) {
		for (i = 0; i < vt_luns_n && vt_luns[i] != n; i++)
			;
		if (i == vt_luns_n)
			break;
	}
	return 0x8000 | n;
}

static int tmfs(struct client *c)
{
	struct vt_rsp rsp;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tmf_table); i++) {
		const struct tmf_case *t = &tmf_table[i];
		u16 lun = t->lun == LUN_OURS ? c->lun : lun_absent();

		vt_about("%s", t->name);
		if (tmf_run(c, lun, t->function, 0x123456789abcdef0ULL, &rsp))
			CHECK(rsp.code, t->code);
	}
	return 0;
}

/* Every code that is no function */
static int tmf_unknown(struct client *c)
{
	static const u8 known[] = {
		SRP_TSK_ABORT_TASK, SRP_TSK_ABORT_TASK_SET, SRP_TSK_CLEAR_TASK_SET,
		SRP_TSK_LUN_RESET, SRP_TSK_CLEAR_ACA,
	};
	struct vt_rsp rsp;
	unsigned int code;

	for (code = 0; code < 256; code++) {
		if (memchr(known, code, sizeof(known)))
			continue;
		vt_about("function 0x%02x", code);
		if (!tmf_run(c, c->lun, code, 0, &rsp))
			return -EPROTO;
		CHECK(rsp.code, TMF_NOT_SUPPORTED);
	}
	return 0;
}

/* Abort what may still run: an answer before that of the function, or never. */
static int tmf_abort(struct client *c)
{
	unsigned int round, rounds = vt_count_or(50);
	struct vt_rsp rsp;
	struct vt_iu iu;
	u8 cdb[16];

	for (round = 0; round < rounds; round++) {
		struct vt_req *r = vt_req_get(c);

		iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 128));
		iu_direct(&iu, DIR_IN, c->mem_ioba, 128 * c->block);
		if (!CHECK(iu_post(c, r, &iu), 0) ||
		    !tmf_run(c, c->lun, SRP_TSK_ABORT_TASK, r->tag, &rsp))
			return -EPROTO;
		CHECK(rsp.code, TMF_COMPLETE);
		CHECK(r->answers <= 1, true);
		CHECK(!r->answers || r->seq < rsp.seq, true);
		/* It will have no answer any more. */
		r->answers = 1;
		vt_req_put(c, r);
	}
	return 0;
}

#define STORM_CMDS	48
#define STORM_TMFS	16

/* Commands, each third of them ORDERED if any is; some are copied slowly. */
static int storm_commands(struct client *c, struct vt_req **r, bool ordered)
{
	struct vt_iu iu;
	unsigned int i;
	int ret = 0;
	u8 cdb[16];

	for (i = 0; i < STORM_CMDS && !ret; i++) {
		r[i] = vt_req_get(c);
		if (!r[i])
			return -ENOSPC;
		iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, !(i % 8), 10, 0, 128));
		iu_direct(&iu, i % 8 ? DIR_IN : DIR_OUT,
			  c->mem_ioba + i * 65536 + (i & 1), 128 * c->block);
		iu.b[CMD_ATTR] = ordered && i % 3 == 1 ? ATTR_ORDERED : ATTR_SIMPLE;
		ret = iu_post(c, r[i], &iu);
	}
	return ret;
}

static int storm_functions(struct client *c, struct vt_req **task, struct vt_req **r)
{
	struct vt_iu iu;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < STORM_TMFS && !ret; i++) {
		task[i] = vt_req_get(c);
		if (!task[i])
			return -ENOSPC;
		if (i & 1)
			iu_tmf(&iu, c->lun, SRP_TSK_ABORT_TASK, r[STORM_CMDS - 1 - i]->tag);
		else
			iu_tmf(&iu, c->lun, SRP_TSK_LUN_RESET, 0);
		ret = iu_post(c, task[i], &iu);
	}
	return ret;
}

/* Functions that cover the same commands at once: all are answered, no command later. */
static int tmf_storm_round(struct client *c, bool ordered)
{
	struct vt_req *r[STORM_CMDS], *task[STORM_TMFS];
	struct vt_rsp rsp;
	unsigned int i;
	u64 first = U64_MAX;
	int ret;

	ret = storm_commands(c, r, ordered) ?: storm_functions(c, task, r);
	for (i = 0; i < STORM_TMFS && !ret; i++) {
		ret = iu_wait(c, task[i], &rsp);
		if (ret)
			break;
		CHECK(rsp.code, TMF_COMPLETE);
		/* Every reset covers all of them. */
		first = i & 1 ? first : min(first, rsp.seq);
		vt_req_put(c, task[i]);
	}
	for (i = 0; i < STORM_CMDS && !ret; i++) {
		CHECK(r[i]->answers <= 1, true);
		CHECK(!r[i]->answers || r[i]->seq < first, true);
		r[i]->answers = 1;
		vt_req_put(c, r[i]);
	}
	return ret;
}

static int tmf_storms(struct client *c, bool ordered)
{
	unsigned long round, count = vt_count_or(50);
	int ret = 0;

	for (round = 0; round < count && !ret; round++) {
		vt_about("round %lu", round);
		ret = tmf_storm_round(c, ordered);
	}
	CHECK(ret, 0);
	return vt_disk(c);
}

static int tmf_storm(struct client *c)
{
	return tmf_storms(c, false);
}

static int tmf_storm_ordered(struct client *c)
{
	return tmf_storms(c, true);
}

#define RESET_CMDS	16

/* Reset the LUN under commands of one attribute; SIMPLE and ORDERED work afterwards. */
static bool tmf_reset_round(struct client *c, u8 attr, u8 later)
{
	struct vt_req *r[RESET_CMDS];
	struct vt_rsp rsp;
	struct vt_iu iu;
	unsigned int i;
	u8 cdb[16];

	for (i = 0; i < RESET_CMDS; i++) {
		r[i] = vt_req_get(c);
		iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 128));
		iu_direct(&iu, DIR_IN, c->mem_ioba + i * 65536 + (i & 1), 128 * c->block);
		iu.b[CMD_ATTR] = attr;
		if (!CHECK(iu_post(c, r[i], &iu), 0))
			return false;
	}
	if (!tmf_run(c, c->lun, SRP_TSK_LUN_RESET, 0, &rsp))
		return false;
	for (i = 0; i < RESET_CMDS; i++) {
		r[i]->answers = 1;
		vt_req_put(c, r[i]);
	}
	iu_cmd(&iu, c->lun, cdb, cdb_rw(cdb, false, 10, 0, 1));
	iu_direct(&iu, DIR_IN, c->mem_ioba, c->block);
	iu.b[CMD_ATTR] = later;
	return cmd_good(c, &iu);
}

static int tmf_resets(struct client *c, u8 attr, u8 later)
{
	unsigned long round, count = vt_count_or(50);

	for (round = 0; round < count; round++) {
		vt_about("round %lu, attribute %u, later %u", round, attr, later);
		if (!tmf_reset_round(c, attr, later))
			return -EIO;
	}
	return 0;
}

static int tmf_reset_simple(struct client *c)
{
	return tmf_resets(c, ATTR_SIMPLE, ATTR_SIMPLE);
}

static int tmf_reset_mixed(struct client *c)
{
	return tmf_resets(c, ATTR_SIMPLE, ATTR_ORDERED);
}

static int tmf_reset_ordered(struct client *c)
{
	return tmf_resets(c, ATTR_ORDERED, ATTR_SIMPLE);
}

/* A task of one LUN is not found under another. */
static int tmf_other_lun(struct client *c)
{
	struct vt_rsp rsp;

	vt_about("LUN 7f of another target");
	if (tmf_run(c, 0xbf1f, SRP_TSK_LUN_RESET, 0, &rsp))
		CHECK(rsp.code, TMF_FIELDS_INVALID);
	vt_about("REPORT LUNS well-known LUN");
	tmf_run(c, 0xc101, SRP_TSK_LUN_RESET, 0, &rsp);
	vt_about("two levels");
	tmf_run(c, 0x0101, SRP_TSK_LUN_RESET, 0, &rsp);
	return 0;
}

const struct vt_case tmf_cases[] = {
	{ "tmfs", tmfs, VT_DISK },
	{ "tmf-unknown", tmf_unknown, VT_DISK },
	{ "tmf-abort", tmf_abort, VT_DISK },
	{ "tmf-reset-simple", tmf_reset_simple, VT_DISK },
	{ "tmf-reset-mixed", tmf_reset_mixed, VT_DISK },
	{ "tmf-reset-ordered", tmf_reset_ordered, VT_DISK },
	{ "tmf-storm", tmf_storm, VT_DISK },
	{ "tmf-storm-ordered", tmf_storm_ordered, VT_DISK },
	{ "tmf-other-lun", tmf_other_lun, VT_DISK },
	{ }
};
