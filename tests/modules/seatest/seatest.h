/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames into a SEA and out of it, many in one system call.
 *
 * "ip link add NAME type seatest" makes an adapter without a cable: what is sent to it is
 * noted.  One of kind "seatest_inband" cannot insert VLAN tags, so that the kernel does it
 * before; one of kind "seatest_novlan" can do no VLANs, "seatest_nobridge" allows no bridge.
 *
 * write() to /dev/seatest takes records struct seatest_in, each with its frame behind it, and
 * lets the adapters receive them, in order; read() gives what has come out since the last
 * write() began, as records struct seatest_out.  Numbers are the host's; devices are those of
 * the network namespace the file was opened in.
 */
#ifndef _SEATEST_H
#define _SEATEST_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#define SEATEST_FRAME_MAX	9216

/* Of seatest_in and seatest_out: the tag is beside the frame, not in it */
#define SEATEST_ACCEL		BIT(0)
/* its TPID is 0x88a8 */
#define SEATEST_8021AD		BIT(1)
/* Of seatest_in: the device sends the frame, it does not receive it */
#define SEATEST_SEND		BIT(2)
/* all but the Ethernet header is in a page */
#define SEATEST_PAGED		BIT(3)
/* somebody else has the data too, for whom it must stay as it is */
#define SEATEST_CLONED		BIT(4)
/* put together by LRO, from which nobody can make the frames again */
#define SEATEST_LRO		BIT(5)

struct seatest_in {
	__u32 ifindex;
	__u16 len;	/* of the frame that follows */
	__u16 tci;
	__u16 flags;
	__u16 gso_size;	/* of a large TCP frame, else 0 */
};

static_assert(sizeof(struct seatest_in) == 12);

enum seatest_what {
	SEATEST_SENT,		/* to an adapter of ours */
	SEATEST_RECEIVED,	/* by a SEA, or a VLAN device on one */
	SEATEST_ALTERED,	/* the data of a frame that was not the SEA's to change */
};

struct seatest_out {
	__u32 ifindex;
	__u16 len;
	__u16 tci;
	__u16 flags;
	__u16 gso_size;
	__u8 what;
	__u8 pkt_type;	/* as of an skb */
	__u16 pad;
};

static_assert(sizeof(struct seatest_out) == 16);

/* dev.c */
int seatest_dev_init(void);
void seatest_dev_exit(void);

/* inject.c */
int seatest_inject(struct net *net, const struct seatest_in *in, const void *frame);

/* log.c */
int seatest_log_init(void);
void seatest_log_exit(void);
void seatest_log_clear(void);
ssize_t seatest_log_read(char __user *to, size_t len, loff_t *pos);
void seatest_log(const struct sk_buff *skb, enum seatest_what what);

#endif /* _SEATEST_H */
