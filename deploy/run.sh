#!/usr/bin/env bash
# From a bare Debian 12 to a serving Quartet: installs, builds, prepares the model, serves.
#   ./deploy/run.sh [--precision int8|bf16|fp32] [--model-source DIR|NAME] [ARGUMENT...]
# int8 (the default) is the fastest, fp32 exact, bf16 between. DIR is a sentence-transformers folder of
# yours, NAME a model of deploy/model/catalogue.toml; without them the default model is served. The
# other arguments go to the server (./deploy/run.sh --help lists them). Safe to run again: what is
# there is skipped, and with everything there it needs no network and no root.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

precision=int8 source=
while :; do
  case ${1:-} in
    --precision=* | --model-source=*)
      set -- "${1%%=*}" "${1#*=}" "${@:2}"
      continue
      ;;
    --precision)
      precision=${2:-}
      case $precision in int8 | bf16 | fp32) ;; *) die "--precision is int8, bf16 or fp32, not '$precision'" ;; esac
      ;;
    --model-source) source=${2:-} && [ -n "$source" ] || die "--model-source needs a folder or a name" ;;
    *) break ;;
  esac
  shift 2
done

prepare_dependencies
step "building the server and its tool" never build_preset "See the compiler's lines above." \
  release quartet-server quartet quartet_sbom
step "preparing the $precision model" never prepare_model "See the lines above." "$precision" "$source"

# The model is this checkout's, wherever the command was given; who names a model's file or a file of
# settings gets that.
named=${QUARTET_MODEL:-}${QUARTET_CONFIG:-}
for argument in "$@"; do
  case $argument in --model | --model=* | --config | --config=*) named=yes ;; esac
done
name=paraphrase-MiniLM-L3-v2 suffix=
[ -z "$source" ] || name=$(basename "$(realpath -m "$source")") named=
[ "$precision" = int8 ] || suffix=-$precision
model=()
[ -n "$named" ] || model=(--model "$root/build/models/$name$suffix.pt")

say "starting the server"
exec "$root/build/release/bin/quartet-server" "${model[@]}" "$@"
