// SPDX-License-Identifier: GPL-2.0
/*
 * Adapter pairs: their life, and how a call finds an adapter by what the partition
 * names: a unit address, or the LIOBN of a window.
 *
 * A call looks up under RCU; a pair that goes is taken out of the tables first, its
 * memory freed a grace period later.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/hashtable.h>
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "vhyp_internal.h"

#define VHYP_HASH_BITS		8
/* LIOBNs look as on PowerVM; each pair has three. */
#define VHYP_LIOBN_FIRST	0x10000000
#define VHYP_LIOBNS		4
#define VHYP_PAIRS_MAX		0x10000

static DEFINE_HASHTABLE(vhyp_units, VHYP_HASH_BITS);	/* written under vhyp_lock */
static DEFINE_HASHTABLE(vhyp_liobns, VHYP_HASH_BITS);	/* written under vhyp_lock */
static DEFINE_HASHTABLE(vhyp_remotes, VHYP_HASH_BITS);	/* written under vhyp_lock */
static DEFINE_IDA(vhyp_indexes);
LIST_HEAD(vhyp_pairs);

/* All windows' locks are of one class; see the order in vhyp_internal.h. */
static struct lock_class_key vhyp_pair_lock_key;

/* Adapter of a partition by unit address, NULL if there is none.  RCU read side. */
struct vhyp_adapter *vhyp_find_unit(struct vhyp_partition *part, u64 unit)
{
	struct vhyp_adapter *a;

	if (unit > U32_MAX)
		return NULL;
	hash_for_each_possible_rcu(vhyp_units, a, unit_node, (u32)unit)
		if (a->unit == unit && a->partition == part)
			return a;
	return NULL;
}

/*
 * Adapter of a partition that has this LIOBN, as its own window or (@remote) as its
 * partner's.  NULL if there is none.  RCU read side.
 */
struct vhyp_adapter *vhyp_find_liobn(struct vhyp_partition *part, u64 liobn, bool *remote)
{
	struct vhyp_adapter *a;

	if (liobn > U32_MAX)
		return NULL;
	*remote = false;
	hash_for_each_possible_rcu(vhyp_liobns, a, liobn_node, (u32)liobn)
		if (a->liobn == liobn && a->partition == part)
			return a;
	*remote = true;
	hash_for_each_possible_rcu(vhyp_remotes, a, remote_node, (u32)liobn)
		if (a->remote_liobn == liobn && a->partition == part)
			return a;
	return NULL;
}

/* The other end, NULL if nobody is authorised to be it. */
struct vhyp_adapter *vhyp_partner(struct vhyp_adapter *a)
{
	struct vhyp_adapter *other = &a->pair->end[a->end == VHYP_SERVER ? VHYP_CLIENT :
								      VHYP_SERVER];

	return other->partition ? other : NULL;
}

/* Is the client's window to be open to the server?  Under the pair's lock. */
void vhyp_pair_update(struct vhyp_pair *pair)
{
	struct vhyp_adapter *server = &pair->end[VHYP_SERVER];
	struct vhyp_adapter *client = &pair->end[VHYP_CLIENT];

	lockdep_assert_held(&pair->lock);
	vhyp_window_open(&client->window, server->queue.state == VHYP_CRQ_OPEN &&
			 client->queue.state == VHYP_CRQ_OPEN &&
			 !READ_ONCE(client->partition->suspended));
}

/* Has another pair's end of the same partition this unit address? */
static bool vhyp_unit_taken(struct vhyp_partition *part, u32 unit, const struct vhyp_pair *self)
{
	struct vhyp_pair *pair;
	int end;

	list_for_each_entry(pair, &vhyp_pairs, node)
		for (end = 0; end < VHYP_ENDS; end++)
			if (pair != self && pair->end[end].partition == part &&
			    pair->end[end].unit == unit)
				return true;
	return false;
}

