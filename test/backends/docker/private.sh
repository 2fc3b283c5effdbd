#!/bin/sh
# private.sh start|kill|down DIR: a Docker engine of its own, beside the machine's, that tests may break.
#
#   start  starts the engine and prints its URL once it answers; the first time it also gets the image
#          godocker/busybox:1 from the machine's engine
#   kill   ends the engine at once, as if it had crashed, and leaves its containers as they are; start brings it back
#   down   ends everything and removes DIR
#
# Its daemon.json is DIR/daemon.json, if there is one at its start. It finds the plug-ins whose sockets are in DIR/plugins, if there is such a folder at its start; no other engine does.
# Its containers have no network. Must run as root, with the packages that up.sh installs.
set -eu
verb=${1:?usage: private.sh start|kill|down DIR}
dir=${2:?usage: private.sh start|kill|down DIR}
sock=$dir/docker.sock
image=godocker/busybox:1

# mine prints the processes of this engine: those whose command line names its folder.
mine() {
	for p in /proc/[0-9]*; do
		case $(tr '\0' ' ' <"$p/cmdline" 2>/dev/null || true) in
		dockerd*" $dir/"* | containerd*" $dir/"* | *containerd-shim*" $dir/"*) echo "${p#/proc/}" ;;
		esac
	done
}

answers() { docker -H "unix://$sock" version >/dev/null 2>&1; }

case $verb in
start)
	mkdir -p "$dir"
	rm -f "$dir/docker.pid" "$dir/exec/containerd/containerd.pid" # of a crash; zombies pass for alive
	[ -e "$dir/daemon.json" ] || echo '{}' >"$dir/daemon.json"
	# In a network of its own: without a bridge it would remove the one of the machine's engine.
	own="unshare --net"
	if [ -d "$dir/plugins" ]; then
		mkdir -p /run/docker/plugins
		own="unshare --net --mount --propagation slave $0 with-plugins $dir"
	fi
	setsid $own dockerd --config-file "$dir/daemon.json" --data-root "$dir/data" --exec-root "$dir/exec" \
		--pidfile "$dir/docker.pid" -H "unix://$sock" --bridge none --iptables=false --ip-masq=false \
		--shutdown-timeout 2 >>"$dir/log" 2>&1 </dev/null &
	pid=$!
	n=0
	until answers; do
		n=$((n + 1))
		if [ $n -gt 300 ] || ! kill -0 $pid 2>/dev/null; then
			echo "private.sh: dockerd does not answer; the end of its log:" >&2
			tail -n 20 "$dir/log" >&2
			exit 1
		fi
		sleep 0.1
	done
	if [ ! -e "$dir/loaded" ]; then
		docker save $image | docker -H "unix://$sock" load -q >/dev/null
		touch "$dir/loaded"
	fi
	echo "unix://$sock"
	;;
with-plugins) # in the engine's own view of the file system
	shift 2
	mount --bind "$dir/plugins" /run/docker/plugins
	exec "$@"
	;;
kill)
	kill -9 "$(cat "$dir/docker.pid")"
	for p in $(mine); do # the crash takes its containerd along, and leaves the shims
		case $(cat "/proc/$p/comm" 2>/dev/null || true) in containerd) kill -9 "$p" ;; esac
	done
	;;
down)
	for p in $(mine); do
		case $(cat "/proc/$p/comm" 2>/dev/null || true) in dockerd) kill -9 "$p" ;; esac
	done
	for p in $(mine); do
		case $(cat "/proc/$p/comm" 2>/dev/null || true) in
		containerd-shim*) for c in $(ps -o pid= --ppid "$p"); do kill -9 "$c" 2>/dev/null || true; done ;;
		esac
		kill -9 "$p" 2>/dev/null || true
	done
	n=0
	while [ -n "$(mine)" ] && [ $n -lt 50 ]; do
		n=$((n + 1))
		sleep 0.1
	done
	awk -v d="$dir/" 'index($2, d) == 1 { print $2 }' /proc/mounts | sort -r | while read -r m; do umount -l "$m"; done
	rm -rf "$dir"
	;;
*)
	echo "usage: private.sh start|kill|down DIR" >&2
	exit 2
	;;
esac
