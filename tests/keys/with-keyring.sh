#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: with-keyring.sh COMMAND...
# Runs a test with an unlocked keyring of its own, on a bus of its own, that end with it.
set -eu

for tool in dbus-run-session gdbus gnome-keyring-daemon; do
  if ! command -v "$tool" >/dev/null; then
    echo "1..0 # SKIP $tool is not installed"
    exit 0
  fi
done

base=$(mktemp -d)
trap 'rm -rf "$base"' EXIT
mkdir -m 700 "$base/run" "$base/home"
cat >"$base/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:dir=$base/run</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
END

export HOME="$base/home" XDG_RUNTIME_DIR="$base/run" XDG_DATA_HOME="$base/home/data" XDG_CONFIG_HOME="$base/home/config" \
  XDG_CACHE_HOME="$base/home/cache"
unset DBUS_SESSION_BUS_ADDRESS FAL_KEY FAL_KEY_ID FAL_KEY_SECRET GEMINI_API_KEY DISPLAY WAYLAND_DISPLAY GNOME_KEYRING_CONTROL

# In the foreground it ends with the bus; its own words go to a file, which is shown when something goes wrong.
dbus-run-session --config-file="$base/bus.conf" -- sh -c '
  printf keyring-password | env -u G_DEBUG gnome-keyring-daemon --foreground --unlock --components=secrets >"$0/keyring.log" 2>&1 &
  keyring=$!
  if ! gdbus wait --session --timeout 20 org.freedesktop.secrets; then
    echo "1..0 # SKIP the keyring does not start here"
    cat "$0/keyring.log" >&2
    exit 0
  fi
  status=0
  "$@" || status=$?
  kill "$keyring" || true
  wait "$keyring" 2>/dev/null || true
  exit "$status"' "$base" "$@"
