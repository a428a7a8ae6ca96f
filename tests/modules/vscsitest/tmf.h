/* SPDX-License-Identifier: GPL-2.0 */
/* Task management, for the cases that need more than its table. */
#ifndef _VSCSITEST_TMF_H
#define _VSCSITEST_TMF_H

#include "session.h"

/* Response data of task management (SRP, "RSP_CODE") */
enum vt_tmf_code {
	TMF_COMPLETE		= 0,
	TMF_FIELDS_INVALID	= 2,
	TMF_NOT_SUPPORTED	= 4,
	TMF_FAILED		= 5,
};

bool tmf_run(struct client *c, u16 lun, u8 function, u64 task_tag, struct vt_rsp *rsp);
u16 lun_absent(void);

#endif /* _VSCSITEST_TMF_H */
