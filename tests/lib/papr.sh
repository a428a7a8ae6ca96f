# SPDX-License-Identifier: GPL-2.0
# The stock client of a pseries guest and a server under test: this one, or with
# VIOS_SERVER=intree that of the kernel.
# Needs tests/lib/vios.sh, target.sh, client.sh and phypsim.sh.
# shellcheck shell=bash

VIOS_SERVER=${VIOS_SERVER:-ours}

papr_is_ours() { [ "$VIOS_SERVER" = ours ]; }

# Both modules have the same name.
papr_load_server()
{
	case $VIOS_SERVER in
	ours)	vios_load ibmvscsis ;;
	intree)	modprobe ibmvscsis ;;
	*)	ktap_exit_fail_msg "no such server: $VIOS_SERVER" ;;
	esac
}

papr_cleanup()
{
	target_clear
	sim_clear
	vios_cleanup
}

# papr_setup [PARAMETER...]: the modules; parameters are those of vhyp
papr_setup()
{
	vios_setup
	trap papr_cleanup EXIT
	[ -d /proc/powerpc ] || vios_lacks "no pseries guest"
	client_modules
	vios_load vhyp "$@" && sim_load || ktap_exit_fail_msg "cannot load phypsim"
	papr_load_server && modprobe ibmvscsi || ktap_exit_fail_msg "cannot load the drivers"
}

# papr_pair NAME PARTITION [ATTRIBUTE=VALUE...]: as sim_pair, with windows both servers can
# live in: that of the kernel maps 1024 pages for requests, 64 MiB here, and a queue.
papr_pair()
{
	local window=64M
	papr_is_ours || window=128M
	sim_pair "$1" "$2" window_size="${PAPR_WINDOW:-$window}" "${@:3}"
}

# papr_logins CLIENT: how often it has logged in, as it says, in $REPLY
papr_logins() { REPLY=$(dmesg | grep -c "ibmvscsi $1: SRP_LOGIN succeeded"); }

# papr_serving SERVER CLIENT: the kernel's server does not say
papr_serving()
{
	local REPLY
	if papr_is_ours; then
		target_is "$1" serving
	else
		papr_logins "$2" && [ "$REPLY" -gt 0 ]
	fi
}
