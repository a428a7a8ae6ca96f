// SPDX-License-Identifier: GPL-2.0
/*
 * ethtool: the counters, and the speed of the real adapter.
 */
#include <linux/rtnetlink.h>

#include "sea.h"

static void sea_get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
}

static int sea_get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *cmd)
{
	const struct sea *sea = sea_priv(dev);

	cmd->base.duplex = DUPLEX_UNKNOWN;
	cmd->base.speed = SPEED_UNKNOWN;
	cmd->base.port = PORT_OTHER;
	if (!sea->real)
		return 0;
	return __ethtool_get_link_ksettings(sea->real->dev, cmd);
}

static int sea_get_sset_count(struct net_device *dev, int sset)
{
	return sset == ETH_SS_STATS ? SEA_A_STATS_MAX + 1 - SEA_STAT_FIRST : -EOPNOTSUPP;
}

static void sea_get_strings(struct net_device *dev, u32 sset, u8 *data)
{
	if (sset == ETH_SS_STATS)
		memcpy(data, sea_stat_names[SEA_STAT_FIRST],
		       sizeof(sea_stat_names) - SEA_STAT_FIRST * ETH_GSTRING_LEN);
}

static void sea_get_ethtool_stats(struct net_device *dev, struct ethtool_stats *stats,
				  u64 *data)
{
	u64 count[SEA_A_STATS_MAX + 1];

	sea_stats_read(sea_priv(dev), count);
	memcpy(data, count + SEA_STAT_FIRST, sizeof(count) - SEA_STAT_FIRST * sizeof(*count));
}

const struct ethtool_ops sea_ethtool_ops = {
	.get_drvinfo		= sea_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= sea_get_link_ksettings,
	.get_sset_count		= sea_get_sset_count,
	.get_strings		= sea_get_strings,
	.get_ethtool_stats	= sea_get_ethtool_stats,
};
