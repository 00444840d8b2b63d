#!/usr/bin/env bash
# What a slow network costs: coordinator and two workers in network namespaces of their own, whose links carry all they can, 1 Gbit/s and
# 100 Mbit/s each way (tc tbf). Prints samples/s of the epochs 3 to the last, the bytes of a sample and the accuracy. Needs root.
#
#   tests/cluster/bandwidth.sh [OPTION...]      options of the coordinator, for every run
#
# EPOCHS (10), RATES ("none 1gbit 100mbit"); PORT, OUT and HOST_DLL as in failures.sh.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
. tests/cluster/common.sh

shape() { # shape RATE
  [ "$1" != none ] || return 0
  for node in c w1 w2; do
    ip netns exec "actorsparse-$node" tc qdisc add dev eth0 root tbf rate "$1" burst 128kb latency 100ms
  done
}

printf '%-9s %10s %13s %9s\n' rate samples/s bytes/sample accuracy
for rate in ${RATES:-none 1gbit 100mbit}; do
  name=$rate run=$out/bandwidth-$rate workers=() join='' options=''
  rm -rf "$run" "$run".*
  set_network_up c w1 w2 && shape "$rate"
  launch c "$run.coordinator" cluster coordinator --recipe fashion-mnist --workers 2 --min-workers 2 --epochs "${EPOCHS:-10}" --port "$port" \
    --out "$run" --quiet --host "$(address c)" "$@"
  coordinator=$!
  worker 1 && worker 2
  ended "$coordinator" 900 0 && ended "${workers[1]}" 60 0 && ended "${workers[2]}" 60 0
  awk -v rate="$rate" '
    function number(name) { match($0, "\"" name "\":[0-9.e+-]*"); return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) + 0 }
    { bytes += number("bytes_sent") + number("bytes_received"); accuracy = number("test_accuracy") }
    NR > 2 { steady += 60000; seconds += number("train_seconds") }
    END { printf "%-9s %10.0f %13.1f %9.4f\n", rate, steady / seconds, bytes / NR / 60000, accuracy }' "$run/metrics.jsonl"
  cleanup
  pids=()
done
