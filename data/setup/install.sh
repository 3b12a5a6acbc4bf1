# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# install_packages LIST...: installs what the lists of packages.sh name and the machine does not have. Asks nothing.

install_packages () {
  local wanted missing=() name as_root=()

  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "This is not a Debian system: nothing is installed. What is needed stands in data/setup/packages.sh."
    return 0
  fi

  wanted=$(printf '%s\n' "$@" | sed 's/#.*//')
  for name in $wanted; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "These packages are missing, and installing them needs root or sudo: ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi

  echo "Installing ${#missing[@]} packages: ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}
