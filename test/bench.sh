#!/bin/sh
# bench.sh [FLAGS]: installs and starts what the measurements need, and prints them.
# The flags are those of test/perf; -h tells. Nothing else should run meanwhile. On ext4, wait
# some minutes after many files were removed: the kernel goes round inodes that were freed lately,
# which makes new task folders slow.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
command -v go >/dev/null || { echo "make bench: Go 1.26 or later is needed" >&2; exit 1; }
command -v npm >/dev/null || { echo "make bench: Node.js 20 or later with npm is needed" >&2; exit 1; }

deploy/packages.sh git=git dockerd=docker.io ip=iproute2 iptables=iptables mmdebstrap=mmdebstrap busybox=busybox-static \
	'/usr/lib/postgresql/*/bin/initdb=postgresql' slurmctld=slurm-wlm munged=munge ssh=openssh-client chromium=chromium curl=curl openssl=openssl pgrep=procps \
	etcd=etcd-server containerd=containerd nsenter=util-linux /usr/lib/cni/bridge=containernetworking-plugins
test/backends/docker/up.sh "$root/var/engine"
test/images/build.sh
GODOCKER_TEST_POSTGRES=$(test/backends/postgres/up.sh /var/tmp/godocker-postgres)
export GODOCKER_TEST_POSTGRES
make --no-print-directory build # the page, which the server carries

go run ./test/perf "$@"
