/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of crq.ko share. */
#ifndef _CRQ_INTERNAL_H
#define _CRQ_INTERNAL_H

#include <vios/crq.h>

/* bus.c: the bus "vio" where the machine has none */
int crq_bus_init(void);
void crq_bus_exit(void);
int crq_bus_register_driver(struct crq_driver *drv, struct module *owner,
			    const char *mod_name);
void crq_bus_unregister_driver(struct crq_driver *drv);

/* papr.c: adapters of PAPR firmware on the kernel's own bus "vio" */
#ifdef CONFIG_IBMVIO
bool crq_papr_present(void);
int crq_papr_register_driver(struct crq_driver *drv, struct module *owner,
			     const char *mod_name);
void crq_papr_unregister_driver(struct crq_driver *drv);
#else
static inline bool crq_papr_present(void)
{
	return false;
}

static inline int crq_papr_register_driver(struct crq_driver *drv, struct module *owner,
					   const char *mod_name)
{
	return -ENODEV;
}

static inline void crq_papr_unregister_driver(struct crq_driver *drv)
{
}
#endif

#endif /* _CRQ_INTERNAL_H */
