#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The tests, from a fresh clone: installs what is missing, builds, runs all suites but thorough, then builds once more with
# the address and undefined-behaviour sanitizers and runs the suites of C with them. The last line says how it went, and
# the exit status is 0 only if nothing failed.
#
# STARSEND_BUILD_DIR: where to build (build-tests); the sanitizer build stands beside it, under the same name with -sanitize.
# STARSEND_JOBS: how many jobs at once (2).
set -uo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
build=${STARSEND_BUILD_DIR:-$root/build-tests}
jobs=${STARSEND_JOBS:-2}
logs=()
broken=0
. "$root/data/setup/packages.sh"
. "$root/data/setup/install.sh"

# phase NAME COMMAND...: runs it, and tells how long it took.
phase () {
  local name=$1 started=$SECONDS status=0
  shift
  echo
  echo "== $name"
  "$@" || status=$?
  echo "== $name: $((SECONDS - started)) s"
  return "$status"
}

build_in () {
  local folder=$1
  shift
  if [ ! -f "$folder/build.ninja" ]; then
    meson setup "$folder" "$root" "$@" || return
  fi
  ninja -C "$folder" -j "$jobs"
}

# The verdict is in the log, which summary.py reads: a log that is old or missing must not pass for one.
test_in () {
  local folder=$1
  shift
  rm -f "$folder/meson-logs/testlog.json" "$folder"/meson-logs/testlog-*.json
  meson test -C "$folder" --no-rebuild --num-processes "$jobs" --print-errorlogs "$@"
}

finish () {
  echo
  /usr/bin/python3 "$root/tests/summary.py" --broken "$broken" "${logs[@]}"
  exit
}

phase 'packages' install_packages "$packages_build" "$packages_run" "$packages_test" || { broken=1; finish; }

if phase 'build' build_in "$build"; then
  phase 'tests' test_in "$build" --no-suite thorough || true
  logs+=("$build/meson-logs/testlog.json")
else
  broken=$((broken + 1))
fi

if phase 'build with sanitizers' build_in "$build-sanitize" -Db_sanitize=address,undefined -Db_lundef=false \
    --buildtype=debug -Doptimization=1 -Dintrospection=false; then
  phase 'tests with sanitizers' test_in "$build-sanitize" --setup sanitize || true
  logs+=("$build-sanitize/meson-logs/testlog-sanitize.json")
else
  broken=$((broken + 1))
fi

finish
