#!/usr/bin/env bash
# Third-party headers stay in one folder each, and dependencies point one way.
set -euo pipefail
failed=0

# includes PATTERN PATH...: lines of C++ files that include what matches.
includes() {
  local pattern=$1
  shift
  grep -rnE --include='*.h' --include='*.cc' "^ *# *include *[<\"]($pattern)" "$@" || true
}

# only_in PATTERN PLACE: no file of server/ outside of server/PLACE includes what matches.
only_in() {
  local strays
  strays=$(includes "$1" server | grep -v "^server/$2" || true)
  [ -z "$strays" ] && return
  printf '%s\nabove: headers matching "%s" belong to server/%s only\n' "$strays" "$1" "$2"
  failed=1
}

# never FOLDER LAYERS: no file of the folder includes a layer beside or above it.
never() {
  local strays
  strays=$(includes "($2)/" "server/$1")
  [ -z "$strays" ] && return
  printf '%s\nabove: server/%s is below or beside these layers\n' "$strays" "$1"
  failed=1
}

only_in 'grpc(pp)?/|google/|quartet/v1/' rpc/
only_in 'httplib' http/
only_in 'torch/|ATen/|c10/|caffe2/' model/
only_in 'prometheus/|Civet|civetweb' metrics/
only_in 'immintrin' model/encoder/kernels/
only_in 'utf8proc' '\(calls\|tokenization\)/'
only_in 'openssl/' '\(security/\|model/fingerprint.cc\)'
only_in 'CLI/' config.cc
only_in 'spdlog/' log.cc

# The bench's folders likewise.
bench_only_in() {
  local strays
  strays=$(includes "$1" bench | grep -v "^bench/$2/" || true)
  [ -z "$strays" ] && return
  printf '%s\nabove: headers matching "%s" belong to bench/%s only\n' "$strays" "$1" "$2"
  failed=1
}
bench_only_in 'grpc(pp)?/|curl/|quartet/v1/' transport
bench_only_in 'torch/|ATen/|c10/' limit
bench_only_in 'benchmark/' micro

# The operator's tool draws in one file.
strays=$(includes 'n?curses(w/curses)?\.h' client | grep -v '^client/operator/monitor/screen.cc:' || true)
if [ -n "$strays" ]; then
  printf '%s\nabove: ncurses belongs to client/operator/monitor/screen.cc only\n' "$strays"
  failed=1
fi

never core 'pipeline|tokenization|model|rpc|metrics|host|security|calls|http'
never host 'pipeline|tokenization|model|rpc|metrics|security|calls|http'
never security 'calls|pipeline|tokenization|model|rpc|metrics|http'
never calls 'pipeline|tokenization|model|rpc|metrics|host|http'
never pipeline 'tokenization|model|rpc|metrics|host|security|calls|http'
never tokenization 'pipeline|model|rpc|metrics|host|security|calls|http'
never model 'pipeline|tokenization|rpc|metrics|host|security|calls|http'
never rpc 'pipeline|tokenization|model|metrics|host|http'
never metrics 'tokenization|model|rpc|calls|http'
never http 'pipeline|tokenization|model|rpc|metrics|host'
exit "$failed"
