/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ibmvscsis.ko: virtual SCSI target, an LIO fabric over Command/Response Queues.
 *
 * Objects: a port is what configfs knows (the target directory of one unit address); an
 * adapter is what the bus has; they find each other by unit address and may come and go
 * in any order.  A session is one SRP login.  A command is one request of the client.
 *
 * Locks, outermost first:
 *   vscsis_mutex	which port and adapter belong together
 *   adapter.send_lock	order of what is put on the client's queue
 *   adapter.lock	connection state, commands of the session
 */
#ifndef _IBMVSCSIS_H
#define _IBMVSCSIS_H

#include <linux/bitmap.h>
#include <linux/hashtable.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <target/target_core_base.h>
#include <target/target_core_fabric.h>
#include <vios/crq.h>

#include "codec.h"

#define VSCSIS_LUN_MAX		1024
#define VSCSIS_TASK_SETS	BIT(14)	/* LUNs any form can name */
#define VSCSIS_CREDITS_MIN	2
#define VSCSIS_CREDITS_MAX	1024
/* The stock client counts the credit of an aborted command twice: tolerated so far */
#define VSCSIS_SPARE		16
#define VSCSIS_XFER_MIN		SZ_256K		/* LoPAR: port_max_txu is not less */
#define VSCSIS_XFER_MAX		SZ_16M
#define VSCSIS_XFER_DEFAULT	SZ_1M
#define VSCSIS_XFER_THROUGH	SZ_256K		/* 64 segments: what any device takes */
#define VSCSIS_NAME_LEN		33		/* 32 hex digits: an SRP port identifier */
#define VSCSIS_CTL		8		/* MADs and logins waiting */
#define VSCSIS_MAD_PAYLOAD	2048
#define VSCSIS_REPLIES		4096		/* waiting for room on the client's queue */

/* How a LUN is named on the wire */
enum vscsis_lun_form {
	VSCSIS_LUN_SAM,		/* LUN n is target n / 32, LUN n % 32 */
	VSCSIS_LUN_VIOS,	/* LUN n is target n, LUN 0 */
	VSCSIS_LUN_FLAT,	/* LUN n is target 0, LUN n */
	VSCSIS_LUN_FORMS
};

extern const char * const vscsis_lun_forms[];

enum vscsis_access { VSCSIS_ABSENT, VSCSIS_READ_ONLY, VSCSIS_READ_WRITE };

/**
 * struct vscsis_address - a LUN field, understood
 * @device:	the adapter itself: LUN 0 in the simple form, or the well-known unit
 * @well_known:	the REPORT LUNS well-known unit
 * @valid:	@lun is one this adapter's form can name
 * @target:	target number, -1 if there is none
 * @lun:	number of the LUN in the target portal group
 */
struct vscsis_address {
	bool device;
	bool well_known;
	bool valid;
	int target;
	u32 lun;
};

/*
 * A connection only moves forward; it ends in CLOSING, and the worker alone begins
 * another (DOWN or LISTENING), or goes back to CONNECTED after a logout.
 */
enum vscsis_state {
	VSCSIS_DOWN,		/* no queue is registered */
	VSCSIS_LISTENING,	/* registered, no handshake yet */
	VSCSIS_CONNECTED,	/* handshake done: MADs and login */
	VSCSIS_SERVING,		/* logged in */
	VSCSIS_CLOSING,		/* the session's commands are awaited */
	VSCSIS_STATES
};

/* Why a connection is closed, and what follows; the greater wins */
enum vscsis_close {
	VSCSIS_KEEP,
	VSCSIS_LOGOUT,		/* I_LOGOUT: CONNECTED */
	VSCSIS_CLIENT_GONE,	/* transport event: LISTENING on the same queue */
	VSCSIS_RESET,		/* violation: free the queue, register again */
	VSCSIS_DISABLE,		/* administrator: DOWN */
};

