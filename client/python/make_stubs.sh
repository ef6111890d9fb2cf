#!/usr/bin/env bash
# Generates the Python stubs of the API beside embed.py. Needs: pip install grpcio grpcio-tools
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"${PYTHON:-python3}" -m grpc_tools.protoc -I"$here/../../proto" --python_out="$here" \
  --grpc_python_out="$here" quartet/v1/embedding.proto
