#!/usr/bin/env bash
# From a bare Debian 12 to a serving Quartet: installs, builds, prepares the model, serves.
# Arguments go to the server (./deploy/run.sh --help lists them). Safe to run again: what is there
# is skipped, and with everything there it needs no network and no root.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

prepare_dependencies
step "building the server" never build_preset "See the compiler's lines above." \
  release quartet-server
step "preparing the model" never prepare_model "See the lines above."

# The default model is this checkout's, wherever the command was given; who names a model or a file
# of settings gets that.
model=(--model "$root/build/models/paraphrase-MiniLM-L3-v2.pt")
for argument in "$@"; do
  case $argument in --model | --model=* | --config | --config=*) model=() ;; esac
done
[ -z "${QUARTET_MODEL:-}${QUARTET_CONFIG:-}" ] || model=()

say "starting the server"
exec "$root/build/release/bin/quartet-server" "${model[@]}" "$@"
