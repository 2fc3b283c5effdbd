#!/bin/sh
# demo.sh [stop]: sets everything up on this machine, runs a first task, and leaves
# the server running. Doing it again uses what is there.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
conf=$root/var/demo/go-d.ini
god() { bin/god "$@"; }
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }
die() { echo "make demo: $*" >&2; exit 1; }

if [ "${1:-}" = stop ]; then
	[ -x bin/godockerd ] && [ -f "$conf" ] || { echo "There is no demo here."; exit 0; }
	exec bin/godockerd --config "$conf" stop
fi

command -v go >/dev/null || die "Go 1.26 or later is needed: https://go.dev/dl"
command -v node >/dev/null && command -v npm >/dev/null || die "Node.js 20 or later with npm is needed: https://nodejs.org"
umask 022
mkdir -p var/demo

say "1. A container engine"
deploy/packages.sh git=git make=make
if ! docker info >/dev/null 2>&1; then
	echo "No engine answers; installing and starting one"
	test/backends/docker/up.sh "$root/var/demo/engine" || die "there is no Docker engine, and none could be started here"
fi
echo "Docker $(docker version --format '{{.Server.Version}}') answers"

say "2. Building the server, the page and the client"
make --no-print-directory -j2 build

say "3. An image"
image=
for candidate in debian:12 godocker/debian:12; do
	if docker image inspect $candidate >/dev/null 2>&1; then image=$candidate; break; fi
done
if [ -z "$image" ] && timeout 60 docker pull -q debian:12 >/dev/null 2>&1; then image=debian:12; fi
if [ -z "$image" ]; then
	echo "No registry is in reach; making a small image"
	test/images/build.sh || die "no image can be pulled, and none could be made from Debian's packages"
	image=godocker/debian:12
fi
echo "Using $image"

say "4. The server"
fresh=
if [ ! -f "$conf" ]; then
	bin/godockerd --config "$conf" init >/dev/null
	sed -i "s|url: \"debian:12\"|url: \"$image\"|" "$conf"
	fresh=1
fi
serving=$(bin/godockerd --config "$conf" status 2>/dev/null || true)
if [ -n "$serving" ] && [ bin/godockerd -nt var/demo/started ]; then
	bin/godockerd --config "$conf" stop >/dev/null
	serving=
fi
if [ -z "$serving" ]; then
	serving=$(bin/godockerd --config "$conf" start) || die "the server did not start; see above"
	touch var/demo/started
fi
echo "$serving"

if [ -n "$fresh" ] || [ ! -s var/demo.env ]; then
	home=$root/var/demo/home/ann
	mkdir -p "$home"
	chown 20001:20001 "$home" 2>/dev/null || true
	if ! setpriv --reuid=20001 --regid=20001 --clear-groups test -x "$home/." 2>/dev/null; then
		home=/var/tmp/godocker-demo-ann # others cannot look into this checkout
		mkdir -p "$home"
		chown 20001:20001 "$home" 2>/dev/null || true
	fi
	add() { # add NAME FLAGS...: the person's key, a new one if the person is known
		bin/godockerd --config "$conf" user add "$@" 2>/dev/null || bin/godockerd --config "$conf" user key "$1"
	}
	admin_key=$(add admin --uid 20000 --admin)
	user_key=$(add ann --uid 20001 --home "$home" --email ann@example.org)
	(
		umask 077
		cat >var/demo.env <<-ENV
			GODOCKER_SERVER=http://127.0.0.1:6543
			GODOCKER_USER=ann
			GODOCKER_APIKEY=$user_key
			GODOCKER_ADMIN=admin
			GODOCKER_ADMIN_APIKEY=$admin_key
			GODOCKER_IMAGE=$image
		ENV
	)
fi
set -a
. var/demo.env
set +a

say "5. A first task, as ann, whose uid is 20001"
cat >var/demo/first.sh <<'TASK'
#!/bin/sh
echo "Hello from task $GODOCKER_JID, in $GODOCKER_PWD"
echo "I am $(id)"
for i in 1 2 3; do echo "working: $i of 3"; sleep 0.5; done
echo "the answer is $((6 * 7))" | tee result.txt
TASK
echo "\$ godjob create -n first -i $image -v home -s first.sh"
added=$(god job create -n first -i "$image" -c 0.5 -r 0.5 -v home -s var/demo/first.sh)
echo "$added"
id=${added##* }
echo "\$ god job logs -f $id"
god job logs -f "$id"
code=0
god job wait "$id" || code=$?
echo "Exit code: $code"
echo "\$ godfile list $id"
god file list "$id"

say "The page: $GODOCKER_SERVER"
echo "Log in as ann with the key in var/demo.env:   grep APIKEY var/demo.env"
echo "On the command line:   set -a; . var/demo.env; set +a; bin/god job list over"
echo "To stop the server:   make demo-stop"
exit $code
