#!/bin/bash
# Every kind of model and every family, scored by us and by ONNX Runtime.
# usage: tests/parity/run.sh CASE_WRITER BUILD_FOLDER [DATA_FOLDER]
#   CASE_WRITER   the program parity_cases
#   BUILD_FOLDER  where ONNX Runtime is installed and the cases are written
#   DATA_FOLDER   the real data, unless RELEARN_SHARED_DATA names it; where there is none, only
#                 random models and patients are compared
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
writer=${1:?the program parity_cases}
build=${2:?a folder to work in}
data=${RELEARN_SHARED_DATA:-${3:-}}

command -v node >/dev/null || {
  echo "$0: there is no Node, which ONNX Runtime runs in; scripts/check installs it" >&2
  exit 1
}
mkdir -p "$build"
modules=$("$here/modules" "$build/modules")
cases=$(mktemp -d "$build/cases.XXXXXX")
trap 'rm -rf "$cases"' EXIT
[ -d "$data" ] || data=
"$writer" "$cases" ${data:+"$data"}
node "$here/compare.mjs" "$modules" "$cases" "$([ -n "$data" ] && echo real || echo random)"
