# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034
#
# What Starsend needs, by its names in Debian 12, each with the reason. This is the one list: start.sh, tests/run.sh
# and the table in README.md follow it.

packages_build='
gcc                                 # the C compiler
libc6-dev                           # the C library, for linking
pkg-config                          # tells meson where the libraries are
meson                               # the build system
ninja-build                         # runs what meson has planned
gettext                             # message catalogues
libglib2.0-dev                      # GLib, GObject and GIO: objects, files, main loop
libjson-glib-dev                    # reading and writing JSON of known size
libgdk-pixbuf-2.0-dev               # reading pictures
libdeflate-dev                      # writing PNG fast
zlib1g-dev                          # the checksums of the ledger
libpango1.0-dev                     # text and drawing (with cairo): storyboards and burnt-in labels
libsoup-3.0-dev                     # HTTP: the paid models
libsecret-1-dev                     # the keyring, for the keys of accounts
nettle-dev                          # SHA-256 of files, counted while they come in
libgstreamer1.0-dev                 # media: pipelines
libgstreamer-plugins-base1.0-dev    # media: video frames, appsink, probing
libgtk-4-dev                        # the window
libadwaita-1-dev                    # the look of the window
libgirepository1.0-dev              # introspection, which Python needs
gobject-introspection               # makes the introspection data
desktop-file-utils                  # registers and checks the desktop file
'

packages_run='
gstreamer1.0-plugins-base           # conversion, Ogg and Vorbis: the song
gstreamer1.0-plugins-good           # MP4 reading and writing
gstreamer1.0-plugins-bad            # H.264 parsing; OpenH264 where x264 is not wanted
gstreamer1.0-plugins-ugly           # x264, the encoder of the animatic
gstreamer1.0-libav                  # decoding H.264 and AAC
adwaita-icon-theme                  # icons of the window
librsvg2-common                     # draws them, and reads SVG pictures
shared-mime-info                    # tells pictures and videos from other files
webp-pixbuf-loader                  # WebP pictures as start frames
glib-networking                     # HTTPS: the paid models
fonts-cantarell                     # the font of the window
fonts-dejavu-core                   # the font of labels in storyboards and animatics
python3-gi                          # the library from Python
'

packages_test='
xvfb                                # a display for the tests of the window
dbus-daemon                         # a private session bus for them
at-spi2-core                        # the accessibility bus, which those tests look through
gir1.2-atspi-2.0                    # the same, from Python
xdotool                             # real clicks, keys and drags
gnome-keyring                       # a keyring for the tests
strace                              # kills and faults at chosen system calls
groff-base                          # checks the manual page
ffmpeg                              # another eye on the takes: counts frames, makes odd files
python3-cairo                       # draws the demo pictures again
python3-jsonschema                  # checks the plan against its JSON Schema
appstream                           # checks the metadata
'
