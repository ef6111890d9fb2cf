#!/usr/bin/env bash
# The committed descriptor set is that of the .proto files.
set -euo pipefail
made=$(mktemp)
trap 'rm -f "$made"' EXIT
proto/make_protoset.sh "$made"
cmp "$made" proto/quartet.protoset ||
  { echo "proto/quartet.protoset is not of this API: run proto/make_protoset.sh" >&2; exit 1; }
