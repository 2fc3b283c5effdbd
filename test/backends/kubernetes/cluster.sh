#!/bin/sh
# cluster.sh up|down DIR, cluster.sh start|kill DIR SERVER: a Kubernetes cluster with one real node, for tests.
#
#   up      starts it for the process that calls this, and prints the path of an administrator's kubeconfig once
#           the node is ready and has the test images. What a process that is gone left behind is taken away before;
#           as long as one has the cluster, others wait
#   down    ends everything and removes DIR
#   start   starts a server again: etcd, containerd, apiserver, controllers, scheduler, proxy or kubelet
#   kill    ends a server at once, as if it had crashed; what it started goes on
#
# It is in a network namespace of its own, which this machine reaches: the API server at 10.99.0.1, pods at
# 10.98.0.0/24. There is one such cluster on a machine. Must run as root, with the packages that test/run.sh
# installs, and a Docker engine that has the test images.
set -eu
verb=${1:?usage: cluster.sh up|down|start|kill DIR [SERVER]}
dir=${2:?usage: cluster.sh up|down|start|kill DIR [SERVER]}
here=$(cd "$(dirname "$0")" && pwd)
net=godocker-kube
node=node-1
ip=10.99.0.1
api=https://$ip:16443
sock=$dir/run/containerd.sock
images="godocker/busybox:1 godocker/debian:12"
pause=godocker/pause:1

inside() { nsenter --net=/var/run/netns/$net "$@"; }

certificates() {
	mkdir -p "$dir/pki"
	cd "$dir/pki"
	for k in ca api; do openssl ecparam -name prime256v1 -genkey -noout -out $k.key; done
	openssl req -x509 -new -key ca.key -subj /CN=test-ca -days 30 -out ca.crt 2>/dev/null
	openssl req -new -key api.key -subj /CN=kube-apiserver -out api.csr 2>/dev/null
	printf 'subjectAltName=DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1,IP:%s' $ip >san
	openssl x509 -req -in api.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out api.crt -extfile san 2>/dev/null
	openssl genrsa -out sa.key 2048 2>/dev/null
	openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
	umask 077
	: >tokens.csv
	for who in 'admin,admin,admin,"system:masters"' 'controllers,controllers,controllers,"system:masters"' \
		'scheduler,system:kube-scheduler,scheduler' 'proxy,system:kube-proxy,proxy' "kubelet,system:node:$node,kubelet,\"system:nodes\""; do
		token=$(openssl rand -hex 16)
		echo "$token,${who#*,}" >>tokens.csv
		cat >"${who%%,*}.kubeconfig" <<T
apiVersion: v1
kind: Config
clusters: [{name: test, cluster: {server: "$api", certificate-authority: $dir/pki/ca.crt}}]
users: [{name: user, user: {token: $token}}]
contexts: [{name: test, context: {cluster: test, user: user}}]
current-context: test
T
	done
	umask 022
	cd - >/dev/null
}

