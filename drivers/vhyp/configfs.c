// SPDX-License-Identifier: GPL-2.0
/*
 * The administrator's view, documented in Documentation/ABI/testing/configfs-vhyp:
 *
 *	vhyp/partitions/<name>/{id,uuid}		"vios" is always there
 *	vhyp/partitions/<name>/test/			with the parameter test_hooks
 *	vhyp/pairs/<name>/{door,window_size,max_rdma,zero_copy,any_client,enable,...}
 *	vhyp/pairs/<name>/{server,client}/{partition,unit,location,state,...}
 *
 * A pair is configured while it is disabled.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/configfs.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "vhyp_internal.h"

#define VHYP_SERVER_PARTITION	"vios"
#define VHYP_NO_PARTITION	"none"

static bool test_hooks;
module_param(test_hooks, bool, 0444);
MODULE_PARM_DESC(test_hooks, "let partitions be suspended, killed and their calls fail, for tests (default 0)");

static struct configfs_subsystem vhyp_subsys;

/**
 * struct vhyp_part_item - a partition's directory
 * @group:	the directory
 * @test:	its subdirectory of test hooks
 * @part:	the partition
 */
struct vhyp_part_item {
	struct config_group group;
	struct config_group test;
	struct vhyp_partition *part;
};

/**
 * struct vhyp_end_item - directory of a pair's end
 * @group:	the directory
 * @end:	which
 * @owner:	partition that has it, kept by configfs_depend_item_unlocked(); or NULL
 */
struct vhyp_end_item {
	struct config_group group;
	enum vhyp_end end;
	struct vhyp_part_item *owner;
};

/**
 * struct vhyp_pair_item - a pair's directory
 * @group:	the directory
 * @end:	its two subdirectories
 * @lock:	protects all members but @holds; held while drivers come and go
 * @cfg:	what is configured; partitions are those of @end
 * @pair:	the pair while enabled, else NULL; changed with @hold_lock held too
 * @hold_lock:	protects @holds, and @pair for those who only look at it
 * @holds:	users that keep the pair; -1 while it is not enabled, or about to go
 * @node:	in vhyp_pair_items
 */
struct vhyp_pair_item {
	struct config_group group;
	struct vhyp_end_item end[VHYP_ENDS];
	struct mutex lock;	/* see above */
	struct vhyp_pair_config cfg;
	struct vhyp_pair *pair;
	spinlock_t hold_lock;	/* @holds, @pair */
	int holds;
	struct list_head node;
};

static DEFINE_MUTEX(vhyp_items_lock);	/* protects vhyp_pair_items and units in it */
static LIST_HEAD(vhyp_pair_items);

static struct vhyp_part_item *to_part(struct config_item *item)
{
	return container_of(to_config_group(item), struct vhyp_part_item, group);
}

static struct vhyp_part_item *test_to_part(struct config_item *item)
{
	return container_of(to_config_group(item), struct vhyp_part_item, test);
}

static struct vhyp_pair_item *to_pair(struct config_item *item)
{
	return container_of(to_config_group(item), struct vhyp_pair_item, group);
}

static struct vhyp_end_item *to_end(struct config_item *item)
{
	return container_of(to_config_group(item), struct vhyp_end_item, group);
}

static struct vhyp_pair_item *end_to_pair(struct vhyp_end_item *e)
{
	return container_of(e, struct vhyp_pair_item, end[e->end]);
}

/* A word without the blanks and the newline around it; -EINVAL if it does not fit. */
static int vhyp_word(const char *page, char *word, size_t size)
{
	size_t len;

	page = skip_spaces(page);
	len = strcspn(page, " \t\n");
	if (len >= size || *skip_spaces(page + len))
		return -EINVAL;
	memcpy(word, page, len);
	word[len] = '\0';
	return 0;
}

/* Bytes, with an optional K, M or G; nothing here may be larger than a window */
static int vhyp_bytes(const char *page, u64 *bytes)
{
	char *end;

	/* memparse() wraps: a number this long is too large in any unit. */
	if (*page < '0' || *page > '9' || strlen(page) > 12)
		return -EINVAL;
	*bytes = memparse(page, &end);
	if (*end == '\n')
		end++;
	return *end || *bytes > VHYP_WINDOW_MAX ? -EINVAL : 0;
}

