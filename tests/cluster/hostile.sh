#!/usr/bin/env bash
# A million bad frames and messages to a coordinator and as many to a worker, while they train: garbage on the connection, messages of a
# foreign system, forged ones of a system of the right name, to the gate, the links and whatever else can be named. The run must end as if
# nothing had happened, with every batch counted once, and the memory of both nodes must stay what it was.
#
#   tests/cluster/hostile.sh [COUNT]      1000000 to each node if COUNT is not given
#
# PORT, OUT and HOST_DLL as for failures.sh.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
. tests/cluster/common.sh
count=${1:-1000000}
growth_max_kib=${GROWTH_MAX_KIB:-300000}
dotnet build tests/cluster/Hostile -c Release --nologo -v quiet
hostile=$PWD/artifacts/bin/ActorSparse.Hostile/release/hostile.dll

resident() { awk '/VmRSS/ { print $2 }' "/proc/$1/status"; } # KiB

# Memory of a node before and after, in the columns of the table below.
attack() { # attack NAME PID PORT PATHS
  local before after
  before=$(resident "$2")
  dotnet "$hostile" "127.0.0.1:$3" "$4" "$count" 7 >"$run.hostile-$1" 2>&1 || { echo "$name: $1 could not be attacked" >&2; return 1; }
  after=$(resident "$2") || { echo "$name: $1 is gone" >&2; return 1; }
  echo "$1: $(tail -1 "$run.hostile-$1" | tr -s ' ')" "resident before $before KiB, after $after KiB" | tee -a "$run.log"
  [ $((after - before)) -lt "$growth_max_kib" ] || { echo "$name: the memory of $1 grew from $before to $after KiB" >&2; return 1; }
}

attacked() {
  local links=/user/run/gate,/user/run/gate/link-1,/user/run/gate/link-2,/user/run,/user/run/gate/coordinator,/user,/system/cluster/core/daemon,/remote
  coordinator 100000 "$fraction"
  worker 1 --port $((port + 1)) && worker 2 && worker 3 && happened PhaseBegan 90 && epoch_done 2 120 || return 1
  attack coordinator "$coordinator" "$port" "$links" || return 1
  local link
  link=/user/node/$(sed -n 's/ takes part$//p;T;q' "$run.worker-1")-1
  attack worker "${workers[1]}" $((port + 1)) "/user/node,$link,$link/worker,/user,/user/run,/system/cluster/core/daemon,/remote" || return 1
  # What was refused is in the run's log and in what the worker says.
  grep -q 'Refused: .* messages refused' "$run/events.log" || { echo "$name: nothing was counted" >&2; return 1; }
  grep -q 'messages refused' "$run.worker-1" || { echo "$name: the worker counted nothing" >&2; return 1; }
  # However long that took: the same run is brought to an end, so that every batch of every epoch can be accounted for.
  kill -TERM "$coordinator" && ended "$coordinator" 60 143 || return 1
  for number in 1 2 3; do ended "${workers[$number]}" 60 143 || return 1; done
  epochs=$(($(grep -c '"epoch"' "$run/metrics.jsonl") + 3))
  coordinator "$epochs" "$fraction" --resume
  worker 1 && worker 2 && worker 3
}

printf '%-36s %6s %8s %9s %7s  %s\n' scenario epochs updates accuracy time result
scenario attacked 0 0
grep 'messages refused' "$out/attacked/events.log" | tail -1
echo "logs and run folder: $out"
[ $failures = 0 ]
