// SPDX-License-Identifier: GPL-2.0
/*
 * Which logical unit a client means, and which it may see.
 *
 * LoPAR uses SAM's logical unit addressing, 10b: bus, target and LUN in two bytes.  The
 * stock Linux client scans buses 0 to 3, targets 0 to 63 and LUNs 0 to 31; of a list it
 * takes only numbers below 32, so a list asked for at a target (10b) has that target's
 * LUNs in the simple form.  A list asked for at the device itself (LUN 0, 00b, or the
 * well-known unit) has all in the adapter's form, as VIOS clients know it.
 */
#include <linux/rculist.h>
#include <asm/unaligned.h>
#include <scsi/scsi.h>

#include "ibmvscsis.h"

#define METHOD(b)	((b) >> 6)
enum { METHOD_PERIPHERAL, METHOD_FLAT, METHOD_LOGICAL, METHOD_EXTENDED };

#define LUNS_PER_TARGET	32

const char * const vscsis_lun_forms[] = {
	[VSCSIS_LUN_SAM]	= "sam",
	[VSCSIS_LUN_VIOS]	= "vios",
	[VSCSIS_LUN_FLAT]	= "flat",
};

/**
 * vscsis_lun_max() - how many LUNs a form can express
 * @form:	the form
 *
 * Context: any.
 * Return: LUNs from 0 to this - 1.
 */
u32 vscsis_lun_max(enum vscsis_lun_form form)
{
	switch (form) {
	case VSCSIS_LUN_VIOS:
		return 64;
	case VSCSIS_LUN_FLAT:
		return 1 << 14;
	default:
		return VSCSIS_LUN_MAX;
	}
}

/* The target a LUN is at */
static int vscsis_lun_target(enum vscsis_lun_form form, u64 n)
{
	switch (form) {
	case VSCSIS_LUN_VIOS:
		return n;
	case VSCSIS_LUN_FLAT:
		return 0;
	default:
		return n / LUNS_PER_TARGET;
	}
}

/* Its number there */
static int vscsis_lun_at_target(enum vscsis_lun_form form, u64 n)
{
	switch (form) {
	case VSCSIS_LUN_VIOS:
		return 0;
	case VSCSIS_LUN_FLAT:
		return n;
	default:
		return n % LUNS_PER_TARGET;
	}
}

static void vscsis_lun_number(struct vscsis_address *addr, enum vscsis_lun_form form,
			      int target, int lun)
{
	u32 n;

	addr->target = target;
	switch (form) {
	case VSCSIS_LUN_VIOS:
		n = lun ? U32_MAX : target;
		break;
	case VSCSIS_LUN_FLAT:
		n = target ? U32_MAX : lun;
		break;
	default:
		n = lun < LUNS_PER_TARGET ? target * LUNS_PER_TARGET + lun : U32_MAX;
	}
	if (n < vscsis_lun_max(form)) {
		addr->lun = n;
		addr->valid = true;
	}
}

/**
 * vscsis_lun_decode() - understand a LUN field
 * @form:	how this adapter numbers its LUNs
 * @lun:	from the wire
 * @addr:	result; not valid if it can name no logical unit here
 *
 * SAM-5, "Logical unit number"; see the top of this file.
 *
 * Context: any.
 */
void vscsis_lun_decode(enum vscsis_lun_form form, const struct scsi_lun *lun,
		       struct vscsis_address *addr)
{
	const u8 *b = lun->scsi_lun;

	memset(addr, 0, sizeof(*addr));
	addr->target = -1;
	/* One level only */
	if (get_unaligned_be16(b + 2) || get_unaligned_be32(b + 4))
		return;
	switch (METHOD(b[0])) {
	case METHOD_PERIPHERAL:
		addr->device = !b[0] && !b[1];
		if (!b[0])
			vscsis_lun_number(addr, form, 0, b[1]);
		break;
	case METHOD_FLAT:
		if (form == VSCSIS_LUN_FLAT)
			vscsis_lun_number(addr, form, 0, get_unaligned_be16(b) & 0x3fff);
		break;
	case METHOD_LOGICAL:
		if (!(b[1] >> 5))
			vscsis_lun_number(addr, form, b[0] & 0x3f, b[1] & 0x1f);
		break;
	case METHOD_EXTENDED:
		addr->device = get_unaligned_be16(b) == SCSI_W_LUN_REPORT_LUNS;
		addr->well_known = addr->device;
		break;
	}
}

/* How the LUN is named in a list of all of the adapter's */
static void vscsis_lun_encode(enum vscsis_lun_form form, u64 n, u8 *out)
{
	u16 field;

	if (form == VSCSIS_LUN_FLAT)
		field = n < 256 ? n : 0x4000 | n;
	else
		field = 0x8000 | vscsis_lun_target(form, n) << 8 |
			vscsis_lun_at_target(form, n);
	put_unaligned_be16(field, out);
}

/* In a list of one target: as the stock client's SCSI layer takes it */
static void vscsis_lun_encode_at_target(enum vscsis_lun_form form, u64 n, u8 *out)
{
	u32 lun = vscsis_lun_at_target(form, n);

	put_unaligned_be16(lun < 256 ? lun : 0x4000 | lun, out);
}

/*
 * May this client see it?  An access list that was a dynamic one before still has the
 * entries of that time, which nobody mapped.
 */
static bool vscsis_lun_visible(struct vscsis_session *sess, struct se_dev_entry *deve)
{
	if (!sess->se_sess->se_node_acl->dynamic_node_acl && !deve->se_lun_acl)
		return false;
	return deve->mapped_lun < vscsis_lun_max(sess->lun_form);
}

