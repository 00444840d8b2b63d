#!/usr/bin/env bash
# Trains on Fashion-MNIST with a coordinator and three workers as processes on this machine, and does to them what happens to machines.
# Every scenario must end with a finished run: coordinator and workers end with exit code 0, each epoch is recorded once, every batch of
# every epoch counts exactly once, and the accuracy is within 1.5 points of the undisturbed run (small network, few epochs). Prints a table;
# exit code 1 if anything fell short.
#
#   tests/cluster/failures.sh [SCENARIO...]      all scenarios without arguments; about a minute each
#
# The scenarios with partitions need root, for network namespaces (ip netns), and the one with TLS openssl. PORT (4253) is the first port
# used; OUT (a temporary folder) keeps logs and run folders; HOST_DLL is the program, built here if not given. CHURN (120) is for how many
# seconds workers come and go in the scenario of that name.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
. tests/cluster/common.sh

begin() { # begin [WORKER-OPTION...]: a run with three workers
  coordinator "$epochs" "$fraction"
  worker 1 "$@" && worker 2 "$@" && worker 3 "$@" && happened PhaseBegan 90
}

undisturbed() { begin; }

# Nothing to be done about it: the workers end as the coordinator does, and say why.
training_fails() {
  options='--learning-rate 1e20' expected=1
  coordinator "$epochs" "$fraction"
  options=
  worker 1 && worker 2 && worker 3
  for number in 1 2 3; do said 'actorsparse: training failed: .*diverged' "$run.worker-$number" 90 || return 1; done
}

# The recipe's own network, against three workers in one process without local steps: within three quarters of a point, as docs/training.md
# says of averages of three.
as_accurate_as_one_process() {
  layers='' margin=0.0075
  begin || return 1
  dotnet "$HOST_DLL" train fashion-mnist --mode wasap --workers $parts --epochs "$epochs" --phase-two "$fraction" --out "$run.single" \
    --quiet >"$run.single.log" 2>&1 &
  pids+=("$!")
  ended "$!" 600 0 && reference=$(accuracy "$run.single")
}

kill_in_phase_one() { begin && epoch_done 2 60 && kill_workers 1 && happened 'WorkerLost.*it died' 5; }

kill_in_phase_two() { begin && happened 'PhaseBegan: phase two' 120 && kill_workers 1 && happened 'WorkerLost.*it died' 5; }

kill_while_averaging() {
  options='--rounds 3'
  coordinator "$epochs" "$fraction"
  options=
  worker 1 && worker 2 && worker 3 && happened PhaseBegan 90 || return 1
  timeout 120 tail -n +1 -F "$run/events.log" 2>/dev/null | grep -q -m 1 'PhaseBegan: averaging'
  kill_workers 1 && happened 'WorkerLost.*it died' 5
}

kill_at_the_end_of_phase_two() { begin && epoch_done $((epochs - 1)) 120 && kill_workers 1; }

kill_two_at_once() { begin && epoch_done 2 60 && kill_workers 1 2 && happened 'WorkerLost.*it died' 5 2; }

kill_all_then_one_joins() {
  begin && epoch_done 2 60 && kill_workers 1 2 3 && happened 'no worker is left' 60 && worker 4 && happened WorkerJoined 60 4
}

stop_and_continue() {
  begin && epoch_done 2 60 && kill -STOP "${workers[1]}" && sleep 30 && kill -CONT "${workers[1]}" && happened WorkerJoined 60 4
}

leave_on_sigterm() {
  begin && epoch_done 2 60 && kill -TERM "${workers[1]}" && ended "${workers[1]}" 30 0 && unset 'workers[1]' &&
    happened 'WorkerLost.*it left' 10
}

# As a container that is started again in its pod.
killed_and_back_at_its_address() {
  coordinator "$epochs" "$fraction"
  worker 1 --port $((port + 4)) && worker 2 && worker 3 && happened PhaseBegan 90 && epoch_done 2 60 || return 1
  kill_workers 1 && worker 1 --port $((port + 4)) && happened WorkerJoined 60 4 && epoch_done $((epochs - 1)) 180 || return 1
  [ "$(grep -c WorkerLost "$run/events.log")" = 1 ] || { echo "the new one was lost too" >&2; return 1; }
}

