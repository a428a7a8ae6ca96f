# SPDX-License-Identifier: GPL-2.0
# What tests of the modules share.  A test runs in a lab, or alone on a host whose
# administrator allows it to load the modules.
# shellcheck shell=bash

VIOS_ALL="crq vhyp ibmvscsis vscsi"
VHYP=/sys/kernel/config/vhyp
PARTS=$VHYP/partitions
PAIRS=$VHYP/pairs

TESTS_DIR=${TESTS_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)}
TOP=${TOP:-$(cd "$TESTS_DIR/.." && pwd -P)}
. "$TESTS_DIR/lib/ktap.sh"

# The file of a module: of the lab, of a build in the tree, or the installed one.
vios_module_file()
{
	local f
	for f in ${VIOS_MODULES:+"$VIOS_MODULES/$1.ko"} "$TOP/drivers/$1/$1.ko" \
		"$TOP/tests/kunit/$1.ko" "$TOP/tests/modules/$1.ko"; do
		if [ -e "$f" ]; then
			echo "$f"
			return
		fi
	done
	modinfo -n "$1" 2>/dev/null
}

vios_loaded() { [ -d "/sys/module/$1" ] && [ -e "/sys/module/$1/initstate" ]; }

# vios_load MODULE [PARAMETER...]: with the modules of ours that it needs
vios_load()
{
	local m=$1 file dep
	shift
	vios_loaded "$m" && return 0
	file=$(vios_module_file "$m")
	[ -n "$file" ] || { echo "# no module $m"; return 1; }
	for dep in $(modinfo -F depends "$file" | tr ',' ' '); do
		vios_loaded "$dep" || vios_load "$dep" || modprobe "$dep" || return 1
	done
	insmod "$file" "$@"
}

vios_load_all()
{
	local m
	for m in $VIOS_ALL; do
		vios_load "$m" || return 1
	done
}

# Without a client of ours: a test brings another
vios_load_server() { vios_load vhyp && vios_load ibmvscsis; }

vios_unload() { ! vios_loaded "$1" || rmmod "$1"; }

# Modules of ours that are loaded, users before what they use
vios_loaded_modules()
{
	local f m
	for f in ${VIOS_MODULES:+"$VIOS_MODULES"/*.ko}; do
		m=$(basename "$f" .ko)
		! vios_loaded "$m" || echo "$m"
	done | sed -E 's/^crq$/3 crq/; s/^vhyp$/2 vhyp/; /^[0-9]/!s/^/1 /' | sort | cut -d' ' -f2
}

vios_unload_all()
{
	local m
	for m in $(vios_loaded_modules); do
		rmmod "$m" || return 1
	done
}

# vios_lacks REASON: something is not there.  On somebody's host that is a reason to skip;
# our own labs have everything, and a lab that lost it must not look well.
vios_lacks()
{
	[ ! -d /lab ] || ktap_exit_fail_msg "$*"
	ktap_skip_all "$*"
}

# A test begins with the modules as it wants them and ends without any.
vios_setup()
{
	[ "$(id -u)" = 0 ] || ktap_skip_all "needs root"
	mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config ||
		vios_lacks "no configfs"
	trap vios_cleanup EXIT
}

vios_cleanup()
{
	vhyp_clear
	vios_unload_all
}

# Remove all pairs and partitions.
vhyp_clear()
{
	local d
	for d in "$PAIRS"/*; do
		[ ! -d "$d" ] || rmdir "$d"
	done
	for d in "$PARTS"/*; do
		[ ! -d "$d" ] || [ "$(basename "$d")" = vios ] || rmdir "$d"
	done
}

# put FILE VALUE: errors are the caller's business
put() { printf '%s\n' "$2" 2>/dev/null >"$1"; }

# wait_for SECONDS COMMAND...: until it succeeds
wait_for()
{
	local i n=$(($1 * 20))
	shift
	for ((i = 0; i < n; i++)); do
		! "$@" || return 0
		sleep 0.05
	done
	ktap_print_msg "timed out: $*" >&2
	return 1
}

# expect_errno "TEXT" COMMAND...: it must fail and say so.  Starts no process: that takes
# long under all checkers.
expect_errno()
{
	local want=$1 text=
	shift
	if "$@" >/dev/null 2>"/tmp/errno.$$"; then
		ktap_print_msg "no error, expected $want: $*"
		return 1
	fi
	# The last line, behind its last colon
	while IFS= read -r line; do
		text=${line##*: }
	done <"/tmp/errno.$$"
	[ "$text" = "$want" ] || { ktap_print_msg "got '$text', expected '$want': $*"; return 1; }
}

# write FILE VALUE, with the shell's error text on stderr
write() { printf '%s\n' "$2" >"$1"; }

# vhyp_pair NAME CLIENT [ATTRIBUTE=VALUE...]: make and enable a pair
vhyp_pair()
{
	local name=$1 client=$2 kv
	shift 2
	[ -d "$PARTS/$client" ] || mkdir "$PARTS/$client" || return 1
	mkdir "$PAIRS/$name" || return 1
	put "$PAIRS/$name/client/partition" "$client" || return 1
	for kv in "$@"; do
		put "$PAIRS/$name/${kv%%=*}" "${kv#*=}" || return 1
	done
	put "$PAIRS/$name/enable" 1
}

# kunit_run MODULE SUITES: run the KUnit suites of a module, so many; each case is a test
# of ours.  The kernel log has the results of what was run; the files in debugfs would
# show a case that was not as passed.
kunit_run()
{
	local module=$1 want=$2 mark kind desc why lines=()
	[ -d /sys/kernel/debug/kunit ] || vios_lacks "this kernel has no KUnit (CONFIG_KUNIT)"
	mark="vios-test: kunit $module $RANDOM"
	echo "$mark" >/dev/kmsg
	vios_load "$module" || ktap_exit_fail_msg "cannot load $module"
	dmesg | sed "1,/$mark/d; s/^\[[^]]*\] //" >"/tmp/kunit.$module"
	sed 's/^/# /' "/tmp/kunit.$module"
	mapfile -t lines < <(awk '
		/# Subtest: / { suite = $NF; suites++ }
		/^ +1\.\.[0-9]+/ { sub(/^ +1\.\./, ""); planned += $0; next }
		/^ +(not )?ok [0-9]+/ {
			kind = /^ +not/ ? "fail" : "pass"
			why = ""
			if (match($0, / # SKIP/)) {
				kind = "skip"
				why = substr($0, RSTART + 8)
				$0 = substr($0, 1, RSTART - 1)
			}
			sub(/^ +(not )?ok [0-9]+ ?-? ?/, "")
			print kind "\t" suite ": " $0 "\t" why
			cases++
		}
		/^not ok/ { print "fail\tsuite " $NF "\t" }
		END {
			kind = suites == want && cases == planned ? "pass" : "fail"
			print kind "\tall of " want " suites were run to their end\t"
		}' want="$want" "/tmp/kunit.$module")
	ktap_set_plan ${#lines[@]}
	for line in "${lines[@]}"; do
		IFS=$'\t' read -r kind desc why <<<"$line"
		case $kind in
		pass)	ktap_test_pass "$desc" ;;
		skip)	ktap_test_skip "$desc" "$why" ;;
		*)	ktap_test_fail "$desc" ;;
		esac
	done
}

# vios_reboot STAGE: restart the machine; the test runs again with VIOS_STAGE=STAGE
vios_reboot()
{
	[ -d /lab ] || ktap_exit_fail_msg "only a lab can be restarted"
	echo "$1" >/lab/stage
	trap - EXIT
	exit 250
}
