#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# with-display.sh COMMAND...: runs a command on a screen of its own: a fresh Xvfb, a private session bus that can start
# the accessibility bus and nothing else, and fresh home, run-time and temporary folders. All of it is gone afterwards.
# Ends as the command ends, and with 77 (skipped) and a word where something is not installed.
#
# SCREEN=1600x1000x24  the size of the screen
set -u

for tool in Xvfb dbus-run-session; do
  if ! command -v "$tool" >/dev/null; then
    echo "1..0 # SKIP $tool is not installed"
    exit 77
  fi
done

base=$(mktemp -d "${TMPDIR:-/tmp}/starsend-display.XXXXXX") || exit 99
server=
clean_up () {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null
    wait "$server" 2>/dev/null
  fi
  rm -rf "$base"
}
trap clean_up EXIT
trap 'exit 143' INT TERM HUP

export HOME=$base/home XDG_CONFIG_HOME=$base/home/.config XDG_DATA_HOME=$base/home/.local/share
export XDG_CACHE_HOME=$base/home/.cache XDG_STATE_HOME=$base/home/.local/state
export XDG_RUNTIME_DIR=$base/run TMPDIR=$base/tmp
mkdir -p "$XDG_CONFIG_HOME/gtk-4.0" "$XDG_DATA_HOME" "$XDG_CACHE_HOME" "$XDG_STATE_HOME" "$TMPDIR" "$base/services"
mkdir -m 700 "$XDG_RUNTIME_DIR"
# The desktop's own font, where it is installed.
printf '[Settings]\ngtk-font-name=Cantarell 11\n' >"$XDG_CONFIG_HOME/gtk-4.0/settings.ini"

# A portal on the bus would make every start wait for services that are not there; only accessibility may be started.
a11y=/usr/share/dbus-1/services/org.a11y.Bus.service
[ -f "$a11y" ] && cp "$a11y" "$base/services/"
cat >"$base/bus.conf" <<BUS
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:dir=$base/run</listen>
  <auth>EXTERNAL</auth>
  <servicedir>$base/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
BUS

unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS AT_SPI_BUS_ADDRESS GTK_THEME
export GDK_BACKEND=x11 GSK_RENDERER=cairo GSETTINGS_BACKEND=memory GIO_USE_VFS=local GIO_USE_VOLUME_MONITOR=unix
export LC_ALL=C.UTF-8
# Before and since GTK 4.18.
export GDK_DEBUG=gl-disable GDK_DISABLE=gl,vulkan

Xvfb -displayfd 3 -screen 0 "${SCREEN:-1600x1000x24}" -nolisten tcp -noreset 3>"$base/display" 2>"$base/xvfb.log" &
server=$!
for _ in $(seq 500); do
  [ -s "$base/display" ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.02
done
if [ ! -s "$base/display" ]; then
  echo "Bail out! Xvfb did not start: $(cat "$base/xvfb.log")"
  exit 99
fi
DISPLAY=:$(cat "$base/display")
export DISPLAY

# The bus and what it starts have their say in a file of their own; only the command speaks here.
dbus-run-session --config-file="$base/bus.conf" -- bash -c 'exec "$@" >&3 2>&4 3>&- 4>&-' bash "$@" 3>&1 4>&2 >"$base/bus.log" 2>&1
status=$?
exit "$status"