/* ---- partitions ---- */

static ssize_t vhyp_part_id_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", to_part(item)->part->id);
}

static ssize_t vhyp_part_id_store(struct config_item *item, const char *page, size_t count)
{
	u32 id;
	int ret;

	ret = kstrtou32(page, 0, &id);
	if (!ret)
		ret = vhyp_partition_set_id(to_part(item)->part, id);
	return ret ?: count;
}
CONFIGFS_ATTR(vhyp_part_, id);

static ssize_t vhyp_part_uuid_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%pUb\n", &to_part(item)->part->uuid);
}

static ssize_t vhyp_part_uuid_store(struct config_item *item, const char *page, size_t count)
{
	char word[UUID_STRING_LEN + 1];
	uuid_t uuid;
	int ret;

	ret = vhyp_word(page, word, sizeof(word));
	if (!ret)
		ret = strlen(word) == UUID_STRING_LEN ? uuid_parse(word, &uuid) : -EINVAL;
	if (!ret)
		ret = vhyp_partition_set_uuid(to_part(item)->part, &uuid);
	return ret ?: count;
}
CONFIGFS_ATTR(vhyp_part_, uuid);

static struct configfs_attribute *vhyp_part_attrs[] = {
	&vhyp_part_attr_id,
	&vhyp_part_attr_uuid,
	NULL
};

static ssize_t vhyp_test_suspend_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", READ_ONCE(test_to_part(item)->part->suspended));
}

static ssize_t vhyp_test_suspend_store(struct config_item *item, const char *page, size_t count)
{
	struct vhyp_partition *part = test_to_part(item)->part;
	bool on;
	int ret;

	ret = kstrtobool(page, &on);
	if (!ret)
		ret = on ? vhyp_partition_suspend(part) : vhyp_partition_resume(part);
	return ret ?: count;
}
CONFIGFS_ATTR(vhyp_test_, suspend);

static ssize_t vhyp_test_kill_store(struct config_item *item, const char *page, size_t count)
{
	bool on;
	int ret;

	ret = kstrtobool(page, &on);
	if (ret || !on)
		return ret ?: -EINVAL;
	vhyp_partition_kill(test_to_part(item)->part);
	return count;
}
CONFIGFS_ATTR_WO(vhyp_test_, kill);

/* "H_SEND_CRQ 1 5": the next 5 calls of H_SEND_CRQ answer 1 */
static ssize_t vhyp_test_inject_store(struct config_item *item, const char *page, size_t count)
{
	char name[24];
	u64 opcode;
	int rc, ret;
	u32 n;

	if (sscanf(page, "%23s %d %u", name, &rc, &n) != 3)
		return -EINVAL;
	ret = vhyp_hcall_number(name, &opcode);
	if (!ret)
		ret = vhyp_partition_inject(test_to_part(item)->part, opcode, rc, n);
	return ret ?: count;
}
CONFIGFS_ATTR_WO(vhyp_test_, inject);

static struct configfs_attribute *vhyp_test_attrs[] = {
	&vhyp_test_attr_suspend,
	&vhyp_test_attr_kill,
	&vhyp_test_attr_inject,
	NULL
};

static const struct config_item_type vhyp_test_type = {
	.ct_attrs	= vhyp_test_attrs,
	.ct_owner	= THIS_MODULE,
};

static void vhyp_part_release(struct config_item *item)
{
	struct vhyp_part_item *p = to_part(item);

	vhyp_partition_destroy(p->part);
	kfree(p);
}

static struct configfs_item_operations vhyp_part_ops = {
	.release	= vhyp_part_release,
};

