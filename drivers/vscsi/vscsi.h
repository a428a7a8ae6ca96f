/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vscsi.ko: a SCSI initiator on a client adapter.
 *
 * The wire formats are those of <scsi/srp.h> and <scsi/viosrp.h>.
 */
#ifndef _VSCSI_H
#define _VSCSI_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_host.h>
#include <scsi/viosrp.h>
#include <vios/crq.h>

#define VSCSI_IU_SIZE		SRP_MAX_IU_LEN	/* bytes of a slot in the window */
#define VSCSI_SEGMENTS		256	/* descriptors of one command */
#define VSCSI_INLINE		10	/* of these in the IU */
#define VSCSI_TABLE_SIZE	(VSCSI_SEGMENTS * sizeof(struct srp_direct_buf))
#define VSCSI_CDB_MAX		32
#define VSCSI_REQUESTS_MAX	1022
#define VSCSI_TMFS		2	/* task management functions at a time */
#define VSCSI_SPARE		2	/* slots just being completed, beside can_queue */

#define VSCSI_MAX_ID		64
#define VSCSI_MAX_CHANNEL	3
#define VSCSI_SAM_LUNS		32	/* LUNs that the 5-bit form can say */
#define VSCSI_FLAT_LUNS		(0x4000 + 1024)

#define VSCSI_TXU_DEFAULT	0x40000	/* bytes; what every server can do */

/*
 * A connection goes through these in order, and skips some.  The queue's handler moves
 * it on from WAITING to ACTIVE or REJECTED, anyone may move it to CLOSING; to
 * DOWN, WAITING and GONE only the connection's work item does.
 */
enum vscsi_state {
	VSCSI_DOWN,		/* no queue is registered */
	VSCSI_WAITING,		/* registered; for the partner's INIT or INIT_COMPLETE */
	VSCSI_INFO,		/* ADAPTER_INFO sent */
	VSCSI_FAST_FAIL,	/* ENABLE_FAST_FAIL sent */
	VSCSI_CAPABILITIES,	/* CAPABILITIES sent */
	VSCSI_LOGIN,		/* SRP_LOGIN_REQ sent */
	VSCSI_ACTIVE,		/* logged in: the only state in which commands are sent */
	VSCSI_REJECTED,		/* SRP_LOGIN_REJ: to be closed after a while */
	VSCSI_CLOSING,		/* to be closed now; what is outstanding goes back then */
	VSCSI_GONE,		/* closed for good */
};

enum vscsi_slot_kind { VSCSI_SLOT_COMMAND, VSCSI_SLOT_TMF, VSCSI_SLOT_CONNECTION };

/* Who moves a slot out of a state owns it: see vscsi_slot_move(). */
enum vscsi_slot_state {
	VSCSI_FREE,		/* nobody's */
	VSCSI_PREPARED,		/* the sender's */
	VSCSI_SENT,		/* may be answered, aborted or purged */
	VSCSI_ENDING,		/* taken back by one of these */
	VSCSI_ANSWERED,		/* TMF: @result is there, the waiter frees it */
	VSCSI_ABANDONED,	/* TMF: nobody waits any more */
	VSCSI_STUCK,		/* the server keeps a page mapped: until the queue is freed */
};

/**
 * struct vscsi_slot - room for one request that the server may know of
 * @state:	generation in the upper half, enum vscsi_slot_state in the lower
 * @kind:	what it is for; constant
 * @index:	lower half of its tags; constant
 * @iu:		the IU, in the window; constant
 * @ioba:	of @iu
 * @table:	external descriptors, in the window; NULL if @kind has no data
 * @table_ioba:	of @table
 * @node:	in vscsi_host.free[@kind]; under vscsi_host.lock
 * @cmd:	the command; valid for the owner of a state other than FREE
 * @sdev:	its device; may be compared by anyone, see vscsi_slot_state()
 * @connection:	vscsi_host.connection when it was taken
 * @seq:	vscsi_host.seq when it was sent
 * @mapped:	@cmd's scatterlist is in the window; the owner's
 * @done:	TMF: ANSWERED
 * @result:	TMF: 0 or an errno
 */
struct vscsi_slot {
	atomic64_t state;
	enum vscsi_slot_kind kind;
	u32 index;
	union viosrp_iu *iu;
	u64 ioba;
	struct srp_direct_buf *table;
	u64 table_ioba;
	struct list_head node;
	struct scsi_cmnd *cmd;
	struct scsi_device *sdev;
	u32 connection;
	u64 seq;
	bool mapped;
	struct completion done;
	int result;
};

/* What the midlayer keeps for us with each command; 0: never sent */
struct vscsi_cmd {
	u64 tag;
};

/**
 * struct vscsi_server - what a server says of itself, made printable
 * @version:	of SRP
 * @name:	of its partition
 * @os_type:	SRP_MAD_OS_AIX and others
 * @max_txu:	bytes of a transfer; 0 if it did not say
 */
