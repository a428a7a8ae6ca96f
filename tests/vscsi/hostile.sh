#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86 debug
# time: 1200
# soak-time: 14400
# A client that sends anything: literal bytes, violations, malformed commands, floods,
# memory that goes away, and load under which the target goes and comes.  Each case is a
# test; after each the server serves a new connection.  A client of another adapter works
# all the time, and must not notice; under all checkers there is no time for it.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"

UNIT=30000002
LUNS=0,1,2,5,33
# Lines of the server's in the log while something is repeated thousands of times
LINES_MAX=100

CASES=(
	literal-init literal-mads literal-session literal-logout
	handshake-client handshake-twice handshake-complete handshake-completes
	handshake-server handshake-crossed handshake-odd handshake-asleep
	handshake-deaf
	violate-early violate-ioba violate-length violate-opcode violate-before-login
	violate-after-logout violate-second-login violate-init violate-init-busy
	violate-readonly length-odd length-long length-edge length-places messages
	malformed too-much all-it-moves faults fault-tables fault-controls
	mismatch mismatch-good mismatch-read empty-fragments
	mads mads-later mad-readonly mad-caps mad-caps-odd logins logouts
	tmfs tmf-unknown tmf-abort tmf-reset-simple tmf-reset-mixed
	tmf-reset-ordered tmf-storm tmf-other-lun
	residuals residual-nothing notification cdb-sizes cdb-opcodes attributes
	ring-full ring-full-free credits-over credits-far-over tag-race tag-values
	luns-report luns-report-short luns-absent luns-odd
	ordered unordered ordered-chain
	midway late-free late-register late-abort late-reset
)

FLOODS=(
	flood-mads flood-mads-early flood-mads-blind flood-tmfs flood-commands flood-logins
	flood-pings flood-pings-blind flood-inits flood-inits-blind
	storm-register storm-silent fuzz-elements fuzz-units fuzz-mads
)

COUNT=
ROUNDS=8
SEED=1
case $VIOS_LAB in
debug)	COUNT=count=1000 ;;
esac
if [ -n "${SOAK:-}" ]; then
	COUNT=count=100000
	ROUNDS=2000
	SEED=$RANDOM
fi

# The other adapter, its client, and how many requests a second that makes
BY=30000004
BY_CLIENT=30000005
BY_IOPS=50
has_bystander() { [ "$VIOS_LAB" != debug ]; }

# The client's driver takes both adapters, and leaves ours.
bystander_start()
{
	local disk
	vhyp_pair q lpar2 && target_backstore by rd_mcp 16 && target_create $BY &&
		target_lun $BY 0 by && target_enable $BY 1 && vios_load vscsi &&
		put /sys/bus/vio/drivers/vscsi/unbind 30000003 &&
		disk=$(client_disk $BY_CLIENT 0) || return 1
	rm -f /tmp/stop
	bystander "$disk" &
	BYSTANDER=$!
}

# What it reads it has written.
bystander()
{
	local n=0
	while [ ! -e /tmp/stop ]; do
		fio --name=b --filename="$1" --ioengine=libaio --direct=1 --thread \
			--rw=randwrite --bsrange=512-32k --blockalign=512 --iodepth=4 \
			--size=15M --io_size=512k --rate_iops=$BY_IOPS --verify=crc32c \
			--verify_fatal=1 --do_verify=1 --randrepeat=0 --verify_state_save=0 \
			--output=/tmp/by.log >/dev/null 2>&1 || return 1
		n=$((n + 1))
		echo $n >/tmp/by.rounds
	done
}

# It read right all the time, and never had to abort anything or to log in again.
bystander_well()
{
	local status=0 h said
	touch /tmp/stop
	wait "$BYSTANDER" || { status=1; tail -n 15 /tmp/by.log | sed 's/^/# /'; }
	for h in "$VIO/$BY_CLIENT"/host*/scsi_host/host*; do
		said="logins $(<"$h/logins"), resets $(<"$h/resets"), "
	done
	said+="task management $(<"$VIO/$BY/target/task_management")"
	ktap_print_msg "fio ran $(cat /tmp/by.rounds) times; $said"
	[ $status = 0 ] && [ "$(cat /tmp/by.rounds)" -gt 1 ] &&
		[ "$said" = "logins 1, resets 0, task management 0" ]
}

