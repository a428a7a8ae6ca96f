/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints: /sys/kernel/tracing/events/ibmvscsis */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ibmvscsis

#if !defined(_IBMVSCSIS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _IBMVSCSIS_TRACE_H

#include <linux/tracepoint.h>

#include "ibmvscsis.h"

TRACE_EVENT(vscsis_receive,
	TP_PROTO(struct vscsis_adapter *v, const struct crq_msg *msg),
	TP_ARGS(v, msg),
	TP_STRUCT__entry(
		__field(u32, unit)
		__field(u64, hi)
		__field(u64, lo)
	),
	TP_fast_assign(
		__entry->unit = v->crq->unit_address;
		__entry->hi = be64_to_cpu(msg->word[0]);
		__entry->lo = be64_to_cpu(msg->word[1]);
	),
	TP_printk("%x: %016llx %016llx", __entry->unit, __entry->hi, __entry->lo)
);

TRACE_EVENT(vscsis_state,
	TP_PROTO(struct vscsis_adapter *v, int state),
	TP_ARGS(v, state),
	TP_STRUCT__entry(
		__field(u32, unit)
		__field(int, from)
		__field(int, to)
		__field(int, why)
	),
	TP_fast_assign(
		__entry->unit = v->crq->unit_address;
		__entry->from = v->state;
		__entry->to = state;
		__entry->why = v->closing;
	),
	TP_printk("%x: %s to %s, close %d", __entry->unit,
		  __print_symbolic(__entry->from, { 0, "down" }, { 1, "listening" },
				   { 2, "connected" }, { 3, "serving" }, { 4, "closing" }),
		  __print_symbolic(__entry->to, { 0, "down" }, { 1, "listening" },
				   { 2, "connected" }, { 3, "serving" }, { 4, "closing" }),
		  __entry->why)
);

TRACE_EVENT(vscsis_mad,
	TP_PROTO(struct vscsis_adapter *v, u32 type, u16 status),
	TP_ARGS(v, type, status),
	TP_STRUCT__entry(
		__field(u32, unit)
		__field(u32, type)
		__field(u16, status)
	),
	TP_fast_assign(
		__entry->unit = v->crq->unit_address;
		__entry->type = type;
		__entry->status = status;
	),
	TP_printk("%x: type %#x status %#x", __entry->unit, __entry->type, __entry->status)
);

TRACE_EVENT(vscsis_request,
	TP_PROTO(struct vscsis_adapter *v, struct vscsis_cmd *cmd, int error),
	TP_ARGS(v, cmd, error),
	TP_STRUCT__entry(
		__field(u32, unit)
		__field(u64, tag)
		__field(u64, seq)
		__field(u32, lun)
		__field(u8, opcode)
		__field(u32, data_len)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->unit = v->crq->unit_address;
		__entry->tag = be64_to_cpu((__force __be64)cmd->tag);
		__entry->seq = cmd->seq;
		__entry->lun = cmd->addr.valid ? cmd->addr.lun : U32_MAX;
		__entry->opcode = error ? 0 : cmd->req.cdb[0];
		__entry->data_len = cmd->req.data_len;
		__entry->error = error;
	),
	TP_printk("%x: tag %#llx seq %llu lun %d opcode %#x bytes %u error %d",
		  __entry->unit, __entry->tag, __entry->seq, (int)__entry->lun,
		  __entry->opcode, __entry->data_len, __entry->error)
);

TRACE_EVENT(vscsis_copy,
	TP_PROTO(struct vscsis_adapter *v, struct vscsis_cmd *cmd, u32 bytes, bool to_client,
		 int error),
	TP_ARGS(v, cmd, bytes, to_client, error),
	TP_STRUCT__entry(
		__field(u32, unit)
		__field(u64, tag)
		__field(u32, bytes)
		__field(bool, to_client)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->unit = v->crq->unit_address;
		__entry->tag = be64_to_cpu((__force __be64)cmd->tag);
		__entry->bytes = bytes;
		__entry->to_client = to_client;
		__entry->error = error;
	),
	TP_printk("%x: tag %#llx %u bytes %s client, error %d", __entry->unit, __entry->tag,
		  __entry->bytes, __entry->to_client ? "to" : "from", __entry->error)
);

TRACE_EVENT(vscsis_task,
	TP_PROTO(struct vscsis_adapter *v, struct vscsis_cmd *task, u8 code),
	TP_ARGS(v, task, code),
	TP_STRUCT__entry(
		__field(u32, unit)
		__field(u64, tag)
		__field(u8, func)
		__field(u64, task_tag)
		__field(u8, code)
	),
	TP_fast_assign(
		__entry->unit = v->crq->unit_address;
		__entry->tag = be64_to_cpu((__force __be64)task->tag);
		__entry->func = task->task_func;
		__entry->task_tag = be64_to_cpu((__force __be64)task->task_tag);
		__entry->code = code;
	),
	TP_printk("%x: tag %#llx function %#x of %#llx: response code %u", __entry->unit,
		  __entry->tag, __entry->func, __entry->task_tag, __entry->code)
);

TRACE_EVENT(vscsis_complete,
	TP_PROTO(struct vscsis_adapter *v, struct vscsis_cmd *cmd),
	TP_ARGS(v, cmd),
	TP_STRUCT__entry(
		__field(u32, unit)
		__field(u64, tag)
		__field(u64, seq)
		__field(u16, length)
		__field(u8, crq_status)
		__field(bool, silent)
	),
	TP_fast_assign(
		__entry->unit = v->crq->unit_address;
		__entry->tag = be64_to_cpu((__force __be64)cmd->tag);
		__entry->seq = cmd->seq;
		__entry->length = cmd->rsp_len;
		__entry->crq_status = cmd->crq_status;
		__entry->silent = cmd->silent;
	),
	TP_printk("%x: tag %#llx seq %llu response of %u bytes, status %#x%s", __entry->unit,
		  __entry->tag, __entry->seq, __entry->length, __entry->crq_status,
		  __entry->silent ? ", not sent" : "")
);

#endif /* _IBMVSCSIS_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
