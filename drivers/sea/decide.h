/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What becomes of a frame: a function of the frame and the configuration, and nothing
 * else.  The rows of the table in Documentation/sea.rst are in its order; the first that
 * fits decides.  It is inline, as a call is a good part of what a short frame costs.
 */
#ifndef _SEA_DECIDE_H
#define _SEA_DECIDE_H

#include "sea.h"

static inline void sea_rule_drop(struct sea_verdict *v, u16 counter)
{
	v->to = 0;
	v->drop = counter;
}

static inline void sea_rule_consume(struct sea_verdict *v)
{
	v->to = SEA_TO_LOCAL;
}

static inline bool sea_is_active(const struct sea_rules *rules, u8 trunk)
{
	return rules->active & BIT(trunk);
}

/* The VLAN of an untagged frame is the port's; a tag for the priority is none. */
static inline u16 sea_vlan_of(const struct sea_frame *f, u16 pvid)
{
	return f->vid ? f->vid : pvid;
}

/* One VLAN is untagged outside of clients: the PVID of the default trunk. */
static inline void sea_tag_all(const struct sea_rules *rules, struct sea_verdict *v)
{
	v->tagged = v->vid == rules->table->pvid ? 0 : v->to;
}

/* If a tag is removed, none behind it may come to light. */
static inline bool sea_exposes_tag(const struct sea_frame *f, const struct sea_verdict *v)
{
	return unlikely(f->inner_tag) && f->has_tag && v->to & ~v->tagged;
}

/*
 * The core takes an 802.1ad tag of VLAN 0 off, too, and would give the frame to the SEA's
 * VLAN device of the tag behind it: another VLAN than it came in.
 */
static inline void sea_hide(const struct sea_frame *f, struct sea_verdict *v, u16 counter)
{
	if (likely(!f->hidden_tag) || !(v->to & ~v->tagged & SEA_TO_LOCAL))
		return;
	v->to &= ~SEA_TO_LOCAL;
	if (!v->to)
		sea_rule_drop(v, counter);
}

/* ---- from the real adapter ---- */

static inline u16 sea_check_real(const struct sea_rules *rules, const struct sea_frame *f)
{
	if (unlikely(f->bad_src))
		return SEA_STAT(REAL_BAD_SRC);
	if (unlikely(!(rules->options & SEA_OPT_UP)))
		return SEA_STAT(REAL_NOT_READY);
	if (unlikely(f->control || f->vid == SEA_CONTROL_VID))
		return SEA_STAT(REAL_CONTROL_LEAK);
	return 0;
}

static inline void sea_bridge_from_real(const struct sea_rules *rules, const struct sea_frame *f,
					struct sea_verdict *v)
{
	u8 trunk = sea_map_trunk(rules->table, v->vid);
	bool copy = f->group && sea_map_local(rules->table, v->vid);

	if (unlikely(f->vid == rules->table->pvid) && f->vid &&
	    !(rules->options & SEA_OPT_TAGGED_PVID))
		return sea_rule_drop(v, SEA_STAT(REAL_TAGGED_PVID));
	if (unlikely(trunk == SEA_MAP_NONE || !sea_is_active(rules, trunk))) {
		/* Only the SEA itself is in that VLAN here: ARP for it, for instance. */
		if (copy)
			return sea_rule_consume(v);
		return sea_rule_drop(v, trunk == SEA_MAP_NONE ? SEA_STAT(REAL_FILTERED_VLAN) :
								SEA_STAT(REAL_INACTIVE));
	}
	v->trunk = trunk;
	v->to = SEA_TO_TRUNK | (copy ? SEA_TO_LOCAL : 0);
}

static __always_inline void sea_decide_real(const struct sea_rules *rules,
					    const struct sea_frame *f, struct sea_verdict *v)
{
	u16 drop = sea_check_real(rules, f);

	if (unlikely(drop))
		return sea_rule_drop(v, drop);
	if (unlikely(f->reserved)) {
		sea_rule_drop(v, SEA_STAT(REAL_FILTERED_RESERVED));
		v->to = SEA_TO_LOWER;
		return;
	}
	v->vid = sea_vlan_of(f, rules->table->pvid);
	if (unlikely(f->own))
		sea_rule_consume(v);
	else
		sea_bridge_from_real(rules, f, v);
	sea_tag_all(rules, v);
	if (sea_exposes_tag(f, v))
		sea_rule_drop(v, SEA_STAT(REAL_DOUBLE_TAG));
	sea_hide(f, v, SEA_STAT(REAL_DOUBLE_TAG));
}

/* ---- from a trunk ---- */

