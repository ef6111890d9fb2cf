#!/usr/bin/env bash
# clang-tidy (.clang-tidy says which checks) and clang's thread-safety analysis of the annotated
# mutex, over every source file of the programs. Those of the tests would take half as long again:
# with --all they are looked at, too, and the fuzz targets, which a preset of their own compiles.
set -euo pipefail

# tidy BUILD_DIR: over the files whose names come on standard input, two at a time.
tidy() {
  xargs -P 2 -n 4 clang-tidy-14 -p "$1" --quiet --warnings-as-errors='*' \
    --extra-arg=-Wthread-safety --extra-arg=-Wreserved-identifier \
    --extra-arg=-Wno-unknown-warning-option
}

find server client bench -name '*.cc' | tidy "$QUARTET_BUILD_DIR"
if [ "${1:-}" = --all ]; then
  find tests -name '*.cc' -not -path 'tests/fuzz/*' -not -path 'tests/client/consumer/*' | tidy "$QUARTET_BUILD_DIR"
  find tests/fuzz -name '*.cc' | tidy "$QUARTET_BUILD_DIR/../fuzz"
fi
