// SPDX-License-Identifier: GPL-2.0
/*
 * Adapters and ports.  The bus brings adapters, configfs brings ports; one of a unit
 * address may be there without the other, and either may go first.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "ibmvscsis.h"

/* Protects the two lists and what connects their members. */
DEFINE_MUTEX(vscsis_mutex);

static LIST_HEAD(vscsis_adapters);
static LIST_HEAD(vscsis_ports);

static struct vscsis_adapter *vscsis_find_adapter(u32 unit)
{
	struct vscsis_adapter *v;

	list_for_each_entry(v, &vscsis_adapters, node)
		if (v->crq->unit_address == unit)
			return v;
	return NULL;
}

static struct vscsis_port *vscsis_find_port(u32 unit)
{
	struct vscsis_port *port;

	list_for_each_entry(port, &vscsis_ports, node)
		if (port->unit == unit)
			return port;
	return NULL;
}

/* Let the two work together; the adapter is DOWN. */
static void vscsis_join(struct vscsis_port *port, struct vscsis_adapter *v)
{
	lockdep_assert_held(&vscsis_mutex);
	port->adapter = v;
	v->tpg = port->tpg;
	if (port->tpg && port->enabled)
		vscsis_conn_enable(v);
}

static void vscsis_release(struct kref *ref)
{
	kfree(container_of(ref, struct vscsis_adapter, ref));
}

/* Memory stays for those who wait on it; all else ends in vscsis_remove(). */
static void vscsis_put(struct vscsis_adapter *v)
{
	kref_put(&v->ref, vscsis_release);
}

/* Stop the adapter; sleeps without the mutex until its commands are done. */
static void vscsis_stop(struct vscsis_adapter *v)
{
	lockdep_assert_held(&vscsis_mutex);
	kref_get(&v->ref);
	vscsis_conn_disable(v);
	mutex_unlock(&vscsis_mutex);
	wait_event(v->changed, vscsis_conn_is_down(v));
	mutex_lock(&vscsis_mutex);
	vscsis_put(v);
}

/**
 * vscsis_port_add() - a target directory was made
 * @port:	with its name and unit
 *
 * Context: may sleep.
 * Return: 0; -ENODEV if there is no such adapter; -EBUSY while a removed directory of
 * that name is still open; an errno of the hypervisor, which keeps the pair from now on.
 */
int vscsis_port_add(struct vscsis_port *port)
{
	struct vscsis_adapter *v;
	int ret = -ENODEV;

	mutex_lock(&vscsis_mutex);
	v = vscsis_find_adapter(port->unit);
	if (!v)
		goto out;
	ret = -EBUSY;
	if (vscsis_find_port(port->unit))
		goto out;
	ret = v->crq->hv->hold(v->crq);
	if (ret)
		goto out;
	port->held = v->crq;
	port->hv = v->crq->hv;
	list_add_tail(&port->node, &vscsis_ports);
	vscsis_join(port, v);
out:
	mutex_unlock(&vscsis_mutex);
	return ret;
}

/**
 * vscsis_port_del() - undo vscsis_port_add(); its portal group is gone
 * @port:	the port
 *
 * Context: may sleep.
 */
void vscsis_port_del(struct vscsis_port *port)
{
	mutex_lock(&vscsis_mutex);
	list_del(&port->node);
	port->adapter = NULL;
	mutex_unlock(&vscsis_mutex);
	port->hv->release(port->held);
}

/**
 * vscsis_port_set_tpg() - the portal group was made
 * @port:	the port
 * @tpg:	its group
 *
 * Context: may sleep.
 * Return: 0, or -EBUSY while a removed one is still open.
 */
int vscsis_port_set_tpg(struct vscsis_port *port, struct vscsis_tpg *tpg)
{
	int ret = -EBUSY;

	mutex_lock(&vscsis_mutex);
	if (!port->tpg) {
		port->tpg = tpg;
		if (port->adapter)
			port->adapter->tpg = tpg;
		ret = 0;
	}
	mutex_unlock(&vscsis_mutex);
	return ret;
}

/**
 * vscsis_port_clear_tpg() - the portal group goes
 * @port:	the port
 *
 * Context: sleeps until no session is on it.
 */
void vscsis_port_clear_tpg(struct vscsis_port *port)
{
	mutex_lock(&vscsis_mutex);
	port->enabled = false;
	/* Down is not enough: it may be about to come up again. */
	if (port->adapter)
		vscsis_stop(port->adapter);
	if (port->adapter)
		port->adapter->tpg = NULL;
	port->tpg = NULL;
	mutex_unlock(&vscsis_mutex);
}

