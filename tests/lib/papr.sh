# SPDX-License-Identifier: GPL-2.0
# The stock client of a pseries guest and a server under test: this one, or with
# SERVER=intree that of the kernel.
# Needs tests/lib/vios.sh, target.sh, client.sh and phypsim.sh.
# shellcheck shell=bash

SERVER=${SERVER:-ours}

papr_is_ours() { [ "$SERVER" = ours ]; }

# Both modules have the same name.
papr_load_server()
{
	case $SERVER in
	ours)	vios_load ibmvscsis ;;
	intree)	modprobe ibmvscsis ;;
	*)	ktap_exit_fail_msg "no such server: $SERVER" ;;
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

# Every call was taken: none came inside another, no probe was turned into a jump.
papr_none_missed()
{
	local name _ missed _ optimized
	while read -r name _ missed _ optimized; do
		ktap_print_msg "$name missed $missed optimized $optimized"
		[ "$missed" = 0 ] && [ "$optimized" = 0 ] || return 1
	done <"$SIM"/probes
}
