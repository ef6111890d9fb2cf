#!/usr/bin/env bash
# From a bare Debian 12 to a serving Quartet: installs, builds, prepares the model, serves.
#   ./deploy/run.sh [--precision int8|bf16|fp32] [ARGUMENT...]
# int8 (the default) is the fastest, fp32 exact, bf16 between; the other arguments go to the server
# (./deploy/run.sh --help lists them). Safe to run again: what is there is skipped, and with
# everything there it needs no network and no root.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

precision=int8
if [ "${1:-}" = --precision ]; then
  precision=${2:-}
  case $precision in int8 | bf16 | fp32) ;; *) die "--precision is int8, bf16 or fp32, not '$precision'" ;; esac
  shift 2
fi

prepare_dependencies
step "building the server and its tool" never build_preset "See the compiler's lines above." \
  release quartet-server quartet quartet_sbom
step "preparing the $precision model" never prepare_model "See the lines above." "$precision"

# The default model is this checkout's, wherever the command was given; who names a model or a file
# of settings gets that.
suffix=; [ "$precision" = int8 ] || suffix=-$precision
model=(--model "$root/build/models/paraphrase-MiniLM-L3-v2$suffix.pt")
for argument in "$@"; do
  case $argument in --model | --model=* | --config | --config=*) model=() ;; esac
done
[ -z "${QUARTET_MODEL:-}${QUARTET_CONFIG:-}" ] || model=()

say "starting the server"
exec "$root/build/release/bin/quartet-server" "${model[@]}" "$@"
