// SPDX-License-Identifier: GPL-2.0
/*
 * Frames and bytes of each client.  Who sends from a trunk is a client; there are at most
 * so many, and one that was silent for long makes room for a new one.  Off, which is the
 * default, it costs nothing: the branch is patched in.
 *
 * Where a client is known to be, a frame of the SEA's own interface goes, and nowhere else.
 * As in a bridge, who sends says where that is, and it is forgotten in the same time.
 */
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "sea.h"

DEFINE_STATIC_KEY_FALSE(sea_accounting);

#define SEA_CLIENT_SILENT	(300 * HZ)
#define SEA_SWEEP		16	/* buckets that are looked through for room */

/**
 * struct sea_client - a client
 * @node: in its bucket; RCU
 * @key: address and VLAN
 * @trunk: order of the trunk it was last seen at; SEA_ORDER_NONE: it is outside now
 * @pcp: VLAN priority it used last
 * @used: when it sent its last frame, in jiffies
 * @from_frames: from it
 * @from_bytes: from it
 * @to_frames: to it
 * @to_bytes: to it
 * @rcu: frees it
 */
struct sea_client {
	struct hlist_node node;
	u64 key;
	u8 trunk;
	u8 pcp;
	unsigned long used;
	atomic64_t from_frames, from_bytes, to_frames, to_bytes;
	struct rcu_head rcu;
};

/**
 * struct sea_accounts - the clients of a SEA
 * @max: most there may be
 * @mask: number of buckets, minus 1
 * @seed: of the hash, so that nobody can choose addresses for one bucket
 * @lock: protects @n, @hand and who is in a bucket
 * @n: clients there are
 * @hand: the bucket where room is looked for next
 * @swept: when that was last done, in jiffies
 * @bucket: the clients
 */
struct sea_accounts {
	u32 max;
	u32 mask;
	u32 seed;
	spinlock_t lock;	/* n, hand, and who is in a bucket */
	u32 n;
	u32 hand;
	unsigned long swept;
	struct hlist_head bucket[];
};

static u64 sea_client_key(u16 vid, const u8 *mac)
{
	return ether_addr_to_u64(mac) << 16 | vid;
}

static struct hlist_head *sea_client_bucket(struct sea_accounts *acc, u64 key)
{
	return &acc->bucket[jhash_2words(lower_32_bits(key), upper_32_bits(key), acc->seed) &
			    acc->mask];
}

/* Context: rcu_read_lock, or the lock of @acc. */
static struct sea_client *sea_client_find(struct sea_accounts *acc, u64 key)
{
	struct sea_client *client;

	hlist_for_each_entry_rcu(client, sea_client_bucket(acc, key), node,
				 lockdep_is_held(&acc->lock))
		if (client->key == key)
			return client;
	return NULL;
}

/* Context: the lock of @acc. */
static void sea_client_remove(struct sea_accounts *acc, struct sea_client *client)
{
	hlist_del_rcu(&client->node);
	acc->n--;
	kfree_rcu(client, rcu);
}

static bool sea_client_is_silent(const struct sea_client *client)
{
	return time_is_before_jiffies(READ_ONCE(client->used) + SEA_CLIENT_SILENT);
}

/* Forget some that are silent.  Context: the lock of @acc. */
static void sea_accounts_sweep(struct sea_accounts *acc)
{
	struct sea_client *client;
	struct hlist_node *next;
	unsigned int i;

	WRITE_ONCE(acc->swept, jiffies);
	for (i = 0; i < SEA_SWEEP; i++) {
		acc->hand = (acc->hand + 1) & acc->mask;
		hlist_for_each_entry_safe(client, next, &acc->bucket[acc->hand], node)
			if (sea_client_is_silent(client))
				sea_client_remove(acc, client);
	}
}

/* Context: the lock of @acc. */
static bool sea_accounts_make_room(struct sea_accounts *acc)
{
	if (acc->n >= acc->max)
		sea_accounts_sweep(acc);
	return acc->n < acc->max;
}

/* Context: the lock of @acc. */
static struct sea_client *sea_client_new(struct sea_accounts *acc, u64 key)
{
	struct sea_client *client = sea_client_find(acc, key);