static const struct config_item_type vhyp_part_type = {
	.ct_item_ops	= &vhyp_part_ops,
	.ct_attrs	= vhyp_part_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct vhyp_part_item *vhyp_part_item_create(const char *name)
{
	struct vhyp_part_item *p;

	p = kzalloc(sizeof(*p), GFP_KERNEL);
	if (!p)
		return ERR_PTR(-ENOMEM);
	p->part = vhyp_partition_create(name, 0, NULL);
	if (IS_ERR(p->part)) {
		struct vhyp_partition *err = p->part;

		kfree(p);
		return ERR_CAST(err);
	}
	config_group_init_type_name(&p->group, name, &vhyp_part_type);
	if (test_hooks) {
		config_group_init_type_name(&p->test, "test", &vhyp_test_type);
		configfs_add_default_group(&p->test, &p->group);
	}
	return p;
}

static struct config_group *vhyp_parts_make(struct config_group *group, const char *name)
{
	struct vhyp_part_item *p;

	/* The word for nobody in a pair's "partition" */
	if (!strcmp(name, VHYP_NO_PARTITION))
		return ERR_PTR(-EINVAL);
	p = vhyp_part_item_create(name);
	return IS_ERR(p) ? ERR_CAST(p) : &p->group;
}

static struct configfs_group_operations vhyp_parts_ops = {
	.make_group	= vhyp_parts_make,
};

static const struct config_item_type vhyp_parts_type = {
	.ct_group_ops	= &vhyp_parts_ops,
	.ct_owner	= THIS_MODULE,
};

static struct config_group vhyp_parts_group;
static struct vhyp_part_item *vhyp_vios;	/* the default owner of server adapters */

/* ---- ends of a pair ---- */

/* Under p->lock or p->hold_lock; NULL while the pair is disabled. */
static struct vhyp_adapter *vhyp_end_adapter(struct vhyp_end_item *e)
{
	struct vhyp_pair *pair = end_to_pair(e)->pair;

	return pair ? vhyp_pair_end(pair, e->end) : NULL;
}

static ssize_t vhyp_end_partition_show(struct config_item *item, char *page)
{
	struct vhyp_end_item *e = to_end(item);
	struct vhyp_pair_item *p = end_to_pair(e);
	ssize_t ret;

	mutex_lock(&p->lock);
	ret = sysfs_emit(page, "%s\n", e->owner ? e->owner->part->name : VHYP_NO_PARTITION);
	mutex_unlock(&p->lock);
	return ret;
}

static void vhyp_end_set_owner(struct vhyp_end_item *e, struct vhyp_part_item *owner)
{
	if (e->owner)
		configfs_undepend_item(&e->owner->group.cg_item);
	e->owner = owner;
	end_to_pair(e)->cfg.partition[e->end] = owner ? owner->part : NULL;
}

/* Find a partition's directory and keep it; su_mutex keeps it from going meanwhile. */
static struct vhyp_part_item *vhyp_part_item_get(const char *name)
{
	struct config_item *item;
	int ret = -ENOENT;

	mutex_lock(&vhyp_subsys.su_mutex);
	item = config_group_find_item(&vhyp_parts_group, name);
	if (item) {
		ret = configfs_depend_item_unlocked(&vhyp_subsys, item);
		config_item_put(item);
	}
	mutex_unlock(&vhyp_subsys.su_mutex);
	return ret ? ERR_PTR(ret) : to_part(item);
}

static ssize_t vhyp_end_partition_store(struct config_item *item, const char *page,
					size_t count)
{
	struct vhyp_end_item *e = to_end(item);
	struct vhyp_pair_item *p = end_to_pair(e);
	struct vhyp_part_item *owner = NULL;
	char name[VHYP_NAME_MAX];

	if (vhyp_word(page, name, sizeof(name)))
		return -EINVAL;
	if (strcmp(name, VHYP_NO_PARTITION) && name[0]) {
		owner = vhyp_part_item_get(name);
		if (IS_ERR(owner)) {
			pr_warn("pair %s: there is no partition %s\n", p->cfg.name, name);
			return PTR_ERR(owner);
		}
	} else if (e->end == VHYP_SERVER) {
		return -EINVAL;
	}
	mutex_lock(&p->lock);
	if (p->pair) {
		mutex_unlock(&p->lock);
		if (owner)
			configfs_undepend_item(&owner->group.cg_item);
		return -EBUSY;
	}
	vhyp_end_set_owner(e, owner);
	mutex_unlock(&p->lock);
	return count;
}
CONFIGFS_ATTR(vhyp_end_, partition);

static ssize_t vhyp_end_unit_show(struct config_item *item, char *page)
{
	struct vhyp_end_item *e = to_end(item);

	return sysfs_emit(page, "%x\n", READ_ONCE(end_to_pair(e)->cfg.unit[e->end]));
}

/*
 * Which pair has this unit address?  Adapters of this host share one bus, so units are
 * unique over all partitions.  Under vhyp_items_lock.
 */
static struct vhyp_pair_item *vhyp_unit_owner(u32 unit, const struct vhyp_end_item *except)
{
	struct vhyp_pair_item *p;
	int end;

	list_for_each_entry(p, &vhyp_pair_items, node)
		for (end = 0; end < VHYP_ENDS; end++)
			if (&p->end[end] != except && p->cfg.unit[end] == unit)
				return p;
	return NULL;
}

static ssize_t vhyp_end_unit_store(struct config_item *item, const char *page, size_t count)
{
	struct vhyp_end_item *e = to_end(item);
	struct vhyp_pair_item *p = end_to_pair(e), *other;
	u32 unit;
	int ret;

	ret = kstrtou32(page, 16, &unit);
	if (ret || !unit)
		return ret ?: -EINVAL;
	mutex_lock(&p->lock);
	mutex_lock(&vhyp_items_lock);
	other = vhyp_unit_owner(unit, e);
	if (p->pair) {
		ret = -EBUSY;
	} else if (other) {
		pr_warn("pair %s: unit address %x belongs to pair %s\n", p->cfg.name, unit,
			other->cfg.name);
		ret = -EEXIST;
	} else {
		WRITE_ONCE(p->cfg.unit[e->end], unit);
	}
	mutex_unlock(&vhyp_items_lock);
	mutex_unlock(&p->lock);
	return ret ?: count;
}
CONFIGFS_ATTR(vhyp_end_, unit);

static ssize_t vhyp_end_location_show(struct config_item *item, char *page)
{
	struct vhyp_end_item *e = to_end(item);
	struct vhyp_pair_item *p = end_to_pair(e);
	struct vhyp_adapter *a;
	ssize_t ret;

	spin_lock(&p->hold_lock);
	a = vhyp_end_adapter(e);
	ret = sysfs_emit(page, "%s\n", a ? a->loc : "");
	spin_unlock(&p->hold_lock);
	return ret;
}
CONFIGFS_ATTR_RO(vhyp_end_, location);

static ssize_t vhyp_end_state_show(struct config_item *item, char *page)
{
	struct vhyp_end_item *e = to_end(item);
	struct vhyp_pair_item *p = end_to_pair(e);
	struct vhyp_adapter *a;
	ssize_t ret;

	spin_lock(&p->hold_lock);
	a = vhyp_end_adapter(e);
	ret = sysfs_emit(page, "%s\n", a ? vhyp_queue_state(a) : "disabled");
	spin_unlock(&p->hold_lock);
	return ret;
}
CONFIGFS_ATTR_RO(vhyp_end_, state);

/* One counter of a queue; 0 while the pair is disabled */
static ssize_t vhyp_end_counter(struct config_item *item, size_t offset, char *page)
{
	struct vhyp_end_item *e = to_end(item);
	struct vhyp_pair_item *p = end_to_pair(e);
	struct vhyp_adapter *a;
	u64 value = 0;

	spin_lock(&p->hold_lock);
	a = vhyp_end_adapter(e);
	if (a)
		value = READ_ONCE(*(u64 *)((void *)&a->queue + offset));
	spin_unlock(&p->hold_lock);
	return sysfs_emit(page, "%llu\n", value);
}

static ssize_t vhyp_end_received_show(struct config_item *item, char *page)
{
	return vhyp_end_counter(item, offsetof(struct vhyp_queue, received), page);
}
CONFIGFS_ATTR_RO(vhyp_end_, received);

static ssize_t vhyp_end_dropped_show(struct config_item *item, char *page)
{
	return vhyp_end_counter(item, offsetof(struct vhyp_queue, dropped), page);
}
CONFIGFS_ATTR_RO(vhyp_end_, dropped);

static ssize_t vhyp_end_events_show(struct config_item *item, char *page)
{
	return vhyp_end_counter(item, offsetof(struct vhyp_queue, events), page);
}
CONFIGFS_ATTR_RO(vhyp_end_, events);

static ssize_t vhyp_end_overwrote_show(struct config_item *item, char *page)
{
	return vhyp_end_counter(item, offsetof(struct vhyp_queue, overwrote), page);
}
CONFIGFS_ATTR_RO(vhyp_end_, overwrote);

static struct configfs_attribute *vhyp_end_attrs[] = {
	&vhyp_end_attr_partition,
	&vhyp_end_attr_unit,
	&vhyp_end_attr_location,
	&vhyp_end_attr_state,
	&vhyp_end_attr_received,
	&vhyp_end_attr_dropped,
	&vhyp_end_attr_events,
	&vhyp_end_attr_overwrote,
	NULL
};

static const struct config_item_type vhyp_end_type = {
	.ct_attrs	= vhyp_end_attrs,
	.ct_owner	= THIS_MODULE,
};

/* ---- pairs ---- */

static ssize_t vhyp_pair_door_show(struct config_item *item, char *page)
{
	struct vhyp_pair_item *p = to_pair(item);
	ssize_t ret;

	mutex_lock(&p->lock);
	ret = sysfs_emit(page, "%s\n", p->cfg.door->name);
	mutex_unlock(&p->lock);
	return ret;
}

static ssize_t vhyp_pair_door_store(struct config_item *item, const char *page, size_t count)
{
	struct vhyp_pair_item *p = to_pair(item);
	const struct vhyp_door *door;
	char name[VHYP_NAME_MAX];

	if (vhyp_word(page, name, sizeof(name)))
		return -EINVAL;
	door = vhyp_door_get(name);
	if (!door)
		return -ENOENT;
	mutex_lock(&p->lock);
	if (p->pair) {
		mutex_unlock(&p->lock);
		vhyp_door_put(door);
		return -EBUSY;
	}
	swap(door, p->cfg.door);
	mutex_unlock(&p->lock);
	vhyp_door_put(door);
	return count;
}
CONFIGFS_ATTR(vhyp_pair_, door);

/* Is this what a pair may be?  Partitions and units are judged when it is enabled. */
static int vhyp_sizes_valid(u64 window_size, u64 max_rdma)
{
	if (!window_size || window_size & PAPR_TCE_MASK || window_size > VHYP_WINDOW_MAX)
		return -EINVAL;
	if (!max_rdma || max_rdma & PAPR_TCE_MASK || max_rdma > VHYP_RDMA_MAX)
		return -EINVAL;
	return 0;
}

static ssize_t vhyp_pair_window_size_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%llu\n", READ_ONCE(to_pair(item)->cfg.window_size));
}

