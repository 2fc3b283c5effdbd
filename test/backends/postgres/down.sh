#!/bin/sh
# down.sh DIR: stops the server that up.sh started in DIR and removes DIR. Nothing happens if there is none.
set -eu
dir=${1:?usage: down.sh DIR}
[ -f "$dir/data/PG_VERSION" ] || exit 0
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
cd "$dir"
if [ "$(id -u)" = 0 ]; then
	setpriv --reuid=postgres --regid=postgres --init-groups "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >&2 || true
else
	"$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >&2 || true
fi
cd /
rm -rf "$dir"
