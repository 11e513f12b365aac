#!/usr/bin/env bash
# The workflow through a real Slurm of one machine, compared byte for byte with a local run.
#
#   tests/slurm/one_machine.sh [target ...]        (default: the whole workflow)
#
# The draws are split into shards on the cluster and in one part locally: the same bytes all the same.
# Needs root on Debian. Installs Slurm if it is not there, starts a controller, a node and a munge
# daemon with files of their own in a private mount namespace (nothing under /etc changes), runs the
# targets once through them and once locally, compares, and stops what it started.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
python=${PYTHON:-$project/.venv/bin/python}

if [ -z "${MONOTOWN_SLURM_ROOM:-}" ]; then
    [ "$(id -u)" = 0 ] || { echo "needs root" >&2; exit 77; }
    command -v apt-get >/dev/null || { echo "needs Debian's apt-get" >&2; exit 77; }
    if ! command -v slurmctld >/dev/null || ! command -v munged >/dev/null; then
        echo "Installing slurm-wlm and munge"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update -q && apt-get install -y -q --no-install-recommends slurm-wlm munge; } \
            >/dev/null 2>&1 || { echo "slurm-wlm cannot be installed" >&2; exit 77; }
    fi
    MONOTOWN_SLURM_ROOM=$(mktemp -d)
    export MONOTOWN_SLURM_ROOM
    status=0
    unshare --mount --propagation private "$BASH" "${BASH_SOURCE[0]}" "$@" || status=$?
    rm -rf "$MONOTOWN_SLURM_ROOM"
    exit "$status"
fi

room=$MONOTOWN_SLURM_ROOM
started=()
stop() {
    scancel --user=root >/dev/null 2>&1 || true
    for ((i = ${#started[@]} - 1; i >= 0; i--)); do
        kill "${started[i]}" 2>/dev/null || true
        wait "${started[i]}" 2>/dev/null || true
    done
}
trap stop EXIT

port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

mkdir -p "$room"/{etc,state,spool,munge}
chmod 700 "$room/munge"
host=$(hostname -s)
cat >"$room/etc/slurm.conf" <<CONF
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(port)
SlurmdPort=$(port)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$room/munge/socket
CredType=cred/munge
StateSaveLocation=$room/state
SlurmdSpoolDir=$room/spool
SlurmctldPidFile=$room/slurmctld.pid
SlurmdPidFile=$room/slurmd.pid
SlurmctldLogFile=$room/slurmctld.log
SlurmdLogFile=$room/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
mkdir -p /etc/slurm
mount --bind "$room/etc" /etc/slurm

head -c 1024 /dev/urandom >"$room/munge/key"
chmod 400 "$room/munge/key"
munged --foreground --force --socket="$room/munge/socket" --key-file="$room/munge/key" \
    --log-file="$room/munge/log" --pid-file="$room/munge/pid" --seed-file="$room/munge/seed" \
    >"$room/munged.out" 2>&1 &
started+=($!)
for _ in $(seq 50); do [ -S "$room/munge/socket" ] && break; sleep 0.1; done
slurmctld -D >"$room/slurmctld.out" 2>&1 &
started+=($!)
slurmd -D >"$room/slurmd.out" 2>&1 &
started+=($!)
for _ in $(seq 60); do sinfo -h -o %T 2>/dev/null | grep -q idle && break; sleep 0.5; done
sinfo -h -o %T 2>/dev/null | grep -q idle || {
    echo "Slurm did not start" >&2
    tail -n 20 "$room"/*.out "$room"/*.log "$room/munge/log" >&2
    exit 1
}
echo "Slurm $(slurmctld -V | cut -d' ' -f2) is up with $(nproc) CPUs"

# The plugin lives apart from the environment, which must not ask for a controller at every start.
"$python" -m pip install --quiet --no-deps --target "$room/plugin" \
    snakemake-executor-plugin-slurm snakemake-executor-plugin-slurm-jobstep pyparsing 2>"$room/pip.log" || {
    cat "$room/pip.log" >&2
    echo "the Slurm plugin of Snakemake cannot be installed" >&2
    exit 77
}

copy() {
    mkdir -p "$1"
    (cd "$project" && tar -cf - --exclude=__pycache__ Snakefile environment.yml config data profiles src workflow) |
        tar -xf - -C "$1"
}
copy "$room/local"
copy "$room/slurm"
cp "$here/shards.yaml" "$room/slurm/"

echo "Local run"
(cd "$room/local" && "$python" -m snakemake --cores "$(nproc)" --quiet all -- "$@") >"$room/local.log" 2>&1 ||
    { tail -n 60 "$room/local.log" >&2; exit 1; }
echo "Run through Slurm"
(cd "$room/slurm" && PATH="$(dirname "$python"):$PATH" PYTHONPATH="$room/plugin" \
    "$python" -m snakemake --workflow-profile slurm --slurm-no-account \
    --configfile shards.yaml -- "$@") \
    >"$room/slurm.log" 2>&1 || { tail -n 60 "$room/slurm.log" >&2; exit 1; }
sums() { (cd "$1/results" && find . -type f -not -path './logs/*' -not -path './benchmarks/*' -print0 |
    sort -z | xargs -0 sha256sum); }
sums "$room/local" >"$room/local.sums"
sums "$room/slurm" >"$room/slurm.sums"
[ -s "$room/local.sums" ] || { echo "no results to compare" >&2; exit 1; }
jobs=$(grep -c "has been submitted with SLURM jobid" "$room/slurm.log" || true)
[ "$jobs" -gt 0 ] || { echo "no step went through Slurm" >&2; tail -n 40 "$room/slurm.log" >&2; exit 1; }
diff "$room/local.sums" "$room/slurm.sums" || { echo "results differ" >&2; exit 1; }
echo "$jobs steps through Slurm, $(wc -l <"$room/local.sums") files, the same bytes as the local run"