enum vscsis_cmd_state {
	VSCSIS_CMD_NEW,		/* waits for its turn or its worker */
	VSCSIS_CMD_PREPARING,	/* its worker hands it to the target core */
	VSCSIS_CMD_CORE,	/* the target core has it */
	VSCSIS_CMD_ABORTED,	/* was NEW: its worker throws it away */
};

struct vscsis_adapter;
struct vscsis_session;

/* Sense key, additional sense code and qualifier of what is found here */
#define VSCSIS_FAULT_DATA	0x0b4b00	/* the client's memory could not be reached */
#define VSCSIS_FAULT_IU		0x050e03	/* command and data do not go together */

#define VSCSIS_INLINE_DESC	12
#define VSCSIS_INLINE_SG	16	/* where the client's pages can be mapped; else 1 */

/**
 * struct vscsis_cmd - a request of the client; memory of the session
 * @se_cmd:	for the target core
 * @sess:	its session
 * @work:	what is done next
 * @node:	in the session's list, in order of arrival; adapter.lock
 * @hash:	by tag; adapter.lock
 * @gate:	in the session's list of those waiting for their turn; adapter.lock
 * @seq:	order of arrival
 * @state:	enum vscsis_cmd_state; adapter.lock, but to CORE its worker moves it without
 * @entered:	takes part in the order of commands; adapter.lock
 * @lengthy:	may keep a processor busy for more than a moment
 * @tag:	from the client, raw
 * @ioba:	where its information unit is, and the response goes
 * @iu:		the information unit, later the response; in the own window
 * @iu_ioba:	there
 * @iu_len:	bytes the client sent
 * @sol_not:	what the client wants to be told
 * @addr:	logical unit
 * @req:	content of an SRP_CMD
 * @desc:	the client's memory
 * @ndesc:	pieces of it
 * @inline_desc: room for few
 * @sg:		memory the backstore uses: the client's pages, or some of the pool
 * @sg_used:	elements of it
 * @mapped:	pieces of @desc mapped
 * @lent:	where in the session's pool the data is, -1 if it is not there
 * @sense:	sense data
 * @held:	the client is kept until the response is on its queue
 * @silent:	no response: aborted, or nobody to take it
 * @fault:	what the target core does not know of, VSCSIS_FAULT_* or 0
 * @crq_status:	status byte of the response's element
 * @rsp_len:	bytes of the response
 * @caw_execute: what executes a COMPARE AND WRITE
 * @caw_complete: and what completes it then
 * @excl:	among the exclusive ones, in order; exclusion.c
 * @excl_dev:	the device it is exclusive for
 * @task_func:	SRP_TSK_*
 * @task_tag:	of the command it is about
 * @task_seq:	of that command, while it is there
 * @task_accepted: it is carried out; adapter.lock
 * @task_rsp:	answer of the target core
 * @task_asked:	the target core was asked
 * @task_rounds: how often the covered commands were looked at
 * @task_grace:	until then they may end by themselves; jiffies
 * @inline_sg:	room for few; of vscsis_session.inline_sg elements
 */
struct vscsis_cmd {
	struct se_cmd se_cmd;
	struct vscsis_session *sess;
	struct delayed_work work;
	struct list_head node;
	struct hlist_node hash;
	struct list_head gate;
	u64 seq;
	enum vscsis_cmd_state state;
	bool entered;
	bool lengthy;
	u64 tag;
	u64 ioba;
	u8 *iu;
	u64 iu_ioba;
	u16 iu_len;
	u8 sol_not;
	struct vscsis_address addr;
	struct vscsis_request req;
	struct vscsis_desc *desc;
	u32 ndesc;
	struct vscsis_desc inline_desc[VSCSIS_INLINE_DESC];
	struct scatterlist *sg;
	u32 sg_used;
	u32 mapped;
	int lent;
	u8 sense[TRANSPORT_SENSE_BUFFER];
	bool held;
	bool silent;
	u32 fault;
	u8 crq_status;
	u16 rsp_len;
	sense_reason_t (*caw_execute)(struct se_cmd *se_cmd);
	sense_reason_t (*caw_complete)(struct se_cmd *se_cmd, bool success, int *post_ret);
	struct list_head excl;
	const void *excl_dev;
	u8 task_func;
	u64 task_tag;
	u64 task_seq;
	bool task_accepted;
	u8 task_rsp;
	bool task_asked;
	unsigned int task_rounds;
	unsigned long task_grace;
	struct scatterlist inline_sg[];
};

