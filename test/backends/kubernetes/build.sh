#!/bin/sh
# build.sh: makes the program `kube` of ./cluster, which is a cluster's API server, controllers, scheduler, proxy
# and kubelet, from the modules of Kubernetes itself, and prints its path. That takes some minutes once: it is kept
# outside of the checkout, and nothing is done if it is there already. Of any number at once one builds.
set -eu
cd "$(dirname "$0")"
out=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/godocker/kubernetes
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
	mv "$out/kube.part" "$out/kube-$sum"
	find "$out" -name 'kube-*' -mtime +30 ! -name "kube-$sum" -delete # of versions that nobody uses any more
fi
echo "$out/kube-$sum"
