// SPDX-License-Identifier: GPL-2.0
/* See trace.h. */
#ifndef __CHECKER__
#define CREATE_TRACE_POINTS
#endif
#include "trace.h"