static inline bool sea_is_control(const struct sea_rules *rules, const struct sea_frame *f)
{
	return f->control || (f->vid == SEA_CONTROL_VID && f->trunk == rules->table->dflt);
}

static inline u16 sea_check_trunk(const struct sea_rules *rules, const struct sea_frame *f)
{
	const struct sea_table *table = rules->table;

	if (unlikely(f->reserved))
		return SEA_STAT(VIRT_FILTERED_RESERVED);
	if (unlikely(!sea_is_active(rules, f->trunk)))
		return SEA_STAT(VIRT_INACTIVE);
	if (likely(f->vid))
		return likely(sea_map_trunk(table, f->vid) == f->trunk) ?
		       0 : SEA_STAT(VIRT_FILTERED_VLAN);
	if (f->trunk != table->dflt && !(rules->options & SEA_OPT_PVID_LEAK))
		return SEA_STAT(VIRT_FILTERED_PVID);
	return 0;
}

static inline void sea_bridge_from_trunk(const struct sea_rules *rules, const struct sea_frame *f,
					 struct sea_verdict *v)
{
	bool local = sea_map_local(rules->table, v->vid);

	if (unlikely(f->own && local))
		return sea_rule_consume(v);
	v->to = (rules->table->real ? SEA_TO_REAL : 0) |
		(f->group && local ? SEA_TO_LOCAL : 0);
	if (unlikely(!v->to))
		sea_rule_drop(v, SEA_STAT(VIRT_NO_REAL));
}

static __always_inline void sea_decide_trunk(const struct sea_rules *rules,
					     const struct sea_frame *f, struct sea_verdict *v)
{
	u16 drop;

	if (unlikely(f->bad_src))
		return sea_rule_drop(v, SEA_STAT(VIRT_BAD_SRC));
	if (unlikely(!(rules->options & SEA_OPT_UP) || !rules->table->tpvid[f->trunk]))
		return sea_rule_drop(v, SEA_STAT(VIRT_NOT_READY));
	if (unlikely(sea_is_control(rules, f))) {
		sea_rule_drop(v, SEA_STAT(VIRT_CONTROL));
		v->to = SEA_TO_ENGINE;
		return;
	}
	drop = sea_check_trunk(rules, f);
	if (unlikely(drop))
		return sea_rule_drop(v, drop);
	v->vid = sea_vlan_of(f, rules->table->tpvid[f->trunk]);
	sea_bridge_from_trunk(rules, f, v);
	sea_tag_all(rules, v);
	/* With pvid_leak, other trunks' untagged frames too are untagged on the wire. */
	if (!f->vid)
		v->tagged &= ~SEA_TO_REAL;
	if (sea_exposes_tag(f, v))
		sea_rule_drop(v, SEA_STAT(VIRT_DOUBLE_TAG));
	sea_hide(f, v, SEA_STAT(VIRT_DOUBLE_TAG));
}

/* ---- from the SEA's own interface ---- */

static inline void sea_decide_local(const struct sea_rules *rules, const struct sea_frame *f,
				    struct sea_verdict *v)
{
	const struct sea_table *table = rules->table;
	bool known = !f->group && f->trunk != SEA_ORDER_NONE;

	v->vid = sea_vlan_of(f, table->pvid);
	v->trunk = sea_map_trunk(table, v->vid);
	if (v->trunk != SEA_MAP_NONE && sea_is_active(rules, v->trunk))
		v->to = SEA_TO_TRUNK;
	/* A known client gets it from its trunk; everybody else may be on either side. */
	if (table->real && !(v->to && known && f->trunk == v->trunk))
		v->to |= SEA_TO_REAL;
	sea_tag_all(rules, v);
	if (!v->to || sea_exposes_tag(f, v))
		sea_rule_drop(v, SEA_STAT(OUTPUT_DROPPED));
}

/**
 * sea_decide() - what becomes of a frame
 * @rules: the configuration
 * @frame: the frame
 * @verdict: what becomes of it
 *
 * Reserved addresses from the real adapter, and control frames, are counted as dropped
 * and yet go somewhere: they are not forwarded.
 *
 * Context: any; @rules->table stays for as long as the caller sees to it.
 */
static __always_inline void sea_decide(const struct sea_rules *rules,
				       const struct sea_frame *frame,
				       struct sea_verdict *verdict)
{
	*verdict = (struct sea_verdict){ .trunk = SEA_ORDER_NONE };
	if (likely(frame->from == SEA_FROM_TRUNK))
		sea_decide_trunk(rules, frame, verdict);
	else if (frame->from == SEA_FROM_REAL)
		sea_decide_real(rules, frame, verdict);
	else
		sea_decide_local(rules, frame, verdict);
}

#endif /* _SEA_DECIDE_H */
