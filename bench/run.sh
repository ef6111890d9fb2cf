#!/usr/bin/env bash
# Measures Quartet beside its peers, and makes a page of it.
#   bench/run.sh full             everything; the page goes to bench/results/
#   bench/run.sh quick [WHAT...]  Quartet and three strong peers; the page goes to build/bench/
#   bench/run.sh smoke            that it runs: Quartet alone for seconds
# WHAT: engines, services, or names of subjects ("openvino int8"). Installs what it needs.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../deploy/steps.sh"
cd "$root"

plan=${1:-quick}
shift $(($# > 0))
case $plan in
  full) peers="torch_eager onnxruntime openvino ctranslate2 seed infinity" ;;
  quick) peers="onnxruntime openvino seed" ;;
  smoke) peers="" ;;
  *) die "bench/run.sh full, quick or smoke, not '$plan'" ;;
esac

prepare_dependencies
step "building the server and the bench" never build_preset "See the compiler's lines above." \
  release quartet-server quartet-bench quartet-texts quartet-engine-bench quartet-limit
for precision in int8 bf16 fp32; do
  step "preparing the $precision model" never prepare_model "See the lines above." "$precision"
done
for peer in $peers; do
  venv="$root/build/bench/venv/$peer"
  step "installing peer $peer" has_requirements install_requirements "See the lines above." \
    "$root/bench/peers/$peer/requirements.txt"
done
venv="$root/build/bench/venv/runner"
step "installing the runner" has_requirements install_requirements "See the lines above." \
  "$root/bench/runner/requirements.txt"

results="$root/build/bench/results/$plan.json"
"$venv/bin/python" bench/runner/main.py "$plan" "$@" --out "$results"
folder=build/bench/results
[ "$plan" != full ] || folder=bench/results
"$venv/bin/python" bench/report/page.py "$results" --folder "$folder"