/**
 * vscsis_lun_check() - tell the administrator of a LUN no client can see
 * @tpg:	the portal group
 * @n:		the LUN
 *
 * Context: any.
 */
void vscsis_lun_check(const struct vscsis_tpg *tpg, u64 n)
{
	enum vscsis_lun_form form = READ_ONCE(tpg->attrib.lun_form);

	if (n >= vscsis_lun_max(form))
		pr_warn("%s: LUN %llu cannot be named in the form %s (0 to %u): clients do not see it\n",
			tpg->port->name, n, vscsis_lun_forms[form], vscsis_lun_max(form) - 1);
}

/**
 * vscsis_lun_check_all() - the same of all LUNs, as their form has changed
 * @tpg:	the portal group
 *
 * Context: may sleep.
 */
void vscsis_lun_check_all(struct vscsis_tpg *tpg)
{
	struct se_lun *lun;

	mutex_lock(&tpg->se_tpg.tpg_lun_mutex);
	hlist_for_each_entry(lun, &tpg->se_tpg.tpg_lun_hlist, link)
		vscsis_lun_check(tpg, lun->unpacked_lun);
	mutex_unlock(&tpg->se_tpg.tpg_lun_mutex);
}

/**
 * vscsis_lun_masked() - has the target core LUNs this client may not see, or not write?
 * @sess:	its session
 *
 * EXTENDED COPY names devices, and the target core looks for them among all and writes to
 * any.
 *
 * Context: any but hard interrupt.
 * Return: true if it has.
 */
bool vscsis_lun_masked(struct vscsis_session *sess)
{
	struct se_dev_entry *deve;
	bool masked = false;

	rcu_read_lock();
	hlist_for_each_entry_rcu(deve, &sess->se_sess->se_node_acl->lun_entry_hlist, link)
		masked |= deve->lun_access_ro || !vscsis_lun_visible(sess, deve);
	rcu_read_unlock();
	return masked;
}

/**
 * vscsis_lun_access() - what a client may do with a LUN
 * @sess:	its session
 * @n:		the LUN
 *
 * Context: any but hard interrupt.
 * Return: enum vscsis_access.
 */
enum vscsis_access vscsis_lun_access(struct vscsis_session *sess, u32 n)
{
	enum vscsis_access access = VSCSIS_ABSENT;
	struct se_dev_entry *deve;

	rcu_read_lock();
	hlist_for_each_entry_rcu(deve, &sess->se_sess->se_node_acl->lun_entry_hlist, link) {
		if (deve->mapped_lun == n && vscsis_lun_visible(sess, deve)) {
			access = deve->lun_access_ro ? VSCSIS_READ_ONLY : VSCSIS_READ_WRITE;
			break;
		}
	}
	rcu_read_unlock();
	return access;
}

/**
 * vscsis_lun_device() - what tells devices from each other
 * @sess:	the session
 * @n:		a LUN
 *
 * Context: any but hard interrupt.
 * Return: only to be compared with others; NULL if there is no such LUN.
 */
const void *vscsis_lun_device(struct vscsis_session *sess, u32 n)
{
	const void *dev = NULL;
	struct se_dev_entry *deve;
	struct se_lun *lun;

	rcu_read_lock();
	hlist_for_each_entry_rcu(deve, &sess->se_sess->se_node_acl->lun_entry_hlist, link) {
		if (deve->mapped_lun != n)
			continue;
		lun = READ_ONCE(deve->se_lun);
		if (lun)
			dev = rcu_access_pointer(lun->lun_se_dev);
		break;
	}
	rcu_read_unlock();
	return dev;
}

/**
 * vscsis_lun_populated() - has a target any LUN this client sees?
 * @sess:	its session
 * @target:	the target
 *
 * Context: any but hard interrupt.
 * Return: true if it has.
 */
bool vscsis_lun_populated(struct vscsis_session *sess, int target)
{
	struct se_dev_entry *deve;
	bool found = false;

	if (target < 0)
		return false;
	rcu_read_lock();
	hlist_for_each_entry_rcu(deve, &sess->se_sess->se_node_acl->lun_entry_hlist, link) {
		if (vscsis_lun_visible(sess, deve) &&
		    vscsis_lun_target(sess->lun_form, deve->mapped_lun) == target) {
			found = true;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/**
 * vscsis_lun_report() - parameter data of REPORT LUNS
 * @sess:	the session
 * @addr:	where the command went: one target, or the whole adapter
 * @buf:	result, from its 9th byte on; the first 8 are the header
 * @size:	bytes in @buf, at least 8
 *
 * Context: any but hard interrupt.
 * Return: bytes there are, which may be more than @size.
 */
u32 vscsis_lun_report(struct vscsis_session *sess, const struct vscsis_address *addr,
		      u8 *buf, u32 size)
{
	struct se_dev_entry *deve;
	u32 len = 8;

	memset(buf, 0, size);
	rcu_read_lock();
	hlist_for_each_entry_rcu(deve, &sess->se_sess->se_node_acl->lun_entry_hlist, link) {
		if (!vscsis_lun_visible(sess, deve))
			continue;
		if (!addr->device &&
		    vscsis_lun_target(sess->lun_form, deve->mapped_lun) != addr->target)
			continue;
		if (len + 8 <= size && addr->device)
			vscsis_lun_encode(sess->lun_form, deve->mapped_lun, buf + len);
		else if (len + 8 <= size)
			vscsis_lun_encode_at_target(sess->lun_form, deve->mapped_lun,
						    buf + len);
		len += 8;
	}
	rcu_read_unlock();
	put_unaligned_be32(len - 8, buf);
	return len;
}
