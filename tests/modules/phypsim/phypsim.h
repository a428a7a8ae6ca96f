/* SPDX-License-Identifier: GPL-2.0 */
/*
 * phypsim.ko: plays the part of PowerVM's hypervisor in a pseries guest, for tests.
 *
 * Virtual I/O nodes are added to the running device tree by the test
 * (tests/lib/phypsim.sh); the kernel makes devices of them, and drivers, stock ones too,
 * make their hypervisor calls.  Calls for our unit addresses and windows are taken away
 * from the real hypervisor by kprobes and handed to vhyp.ko, of which this is a door.
 *
 * A handler runs with interrupts off: it must not sleep, run no code of the partner and
 * make no hypervisor call.  Interrupts are therefore raised from irq_work.
 */
#ifndef _PHYPSIM_H
#define _PHYPSIM_H

#include <linux/atomic.h>
#include <linux/irq_work.h>
#include <linux/seq_file.h>
#include <linux/types.h>
#include <vios/vhyp.h>

#define SIM_MAX		16		/* adapters; interrupt sources 1 to SIM_MAX */
#define SIM_NODE	"/phypsim"	/* the interrupt controller of the adapters */

/* Calls that are counted, by opcode / 4 */
#define SIM_CALLS	(0x300 / 4)

struct vio_dev;

/**
 * struct sim_adapter - an adapter behind the door
 * @a:		for vhyp
 * @unit:	unit address; no two adapters of this machine have the same
 * @liobn:	own window
 * @remote:	partner's, 0 at a client
 * @hwirq:	interrupt source
 * @work:	raises it
 * @raised:	how often
 * @calls:	how often each call was made for it
 */
struct sim_adapter {
	struct vhyp_adapter *a;
	u32 unit;
	u32 liobn;
	u32 remote;
	unsigned int hwirq;
	struct irq_work work;
	atomic64_t raised;
	atomic64_t calls[SIM_CALLS];
};

extern struct sim_adapter __rcu *sim_adapters[SIM_MAX];

/* door.c */
int sim_door_init(void);
void sim_door_exit(void);
struct sim_adapter *sim_by_unit(u64 unit);
struct sim_adapter *sim_by_liobn(u64 liobn);
int sim_register(u32 unit);
int sim_shutdown(u32 unit);
void sim_show_adapters(struct seq_file *m);
void sim_show_dma(struct seq_file *m);

/* irq.c */
int sim_irq_init(void);
void sim_irq_exit(void);
void sim_irq_raise(unsigned int hwirq);
unsigned int sim_irq_of(unsigned int hwirq);

/* probe.c */
int sim_probe_init(void);
void sim_probe_exit(void);
void sim_show_probes(struct seq_file *m);
void sim_check_outside(void);

#endif /* _PHYPSIM_H */
