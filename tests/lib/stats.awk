# SPDX-License-Identifier: GPL-2.0
# Medians for benchmarks: values are added by name.  (mawk cannot sort.)

function sort(a, n,    i, j, x) {
	for (i = 2; i <= n; i++) {
		x = a[i]
		for (j = i - 1; j && a[j] > x; j--)
			a[j + 1] = a[j]
		a[j + 1] = x
	}
}

function add(name, x) { value[name, ++rounds[name]] = x + 0 }

# Sets mid, low and high: median, 10% and 90%
function median(name,    i, n, a) {
	n = rounds[name]
	for (i = 1; i <= n; i++)
		a[i] = value[name, i]
	sort(a, n)
	mid = a[int(n / 2) + 1]
	low = a[int(n / 10) + 1]
	high = a[n - int(n / 10)]
}

# The same, and a line for tests/bench.sh
function bench(name, unit, format) {
	median(name)
	printf "bench: %s: " format " %s (10%% " format ", 90%% " format ")\n",
	       name, mid, unit, low, high
}
