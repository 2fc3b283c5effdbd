#!/bin/sh
# cluster.sh up|add|kill|start|cut|heal|down DIR ...: a real swarm of several Docker engines on this machine, that tests may break.
#
#   up DIR NODES MANAGERS IMAGE...  starts the nodes node1, node2... and makes a swarm of them; the first MANAGERS are managers. All have the
#                                   images, from the machine's engine. Prints the address of this machine in the network of the nodes
#   kill DIR N                      ends a node at once: engine, containers and all
#   stop DIR N                      ends the engine of a node in order, as for its upgrade
#   start DIR N                     starts the engine of a node again
#   cut DIR N                       takes a node off the network; its containers go on
#   heal DIR N                      puts it back
#   down DIR                        ends everything and removes DIR
#
# The managers give up a node 3 seconds after its last word, in place of 15. That is less than nodes may take to find managers that were away:
# where they are to be away, first: docker swarm update --dispatcher-heartbeat 5s.
#
# Each node is a network namespace with an engine in it, at ADDRESS.N of the file DIR/net; its socket is DIR/N/docker.sock, and it listens on port
# 2375 as well, which only this machine and the other nodes reach; or, where there is a folder DIR/tls with ca.pem, cert.pem and key.pem, on 2376
# by TLS alone. DIR/N/daemon.json may be there before. Its files are this machine's, so any folder is a shared one. Must run as root,
# with the packages that test/backends/docker/up.sh installs.
set -eu
verb=${1:?usage: cluster.sh up|kill|stop|start|cut|heal|down DIR}
dir=${2:?usage: cluster.sh up|kill|stop|start|cut|heal|down DIR}

# mine prints the processes of the engine in a folder: those whose command line names it.
mine() {
	for f in $(grep -ls -- "$1/" /proc/[0-9]*/cmdline || true); do
		p=${f#/proc/} p=${p%/cmdline}
		case $(comm "$p") in dockerd | containerd | containerd-shim* | docker-proxy) echo "$p" ;; esac
	done
}

comm() { cat "/proc/$1/comm" 2>/dev/null || true; }

# slay ends all processes of the engines in a folder at once, with their containers.
slay() {
	for p in $(mine "$1"); do
		case $(comm "$p") in dockerd | containerd) kill -9 "$p" 2>/dev/null || true ;; esac
	done
	for p in $(mine "$1"); do
		case $(comm "$p") in
		containerd-shim*) for c in $(ps -o pid= --ppid "$p"); do kill -9 "$c" 2>/dev/null || true; done ;;
		esac
		kill -9 "$p" 2>/dev/null || true
	done
	n=0
	while [ -n "$(mine "$1")" ] && [ $n -lt 50 ]; do
		n=$((n + 1))
		sleep 0.1
	done
}

unmount() { awk -v d="$1/" 'index($2, d) == 1 { print $2 }' /proc/mounts | sort -r | while read -r m; do umount -l "$m"; done; }

engine() { # starts the engine of node $1 and does not wait for it
	k=$1 d=$dir/$1
	mkdir -p "$d"
	rm -f "$d/docker.pid" "$d/exec/containerd/containerd.pid" # of a crash
	[ -e "$d/daemon.json" ] || echo '{}' >"$d/daemon.json"
	set -- -H "tcp://$net.$k:2375" --tls=false
	[ ! -d "$dir/tls" ] || set -- -H "tcp://$net.$k:2376" --tlsverify --tlscacert "$dir/tls/ca.pem" --tlscert "$dir/tls/cert.pem" --tlskey "$dir/tls/key.pem"
	# ip netns exec would hide the control groups from the engine.
	setsid nsenter --net="/var/run/netns/$ns-$k" unshare --uts sh -c 'hostname "$0" && exec "$@"' "node$k" \
		dockerd --config-file "$d/daemon.json" --data-root "$d/data" --exec-root "$d/exec" --pidfile "$d/docker.pid" \
		-H "unix://$d/docker.sock" "$@" --storage-driver overlay2 --bip "10.$((100 + i)).$k.1/24" --default-address-pool "base=10.$((140 + i)).$k.0/24,size=26" \
		--label "disk=d$k" --shutdown-timeout 1 >>"$d/log" 2>&1 </dev/null &
}

