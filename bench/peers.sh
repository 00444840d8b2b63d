#!/usr/bin/env bash
# This program beside PyTorch on the network of the Fashion-MNIST recipe, in turns in one run, medians: seconds of an epoch, seconds of
# training to an accuracy, and the density from which on the dense network is faster. Takes seven minutes; nothing else should run.
#   bench/peers.sh [--root DIR] [--rounds N] [--data DIR]
# PyTorch is Debian's python3-torch, and LibTorch from the NuGet package TorchSharp-cpu, whichever there is; the output says what lacks.
# DIR of --root is a Debian 13 in a folder (debootstrap --include=python3-torch,python3-numpy,libopenblas0-pthread trixie DIR), with /proc
# mounted. DIR of --data has the IDX files (the package dataset-fashion-mnist unless given). Programs that are built from source only
# stand in docs/performance.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root= rounds=3 data=/usr/share/datasets/fashion-mnist
while [ $# -gt 0 ]; do
  case $1 in
    --root) root=$2 && shift 2 ;;
    --rounds) rounds=$2 && shift 2 ;;
    --data) data=$2 && shift 2 ;;
    *) echo "peers.sh: unknown option $1; expected --root, --rounds or --data" >&2 && exit 2 ;;
  esac
done
work=$(mktemp -d ${root:+-p "$root/tmp"})
trap 'rm -rf "$work"' EXIT
inside=${work#"$root"}
cp bench/peers/mlp.py "$work"
[ -z "$root" ] || { mkdir "$work/data" && cp "$data"/*ubyte* "$work/data" && data=$inside/data; }
in_root() { if [ -n "$root" ]; then chroot "$root" "$@"; else "$@"; fi; }

# OpenBLAS takes processors that it does not know for old ones, and settings of the environment for true: the best core of these counts.
# Threads of PyTorch and of OpenBLAS that spin while they wait take the cores from each other: seven times as slow on two cores.
mlp() {
  in_root env -u OPENBLAS_L2_SIZE -u OPENBLAS_CORETYPE OMP_WAIT_POLICY=PASSIVE ${core:+OPENBLAS_CORETYPE=$core} python3 "$inside/mlp.py" "$@"
}
libtorch() { in_root env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$inside/libtorch/libtorch" "$@"; }

lscpu | sed -n 's/^Model name: *//p; s/^CPU family: */family /p; s/^Model: */model /p' | paste -sd ' '
has_mlp=false has_libtorch=false core=
if in_root python3 -c 'import torch, numpy' 2>/dev/null; then
  has_mlp=true
  plain=$(mlp epoch --samples 12800)
  wide=$(core=SkylakeX && mlp epoch --samples 12800 2>/dev/null || echo 1e9)
  if grep -q avx512f /proc/cpuinfo && awk "BEGIN { exit !($wide < $plain) }"; then core=SkylakeX; fi
  echo "PyTorch $(in_root python3 -c 'import torch; print(torch.__version__)') of python3-torch, OpenBLAS core ${core:-as it finds}"
else
  echo "python3-torch: absent ($(in_root python3 -c 'import torch, numpy' 2>&1 | tail -n 1))"
fi
mkdir "$work/source" && cp bench/peers/libtorch.cs "$work/source"
if dotnet publish "$work/source/libtorch.cs" -r linux-x64 --self-contained -o "$work/libtorch" -v quiet >"$work/log" 2>&1 \
  && libtorch epoch 1 >"$work/log" 2>&1; then
  has_libtorch=true
  echo "LibTorch of TorchSharp-cpu $(sed -n 's/^#:package TorchSharp-cpu@//p' bench/peers/libtorch.cs)"
else
  echo "TorchSharp-cpu: absent ($(grep -m 1 -o 'GLIBCXX[^ ]* not found\|error .*' "$work/log" || tail -n 1 "$work/log"))"
fi

median() { sort -g | awk '{ all[NR] = $1 } END { print NR ? all[int((NR + 1) / 2)] : "" }'; }
note() { echo "$2" >>"$work/times-$1"; }
ours() { ./actorsparse bench epoch --dropout 0.3 --epsilon 20 --repetitions 3 "$@" | awk 'NR > 2 { print $2 }'; }

./actorsparse --version >/dev/null
for ((round = 0; round < rounds; round++)); do
  for threads in 1 2; do
    note "ours-$threads" "$(ours --threads "$threads")"
    if $has_mlp; then
      note "torch-$threads" "$(mlp epoch --threads "$threads")"
      note "torch-bf16-$threads" "$(mlp epoch --threads "$threads" --bf16)"
      note "masked-$threads" "$(mlp epoch --threads "$threads" --masked 0.045)"
    fi
    if $has_libtorch; then
      note "libtorch-$threads" "$(libtorch epoch "$threads")"
      note "libtorch-bf16-$threads" "$(libtorch epoch "$threads" bf16)"
    fi
  done
done
epoch_of() { if [ -f "$work/times-$1" ]; then median <"$work/times-$1"; else echo -; fi; }
echo
echo "seconds of an epoch of 60,000 samples, 784-1000-1000-1000-10, batch 128, momentum SGD; medians of $rounds in turns"
printf '%-52s %9s %9s\n' program '1 thread' '2 threads'
row() { printf '%-52s %9s %9s\n' "$1" "$(epoch_of "$2-1")" "$(epoch_of "$2-2")"; }
row 'ActorSparse, 4.5 % of the connections' ours
row 'PyTorch, dense, float32' torch
row 'PyTorch, dense, bf16' torch-bf16
row 'PyTorch, masked to 4.5 %, float32' masked
row 'LibTorch, dense, float32' libtorch
row 'LibTorch, dense, bf16 throughout' libtorch-bf16

echo
echo "seconds of training until the test accuracy is reached, Fashion-MNIST, 2 threads, seed 1, cosine schedule of so many epochs"
printf '%-52s %9s %9s %9s %9s %9s\n' program 0.80 0.85 0.88 epochs best
reached() { # Lines of accuracy and seconds so far.
  awk -v name="$1" -v epochs="$2" '
    { for (i = 1; i <= 3; i++) if (at[i] == "" && $1 >= 0.77 + (i == 1 ? 0.03 : i == 2 ? 0.08 : 0.11)) at[i] = $2
      if ($1 > best) best = $1 }
    END { for (i = 1; i <= 3; i++) at[i] = at[i] == "" ? "never" : sprintf("%.2f", at[i])
      printf "%-52s %9s %9s %9s %9s %9s\n", name, at[1], at[2], at[3], epochs, best }'
}
for epochs in 6 10 40; do
  ./actorsparse train fashion-mnist --epochs "$epochs" --out "$work/run" --force --quiet
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { seconds += $at["train_seconds"]; print $at["test_accuracy"], seconds }' \
    "$work/run/metrics.csv" | reached 'ActorSparse, the command of the README' "$epochs"
done
if $has_mlp; then
  mlp train --data "$data" --threads 2 --epochs 6 | reached 'PyTorch, dense, AdamW, float32' 6
  mlp train --data "$data" --threads 2 --epochs 6 --bf16 | reached 'PyTorch, dense, AdamW, bf16' 6
fi
if $has_libtorch; then
  for option in float32 bf16; do
    libtorch train 2 6 "$data" "$option" | reached "LibTorch, dense, AdamW, $option" 6
  done
fi

echo
echo "seconds of an epoch by density, and where a dense network takes as long"
printf '%-10s %9s %9s\n' density '1 thread' '2 threads'
for sparsity in 0.95 0.9 0.8 0.6 0.4 0.2; do
  for threads in 1 2; do
    seconds=$(./actorsparse bench epoch --dropout 0.3 --sparsity "$sparsity" --repetitions 2 --samples 12800 --threads "$threads" \
      | awk 'NR > 2 { print $2 * 60000 / 12800 }')
    echo "$(awk "BEGIN { print 1 - $sparsity }") $seconds" >>"$work/density-$threads"
  done
  printf '%-10s %9.3f %9.3f\n' "$(awk "BEGIN { print 1 - $sparsity }")" "$(tail -n 1 "$work/density-1" | cut -d ' ' -f 2)" \
    "$(tail -n 1 "$work/density-2" | cut -d ' ' -f 2)"
done
for peer in torch torch-bf16 libtorch libtorch-bf16; do
  for threads in 1 2; do
    [ -f "$work/times-$peer-$threads" ] || continue
    awk -v dense="$(epoch_of "$peer-$threads")" -v name="$peer, $threads threads" '
      !found && $2 >= dense { found = 1; at = NR == 1 ? $1 : density + ($1 - density) * (dense - seconds) / ($2 - seconds) }
      { density = $1; seconds = $2 }
      END { if (found) printf "%s: %.0f %%\n", name, 100 * at; else printf "%s: above %.0f %%\n", name, 100 * density }' \
      "$work/density-$threads"
  done
done