/* Would a pair of this configuration be right?  Under vhyp_lock.  0 or an errno. */
int vhyp_pair_check(const struct vhyp_pair_config *cfg, const struct vhyp_pair *self)
{
	struct vhyp_partition *const *part = cfg->partition;
	int end;

	lockdep_assert_held(&vhyp_lock);
	if (!part[VHYP_SERVER] || !cfg->door)
		return -EINVAL;
	if (!cfg->window_size || cfg->window_size & PAPR_TCE_MASK ||
	    cfg->window_size > VHYP_WINDOW_MAX)
		return -EINVAL;
	if (!cfg->max_rdma || cfg->max_rdma & PAPR_TCE_MASK || cfg->max_rdma > VHYP_RDMA_MAX)
		return -EINVAL;
	for (end = 0; end < VHYP_ENDS; end++) {
		if (!part[end])
			continue;
		if (!cfg->unit[end])
			return -EINVAL;
		if (vhyp_unit_taken(part[end], cfg->unit[end], self))
			return -EEXIST;
	}
	if (part[VHYP_SERVER] == part[VHYP_CLIENT] &&
	    cfg->unit[VHYP_SERVER] == cfg->unit[VHYP_CLIENT])
		return -EEXIST;
	return 0;
}

static void vhyp_adapter_hash(struct vhyp_adapter *a)
{
	hash_add_rcu(vhyp_units, &a->unit_node, a->unit);
	hash_add_rcu(vhyp_liobns, &a->liobn_node, a->liobn);
	if (a->remote_liobn)
		hash_add_rcu(vhyp_remotes, &a->remote_node, a->remote_liobn);
}

static void vhyp_adapter_unhash(struct vhyp_adapter *a)
{
	if (a->remote_liobn)
		hash_del_rcu(&a->remote_node);
	hash_del_rcu(&a->liobn_node);
	hash_del_rcu(&a->unit_node);
}

static int vhyp_adapter_init(struct vhyp_pair *pair, enum vhyp_end end)
{
	struct vhyp_adapter *a = &pair->end[end];
	u32 liobn = VHYP_LIOBN_FIRST + pair->index * VHYP_LIOBNS;

	a->pair = pair;
	a->end = end;
	a->partition = pair->cfg.partition[end];
	if (!a->partition)
		return 0;
	a->unit = pair->cfg.unit[end];
	a->liobn = liobn + (end == VHYP_SERVER ? 0 : 2);
	a->remote_liobn = end == VHYP_SERVER ? liobn + 1 : 0;
	snprintf(a->loc, sizeof(a->loc), "U9080.VIO.0000001-V%u-C%u", a->partition->id,
		 a->unit & 0xffff);
	return vhyp_window_init(&a->window, pair->cfg.window_size);
}

/* Give back the memory of a pair that nobody knows (any more). */
void vhyp_pair_free(struct vhyp_pair *pair)
{
	vhyp_window_exit(&pair->end[VHYP_CLIENT].window);
	vhyp_window_exit(&pair->end[VHYP_SERVER].window);
	ida_free(&vhyp_indexes, pair->index);
	kfree(pair);
}

/* Memory of a pair, not yet known to anybody */
static struct vhyp_pair *vhyp_pair_alloc(const struct vhyp_pair_config *cfg)
{
	struct vhyp_pair *pair;
	int ret;

	pair = kzalloc(sizeof(*pair), GFP_KERNEL);
	if (!pair)
		return ERR_PTR(-ENOMEM);
	pair->cfg = *cfg;
	pair->cfg.map = cfg->map && cfg->door->map;
	raw_spin_lock_init(&pair->lock);
	lockdep_set_class(&pair->lock, &vhyp_pair_lock_key);
	pair->index = ida_alloc_max(&vhyp_indexes, VHYP_PAIRS_MAX - 1, GFP_KERNEL);
	if (pair->index < 0) {
		ret = pair->index;
		kfree(pair);
		return ERR_PTR(ret);
	}
	ret = vhyp_adapter_init(pair, VHYP_SERVER);
	if (!ret)
		ret = vhyp_adapter_init(pair, VHYP_CLIENT);
	if (ret) {
		vhyp_pair_free(pair);
		return ERR_PTR(ret);
	}
	return pair;
}

