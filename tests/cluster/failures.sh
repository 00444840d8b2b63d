#!/usr/bin/env bash
# Trains on Fashion-MNIST with a coordinator and three workers as processes on this machine, and does to them what happens to machines.
# Every scenario must end with a finished run: exit code 0, each epoch recorded once, every batch of every epoch counted exactly once, and
# an accuracy within 1.5 points of the undisturbed run (small network, few epochs). Prints a table; exit code 1 if anything fell short.
#
#   tests/cluster/failures.sh [SCENARIO...]      all scenarios without arguments; about a minute each
#
# Needs the official Akka.NET packages. PORT (4253) is the first port used; OUT (a temporary folder) keeps logs and run folders.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
export AkkaRuntime=official
dotnet build src/Host -c Release --nologo -v quiet
host=$PWD/artifacts/official/bin/ActorSparse.Host/release/actorsparse.dll
port=${PORT:-4253}
out=${OUT:-$(mktemp -d)}
mkdir -p "$out"
layers=784-100-10
parts=3
batches_per_epoch=468 # of 128 samples, in three parts of 20,000
pids=()
failures=0

cleanup() {
  for pid in "${pids[@]}"; do kill -CONT "$pid" 2>/dev/null && kill -9 "$pid" 2>/dev/null; done
  return 0
}
trap cleanup EXIT

coordinator() { # coordinator EPOCHS PHASE-TWO [OPTION...]
  local epochs=$1 fraction=$2
  shift 2
  dotnet "$host" cluster coordinator --recipe fashion-mnist --layers "$layers" --workers $parts --epochs "$epochs" --phase-two "$fraction" \
    --min-workers 3 --port "$port" --out "$run" --quiet "$@" >>"$run.coordinator" 2>&1 &
  coordinator=$!
  pids+=("$coordinator")
}

worker() { # worker NUMBER
  dotnet "$host" cluster worker --join "127.0.0.1:$port" --threads 1 >"$run.worker-$1" 2>&1 &
  workers[$1]=$!
  pids+=("$!")
}

happened() { # happened PATTERN SECONDS [COUNT]: waits until the run's log has COUNT lines of that pattern
  local deadline=$((SECONDS + $2))
  until [ "$(grep -c -- "$1" "$run/events.log" 2>/dev/null)" -ge "${3:-1}" ] 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || { echo "$name: no '$1' in $2 s" >&2; return 1; }
    kill -0 "$coordinator" 2>/dev/null || { echo "$name: the coordinator ended before '$1'" >&2; return 1; }
    sleep 0.1
  done
}

epoch_done() { # epoch_done EPOCH SECONDS
  local deadline=$((SECONDS + $2))
  until grep -q "\"epoch\":$1," "$run/metrics.jsonl" 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || { echo "$name: epoch $1 did not end in $2 s" >&2; return 1; }
    sleep 0.1
  done
}

# kill_now PID...: the shell's own report of it is not wanted.
kill_now() {
  kill -9 "$@"
  wait "$@" 2>/dev/null || true
}

# Each scenario disturbs a run that has begun.
undisturbed() { :; }
kill_in_phase_one() { epoch_done 2 60 && kill_now "${workers[1]}" && happened 'WorkerLost.*it died' 60; }
kill_in_phase_two() { happened 'PhaseBegan: phase two' 120 && kill_now "${workers[1]}" && happened 'WorkerLost.*it died' 60; }
kill_two_at_once() { epoch_done 2 60 && kill_now "${workers[1]}" "${workers[2]}" && happened 'WorkerLost.*it died' 60 2; }
kill_all_then_one_joins() {
  epoch_done 2 60 && kill_now "${workers[@]}" && happened 'no worker is left' 60 && worker 4 && happened WorkerJoined 60 4
}
stop_and_continue() {
  epoch_done 2 60 && kill -STOP "${workers[1]}" && sleep 30 && kill -CONT "${workers[1]}" && happened WorkerJoined 60 4
}
leave_on_sigterm() {
  local status=0
  epoch_done 2 60 && kill -TERM "${workers[1]}" && { wait "${workers[1]}" || status=$?; } && [ $status = 0 ] &&
    happened 'WorkerLost.*it left' 10
}
join_in_the_middle() { epoch_done 2 60 && worker 4 && happened WorkerJoined 60 4; }
coordinator_killed_and_resumed() {
  epoch_done 3 60 && kill_now "$coordinator" && sleep 2 && coordinator "$epochs" "$fraction" --resume && happened WorkerJoined 90 6
}

accuracy() { sed -n '$s/.*"test_accuracy":\([0-9.]*\).*/\1/p' "$run/metrics.jsonl"; }

updates() { sed -n '$s/.*"updates":\([0-9]*\).*/\1/p' "$run/metrics.jsonl"; }

verdict() { # verdict EXIT-CODE: what fell short, or nothing
  local rows
  [ "$1" = 0 ] || { echo "the coordinator ended with $1"; return; }
  rows=$(sed -n 's/.*"epoch":\([0-9]*\),.*/\1/p' "$run/metrics.jsonl" | paste -sd,)
  [ "$rows" = "$(seq -s, 1 "$epochs")" ] || { echo "epochs recorded: $rows"; return; }
  [ "$(updates)" = $((epochs * batches_per_epoch)) ] || { echo "$(updates) updates, expected $epochs x $batches_per_epoch"; return; }
  awk -v a="$(accuracy)" -v b="${baseline:-$(accuracy)}" 'BEGIN { exit !(a >= b - 0.015) }' || echo "accuracy $(accuracy) after $baseline"
}

scenario() { # scenario NAME EPOCHS PHASE-TWO
  name=$1 epochs=$2 fraction=$3 run=$out/$1 workers=()
  local began=$SECONDS problem= status=0
  rm -rf "$run" "$run".*
  coordinator "$epochs" "$fraction"
  worker 1 && worker 2 && worker 3
  if happened PhaseBegan 90 && "$name"; then
    wait "$coordinator" || status=$?
    problem=$(verdict $status)
  else
    problem="did not get that far"
    kill_now "$coordinator"
  fi
  printf '%-32s %6s %8s %9s %6ss  %s\n' "$name" "$epochs" "$(updates)" "$(accuracy)" $((SECONDS - began)) "${problem:-ok}"
  [ -z "$problem" ] || failures=$((failures + 1))
  [ "$name" != undisturbed ] || baseline=$(accuracy)
  cleanup
  wait 2>/dev/null || true
  pids=()
  port=$((port + 1))
}

all="undisturbed kill_in_phase_one kill_in_phase_two kill_two_at_once kill_all_then_one_joins stop_and_continue leave_on_sigterm"
all="$all join_in_the_middle coordinator_killed_and_resumed"
printf '%-32s %6s %8s %9s %7s  %s\n' scenario epochs updates accuracy time result
for each in ${*:-$all}; do
  case $each in
    kill_in_phase_two) scenario "$each" 12 0.75 ;;
    stop_and_continue) scenario "$each" 30 0.2 ;;
    *) scenario "$each" 12 0.25 ;;
  esac
done
echo "logs and run folders: $out"
[ $failures = 0 ]
