#!/bin/sh
# build.sh [CACHE]: makes the images that the tests run, without any registry.
#
#   CACHE   where the Debian tree is kept between runs (default: .cache/images in
#           the repository)
#
#   godocker/debian:12    Debian, smallest variant: bash, coreutils, apt
#   godocker/busybox:1    busybox: a sh but no bash, no /etc/passwd
#   godocker/static:1     one static program (/work) and nothing else: no shell
#   godocker/notebook:1   busybox, and a server as Jupyter's is (/notebook)
#
# An image that the engine has already is left alone, so a second run takes no
# time. Needs a running Docker engine; installs mmdebstrap and busybox-static
# where they are missing, and then must run as root.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${1:-$here/../../.cache/images}
mkdir -p "$cache"
exec 9>"$cache/build.lock"
flock 9

have() { docker image inspect "$1" >/dev/null 2>&1; }

# One call for both packages, as two at once disturb each other.
install_tools() {
	if command -v mmdebstrap >/dev/null && command -v busybox >/dev/null; then return; fi
	apt-get -o DPkg::Lock::Timeout=300 -q update >&2 || true
	DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q -y \
		install --no-install-recommends mmdebstrap busybox-static >&2
}

# PATH as most published images set it.
into_engine() { docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$1" >/dev/null; }

make_debian() {
	tar=$cache/debian12.tar
	if [ ! -s "$tar" ]; then
		install_tools
		mmdebstrap --quiet --variant=minbase --format=tar bookworm "$tar.part" >&2
		mv "$tar.part" "$tar"
	fi
	into_engine godocker/debian:12 <"$tar"
}

# busybox_tree prints a folder with busybox in it.
busybox_tree() {
	install_tools
	tree=$(mktemp -d)
	mkdir -p "$tree/bin" "$tree/tmp" "$tree/usr/bin"
	cp "$(command -v busybox)" "$tree/bin/busybox"
	for applet in $(busybox --list); do
		[ "$applet" = busybox ] || [ "$applet" = bash ] || ln -s busybox "$tree/bin/$applet"
	done
	chmod 1777 "$tree/tmp"
	echo "$tree"
}

make_busybox() {
	tree=$(busybox_tree)
	tar -C "$tree" --owner=0 --group=0 -c . | into_engine godocker/busybox:1
	rm -rf "$tree"
}

make_notebook() {
	tree=$(busybox_tree)
	(cd "$here/notebook" && CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$tree/notebook" .)
	tar -C "$tree" --owner=0 --group=0 -c . | into_engine godocker/notebook:1
	rm -rf "$tree"
}

make_static() {
	tree=$(mktemp -d)
	(cd "$here/static" && CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$tree/work" .)
	tar -C "$tree" --owner=0 --group=0 -c work | into_engine godocker/static:1
	rm -rf "$tree"
}

# Not `have || make`: the shell would then go on after an error inside make.
if ! have godocker/debian:12; then make_debian; fi
if ! have godocker/busybox:1; then make_busybox; fi
if ! have godocker/static:1; then make_static; fi
if ! have godocker/notebook:1; then make_notebook; fi
