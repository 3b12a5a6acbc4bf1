#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual page is clean for groff, and names every command and option that the program has.
manual=$1
program=$2

command -v groff >/dev/null || exit 77
complaints=$(groff -man -ww -z -Tutf8 "$manual" 2>&1)
if [ -n "$complaints" ]; then
  echo "$complaints"
  exit 1
fi

status=0
text=$(groff -man -Tascii -rHY=0 -rLL=1000n -P-c "$manual" | sed 's/.\x08//g')
for command in $("$program" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p'); do
  case $command in starsend-cli) continue ;; esac
  for option in $("$program" "$command" --help | grep -o -e '--[a-z][a-z-]*' | sort -u) "starsend-cli $command"; do
    case $text in
      *"$option"*) ;;
      *) echo "The manual does not name “$option” of “$command”."; status=1 ;;
    esac
  done
done
exit $status