static ssize_t vhyp_pair_window_size_store(struct config_item *item, const char *page,
					   size_t count)
{
	struct vhyp_pair_item *p = to_pair(item);
	u64 size;
	int ret;

	ret = vhyp_bytes(page, &size);
	if (ret)
		return ret;
	mutex_lock(&p->lock);
	ret = p->pair ? -EBUSY : vhyp_sizes_valid(size, p->cfg.max_rdma);
	if (!ret)
		WRITE_ONCE(p->cfg.window_size, size);
	mutex_unlock(&p->lock);
	return ret ?: count;
}
CONFIGFS_ATTR(vhyp_pair_, window_size);

static ssize_t vhyp_pair_max_rdma_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(to_pair(item)->cfg.max_rdma));
}

static ssize_t vhyp_pair_max_rdma_store(struct config_item *item, const char *page,
					size_t count)
{
	struct vhyp_pair_item *p = to_pair(item);
	u64 max;
	int ret;

	ret = vhyp_bytes(page, &max);
	if (ret)
		return ret;
	mutex_lock(&p->lock);
	ret = p->pair ? -EBUSY : vhyp_sizes_valid(p->cfg.window_size, max);
	if (!ret)
		WRITE_ONCE(p->cfg.max_rdma, max);
	mutex_unlock(&p->lock);
	return ret ?: count;
}
CONFIGFS_ATTR(vhyp_pair_, max_rdma);

