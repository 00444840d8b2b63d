# What the scenarios of failures.sh are made of: nodes as processes, what is waited for, and what a run must come to.
# Sourced with the repository's root as the working directory.

if [ -z "${HOST_DLL:-}" ]; then
  dotnet build src/Host -c Release --nologo -v quiet
  HOST_DLL=$PWD/artifacts/bin/ActorSparse.Host/release/actorsparse.dll
fi
port=${PORT:-4253}
out=${OUT:-$(mktemp -d)}
mkdir -p "$out"
parts=3
failures=0
pids=()

cleanup() {
  for pid in "${pids[@]}"; do kill -CONT "$pid" 2>/dev/null && kill -9 "$pid" 2>/dev/null; done
  if [ -n "${networked:-}" ]; then take_network_down; fi
  return 0
}
trap cleanup EXIT

# A node's program, in the network namespace of that node if the scenario has any. Sets $! of the caller.
launch() { # launch NODE LOG ARGUMENT...
  local node=$1 log=$2
  shift 2
  if [ -n "${networked:-}" ]; then
    ip netns exec "actorsparse-$node" dotnet "$HOST_DLL" "$@" >>"$log" 2>&1 &
  else
    dotnet "$HOST_DLL" "$@" >>"$log" 2>&1 &
  fi
  pids+=("$!")
}

coordinator() { # coordinator EPOCHS PHASE-TWO [OPTION...]
  local epochs=$1 fraction=$2
  shift 2
  # shellcheck disable=SC2086
  launch c "$run.coordinator" cluster coordinator $data ${layers:+--layers $layers} --workers $parts --epochs "$epochs" \
    --phase-two "$fraction" --min-workers 3 --port "$port" --out "$run" --quiet ${networked:+--host $(address c)} $options "$@"
  coordinator=$!
}

# One of three coordinators at the ports from $port on.
standby() { # standby NUMBER EPOCHS PHASE-TWO
  launch c "$run.coordinator-$1" cluster coordinator --recipe fashion-mnist --layers "$layers" --workers $parts --epochs "$2" \
    --phase-two "$3" --min-workers 3 --port $((port + $1)) --join "$join" --out "$run"
  standbys[$1]=$!
}

worker() { # worker NUMBER [OPTION...]
  local number=$1
  shift
  # shellcheck disable=SC2086
  launch "w$number" "$run.worker-$number" cluster worker --join "${join:-$(address c):$port}" --threads 1 \
    ${networked:+--host $(address "w$number")} $options "$@"
  workers[$number]=$!
}

# One address a node: on loopback, or in the network of namespaces.
address() { # address c|wNUMBER
  if [ -z "${networked:-}" ]; then echo 127.0.0.1; elif [ "$1" = c ]; then echo 10.79.53.10; else echo "10.79.53.2${1#w}"; fi
}

# Hosts of their own on one machine: a network namespace each, on one bridge, whose ports can be cut. Needs root.
set_network_up() { # set_network_up NODE...
  networked=$*
  take_network_down # of a call that was killed
  networked=$*
  ip link add actorsparse type bridge && ip link set actorsparse up || return 1
  for node in "$@"; do
    ip netns add "actorsparse-$node" && ip link add "as-$node" type veth peer name eth0 netns "actorsparse-$node" &&
      ip link set "as-$node" master actorsparse up && ip -n "actorsparse-$node" address add "$(address "$node")/24" dev eth0 &&
      ip -n "actorsparse-$node" link set eth0 up && ip -n "actorsparse-$node" link set lo up || return 1
  done
}

take_network_down() {
  # A namespace takes its link with it, a moment later.
  for node in $networked; do
    ip netns delete "actorsparse-$node" 2>/dev/null || true
    ip link delete "as-$node" 2>/dev/null || true
  done
  ip link delete actorsparse 2>/dev/null || true
  networked=
}

cut_off() { bridge link set dev "as-$1" state 0; } # every packet from and to the node is dropped

reconnect() { bridge link set dev "as-$1" state 3; }

# Of what two nodes send each other nothing arrives; everybody else reaches both.
link_between() { # link_between add|delete NODE NODE
  ip -n "actorsparse-$2" route "$1" blackhole "$(address "$3")" && ip -n "actorsparse-$3" route "$1" blackhole "$(address "$2")"
}

