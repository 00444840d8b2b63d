#!/usr/bin/env bash
# Trains into a run folder on a disk that is full, a tmpfs of its own: in one process and with two workers as processes. Training goes on, the
# user is told once, and once there is space nothing is missing; what is killed meanwhile is resumed exactly. Prints a line a scenario; exit
# code 1 if anything fell short.
#
#   tests/cluster/full-disk.sh [SCENARIO...]      all scenarios without arguments; about a minute together
#
# Needs root, for mounting. PORT (4293) is the first port used; OUT (a temporary folder) keeps logs; HOST_DLL is the program, built here if
# not given.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
PORT=${PORT:-4293}
. tests/cluster/common.sh
coordinator=

disk=$out/disk
table=$out/table.csv

awk 'BEGIN { srand(7); for (i = 0; i < 3000; i++) { x = rand() - 0.5; printf "%.4f,%.4f,%d\n", (x + (x > 0 ? 0.5 : -0.5)), rand() * 2 - 1, (x > 0) } }' >"$table"
network=(--train "$table" --layers 2-150-150-2 --epsilon 20 --batch-size 32 --threads 1 --seed 5 --schedule constant --rule set --phase-two 0)

unmount() { ! mountpoint -q "$disk" || umount "$disk"; }
trap 'cleanup; unmount' EXIT

mount_disk() {
  unmount
  mkdir -p "$disk"
  mount -t tmpfs -o size=2m tmpfs "$disk"
}

fill() { head -c 4m /dev/zero >"$disk/ballast" 2>/dev/null || true; }

begin() { # begin COMMAND [OPTION...]
  log=$out/$name.log
  rm -f "$log"*
  launch c "$log" "$@" "${network[@]}" --epochs $epochs --out "$run"
  process=$!
}

reached() { sed -n 's/^epoch *\([0-9]*\)\/.*/\1/p' "$log" | tail -1; }

count() { grep -c -- "$1" "$log" || true; }

# Some epochs go by without space, which the user hears of once, and then with it, which he hears of once too.
full_and_free_again() {
  said '^epoch *2/' "$log" 60 && fill && said 'was not written.*training goes on' "$log" 60 || return 1
  said "^epoch *$(($(reached) + 3))/" "$log" 60 && rm "$disk/ballast" && said '^checkpoints are written again' "$log" 60 || return 1
  [ "$(count 'was not written')" = 1 ] && [ "$(count 'written again')" -le 2 ] || { echo "$name: told more than once" >&2; return 1; }
}

# Every epoch is there once, in both files, and no half of anything.
complete() { # complete EPOCHS
  [ "$(sed -n 's/.*"epoch":\([0-9]*\),.*/\1/p' "$run/metrics.jsonl" | paste -sd,)" = "$(seq -s, 1 "$1")" ] &&
    [ "$(cut -d, -f1 "$run/metrics.csv" | paste -sd,)" = "epoch,$(seq -s, 1 "$1")" ] ||
    { echo "$name: not every epoch is recorded once" >&2; return 1; }
  ! ls "$run"/*.tmp "$run"/checkpoints/*.tmp 2>/dev/null || { echo "$name: something half-written is left" >&2; return 1; }
}

resume() { # resume COMMAND...: for five epochs more, and on a run that nothing happened to
  local last
  last=$(sed -n '$s/.*"epoch":\([0-9]*\),.*/\1/p' "$run/metrics.jsonl")
  epochs=$((last + 5))
  dotnet "$HOST_DLL" train --resume --out "$run" --epochs $epochs --quiet >>"$log" 2>&1 && complete $epochs
}

as_undisturbed() { # OPTION...: the best network and all rows are those of a run on a disk with space
  dotnet "$HOST_DLL" train "${network[@]}" "$@" --epochs $epochs --out "$out/$name.whole" --force --quiet >>"$log" 2>&1 || return 1
  cmp "$run/checkpoints/best.safetensors" "$out/$name.whole/checkpoints/best.safetensors" >&2 || return 1
  local facts='s/.*"epoch":\([0-9]*\),.*"loss":\([0-9.e-]*\),.*"test_loss":\([0-9.e-]*\),.*/\1 \2 \3/p'
  [ "$(sed -n "$facts" "$run/metrics.jsonl")" = "$(sed -n "$facts" "$out/$name.whole/metrics.jsonl")" ] ||
    { echo "$name: the rows differ from those of a run that was not disturbed" >&2; return 1; }
}

alone() {
  begin train --mode sequential
  full_and_free_again && kill -TERM "$process" && ended "$process" 60 143 || return 1
  resume && as_undisturbed --mode sequential
}

workers_in_one_process() {
  begin train --mode wasap --workers 1
  full_and_free_again && kill -TERM "$process" && ended "$process" 60 143 || return 1
  resume && as_undisturbed --mode wasap --workers 1
}

killed_while_full() {
  begin train --mode sequential
  said '^epoch *2/' "$log" 60 && fill && said 'was not written.*training goes on' "$log" 60 || return 1
  kill_now "$process"
  rm "$disk/ballast"
  echo half >"$run/checkpoints/last.safetensors.1.tmp"
  resume && as_undisturbed --mode sequential
}

ends_while_full() {
  begin train --mode sequential
  said '^epoch *2/' "$log" 60 && fill && said 'was not written.*training goes on' "$log" 60 || return 1
  kill -TERM "$process" && ended "$process" 60 1 || return 1
  [ "$(count '^actorsparse: the last checkpoint could not be written')" = 1 ] || { echo "$name: does not say so in one line" >&2; return 1; }
  rm "$disk/ballast"
  resume && as_undisturbed --mode sequential
}

full_disk() { # on a cluster
  begin cluster coordinator --workers 2 --min-workers 2 --port "$port"
  launch w1 "$log.worker-1" cluster worker --threads 1 --join "127.0.0.1:$port"
  local first=$!
  launch w2 "$log.worker-2" cluster worker --threads 1 --join "127.0.0.1:$port"
  local second=$!
  full_and_free_again && kill -TERM "$process" && ended "$process" 60 143 && ended $first 60 143 && ended $second 60 143 || return 1
  complete "$(sed -n '$s/.*"epoch":\([0-9]*\),.*/\1/p' "$run/metrics.jsonl")"
}

scenarios=("$@")
[ $# -gt 0 ] || scenarios=(alone workers_in_one_process killed_while_full ends_while_full full_disk)
for name in "${scenarios[@]}"; do
  began=$SECONDS run=$disk/run epochs=400000 problem=
  mount_disk
  "$name" 2>"$out/$name.problem" || problem=$(tail -1 "$out/$name.problem")
  if [ -s "$out/$name.problem" ] && [ -z "$problem" ]; then problem=$(tail -1 "$out/$name.problem"); fi
  printf '%-24s %5ss  %s\n' "$name" $((SECONDS - began)) "${problem:-ok}"
  [ -z "$problem" ] || failures=$((failures + 1))
  cleanup
  wait 2>/dev/null || true
  pids=()
  unmount
  port=$((port + 5))
done
[ "$failures" = 0 ]
