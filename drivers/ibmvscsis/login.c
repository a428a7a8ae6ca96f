// SPDX-License-Identifier: GPL-2.0
/*
 * SRP login: a session with the target core, named after the partner that the
 * hypervisor says there is.
 */
#include <linux/blkdev.h>
#include <linux/slab.h>
#include <asm/unaligned.h>
#include <target/target_core_backend.h>

#include "ibmvscsis.h"

#define PARTNER_INFO_SIZE	512

/*
 * Who the client is: partition and unit address, as an SRP initiator port identifier of
 * 16 bytes.  What the client says of itself does not matter.
 */
static void vscsis_partner_name(struct vscsis_adapter *v, char *name)
{
	u8 *info = v->page + VSCSIS_PAGE_PARTNER;
	struct crq_adapter *a = v->crq;
	u64 where = v->page_ioba + VSCSIS_PAGE_PARTNER;
	u64 ret[2];
	long rc;

	memset(info, 0, PARTNER_INFO_SIZE);
	rc = a->hv->vioctl(a, PAPR_GET_PARTNER_INFO, (u64)PARTNER_INFO_SIZE << 32 | where,
			   0, 0, ret);
	if (rc == PAPR_H_SUCCESS) {
		snprintf(name, VSCSIS_NAME_LEN, "%016llx%016llx", get_unaligned_be64(info),
			 get_unaligned_be64(info + 8));
		return;
	}
	/* Old firmware: one name for whoever is at the other end. */
	vscsis_err(v, "the hypervisor does not tell the partner: %ld\n", rc);
	snprintf(name, VSCSIS_NAME_LEN, "%016llx%016llx", 0ULL, (u64)a->unit_address);
}

static void vscsis_iu_free(struct vscsis_session *sess)
{
	struct crq_adapter *a = sess->adapter->crq;
	u32 i;

	for (i = 0; i < sess->chunks; i++)
		a->hv->free(a, VSCSIS_IU_CHUNK * VSCSIS_IU_SIZE, sess->iu[i].mem,
			    sess->iu[i].ioba);
	kfree(sess->iu);
}

static int vscsis_iu_alloc(struct vscsis_session *sess)
{
	struct crq_adapter *a = sess->adapter->crq;
	u32 n = DIV_ROUND_UP(sess->slots, VSCSIS_IU_CHUNK);

	sess->iu = kcalloc(n, sizeof(*sess->iu), GFP_KERNEL);
	if (!sess->iu)
		return -ENOMEM;
	for (; sess->chunks < n; sess->chunks++) {
		struct vscsis_iu_chunk *c = &sess->iu[sess->chunks];

		c->mem = a->hv->alloc(a, VSCSIS_IU_CHUNK * VSCSIS_IU_SIZE, &c->ioba,
				      GFP_KERNEL);
		if (!c->mem) {
			vscsis_iu_free(sess);
			return -ENOMEM;
		}
	}
	return 0;
}

static u64 vscsis_device_takes(const struct se_device *dev, u64 max)
{
	const struct se_dev_attrib *attrib = &dev->dev_attrib;

	if (!strcmp(dev->transport->name, "fileio"))
		return min(max, (u64)attrib->hw_max_sectors * attrib->hw_block_size);
	if (strcmp(dev->transport->name, "pscsi"))
		return max;
	max = min_t(u64, max, VSCSIS_XFER_THROUGH);
	if (attrib->hw_max_sectors)
		max = min(max, (u64)attrib->hw_max_sectors * SECTOR_SIZE);
	return max;
}

/**
 * vscsis_max_transfer() - bytes a client may move with one command
 * @v:	the adapter, with a portal group
 *
 * A command larger than the device behind a pass-through LUN takes would fail there, and one
 * larger than the target core reads from a file at a time.  Both say how many sectors that
 * are, which may be less than LoPAR's minimum; but a device does not say how many segments,
 * and pages that are not neighbours are one each.
 *
 * Context: may sleep.
 * Return: bytes.
 */
u32 vscsis_max_transfer(struct vscsis_adapter *v)
{
	struct se_portal_group *se_tpg = &v->tpg->se_tpg;
	u64 max = READ_ONCE(v->tpg->attrib.max_transfer);
	struct se_device *dev;
	struct se_lun *lun;

	mutex_lock(&se_tpg->tpg_lun_mutex);
	hlist_for_each_entry(lun, &se_tpg->tpg_lun_hlist, link) {
		dev = rcu_dereference_protected(lun->lun_se_dev,
						lockdep_is_held(&se_tpg->tpg_lun_mutex));
		if (dev)
			max = vscsis_device_takes(dev, max);
	}
	mutex_unlock(&se_tpg->tpg_lun_mutex);
	return max;
}

static struct vscsis_session *vscsis_session_alloc(struct vscsis_adapter *v)
{
	const struct vscsis_attrib *attrib = &v->tpg->attrib;
	struct vscsis_session *sess;

	sess = kzalloc(sizeof(*sess), GFP_KERNEL);
	if (!sess)
		return NULL;
	sess->adapter = v;
	sess->credits = READ_ONCE(attrib->credits);
	sess->slots = sess->credits + VSCSIS_SPARE;
	sess->inline_sg = crq_can(v->crq, CRQ_CAP_MAP_PARTNER) ? VSCSIS_INLINE_SG : 1;
	sess->cmd_size = struct_size((struct vscsis_cmd *)NULL, inline_sg, sess->inline_sg);
	sess->lun_form = READ_ONCE(attrib->lun_form);
	sess->max_transfer = vscsis_max_transfer(v);
	INIT_LIST_HEAD(&sess->active);
	INIT_LIST_HEAD(&sess->gated);
	hash_init(sess->by_tag);
	init_completion(&sess->let_go);
	vscsis_partner_name(v, sess->name);
	return sess;
}

