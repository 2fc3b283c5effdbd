#!/bin/sh
# pair.sh up|promote|down DIR [PORT]: two PostgreSQL servers for tests, a primary and its synchronous standby.
#
#   up       starts both and prints a URL that names both and leads to the one that accepts writes
#   promote  stops the primary at once, as if its machine had lost power, and promotes the standby
#   down     stops what runs and removes DIR
#
# DIR is as for up.sh. The primary listens on PORT of 127.0.0.1 (15460 unless given), the standby on the next one. The
# programs must be installed, which up.sh sees to.
set -eu
verb=${1:?usage: pair.sh up|promote|down DIR [PORT]}
dir=${2:?usage: pair.sh up|promote|down DIR [PORT]}
port=${3:-15460}
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
as() {
	if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi
}
ctl() { as "$bin/pg_ctl" -D "$@" >&2; }

case $verb in
up)
	mkdir -p "$dir"
	[ "$(id -u)" != 0 ] || chown postgres: "$dir"
	chmod 700 "$dir"
	cd "$dir"
	as "$bin/initdb" -D "$dir/a" -A trust -U postgres --no-sync -E UTF8 --locale=C >&2
	as tee -a "$dir/a/postgresql.conf" >/dev/null <<-CONF
		listen_addresses = '127.0.0.1'
		unix_socket_directories = '$dir'
		port = $port
		shared_buffers = 32MB
		wal_keep_size = 64MB
		max_replication_slots = 5
	CONF
	ctl "$dir/a" -l "$dir/a.log" -w start
	as "$bin/pg_basebackup" -D "$dir/b" -h 127.0.0.1 -p "$port" -U postgres -R -X stream -c fast -C -S standby --no-sync >&2
	echo "port = $((port + 1))" | as tee -a "$dir/b/postgresql.conf" >/dev/null
	ctl "$dir/b" -l "$dir/b.log" -w start
	as "$bin/psql" -h 127.0.0.1 -p "$port" -U postgres -q -c "ALTER SYSTEM SET synchronous_standby_names = '*'" -c 'SELECT pg_reload_conf()' >&2
	echo "postgres://postgres@127.0.0.1:$port,127.0.0.1:$((port + 1))/postgres?target_session_attrs=read-write&connect_timeout=2"
	;;
promote)
	cd "$dir"
	ctl "$dir/a" -m immediate -w stop
	ctl "$dir/b" -w promote
	;;
down)
	[ -d "$dir" ] || exit 0
	cd "$dir"
	for d in a b; do
		[ ! -f "$dir/$d/postmaster.pid" ] || ctl "$dir/$d" -m immediate -w stop || true
	done
	cd /
	rm -rf "$dir"
	;;
*)
	echo "usage: pair.sh up|promote|down DIR [PORT]" >&2
	exit 2
	;;
esac
