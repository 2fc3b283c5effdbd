#!/bin/sh
# up.sh [DIR]: makes sure that a Docker engine answers on the default socket.
#
#   DIR   where a freshly started engine writes dockerd.log and dockerd.pid
#         (default: /tmp/godocker-dockerd)
#
# Does nothing when `docker info` already works. Otherwise it installs the engine
# from Debian's packages where it is missing, starts dockerd in a session of its
# own and waits until it answers. No systemd is needed. Must run as root unless
# an engine runs already. May be called any number of times, also at once.
set -eu

dir=${1:-/tmp/godocker-dockerd}

answers() { docker info >/dev/null 2>&1; }

answers && exit 0
[ "$(id -u)" = 0 ] || { echo "up.sh: no Docker engine answers, and only root can start one" >&2; exit 1; }
mkdir -p "$dir"

# One caller at a time; the others find the engine running when it is their turn.
exec 9>"$dir/up.lock"
flock 9
answers && exit 0

install_engine() {
	policy=/usr/sbin/policy-rc.d
	made=
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' >$policy # packages must not start services
		chmod 755 $policy
		made=1
	fi
	# --no-install-recommends leaves out what only a desktop or a cluster needs.
	apt-get -o DPkg::Lock::Timeout=300 -q update >&2 || true
	DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q -y \
		install --no-install-recommends docker.io iproute2 iptables >&2
	if [ -n "$made" ]; then rm -f $policy; fi
}

if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null ||
	! command -v iptables >/dev/null || ! command -v ip >/dev/null; then
	install_engine
fi

# A pid file left by an engine that is gone keeps a new one from starting.
pidfile=/var/run/docker.pid
if [ -e $pidfile ] && ! kill -0 "$(cat $pidfile)" 2>/dev/null; then rm -f $pidfile; fi

setsid dockerd >"$dir/dockerd.log" 2>&1 </dev/null 9>&- &
pid=$!
echo $pid >"$dir/dockerd.pid"

n=0
until answers; do
	n=$((n + 1))
	if [ $n -gt 300 ] || ! kill -0 $pid 2>/dev/null; then
		echo "up.sh: dockerd does not answer; the end of $dir/dockerd.log:" >&2
		tail -n 20 "$dir/dockerd.log" >&2
		exit 1
	fi
	sleep 0.1
done