static int vhyp_pair_set_flag(struct vhyp_pair_item *p, const char *page, bool *flag)
{
	bool on;
	int ret;

	ret = kstrtobool(page, &on);
	if (ret)
		return ret;
	mutex_lock(&p->lock);
	if (p->pair)
		ret = -EBUSY;
	else
		WRITE_ONCE(*flag, on);
	mutex_unlock(&p->lock);
	return ret;
}

static ssize_t vhyp_pair_zero_copy_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", READ_ONCE(to_pair(item)->cfg.map));
}

static ssize_t vhyp_pair_zero_copy_store(struct config_item *item, const char *page,
					 size_t count)
{
	struct vhyp_pair_item *p = to_pair(item);

	return vhyp_pair_set_flag(p, page, &p->cfg.map) ?: count;
}
CONFIGFS_ATTR(vhyp_pair_, zero_copy);

static ssize_t vhyp_pair_any_client_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", READ_ONCE(to_pair(item)->cfg.any_client));
}

static ssize_t vhyp_pair_any_client_store(struct config_item *item, const char *page,
					  size_t count)
{
	struct vhyp_pair_item *p = to_pair(item);

	return vhyp_pair_set_flag(p, page, &p->cfg.any_client) ?: count;
}
CONFIGFS_ATTR(vhyp_pair_, any_client);

