// SPDX-License-Identifier: GPL-2.0
/*
 * Which LUNs there are, as REPORT LUNS says it in the adapter's form and in that of one
 * target; and what is said of those there are not.  The parameters "luns" and "form"
 * tell what is configured.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <scsi/scsi_proto.h>
#include <scsi/srp.h>
#include <asm/unaligned.h>

#include "lun.h"
#include "tmf.h"
#include "vscsitest.h"

#define LUN_WELL_KNOWN	0xc101
#define REPORT_MAX	(8 + 256 * 8)

static bool form_is(const char *form)
{
	return !strcmp(vt_form, form);
}

/* The target that LUN number @n belongs to, and its number there */
static unsigned int lun_target(unsigned int n)
{
	return form_is("vios") ? n : n / 32;
}

static unsigned int lun_in_target(unsigned int n)
{
	return form_is("vios") ? 0 : n % 32;
}

/* LUN number @n as the adapter reports it */
u16 lun_encode(unsigned int n)
{
	if (form_is("flat"))
		return n < 256 ? n : 0x4000 | n;
	return 0x8000 | lun_target(n) << 8 | lun_in_target(n);
}

static bool lun_exists(unsigned int n)
{
	int i;

	for (i = 0; i < vt_luns_n; i++)
		if (vt_luns[i] == n)
			return true;
	return false;
}

/* Ask for the LUNs; their list is at the beginning of the memory then. */
static bool report_luns(struct client *c, u16 lun, u32 alloc)
{
	u8 cdb[12] = { REPORT_LUNS };
	struct vt_rsp rsp;
	struct vt_iu iu;

	put_unaligned_be32(alloc, cdb + 6);
	memset(c->mem, VT_CANARY, REPORT_MAX + 16);
	iu_cmd(&iu, lun, cdb, sizeof(cdb));
	iu_direct(&iu, DIR_IN, c->mem_ioba, alloc);
	return CHECK(cmd_retry(c, &iu, &rsp), 0) && CHECK(rsp_sense(&rsp), SENSE_NONE) &&
	       CHECK(c->mem[alloc], VT_CANARY);
}

/* Is @value in the list, with nothing behind its first two bytes? */
static bool report_has(struct client *c, u16 value)
{
	u32 i, n = get_unaligned_be32(c->mem) / 8;

	for (i = 0; i < n && i < 256; i++)
		if (get_unaligned_be64(c->mem + 8 + i * 8) == (u64)value << 48)
			return true;
	return false;
}

/* All LUNs of the adapter, in its form */
static void report_all(struct client *c, u16 lun)
{
	int i;

	vt_about("REPORT LUNS to %04x, form %s", lun, vt_form);
	if (!report_luns(c, lun, REPORT_MAX))
		return;
	CHECK(get_unaligned_be32(c->mem), vt_luns_n * 8);
	for (i = 0; i < vt_luns_n; i++)
		CHECK(report_has(c, lun_encode(vt_luns[i])), true);
}

/* The LUNs of one target, to whichever of them the question goes */
static void report_target(struct client *c, unsigned int target)
{
	u16 lun = 0x8000 | target << 8;
	unsigned int n = 0;
	int i;

	vt_about("REPORT LUNS to %04x, form %s", lun, vt_form);
	if (!report_luns(c, lun, REPORT_MAX))
		return;
	for (i = 0; i < vt_luns_n; i++) {
		if (lun_target(vt_luns[i]) != target)
			continue;
		n++;
		CHECK(report_has(c, lun_in_target(vt_luns[i])), true);
	}
	CHECK(get_unaligned_be32(c->mem), n * 8);
}

static int luns_report(struct client *c)
{
	unsigned int target;
	int i;

	report_all(c, 0);
	report_all(c, LUN_WELL_KNOWN);
	for (target = 0; target < 64; target++) {
		for (i = 0; i < vt_luns_n && lun_target(vt_luns[i]) != target; i++)
			;
		if (i < vt_luns_n && !form_is("flat"))
			report_target(c, target);
	}
	return 0;
}

