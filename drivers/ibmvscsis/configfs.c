// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of a portal group, tpgt_1/attrib; Documentation/ABI/testing/
 * configfs-target-ibmvscsis.  targetcli saves what can be written, and writes it back
 * before the target is enabled: what is shown is what is taken.
 */
#include <linux/configfs.h>
#include <linux/module.h>

#include "ibmvscsis.h"

static const char * const vscsis_os_names[] = {
	[1] = "os400",
	[SRP_MAD_OS_LINUX] = "linux",
	[SRP_MAD_OS_AIX] = "aix",
};

/**
 * vscsis_os_name() - name of an operating system in ADAPTER_INFO
 * @os_type:	its number
 *
 * Context: any.
 * Return: the name; "unknown" if it has none.
 */
const char *vscsis_os_name(u32 os_type)
{
	if (os_type < ARRAY_SIZE(vscsis_os_names) && vscsis_os_names[os_type])
		return vscsis_os_names[os_type];
	return "unknown";
}

/**
 * vscsis_attrib_init() - set the defaults
 * @attrib:	the attributes
 *
 * Context: any.
 */
void vscsis_attrib_init(struct vscsis_attrib *attrib)
{
	attrib->credits = VSCSIS_CREDITS_MAX;
	attrib->max_transfer = VSCSIS_XFER_DEFAULT;
	attrib->os_type = SRP_MAD_OS_LINUX;
	attrib->lun_form = VSCSIS_LUN_SAM;
}

static struct vscsis_attrib *to_attrib(struct config_item *item)
{
	return &to_vscsis_tpg(attrib_to_tpg(item))->attrib;
}

/*
 * Set @val to a number within bounds; -EINVAL if it is none, or no multiple of @unit,
 * -ERANGE if it is outside.
 */
static int vscsis_store_number(const char *page, u32 min, u32 max, u32 unit, u32 *val)
{
	u32 n;
	int ret;

	ret = kstrtou32(page, 0, &n);
	if (ret)
		return ret;
	if (n < min || n > max)
		return -ERANGE;
	if (n % unit)
		return -EINVAL;
	WRITE_ONCE(*val, n);
	return 0;
}

static ssize_t vscsis_attrib_credits_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(to_attrib(item)->credits));
}

static ssize_t vscsis_attrib_credits_store(struct config_item *item, const char *page,
					   size_t count)
{
	return vscsis_store_number(page, VSCSIS_CREDITS_MIN, VSCSIS_CREDITS_MAX, 1,
				   &to_attrib(item)->credits) ?: count;
}
CONFIGFS_ATTR(vscsis_attrib_, credits);

static ssize_t vscsis_attrib_max_transfer_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(to_attrib(item)->max_transfer));
}

static ssize_t vscsis_attrib_max_transfer_store(struct config_item *item, const char *page,
						size_t count)
{
	return vscsis_store_number(page, VSCSIS_XFER_MIN, VSCSIS_XFER_MAX, SZ_4K,
				   &to_attrib(item)->max_transfer) ?: count;
}
CONFIGFS_ATTR(vscsis_attrib_, max_transfer);

static ssize_t vscsis_attrib_os_type_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%s\n", vscsis_os_name(READ_ONCE(to_attrib(item)->os_type)));
}

static ssize_t vscsis_attrib_os_type_store(struct config_item *item, const char *page,
					   size_t count)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(vscsis_os_names); i++) {
		if (vscsis_os_names[i] && sysfs_streq(page, vscsis_os_names[i])) {
			WRITE_ONCE(to_attrib(item)->os_type, i);
			return count;
		}
	}
	return -EINVAL;
}
CONFIGFS_ATTR(vscsis_attrib_, os_type);

static ssize_t vscsis_attrib_lun_form_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%s\n",
			  vscsis_lun_forms[READ_ONCE(to_attrib(item)->lun_form)]);
}

static ssize_t vscsis_attrib_lun_form_store(struct config_item *item, const char *page,
					    size_t count)
{
	int form = __sysfs_match_string(vscsis_lun_forms, VSCSIS_LUN_FORMS, page);

	if (form < 0)
		return form;
	WRITE_ONCE(to_attrib(item)->lun_form, form);
	vscsis_lun_check_all(container_of(to_attrib(item), struct vscsis_tpg, attrib));
	return count;
}
CONFIGFS_ATTR(vscsis_attrib_, lun_form);

struct configfs_attribute *vscsis_attrib_attrs[] = {
	&vscsis_attrib_attr_credits,
	&vscsis_attrib_attr_max_transfer,
	&vscsis_attrib_attr_os_type,
	&vscsis_attrib_attr_lun_form,
	NULL
};

/* rtslib takes any other file in the fabric's directory for a target. */
static ssize_t vscsis_wwn_version_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "Open VIOS virtual SCSI target\n");
}
CONFIGFS_ATTR_RO(vscsis_wwn_, version);

struct configfs_attribute *vscsis_wwn_attrs[] = {
	&vscsis_wwn_attr_version,
	NULL
};
