// SPDX-License-Identifier: GPL-2.0
/*
 * The data of a command: the backstore moves it straight from or to the client's pages,
 * which are mapped, or it is copied between them and memory of our window, where the
 * backstore finds it, or between them and pages of the target core.
 */
#include <linux/delay.h>
#include <linux/slab.h>
#include <scsi/scsi_common.h>
#include <target/target_core_backend.h>

#include "ibmvscsis.h"
#include "trace.h"

/* Elements of the target core's list that are in our window at once, per command */
#define VSCSIS_COPY_BATCH	32
/* How long to wait for room in it, in rounds of a fraction of a millisecond */
#define VSCSIS_ROOM_ROUNDS	20000

/* ---- descriptors ---- */

/* Fetch a table that is not in the information unit. */
static int vscsis_data_table(struct vscsis_cmd *cmd)
{
	size_t size = cmd->req.ndesc * sizeof(struct srp_direct_buf);
	struct vscsis_adapter *v = cmd->sess->adapter;
	struct crq_adapter *a = v->crq;
	struct srp_direct_buf *table;
	int ret = -ENOMEM;
	u64 ioba;

	table = kmalloc(size, GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	if (a->hv->map(a, table, size, DMA_FROM_DEVICE, &ioba))
		goto out;
	ret = vscsis_fetch(v, cmd->req.table, ioba, size) ? -EIO : 0;
	a->hv->unmap(a, ioba, size, DMA_FROM_DEVICE);
	if (!ret)
		ret = vscsis_load_desc(table, cmd->req.ndesc, cmd->req.data_len, cmd->desc);
out:
	kfree(table);
	return ret;
}

/**
 * vscsis_data_load() - take the command's descriptors
 * @cmd:	the command, parsed
 *
 * Context: may sleep.
 * Return: 0; -EINVAL if they are wrong, -EIO if they cannot be read, -ENOMEM.
 */
int vscsis_data_load(struct vscsis_cmd *cmd)
{
	u32 n = cmd->req.ndesc;
	int ret;

	cmd->desc = cmd->inline_desc;
	if (!n)
		return 0;
	if (n > VSCSIS_INLINE_DESC) {
		cmd->desc = kmalloc_array(n, sizeof(*cmd->desc), GFP_KERNEL);
		if (!cmd->desc)
			return -ENOMEM;
	}
	if (cmd->req.external)
		ret = vscsis_data_table(cmd);
	else
		ret = vscsis_load_desc(cmd->req.desc, n, cmd->req.data_len, cmd->desc);
	if (ret < 0)
		return ret;
	cmd->ndesc = ret;
	return 0;
}

/**
 * vscsis_data_free() - undo vscsis_data_load()
 * @cmd:	the command
 *
 * Context: any.
 */
void vscsis_data_free(struct vscsis_cmd *cmd)
{
	if (cmd->desc != cmd->inline_desc)
		kfree(cmd->desc);
	cmd->desc = NULL;
	cmd->ndesc = 0;
}

/* ---- memory the backstore uses ---- */

static u32 vscsis_desc_pages(const struct vscsis_desc *d)
{
	return DIV_ROUND_UP((d->ioba & PAPR_TCE_MASK) + d->len, PAPR_TCE_SIZE);
}

/* Does the target core take a foreign scatterlist: all of the data and no more? */
static bool vscsis_data_plain(const struct vscsis_cmd *cmd)
{
	const struct se_cmd *se_cmd = &cmd->se_cmd;

	return cmd->ndesc && (se_cmd->se_cmd_flags & SCF_SCSI_DATA_CDB) &&
	       !(se_cmd->se_cmd_flags & (SCF_COMPARE_AND_WRITE | SCF_OVERFLOW_BIT |
					 SCF_UNDERFLOW_BIT | SCF_BIDI)) &&
	       se_cmd->prot_op == TARGET_PROT_NORMAL &&
	       se_cmd->data_length == cmd->req.data_len;
}

static bool vscsis_data_passes(const struct vscsis_cmd *cmd)
{
	return cmd->se_cmd.se_dev->transport_flags & TRANSPORT_FLAG_PASSTHROUGH;
}

/*
 * The target core takes it as it is, and some of it expects whole blocks in each element:
 * "Zero copy" in Documentation/ibmvscsis.rst.
 */
static bool vscsis_data_fits(struct vscsis_cmd *cmd, u32 *pages)
{
	struct se_cmd *se_cmd = &cmd->se_cmd;
	u32 mask, i;

	if (!crq_can(cmd->sess->adapter->crq, CRQ_CAP_MAP_PARTNER))
		return false;
	mask = se_cmd->se_dev->dev_attrib.block_size - 1;
	*pages = 0;
	for (i = 0; i < cmd->ndesc; i++) {
		if ((cmd->desc[i].ioba | cmd->desc[i].len) & mask)
			return false;
		*pages += vscsis_desc_pages(&cmd->desc[i]);
	}
	/* A device behind a pass-through takes as many segments as there are pages. */
	return !vscsis_data_passes(cmd) || *pages <= se_cmd->data_length / PAPR_TCE_SIZE + 1;
}

static bool vscsis_data_sg(struct vscsis_cmd *cmd, u32 n)
{
	cmd->sg = cmd->inline_sg;
	if (n > cmd->sess->inline_sg)
		cmd->sg = kvmalloc_array(n, sizeof(*cmd->sg), GFP_KERNEL);
	if (!cmd->sg)
		return false;
	sg_init_table(cmd->sg, n);
	return true;
}

static void vscsis_data_use(struct vscsis_cmd *cmd)
{
	sg_mark_end(&cmd->sg[cmd->sg_used - 1]);
	cmd->se_cmd.t_data_sg = cmd->sg;
	cmd->se_cmd.t_data_nents = cmd->sg_used;
	cmd->se_cmd.se_cmd_flags |= SCF_PASSTHROUGH_SG_TO_MEM_NOALLOC;
}

/* The client's own pages */
static bool vscsis_data_map(struct vscsis_cmd *cmd)
{
	u64 access = cmd->req.dir == DMA_TO_DEVICE ? PAPR_TCE_READ : PAPR_TCE_WRITE;
	struct crq_adapter *a = cmd->sess->adapter->crq;
	u32 pages;
	int n;

	if (!vscsis_data_fits(cmd, &pages) || !vscsis_data_sg(cmd, pages))
		return false;
	for (; cmd->mapped < cmd->ndesc; cmd->mapped++) {
		const struct vscsis_desc *d = &cmd->desc[cmd->mapped];

		n = a->hv->map_partner(a, d->ioba, d->len, access, cmd->sg + cmd->sg_used,
				       pages - cmd->sg_used);
		if (n < 0) {
			/* Copying finds out what is wrong. */
			vscsis_data_unplace(cmd);
			return false;
		}
		cmd->sg_used += n;
	}
	/*
	 * Mapped pages stay their owner's.  But whose they are: another client could have
	 * registered before, and then the event is there now.
	 */
	if (vscsis_gone(cmd->sess->adapter)) {
		vscsis_data_unplace(cmd);
		return false;
	}
	vscsis_data_use(cmd);
	return true;
}

/*
 * Memory that is in our window already.  Not for a device behind a pass-through, which may
 * read less than was asked for: what an earlier command left there would be in the rest.
 */
static void vscsis_data_lend(struct vscsis_cmd *cmd)
{
	struct vscsis_session *sess = cmd->sess;
	u32 len = cmd->req.data_len;

	if (vscsis_data_passes(cmd))
		return;
	cmd->lent = vscsis_pool_get(sess, len, true);
	if (cmd->lent < 0)
		return;
	cmd->sg = cmd->inline_sg;
	sg_init_one(cmd->sg, sess->pool + cmd->lent, len);
	cmd->sg_used = 1;
	vscsis_data_use(cmd);
}

/**
 * vscsis_data_place() - say where the backstore moves the data from or to
 * @cmd:	the command, between target_submit_prep() and target_submit()
 *
 * That is the client's memory or some of our window, if it can be; else the target core
 * gets memory, and the data is copied between that and the window.
 *
 * Context: may sleep.
 */
void vscsis_data_place(struct vscsis_cmd *cmd)
{
	if (vscsis_data_plain(cmd) && !vscsis_data_map(cmd))
		vscsis_data_lend(cmd);
}

/**
 * vscsis_data_unplace() - undo vscsis_data_place()
 * @cmd:	the command, which the target core has released
 *
 * Context: any.
 */
void vscsis_data_unplace(struct vscsis_cmd *cmd)
{
	struct crq_adapter *a = cmd->sess->adapter->crq;

	while (cmd->mapped) {
		const struct vscsis_desc *d = &cmd->desc[--cmd->mapped];

		a->hv->unmap_partner(a, d->ioba, d->len);
	}
	if (cmd->lent >= 0)
		vscsis_pool_put(cmd->sess, cmd->lent, cmd->req.data_len);
	cmd->lent = -1;
	if (cmd->sg != cmd->inline_sg)
		kvfree(cmd->sg);
	cmd->sg = NULL;
	cmd->sg_used = 0;
}

/* ---- whose memory it is ---- */

/**
 * vscsis_hold_client() - keep the client from being replaced by another
 * @v:		the adapter
 * @ioba:	any address of the client's
 *
 * Its H_FREE_CRQ does not end while a page is mapped.  Whether it had been replaced before
 * is to be asked afterwards: vscsis_gone().  Where the firmware below cannot map, there is
 * an instant between that question and the call that moves the bytes.
 *
 * Context: any.
 * Return: whether vscsis_release_client() is due.
 */
bool vscsis_hold_client(struct vscsis_adapter *v, u64 ioba)
{
	struct crq_adapter *a = v->crq;
	struct scatterlist sg;

	if (!crq_can(a, CRQ_CAP_MAP_PARTNER))
		return false;
	sg_init_table(&sg, 1);
	return a->hv->map_partner(a, ioba, 1, PAPR_TCE_READ, &sg, 1) == 1 ||
	       a->hv->map_partner(a, ioba, 1, PAPR_TCE_WRITE, &sg, 1) == 1;
}

/**
 * vscsis_release_client() - undo vscsis_hold_client()
 * @v:		the adapter
 * @ioba:	as then
 *
 * Context: any.
 */
void vscsis_release_client(struct vscsis_adapter *v, u64 ioba)
{
	v->crq->hv->unmap_partner(v->crq, ioba, 1);
}

/* ---- copies ---- */

/* A place in the client's memory */
struct vscsis_place {
	const struct vscsis_desc *desc;
	u32 off;
};

/* @len bytes at @ioba of the own window, from or to the client */
static long vscsis_copy_piece(struct vscsis_adapter *v, u64 ioba, u32 len,
			      struct vscsis_place *at, bool to_client)
{
	while (len) {
		u32 n = min(len, at->desc->len - at->off);
		u64 remote = at->desc->ioba + at->off;
		long rc;

		/* Another client's memory may be there by now. */
		if (vscsis_gone(v))
			return PAPR_H_CLOSED;

		rc = to_client ? vscsis_store(v, ioba, remote, n) :
				 vscsis_fetch(v, remote, ioba, n);
		if (rc)
			return rc;
		ioba += n;
		len -= n;
		at->off += n;
		if (at->off == at->desc->len) {
			at->desc++;
			at->off = 0;
		}
	}
	return 0;
}

/*
 * Our window is shared by all commands: room comes when others have copied.  Meanwhile, and
 * where there never is as much, fewer elements may find some: *@n is how many did.
 */
static int vscsis_copy_map(struct vscsis_adapter *v, struct scatterlist *sgl, int *n,
			   enum dma_data_direction dir)
{
	struct crq_adapter *a = v->crq;
	int round, ret = -ENOMEM;

	for (round = 0; round < VSCSIS_ROOM_ROUNDS; round++) {
		ret = a->hv->map_sg(a, sgl, *n, dir);
		if (ret != -ENOMEM)
			break;
		if (*n > 1)
			*n /= 2;
		else
			usleep_range(100, 500);
	}
	return ret;
}

/* Some elements, up to *@n, which is then how many; *@len bytes are still to be moved. */
static int vscsis_copy_batch(struct vscsis_adapter *v, struct scatterlist *sgl, int *n,
			     u32 *len, struct vscsis_place *at, bool to_client)
{
	enum dma_data_direction dir = to_client ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
	struct scatterlist *sg;
	int i, mapped;
	long rc = 0;

	mapped = vscsis_copy_map(v, sgl, n, dir);
	if (mapped < 0)
		return mapped;
	for_each_sg(sgl, sg, mapped, i) {
		u32 piece = min(*len, sg_dma_len(sg));

		rc = vscsis_copy_piece(v, sg_dma_address(sg), piece, at, to_client);
		if (rc)
			break;
		*len -= piece;
	}
	v->crq->hv->unmap_sg(v->crq, sgl, *n, dir);
	return rc ? -EIO : 0;
}

static u64 vscsis_sg_len(struct scatterlist *sgl, u32 nents)
{
	struct scatterlist *sg;
	u64 len = 0;
	u32 i;

	for_each_sg(sgl, sg, nents, i)
		len += sg->length;
	return len;
}

/* Where the backstore uses memory of our window */
static int vscsis_copy_lent(struct vscsis_cmd *cmd, u32 *left, bool to_client)
{
	struct vscsis_place at = { .desc = cmd->desc };
	struct vscsis_session *sess = cmd->sess;

	if (vscsis_copy_piece(sess->adapter, sess->pool_ioba + cmd->lent, *left, &at, to_client))
		return -EIO;
	*left = 0;
	return 0;
}

/* All of it, by way of a piece of the pool; @left bytes are then still to be moved. */
static int vscsis_copy_pooled(struct vscsis_cmd *cmd, int where, struct scatterlist *sgl,
			      u32 nents, u32 *left, bool to_client)
{
	struct vscsis_place at = { .desc = cmd->desc };
	struct vscsis_session *sess = cmd->sess;
	u8 *buf = sess->pool + where;
	u32 len;

	/* What the target core has no room for is not moved. */
	len = to_client ? sg_copy_to_buffer(sgl, nents, buf, *left) :
			  min_t(u64, *left, vscsis_sg_len(sgl, nents));
	if (vscsis_copy_piece(sess->adapter, sess->pool_ioba + where, len, &at, to_client))
		return -EIO;
	if (!to_client)
		sg_copy_from_buffer(sgl, nents, buf, len);
	*left -= len;
	return 0;
}

/* Piece by piece, each mapped for the time. */
static int vscsis_copy_mapped(struct vscsis_cmd *cmd, struct scatterlist *sgl, u32 nents,
			      u32 *left, bool to_client)
{
	struct vscsis_place at = { .desc = cmd->desc };
	int ret = 0;

	while (*left && nents && !ret) {
		int i, n = min_t(u32, nents, VSCSIS_COPY_BATCH);

		ret = vscsis_copy_batch(cmd->sess->adapter, sgl, &n, left, &at, to_client);
		nents -= n;
		for (i = 0; i < n && nents; i++)
			sgl = sg_next(sgl);
	}
	return ret;
}

/**
 * vscsis_data_copy() - move a command's data
 * @cmd:	the command
 * @sgl:	our side
 * @nents:	elements there
 * @len:	bytes; no more than the client has room for are moved
 * @to_client:	direction
 *
 * Context: may sleep.
 * Return: 0; -EIO if the client's memory could not be reached; -ENOMEM if there was no
 * room in our own window for long.
 */
int vscsis_data_copy(struct vscsis_cmd *cmd, struct scatterlist *sgl, u32 nents, u32 len,
		     bool to_client)
{
	struct vscsis_adapter *v = cmd->sess->adapter;
	u32 left = min(len, cmd->req.data_len), done = left;
	bool held = vscsis_hold_client(v, cmd->ioba);
	int ret, pooled = -1;

	if (cmd->lent < 0)
		pooled = vscsis_pool_get(cmd->sess, left, false);
	if (cmd->lent >= 0)
		ret = vscsis_copy_lent(cmd, &left, to_client);
	else if (pooled >= 0)
		ret = vscsis_copy_pooled(cmd, pooled, sgl, nents, &left, to_client);
	else
		ret = vscsis_copy_mapped(cmd, sgl, nents, &left, to_client);
	if (pooled >= 0)
		vscsis_pool_put(cmd->sess, pooled, done);
	if (held)
		vscsis_release_client(v, cmd->ioba);
	done -= left;
	vscsis_count(v, VSCSIS_STAT_COPIED, done);
	trace_vscsis_copy(v, cmd, done, to_client, ret);
	return ret;
}