/**
 * vscsis_port_enable() - the administrator's wish
 * @port:	the port
 * @enable:	serve, or do not
 *
 * Without an adapter the wish is kept until there is one.
 *
 * Context: to disable, sleeps until the session's commands are done or a signal comes;
 * the rest then happens later.
 */
void vscsis_port_enable(struct vscsis_port *port, bool enable)
{
	struct vscsis_adapter *v;

	mutex_lock(&vscsis_mutex);
	port->enabled = enable;
	v = port->adapter;
	if (v)
		kref_get(&v->ref);
	if (v && enable)
		vscsis_conn_enable(v);
	else if (v)
		vscsis_conn_disable(v);
	mutex_unlock(&vscsis_mutex);
	if (!v)
		return;
	if (!enable)
		wait_event_killable(v->changed, vscsis_conn_is_down(v));
	vscsis_put(v);
}

/* May the client, or does it think that it may, send more at a time than it should? */
static bool vscsis_fits(struct vscsis_adapter *v)
{
	unsigned long flags;
	bool fits;
	u32 most;

	lockdep_assert_held(&vscsis_mutex);
	if (!v->tpg)
		return true;
	most = vscsis_max_transfer(v);
	spin_lock_irqsave(&v->lock, flags);
	fits = !v->sess || max(v->sess->max_transfer, READ_ONCE(v->told_transfer)) <= most;
	spin_unlock_irqrestore(&v->lock, flags);
	return fits;
}

static void vscsis_fit(struct vscsis_adapter *v)
{
	lockdep_assert_held(&vscsis_mutex);
	if (!vscsis_fits(v))
		vscsis_conn_close(v, VSCSIS_RESET,
				  "one command may move less than the client was told");
}

/**
 * vscsis_port_fit() - a LUN was added: the client may have to send less at a time
 * @port:	the port
 *
 * If so it has to log in again, as that is when it is told.
 *
 * Context: may sleep.
 */
void vscsis_port_fit(struct vscsis_port *port)
{
	mutex_lock(&vscsis_mutex);
	if (port->adapter)
		vscsis_fit(port->adapter);
	mutex_unlock(&vscsis_mutex);
}

/**
 * vscsis_adapter_fit() - a session has begun: what it was told may have changed meanwhile
 * @v:	the adapter
 *
 * A LUN that came before is seen here, one that comes later finds the session.
 *
 * Context: the worker.
 */
void vscsis_adapter_fit(struct vscsis_adapter *v)
{
	mutex_lock(&vscsis_mutex);
	vscsis_fit(v);
	mutex_unlock(&vscsis_mutex);
}

/**
 * vscsis_port_reset() - make the client log in again
 * @port:	the port
 * @text:	why, for the administrator
 *
 * Context: may sleep.
 */
void vscsis_port_reset(struct vscsis_port *port, const char *text)
{
	mutex_lock(&vscsis_mutex);
	if (port->adapter)
		vscsis_conn_close(port->adapter, VSCSIS_RESET, text);
	mutex_unlock(&vscsis_mutex);
}

static int vscsis_alloc(struct vscsis_adapter *v)
{
	v->reply = kvcalloc(VSCSIS_REPLIES, sizeof(*v->reply), GFP_KERNEL);
	if (!v->reply)
		return -ENOMEM;
	v->wq = alloc_workqueue("ibmvscsis-%s", WQ_MEM_RECLAIM, WQ_MAX_ACTIVE, v->name);
	if (!v->wq)
		goto err_reply;
	v->wq_any = alloc_workqueue("ibmvscsis-%s-any", WQ_UNBOUND | WQ_MEM_RECLAIM,
				    WQ_MAX_ACTIVE, v->name);
	if (!v->wq_any)
		goto err_wq;
	v->page = v->crq->hv->alloc(v->crq, VSCSIS_PAGE_SIZE, &v->page_ioba, GFP_KERNEL);
	if (!v->page)
		goto err_any;
	return 0;

err_any:
	destroy_workqueue(v->wq_any);
err_wq:
	destroy_workqueue(v->wq);
err_reply:
	kvfree(v->reply);
	return -ENOMEM;
}

static void vscsis_free(struct vscsis_adapter *v)
{
	v->crq->hv->free(v->crq, VSCSIS_PAGE_SIZE, v->page, v->page_ioba);
	destroy_workqueue(v->wq_any);
	destroy_workqueue(v->wq);
	kvfree(v->reply);
}

