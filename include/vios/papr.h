/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract of the Power Architecture Platform Reference (PAPR, LoPAR) that both
 * ends of a Command/Response Queue are written against: hypervisor calls, their
 * return codes and the queue's 16-byte element.
 *
 * The names carry a prefix because <asm/hvcall.h> has the bare ones on powerpc;
 * drivers/crq/papr.c asserts that the values are the same.
 */
#ifndef _VIOS_PAPR_H
#define _VIOS_PAPR_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/types.h>
#include <asm/byteorder.h>

/* LoPAR, "Hypervisor Call Functions" */
enum papr_hcall {
	PAPR_H_GET_TCE			= 0x1c,
	PAPR_H_PUT_TCE			= 0x20,
	PAPR_H_REG_CRQ			= 0xfc,
	PAPR_H_FREE_CRQ			= 0x100,
	PAPR_H_VIO_SIGNAL		= 0x104,
	PAPR_H_SEND_CRQ			= 0x108,
	PAPR_H_COPY_RDMA		= 0x110,
	PAPR_H_WRITE_RDMA		= 0x128,
	PAPR_H_READ_RDMA		= 0x12c,
	PAPR_H_STUFF_TCE		= 0x138,
	PAPR_H_PUT_TCE_INDIRECT		= 0x13c,
	PAPR_H_VIOCTL			= 0x2a8,
	PAPR_H_ENABLE_CRQ		= 0x2b0,
};

/* LoPAR, "Hypervisor Call Return Codes" */
enum papr_status {
	PAPR_H_SUCCESS			= 0,
	PAPR_H_BUSY			= 1,
	PAPR_H_CLOSED			= 2,
	PAPR_H_CONSTRAINED		= 4,
	PAPR_H_PARTIAL			= 5,
	PAPR_H_IN_PROGRESS		= 14,
	PAPR_H_LONG_BUSY_1_MSEC		= 9900,
	PAPR_H_LONG_BUSY_10_MSEC	= 9901,
	PAPR_H_LONG_BUSY_100_MSEC	= 9902,
	PAPR_H_LONG_BUSY_1_SEC		= 9903,
	PAPR_H_LONG_BUSY_10_SEC		= 9904,
	PAPR_H_LONG_BUSY_100_SEC	= 9905,
	PAPR_H_HARDWARE			= -1,
	PAPR_H_FUNCTION			= -2,
	PAPR_H_PARAMETER		= -4,
	PAPR_H_NOT_FOUND		= -7,
	PAPR_H_PERMISSION		= -11,
	PAPR_H_DROPPED			= -12,
	PAPR_H_SOURCE_PARM		= -13,
	PAPR_H_DEST_PARM		= -14,
	PAPR_H_REMOTE_PARM		= -15,
	PAPR_H_RESOURCE			= -16,
	PAPR_H_RESCINDED		= -46,
	PAPR_H_P4			= -57,
};

/* LoPAR, H_VIOCTL subfunctions of a virtual SCSI server adapter */
enum papr_vioctl {
	PAPR_DISABLE_MIGRATION		= 0x06,
	PAPR_ENABLE_MIGRATION		= 0x07,
	PAPR_GET_PARTNER_INFO		= 0x08,
	PAPR_GET_PARTNER_UUID		= 0x10,
	PAPR_ENABLE_PREPARE_FOR_SUSPEND	= 0x1d,
	PAPR_READY_FOR_SUSPEND		= 0x1e,
};

/* H_VIO_SIGNAL mode: the CRQ interrupt is the adapter's first. */
#define PAPR_SIGNAL_OFF		0ULL
#define PAPR_SIGNAL_ON		1ULL