/* Into the tables: calls find it from now on. */
static int vhyp_pair_publish(struct vhyp_pair *pair)
{
	int end, ret;

	mutex_lock(&vhyp_lock);
	ret = vhyp_pair_check(&pair->cfg, pair);
	if (!ret) {
		for (end = 0; end < VHYP_ENDS; end++) {
			if (!pair->end[end].partition)
				continue;
			pair->end[end].partition->users++;
			vhyp_adapter_hash(&pair->end[end]);
		}
		list_add_tail(&pair->node, &vhyp_pairs);
	}
	mutex_unlock(&vhyp_lock);
	return ret;
}

/* Out of the tables: no call is in the pair when this returns. */
static void vhyp_pair_unpublish(struct vhyp_pair *pair)
{
	int end;

	mutex_lock(&vhyp_lock);
	list_del(&pair->node);
	for (end = 0; end < VHYP_ENDS; end++) {
		if (!pair->end[end].partition)
			continue;
		vhyp_adapter_unhash(&pair->end[end]);
		pair->end[end].partition->users--;
	}
	mutex_unlock(&vhyp_lock);
	synchronize_rcu();
}

/**
 * vhyp_pair_create() - make a pair, and its adapters behind the door
 * @cfg:	what it is to be; copied.  Partitions and door must outlive the pair.
 *
 * Context: may sleep; drivers are probed before it returns.
 * Return: the pair or an error pointer: -EINVAL, -EEXIST (unit address), -ENOMEM,
 * -ENOSPC (pairs), or what the door answers, e.g. -EOPNOTSUPP.
 */
struct vhyp_pair *vhyp_pair_create(const struct vhyp_pair_config *cfg)
{
	const struct vhyp_door *door = cfg->door;
	struct vhyp_pair *pair;
	int end, ret;

	mutex_lock(&vhyp_lock);
	ret = vhyp_pair_check(cfg, NULL);
	mutex_unlock(&vhyp_lock);
	if (ret)
		return ERR_PTR(ret);
	/* A pair made by a module must not outlive the door's functions. */
	if (!try_module_get(door->owner))
		return ERR_PTR(-ENODEV);
	pair = vhyp_pair_alloc(cfg);
	if (IS_ERR(pair)) {
		module_put(door->owner);
		return pair;
	}
	ret = vhyp_pair_publish(pair);
	if (ret)
		goto out_free;
	for (end = 0; end < VHYP_ENDS; end++) {
		if (!pair->end[end].partition)
			continue;
		ret = door->attach(&pair->end[end]);
		if (ret)
			goto out_detach;
	}
	return pair;

out_detach:
	while (end-- > 0)
		if (pair->end[end].partition)
			door->detach(&pair->end[end]);
	vhyp_pair_unpublish(pair);
out_free:
	vhyp_pair_free(pair);
	module_put(door->owner);
	return ERR_PTR(ret);
}
EXPORT_SYMBOL_GPL(vhyp_pair_create);

/*
 * The first half of vhyp_pair_destroy(): the adapters go, the client's first, so that
 * its server hears of it; what there is to read of the pair can still be read.
 */
void vhyp_pair_detach(struct vhyp_pair *pair)
{
	int end;

	for (end = VHYP_ENDS; end-- > 0;)
		if (pair->end[end].partition)
			pair->cfg.door->detach(&pair->end[end]);
	vhyp_pair_unpublish(pair);
	WARN_ON(pair->maps);
	module_put(pair->cfg.door->owner);
}

/**
 * vhyp_pair_destroy() - undo vhyp_pair_create()
 * @pair:	the pair, which nobody holds
 *
 * Context: may sleep; drivers are unbound before it returns.
 */
void vhyp_pair_destroy(struct vhyp_pair *pair)
{
	vhyp_pair_detach(pair);
	vhyp_pair_free(pair);
}
EXPORT_SYMBOL_GPL(vhyp_pair_destroy);

/**
 * vhyp_pair_end() - an adapter of a pair
 * @pair:	the pair
 * @end:	which
 *
 * Context: any.
 * Return: the adapter, NULL if the pair has no client.
 */