join_in_the_middle() { begin && epoch_done 2 60 && worker 4 && happened WorkerJoined 60 4; }

coordinator_killed_and_resumed() {
  begin && epoch_done 3 60 && kill_now "$coordinator" && sleep 2 && coordinator "$epochs" "$fraction" --resume && happened WorkerJoined 90 6
}

# Its workers end as it does, so that a supervisor starts them again with it.
coordinator_stopped_and_resumed() {
  begin && epoch_done 3 60 && kill -TERM "$coordinator" && ended "$coordinator" 60 143 || return 1
  for number in 1 2 3; do ended "${workers[$number]}" 30 143 && said 'was stopped' "$run.worker-$number" 1 || return 1; done
  coordinator "$epochs" "$fraction" --resume
  worker 1 && worker 2 && worker 3 && happened WorkerJoined 90 6
}

# Three coordinators of which one trains. Nobody is started again.
stand_by() {
  join=127.0.0.1:$port,127.0.0.1:$((port + 1)),127.0.0.1:$((port + 2))
  coordinator='' active=0
  for number in 0 1 2; do
    standby $number "$epochs" "$fraction"
    said 'stands by' "$run.coordinator-$number" 60
  done
  worker 1 && worker 2 && worker 3 && happened PhaseBegan 90 && epoch_done 3 60
}

# Waits until another of the coordinators trains, with three workers; the scenario goes on with that one.
another_goes_on() {
  local deadline=$((SECONDS + 120)) number joined=0
  coordinator=
  while [ $SECONDS -lt $deadline ] && [ "$joined" -lt 3 ]; do
    sleep 0.2
    for number in "${!standbys[@]}"; do
      if [ "$number" != "$active" ] && grep -q '^run ' "$run.coordinator-$number"; then
        coordinator=${standbys[number]}
        joined=$(awk '/ resumed at / { n = 0 } / WorkerJoined/ { n++ } END { print n + 0 }' "$run/events.log")
        if [ "$joined" -ge 3 ]; then active=$number; fi
      fi
    done
  done
  [ "$joined" -ge 3 ] || { echo "no other coordinator trains" >&2; return 1; }
}

kill_standby() { # kill_standby NUMBER
  kill_now "${standbys[$1]}"
  unset "standbys[$1]"
}

standby_takes_over() { stand_by && kill_standby 0 && another_goes_on; }

# One stops, is started again and stands by; then the next one dies.
standby_takes_over_twice() {
  stand_by && kill -TERM "${standbys[0]}" && ended "${standbys[0]}" 60 143 && unset 'standbys[0]' && another_goes_on || return 1
  rm "$run.coordinator-0"
  standby 0 "$epochs" "$fraction"
  said 'stands by' "$run.coordinator-0" 60 || return 1
  kill_standby "$active"
  another_goes_on
}

# Taken for dead while it only stands still: its successor waits for the lock of the run folder, which it gives up when it wakes and learns
# that it was removed. Until then its workers may find it again: what they do counts, since nobody else writes.
active_coordinator_stands_still() {
  stand_by && kill -STOP "${standbys[0]}" && said_by_any 'still using this run folder' 90 && kill -CONT "${standbys[0]}" &&
    said 'was removed from the cluster' "$run.coordinator-0" 60 && another_goes_on
}

said_by_any() { # said_by_any PATTERN SECONDS: one of the coordinators
  local deadline=$((SECONDS + $2))
  until grep -q -- "$1" "$run".coordinator-*; do
    [ $SECONDS -lt $deadline ] || { echo "no coordinator says '$1' after $2 s" >&2; return 1; }
    sleep 0.1
  done
}

partition_of_a_worker() {
  set_network_up c w1 w2 w3 && begin && epoch_done 2 60 && cut_off w1 && sleep 20 && reconnect w1 && happened WorkerJoined 90 4
}

