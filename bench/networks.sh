#!/usr/bin/env bash
# Topology rules on the convolutional recipes, with CIFAR-10: best and last test accuracy, and seconds of training. A run takes from half an
# hour up: each has a folder of its own, what is there is not trained again, and what was interrupted goes on.
#   bench/networks.sh FOLDER [--networks "resnet-20 ..."] [--sparsities "0.9 ..."] [--rules "static set ..."] [--seeds "1 ..."]
#     [--epochs N, 30 unless given] [-- more options of train, such as --data-dir]
set -euo pipefail
folder=$(realpath -m "${1:?expected the folder for the runs}") && shift
cd "$(dirname "${BASH_SOURCE[0]}")/.."

networks="resnet-20 vgg-16-small"
sparsities="0.9 0.95 0.98"
rules="static set-zero gse-uniform gse-grabo gse-graest rigl"
seeds=1
epochs=30
while [ $# -gt 0 ]; do
  case $1 in
    --networks) networks=$2 && shift 2 ;;
    --sparsities) sparsities=$2 && shift 2 ;;
    --rules) rules=$2 && shift 2 ;;
    --seeds) seeds=$2 && shift 2 ;;
    --epochs) epochs=$2 && shift 2 ;;
    --) shift && break ;;
    *) echo "networks.sh: unknown option $1; expected --networks, --sparsities, --rules, --seeds or --epochs" >&2 && exit 2 ;;
  esac
done

column() { awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i } NR > 1 { print $at }' "$1"; }
printf '%-14s %8s %-12s %4s %6s %8s %8s %8s\n' network sparsity rule seed epochs best last seconds
for network in $networks; do
  for sparsity in $sparsities; do
    for rule in $rules; do
      for seed in $seeds; do
        run=$folder/$network-$sparsity-$rule-$epochs-$seed
        rows=$run/metrics.csv
        if [ ! -f "$rows" ]; then
          ./actorsparse train "$network" --sparsity "$sparsity" --rule "$rule" --seed "$seed" --epochs "$epochs" --mode sequential \
            --out "$run" --quiet "$@"
        elif [ "$(column "$rows" epoch | wc -l)" -lt "$epochs" ]; then
          ./actorsparse train --resume --out "$run" --quiet
        fi
        printf '%-14s %8s %-12s %4s %6s %8s %8s %8.0f\n' "$network" "$sparsity" "$rule" "$seed" "$epochs" \
          "$(column "$rows" best_test_accuracy | tail -n 1)" "$(column "$rows" test_accuracy | tail -n 1)" \
          "$(column "$rows" train_seconds | awk '{ sum += $1 } END { print sum }')"
      done
    done
  done
done
