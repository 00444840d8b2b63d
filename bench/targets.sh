#!/usr/bin/env bash
# Scores of the defaults on real targets and label sets: no options but data, loss, mode, workers and seed. The table of docs/training.md.
#   bench/targets.sh [-- more options of train]
# The data are generated: Friedman's first function (Annals of Statistics 19, 1991) with noise of deviation 1, and three labels of four
# normal features.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ "${1:-}" = -- ]; then shift; fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Park and Miller's generator, so that every awk gives the same numbers.
random='function uniform() { state = (state * 16807) % 2147483647; return state / 2147483647 }
  function normal() { return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform()) }'
awk "$random"'BEGIN {
  state = 1
  print "x1,x2,x3,x4,x5,x6,x7,x8,x9,x10,y"
  for (row = 0; row < 1500; row++) {
    line = ""
    for (i = 1; i <= 10; i++) { x[i] = uniform(); line = line sprintf("%.4f,", x[i]) }
    y = 10 * sin(3.141592653589793 * x[1] * x[2]) + 20 * (x[3] - 0.5) ^ 2 + 10 * x[4] + 5 * x[5] + normal()
    print line sprintf("%.4f", y)
  }
}' >"$folder/friedman.csv"
awk "$random"'BEGIN {
  state = 1
  print "x1,x2,x3,x4,red,green,blue"
  for (row = 0; row < 900; row++) {
    line = ""
    for (i = 1; i <= 4; i++) { x[i] = normal(); line = line sprintf("%.4f,", x[i]) }
    print line (x[1] + x[2] > 0) "," (x[2] * x[3] > 0.2) "," (x[4] > 1.3)
  }
}' >"$folder/labels.csv"

measure() { # data, score, options
  local data=$1 score=$2 values=()
  shift 2
  for seed in 1 2 3; do
    values+=("$(./actorsparse train --train "$folder/$data.csv" --epochs 20 --seed "$seed" --out "$folder/run" --force --quiet --json "$@" |
      sed -n "s/.*\"$score\":\\([0-9.e-]*\\).*/\\1/p")")
  done
  printf '%-9s %-14s %s  %s\n' "$data" "$score" "$(printf '%s\n' "${values[@]}" | sort -g | awk '{ v[NR] = $1 } END {
    printf "median %.4f least %.4f", v[2], v[1] }')" "${*:3}"
}

for mode in "--mode sequential" "--workers 2" "--workers 4" "--mode wssp --workers 2"; do
  # shellcheck disable=SC2086 # options of their own
  measure friedman test_r2 --loss mean-squared-error $mode "$@"
  # shellcheck disable=SC2086
  measure labels test_micro_f1 --loss binary-cross-entropy --targets red,green,blue $mode "$@"
done
