# The steps from a bare machine to a built server and a model, for deploy/run.sh and tests/run.sh.
# Sourced; needs bash. Each step says what it does and how long it took, is skipped when done, and
# fails with one line that says what to do.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv="$root/build/venv"
mkdir -p "$root/build"

say() { printf 'quartet: %s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# step WHAT IS_DONE DO_IT ADVICE: IS_DONE and DO_IT are commands, run with the words that follow.
step() {
  local what=$1 is_done=$2 do_it=$3 advice=$4
  shift 4
  if "$is_done" "$@"; then
    say "$what: already done"
    return
  fi
  say "$what ..."
  local start=$SECONDS
  "$do_it" "$@" || die "$what failed. $advice"
  say "$what: done in $((SECONDS - start)) s"
}

never() { false; }

# --- Debian packages; the argument is a file of names, one a line, comments after # ---------------

packages_of() { sed 's/#.*//' "$1" | xargs; }

missing_packages() {
  local name
  for name in $(packages_of "$1"); do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
  done
}

has_packages() { [ -z "$(missing_packages "$1")" ]; }

install_packages() {
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "these Debian packages are missing, and there is neither root" \
      "nor sudo to install them: $(missing_packages "$1" | xargs)"
    as_root=(sudo)
  fi
  # shellcheck disable=SC2046  # one word a package is meant
  "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
      --no-install-recommends $(missing_packages "$1") >&2
}

# --- The build-time Python environment; the argument is a requirements file -----------------------

stamp_of() { echo "$venv/.installed-$(sha256sum "$1" | cut -c1-16)"; }

has_requirements() { [ -e "$(stamp_of "$1")" ]; }

# The libtorch of the wheel is what the server links, and it exists for CPython 3.11.
python_311() {
  local candidate
  for candidate in python3.11 python3 /usr/bin/python3; do
    if "$candidate" -c 'import sys, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' \
      2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

install_requirements() {
  local requirements=$1 python torch
  if [ ! -x "$venv/bin/python" ]; then
    python=$(python_311) || die "no CPython 3.11 with venv was found (Debian 12: python3-venv)"
    "$python" -m venv "$venv" || return
  fi
  torch=$(grep -m1 -o '^torch==[^ ]*' "$requirements") &&
    { install_torch "$torch" || return; }
  "$venv/bin/pip" install -r "$requirements" >&2 && touch "$(stamp_of "$requirements")"
}

# The CPU build by its exact version: plain `torch` brings gigabytes of CUDA.
install_torch() {
  "$venv/bin/pip" install "$1" >&2 ||
    die "pip's index has no $1: set PIP_EXTRA_INDEX_URL to PyTorch's index of CPU wheels (PyTorch's" \
      "page 'Get started' shows it) and run this again"
}

# --- sentencepiece, built against the system's protobuf -------------------------------------------

# Debian's own library exports an old protobuf and crashes a process that also loads libprotobuf.
sentencepiece="$root/build/deps/sentencepiece"
# As cmake/Hardening.cmake.
hardening="-fstack-protector-strong -fstack-clash-protection -fcf-protection -D_FORTIFY_SOURCE=2"

has_sentencepiece() { [ -e "$sentencepiece/libsentencepiece.a" ]; }

install_sentencepiece() {
  local work="$root/build/deps/work"
  rm -rf "$work" && mkdir -p "$work" "$sentencepiece" &&
    "$venv/bin/pip" download --no-deps --no-binary :all: --require-hashes -d "$work" \
      -r "$root/deploy/sentencepiece.txt" >&2 &&
    tar -xzf "$work"/sentencepiece-*.tar.gz -C "$work" &&
    cmake -S "$work"/sentencepiece-*/sentencepiece -B "$work/build" -G Ninja \
      -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS="-w $hardening" -DSPM_ENABLE_SHARED=OFF \
      -DSPM_USE_BUILTIN_PROTOBUF=OFF -DSPM_PROTOBUF_PROVIDER=package >&2 &&
    cmake --build "$work/build" --target sentencepiece-static >&2 &&
    cp "$work"/sentencepiece-*/sentencepiece/src/sentencepiece_processor.h "$sentencepiece" &&
    cp "$work/build/src/libsentencepiece.a" "$sentencepiece" &&
    rm -rf "$work"
}

# --- Building and the model -----------------------------------------------------------------------

# build_preset PRESET [TARGET...]
build_preset() {
  local preset=$1
  shift
  (cd "$root" && { [ -e "build/$preset/build.ninja" ] || cmake --preset "$preset" >&2; } &&
    cmake --build --preset "$preset" ${1:+--target "$@"} >&2)
}

# prepare_model [PRECISION] [NAME|DIR]: of the catalogue, or a folder (default: the default model)
prepare_model() {
  "$venv/bin/python" "$root/deploy/model/prepare.py" export ${1:+--precision "$1"} \
    ${2:+"$2"} >&2
}

prepare_dependencies() {
  step "installing Debian packages" has_packages install_packages \
    "See the lines above; apt-get must be able to reach Debian's packages." \
    "$root/deploy/debian-packages.txt"
  step "making the build-time Python environment with libtorch" has_requirements \
    install_requirements "See the lines above; pip must be able to reach its index." \
    "$root/deploy/model/requirements.txt"
  step "building sentencepiece" has_sentencepiece install_sentencepiece "See the lines above."
}