	if (client || !sea_accounts_make_room(acc))
		return client;
	client = kzalloc(sizeof(*client), GFP_ATOMIC | __GFP_NOWARN);
	if (!client)
		return NULL;
	client->key = key;
	client->used = jiffies;
	/* Behind those a dump has seen */
	hlist_add_tail_rcu(&client->node, sea_client_bucket(acc, key));
	acc->n++;
	return client;
}

/* Once full, addresses that nobody knows are worth the lock once in a jiffy. */
static bool sea_accounts_full(const struct sea_accounts *acc)
{
	return READ_ONCE(acc->n) >= acc->max && !time_after(jiffies, READ_ONCE(acc->swept));
}

static struct sea_client *sea_client_get(struct sea_accounts *acc, u64 key)
{
	struct sea_client *client = sea_client_find(acc, key);

	if (likely(client) || sea_accounts_full(acc))
		return client;
	spin_lock(&acc->lock);
	client = sea_client_new(acc, key);
	spin_unlock(&acc->lock);
	return client;
}

/**
 * sea_account_from() - count a frame from a client
 * @sea: the SEA
 * @frame: the frame
 * @vid: its VLAN
 * @skb: the same
 * @frames: as many as it is on the wire
 *
 * Context: rcu_read_lock, BH disabled.
 */
void sea_account_from(struct sea *sea, const struct sea_frame *frame, u16 vid,
		      const struct sk_buff *skb, unsigned int frames)
{
	struct sea_accounts *acc = rcu_dereference(sea->accounts);
	unsigned long now = jiffies;
	struct sea_client *client;

	if (!acc)
		return;
	client = sea_client_get(acc, sea_client_key(vid, eth_hdr(skb)->h_source));
	if (!client) {
		sea_count(sea, SEA_STAT(CLIENTS_OVERFLOW), frames);
		return;
	}
	WRITE_ONCE(client->trunk, frame->trunk);
	WRITE_ONCE(client->pcp, frame->tci >> VLAN_PRIO_SHIFT);
	if (READ_ONCE(client->used) != now)
		WRITE_ONCE(client->used, now);
	atomic64_add(frames, &client->from_frames);
	atomic64_add(skb->len + ETH_HLEN, &client->from_bytes);
}

/**
 * sea_account_outside() - a frame comes from outside: whoever sent it is no client
 * @sea: the SEA
 * @vid: the frame's VLAN
 * @skb: the frame
 *
 * A client may have moved to another server, or have sent in another's name.
 *
 * Context: rcu_read_lock, BH disabled.
 */
void sea_account_outside(struct sea *sea, u16 vid, const struct sk_buff *skb)
{
	struct sea_accounts *acc = rcu_dereference(sea->accounts);
	struct sea_client *client;

	if (!acc)
		return;
	client = sea_client_find(acc, sea_client_key(vid, eth_hdr(skb)->h_source));
	if (client && READ_ONCE(client->trunk) != SEA_ORDER_NONE)
		WRITE_ONCE(client->trunk, SEA_ORDER_NONE);
}

/**
 * sea_account_to() - count a frame to a client, if it is known
 * @sea: the SEA
 * @vid: the frame's VLAN
 * @skb: the frame
 * @frames: as many as it is on the wire
 *
 * Context: rcu_read_lock, BH disabled.
 */
void sea_account_to(struct sea *sea, u16 vid, const struct sk_buff *skb, unsigned int frames)
{
	struct sea_accounts *acc = rcu_dereference(sea->accounts);
	struct sea_client *client;

	if (!acc)
		return;
	client = sea_client_find(acc, sea_client_key(vid, eth_hdr(skb)->h_dest));
	if (!client)
		return;
	atomic64_add(frames, &client->to_frames);
	atomic64_add(skb->len + ETH_HLEN, &client->to_bytes);
}

/**
 * sea_account_trunk() - where the receiver of a local frame is
 * @sea: the SEA
 * @table: its configuration
 * @skb: the frame
 *
 * Context: rcu_read_lock.
 * Return: order of the trunk it was last seen at, or SEA_ORDER_NONE.
 */
u8 sea_account_trunk(struct sea *sea, const struct sea_table *table, const struct sk_buff *skb)
{
	struct sea_accounts *acc = rcu_dereference(sea->accounts);
	struct sea_client *client;
	u16 vid = 0;

	if (!acc)
		return SEA_ORDER_NONE;
	if (skb_vlan_tag_present(skb))
		vid = skb_vlan_tag_get_id(skb);
	client = sea_client_find(acc, sea_client_key(vid ?: table->pvid, eth_hdr(skb)->h_dest));
	return client && !sea_client_is_silent(client) ? READ_ONCE(client->trunk) : SEA_ORDER_NONE;
}

