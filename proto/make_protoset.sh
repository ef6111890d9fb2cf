#!/usr/bin/env bash
# make_protoset.sh [OUTPUT]: writes quartet.protoset, the API as a descriptor set: with it grpcurl calls
# servers without reflection, and protoc and buf make stubs without the .proto files. To be run again
# when the API changes. Holds health and the details of errors, too. Needs protoc, and build/venv of
# ./deploy/run.sh, which has google/rpc.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
google_rpc=$(echo "${QUARTET_VENV:-$here/../build/venv}"/lib/python3.*/site-packages)
protoc -I"$here" -I"$google_rpc" --include_imports \
  --descriptor_set_out="${1:-$here/quartet.protoset}" \
  quartet/v1/embedding.proto grpc/health/v1/health.proto google/rpc/error_details.proto
