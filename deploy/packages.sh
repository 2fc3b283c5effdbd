#!/bin/sh
# packages.sh COMMAND=PACKAGE...: installs the Debian packages whose commands are
# missing, in one call, and keeps them from starting services. COMMAND may be a
# path pattern.
set -eu
missing=
for pair; do
	command=${pair%%=*} package=${pair#*=}
	case $command in
	/*) ls $command >/dev/null 2>&1 || missing="$missing $package" ;;
	*) command -v "$command" >/dev/null 2>&1 || missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0
command -v apt-get >/dev/null || { echo "Please install:$missing" >&2; exit 1; }
[ "$(id -u)" = 0 ] || { echo "Please install, as root: apt-get install$missing" >&2; exit 1; }

policy=/usr/sbin/policy-rc.d
made=
if [ ! -e $policy ]; then
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod 755 $policy
	made=1
fi
echo "Installing$missing" >&2
log=$(mktemp)
if ! { apt-get -o DPkg::Lock::Timeout=300 -q update &&
	DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q -y install --no-install-recommends $missing; } >"$log" 2>&1; then
	tail -n 20 "$log" >&2
	echo "These packages could not be installed:$missing" >&2
	failed=1
fi
[ -z "$made" ] || rm -f $policy
rm -f "$log"
[ -z "${failed:-}" ]