struct vscsi_server {
	char version[9];
	char name[97];
	u32 os_type;
	u32 max_txu;
};

/**
 * struct vscsi_host - one client adapter; the private part of its Scsi_Host
 * @adapter:	below
 * @shost:	above
 * @queue:	registered from WAITING to CLOSING
 * @slots:	all of them
 * @nr_slots:	how many
 * @ius:	their IUs and, behind these, the payload of a MAD; in the window
 * @ius_ioba:	of @ius
 * @connection_slot: of MADs and the login
 * @lock:	protects all below up to @gate, and the order of sends; never held while
 *		a command is completed.  Taken with interrupts off
 * @state:	of the connection
 * @connection:	counts connections
 * @unsent:	what could not be sent, for people: H_CLOSED, and no event has explained it
 * @suspended:	CLOSING because of event 06
 * @migrated:	to be told in the next CAPABILITIES
 * @removing:	there will be no further connection
 * @failed_early: the connection being closed had no login
 * @mad_answered: a MAD of this connection has been answered
 * @deadline:	jiffies, for the answer in INFO to LOGIN
 * @credits:	requests the server still takes
 * @reserve:	of these, what is kept for TMFs
 * @in_flight:	command slots not free
 * @tmfs:	TMF slots not free
 * @seq:	counts sends of commands and TMFs
 * @free:	slots that are free, for each kind
 * @server:	of the current or last connection
 * @max_bytes:	of a transfer
 * @max_segments: of a command
 * @logins:	successful ones
 * @resets:	connections closed
 * @last_error:	why the last one was, for people
 * @error_login: @logins when @last_error was logged
 * @gate:	protects @closed, @failing and calls that block and unblock the midlayer.
 *		@lock is taken inside
 * @closed:	the midlayer is blocked, or @failing
 * @failing:	not logged in for too long: requests fail instead of waiting
 * @scanned:	the LUNs have been looked for; scan_work's own
 * @wait:	woken when @state or @resets changes
 * @wq:		runs @conn_work, @up_work, @watch_work and @unsent_work, one at a time
 * @conn_work:	opens and closes connections
 * @up_work:	lets requests in after a login
 * @watch_work:	looks at @deadline
 * @unsent_work: looks at @unsent, when its event has had the time to come
 * @fail_work:	sets @failing
 * @scan_work:	looks for LUNs
 */
struct vscsi_host {
	struct crq_adapter *adapter;
	struct Scsi_Host *shost;
	struct crq_queue queue;
	struct vscsi_slot *slots;
	u32 nr_slots;
	void *ius;
	u64 ius_ioba;
	struct vscsi_slot *connection_slot;

	spinlock_t lock;	/* all below up to @gate, and the order of sends */
	enum vscsi_state state;
	u32 connection;
	const char *unsent;
	bool suspended;
	bool migrated;
	bool removing;
	bool failed_early;
	bool mad_answered;
	unsigned long deadline;
	int credits;
	int reserve;
	unsigned int in_flight;
	unsigned int tmfs;
	u64 seq;
	struct list_head free[VSCSI_SLOT_CONNECTION];
	struct vscsi_server server;
	u32 max_bytes;
	u32 max_segments;
	unsigned long logins;
	unsigned long resets;
	char last_error[96];
	unsigned long error_login;

	struct mutex gate;	/* @closed, @failing, blocking of the midlayer */
	bool closed;
	bool failing;
	bool scanned;
	wait_queue_head_t wait;
	struct workqueue_struct *wq;
	struct delayed_work conn_work;
	struct work_struct up_work;
	struct delayed_work watch_work;
	struct delayed_work unsent_work;
	struct delayed_work fail_work;
	struct work_struct scan_work;
};

/* main.c */
extern unsigned int vscsi_max_requests;
extern unsigned int vscsi_tmf_timeout;
extern int vscsi_reconnect_timeout;

/* adapter.c */
extern struct crq_driver vscsi_driver;

/* host.c */
extern struct scsi_host_template vscsi_template;

/* connect.c */
void vscsi_conn_setup(struct vscsi_host *h);
void vscsi_conn_shutdown(struct vscsi_host *h);
void vscsi_conn_start(struct vscsi_host *h);
void vscsi_conn_stop(struct vscsi_host *h);
void vscsi_conn_init(struct vscsi_host *h, u8 format);
void vscsi_conn_event(struct vscsi_host *h, u8 event);
void vscsi_conn_response(struct vscsi_host *h, struct vscsi_slot *slot,
			 const struct crq_msg *msg);
void vscsi_conn_break(struct vscsi_host *h, const char *why);
void vscsi_conn_break_locked(struct vscsi_host *h, const char *why);
void vscsi_conn_unsent_locked(struct vscsi_host *h, long rc, const char *why);
void vscsi_gate_fail(struct vscsi_host *h);

