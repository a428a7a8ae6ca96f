// SPDX-License-Identifier: GPL-2.0
/*
 * The suites: each case is run twice, with its calls made from process context and
 * with interrupts off under a raw spinlock.
 */
#include <linux/module.h>

#include "vhyp_fixture.h"

static int fix_init_process(struct kunit *test)
{
	fix_atomic = false;
	return fix_init(test);
}

static int fix_init_atomic(struct kunit *test)
{
	fix_atomic = true;
	return fix_init(test);
}

#define VHYP_SUITE(_what)						\
static struct kunit_suite vhyp_##_what##_suite = {			\
	.name		= "vhyp-" #_what,				\
	.init		= fix_init_process,				\
	.exit		= fix_exit,					\
	.test_cases	= vhyp_##_what##_cases,				\
};									\
static struct kunit_suite vhyp_##_what##_atomic = {			\
	.name		= "vhyp-" #_what "-irqs-off",			\
	.init		= fix_init_atomic,				\
	.exit		= fix_exit,					\
	.test_cases	= vhyp_##_what##_again,				\
}

VHYP_SUITE(crq);
VHYP_SUITE(rdma);
VHYP_SUITE(tce);
VHYP_SUITE(vioctl);
VHYP_SUITE(event);
VHYP_SUITE(map);

kunit_test_suites(&vhyp_crq_suite, &vhyp_rdma_suite, &vhyp_tce_suite, &vhyp_vioctl_suite,
		  &vhyp_event_suite, &vhyp_map_suite, &vhyp_crq_atomic, &vhyp_rdma_atomic,
		  &vhyp_tce_atomic, &vhyp_vioctl_atomic, &vhyp_event_atomic, &vhyp_map_atomic);

MODULE_DESCRIPTION("Unit tests of vhyp.ko");
MODULE_LICENSE("GPL");
