// SPDX-License-Identifier: GPL-2.0
/*
 * The initialization message of a client is answered by whatever is on the other side,
 * and the answer arrives by interrupt.  The one workload that needs no server of ours:
 * it runs over PAPR firmware too.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/jiffies.h>

#include "crqtest.h"

static DECLARE_COMPLETION(handshake_done);

static void handshake_receive(struct peer *peer, const struct crq_msg *msg)
{
	struct crq_queue *q = &peer->queue;

	if (msg->header != CRQ_INIT)
		return;
	if (msg->format == CRQ_INIT_REQUEST)
		crq_queue_send(q, CRQ_MSG_HI(CRQ_INIT, CRQ_INIT_COMPLETE, 0), 0);
	else if (peer_side(peer) == PEER_CLIENT)
		complete(&handshake_done);
}

static int handshake_once(struct peer *client)
{
	long rc;

	reinit_completion(&handshake_done);
	rc = crq_queue_send(&client->queue, CRQ_MSG_HI(CRQ_INIT, CRQ_INIT_REQUEST, 0), 0);
	if (rc) {
		pr_err("INIT answered %ld\n", rc);
		return -EIO;
	}
	if (!wait_for_completion_timeout(&handshake_done, 5 * HZ)) {
		pr_err("no INIT_COMPLETE\n");
		return -ETIMEDOUT;
	}
	return 0;
}

/* What any firmware refuses */
static int handshake_refusals(struct crq_adapter *a)
{
	if (a->hv->reg_crq(a, 1, 4096) != PAPR_H_PARAMETER ||
	    a->hv->vio_signal(a, ~0ULL) != PAPR_H_PARAMETER) {
		pr_err("a wrong argument was taken\n");
		return -EIO;
	}
	return 0;
}

int crqtest_handshake(void)
{
	struct peer *client = &peers[PEER_CLIENT], *server = &peers[PEER_SERVER];
	unsigned int i;
	int ret = 0;

	if (!client->adapter)
		return -ENODEV;
	for (i = 0; i < 20 && !ret; i++) {
		if (server->adapter)
			ret = peer_open(server, handshake_receive);
		if (ret)
			break;
		ret = peer_open(client, handshake_receive);
		if (!ret) {
			ret = handshake_once(client) ?: handshake_refusals(client->adapter);
			ret = peer_close(client) ?: ret;
		}
		if (server->adapter)
			ret = peer_close(server) ?: ret;
	}
	pr_info("%u handshakes over %s\n", i, client->adapter->hv->name);
	return ret;
}