/* A buffer for less than all: the length still says how many there are. */
static int luns_report_short(struct client *c)
{
	static const u32 alloc[] = { 16, 24, 17 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(alloc); i++) {
		vt_about("REPORT LUNS, %u bytes", alloc[i]);
		if (report_luns(c, 0, alloc[i]))
			CHECK(get_unaligned_be32(c->mem), vt_luns_n * 8);
	}
	return 0;
}

static void absent_inquiry(struct client *c, u16 lun, bool target_exists)
{
	struct vt_iu iu;
	u8 cdb[16];

	vt_about("INQUIRY to %04x", lun);
	memset(c->mem, VT_CANARY, 64);
	cdb_inquiry(cdb, -1, 36);
	iu_cmd(&iu, lun, cdb, 6);
	iu_direct(&iu, DIR_IN, c->mem_ioba, 36);
	if (!target_exists)
		cmd_refused(c, &iu, SENSE_NO_LUN, CRQ_OK);
	else if (cmd_good(c, &iu))
		CHECK(c->mem[0], 0x7f);
	CHECK(c->mem[36], VT_CANARY);
}

/* Everything else is refused, with and without data. */
static void absent_others(struct client *c, u16 lun)
{
	static const u8 ready[6] = { TEST_UNIT_READY };
	struct vt_iu iu;
	u8 cdb[16];

	vt_about("INQUIRY, EVPD, to %04x", lun);
	cdb_inquiry(cdb, 0x83, 64);
	iu_cmd(&iu, lun, cdb, 6);
	iu_direct(&iu, DIR_IN, c->mem_ioba, 64);
	cmd_refused(c, &iu, SENSE_NO_LUN, CRQ_OK);
	vt_about("TEST UNIT READY to %04x", lun);
	iu_cmd(&iu, lun, ready, sizeof(ready));
	cmd_refused(c, &iu, SENSE_NO_LUN, CRQ_OK);
	vt_about("READ from %04x", lun);
	iu_cmd(&iu, lun, cdb, cdb_rw(cdb, false, 10, 0, 8));
	iu_direct(&iu, DIR_IN, c->mem_ioba, 8 * c->block);
	cmd_refused(c, &iu, SENSE_NO_LUN, CRQ_OK);
	vt_about("WRITE to %04x", lun);
	iu_cmd(&iu, lun, cdb, cdb_rw(cdb, true, 10, 0, 8));
	iu_direct(&iu, DIR_OUT, c->mem_ioba, 8 * c->block);
	cmd_refused(c, &iu, SENSE_NO_LUN, CRQ_OK);
}

static int luns_absent(struct client *c)
{
	bool targets[64] = { };
	unsigned int n;
	int i;

	for (i = 0; i < vt_luns_n; i++)
		if (lun_target(vt_luns[i]) < 64)
			targets[lun_target(vt_luns[i])] = true;
	for (n = 0; n < 256; n += n < 40 ? 1 : 31) {
		if (lun_exists(n) || lun_target(n) >= 64 || form_is("flat"))
			continue;
		absent_inquiry(c, lun_encode(n), targets[lun_target(n)]);
		absent_others(c, lun_encode(n));
	}
	/* Another bus of the same target, and the last target of all */
	absent_others(c, 0x8020 | lun_target(vt_luns[0]) << 8);
	absent_others(c, 0xbf1f);
	return 0;
}

/* Addresses of methods nobody uses: an answer, and the connection stays. */
static int luns_odd(struct client *c)
{
	struct vt_rsp rsp;
	unsigned int i;
	struct vt_iu iu;
	u8 cdb[16];

	cdb_inquiry(cdb, -1, 36);
	for (i = 0; i < 0x10000; i += 0x55) {
		vt_about("INQUIRY to %04x", i);
		iu_cmd(&iu, i, cdb, 6);
		iu_direct(&iu, DIR_IN, c->mem_ioba, 36);
		/* Bytes behind the first level */
		iu.b[CMD_LUN + 2 + i % 6] = i;
		if (!CHECK(cmd_run(c, &iu, &rsp), 0))
			return -EPROTO;
	}
	return 0;
}

const struct vt_case lun_cases[] = {
	{ "luns-report", luns_report, VT_DISK },
	{ "luns-report-short", luns_report_short, VT_DISK },
	{ "luns-absent", luns_absent, VT_DISK },
	{ "luns-odd", luns_odd, VT_DISK },
	{ }
};