/* A Translation Control Entry maps 4 KiB, whatever the page size of the partition. */
#define PAPR_TCE_SHIFT		12
#define PAPR_TCE_SIZE		BIT_ULL(PAPR_TCE_SHIFT)
#define PAPR_TCE_MASK		(PAPR_TCE_SIZE - 1)
#define PAPR_TCE_READ		1ULL
#define PAPR_TCE_WRITE		2ULL
#define PAPR_TCE_RW		(PAPR_TCE_READ | PAPR_TCE_WRITE)
/* Entries in one H_STUFF_TCE or H_PUT_TCE_INDIRECT */
#define PAPR_TCE_BATCH		512

#define PAPR_READ_RDMA_MAX	72	/* bytes: R4 to R12 */
#define PAPR_WRITE_RDMA_MAX	48	/* bytes: R6 to R11 */
#define PAPR_SUSPEND_TIMEOUT_MAX 30000	/* ms, ENABLE_PREPARE_FOR_SUSPEND */

/* Header byte of a CRQ element */
enum crq_header {
	CRQ_FREE			= 0x00,
	CRQ_VALID			= 0x80,	/* with this bit: not free */
	CRQ_COMMAND			= 0x80,
	CRQ_INIT			= 0xc0,
	CRQ_EVENT			= 0xff,
};

/* Format byte under CRQ_INIT */
enum crq_init_format {
	CRQ_INIT_REQUEST		= 0x01,
	CRQ_INIT_COMPLETE		= 0x02,
};

/* Format byte under CRQ_EVENT: what happened to the partner */
enum crq_event {
	CRQ_PARTNER_FAILED		= 0x01,
	CRQ_PARTNER_DEREGISTERED	= 0x02,
	CRQ_PARTNER_TERMINATED		= 0x04,
	CRQ_PARTNER_SUSPENDED		= 0x06,
	CRQ_PREPARE_FOR_SUSPEND		= 0x09,
	CRQ_RESUMED			= 0x0a,
};

/* Status byte of CRQ_PREPARE_FOR_SUSPEND and CRQ_RESUMED: took a queued entry's place */
#define CRQ_EVENT_OVERWROTE	0x20

/**
 * struct crq_msg - element of a Command/Response Queue
 * @header:	enum crq_header; written last, cleared by the receiver
 * @format:	meaning depends on @header
 * @reserved:	0
 * @status:	status of a response; code of a message in the queue itself
 * @timeout:	seconds, 0 for none
 * @iu_length:	bytes of the information unit
 * @data:	request: I/O address of the information unit in the client's window;
 *		response: tag of the request, never interpreted
 * @word:	the two registers of H_SEND_CRQ, in memory order
 */
struct crq_msg {
	union {
		struct {
			u8	header;
			u8	format;
			u8	reserved;
			u8	status;
			__be16	timeout;
			__be16	iu_length;
			__be64	data;
		};
		__be64	word[2];
	};
} __aligned(16);
static_assert(sizeof(struct crq_msg) == 16);

/* Register form of an initialization message or a transport event */
#define CRQ_MSG_HI(_header, _format, _status) \
	((u64)(_header) << 56 | (u64)(_format) << 48 | (u64)(_status) << 32)

/**
 * papr_busy_ms() - how long a "call again" answer asks to wait
 * @rc:	answer of a hypervisor call
 *
 * Return: milliseconds; 0 to call again at once; negative if @rc is not a request
 * to call again.
 */
static inline int papr_busy_ms(long rc)
{
	switch (rc) {
	case PAPR_H_BUSY:
	case PAPR_H_IN_PROGRESS:
		return 0;
	case PAPR_H_LONG_BUSY_1_MSEC:
		return 1;
	case PAPR_H_LONG_BUSY_10_MSEC:
		return 10;
	case PAPR_H_LONG_BUSY_100_MSEC:
		return 100;
	case PAPR_H_LONG_BUSY_1_SEC:
		return 1000;
	case PAPR_H_LONG_BUSY_10_SEC:
		return 10000;
	case PAPR_H_LONG_BUSY_100_SEC:
		return 100000;
	default:
		return -1;
	}
}

#endif /* _VIOS_PAPR_H */