configuration() {
	mkdir -p "$dir/cni" "$dir/run"
	cat >"$dir/cni/10-test.conflist" <<T
{"cniVersion": "0.4.0", "name": "test", "plugins": [{"type": "bridge", "bridge": "pods0", "isGateway": true, "ipMasq": false,
 "ipam": {"type": "host-local", "dataDir": "$dir/cni-ipam", "ranges": [[{"subnet": "10.98.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
T
	# restrict_oom_score_adj: for machines whose root may not lower it
	cat >"$dir/containerd.toml" <<T
version = 2
root = "$dir/containerd"
state = "$dir/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper"]
[grpc]
  address = "$sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$dir/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/$pause"
  stream_server_address = "127.0.0.1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$dir/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
T
	# DynamicResourceAllocation: with it the kubelet of 1.34 sometimes reads its capacity while it writes it, and dies
	cat >"$dir/kubelet.yaml" <<T
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $ip
port: 11250
readOnlyPort: 0
healthzPort: 0
containerRuntimeEndpoint: unix://$sock
cgroupDriver: cgroupfs
featureGates: {DynamicResourceAllocation: false}
failCgroupV1: false
failSwapOn: false
makeIPTablesUtilChains: false
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
evictionHard: {memory.available: "0%", nodefs.available: "0%", imagefs.available: "0%", nodefs.inodesFree: "0%", imagefs.inodesFree: "0%"}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
nodeStatusUpdateFrequency: 2s
nodeLeaseDurationSeconds: 4
syncFrequency: 2s
volumeStatsAggPeriod: 2s
registryPullQPS: 0
podLogsDir: $dir/podlogs
volumePluginDir: $dir/plugins
T
}

launch() {
	name=$1
	shift
	setsid nsenter --net=/var/run/netns/$net "$@" >>"$dir/log/$name" 2>&1 </dev/null 9>&- &
	echo $! >"$dir/pid/$name"
}

start() {
	case $1 in
	etcd)
		launch etcd etcd --data-dir "$dir/etcd" --listen-client-urls http://127.0.0.1:12379 --advertise-client-urls http://127.0.0.1:12379 \
			--listen-peer-urls http://127.0.0.1:12380 --initial-advertise-peer-urls http://127.0.0.1:12380 --initial-cluster default=http://127.0.0.1:12380 \
			--unsafe-no-fsync
		;;
	containerd) launch containerd containerd --config "$dir/containerd.toml" ;;
	apiserver)
		launch apiserver "$kube" apiserver --etcd-servers=http://127.0.0.1:12379 --bind-address=$ip --advertise-address=$ip --secure-port=16443 \
			--tls-cert-file="$dir/pki/api.crt" --tls-private-key-file="$dir/pki/api.key" --token-auth-file="$dir/pki/tokens.csv" \
			--authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --service-account-issuer=https://kubernetes.default.svc \
			--service-account-key-file="$dir/pki/sa.pub" --service-account-signing-key-file="$dir/pki/sa.key" --service-cluster-ip-range=10.96.0.0/16 \
			--kubelet-preferred-address-types=InternalIP --profiling=false
		answers
		;;
	controllers)
		launch controllers "$kube" controllers --kubeconfig="$dir/pki/controllers.kubeconfig" --service-account-private-key-file="$dir/pki/sa.key" \
			--root-ca-file="$dir/pki/ca.crt" --kube-api-qps=500 --kube-api-burst=1000 --node-monitor-period=1s --node-monitor-grace-period=8s \
			--leader-elect=false --secure-port=0 --concurrent-job-syncs=40 --pvclaimbinder-sync-period=1s
		;;
	scheduler) launch scheduler "$kube" scheduler --kubeconfig="$dir/pki/scheduler.kubeconfig" --leader-elect=false --secure-port=0 --kube-api-qps=500 --kube-api-burst=1000 ;;
	proxy)
		launch proxy "$kube" proxy --kubeconfig="$dir/pki/proxy.kubeconfig" --hostname-override=$node --proxy-mode=iptables --iptables-localhost-nodeports=false \
			--iptables-min-sync-period=100ms --conntrack-max-per-core=0 --conntrack-min=0 --conntrack-tcp-timeout-established=0s --conntrack-tcp-timeout-close-wait=0s
		;;
	kubelet)
		launch kubelet "$kube" kubelet --config="$dir/kubelet.yaml" --kubeconfig="$dir/pki/kubelet.kubeconfig" --root-dir="$dir/kubelet" \
			--hostname-override=$node --node-ip=$ip --cert-dir="$dir/kubelet-pki"
		;;
	*) echo "cluster.sh: there is no server $1" >&2 && exit 2 ;;
	esac
}

ask() { curl -sf --max-time 5 --cacert "$dir/pki/ca.crt" -H "Authorization: Bearer $(sed -n 's/,admin,.*//p' "$dir/pki/tokens.csv")" "$api$1"; }

# until_true SERVER WORDS COMMAND...: waits for a command to succeed, while a server lives.
until_true() {
	server=$1 words=$2 n=0
	shift 2
	until "$@" >/dev/null 2>&1; do
		n=$((n + 1))
		if [ $n -gt 600 ] || ! kill -0 "$(cat "$dir/pid/$server")" 2>/dev/null; then
			echo "cluster.sh: $words; the end of the log of $server:" >&2
			tail -n 20 "$dir/log/$server" >&2
			exit 1
		fi
		sleep 0.1
	done
}
answers() { until_true apiserver "the API server does not answer" ask /readyz; }
ready() { ask /api/v1/nodes/$node | tr -d ' \n' | grep -o '{[^{}]*"type":"Ready"[^{}]*}' | grep -q '"status":"True"'; }

network() {
	mkdir -p /var/run/netns
	ip netns add $net
	ip link add godocker-kube type veth peer name outside netns $net
	ip addr add 10.99.255.1/30 dev godocker-kube
	ip link set godocker-kube up
	ip -n $net addr add 10.99.255.2/30 dev outside
	ip -n $net addr add $ip/32 dev lo # a node's address is none of 127.0.0.0/8
	ip -n $net link set outside up
	ip -n $net link set lo up
	ip -n $net route add default via 10.99.255.1
	ip route add $ip/32 via 10.99.255.2
	ip route add 10.98.0.0/24 via 10.99.255.2
	inside sysctl -q -w net.ipv4.ip_forward=1
}

