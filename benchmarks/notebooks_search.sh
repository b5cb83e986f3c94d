#!/usr/bin/env bash
# The notebooks' own search, ours and scikit-learn's, on the same matrices and folds, one after the
# other in one run: CPU and wall seconds, best cross-validated log loss, ratio.
#
# usage: benchmarks/notebooks_search.sh BUILD_FOLDER DATA_FOLDER
# needs: /usr/bin/python3 with python3-sklearn of the distribution. Takes about ten minutes.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$1 data=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
ninja -C "$build" benchmark_notebooks_search >/dev/null
"$build/benchmarks/benchmark_notebooks_search" "$root/diseases" "$data" "$scratch" 2 >"$scratch/ours.json"
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
  /usr/bin/python3 "$root/benchmarks/notebooks_search.py" "$scratch" 2 >"$scratch/peer.json"
/usr/bin/python3 "$root/benchmarks/notebooks_search_table.py" "$scratch/ours.json" "$scratch/peer.json"
