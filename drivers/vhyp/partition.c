// SPDX-License-Identifier: GPL-2.0
/* Partitions: names, numbers, identity, and the test hook on their calls. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/slab.h>

#include "vhyp_internal.h"

/* PAPR partition numbers fit 16 bits; 0 is nobody. */
#define VHYP_PARTITION_MAX	0xffff

static LIST_HEAD(vhyp_partitions);	/* under vhyp_lock */

DEFINE_STATIC_KEY_FALSE(vhyp_hooks_used);

/* Who else has this number?  Under vhyp_lock. */
static struct vhyp_partition *vhyp_partition_by_id(u32 id)
{
	struct vhyp_partition *part;

	lockdep_assert_held(&vhyp_lock);
	list_for_each_entry(part, &vhyp_partitions, node)
		if (part->id == id)
			return part;
	return NULL;
}

/* Under vhyp_lock. */
struct vhyp_partition *vhyp_partition_find(const char *name)
{
	struct vhyp_partition *part;

	lockdep_assert_held(&vhyp_lock);
	list_for_each_entry(part, &vhyp_partitions, node)
		if (!strcmp(part->name, name))
			return part;
	return NULL;
}

static u32 vhyp_partition_free_id(void)
{
	u32 id = 1;

	while (id <= VHYP_PARTITION_MAX && vhyp_partition_by_id(id))
		id++;
	return id;
}

/**
 * vhyp_partition_create() - make a partition
 * @name:	its name, unique
 * @id:		its number, unique; 0 for the lowest that is free
 * @uuid:	its identity; NULL for a random one
 *
 * Context: may sleep.
 * Return: the partition or an error pointer: -EEXIST, -EINVAL, -ENAMETOOLONG, -ENOMEM.
 */
struct vhyp_partition *vhyp_partition_create(const char *name, u32 id, const uuid_t *uuid)
{
	struct vhyp_partition *part;
	int ret;

	part = kzalloc(sizeof(*part), GFP_KERNEL);
	if (!part)
		return ERR_PTR(-ENOMEM);
	if (strscpy(part->name, name, sizeof(part->name)) < 0) {
		kfree(part);
		return ERR_PTR(-ENAMETOOLONG);
	}
	raw_spin_lock_init(&part->inject_lock);
	init_completion(&part->ready);
	if (uuid)
		uuid_copy(&part->uuid, uuid);
	else
		uuid_gen(&part->uuid);

	mutex_lock(&vhyp_lock);
	part->id = id ?: vhyp_partition_free_id();
	if (part->id > VHYP_PARTITION_MAX)
		ret = -EINVAL;
	else if (vhyp_partition_by_id(part->id) || vhyp_partition_find(name))
		ret = -EEXIST;
	else
		ret = 0;
	if (!ret)
		list_add_tail(&part->node, &vhyp_partitions);
	mutex_unlock(&vhyp_lock);
	if (ret) {
		kfree(part);
		return ERR_PTR(ret);
	}
	return part;
}
EXPORT_SYMBOL_GPL(vhyp_partition_create);

/**
 * vhyp_partition_destroy() - undo vhyp_partition_create()
 * @part:	the partition, of which no pair is left
 *
 * Context: may sleep.
 */
void vhyp_partition_destroy(struct vhyp_partition *part)
{
	mutex_lock(&vhyp_lock);
	WARN_ON(part->users);
	list_del(&part->node);
	mutex_unlock(&vhyp_lock);
	kfree(part);
}
EXPORT_SYMBOL_GPL(vhyp_partition_destroy);

/**
 * vhyp_partition_id() - number of a partition
 * @part:	the partition
 *
 * Context: any.
 * Return: the number.
 */
u32 vhyp_partition_id(const struct vhyp_partition *part)
{
	return part->id;
}
EXPORT_SYMBOL_GPL(vhyp_partition_id);

/**
 * vhyp_partition_name() - name of a partition
 * @part:	the partition
 *
 * Context: any.
 * Return: the name; it stays while the partition does.
 */
const char *vhyp_partition_name(const struct vhyp_partition *part)
{
	return part->name;
}
EXPORT_SYMBOL_GPL(vhyp_partition_name);

/* Change the number: -EBUSY once a pair names the partition, -EEXIST, -EINVAL. */
int vhyp_partition_set_id(struct vhyp_partition *part, u32 id)
{
	struct vhyp_partition *other;
	int ret = 0;

	if (!id || id > VHYP_PARTITION_MAX)
		return -EINVAL;
	mutex_lock(&vhyp_lock);
	other = vhyp_partition_by_id(id);
	if (part->users)
		ret = -EBUSY;
	else if (other && other != part)
		ret = -EEXIST;
	else
		part->id = id;
	mutex_unlock(&vhyp_lock);
	return ret;
}

/* Change the identity: -EBUSY once a pair names the partition. */
int vhyp_partition_set_uuid(struct vhyp_partition *part, const uuid_t *uuid)
{
	int ret = 0;

	mutex_lock(&vhyp_lock);
	if (part->users)
		ret = -EBUSY;
	else
		uuid_copy(&part->uuid, uuid);
	mutex_unlock(&vhyp_lock);
	return ret;
}

/**
 * vhyp_partition_inject() - test hook: decide what a partition's calls answer
 * @part:	the partition
 * @opcode:	the call
 * @rc:		its answer; the call itself is not carried out
 * @count:	how many times; 0 takes the hook away
 *
 * Context: may sleep.
 * Return: 0, or -EINVAL if there is no such call.
 */
int vhyp_partition_inject(struct vhyp_partition *part, u64 opcode, long rc, u32 count)
{
	unsigned long flags;

	if (!vhyp_hcall_name(opcode))
		return -EINVAL;
	static_branch_enable(&vhyp_hooks_used);
	raw_spin_lock_irqsave(&part->inject_lock, flags);
	part->inject[opcode / 4].rc = rc;
	part->inject[opcode / 4].count = count;
	raw_spin_unlock_irqrestore(&part->inject_lock, flags);
	return 0;
}
EXPORT_SYMBOL_GPL(vhyp_partition_inject);

/* Is this call to be answered by the test hook?  Any context. */
bool vhyp_partition_injected(struct vhyp_partition *part, u64 opcode, long *rc)
{
	struct vhyp_inject *inject = &part->inject[opcode / 4];
	unsigned long flags;
	bool hit;

	raw_spin_lock_irqsave(&part->inject_lock, flags);
	hit = inject->count > 0;
	if (hit) {
		inject->count--;
		*rc = inject->rc;
	}
	raw_spin_unlock_irqrestore(&part->inject_lock, flags);
	return hit;
}