# ours prints the processes in the cluster's network, and those of its containers.
ours() {
	ip netns pids $net 2>/dev/null || true
	for p in /proc/[0-9]*; do
		case $({ tr '\0' ' ' <"$p/cmdline"; } 2>/dev/null || true) in
		*containerd-shim*"$dir/"*) for c in $(pgrep -P "${p#/proc/}"); do pgrep -P "$c" || true; echo "$c"; done; echo "${p#/proc/}" ;;
		esac
	done
}

down() {
	for name in kubelet proxy scheduler controllers apiserver etcd containerd; do
		[ ! -e "$dir/pid/$name" ] || kill -9 "$(cat "$dir/pid/$name")" 2>/dev/null || true
	done
	nets=$(for p in $(ours); do stat -L -c %i "/proc/$p/ns/net" 2>/dev/null || true; done)
	n=0
	while [ $n -lt 50 ] && left=$(ours) && [ -n "$left" ]; do
		kill -9 $left 2>/dev/null || true
		n=$((n + 1))
		sleep 0.1
	done
	awk -v d="$dir/" 'index($2, d) == 1 { print $2 }' /proc/mounts | sort -r | while read -r m; do umount -l "$m"; done
	for m in /var/run/netns/cni-*; do # the networks of the pods
		case "
$nets
" in *"
$(stat -c %i "$m" 2>/dev/null || echo none)
"*) umount "$m" && rm -f "$m" ;; esac
	done
	for d in /sys/fs/cgroup/kubepods /sys/fs/cgroup/*/kubepods; do
		[ ! -d "$d" ] || find "$d" -depth -type d -exec rmdir {} \; 2>/dev/null || true
	done
	ip link del godocker-kube 2>/dev/null || true
	ip netns del $net 2>/dev/null || true
	[ ! -e "$dir/sysctl" ] || sysctl -q -p "$dir/sysctl" >/dev/null
	rm -rf "$dir"
}

case $verb in
up)
	kube=$("$here/build.sh")
	exec 8>/run/godocker-kube.lock
	flock 8
	n=0
	while [ -e /run/godocker-kube ] && read -r owner theirs </run/godocker-kube; do
		if [ "$owner" = $PPID ] || ! kill -0 "$owner" 2>/dev/null; then
			"$0" down "${theirs:-$owner}" 8>&-
			break
		fi
		n=$((n + 1))
		[ $n -le 900 ] || { echo "cluster.sh: process $owner has the cluster of this machine" >&2 && exit 1; }
		sleep 1
	done
	mkdir -p "$dir/log" "$dir/pid"
	echo "$PPID $dir" >/run/godocker-kube
	flock -u 8
	exec 8>&-
	echo "$kube" >"$dir/kube"
	sysctl vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops kernel.keys.root_maxkeys kernel.keys.root_maxbytes >"$dir/sysctl" 2>/dev/null || true
	network
	certificates
	configuration
	start etcd
	start containerd
	start apiserver
	start controllers
	start scheduler
	start proxy
	start kubelet
	if ! docker image inspect $pause >/dev/null 2>&1; then
		c=$(docker create godocker/busybox:1 true)
		docker export "$c" | docker import --change 'ENTRYPOINT ["/bin/sleep", "1000000000"]' - $pause >/dev/null
		docker rm "$c" >/dev/null
	fi
	until_true containerd "containerd does not answer" ctr -a "$sock" version
	docker save $images $pause | ctr -a "$sock" -n k8s.io images import - >/dev/null
	until_true kubelet "the node is not ready" ready
	until_true controllers "there is no service account" ask /api/v1/namespaces/default/serviceaccounts/default
	echo "$dir/pki/admin.kubeconfig"
	;;
down)
	if [ ! -e /run/godocker-kube ] || grep -q " $dir\$" /run/godocker-kube; then
		down
		rm -f /run/godocker-kube
	else # another has it
		rm -rf "$dir"
	fi
	;;
start)
	kube=$(cat "$dir/kube")
	start "$3"
	;;
kill) kill -9 "$(cat "$dir/pid/$3")" ;;
*)
	echo "usage: cluster.sh up|down|start|kill DIR [SERVER]" >&2
	exit 2
	;;
esac
