// SPDX-License-Identifier: GPL-2.0
/* The two drivers, and opening and closing of an end. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "crqtest.h"

#define PEER_QUEUE_SIZE	4096
/* How long H_FREE_CRQ is repeated */
#define PEER_FREE_MS	60000

struct peer peers[PEERS];

static int peer_probe(struct crq_adapter *a)
{
	struct peer *peer = &peers[crq_is_server(a) ? PEER_SERVER : PEER_CLIENT];
	int ret = 0;

	/* One pair is enough. */
	if (peer->adapter)
		return -EBUSY;
	peer->adapter = a;
	if (load_mode)
		ret = load_start(peer);
	if (ret)
		peer->adapter = NULL;
	return ret;
}

static void peer_remove(struct crq_adapter *a)
{
	struct peer *peer = &peers[crq_is_server(a) ? PEER_SERVER : PEER_CLIENT];

	if (load_mode)
		load_stop(peer);
	else if (peer->queue.adapter)
		peer_close(peer);
	peer->adapter = NULL;
}

static const struct vio_device_id server_ids[] = {
	{ "v-scsi-host", "IBM,v-scsi-host" },
	{ "", "" },
};

static const struct vio_device_id client_ids[] = {
	{ "vscsi", "IBM,v-scsi" },
	{ "v-scsi", "IBM,v-scsi" },
	{ "", "" },
};

static struct crq_driver drivers[PEERS] = {
	{
		.name		= "crqtest-server",
		.id_table	= server_ids,
		.probe		= peer_probe,
		.remove		= peer_remove,
	},
	{
		.name		= "crqtest-client",
		.id_table	= client_ids,
		.probe		= peer_probe,
		.remove		= peer_remove,
	},
};

int peers_bind(void)
{
	int ret;

	ret = crq_register_driver(&drivers[PEER_SERVER]);
	if (ret)
		return ret;
	ret = crq_register_driver(&drivers[PEER_CLIENT]);
	if (ret)
		crq_unregister_driver(&drivers[PEER_SERVER]);
	return ret;
}

void peers_unbind(void)
{
	crq_unregister_driver(&drivers[PEER_CLIENT]);
	crq_unregister_driver(&drivers[PEER_SERVER]);
}

static void peer_handle(struct crq_queue *q, const struct crq_msg *msg)
{
	struct peer *peer = container_of(q, struct peer, queue);

	if (msg->header == CRQ_EVENT)
		peer->events++;
	peer->handler(peer, msg);
}

/* Register a fresh queue and take elements from it. */
int peer_open(struct peer *peer, void (*handler)(struct peer *, const struct crq_msg *))
{
	struct crq_queue *q = &peer->queue;
	unsigned int tries = 0;
	long rc;
	int ret;

	if (!peer->adapter)
		return -ENODEV;
	peer->handler = handler;
again:
	memset(q, 0, sizeof(*q));
	ret = crq_queue_init(q, peer->adapter, PEER_QUEUE_SIZE, peer_handle);
	if (ret) {
		q->adapter = NULL;
		return ret;
	}
	rc = crq_queue_register(q);
	if (rc == PAPR_H_PARAMETER && tries++ < 10) {
		/* A partition that is killed just now has lost the memory mapped before. */
		crq_queue_exit(q);
		goto again;
	}
	if (rc != PAPR_H_SUCCESS && rc != PAPR_H_CLOSED) {
		pr_err("%s: H_REG_CRQ answered %ld\n", dev_name(peer->adapter->dev), rc);
		crq_queue_exit(q);
		q->adapter = NULL;
		return papr_errno(rc);
	}
	crq_queue_start(q);
	return 0;
}

/* Free the queue; what was accepted before that is handled, in order. */
int peer_close(struct peer *peer)
{
	struct crq_queue *q = &peer->queue;
	struct crq_msg msg;
	long rc;

	rc = crq_queue_free(q, PEER_FREE_MS);
	if (rc)
		pr_err("%s: H_FREE_CRQ answered %ld\n", dev_name(peer->adapter->dev), rc);
	local_bh_disable();
	while (crq_ring_next(&q->ring, &msg))
		peer_handle(q, &msg);
	local_bh_enable();
	crq_queue_exit(q);
	q->adapter = NULL;
	return papr_errno(rc);
}

int peers_open(void (*handler)(struct peer *, const struct crq_msg *))
{
	int ret;

	ret = peer_open(&peers[PEER_SERVER], handler);
	if (ret)
		return ret;
	ret = peer_open(&peers[PEER_CLIENT], handler);
	if (ret)
		peer_close(&peers[PEER_SERVER]);
	return ret;
}

/* The client first: it waits for pages the server has mapped. */
int peers_close(void)
{
	int client = peer_close(&peers[PEER_CLIENT]);
	int server = peer_close(&peers[PEER_SERVER]);

	return client ?: server;
}
