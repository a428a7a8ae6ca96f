# SPDX-License-Identifier: GPL-2.0
# Open VIOS.  "make help" says what there is; the modules themselves are in Kbuild.

KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local
LAB := tests/lab
# Labs and counters of their own; nothing here runs in parallel but what says so.
.NOTPARALLEL:

CROSS := $(if $(ARCH),ARCH=$(ARCH)) $(if $(CROSS_COMPILE),CROSS_COMPILE=$(CROSS_COMPILE))
LABS := uml x86 debug ppc64le

.PHONY: all modules tools install modules_install tools_install clean help
all: modules $(if $(CROSS_COMPILE),,tools)

modules: kdir
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(CROSS) modules

.PHONY: kdir
kdir:
	@test -f "$(KDIR)/Makefile" || { \
		echo "error: KDIR=$(KDIR) is not a kernel build directory; for the running" \
		     "kernel install linux-headers-$$(uname -r), or name another with KDIR=" >&2; \
		exit 1; }

# What is missing is installed, on Debian; who has it all needs neither Debian nor root.
tools:
	@{ command -v $(CC) && pkg-config --exists jansson; } >/dev/null 2>&1 || $(LAB)/host.sh build
	$(MAKE) -C tools O=$(CURDIR)/build/tools

install: modules_install tools_install

# updates/ comes before the kernel's own modules of the same names.  The kernel's build
# leaves depmod out where there is no System.map, as in Debian's headers.
modules_install: modules
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(CROSS) INSTALL_MOD_DIR=updates modules_install
	depmod $(if $(INSTALL_MOD_PATH),-b $(INSTALL_MOD_PATH)) \
		$$(sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h)

tools_install: tools
	$(MAKE) -C tools O=$(CURDIR)/build/tools PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) install

clean:
	-test ! -f "$(KDIR)/Makefile" || $(MAKE) -C $(KDIR) M=$(CURDIR) $(CROSS) VIOS_TESTS=1 clean
	rm -rf build

.PHONY: check lint soak bench compare-papr profile-papr demo $(LABS:%=check-%) check-unit $(LABS:%=shell-%)
check:
	@tests/check.sh

lint:
	@tests/lint.sh

check-unit $(LABS:%=check-%): check-%:
	@tests/check.sh $*

soak:
	@SOAK=1 tests/check.sh uml debug x86

bench:
	@tests/bench.sh

compare-papr:
	@tests/compare-papr.sh

profile-papr:
	@tests/profile-papr.sh

demo:
	@tests/demo.sh

$(LABS:%=shell-%): shell-%:
	@$(LAB)/run.sh $*

help:
	@sed -n 's/^## \?//p' $(MAKEFILE_LIST)

## make                  modules for the running kernel (KDIR= for another) and the tools
## make install          modules, tools, man pages, units; INSTALL_MOD_PATH= is put before the
##                       path of the modules, DESTDIR= before that of all else (PREFIX=/usr/local)
## make demo             boots a lab and shows what there is
## make check            everything that decides whether a change is good
## make check-unit check-uml check-debug check-x86 check-ppc64le lint
##                       one part of it; T=glob picks tests, V=1 shows their output
## make soak             the long versions of the stress tests
## make bench            what calls and I/O cost; B=glob
## make compare-papr     this server and the kernel's own, in a pseries guest; T=glob, C=glob
## make profile-papr     where the instructions of a request go with either; C=case
## make shell-uml shell-x86 shell-debug shell-ppc64le
##                       an interactive lab with the modules loaded