static ssize_t vhyp_pair_copied_show(struct config_item *item, char *page)
{
	struct vhyp_pair_item *p = to_pair(item);
	u64 value;

	spin_lock(&p->hold_lock);
	value = p->pair ? atomic64_read(&p->pair->copied) : 0;
	spin_unlock(&p->hold_lock);
	return sysfs_emit(page, "%llu\n", value);
}
CONFIGFS_ATTR_RO(vhyp_pair_, copied);

static ssize_t vhyp_pair_mappings_show(struct config_item *item, char *page)
{
	struct vhyp_pair_item *p = to_pair(item);
	unsigned int value;

	spin_lock(&p->hold_lock);
	value = p->pair ? READ_ONCE(p->pair->maps) : 0;
	spin_unlock(&p->hold_lock);
	return sysfs_emit(page, "%u\n", value);
}
CONFIGFS_ATTR_RO(vhyp_pair_, mappings);

static ssize_t vhyp_pair_in_use_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", READ_ONCE(to_pair(item)->holds) > 0);
}
CONFIGFS_ATTR_RO(vhyp_pair_, in_use);

static ssize_t vhyp_pair_enable_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", !!READ_ONCE(to_pair(item)->pair));
}

/* Under p->lock. */
static int vhyp_pair_item_enable(struct vhyp_pair_item *p)
{
	struct vhyp_pair *pair;

	if (p->pair)
		return 0;
	pair = vhyp_pair_create(&p->cfg);
	if (IS_ERR(pair)) {
		pr_warn("pair %s: cannot be enabled: %pe\n", p->cfg.name, pair);
		return PTR_ERR(pair);
	}
	spin_lock(&p->hold_lock);
	p->pair = pair;
	p->holds = 0;
	spin_unlock(&p->hold_lock);
	return 0;
}

/* Nobody holds the pair from now on; -EBUSY if somebody does. */
static int vhyp_pair_item_claim(struct vhyp_pair_item *p)
{
	int ret = 0;

	spin_lock(&p->hold_lock);
	if (p->holds > 0)
		ret = -EBUSY;
	else
		p->holds = -1;
	spin_unlock(&p->hold_lock);
	return ret;
}

/* Drivers are unbound; meanwhile the pair can be looked at. */
static void vhyp_pair_item_destroy(struct vhyp_pair_item *p)
{
	struct vhyp_pair *pair = p->pair;

	if (!pair)
		return;
	vhyp_pair_detach(pair);
	spin_lock(&p->hold_lock);
	p->pair = NULL;
	spin_unlock(&p->hold_lock);
	vhyp_pair_free(pair);
}

/* Under p->lock.  -EBUSY while somebody holds the pair. */
static int vhyp_pair_item_disable(struct vhyp_pair_item *p)
{
	int ret;

	ret = vhyp_pair_item_claim(p);
	if (ret)
		pr_warn("pair %s: in use\n", p->cfg.name);
	else
		vhyp_pair_item_destroy(p);
	return ret;
}