/* Memory for data that is copied */
#define VSCSIS_POOL_UNIT	SZ_4K
#define VSCSIS_POOL_UNITS	256
#define VSCSIS_POOL_SIZE	(VSCSIS_POOL_UNITS * VSCSIS_POOL_UNIT)
#define VSCSIS_POOL_MOST	SZ_64K		/* for one command */

/*
 * Information units are allocated in pieces of this many: whole pages, as the DMA API gives
 * nothing less, but not more than can be had when memory is scattered
 */
#define VSCSIS_IU_CHUNK		(max_t(u32, PAGE_SIZE, SZ_16K) / VSCSIS_IU_SIZE)

struct vscsis_iu_chunk {
	u8 *mem;
	u64 ioba;
};

/**
 * struct vscsis_session - one login
 * @se_sess:	for the target core; owns the commands
 * @adapter:	the adapter
 * @name:	who the client is, as the hypervisor says
 * @credits:	requests it may have outstanding
 * @slots:	requests there is memory for
 * @inline_sg:	elements of vscsis_cmd.inline_sg
 * @cmd_size:	bytes of a vscsis_cmd with those
 * @max_transfer: bytes in one command
 * @lun_form:	how LUNs are named
 * @iu:		information units
 * @chunks:	how many pieces
 * @pool:	memory for data, or NULL
 * @pool_ioba:	in the own window
 * @pool_lock:	protects @pool_used
 * @pool_used:	a bit for each VSCSIS_POOL_UNIT; pool_lock
 * @active:	commands, in order of arrival; adapter.lock
 * @by_tag:	the same; adapter.lock
 * @outstanding: length of @active; adapter.lock
 * @owed:	credits to be given with the next response; adapter.lock
 * @seq:	last number given; the queue's handler
 * @used:	a command was received; the queue's handler
 * @preparing:	commands whose worker is not done; adapter.lock
 * @ordered:	ORDERED commands in @active; adapter.lock
 * @lengthy:	lengthy commands in @active; adapter.lock
 * @busy:	logical units with commands; used while commands are looked at in order;
 *		adapter.lock
 * @fenced:	those with ORDERED ones; the same
 * @gated:	commands that wait for their turn; adapter.lock
 * @asking:	task management requests the target core has
 * @let_go:	who took it from its access list's sessions, to close it, is done
 */
struct vscsis_session {
	struct se_session *se_sess;
	struct vscsis_adapter *adapter;
	char name[VSCSIS_NAME_LEN];
	u32 credits;
	u32 slots;
	u32 inline_sg;
	size_t cmd_size;
	u32 max_transfer;
	enum vscsis_lun_form lun_form;
	struct vscsis_iu_chunk *iu;
	u32 chunks;
	u8 *pool;
	u64 pool_ioba;
	spinlock_t pool_lock;	/* @pool_used */
	DECLARE_BITMAP(pool_used, VSCSIS_POOL_UNITS);
	struct list_head active;
	DECLARE_HASHTABLE(by_tag, 8);
	u32 outstanding;
	u32 owed;
	u64 seq;
	bool used;
	u32 preparing;
	u32 ordered;
	u32 lengthy;
	DECLARE_BITMAP(busy, VSCSIS_TASK_SETS);
	DECLARE_BITMAP(fenced, VSCSIS_TASK_SETS);
	struct list_head gated;
	atomic_t asking;
	struct completion let_go;
};