# One broken link costs that worker's share of the work for a while, and nothing else.
partial_partition() {
  set_network_up c w1 w2 w3 && begin && epoch_done 2 60 && link_between add c w1 && happened 'WorkerLost.*it died' 60 || return 1
  local epoch
  epoch=$(wc -l <"$run/metrics.jsonl")
  # Long after the time in which a cluster would decide who is to go.
  sleep 25 && epoch_done $((epoch + 1)) 1 && link_between delete c w1 && happened WorkerJoined 90 4
}

partition_of_the_coordinator() {
  set_network_up c w1 w2 w3 && begin && epoch_done 2 60 && cut_off c && sleep 20 && reconnect c && happened WorkerJoined 90 6
}

# No connection breaks here: only silence tells.
machine_gone() {
  set_network_up c w1 w2 w3 && begin && epoch_done 2 60 && cut_off w1 && kill_workers 1 && happened 'WorkerLost.*it died' 60
}

# Thirty workers of which one is killed, or asked to stop, every 4 s, and another started in its place. Everybody who comes must be let in
# while others die, and the run must get on. Then it is stopped, and brought to an end by three workers, so that every batch can be
# accounted for.
churn() {
  local seconds=${CHURN:-120} number=0 replaced=0 oldest=1 epoch pid
  layers=20-30-30-3 data="--train $run.csv --test $run.csv --batch-size 32" batches_per_epoch=96 reference=0
  awk 'BEGIN { srand(1); for (i = 0; i < 3072; i++) { for (j = 0; j < 20; j++) printf "%.3f,", rand() + (j < 9 && j % 3 == i % 3); print i % 3 } }' \
    >"$run.csv"
  coordinator 1000000 0
  while [ $number -lt 30 ]; do number=$((number + 1)) && worker $number; done
  happened WorkerJoined 240 30 || return 1
  epoch=$(wc -l <"$run/metrics.jsonl")
  local end=$((SECONDS + seconds))
  while [ $SECONDS -lt $end ]; do
    pid=${workers[oldest]}
    unset "workers[$oldest]"
    number=$((number + 1)) replaced=$((replaced + 1)) oldest=$((oldest + 1))
    if [ $((replaced % 2)) = 0 ]; then kill_now "$pid"; else kill -TERM "$pid"; fi
    worker $number
    sleep 4
  done
  happened WorkerJoined 60 $((30 + replaced)) || return 1
  local now
  now=$(wc -l <"$run/metrics.jsonl")
  echo "churn: $replaced of 30 workers replaced in $seconds s, $((now - epoch)) epochs meanwhile," \
    "$(grep -c 'WorkerLost.*it died' "$run/events.log") seen to die, $(grep -c 'WorkerLost.*it left' "$run/events.log") to leave"
  [ "$now" -gt "$epoch" ] || { echo "no epoch ended meanwhile" >&2; return 1; }
  kill -TERM "$coordinator" && ended "$coordinator" 60 143 || return 1
  for number in "${!workers[@]}"; do ended "${workers[number]}" 60 143 && unset "workers[$number]" || return 1; done
  epochs=$(($(wc -l <"$run/metrics.jsonl") + 3))
  coordinator "$epochs" 0 --resume
  worker 1 && worker 2 && worker 3
}

# Who finds its port taken says so and ends; one whose node was killed is free at once.
same_port() {
  local taken="Address already in use; expected an address"
  coordinator "$epochs" "$fraction"
  worker 1 --port $((port + 4)) && worker 2 && worker 3 && happened PhaseBegan 90 || return 1
  launch c "$run.second-coordinator" cluster coordinator --recipe fashion-mnist --port "$port" --out "$run.other"
  ended $! 30 2 && said "^actorsparse: cannot listen at 127.0.0.1:$port: $taken" "$run.second-coordinator" 1 || return 1
  launch w1 "$run.second-worker" cluster worker --port $((port + 4)) --join "127.0.0.1:$port"
  ended $! 30 2 && said "^actorsparse: cannot listen at 127.0.0.1:$((port + 4)): $taken" "$run.second-worker" 1 || return 1
  kill_workers 1 && worker 1 --port $((port + 4)) && happened WorkerJoined 60 4 && kill_now "$coordinator" || return 1
  coordinator "$epochs" "$fraction" --resume
}

