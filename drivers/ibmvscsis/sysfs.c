// SPDX-License-Identifier: GPL-2.0
/*
 * What an adapter is doing, for administrators and tools: the group "target" of its
 * device; Documentation/ABI/testing/sysfs-bus-vio-ibmvscsis.
 */
#include <linux/device.h>
#include <linux/sysfs.h>

#include "ibmvscsis.h"

static struct vscsis_adapter *to_adapter(struct device *dev)
{
	return crq_adapter_of(dev)->driver_data;
}

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", vscsis_states[READ_ONCE(to_adapter(dev)->state)]);
}
static DEVICE_ATTR_RO(state);

/* A member of the session, or an empty line while there is none */
#define VSCSIS_SESSION_ATTR(_name, _format, _value)					\
static ssize_t _name##_show(struct device *dev, struct device_attribute *attr, char *buf) \
{											\
	struct vscsis_adapter *v = to_adapter(dev);					\
	struct vscsis_session *sess;							\
	unsigned long flags;								\
	ssize_t len;									\
											\
	spin_lock_irqsave(&v->lock, flags);						\
	sess = v->sess;									\
	len = sess ? sysfs_emit(buf, _format "\n", _value) : sysfs_emit(buf, "\n");	\
	spin_unlock_irqrestore(&v->lock, flags);					\
	return len;									\
}											\
static DEVICE_ATTR_RO(_name)

VSCSIS_SESSION_ATTR(client, "%s", sess->name);
VSCSIS_SESSION_ATTR(credits, "%u", sess->credits);
VSCSIS_SESSION_ATTR(credits_used, "%u", sess->outstanding);
VSCSIS_SESSION_ATTR(max_transfer, "%u", sess->max_transfer);
VSCSIS_SESSION_ATTR(lun_form, "%s", vscsis_lun_forms[sess->lun_form]);

/* What the client says of itself */
#define VSCSIS_CLIENT_ATTR(_name, _format, _value)					\
static ssize_t _name##_show(struct device *dev, struct device_attribute *attr, char *buf) \
{											\
	struct vscsis_adapter *v = to_adapter(dev);					\
	unsigned long flags;								\
	ssize_t len;									\
											\
	spin_lock_irqsave(&v->lock, flags);						\
	len = sysfs_emit(buf, _format "\n", _value);					\
	spin_unlock_irqrestore(&v->lock, flags);					\
	return len;									\
}											\
static DEVICE_ATTR_RO(_name)

VSCSIS_CLIENT_ATTR(client_partition_name, "%s", v->client.name);
VSCSIS_CLIENT_ATTR(client_partition_number, "%u", v->client.number);
VSCSIS_CLIENT_ATTR(client_srp_version, "%s", v->client.srp_version);
VSCSIS_CLIENT_ATTR(client_os, "%s", v->client.os_type ? vscsis_os_name(v->client.os_type) : "");
VSCSIS_CLIENT_ATTR(last_error, "%s", v->last_error);

#define VSCSIS_STAT_ATTR(_name, _stat)							\
static ssize_t _name##_show(struct device *dev, struct device_attribute *attr, char *buf) \
{											\
	return sysfs_emit(buf, "%lld\n", atomic64_read(&to_adapter(dev)->stat[_stat]));	\
}											\
static DEVICE_ATTR_RO(_name)

VSCSIS_STAT_ATTR(commands, VSCSIS_STAT_COMMANDS);
VSCSIS_STAT_ATTR(task_management, VSCSIS_STAT_TASKS);
VSCSIS_STAT_ATTR(mads, VSCSIS_STAT_MADS);
VSCSIS_STAT_ATTR(logins, VSCSIS_STAT_LOGINS);
VSCSIS_STAT_ATTR(resets, VSCSIS_STAT_RESETS);
VSCSIS_STAT_ATTR(bytes_read, VSCSIS_STAT_READ);
VSCSIS_STAT_ATTR(bytes_written, VSCSIS_STAT_WRITTEN);
VSCSIS_STAT_ATTR(bytes_copied, VSCSIS_STAT_COPIED);
VSCSIS_STAT_ATTR(aborted, VSCSIS_STAT_ABORTED);

static ssize_t vscsis_show_hidden(struct vscsis_tpg *tpg, char *buf)
{
	u32 max = vscsis_lun_max(READ_ONCE(tpg->attrib.lun_form));
	struct se_lun *lun;
	int len = 0;

	mutex_lock(&tpg->se_tpg.tpg_lun_mutex);
	hlist_for_each_entry(lun, &tpg->se_tpg.tpg_lun_hlist, link)
		if (lun->unpacked_lun >= max)
			len += sysfs_emit_at(buf, len, "%llu\n", lun->unpacked_lun);
	mutex_unlock(&tpg->se_tpg.tpg_lun_mutex);
	return len;
}

/* LUNs the form cannot name */
static ssize_t hidden_luns_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vscsis_adapter *v = to_adapter(dev);
	ssize_t len = 0;

	mutex_lock(&vscsis_mutex);
	if (v->tpg)
		len = vscsis_show_hidden(v->tpg, buf);
	mutex_unlock(&vscsis_mutex);
	return len;
}
static DEVICE_ATTR_RO(hidden_luns);

static struct attribute *vscsis_attrs[] = {
	&dev_attr_state.attr,
	&dev_attr_client.attr,
	&dev_attr_client_partition_name.attr,
	&dev_attr_client_partition_number.attr,
	&dev_attr_client_srp_version.attr,
	&dev_attr_client_os.attr,
	&dev_attr_credits.attr,
	&dev_attr_credits_used.attr,
	&dev_attr_max_transfer.attr,
	&dev_attr_lun_form.attr,
	&dev_attr_hidden_luns.attr,
	&dev_attr_last_error.attr,
	&dev_attr_commands.attr,
	&dev_attr_task_management.attr,
	&dev_attr_mads.attr,
	&dev_attr_logins.attr,
	&dev_attr_resets.attr,
	&dev_attr_bytes_read.attr,
	&dev_attr_bytes_written.attr,
	&dev_attr_bytes_copied.attr,
	&dev_attr_aborted.attr,
	NULL
};

const struct attribute_group vscsis_attr_group = {
	.name	= "target",
	.attrs	= vscsis_attrs,
};
