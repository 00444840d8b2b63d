#!/usr/bin/env bash
# Random settings on five small data sets: each must end with an accuracy above chance that is not far below its own best without saying so,
# or with one line that says why not and exit code 1. Prints what did not, and a summary; exit code 1 if anything did not.
#   bench/settings.sh [runs, 200 unless given] [seed, 1 unless given]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

count=${1:-200}
RANDOM=${2:-1}
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT
./actorsparse --help >"$runs/help" # built before anything is timed

pick() { local choices=("$@") && echo "${choices[RANDOM % ${#choices[@]}]}"; }
declare -A outcomes=()
bad=0
for ((number = 1; number <= count; number++)); do
  set=$(pick multiclass binary digits wine breast-cancer)
  label=$([ "$set" = multiclass ] || [ "$set" = binary ] && echo first || echo last)
  options=(--train "bench/tables/$set.train.gz" --test "bench/tables/$set.test.gz" --label "$label" --epochs "$(pick 10 20 30)"
    --learning-rate "$(pick 0.001 0.003 0.01 0.03 0.1 0.3)" --batch-size "$(pick 8 16 32 64 128 256 512)"
    --activation "$(pick relu all-relu:0.6 leaky-relu tanh sigmoid)" --rule "$(pick set set-zero static gse-uniform gse-graest rigl)"
    --optimizer "$(pick adamw sgd)" --mode "$(pick wasap wasap wssp sequential)" --seed "$number")
  workers=$(pick 1 2 3 4 6 8)
  case " ${options[*]} " in *" sequential "*) ;; *) options+=(--workers "$workers") ;; esac

  code=0
  timeout 300 ./actorsparse train "${options[@]}" --out "$runs/run" --force >"$runs/out" 2>"$runs/err" || code=$?
  last=$(grep '^finished' "$runs/out" || true)
  accuracy=$(sed -n 's/.*test accuracy \([0-9.]*\).*/\1/p' <<<"$last")
  best=$(sed -n 's/.*best \([0-9.]*\).*/\1/p' <<<"$last")
  # The share of the most frequent class among the test samples.
  chance=$(case $set in multiclass) echo 0.222 ;; binary) echo 0.544 ;; digits) echo 0.1136 ;; wine) echo 0.4773 ;; *) echo 0.6549 ;; esac)
  errors=$(wc -l <"$runs/err")
  verdict=$(awk -v code="$code" -v a="${accuracy:-0}" -v b="${best:-0}" -v c="$chance" -v lines="$errors" 'BEGIN {
    if (code == 1 && lines == 1) print "said";
    else if (code != 0) print "crash";
    else if (a <= c) print "chance";
    else if (b - a > 0.1) print "fell";
    else print "well" }')
  [ "$verdict" = fell ] && grep -q 'far below' <<<"$last" && verdict=said
  outcomes[$verdict]=$((${outcomes[$verdict]:-0} + 1))
  case $verdict in
    crash | chance | fell)
      bad=$((bad + 1))
      echo "$verdict (exit code $code, accuracy ${accuracy:-none}, best ${best:-none}): train ${options[*]}"
      head -n 3 "$runs/err"
      ;;
  esac
done
for verdict in "${!outcomes[@]}"; do echo "${outcomes[$verdict]} $verdict"; done | sort -rn
[ "$bad" -eq 0 ]
