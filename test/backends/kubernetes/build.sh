#!/bin/sh
# build.sh: makes the program `kube` of ./cluster, which is a cluster's API server, controllers, scheduler and
# kubelet, from the modules of Kubernetes itself, and prints its path. It is kept in .cache; nothing is done if it
# is there already.
set -eu
cd "$(dirname "$0")"
out=$(cd ../../.. && pwd)/.cache/kubernetes
mkdir -p "$out"
sum=$(cat cluster/go.mod cluster/main.go | sha256sum | cut -c1-16)
exec 9>"$out/build.lock"
flock 9
if [ ! -x "$out/kube-$sum" ]; then
	v=$(sed -n 's|^\tk8s.io/kubernetes \(v[0-9.]*\)$|\1|p' cluster/go.mod)
	minor=${v#*.}
	x=k8s.io/component-base/version
	(cd cluster && CGO_ENABLED=0 GOFLAGS=-buildvcs=false go build -o "$out/kube.part" \
		-ldflags "-s -w -X $x.gitVersion=$v -X $x.gitMajor=1 -X $x.gitMinor=${minor%%.*} -X $x.gitTreeState=clean" .) >&2
	rm -f "$out"/kube-*
	mv "$out/kube.part" "$out/kube-$sum"
fi
echo "$out/kube-$sum"