static ssize_t vhyp_pair_enable_store(struct config_item *item, const char *page, size_t count)
{
	struct vhyp_pair_item *p = to_pair(item);
	bool on;
	int ret;

	ret = kstrtobool(page, &on);
	if (ret)
		return ret;
	mutex_lock(&p->lock);
	ret = on ? vhyp_pair_item_enable(p) : vhyp_pair_item_disable(p);
	mutex_unlock(&p->lock);
	return ret ?: count;
}
CONFIGFS_ATTR(vhyp_pair_, enable);

static struct configfs_attribute *vhyp_pair_attrs[] = {
	&vhyp_pair_attr_door,
	&vhyp_pair_attr_window_size,
	&vhyp_pair_attr_max_rdma,
	&vhyp_pair_attr_zero_copy,
	&vhyp_pair_attr_any_client,
	&vhyp_pair_attr_copied,
	&vhyp_pair_attr_mappings,
	&vhyp_pair_attr_in_use,
	&vhyp_pair_attr_enable,
	NULL
};

/*
 * The directory has gone.  Drivers are unbound here and not in drop_item, which holds
 * su_mutex: a driver's remove may wait for somebody who waits for that.
 */
static void vhyp_pair_item_release(struct config_item *item)
{
	struct vhyp_pair_item *p = to_pair(item);
	int end;

	vhyp_pair_item_destroy(p);
	for (end = 0; end < VHYP_ENDS; end++)
		vhyp_end_set_owner(&p->end[end], NULL);
	mutex_lock(&vhyp_items_lock);
	list_del(&p->node);
	mutex_unlock(&vhyp_items_lock);
	vhyp_door_put(p->cfg.door);
	kfree(p);
}

static struct configfs_item_operations vhyp_pair_item_ops = {
	.release	= vhyp_pair_item_release,
};

static const struct config_item_type vhyp_pair_type = {
	.ct_item_ops	= &vhyp_pair_item_ops,
	.ct_attrs	= vhyp_pair_attrs,
	.ct_owner	= THIS_MODULE,
};

/* The lowest two unit addresses that no pair has.  Under vhyp_items_lock. */
static void vhyp_pair_choose_units(struct vhyp_pair_item *p)
{
	u32 unit = VHYP_UNIT_FIRST;

	while (vhyp_unit_owner(unit, NULL) || vhyp_unit_owner(unit + 1, NULL))
		unit += 2;
	p->cfg.unit[VHYP_SERVER] = unit;
	p->cfg.unit[VHYP_CLIENT] = unit + 1;
}

static struct config_group *vhyp_pairs_make(struct config_group *group, const char *name)
{
	static const char * const end_name[] = { "server", "client" };
	struct vhyp_pair_item *p;
	int end, ret = -ENAMETOOLONG;

	p = kzalloc(sizeof(*p), GFP_KERNEL);
	if (!p)
		return ERR_PTR(-ENOMEM);
	/* su_mutex is held here, as vhyp_part_item_get() would. */
	if (strscpy(p->cfg.name, name, sizeof(p->cfg.name)) >= 0)
		ret = configfs_depend_item_unlocked(&vhyp_subsys, &vhyp_vios->group.cg_item);
	if (ret) {
		kfree(p);
		return ERR_PTR(ret);
	}
	mutex_init(&p->lock);
	spin_lock_init(&p->hold_lock);
	p->holds = -1;
	p->cfg.door = vhyp_door_get("local");
	p->cfg.window_size = VHYP_WINDOW_DEFAULT;
	p->cfg.max_rdma = VHYP_RDMA_DEFAULT;
	p->cfg.map = true;
	p->cfg.owner = p;
	config_group_init_type_name(&p->group, name, &vhyp_pair_type);
	for (end = 0; end < VHYP_ENDS; end++) {
		p->end[end].end = end;
		config_group_init_type_name(&p->end[end].group, end_name[end], &vhyp_end_type);
		configfs_add_default_group(&p->end[end].group, &p->group);
	}
	p->end[VHYP_SERVER].owner = vhyp_vios;
	p->cfg.partition[VHYP_SERVER] = vhyp_vios->part;
	mutex_lock(&vhyp_items_lock);
	vhyp_pair_choose_units(p);
	list_add_tail(&p->node, &vhyp_pair_items);
	mutex_unlock(&vhyp_items_lock);
	return &p->group;
}

