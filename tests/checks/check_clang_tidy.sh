#!/usr/bin/env bash
# clang-tidy (.clang-tidy says which checks) and clang's thread-safety analysis of the annotated
# mutex, over every source file of ours.
set -euo pipefail
find server bench tests -name '*.cc' |
  xargs -P 2 -n 4 clang-tidy-14 -p "$QUARTET_BUILD_DIR" --quiet --warnings-as-errors='*' \
    --extra-arg=-Wthread-safety --extra-arg=-Wreserved-identifier \
    --extra-arg=-Wno-unknown-warning-option
