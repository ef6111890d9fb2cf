#!/usr/bin/env bash
# clang-tidy (.clang-tidy says which checks) and clang's thread-safety analysis of the annotated
# mutex, over every source file of ours. The fuzz targets are compiled by a preset of their own.
set -euo pipefail

# tidy BUILD_DIR: over the files whose names come on standard input, two at a time.
tidy() {
  xargs -P 2 -n 4 clang-tidy-14 -p "$1" --quiet --warnings-as-errors='*' \
    --extra-arg=-Wthread-safety --extra-arg=-Wreserved-identifier \
    --extra-arg=-Wno-unknown-warning-option
}

find server client bench tests -name '*.cc' -not -path 'tests/fuzz/*' | tidy "$QUARTET_BUILD_DIR"
find tests/fuzz -name '*.cc' | tidy "$QUARTET_BUILD_DIR/../fuzz"
