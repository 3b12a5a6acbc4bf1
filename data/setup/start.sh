#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# From a fresh clone to the demo: installs what is missing, builds into build/, and opens a copy of the demo project in
# the window; where there is no display, it does the whole job on that copy in the terminal instead.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build
. "$root/data/setup/packages.sh"
. "$root/data/setup/install.sh"

install_packages "$packages_build" "$packages_run"

if [ ! -f "$build/build.ninja" ]; then
  meson setup "$build" "$root" --buildtype=release -Dtests=false
fi
ninja -C "$build"

# The demo is copied, so that what is done to it is the user's own: to the folder of videos, under the next free name.
videos_folder () {
  local folder=${XDG_VIDEOS_DIR:-}
  if [ -z "$folder" ] && command -v xdg-user-dir >/dev/null; then
    folder=$(xdg-user-dir VIDEOS)
    [ "$folder" != "$HOME" ] || folder=
  fi
  printf '%s\n' "${folder:-$HOME/Videos}"
}

copy_demo () {
  local folder name number=1
  folder=$(videos_folder)/Starsend
  name=$folder/driver-beware
  mkdir -p "$folder"
  # mkdir without -p is the test and the claim in one.
  until mkdir "$name" 2>/dev/null; do
    [ -e "$name" ] || { echo "The folder $name cannot be made." >&2; return 1; }
    number=$((number + 1))
    name=$folder/driver-beware-$number
  done
  cp -R "$root/data/demo/driver-beware/." "$name/"
  printf '%s\n' "$name"
}

project=$(copy_demo)
echo
echo "The demo project is $project"

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ -x "$build/src/app/starsend" ]; then
  exec meson devenv -C "$build" "$build/src/app/starsend" "$project"
fi

starsend () {
  local status=0
  printf '\n$ starsend-cli'
  printf ' %q' "$@"
  printf '\n'
  "$build/src/cli/starsend-cli" "$@" || status=$?
  [ "$status" -eq 0 ] || { echo "start.sh: the last command ended with status $status." >&2; exit "$status"; }
}

echo "There is no display here, so the job is done in the terminal, for SEQ07. The local models do it: it costs nothing."
starsend explore "$project" SEQ07 --yes
starsend pick "$project" SEQ07 3
starsend approve-frame "$project" SEQ07
starsend execute "$project" SEQ07 --yes
starsend status "$project"
starsend approve "$project" SEQ07

echo
echo "Here is what was made:"
for made in output/grids/SEQ07/grid_001.png output/frames/ep_001/clean/seq07_start.png output/video/seq07_take01.mp4; do
  [ -f "$project/$made" ] || { echo "start.sh: $project/$made is missing." >&2; exit 1; }
  echo "  $project/$made"
done
