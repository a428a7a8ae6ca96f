// SPDX-License-Identifier: GPL-2.0
/* What the SCSI midlayer and its users see of an adapter: template, devices, sysfs. */
#include <linux/module.h>
#include <linux/sysfs.h>
#include <scsi/scsi_device.h>

#include "vscsi.h"

#define VSCSI_QUEUE_DEPTH	64

static const char * const vscsi_state_names[] = {
	[VSCSI_DOWN]		= "down",
	[VSCSI_WAITING]		= "waiting",
	[VSCSI_INFO]		= "adapter-info",
	[VSCSI_FAST_FAIL]	= "fast-fail",
	[VSCSI_CAPABILITIES]	= "capabilities",
	[VSCSI_LOGIN]		= "login",
	[VSCSI_ACTIVE]		= "active",
	[VSCSI_REJECTED]	= "rejected",
	[VSCSI_CLOSING]		= "closing",
	[VSCSI_GONE]		= "gone",
};

static struct vscsi_host *to_vscsi(struct device *dev)
{
	return shost_priv(class_to_shost(dev));
}

/* Not "state": that is the midlayer's. */
static ssize_t connection_state_show(struct device *dev, struct device_attribute *attr,
				     char *buf)
{
	return sysfs_emit(buf, "%s\n", vscsi_state_names[READ_ONCE(to_vscsi(dev)->state)]);
}
static DEVICE_ATTR_RO(connection_state);

/* A text that changes under the lock */
static ssize_t vscsi_show_text(struct vscsi_host *h, const char *text, char *buf)
{
	unsigned long flags;
	ssize_t ret;

	spin_lock_irqsave(&h->lock, flags);
	ret = sysfs_emit(buf, "%s\n", text);
	spin_unlock_irqrestore(&h->lock, flags);
	return ret;
}

static ssize_t server_name_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return vscsi_show_text(to_vscsi(dev), to_vscsi(dev)->server.name, buf);
}
static DEVICE_ATTR_RO(server_name);

static ssize_t srp_version_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return vscsi_show_text(to_vscsi(dev), to_vscsi(dev)->server.version, buf);
}
static DEVICE_ATTR_RO(srp_version);

static ssize_t last_error_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return vscsi_show_text(to_vscsi(dev), to_vscsi(dev)->last_error, buf);
}
static DEVICE_ATTR_RO(last_error);

static ssize_t server_os_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const names[] = {
		"", "os400", "linux", "aix", "open-firmware",
	};
	u32 os = READ_ONCE(to_vscsi(dev)->server.os_type);

	if (os < ARRAY_SIZE(names))
		return sysfs_emit(buf, "%s\n", names[os]);
	return sysfs_emit(buf, "%u\n", os);
}
static DEVICE_ATTR_RO(server_os);

static ssize_t credits_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vscsi_host *h = to_vscsi(dev);

	return sysfs_emit(buf, "%d\n", READ_ONCE(h->state) == VSCSI_ACTIVE ?
			  READ_ONCE(h->credits) : 0);
}
static DEVICE_ATTR_RO(credits);

static ssize_t in_flight_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_vscsi(dev)->in_flight));
}
static DEVICE_ATTR_RO(in_flight);

static ssize_t max_transfer_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_vscsi(dev)->max_bytes));
}
static DEVICE_ATTR_RO(max_transfer);

static ssize_t logins_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%lu\n", READ_ONCE(to_vscsi(dev)->logins));
}
static DEVICE_ATTR_RO(logins);

static ssize_t resets_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%lu\n", READ_ONCE(to_vscsi(dev)->resets));
}
static DEVICE_ATTR_RO(resets);

static struct attribute *vscsi_shost_attrs[] = {
	&dev_attr_connection_state.attr,
	&dev_attr_server_name.attr,
	&dev_attr_server_os.attr,
	&dev_attr_srp_version.attr,
	&dev_attr_credits.attr,
	&dev_attr_in_flight.attr,
	&dev_attr_max_transfer.attr,
	&dev_attr_logins.attr,
	&dev_attr_resets.attr,
	&dev_attr_last_error.attr,
	NULL
};
ATTRIBUTE_GROUPS(vscsi_shost);

/* Only what an IU can say */
static int vscsi_slave_alloc(struct scsi_device *sdev)
{
	struct scsi_lun lun;

	return vscsi_lun_encode(sdev->channel, sdev->id, sdev->lun, &lun);
}

static int vscsi_change_queue_depth(struct scsi_device *sdev, int depth)
{
	return scsi_change_queue_depth(sdev, min(depth, sdev->host->can_queue));
}

struct scsi_host_template vscsi_template = {
	.module			= THIS_MODULE,
	.name			= "Virtual SCSI client",
	.proc_name		= "vscsi",
	.queuecommand		= vscsi_queuecommand,
	.eh_abort_handler	= vscsi_eh_abort,
	.eh_device_reset_handler = vscsi_eh_device_reset,
	.eh_host_reset_handler	= vscsi_eh_host_reset,
	.slave_alloc		= vscsi_slave_alloc,
	.change_queue_depth	= vscsi_change_queue_depth,
	.shost_groups		= vscsi_shost_groups,
	.cmd_size		= sizeof(struct vscsi_cmd),
	.can_queue		= 1,
	.cmd_per_lun		= VSCSI_QUEUE_DEPTH,
	.this_id		= -1,
	.sg_tablesize		= VSCSI_SEGMENTS,
	.max_sectors		= VSCSI_TXU_DEFAULT >> SECTOR_SHIFT,
	.skip_settle_delay	= 1,
};