/*
 * Who closes the sessions of an access list takes each from the list and then calls
 * vscsis_close_session(), with nothing that keeps it.  None is taken once it is stopped.
 */
static void vscsis_session_let_go(struct vscsis_session *sess)
{
	struct se_session *se_sess = sess->se_sess;
	unsigned long flags;
	bool taken;

	spin_lock_irqsave(&se_sess->se_node_acl->nacl_sess_lock, flags);
	taken = list_empty(&se_sess->sess_acl_list);
	spin_unlock_irqrestore(&se_sess->se_node_acl->nacl_sess_lock, flags);
	if (taken)
		wait_for_completion(&sess->let_go);
}

/**
 * vscsis_session_end() - undo a login
 * @sess:	the session; none of its commands is outstanding
 *
 * The client's SPC-2 reservations are released; its next command anywhere is answered
 * with the unit attention "I_T nexus loss occurred".
 *
 * Context: may sleep.
 */
void vscsis_session_end(struct vscsis_session *sess)
{
	struct se_session *se_sess = sess->se_sess;

	target_stop_session(se_sess);
	vscsis_session_let_go(sess);
	target_wait_for_sess_cmds(se_sess);
	core_allocate_nexus_loss_ua(se_sess->se_node_acl);
	target_remove_session(se_sess);
	vscsis_pool_exit(sess);
	vscsis_iu_free(sess);
	kfree(sess);
}

/* -EACCES: the portal group has access lists, and none for this client */
static struct vscsis_session *vscsis_session_begin(struct vscsis_adapter *v)
{
	struct vscsis_session *sess;
	struct se_session *se_sess;
	int ret;

	sess = vscsis_session_alloc(v);
	if (!sess)
		return ERR_PTR(-ENOMEM);
	ret = -EACCES;
	if (!vscsis_tpg_allows(v->tpg, sess->name, false))
		goto err_free;
	ret = vscsis_iu_alloc(sess);
	if (ret)
		goto err_free;
	vscsis_pool_init(sess);
	se_sess = target_setup_session(&v->tpg->se_tpg, sess->slots,
				       sess->cmd_size, TARGET_PROT_NORMAL, sess->name, sess,
				       NULL);
	if (IS_ERR(se_sess)) {
		ret = PTR_ERR(se_sess);
		goto err_pool;
	}
	sess->se_sess = se_sess;
	/* Its list may have gone meanwhile; from here on that ends the session. */
	if (vscsis_tpg_allows(v->tpg, sess->name, !se_sess->se_node_acl->dynamic_node_acl))
		return sess;
	vscsis_session_end(sess);
	return ERR_PTR(-EACCES);

err_pool:
	vscsis_pool_exit(sess);
	vscsis_iu_free(sess);
err_free:
	kfree(sess);
	return ERR_PTR(ret);
}

static void vscsis_login_answer(struct vscsis_adapter *v, const struct crq_msg *msg,
				size_t len, u64 tag)
{
	if (vscsis_store(v, v->page_ioba + VSCSIS_PAGE_IU, be64_to_cpu(msg->data), len)) {
		vscsis_conn_lost(v, "answer to a login cannot be written");
		return;
	}
	vscsis_send(v, CRQ_MSG_HI(CRQ_COMMAND, VIOSRP_SRP_FORMAT, 0) | len,
		    be64_to_cpu((__force __be64)tag));
}

static void vscsis_login_reject(struct vscsis_adapter *v, const struct crq_msg *msg,
				u8 *iu, u32 reason, const char *text)
{
	u64 tag = vscsis_iu_tag(iu);

	vscsis_conn_error(v, text);
	vscsis_login_answer(v, msg, vscsis_build_login_rej(iu, tag, reason), tag);
}

/* Why there is no session */
static void vscsis_login_failed(struct vscsis_adapter *v, const struct crq_msg *msg,
				u8 *iu, int error)
{
	char name[VSCSIS_NAME_LEN], text[96];

	if (error != -EACCES) {
		vscsis_login_reject(v, msg, iu, SRP_LOGIN_REJ_INSUFFICIENT_RESOURCES,
				    "login rejected: no memory");
		return;
	}
	vscsis_partner_name(v, name);
	snprintf(text, sizeof(text), "login rejected: no access list for client %s", name);
	vscsis_login_reject(v, msg, iu, SRP_LOGIN_REJ_UNABLE_ESTABLISH_CHANNEL, text);
}

/**
 * vscsis_login() - answer an SRP_LOGIN_REQ
 * @v:		the adapter, CONNECTED
 * @msg:	the element it came with
 * @iu:		the request, in the adapter's page
 *
 * Context: the worker.
 */
void vscsis_login(struct vscsis_adapter *v, const struct crq_msg *msg, u8 *iu)
{
	u64 tag = vscsis_iu_tag(iu);
	struct vscsis_session *sess;
	u32 reason, credits;

	if (vscsis_check_login(iu, be16_to_cpu(msg->iu_length), &reason)) {
		vscsis_login_reject(v, msg, iu, reason, "login rejected: invalid request");
		return;
	}
	sess = vscsis_session_begin(v);
	if (IS_ERR(sess)) {
		vscsis_login_failed(v, msg, iu, PTR_ERR(sess));
		return;
	}
	credits = sess->credits;
	vscsis_count(v, VSCSIS_STAT_LOGINS, 1);
	/* The client may send at once when it has the response. */
	if (!vscsis_conn_serve(v, sess)) {
		vscsis_session_end(sess);
		return;
	}
	vscsis_login_answer(v, msg, vscsis_build_login_rsp(iu, tag, credits), tag);
	vscsis_adapter_fit(v);
}