/**
 * struct vscsis_attrib - what the administrator chose; written and read one by one
 * @credits:	VSCSIS_CREDITS_MIN to _MAX; taken at login
 * @max_transfer: bytes, VSCSIS_XFER_MIN to _MAX; taken at ADAPTER_INFO and at login
 * @os_type:	personality in ADAPTER_INFO; taken there
 * @lun_form:	how LUNs are named; taken at login
 */
struct vscsis_attrib {
	u32 credits;
	u32 max_transfer;
	u32 os_type;
	enum vscsis_lun_form lun_form;
};

/**
 * struct vscsis_tpg - the portal group of a port
 * @se_tpg:	for the target core
 * @port:	its port
 * @attrib:	changed by the administrator at any time
 */
struct vscsis_tpg {
	struct se_portal_group se_tpg;
	struct vscsis_port *port;
	struct vscsis_attrib attrib;
};

/**
 * struct vscsis_port - target directory of a unit address
 * @wwn:	for the target core
 * @tpg:	the one portal group, or NULL; vscsis_mutex
 * @enabled:	as the administrator wants it; vscsis_mutex
 * @node:	in vscsis_ports; vscsis_mutex
 * @name:	unit address
 * @unit:	the same
 * @adapter:	the adapter, or NULL while there is none; vscsis_mutex
 * @held:	kept from removal while the port is there
 * @hv:		hypervisor of @held
 */
struct vscsis_port {
	struct se_wwn wwn;
	struct vscsis_tpg *tpg;
	bool enabled;
	struct list_head node;
	char name[16];
	u32 unit;
	struct vscsis_adapter *adapter;
	struct crq_adapter *held;
	const struct hv_ops *hv;
};

enum vscsis_stat {
	VSCSIS_STAT_COMMANDS,
	VSCSIS_STAT_TASKS,
	VSCSIS_STAT_MADS,
	VSCSIS_STAT_LOGINS,
	VSCSIS_STAT_RESETS,
	VSCSIS_STAT_READ,
	VSCSIS_STAT_WRITTEN,
	VSCSIS_STAT_COPIED,
	VSCSIS_STAT_ABORTED,
	VSCSIS_STATS
};

/**
 * struct vscsis_client - what a client says of itself; shown, never believed
 * @srp_version: of its protocol
 * @name:	partition name
 * @number:	partition number
 * @os_type:	operating system
 */
struct vscsis_client {
	char srp_version[9];
	char name[97];
	u32 number;
	u32 os_type;
};

/**
 * struct vscsis_reply - an element that waits, for room on the client's queue or for others
 * @hi:		bytes 0 to 7
 * @lo:		bytes 8 to 15
 * @ioba:	the client's page that is held until then, see vscsis_hold_client()
 * @held:	whether it is
 */
struct vscsis_reply {
	u64 hi;
	u64 lo;
	u64 ioba;
	bool held;
};

