# SPDX-License-Identifier: GPL-2.0
# The real targetcli in a lab: it needs a system D-Bus and a directory.
# Needs tests/lib/vios.sh.
# shellcheck shell=bash

TARGETCLI_DIR=/etc/rtslib-fb-target
# shellcheck disable=SC2034 # for who sources this
SAVEFILE=$TARGETCLI_DIR/saveconfig.json

targetcli_setup()
{
	command -v targetcli >/dev/null || vios_lacks "no targetcli (targetcli-fb)"
	mkdir -p $TARGETCLI_DIR /run/dbus
	if [ ! -S /run/dbus/system_bus_socket ]; then
		dbus-daemon --system --fork || vios_lacks "no system D-Bus"
	fi
	modprobe target_core_mod
}

# cli COMMAND...: one targetcli command; its output is in $CLI
cli()
{
	CLI=$(targetcli "$@" 2>&1)
	local status=$?
	printf '%s\n' "\$ targetcli $*" "$CLI" | sed 's/^/# /'
	return $status
}

# cli_says TEXT COMMAND...: a command's output has TEXT
cli_says()
{
	local text=$1
	shift
	cli "$@"
	case $CLI in
	*"$text"*) return 0 ;;
	esac
	ktap_print_msg "no '$text' there"
	return 1
}

cli_lacks()
{
	! cli_says "$@" >/tmp/cli.lacks || { cat /tmp/cli.lacks; return 1; }
}