await() { # node $1
	n=0
	until docker -H "unix://$dir/$1/docker.sock" version >/dev/null 2>&1; do
		n=$((n + 1))
		if [ $n -gt 300 ]; then
			echo "cluster.sh: the engine of node$1 does not answer; the end of its log:" >&2
			tail -n 20 "$dir/$1/log" >&2
			exit 1
		fi
		sleep 0.1
	done
}

known() { read -r ns net i <"$dir/net"; }

case $verb in
up)
	nodes=${3:?how many nodes} managers=${4:?how many managers}
	shift 4
	mkdir -p "$dir"
	for i in $(seq 1 30); do # the first that nobody else has
		ns=gdsw$i net=10.231.$i
		ip netns add "$ns" 2>/dev/null && break
		[ "$i" -lt 30 ] || { echo "cluster.sh: no network is free" >&2; exit 1; }
	done
	echo "$ns $net $i" >"$dir/net"
	ip -n "$ns" link set lo up
	ip -n "$ns" link add br0 type bridge
	ip -n "$ns" link set br0 up
	ip link add "$ns" type veth peer name host netns "$ns"
	ip -n "$ns" link set host master br0 up
	ip addr add "$net.254/24" dev "$ns"
	ip link set "$ns" up
	docker save "$@" >"$dir/images.tar"
	for k in $(seq "$nodes"); do
		ip netns add "$ns-$k"
		ip -n "$ns-$k" link set lo up
		ip link add "v$k" netns "$ns" type veth peer name eth0 netns "$ns-$k"
		ip -n "$ns" link set "v$k" master br0 up
		ip -n "$ns-$k" addr add "$net.$k/24" dev eth0
		ip -n "$ns-$k" link set eth0 up # and no way further: nobody waits for a registry
		engine "$k"
	done
	for k in $(seq "$nodes"); do
		await "$k"
		docker -H "unix://$dir/$k/docker.sock" load -q -i "$dir/images.tar" >/dev/null
	done
	rm "$dir/images.tar"
	first=unix://$dir/1/docker.sock
	docker -H "$first" swarm init --dispatcher-heartbeat 1s --advertise-addr "$net.1" --default-addr-pool "10.$((180 + i)).0.0/16" >/dev/null
	for k in $(seq 2 "$nodes"); do
		role=worker
		[ "$k" -gt "$managers" ] || role=manager
		docker -H "unix://$dir/$k/docker.sock" swarm join --advertise-addr "$net.$k" --token "$(docker -H "$first" swarm join-token -q $role)" "$net.1:2377" >/dev/null
	done
	echo "$net.254"
	;;
kill) slay "$dir/${3:?which node}" && unmount "$dir/$3" ;;
stop)
	p=$(cat "$dir/${3:?which node}/docker.pid")
	kill "$p"
	while [ -e "/proc/$p/cmdline" ] && [ -n "$(mine "$dir/$3")" ]; do sleep 0.1; done
	;;
start) known && engine "${3:?which node}" && await "$3" ;;
cut) known && ip -n "$ns" link set "v${3:?which node}" down ;;
heal) known && ip -n "$ns" link set "v${3:?which node}" up ;;
down)
	[ -e "$dir/net" ] || { rm -rf "$dir" && exit 0; }
	known
	slay "$dir"
	unmount "$dir"
	ip link del "$ns" 2>/dev/null || true
	for n in $(ip netns list | awk -v p="$ns" '$1 == p || index($1, p "-") == 1 { print $1 }'); do ip netns del "$n"; done
	rm -rf "$dir"
	;;
*)
	echo "usage: cluster.sh up|kill|stop|start|cut|heal|down DIR" >&2
	exit 2
	;;
esac
