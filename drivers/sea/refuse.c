// SPDX-License-Identifier: GPL-2.0
/*
 * Saying why not: to who asked, and in the log, which names the device as well.  Some
 * operations have no way to answer, so the log has it all.
 */
#include <linux/netlink.h>

#include "compat.h"
#include "sea.h"

/**
 * __sea_refuse() - say why something is refused
 * @extack: the answer to who asked, or NULL
 * @dev: the device it is about
 * @text: KBUILD_MODNAME, a colon, and a sentence that stays for ever
 * @fmt: what exactly, as for printk()
 *
 * Where the kernel has formatted answers, the answer has all of it.
 */
void __sea_refuse(struct netlink_ext_ack *extack, const struct net_device *dev,
		  const char *text, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	if (net_ratelimit())
		netdev_info(dev, "refused: %s: %pV\n", text + strlen(KBUILD_MODNAME ": "), &vaf);
	va_end(args);
	if (!extack)
		return;
	va_start(args, fmt);
	sea_answer_text(extack, text, &vaf);
	va_end(args);
}
