#!/usr/bin/env bash
# Every C++ file is as clang-format would write it.
set -euo pipefail
find server tests client bench -name '*.h' -o -name '*.cc' | xargs clang-format-14 --dry-run -Werror
