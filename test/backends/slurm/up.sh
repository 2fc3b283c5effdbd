#!/bin/sh
# up.sh DIR: a Slurm cluster of one node for measurements, without systemd and without /etc/slurm. Prints what its
# programs need in the environment.
#
#   DIR    folder for its state, sockets and logs, on a path without blanks; made if missing, and left by down.sh.
#
# It needs munged, slurmctld, slurmd and sbatch (Debian: slurm-wlm munge), and root. Ports 16817 and 16818 of 127.0.0.1
# must be free. Nothing is written outside DIR.
set -eu
dir=${1:?usage: up.sh DIR}
host=$(hostname)
mkdir -p "$dir/state" "$dir/spool" "$dir/log" "$dir/run" "$dir/munge"
chmod 755 "$dir"
chmod 700 "$dir/munge"
head -c 1024 /dev/urandom >"$dir/munge/munge.key"
chmod 400 "$dir/munge/munge.key"
munged --force --key-file="$dir/munge/munge.key" --socket="$dir/run/munge.sock" --pid-file="$dir/run/munged.pid" \
	--log-file="$dir/log/munged.log" --seed-file="$dir/munge/seed" >&2

# The scheduler is told to look at once and at all, which is as fast as it gets.
cat >"$dir/slurm.conf" <<CONF
ClusterName=bench
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$dir/run/munge.sock
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd.log
SlurmctldDebug=error
SlurmdDebug=error
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=10
ReturnToService=2
KillWait=2
MaxJobCount=50000
MaxArraySize=20001
MessageTimeout=30
SchedulerType=sched/backfill
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0,default_queue_depth=10000,max_sched_time=4
NodeName=$host NodeAddr=127.0.0.1 Port=16818 CPUs=32 RealMemory=20000 State=UNKNOWN
PartitionName=debug Nodes=$host Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
CONF
export SLURM_CONF="$dir/slurm.conf"
slurmctld -c >&2
slurmd -c >&2
n=0
until sinfo -h -o %T 2>/dev/null | grep -q '^idle'; do
	n=$((n + 1))
	if [ $n -gt 100 ]; then
		echo "up.sh: Slurm does not come up; see $dir/log" >&2
		exit 1
	fi
	sleep 0.1
done
echo "SLURM_CONF=$dir/slurm.conf"
