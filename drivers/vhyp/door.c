// SPDX-License-Identifier: GPL-2.0
/* The doors there are, by name. */
#include <linux/module.h>

#include "vhyp_internal.h"

static LIST_HEAD(vhyp_doors);	/* under vhyp_lock */

static struct vhyp_door *vhyp_door_find(const char *name)
{
	struct vhyp_door *door;

	lockdep_assert_held(&vhyp_lock);
	list_for_each_entry(door, &vhyp_doors, node)
		if (!strcmp(door->name, name))
			return door;
	return NULL;
}

/**
 * vhyp_register_door() - let pairs be made behind a door
 * @door:	the door; stays until vhyp_unregister_door()
 *
 * Context: may sleep.
 * Return: 0, or -EEXIST if the name is taken.
 */
int vhyp_register_door(struct vhyp_door *door)
{
	int ret = 0;

	mutex_lock(&vhyp_lock);
	if (vhyp_door_find(door->name))
		ret = -EEXIST;
	else
		list_add_tail(&door->node, &vhyp_doors);
	mutex_unlock(&vhyp_lock);
	return ret;
}
EXPORT_SYMBOL_GPL(vhyp_register_door);

/**
 * vhyp_unregister_door() - undo vhyp_register_door()
 * @door:	the door; no pair uses it, because each holds a reference to its module
 *
 * Context: may sleep.
 */
void vhyp_unregister_door(struct vhyp_door *door)
{
	mutex_lock(&vhyp_lock);
	list_del(&door->node);
	mutex_unlock(&vhyp_lock);
}
EXPORT_SYMBOL_GPL(vhyp_unregister_door);

/* Find a door and keep its module; NULL if there is none.  Takes vhyp_lock. */
const struct vhyp_door *vhyp_door_get(const char *name)
{
	struct vhyp_door *door;

	mutex_lock(&vhyp_lock);
	door = vhyp_door_find(name);
	if (door && !try_module_get(door->owner))
		door = NULL;
	mutex_unlock(&vhyp_lock);
	return door;
}

void vhyp_door_put(const struct vhyp_door *door)
{
	module_put(door->owner);
}