make_luns()
{
	local lun
	target_create $UNIT || return 1
	for lun in ${LUNS//,/ }; do
		target_lun $UNIT "$lun" "d$lun" || return 1
	done
}

make_target()
{
	target_backstore d0 rd_mcp 64 && target_backstore d1 fileio 16 &&
		target_backstore d2 iblock 16 && target_backstore d5 rd_mcp 16 4096 &&
		target_backstore d33 rd_mcp 16 && target_thin d1 && target_thin d2 &&
		make_luns && target_enable $UNIT 1
}

# What is in the kernel's log since the last call, in /tmp/case.log
log_mark()
{
	MARK="vios-test: case $RANDOM$RANDOM"
	echo "$MARK" >/dev/kmsg
}

log_take()
{
	dmesg | sed "1,\\,$MARK,d" >/tmp/case.log
	grep -a 'vscsitest: ' /tmp/case.log | sed 's/^/# /'
}

# run CASE [PARAMETER...]: what the module says goes into the test's output
run()
{
	local name=$1 status
	shift
	log_mark
	vios_load vscsitest test="$name" luns=$LUNS seed=$SEED "$@"
	status=$?
	vios_unload vscsitest
	log_take
	[ $status = 0 ] && ! grep -aq 'vscsitest: .*: skip' /tmp/case.log &&
		grep -aqE "vscsitest: (${name%\*}.*|[0-9]+ cases): ok" /tmp/case.log
}

# All of them in one go, because loading a module takes seconds under all checkers; the
# log then has a line for each.
run_all() { run all; cp /tmp/case.log /tmp/all.log; }

was_ok() { grep -aq "vscsitest: $1: ok" /tmp/all.log; }

run_flood()
{
	local n
	# shellcheck disable=SC2086 # nothing if there is none
	run "$1" $COUNT || return 1
	n=$(grep -ac ' ibmvscsis[ :]' /tmp/case.log)
	ktap_print_msg "the server wrote $n lines"
	[ "$n" -lt $LINES_MAX ]
}

# Load while the target is disabled and enabled
load_disabled()
{
	local i
	for ((i = 0; i < ROUNDS; i++)); do
		sleep "0.$((RANDOM % 3 + 1))"
		target_enable $UNIT 0 && target_enable $UNIT 1 || return 1
	done
	sleep 0.5
}

# The last figures of the load's report: nothing lost, doubled, late or wrong
load_judge()
{
	log_take
	grep -aq 'load: .* 0 lost, 0 twice, 0 late, 0 wrong' /tmp/case.log &&
		! grep -aqE 'load: .* (0 reads|0 writes), ' /tmp/case.log
}

run_load()
{
	local status
	log_mark
	vios_load vscsitest test=load || return 1
	"$@"
	status=$?
	vios_unload vscsitest
	load_judge && [ $status = 0 ]
}

ACLS=$TARGET_FABRIC/$UNIT/tpgt_1/acls
OTHER=$ACLS/00000000000000770000000000000077

# acl_own: the client's access list, in $REPLY.  Made in a new portal group only: one that
# takes the place of the list the target core kept for the client leaks the unit attentions
# that wait there (Linux 6.1, core_enable_device_list_for_node()).
acl_own()
{
	printf -v REPLY '%s/%016x%016x' "$ACLS" "$(<"$PARTS/lpar1/id")" 0x30000003
}

# The client's LUNs write-protected by an access list.
run_readonly()
{
	local acl lun status=0 luns=() REPLY
	acl_own
	acl=$REPLY
	target_remove $UNIT && make_luns || return 1
	for lun in 0 1 2; do
		mkdir -p "$acl/lun_$lun" &&
			ln -s "$TARGET_FABRIC/$UNIT/tpgt_1/lun/lun_$lun" "$acl/lun_$lun/l" &&
			put "$acl/lun_$lun/write_protect" 1 || return 1
	done
	target_enable $UNIT 1 || return 1
	for lun in 0 1 2; do
		run readonly lun=$lun || status=1
		luns+=("$acl/lun_$lun")
	done
	rm "${luns[@]/%//l}"
	rmdir "${luns[@]}" "$acl"
	return $status
}

said() { dmesg | sed "1,\\,$MARK,d" | grep -aq "vscsitest: \($1\|.*failed\)"; }

# slow_login CASE CHANGE UNDO: commands, carried out while the client logs in, and when it
# has what follows from that
slow_login()
{
	local pid status=0
	log_mark
	vios_load vscsitest test="$1" &
	pid=$!
	# shellcheck disable=SC2086 # the words of a command
	wait_for 60 said "under way" && $2 || status=1
	put /sys/module/vscsitest/parameters/go 1
	# shellcheck disable=SC2086
	wait_for 60 said answered && $3 || status=1
	put /sys/module/vscsitest/parameters/go 2
	wait $pid || status=1
	vios_unload vscsitest
	log_take
	return $status
}

# The client's list goes while it logs in, and others have one.
acl_goes()
{
	local REPLY
	acl_own
	target_remove $UNIT && make_luns && mkdir "$REPLY" "$OTHER" &&
		target_enable $UNIT 1 && slow_login slow-login "rmdir $REPLY" "rmdir $OTHER"
}

# Nobody has a list, and another client gets the first.
acl_comes() { slow_login slow-login "mkdir $OTHER" "rmdir $OTHER"; }

# target_backstore() says why the debug kernel cannot.
can_copy() { [ "$VIOS_LAB" != debug ]; }

# One LUN that may be written, one that may not
copy_readonly()
{
	local status acl lun REPLY
	acl_own
	acl=$REPLY
	target_remove $UNIT && make_luns || return 1
	for lun in 0 1; do
		mkdir -p "$acl/lun_$lun" &&
			ln -s "$TARGET_FABRIC/$UNIT/tpgt_1/lun/lun_$lun" "$acl/lun_$lun/l" || return 1
	done
	target_enable $UNIT 1 && run copy-other lun=0 luns=0,1 &&
		put "$acl/lun_1/write_protect" 1 && run copy-readonly lun=0 luns=0,1
	status=$?
	rm "$acl"/lun_[01]/l && rmdir "$acl"/lun_[01] "$acl" && return $status
}

# What is told depends on what is behind: d1 is a file.
told_raised()
{
	local status
	slow_login slow-raised "target_attribute $UNIT max_transfer 16777216" : &&
		run slow-file
	status=$?
	target_attribute $UNIT max_transfer 1048576 && return $status
}

# What one command may move is lowered between ADAPTER_INFO and login.
told_more()
{
	slow_login slow-told "target_attribute $UNIT max_transfer 262144" \
		"target_attribute $UNIT max_transfer 1048576"
}

ktap_print_header
vios_setup
trap 'touch /tmp/stop; wait; target_clear; vios_cleanup' EXIT
client_modules
vios_load_server || ktap_exit_fail_msg "cannot load the modules"
vhyp_pair p lpar1 || ktap_exit_fail_msg "cannot make a pair"
make_target || ktap_exit_fail_msg "cannot make a target"
! has_bystander || bystander_start || ktap_exit_fail_msg "cannot make the other adapter"
n=$((${#CASES[@]} + ${#FLOODS[@]} + 16))
! can_copy || n=$((n + 1))
! has_bystander || n=$((n + 1))
ktap_set_plan $n
if [ "$VIOS_LAB" = debug ]; then
	run_all
	for c in "${CASES[@]}" "${FLOODS[@]}"; do
		ktap_test_result "$c" was_ok "$c"
	done
else
	for c in "${CASES[@]}"; do
		ktap_test_result "$c" run "$c"
	done
	for c in "${FLOODS[@]}"; do
		ktap_test_result "$c" run_flood "$c"
	done
fi
for form in vios flat; do
	target_enable $UNIT 0 && target_attribute $UNIT lun_form $form && target_enable $UNIT 1
	ktap_test_result "LUNs in the form $form" run 'luns-*' form=$form
done
target_enable $UNIT 0 && target_attribute $UNIT lun_form sam && target_enable $UNIT 1
for lun in 1 2 5; do
	ktap_test_result "buffers that do not fit, LUN $lun" run 'mismatch*' lun=$lun
	ktap_test_result "faults, LUN $lun" run 'fault*' lun=$lun
done
for lun in 1 2; do
	ktap_test_result "CDB of 32 bytes, LUN $lun" run cdb-32 lun=$lun
done
ktap_test_result "LUNs that are write-protected" run_readonly
ktap_test_result "an access list that goes during a login" acl_goes
ktap_test_result "one that comes for another client" acl_comes
ktap_test_result "a limit that is lowered before the login" told_more
ktap_test_result "a limit that is raised after it; a file's own" told_raised
! can_copy ||
	ktap_test_result "EXTENDED COPY to another LUN, and when that is write-protected" copy_readonly
ktap_test_result "load while the target goes and comes $ROUNDS times" run_load load_disabled
! has_bystander ||
	ktap_test_result "the client of another adapter noticed nothing" bystander_well
ktap_finished
