#!/bin/sh
# down.sh DIR: ends what up.sh started there.
dir=${1:?usage: down.sh DIR}
for name in slurmd slurmctld munged; do
	pid=$(cat "$dir/run/$name.pid" 2>/dev/null) || continue
	kill "$pid" 2>/dev/null
	n=0
	while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do
		n=$((n + 1))
		sleep 0.1
	done
done