struct vhyp_adapter *vhyp_pair_end(struct vhyp_pair *pair, enum vhyp_end end)
{
	return pair->end[end].partition ? &pair->end[end] : NULL;
}
EXPORT_SYMBOL_GPL(vhyp_pair_end);

/**
 * vhyp_adapter_partition() - owner of an adapter
 * @a:	the adapter
 *
 * Context: any.
 * Return: the partition.
 */
struct vhyp_partition *vhyp_adapter_partition(const struct vhyp_adapter *a)
{
	return a->partition;
}
EXPORT_SYMBOL_GPL(vhyp_adapter_partition);

/**
 * vhyp_adapter_partner() - the other end
 * @a:	the adapter
 *
 * Context: any.
 * Return: the other end; NULL if there is none.
 */
struct vhyp_adapter *vhyp_adapter_partner(const struct vhyp_adapter *a)
{
	return vhyp_partner((struct vhyp_adapter *)a);
}
EXPORT_SYMBOL_GPL(vhyp_adapter_partner);

/**
 * vhyp_adapter_is_server() - which end is it?
 * @a:	the adapter
 *
 * Context: any.
 * Return: true for the server's, false for the client's.
 */
bool vhyp_adapter_is_server(const struct vhyp_adapter *a)
{
	return a->end == VHYP_SERVER;
}
EXPORT_SYMBOL_GPL(vhyp_adapter_is_server);

/**
 * vhyp_adapter_unit() - unit address
 * @a:	the adapter
 *
 * Context: any.
 * Return: the unit address.
 */
u32 vhyp_adapter_unit(const struct vhyp_adapter *a)
{
	return a->unit;
}
EXPORT_SYMBOL_GPL(vhyp_adapter_unit);

/**
 * vhyp_adapter_liobn() - LIOBN of the own window
 * @a:	the adapter
 *
 * Context: any.
 * Return: the number of its window.
 */
u32 vhyp_adapter_liobn(const struct vhyp_adapter *a)
{
	return a->liobn;
}
EXPORT_SYMBOL_GPL(vhyp_adapter_liobn);

/**
 * vhyp_adapter_mapped() - how much of the own window is in use
 * @a:	the adapter
 *
 * Context: any; takes as long as the window is large.
 * Return: bytes.
 */
u64 vhyp_adapter_mapped(const struct vhyp_adapter *a)
{
	return (u64)vhyp_window_used(&a->window) << PAPR_TCE_SHIFT;
}
EXPORT_SYMBOL_GPL(vhyp_adapter_mapped);

/**
 * vhyp_adapter_remote_liobn() - LIOBN of the partner's window
 * @a:	the adapter
 *
 * Context: any.
 * Return: the number; 0 for a client adapter.
 */
u32 vhyp_adapter_remote_liobn(const struct vhyp_adapter *a)
{
	return a->remote_liobn;
}
EXPORT_SYMBOL_GPL(vhyp_adapter_remote_liobn);

/**
 * vhyp_adapter_signals_on() - is the interrupt on at this moment?
 * @a:	the adapter
 *
 * Context: any.
 * Return: true if its partition is to be interrupted.
 */
bool vhyp_adapter_signals_on(const struct vhyp_adapter *a)
{
	return READ_ONCE(a->queue.signals);
}
EXPORT_SYMBOL_GPL(vhyp_adapter_signals_on);

/**
 * vhyp_adapter_set_door_data() - remember something for the door
 * @a:		the adapter
 * @data:	what
 *
 * Context: any.
 */
void vhyp_adapter_set_door_data(struct vhyp_adapter *a, void *data)
{
	a->door_data = data;
}
EXPORT_SYMBOL_GPL(vhyp_adapter_set_door_data);

/**
 * vhyp_adapter_door_data() - what vhyp_adapter_set_door_data() remembered
 * @a:	the adapter
 *
 * Context: any.
 */
void *vhyp_adapter_door_data(const struct vhyp_adapter *a)
{
	return a->door_data;
}
EXPORT_SYMBOL_GPL(vhyp_adapter_door_data);
