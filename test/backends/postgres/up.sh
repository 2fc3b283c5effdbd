#!/bin/sh
# up.sh DIR [PORT]: a PostgreSQL server for tests. Prints its URL, and nothing else, on standard output.
#
#   DIR    folder for the cluster, its socket and its log; made if missing, removed by down.sh. Absolute, and the user
#          postgres must be able to reach it (a folder under /tmp or /var/tmp will do).
#   PORT   on 127.0.0.1; 15440 unless given.
#
# Doing it again while the server runs only prints the URL. With GODOCKER_TEST_POSTGRES set, that URL is printed and
# nothing is started. Where the programs are missing they are installed by one apt-get call, and the package is kept
# from starting a server of its own. Run it as root, or as an unprivileged user who owns DIR.
#
#   GODOCKER_TEST_POSTGRES=$(test/backends/postgres/up.sh /tmp/godocker-postgres) go test ./store/...
set -eu
if [ -n "${GODOCKER_TEST_POSTGRES:-}" ]; then
	echo "$GODOCKER_TEST_POSTGRES"
	exit
fi
dir=${1:?usage: up.sh DIR [PORT]}
port=${2:-15440}

programs() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1; }

install() {
	policy=/usr/sbin/policy-rc.d
	ours=
	if [ ! -e $policy ]; then
		ours=yes
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod +x $policy
	fi
	{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql; } >&2 || failed=yes
	[ -z "$ours" ] || rm -f $policy
	[ -z "${failed:-}" ]
}

[ -n "$(programs)" ] || install
bin=$(programs)
as() { # run as somebody who is not root, as the server insists
	if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi
}

mkdir -p "$dir"
[ "$(id -u)" != 0 ] || chown postgres: "$dir"
chmod 700 "$dir"
cd "$dir"
if [ ! -f "$dir/data/PG_VERSION" ]; then
	as "$bin/initdb" -D "$dir/data" -A trust -U postgres --no-sync -E UTF8 --locale=C >&2
	as tee -a "$dir/data/postgresql.conf" >/dev/null <<-CONF
		listen_addresses = '127.0.0.1'
		unix_socket_directories = '$dir'
		port = $port
		max_connections = 200
		shared_buffers = 128MB
	CONF
fi
if ! as "$bin/pg_ctl" -D "$dir/data" status >/dev/null; then
	as "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w start >&2
fi
echo "postgres://postgres@127.0.0.1:$(awk '$1 == "port" { p = $3 } END { print p }' "$dir/data/postgresql.conf")/postgres"