/* slot.c */
int vscsi_slots_alloc(struct vscsi_host *h, unsigned int requests);
void vscsi_slots_free(struct vscsi_host *h);
struct vscsi_slot *vscsi_slot_take(struct vscsi_host *h, enum vscsi_slot_kind kind);
void vscsi_slot_renew(struct vscsi_slot *slot);
bool vscsi_slot_move(struct vscsi_slot *slot, u64 tag, enum vscsi_slot_state from,
		     enum vscsi_slot_state to);
void vscsi_slot_put(struct vscsi_host *h, struct vscsi_slot *slot, int credits);
struct vscsi_slot *vscsi_slot_find(struct vscsi_host *h, u64 tag);
void vscsi_stray(struct vscsi_host *h, const struct crq_msg *msg);

static inline u64 vscsi_slot_tag(const struct vscsi_slot *slot)
{
	return (atomic64_read(&slot->state) & ~0xffffffffULL) | slot->index;
}

/*
 * State of a slot.  The acquire pairs with vscsi_slot_move(): what was stored before
 * SENT is seen by who sees SENT, and still is so if he then moves the slot.
 */
static inline enum vscsi_slot_state vscsi_slot_state(const struct vscsi_slot *slot)
{
	return atomic64_read_acquire(&slot->state) & 0xffffffff;
}

/* request.c */
int vscsi_queuecommand(struct Scsi_Host *shost, struct scsi_cmnd *cmd);
void vscsi_request_response(struct vscsi_host *h, struct vscsi_slot *slot,
			    const struct crq_msg *msg);
bool vscsi_request_unmap(struct vscsi_host *h, struct vscsi_slot *slot);
void vscsi_request_done(struct vscsi_host *h, struct vscsi_slot *slot, int result,
			int credits);
void vscsi_request_purge(struct vscsi_host *h, int host_byte);

/* error.c */
int vscsi_eh_abort(struct scsi_cmnd *cmd);
int vscsi_eh_device_reset(struct scsi_cmnd *cmd);
int vscsi_eh_host_reset(struct scsi_cmnd *cmd);
void vscsi_tmf_response(struct vscsi_host *h, struct vscsi_slot *slot,
			const struct crq_msg *msg);
void vscsi_tmf_purge(struct vscsi_host *h);

/**
 * struct vscsi_rsp - an SRP_RSP, checked
 * @delta:	credits that came with it
 * @status:	SCSI status
 * @residual:	bytes of the buffer that were not transferred
 * @response:	code of the response data; 0 if there is none
 * @has_response: there is
 * @sense_len:	bytes of sense, at most SCSI_SENSE_BUFFERSIZE
 * @sense:	in the IU
 */
struct vscsi_rsp {
	int delta;
	u8 status;
	u32 residual;
	u32 response;
	bool has_response;
	u32 sense_len;
	const u8 *sense;
};

/**
 * struct vscsi_login - the answer to a login, checked
 * @credits:	requests the server takes; 0 if it refused
 * @reason:	SRP_LOGIN_REJ_*, if it refused
 * @rejected:	it did
 */
struct vscsi_login {
	int credits;
	u32 reason;
	bool rejected;
};

/* iu.c */
int vscsi_lun_encode(u32 channel, u32 id, u64 lun, struct scsi_lun *out);
void vscsi_iu_cmd(struct srp_cmd *iu, u64 tag, const struct scsi_lun *lun, u8 attr,
		  const u8 *cdb, u32 cdb_len);
void vscsi_iu_data(struct srp_cmd *iu, enum dma_data_direction dir,
		   const struct srp_direct_buf *desc, u32 n, u64 iu_ioba, u64 table_ioba);
void vscsi_iu_tmf(struct srp_tsk_mgmt *iu, u64 tag, const struct scsi_lun *lun, u8 function,
		  u64 task_tag);
void vscsi_iu_mad(union mad_iu *iu, u32 type, u16 length, u64 tag, u64 buffer);
void vscsi_iu_info(struct mad_adapter_info_data *info, const char *name);
void vscsi_iu_capabilities(struct capabilities *cap, const char *name, const char *loc,
			   bool migrated);
void vscsi_iu_login(struct srp_login_req *iu, u64 tag);
int vscsi_iu_parse_rsp(const void *iu, size_t len, u64 tag, enum dma_data_direction dir,
		       u32 bufflen, struct vscsi_rsp *rsp);
int vscsi_iu_parse_mad(const void *iu, size_t len, u32 type, u64 tag);
int vscsi_iu_parse_login(const void *iu, size_t len, u64 tag, struct vscsi_login *login);
void vscsi_iu_parse_info(const struct mad_adapter_info_data *info,
			 struct vscsi_server *server);
u64 vscsi_iu_crq(u8 format, unsigned int seconds);

#endif /* _VSCSI_H */
