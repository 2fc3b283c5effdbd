#!/bin/sh
# restart.sh DIR: ends the server that up.sh started in DIR at once, as a crash would, and starts it again.
set -eu
dir=${1:?usage: restart.sh DIR}
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
as() {
	if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi
}
cd "$dir"
as "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >&2
as "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w start >&2
