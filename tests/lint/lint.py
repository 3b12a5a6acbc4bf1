#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the source tree, in TAP.

Usage: lint.py includes|style|sizes|potfiles ROOT
       lint.py links BINARY...
       lint.py desktop FILE...
       lint.py demo ROOT
       lint.py potfiles ROOT --write     (brings po/POTFILES up to date)
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

MEGABYTE = 1024 * 1024
ABOVE_THE_LINE = ('src/gtk/', 'src/app/')


def tracked(root):
    """Every file of the tree, relative to it; not what a build or a version control system keeps there."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(d for d in folders
                            if d not in ('.git', '.flatpak-builder', '__pycache__')
                            and not pathlib.Path(folder, d, 'meson-private').exists())
        for name in sorted(files):
            path = pathlib.Path(folder, name)
            if name != '.git' and not path.is_symlink():
                yield path.relative_to(root).as_posix()


def sources(root, *endings):
    return [p for p in tracked(root) if p.endswith(endings) and p.startswith(('src/', 'tests/'))]


def lines(root, path):
    return (root / path).read_text(encoding='utf-8').splitlines()


def includes(root):
    toolkit = re.compile(r'^\s*#\s*include\s*[<"](gtk/|gdk/|gsk/|adwaita|libadwaita)')
    lower = re.compile(r'^\s*#\s*include\s*[<"](libsoup/|json-glib/)')
    below, above = [], []
    for path in sources(root, '.c', '.h'):
        if not path.startswith('src/'):
            continue
        upper = path.startswith(ABOVE_THE_LINE)
        found = [f'{path}:{n}: {line.strip()}' for n, line in enumerate(lines(root, path), 1)
                 if (lower if upper else toolkit).match(line)]
        (above if upper else below).extend(found)
    yield 'no GTK below the line', below
    yield 'no HTTP and no JSON above the line', above


def links(*binaries):
    toolkit = re.compile(r'lib(gtk-|adwaita-)')
    for binary in binaries:
        name = pathlib.Path(binary).name
        if not pathlib.Path(binary).exists():
            yield f'{name} exists', [f'{binary} has not been built']
            continue
        direct = subprocess.run(['readelf', '-d', binary], check=True, capture_output=True, text=True).stdout
        needed = [line.strip() for line in direct.splitlines() if '(NEEDED)' in line]
        yield f'{name} is linked with something', [] if needed else ['readelf names no library']
        yield f'{name} is not linked with GTK', [line for line in needed if toolkit.search(line)]
        loaded = subprocess.run(['ldd', binary], check=True, capture_output=True, text=True).stdout
        yield f'{name} does not load GTK', [line.strip() for line in loaded.splitlines() if toolkit.search(line)]


def style(root):
    no_licence, unclean = [], []
    for path in tracked(root):
        if not path.endswith(('.c', '.h', '.py', '.sh')):
            continue
        text = lines(root, path)
        if not any('SPDX-License-Identifier: GPL-3.0-or-later' in line for line in text[:6]):
            no_licence.append(path)
        if path.endswith(('.c', '.h')):
            unclean += [f'{path}:{n}: ' + ('tab' if '\t' in line else 'trailing white space')
                        for n, line in enumerate(text, 1) if '\t' in line or line != line.rstrip()]
            if not (root / path).read_bytes().endswith(b'\n'):
                unclean.append(f'{path}: no end of line at its end')
    yield 'every source names its licence', no_licence
    yield 'no tabs and no trailing white space in C', unclean


def sizes(root):
    yield 'no file over 1 MB', [f'{p}: {(root / p).stat().st_size} bytes'
                                for p in tracked(root) if (root / p).stat().st_size > MEGABYTE]


def translated_files(root):
    """What has text for translators: the C macros, and user interface files with translatable strings."""
    macro = re.compile(r'\b(_|N_|C_|NC_|ngettext|g_dngettext|g_dpgettext2)\s*\(\s*"')
    found = []
    for path in tracked(root):
        if path.startswith('src/') and path.endswith(('.c', '.h')):
            if any(macro.search(line) for line in lines(root, path)):
                found.append(path)
        elif path.startswith(('src/', 'data/')) and path.endswith('.ui'):
            if 'translatable="yes"' in (root / path).read_text(encoding='utf-8'):
                found.append(path)
        elif path.startswith('data/') and path.endswith(('.desktop.in', '.metainfo.xml.in', '.gschema.xml')):
            found.append(path)
    return sorted(found)


def potfiles(root):
    listed = [line for line in lines(root, 'po/POTFILES') if line and not line.startswith('#')]
    wanted = translated_files(root)
    yield 'every file with text is in po/POTFILES', sorted(set(wanted) - set(listed))
    yield 'every file in po/POTFILES has text', sorted(set(listed) - set(wanted))
    yield 'po/POTFILES is sorted and names nothing twice', [] if listed == sorted(set(listed)) else ['run lint.py potfiles ROOT --write']


def desktop(*files):
    for path in files:
        checked = subprocess.run(['desktop-file-validate', path], capture_output=True, text=True, check=False)
        yield pathlib.Path(path).name, [] if checked.returncode == 0 else (checked.stdout + checked.stderr).splitlines() or ['it failed']


def seconds(time):
    if isinstance(time, str):
        minutes, _, rest = time.rpartition(':')
        return 60 * int(minutes or 0) + float(rest)
    return float(time)


def demo(root):
    """What a finding of `starsend-cli validate` would not tell: the demo is meant to have none, and to be whole."""
    project = root / 'data/demo/driver-beware'
    config = json.loads((project / 'project_config.json').read_text(encoding='utf-8'))
    plan = json.loads((project / config['plan']).read_text(encoding='utf-8'))
    pictures = [p for e in plan['elements'] for p in [e['frontal'], *e['references']]]
    yield 'every picture and the song are there', [p for p in [*pictures, plan['song']['file']] if not (project / p).is_file()]
    on_disk = {p.relative_to(project).as_posix() for p in (project / 'elements').rglob('*') if p.is_file()}
    yield 'every picture is in the plan', sorted(on_disk - set(pictures))

    ids, places, unnamed, end = {e['id'] for e in plan['elements']}, [], [], 0.0
    for sequence in plan['sequences']:
        start, slot = seconds(sequence['song_start']), seconds(sequence['song_end']) - seconds(sequence['song_start'])
        total = sum(shot['duration'] for shot in sequence['shots'])
        if start != end or total != slot or not 2 <= len(sequence['shots']) <= 6:
            places.append(f"{sequence['id']}: starts at {start}, lasts {total} of {slot} s, {len(sequence['shots'])} shots")
        end = start + slot
        named = set(re.findall(r'@(\w+)', ' '.join(shot['prompt'] for shot in sequence['shots'])))
        if named != set(sequence['elements']) or not named <= ids:
            unnamed.append(f"{sequence['id']}: prompts name {sorted(named)}")
    yield 'the sequences fill the song', places if places or end == plan['song']['duration'] else [f'they end at {end}']
    yield 'every element of a sequence is named in its prompts', unnamed
    sections = plan['song']['sections']
    gaps = [b['name'] for a, b in zip(sections, sections[1:]) if seconds(a['end']) != seconds(b['start'])]
    yield 'the sections fill the song', gaps
    total = sum(f.stat().st_size for f in project.rglob('*') if f.is_file())
    yield 'the demo is under 16 MB', [] if total <= 16 * MEGABYTE else [f'{total} bytes']


def report(checks):
    number, failed = 0, False
    for name, complaints in checks:
        number += 1
        failed = failed or bool(complaints)
        print(f"{'not ok' if complaints else 'ok'} {number} {name}")
        for complaint in complaints:
            print(f'# {complaint}')
    print(f'1..{number}')
    return 1 if failed or not number else 0


def main():
    what, arguments = sys.argv[1], sys.argv[2:]
    if what == 'desktop' and not shutil.which('desktop-file-validate'):
        print('1..0 # SKIP desktop-file-validate is not installed')
        return 0
    if what in ('links', 'desktop'):
        return report({'links': links, 'desktop': desktop}[what](*arguments))
    root = pathlib.Path(arguments[0]).resolve()
    if arguments[1:] == ['--write'] and what == 'potfiles':
        (root / 'po/POTFILES').write_text(''.join(f'{p}\n' for p in translated_files(root)), encoding='utf-8')
        return 0
    checks = {'includes': includes, 'style': style, 'sizes': sizes, 'potfiles': potfiles, 'demo': demo}
    return report(checks[what](root))


if __name__ == '__main__':
    sys.exit(main())