/**
 * sea_accounts_start() - begin to count
 * @sea: the SEA; @sea->config says for how many clients
 *
 * Context: RTNL; may sleep.
 * Return: 0 or -ENOMEM.
 */
int sea_accounts_start(struct sea *sea)
{
	u32 max = sea->config.clients_max, buckets = roundup_pow_of_two(max);
	struct sea_accounts *acc = kvzalloc(struct_size(acc, bucket, buckets), GFP_KERNEL);

	if (!acc)
		return -ENOMEM;
	acc->max = max;
	acc->mask = buckets - 1;
	acc->seed = get_random_u32();
	spin_lock_init(&acc->lock);
	rcu_assign_pointer(sea->accounts, acc);
	static_branch_inc(&sea_accounting);
	return 0;
}

/**
 * sea_accounts_stop() - count no more, and forget
 * @sea: the SEA
 *
 * Context: RTNL; may sleep.
 */
void sea_accounts_stop(struct sea *sea)
{
	struct sea_accounts *acc = rtnl_dereference(sea->accounts);
	struct sea_client *client;
	struct hlist_node *next;
	u32 i;

	if (!acc)
		return;
	static_branch_dec(&sea_accounting);
	RCU_INIT_POINTER(sea->accounts, NULL);
	synchronize_net();
	for (i = 0; i <= acc->mask; i++)
		hlist_for_each_entry_safe(client, next, &acc->bucket[i], node)
			kfree(client);
	kvfree(acc);
}

/**
 * sea_accounts_count() - how many clients there are
 * @sea: the SEA
 *
 * Context: RTNL.
 * Return: the number.
 */
u32 sea_accounts_count(const struct sea *sea)
{
	const struct sea_accounts *acc = rtnl_dereference(sea->accounts);

	return acc ? READ_ONCE(acc->n) : 0;
}

static void sea_client_read(const struct sea_client *client, struct sea_client_info *info)
{
	/* Another processor may be ahead. */
	long idle = jiffies - READ_ONCE(client->used);

	u64_to_ether_addr(client->key >> 16, info->mac);
	info->vid = client->key & 0xffff;
	info->trunk = READ_ONCE(client->trunk);
	info->pcp = READ_ONCE(client->pcp);
	info->idle = max(idle, 0L) / HZ;
	info->from_frames = atomic64_read(&client->from_frames);
	info->from_bytes = atomic64_read(&client->from_bytes);
	info->to_frames = atomic64_read(&client->to_frames);
	info->to_bytes = atomic64_read(&client->to_bytes);
}

static int sea_accounts_walk_bucket(struct sea_accounts *acc, u32 bucket, unsigned long *skip,
				    int (*fn)(void *arg, const struct sea_client_info *info),
				    void *arg)
{
	struct sea_client *client;
	struct sea_client_info info;
	unsigned long i = 0;
	int err;

	hlist_for_each_entry_rcu(client, &acc->bucket[bucket], node) {
		if (i++ < *skip)
			continue;
		sea_client_read(client, &info);
		err = fn(arg, &info);
		if (err)
			return err;
		*skip = i;
	}
	*skip = 0;
	return 0;
}

/**
 * sea_accounts_walk() - go through the clients
 * @sea: the SEA
 * @bucket: where to begin, and, on return, to go on
 * @skip: the same, within the bucket
 * @fn: called for each; other than 0 ends the walk
 * @arg: for @fn
 *
 * Context: RTNL.
 * Return: 0, or what @fn returned.
 */
int sea_accounts_walk(struct sea *sea, unsigned long *bucket, unsigned long *skip,
		      int (*fn)(void *arg, const struct sea_client_info *info), void *arg)
{
	struct sea_accounts *acc = rtnl_dereference(sea->accounts);
	int err = 0;

	rcu_read_lock();
	while (acc && !err && *bucket <= acc->mask) {
		err = sea_accounts_walk_bucket(acc, *bucket, skip, fn, arg);
		if (!err)
			++*bucket;
	}
	rcu_read_unlock();
	return err;
}
