#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the program from outside, in TAP: real keys, and what a screen reader is told.

Usage: test-window-process.py STARSEND     (under with-display.sh)
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

PATIENCE = 30


def skip(why):
    print(f'1..0 # SKIP {why}')
    sys.exit(77)


if not shutil.which('xdotool'):
    skip('xdotool is not installed')
try:
    import gi
    gi.require_version('Atspi', '2.0')
    from gi.repository import Atspi, GLib
except (ImportError, ValueError):
    skip('Atspi for Python is not installed')


def nodes(root):
    try:
        yield root
        for i in range(root.get_child_count()):
            child = root.get_child_at_index(i)
            if child is not None:
                yield from nodes(child)
    except GLib.Error:  # it went away meanwhile
        return


def application():
    desktop = Atspi.get_desktop(0)
    for i in range(desktop.get_child_count()):
        child = desktop.get_child_at_index(i)
        if child is not None and child.get_name() == 'starsend':
            return child
    return None


def names():
    """What a screen reader is told of every node."""
    root = application()
    return [(n.get_role_name(), n.get_name(), n.get_description()) for n in nodes(root)] if root is not None else []


def cards():
    return [name for role, name, _ in names() if ', SEQ' in (name or '')]


def wait_for(what):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = what()
        if value:
            return value
        time.sleep(0.1)
    return what()


def key(*keys):
    subprocess.run(['xdotool', 'key', '--delay', '60', *keys], check=True)


class Report:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, good, name, *detail):
        self.count += 1
        self.failed += not good
        print(f'{"ok" if good else "not ok"} {self.count} {name}')
        for line in detail if not good else ():
            print(f'# {line}')

    def finish(self):
        print(f'1..{self.count}')
        return 1 if self.failed else 0


def main(program):
    report = Report()
    folder = tempfile.mkdtemp(prefix='starsend-process-')
    project = os.path.join(folder, 'driver-beware')
    shutil.copytree(os.path.join(os.environ['STARSEND_DEMO_DIR'], 'driver-beware'), project)

    with open(os.path.join(folder, 'stderr'), 'w+', encoding='utf-8') as stderr:
        process = subprocess.Popen([program, project], stderr=stderr)
        found = wait_for(lambda: len(cards()) == 12 and cards()) or cards()
        report.check(len(found) == 12, 'every sequence has a card', found)
        report.check('Suburbia, SEQ03, Review, 2 takes' in found, 'a card tells what it shows', found)
        unnamed = [n for n in names() if n[0] in ('push button', 'button', 'toggle button', 'menu button')
                   and (not n[1] or n[1].startswith(('Gtk', 'Adw'))) and not n[1] == 'GtkMenuButton']
        report.check(not unnamed, 'every button has a name', unnamed)

        key('ctrl+f')
        time.sleep(0.5)
        subprocess.run(['xdotool', 'type', '--delay', '60', 'bridge'], check=True)
        found = wait_for(lambda: len(cards()) == 1 and cards()) or cards()
        report.check(found == ['The bridge, SEQ11, Not started, no take yet'], 'the search leaves one card', found)
        key('Escape')
        found = wait_for(lambda: len(cards()) == 12 and cards()) or cards()
        report.check(len(found) == 12, 'without the search they are all there again', found)

        key('F1')
        report.check(wait_for(lambda: any(n[1] == 'Move between sequences' for n in names())), 'F1 shows the shortcuts')
        key('Escape')
        time.sleep(0.5)

        key('ctrl+q')
        try:
            status = process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        report.check(status == 0, 'Ctrl+Q ends the program well', f'status {status}')
        stderr.seek(0)
        said = [line.rstrip() for line in stderr if 'WARNING' in line or 'CRITICAL' in line]
        report.check(not said, 'no warnings', *said)

    shutil.rmtree(folder, ignore_errors=True)
    return report.finish()


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