static void vhyp_pairs_drop(struct config_group *group, struct config_item *item)
{
	/* configfs does not remove what is held: see vhyp_pair_hold(). */
	WARN_ON(vhyp_pair_item_claim(to_pair(item)));
	config_item_put(item);
}

static struct configfs_group_operations vhyp_pairs_ops = {
	.make_group	= vhyp_pairs_make,
	.drop_item	= vhyp_pairs_drop,
};

static const struct config_item_type vhyp_pairs_type = {
	.ct_group_ops	= &vhyp_pairs_ops,
	.ct_owner	= THIS_MODULE,
};

static struct config_group vhyp_pairs_group;

/**
 * vhyp_pair_hold() - keep a pair from being disabled or removed: EBUSY
 * @pair:	the pair, one of whose adapters the caller drives
 *
 * The subsystem is told to configfs as its own caller, so that it takes no lock of the
 * directory tree: that would deadlock in callbacks of any subsystem, and keeps away only
 * what cannot happen here, that vhyp itself is unregistered.
 *
 * Context: may sleep; a callback of any configfs subsystem but vhyp's included.
 * Return: 0; -ENODEV if it is not enabled (yet, or any more); or an errno of configfs.
 */
int vhyp_pair_hold(struct vhyp_pair *pair)
{
	struct vhyp_pair_item *p = pair->cfg.owner;
	int ret;

	if (!p)
		return 0;
	/* Keeps the directory from going while configfs looks at it. */
	mutex_lock(&vhyp_subsys.su_mutex);
	ret = READ_ONCE(p->holds) < 0 ? -ENODEV :
	      configfs_depend_item_unlocked(&vhyp_subsys, &p->group.cg_item);
	mutex_unlock(&vhyp_subsys.su_mutex);
	if (ret)
		return ret;
	spin_lock(&p->hold_lock);
	if (p->holds < 0)
		ret = -ENODEV;
	else
		p->holds++;
	spin_unlock(&p->hold_lock);
	if (ret)
		configfs_undepend_item(&p->group.cg_item);
	return ret;
}

/**
 * vhyp_pair_release() - undo vhyp_pair_hold()
 * @pair:	the pair
 *
 * Context: may sleep.
 */
void vhyp_pair_release(struct vhyp_pair *pair)
{
	struct vhyp_pair_item *p = pair->cfg.owner;

	if (!p)
		return;
	spin_lock(&p->hold_lock);
	p->holds--;
	spin_unlock(&p->hold_lock);
	configfs_undepend_item(&p->group.cg_item);
}

/* ---- the subsystem ---- */

static ssize_t vhyp_root_version_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "1\n");
}
CONFIGFS_ATTR_RO(vhyp_root_, version);

static struct configfs_attribute *vhyp_root_attrs[] = {
	&vhyp_root_attr_version,
	NULL
};

static const struct config_item_type vhyp_root_type = {
	.ct_attrs	= vhyp_root_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct configfs_subsystem vhyp_subsys = {
	.su_group = {
		.cg_item = {
			.ci_namebuf	= "vhyp",
			.ci_type	= &vhyp_root_type,
		},
	},
};

int vhyp_configfs_init(void)
{
	struct config_group *root = &vhyp_subsys.su_group;
	int ret;

	config_group_init(root);
	mutex_init(&vhyp_subsys.su_mutex);
	config_group_init_type_name(&vhyp_parts_group, "partitions", &vhyp_parts_type);
	config_group_init_type_name(&vhyp_pairs_group, "pairs", &vhyp_pairs_type);
	configfs_add_default_group(&vhyp_parts_group, root);
	configfs_add_default_group(&vhyp_pairs_group, root);
	vhyp_vios = vhyp_part_item_create(VHYP_SERVER_PARTITION);
	if (IS_ERR(vhyp_vios))
		return PTR_ERR(vhyp_vios);
	configfs_add_default_group(&vhyp_vios->group, &vhyp_parts_group);
	ret = configfs_register_subsystem(&vhyp_subsys);
	if (ret)
		configfs_remove_default_groups(&vhyp_parts_group);
	return ret;
}

void vhyp_configfs_exit(void)
{
	configfs_unregister_subsystem(&vhyp_subsys);
	configfs_remove_default_groups(&vhyp_parts_group);
}
