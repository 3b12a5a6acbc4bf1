#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Brings the demo project into its different states with the program itself, and copies what that made back beside the
# plan: SEQ01 and SEQ02 complete, SEQ03 (two takes) and SEQ04 in review, SEQ05 with an approved start frame, SEQ06 with
# a grid to pick from, the rest not started. The local models do all of it: it costs nothing and needs no network.
#
# Usage: make-states.sh [STARSEND-CLI]     (else: starsend-cli out of build/, else the installed one)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
demo=$here/driver-beware

cli=${1:-}
if [ -z "$cli" ]; then
  cli=$root/build/src/cli/starsend-cli
  [ -x "$cli" ] || cli=$(command -v starsend-cli) || { echo "make-states.sh: there is no starsend-cli; build it first" >&2; exit 1; }
fi

# Without keys nothing but the local models can run.
unset FAL_KEY GEMINI_API_KEY

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
project=$work/driver-beware
mkdir "$project"
cp -R "$demo/project_config.json" "$demo/plans" "$demo/elements" "$demo/audio" "$project/"

starsend () { "$cli" "$@"; }

# A start frame out of a fresh grid: frame SEQUENCE QUADRANT
frame () {
  starsend explore "$project" "$1" --model sketch --yes
  starsend pick "$project" "$1" "$2"
  starsend approve-frame "$project" "$1"
}

take () { starsend execute "$project" "$1" --model animatic --yes; }

starsend validate "$project"

frame SEQ01 1
take SEQ01
starsend approve "$project" SEQ01 --note "Approved by the label."

frame SEQ02 2
take SEQ02
starsend approve "$project" SEQ02 --note "Porch lamp holds until the cut."

frame SEQ03 3
take SEQ03
starsend iterate "$project" SEQ03 --override "shot_2=The hedges blur past, wide from the kerb, pan right" --yes

frame SEQ04 1
take SEQ04

frame SEQ05 2

starsend explore "$project" SEQ06 --model sketch --yes

starsend status "$project"
starsend reconcile "$project"

# The lock belongs to a running program, not to the demo.
rm -f "$project/state/starsend/lock"
rm -rf "$demo/state" "$demo/output"
cp -R "$project/state" "$project/output" "$demo/"
rm -rf "$demo/output/trash"

echo
large=$(find "$demo" -type f -size +1024k)
[ -z "$large" ] || { printf 'make-states.sh: over 1 MB, which the repository does not take:\n%s\n' "$large" >&2; exit 1; }
total=$(du -sk "$demo" | cut -f1)
echo "The demo holds $total kB."
[ "$total" -le 16384 ] || { echo "make-states.sh: the demo is over 16 MB" >&2; exit 1; }