/**
 * struct vscsis_adapter - a server adapter
 * @ref:	keeps the memory
 * @crq:	on the bus
 * @queue:	its queue
 * @tpg:	its portal group, or NULL; changed only while DOWN, under vscsis_mutex
 * @node:	in vscsis_adapters; vscsis_mutex
 * @name:	unit address in hex
 * @wq:		runs short commands, on the processor that admits them; a hung backstore
 *		fills only its own adapter's
 * @wq_any:	runs long ones, on any
 * @page:	memory in the own window for MADs and what the hypervisor tells
 * @page_ioba:	there
 * @lock:	protects what follows down to @client, but for what is the worker's
 * @state:	enum vscsis_state
 * @closing:	enum vscsis_close; not VSCSIS_KEEP while CLOSING
 * @want_up:	the administrator wants it enabled
 * @forbidden:	the adapter goes: it cannot be enabled any more
 * @gone:	the client this connection was with is not there any more: nothing is
 *		written to, or read from, what is at its addresses now
 * @init_seen:	an INIT came while CLOSING
 * @greeted:	an INIT or INIT_COMPLETE did: what follows is of the next client
 * @mad_seen:	a MAD came since the handshake
 * @called:	a client that has not answered yet has our INIT
 * @nudges:	so many more times it is asked to look at its queue while it says nothing
 * @nudge_at:	when; jiffies
 * @suspending:	event 09 came; nothing is to be going on
 * @ready_due:	the hypervisor waits for READY_FOR_SUSPEND
 * @event_lost:	an event took the place of a message, or one could not be read
 * @sess:	the session while SERVING or CLOSING
 * @ctl:	elements with MADs and logins, to be answered one by one
 * @ctl_head:	next to answer
 * @ctl_count:	how many
 * @empty_iu:	address of the last EMPTY_IU, 0 for none; the worker
 * @empty_tag:	its tag; the worker
 * @fast_fail:	the client wants to be told of failed paths; set by the worker
 * @told_transfer: bytes in one command, as ADAPTER_INFO said; 0 if it was not asked; set
 *		by the worker
 * @last_error:	text for the administrator
 * @client:	what the client says of itself
 * @work:	moves the connection; see connection.c
 * @reopen_at:	the queue is not registered before; jiffies, the worker
 * @changed:	woken with each change of @state
 * @send_lock:	order of sends; protects what follows down to @reply_cpu
 * @reply:	elements that wait, for room on the client's queue or for others
 * @reply_head:	next to send
 * @reply_count: how many
 * @reply_full:	they wait for room; otherwise, for others
 * @reply_cpu:	on this processor
 * @resend:	sends them
 * @stat:	counters
 */
struct vscsis_adapter {
	struct kref ref;
	struct crq_adapter *crq;
	struct crq_queue queue;
	struct vscsis_tpg *tpg;
	struct list_head node;
	char name[16];
	struct workqueue_struct *wq;
	struct workqueue_struct *wq_any;
	u8 *page;
	u64 page_ioba;

	spinlock_t lock;	/* down to @client; see above */
	enum vscsis_state state;
	enum vscsis_close closing;
	bool want_up;
	bool forbidden;
	bool gone;
	bool init_seen;
	bool greeted;
	bool mad_seen;
	bool called;
	unsigned int nudges;
	unsigned long nudge_at;
	bool suspending;
	bool ready_due;
	bool event_lost;
	struct vscsis_session *sess;
	struct crq_msg ctl[VSCSIS_CTL];
	u32 ctl_head;
	u32 ctl_count;
	u64 empty_iu;
	u64 empty_tag;
	bool fast_fail;
	u32 told_transfer;
	char last_error[96];
	struct vscsis_client client;

	struct delayed_work work;
	unsigned long reopen_at;
	wait_queue_head_t changed;

	spinlock_t send_lock;	/* down to @reply_cpu */
	struct vscsis_reply *reply;
	u32 reply_head;
	u32 reply_count;
	bool reply_full;
	int reply_cpu;
	struct delayed_work resend;

	atomic64_t stat[VSCSIS_STATS];
};

/* Parts of vscsis_adapter.page */
#define VSCSIS_PAGE_SIZE	8192
#define VSCSIS_PAGE_IU		0		/* the information unit being answered */
#define VSCSIS_PAGE_PAYLOAD	2048		/* VSCSIS_MAD_PAYLOAD bytes */
#define VSCSIS_PAGE_PARTNER	4096		/* GET_PARTNER_INFO */
#define VSCSIS_PAGE_LOGOUT	6144		/* T_LOGOUT */

/*
 * Has the client of this connection gone, by all that can be known at this instant?  The
 * event is on our queue before the client's H_FREE_CRQ returns, so before another's memory
 * can be at its addresses.
 */
static inline bool vscsis_gone(const struct vscsis_adapter *v)
{
	return crq_ring_partner_left(&v->queue.ring) || READ_ONCE(v->gone);
}

