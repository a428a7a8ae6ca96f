// SPDX-License-Identifier: GPL-2.0
/*
 * What came out.
 */
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <net/rtnetlink.h>

#include "seatest.h"

#define SEATEST_LOG_BYTES	(16 << 20)

static struct {
	spinlock_t lock;	/* @used, @overflow, and who writes at @used */
	size_t used;
	bool overflow;
	u8 *bytes;
} seatest_record = {
	.lock = __SPIN_LOCK_UNLOCKED(seatest_record.lock),
};

void seatest_log_clear(void)
{
	spin_lock_bh(&seatest_record.lock);
	seatest_record.used = 0;
	seatest_record.overflow = false;
	spin_unlock_bh(&seatest_record.lock);
}

/* What is below @used stays as it is until the next write(). */
ssize_t seatest_log_read(char __user *to, size_t len, loff_t *pos)
{
	size_t used;

	spin_lock_bh(&seatest_record.lock);
	used = seatest_record.overflow ? 0 : seatest_record.used;
	if (seatest_record.overflow)
		len = 0;
	spin_unlock_bh(&seatest_record.lock);
	if (!len)
		return -EOVERFLOW;
	return simple_read_from_buffer(to, len, pos, seatest_record.bytes, used);
}

static void seatest_log_head(const struct sk_buff *skb, enum seatest_what what,
			     struct seatest_out *out)
{
	*out = (struct seatest_out) {
		.ifindex = skb->dev->ifindex,
		.len = skb->len + (what == SEATEST_RECEIVED ? ETH_HLEN : 0),
		.gso_size = skb_shinfo(skb)->gso_size,
		.what = what,
		.pkt_type = skb->pkt_type,
	};
	if (skb_vlan_tag_present(skb)) {
		out->tci = skb_vlan_tag_get(skb);
		out->flags = SEATEST_ACCEL;
		if (skb->vlan_proto != htons(ETH_P_8021Q))
			out->flags |= SEATEST_8021AD;
	}
}

/* Of a frame that was received the header is before its data. */
static int seatest_log_frame(const struct sk_buff *skb, enum seatest_what what, u8 *to)
{
	if (what == SEATEST_RECEIVED) {
		memcpy(to, skb_mac_header(skb), ETH_HLEN);
		to += ETH_HLEN;
	}
	return skb_copy_bits(skb, 0, to, skb->len);
}

void seatest_log(const struct sk_buff *skb, enum seatest_what what)
{
	struct seatest_out out;
	u8 *to;

	seatest_log_head(skb, what, &out);
	spin_lock_bh(&seatest_record.lock);
	if (SEATEST_LOG_BYTES - seatest_record.used < sizeof(out) + out.len) {
		seatest_record.overflow = true;
		goto out;
	}
	to = seatest_record.bytes + seatest_record.used;
	memcpy(to, &out, sizeof(out));
	if (seatest_log_frame(skb, what, to + sizeof(out)))
		seatest_record.overflow = true;
	else
		seatest_record.used += sizeof(out) + out.len;
out:
	spin_unlock_bh(&seatest_record.lock);
}

static bool seatest_is_sea(const struct net_device *dev)
{
	if (is_vlan_dev(dev))
		dev = vlan_dev_real_dev(dev);
	return dev->rtnl_link_ops && !strcmp(dev->rtnl_link_ops->kind, "sea");
}

static int seatest_tap(struct sk_buff *skb, struct net_device *dev, struct packet_type *type,
		       struct net_device *orig)
{
	if (skb->pkt_type != PACKET_OUTGOING && seatest_is_sea(dev))
		seatest_log(skb, SEATEST_RECEIVED);
	consume_skb(skb);
	return 0;
}

static struct packet_type seatest_packets __read_mostly = {
	.type = cpu_to_be16(ETH_P_ALL),
	.func = seatest_tap,
};

int seatest_log_init(void)
{
	seatest_record.bytes = vmalloc(SEATEST_LOG_BYTES);
	if (!seatest_record.bytes)
		return -ENOMEM;
	dev_add_pack(&seatest_packets);
	return 0;
}

void seatest_log_exit(void)
{
	dev_remove_pack(&seatest_packets);
	vfree(seatest_record.bytes);
}
