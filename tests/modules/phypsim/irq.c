// SPDX-License-Identifier: GPL-2.0
/* Interrupt sources of the adapters: a controller of its own, fired by software. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/of.h>

#include "phypsim.h"

static struct irq_domain *sim_domain;

/* The platform's own domain takes every node that none before it claims. */
static int sim_irq_match(struct irq_domain *d, struct device_node *np,
			 enum irq_domain_bus_token token)
{
	return irq_domain_get_of_node(d) == np;
}

static int sim_irq_map(struct irq_domain *d, unsigned int virq, irq_hw_number_t hwirq)
{
	irq_set_chip_and_handler(virq, &dummy_irq_chip, handle_simple_irq);
	return 0;
}

static const struct irq_domain_ops sim_irq_ops = {
	.match	= sim_irq_match,
	.map	= sim_irq_map,
	.xlate	= irq_domain_xlate_twocell,
};

/* Hard interrupt context, but not that of a hypervisor call */
void sim_irq_raise(unsigned int hwirq)
{
	sim_check_outside();
	generic_handle_domain_irq_safe(sim_domain, hwirq);
}

/* Linux' number of a source, 0 if it is not mapped */
unsigned int sim_irq_of(unsigned int hwirq)
{
	return irq_find_mapping(sim_domain, hwirq);
}

int sim_irq_init(void)
{
	struct device_node *np = of_find_node_by_path(SIM_NODE);

	if (!np) {
		pr_err("there is no node " SIM_NODE "\n");
		return -ENODEV;
	}
	sim_domain = irq_domain_add_linear(np, SIM_MAX + 1, &sim_irq_ops, NULL);
	of_node_put(np);
	return sim_domain ? 0 : -ENOMEM;
}

void sim_irq_exit(void)
{
	unsigned int i;

	for (i = 0; i <= SIM_MAX; i++)
		irq_dispose_mapping(irq_find_mapping(sim_domain, i));
	irq_domain_remove(sim_domain);
}
