#!/bin/sh
# run.sh: installs and starts what the tests need, and runs all of them: the Go
# tests on real Docker and PostgreSQL, the page's own, and the browser's.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
command -v go >/dev/null || { echo "make test: Go 1.26 or later is needed" >&2; exit 1; }
command -v npm >/dev/null || { echo "make test: Node.js 20 or later with npm is needed" >&2; exit 1; }

# The servers of Kubernetes take minutes where they never were built. That happens beside all the rest; the
# tests that need them wait for it, and say why if it fails.
nice -n 19 test/backends/kubernetes/build.sh >/dev/null 2>&1 &
deploy/packages.sh git=git dockerd=docker.io ip=iproute2 iptables=iptables mmdebstrap=mmdebstrap busybox=busybox-static \
	'/usr/lib/postgresql/*/bin/initdb=postgresql' chromium=chromium aiosmtpd=python3-aiosmtpd zpool=zfs-fuse slapd=slapd ldapwhoami=ldap-utils \
	openssl=openssl ssh=openssh-client curl=curl pgrep=procps script=bsdutils rsync=rsync sshfs=sshfs /usr/lib/python3/dist-packages/pyftpdlib=python3-pyftpdlib docker-registry=docker-registry \
	etcd=etcd-server containerd=containerd nsenter=util-linux sysctl=procps /usr/lib/cni/bridge=containernetworking-plugins
test/backends/docker/up.sh "$root/var/engine"
test/images/build.sh
GODOCKER_TEST_POSTGRES=$(test/backends/postgres/up.sh /var/tmp/godocker-postgres)
export GODOCKER_TEST_POSTGRES

make --no-print-directory -j2 build
(cd web && npm run --silent check && npm run --silent test)
exec go test -timeout 20m ./...
