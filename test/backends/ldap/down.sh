#!/bin/sh
# down.sh DIR [keep]: stops the directory that up.sh started in DIR and removes DIR, unless it is to be kept. Nothing happens if there is none.
set -eu
dir=${1:?usage: down.sh DIR [keep]}
if [ -f "$dir/slapd.pid" ]; then
	pid=$(cat "$dir/slapd.pid")
	kill "$pid" 2>/dev/null || true
	while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
	rm -f "$dir/slapd.pid"
fi
[ "${2:-}" = keep ] || rm -rf "$dir"
