#!/usr/bin/env bash
# Python is formatted, linted and typed.
set -euo pipefail
"$QUARTET_PYTHON" -m ruff check deploy tests client bench
"$QUARTET_PYTHON" -m mypy --config-file deploy/model/mypy.ini