# A settings file for a node, FOLDER/HOST.conf, with a certificate for HOST of the authority in FOLDER.
tls_settings() { # tls_settings FOLDER HOST
  deploy/make-certificates.sh "$1" "$2"
  sed -e "s#^\( *path = \).*#\1\"$1/$2.pfx\"#" hocon/tls.conf >"$1/$2.conf"
}

# A coordinator that is not who it should be, at PORT, which worker NUMBER of ours dials.
impostor() { # impostor PORT SETTINGS NUMBER
  launch c "$run.impostor-$3" cluster coordinator --recipe fashion-mnist --layers "$layers" --min-workers 1 --port "$1" --out "$run.by-$3" \
    --quiet --akka-config "$2"
  join=127.0.0.1:$1 worker "$3" --akka-config "$run.ours/127.0.0.1.conf"
}

tls_and_strangers() {
  local ssl=akka.remote.dot-netty.tcp.ssl number
  tls_settings "$run.ours" 127.0.0.1 && tls_settings "$run.ours" elsewhere && tls_settings "$run.other" 127.0.0.1
  { cat "$run.ours/elsewhere.conf"; echo "$ssl.validate-certificate-hostname = false"; } >"$run.ours/careless.conf"
  export SSL_CERT_DIR=/var/empty SSL_CERT_FILE=$run.ours/ca.pem
  options="--akka-config $run.ours/127.0.0.1.conf"
  begin || return 1
  options=
  worker 4 # without TLS
  echo 'GET / HTTP/1.1' >"/dev/tcp/127.0.0.1/$port"
  SSL_CERT_FILE=$run.other/ca.pem worker 5 --akka-config "$run.other/127.0.0.1.conf"
  impostor $((port + 3)) "$run.other/127.0.0.1.conf" 6
  worker 7 --akka-config "$run.other/127.0.0.1.conf" # trusts our authority, but has a certificate of another
  impostor $((port + 4)) "$run.ours/careless.conf" 8 # has one of ours, but for another host
  worker 9 --akka-config "$run.ours/elsewhere.conf" # as well, and finds that itself
  unset SSL_CERT_DIR SSL_CERT_FILE
  ended "${workers[9]}" 30 2 && said 'does not name 127.0.0.1' "$run.worker-9" 1 && unset 'workers[9]' || return 1
  for number in 4 5 6 7 8; do
    said 'no answer from a coordinator\|TLS handshake failed' "$run.worker-$number" 60 || return 1
  done
  sleep 20 # for whoever would get in with another attempt
  kill_workers 4 5 6 7 8
  ! grep -q WorkerJoined "$run".by-*/events.log || { echo "an impostor was joined" >&2; return 1; }
  [ "$(grep -c WorkerJoined "$run/events.log")" = 3 ] || { echo "a stranger joined" >&2; return 1; }
}

all="undisturbed training_fails as_accurate_as_one_process kill_in_phase_one kill_in_phase_two kill_while_averaging kill_at_the_end_of_phase_two
  kill_two_at_once kill_all_then_one_joins stop_and_continue leave_on_sigterm killed_and_back_at_its_address join_in_the_middle
  coordinator_killed_and_resumed coordinator_stopped_and_resumed standby_takes_over standby_takes_over_twice
  active_coordinator_stands_still partition_of_a_worker partial_partition partition_of_the_coordinator machine_gone same_port
  churn tls_and_strangers"
printf '%-36s %6s %8s %9s %7s  %s\n' scenario epochs updates accuracy time result
for each in ${*:-$all}; do
  case $each in
    as_accurate_as_one_process) scenario "$each" 10 0.3 ;;
    kill_in_phase_two | kill_while_averaging) scenario "$each" 12 0.75 ;;
    # Long enough for what has to come back while the run goes on.
    stop_and_continue | killed_and_back* | partition_of_a_worker | partial*) scenario "$each" 400 0.2 ;;
    join_in_the_middle | standby* | active* | machine_gone | same_port | tls*) scenario "$each" 70 0.2 ;;
    *) scenario "$each" 12 0.25 ;;
  esac
done
echo "logs and run folders: $out"
[ $failures = 0 ]
