/* SPDX-License-Identifier: GPL-2.0 */
/* Handshake, management datagrams, login: the way to a session, and the proof of one. */
#ifndef _VSCSITEST_SESSION_H
#define _VSCSITEST_SESSION_H

#include "iu.h"

/* Types of MADs (LoPAR, vSCSI) */
enum vt_mad_type {
	MAD_EMPTY_IU		= 0x01,
	MAD_ERROR_LOG		= 0x02,
	MAD_ADAPTER_INFO	= 0x03,
	MAD_CAPABILITIES	= 0x05,
	MAD_PHYS_ADAP_INFO	= 0x06,
	MAD_TAPE_PASSTHROUGH	= 0x07,
	MAD_FAST_FAIL		= 0x08,
};

enum vt_mad_status {
	MAD_SUCCESS		= 0x00,
	MAD_NOT_SUPPORTED	= 0xf1,
	MAD_FAILED		= 0xf7,
};

#define MAD_HEADER_LEN		16
#define MAD_BUFFER_LEN		24
#define MAD_EMPTY_IU_LEN	28
#define ADAPTER_INFO_LEN	148
#define ADAPTER_INFO_TXU	116
#define CAPABILITIES_LEN	92

/**
 * struct vt_login - a login, and its answer
 * @iu_len:	most bytes of an information unit
 * @buf_fmt:	2: direct, 4: indirect
 * @flags:	0x01: multi-channel
 * @opcode:	of the answer: SRP_LOGIN_RSP or SRP_LOGIN_REJ
 * @delta:	credits, or the reason
 */
struct vt_login {
	u32 iu_len;
	u16 buf_fmt;
	u8 flags;
	u8 opcode;
	u32 delta;
};

#define VT_LOGIN_USUAL	{ .iu_len = 256, .buf_fmt = 6 }

int vt_init(struct client *c);
int vt_init_for(struct client *c, unsigned int ms);
int mad_post(struct client *c, struct vt_req *r, u8 format, u32 type, u16 length,
	     u64 buffer, unsigned int iu_len);
int mad_run(struct client *c, u8 format, u32 type, u16 length, u64 buffer, u16 *status);
int vt_adapter_info(struct client *c);
void iu_login(struct vt_iu *iu, const struct vt_login *l);
void iu_logout(struct vt_iu *iu);
int vt_login_with(struct client *c, struct vt_login *l);
int vt_login(struct client *c);
int vt_connect(struct client *c);
int vt_disk(struct client *c);
bool vt_serves(struct client *c);
bool vt_violated(struct client *c);
bool vt_reopens(struct client *c);

#endif /* _VSCSITEST_SESSION_H */