static void vscsis_publish(struct vscsis_adapter *v)
{
	struct vscsis_port *port;

	mutex_lock(&vscsis_mutex);
	list_add_tail(&v->node, &vscsis_adapters);
	port = vscsis_find_port(v->crq->unit_address);
	if (port)
		vscsis_join(port, v);
	mutex_unlock(&vscsis_mutex);
}

/*
 * A port that goes meanwhile must still find the adapter: its portal group is in use
 * until the adapter has stopped.
 */
static void vscsis_retract(struct vscsis_adapter *v)
{
	struct vscsis_port *port;

	mutex_lock(&vscsis_mutex);
	vscsis_conn_forbid(v);
	vscsis_stop(v);
	list_del(&v->node);
	port = vscsis_find_port(v->crq->unit_address);
	if (port)
		port->adapter = NULL;
	v->tpg = NULL;
	mutex_unlock(&vscsis_mutex);
	cancel_delayed_work_sync(&v->work);
	cancel_delayed_work_sync(&v->resend);
}

static int vscsis_probe(struct crq_adapter *a)
{
	struct vscsis_adapter *v;
	int ret;

	v = kzalloc(sizeof(*v), GFP_KERNEL);
	if (!v)
		return -ENOMEM;
	kref_init(&v->ref);
	v->crq = a;
	snprintf(v->name, sizeof(v->name), "%x", a->unit_address);
	vscsis_conn_init(v);
	ret = vscsis_alloc(v);
	if (ret)
		goto err_free;
	/* LoPAR lets a queue be larger; one page is what every peer has. */
	ret = crq_queue_init(&v->queue, a, PAGE_SIZE, vscsis_conn_handle);
	if (ret)
		goto err_alloc;
	a->driver_data = v;
	ret = device_add_group(a->dev, &vscsis_attr_group);
	if (ret)
		goto err_queue;
	vscsis_publish(v);
	return 0;

err_queue:
	crq_queue_exit(&v->queue);
err_alloc:
	vscsis_free(v);
err_free:
	vscsis_put(v);
	return ret;
}

static void vscsis_remove(struct crq_adapter *a)
{
	struct vscsis_adapter *v = a->driver_data;

	vscsis_retract(v);
	device_remove_group(a->dev, &vscsis_attr_group);
	crq_queue_exit(&v->queue);
	vscsis_free(v);
	a->driver_data = NULL;
	vscsis_put(v);
}

/* The machine stops: tell the client, and do not wait for a backstore. */
static void vscsis_shutdown(struct crq_adapter *a)
{
	struct vscsis_adapter *v = a->driver_data;

	vscsis_conn_disable(v);
	wait_event_timeout(v->changed, vscsis_conn_is_down(v), 5 * HZ);
}

/*
 * Window for memory sharing: queue and page, information units and pool of a session, and
 * 16 MiB of data at once; each in pages
 */
static unsigned long vscsis_desired_dma(struct crq_adapter *a)
{
	unsigned long ius = (VSCSIS_CREDITS_MAX + VSCSIS_SPARE) * VSCSIS_IU_SIZE;

	return VSCSIS_XFER_MAX + VSCSIS_POOL_SIZE + PAGE_ALIGN(ius) +
	       VSCSIS_IU_CHUNK * VSCSIS_IU_SIZE + PAGE_ALIGN(VSCSIS_PAGE_SIZE) + PAGE_SIZE;
}

static const struct vio_device_id vscsis_ids[] = {
	{ "v-scsi-host", "IBM,v-scsi-host" },
	{ "", "" }
};
MODULE_DEVICE_TABLE(vio, vscsis_ids);

static struct crq_driver vscsis_driver = {
	.name			= "ibmvscsis",
	.id_table		= vscsis_ids,
	.probe			= vscsis_probe,
	.remove			= vscsis_remove,
	.shutdown		= vscsis_shutdown,
	.get_desired_dma	= vscsis_desired_dma,
};

/**
 * vscsis_adapter_init() - take the adapters of the bus
 *
 * Context: may sleep.
 * Return: 0 or an errno.
 */
int vscsis_adapter_init(void)
{
	return crq_register_driver(&vscsis_driver);
}

/**
 * vscsis_adapter_exit() - undo vscsis_adapter_init()
 *
 * Context: may sleep.
 */
void vscsis_adapter_exit(void)
{
	crq_unregister_driver(&vscsis_driver);
}
