#!/usr/bin/env bash
# Python is formatted, linted and typed (.ruff.toml, .mypy.ini).
set -euo pipefail
"$QUARTET_PYTHON" -m ruff format --check --no-cache deploy tests client bench
"$QUARTET_PYTHON" -m ruff check --no-cache deploy tests client bench
"$QUARTET_PYTHON" -m mypy --cache-dir="$QUARTET_BUILD_DIR/mypy_cache"