happened() { # happened PATTERN SECONDS [COUNT]: waits until the run's log has COUNT lines of that pattern
  local deadline=$((SECONDS + $2))
  until [ "$(grep -c -- "$1" "$run/events.log" 2>/dev/null)" -ge "${3:-1}" ] 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || { echo "$name: no '$1' in $2 s" >&2; return 1; }
    [ -z "$coordinator" ] || kill -0 "$coordinator" 2>/dev/null || { echo "$name: the coordinator ended before '$1'" >&2; return 1; }
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

said() { # said PATTERN FILE SECONDS
  local deadline=$((SECONDS + $3))
  until grep -q -- "$1" "$2" 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || { echo "$name: $2 does not say '$1' after $3 s" >&2; return 1; }
    sleep 0.1
  done
}

# ended PID SECONDS CODE: the process ends by itself, with that exit code.
ended() {
  local deadline=$((SECONDS + $2)) status=0
  while kill -0 "$1" 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || { echo "$name: process $1 did not end in $2 s" >&2; return 1; }
    sleep 0.1
  done
  wait "$1" 2>/dev/null || status=$?
  [ $status = "$3" ] || { echo "$name: process $1 ended with $status, expected $3" >&2; return 1; }
}

# kill_now PID...: the shell's own report of it is not wanted.
kill_now() {
  kill -9 "$@" 2>/dev/null || true
  wait "$@" 2>/dev/null || true
}

kill_workers() { # kill_workers NUMBER...: at once
  local victims=()
  for number in "$@"; do
    victims+=("${workers[$number]}")
    unset "workers[$number]"
  done
  kill_now "${victims[@]}"
}

accuracy() { sed -n '$s/.*"test_accuracy":\([0-9.]*\).*/\1/p' "$1/metrics.jsonl"; }

updates() { sed -n '$s/.*"updates":\([0-9]*\).*/\1/p' "$run/metrics.jsonl" 2>/dev/null; }

# judge: sets problem to what fell short of a finished run. The coordinator ends with 0 (expected) and every other node that still runs
# does too.
judge() {
  local rows pid
  problem=
  ended "$coordinator" 600 "$expected" || { problem="the coordinator did not end well"; return; }
  for pid in "${workers[@]}" "${standbys[@]}"; do
    [ "$pid" = "$coordinator" ] || ended "$pid" 60 "$expected" || { problem="another node did not end well"; return; }
  done
  [ "$expected" = 0 ] || return 0
  rows=$(sed -n 's/.*"epoch":\([0-9]*\),.*/\1/p' "$run/metrics.jsonl" | paste -sd,)
  [ "$rows" = "$(seq -s, 1 "$epochs")" ] || { problem="epochs recorded: $rows"; return; }
  [ "$(updates)" = $((epochs * batches_per_epoch)) ] || { problem="$(updates) updates, expected $epochs x $batches_per_epoch"; return; }
  awk -v a="$(accuracy "$run")" -v b="$reference" -v m="$margin" 'BEGIN { exit !(a >= b - m) }' || problem="expected $reference - $margin"
}

scenario() { # scenario NAME EPOCHS PHASE-TWO: begins a run, does to it what the function NAME does, and judges how it ended
  name=$1 epochs=$2 fraction=$3 run=$out/$1 workers=() standbys=() join='' options='' layers=784-100-10
  data='--recipe fashion-mnist' batches_per_epoch=937 # of 64 samples, in three parts
  reference=${baseline:-0} margin=0.015 # accuracy
  expected=0                            # exit code of all nodes
  local began=$SECONDS problem
  rm -rf "$run" "$run".*
  if "$name" 2>>"$run.log"; then judge 2>>"$run.log"; else problem="did not get that far: $(tail -1 "$run.log")"; fi
  printf '%-36s %6s %8s %9s %6ss  %s\n' \
    "$name" "$epochs" "$(updates)" "$(accuracy "$run" 2>/dev/null)" $((SECONDS - began)) "${problem:-ok}"
  [ -z "$problem" ] || failures=$((failures + 1))
  [ "$name" != undisturbed ] || baseline=$(accuracy "$run")
  cleanup
  wait 2>/dev/null || true
  pids=()
  port=$((port + 5))
}
