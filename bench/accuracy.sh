#!/usr/bin/env bash
# Test accuracy of the defaults: no options but data, epochs, workers and seed. The table of docs/training.md.
#   bench/accuracy.sh [--sets "iris wine ..."] [--workers "1 2 4 8"] [--seeds "1 2 3"] [--epochs N] [-- more options of train]
# Fashion-MNIST is fetched; cifar-10 is measured only if its files are found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sets="multiclass binary digits iris wine breast-cancer madelon fashion-mnist"
workers="1 2 4 8"
seeds="1 2 3"
epochs=
while [ $# -gt 0 ]; do
  case $1 in
    --sets) sets=$2 && shift 2 ;;
    --workers) workers=$2 && shift 2 ;;
    --seeds) seeds=$2 && shift 2 ;;
    --epochs) epochs=$2 && shift 2 ;;
    --) shift && break ;;
    *) echo "accuracy.sh: unknown option $1; expected --sets, --workers or --seeds" >&2 && exit 2 ;;
  esac
done
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT

data_of() {
  local table=bench/tables/$1
  case $1 in
    multiclass | binary) echo "--train $table.train.gz --test $table.test.gz --label first" ;;
    madelon | fashion-mnist | cifar-10) echo "$1" ;;
    *) [ -f "$table.train.gz" ] || { echo "accuracy.sh: no data set $1" >&2 && exit 2; }
      echo "--train $table.train.gz --test $table.test.gz" ;;
  esac
}
epochs_of() {
  [ -z "$epochs" ] || { echo "$epochs" && return; }
  case $1 in
    fashion-mnist) echo 10 ;;
    cifar-10) echo 25 ;;
    digits) echo 60 ;;
    *) echo 40 ;;
  esac
}

printf '%-14s %7s %6s %8s %8s %8s  %s\n' data workers epochs median least seconds "each seed"
for set in $sets; do
  for count in $workers; do
    results=()
    started=$SECONDS
    for seed in $seeds; do
      # shellcheck disable=SC2046 # options of their own
      json=$(./actorsparse train $(data_of "$set") --epochs "$(epochs_of "$set")" --workers "$count" --seed "$seed" \
        --out "$runs/run" --force --quiet --json "$@" | tail -n 1) || true
      accuracy=$(sed -n 's/.*"test_accuracy":\([0-9.e-]*\).*/\1/p' <<<"$json")
      results+=("${accuracy:-0}")
    done
    sorted=$(printf '%s\n' "${results[@]}" | sort -g)
    median=$(sed -n "$(((${#results[@]} + 1) / 2))p" <<<"$sorted")
    printf '%-14s %7s %6s %8.4f %8.4f %8s  %s\n' "$set" "$count" "$(epochs_of "$set")" "$median" "$(head -n 1 <<<"$sorted")" \
      $(((SECONDS - started) / ${#results[@]})) "${results[*]}"
  done
done