/* The hypervisor was told that nothing goes on; adapter.lock held, or only a hint */
static inline bool vscsis_suspended(const struct vscsis_adapter *v)
{
	return READ_ONCE(v->suspending) && !READ_ONCE(v->ready_due);
}

static inline void vscsis_count(struct vscsis_adapter *v, enum vscsis_stat stat, s64 n)
{
	atomic64_add(n, &v->stat[stat]);
}

#define vscsis_err(v, fmt, ...) \
	dev_err_ratelimited((v)->crq->dev, fmt, ##__VA_ARGS__)
#define vscsis_info(v, fmt, ...) \
	dev_info_ratelimited((v)->crq->dev, fmt, ##__VA_ARGS__)

extern struct mutex vscsis_mutex;
extern struct workqueue_struct *vscsis_wq;
extern struct workqueue_struct *vscsis_send_wq;
extern const struct target_core_fabric_ops vscsis_fabric_ops;
extern const struct attribute_group vscsis_attr_group;

/* lun.c */
u32 vscsis_lun_max(enum vscsis_lun_form form);
void vscsis_lun_check(const struct vscsis_tpg *tpg, u64 n);
void vscsis_lun_check_all(struct vscsis_tpg *tpg);
void vscsis_lun_decode(enum vscsis_lun_form form, const struct scsi_lun *lun,
		       struct vscsis_address *addr);
enum vscsis_access vscsis_lun_access(struct vscsis_session *sess, u32 n);
const void *vscsis_lun_device(struct vscsis_session *sess, u32 n);
bool vscsis_lun_masked(struct vscsis_session *sess);
bool vscsis_lun_populated(struct vscsis_session *sess, int target);
u32 vscsis_lun_report(struct vscsis_session *sess, const struct vscsis_address *addr,
		      u8 *buf, u32 size);

/* adapter.c */
int vscsis_adapter_init(void);
void vscsis_adapter_exit(void);
int vscsis_port_add(struct vscsis_port *port);
void vscsis_port_del(struct vscsis_port *port);
int vscsis_port_set_tpg(struct vscsis_port *port, struct vscsis_tpg *tpg);
void vscsis_port_clear_tpg(struct vscsis_port *port);
void vscsis_port_enable(struct vscsis_port *port, bool enable);
void vscsis_port_fit(struct vscsis_port *port);
void vscsis_adapter_fit(struct vscsis_adapter *v);
void vscsis_port_reset(struct vscsis_port *port, const char *text);

/* connection.c */
extern const char * const vscsis_states[];
void vscsis_conn_init(struct vscsis_adapter *v);
void vscsis_conn_handle(struct crq_queue *q, const struct crq_msg *msg);
void vscsis_conn_enable(struct vscsis_adapter *v);
void vscsis_conn_disable(struct vscsis_adapter *v);
void vscsis_conn_forbid(struct vscsis_adapter *v);
bool vscsis_conn_is_down(struct vscsis_adapter *v);
void vscsis_conn_close(struct vscsis_adapter *v, enum vscsis_close why, const char *text);
void vscsis_conn_lost(struct vscsis_adapter *v, const char *text);
void vscsis_conn_kick(struct vscsis_adapter *v);
void vscsis_conn_error(struct vscsis_adapter *v, const char *text);
bool vscsis_conn_serve(struct vscsis_adapter *v, struct vscsis_session *sess);

/* control.c */
bool vscsis_control_queue(struct vscsis_adapter *v, const struct crq_msg *msg);
void vscsis_control_run(struct vscsis_adapter *v);
long vscsis_fetch(struct vscsis_adapter *v, u64 from, u64 to, u32 len);
long vscsis_store(struct vscsis_adapter *v, u64 from, u64 to, u32 len);

/* mad.c */
void vscsis_mad_answer(struct vscsis_adapter *v, const struct crq_msg *msg);

/* login.c */
void vscsis_login(struct vscsis_adapter *v, const struct crq_msg *msg, u8 *iu);
void vscsis_session_end(struct vscsis_session *sess);
u32 vscsis_max_transfer(struct vscsis_adapter *v);

/* command.c */
bool vscsis_cmd_receive(struct vscsis_adapter *v, const struct crq_msg *msg);
void vscsis_cmd_submit(struct work_struct *work);
void vscsis_cmd_respond(struct vscsis_cmd *cmd, const struct vscsis_response *rsp);
void vscsis_cmd_refuse(struct vscsis_cmd *cmd, u8 key, u8 asc, u8 ascq, u8 crq_status);
void vscsis_cmd_finish(struct vscsis_cmd *cmd);
void vscsis_cmd_prepared(struct vscsis_adapter *v, struct vscsis_session *sess);
void vscsis_cmd_next(struct vscsis_session *sess);
void vscsis_cmd_left(struct vscsis_session *sess, bool ordered);
void vscsis_cmd_resume(struct vscsis_adapter *v);
bool vscsis_cmd_quiet(struct vscsis_session *sess);
void vscsis_cmd_drop_waiting(struct vscsis_session *sess);

/* data.c */
int vscsis_data_load(struct vscsis_cmd *cmd);
void vscsis_data_place(struct vscsis_cmd *cmd);
void vscsis_data_unplace(struct vscsis_cmd *cmd);
void vscsis_data_free(struct vscsis_cmd *cmd);
int vscsis_data_copy(struct vscsis_cmd *cmd, struct scatterlist *sgl, u32 nents, u32 len,
		     bool to_client);
bool vscsis_hold_client(struct vscsis_adapter *v, u64 ioba);
void vscsis_release_client(struct vscsis_adapter *v, u64 ioba);

/* pool.c */
void vscsis_pool_init(struct vscsis_session *sess);
void vscsis_pool_exit(struct vscsis_session *sess);
int vscsis_pool_get(struct vscsis_session *sess, u32 len, bool lend);
void vscsis_pool_put(struct vscsis_session *sess, int at, u32 len);

/* local.c */
bool vscsis_local_answer(struct vscsis_cmd *cmd);

/* task.c */
void vscsis_task_receive(struct vscsis_cmd *cmd);
bool vscsis_task_silences(const struct vscsis_cmd *cmd, bool tas);
void vscsis_task_answered(struct vscsis_cmd *cmd, u8 response);
void vscsis_task_released(struct vscsis_cmd *cmd);

/* exclusion.c */
bool vscsis_excl_preempts(const struct vscsis_cmd *cmd);
bool vscsis_excl_begin(struct vscsis_cmd *cmd);
void vscsis_excl_end(struct vscsis_cmd *cmd);

/* send.c */
void vscsis_send(struct vscsis_adapter *v, u64 hi, u64 lo);
void vscsis_send_retire(struct vscsis_cmd *cmd, u64 hi, u64 lo);
bool vscsis_send_init(struct vscsis_adapter *v);
void vscsis_send_setup(struct vscsis_adapter *v);
void vscsis_send_clear(struct vscsis_adapter *v);

/* fabric.c */
bool vscsis_tpg_allows(struct vscsis_tpg *tpg, const char *name, bool listed);
void vscsis_guard_caw(struct vscsis_cmd *cmd);

/* configfs.c */
extern struct configfs_attribute *vscsis_wwn_attrs[];
extern struct configfs_attribute *vscsis_attrib_attrs[];
void vscsis_attrib_init(struct vscsis_attrib *attrib);
const char *vscsis_os_name(u32 os_type);

static inline struct vscsis_port *vscsis_wwn_port(struct se_wwn *wwn)
{
	return container_of(wwn, struct vscsis_port, wwn);
}

static inline struct vscsis_tpg *to_vscsis_tpg(struct se_portal_group *se_tpg)
{
	return container_of(se_tpg, struct vscsis_tpg, se_tpg);
}

#endif /* _IBMVSCSIS_H */
