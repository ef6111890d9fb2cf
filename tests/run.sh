#!/usr/bin/env bash
# All tests, as CI runs them: installs what they need, builds the release, asan, tsan and fuzz presets,
# and runs every test of each. Ends with the summary of the release preset's tests, which include
# the static checks and the end-to-end tests on the real model. Safe to run again.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../deploy/steps.sh"
cd "$root"

prepare_dependencies
step "installing Debian packages for the tests" has_packages install_packages \
  "See the lines above; apt-get must be able to reach Debian's packages." \
  "$root/tests/debian-packages.txt"
step "installing the tests' Python packages" has_requirements install_requirements \
  "See the lines above; pip must be able to reach its index." "$root/tests/requirements.txt"
for preset in release asan tsan; do
  step "building $preset" never build_preset "See the compiler's lines above." "$preset"
done
step "building fuzz" never build_preset "See the compiler's lines above." fuzz fuzzers
for precision in int8 bf16 fp32; do
  step "preparing the $precision model" never prepare_model "See the lines above." "$precision"
done

# The reports name no leak of ours with these: libtorch and OpenMP keep what they allocate once.
export ASAN_OPTIONS="detect_container_overflow=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export LSAN_OPTIONS="suppressions=$root/tests/lsan.supp:print_suppressions=0"
export UBSAN_OPTIONS="print_stacktrace=1"
export TSAN_OPTIONS="suppressions=$root/tests/tsan.supp"
for preset in fuzz tsan asan release; do
  say "testing $preset"
  ctest --preset "$preset" -j 2
done
