#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the test servers against the vendors' own clients, in TAP: they speak the real protocol if those clients are content.

The clients come from the npm registry, in pinned versions, into the build folder. Without node, npm or the registry it is skipped.

The bodies that Starsend itself submits are then checked by the types that fal publishes.

Usage: test_vendor_clients.py FAKE_PROVIDERS STARSEND_CLI SOURCE_FOLDER BUILD_FOLDER
"""

import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import urllib.request
import zlib

PATIENCE = 300


def skip(why):
    print(f'1..0 # SKIP {why}')
    sys.exit(0)


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, **options)


def install(source, target):
    """Into the build folder, once for every list of versions."""
    for name in ('node', 'npm'):
        if not shutil.which(name):
            skip(f'{name} is not installed')
    target.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        shutil.copy(path, target)
    wanted = (source / 'package.json').read_text(encoding='utf-8')
    stamp = target / 'installed.json'
    if stamp.exists() and stamp.read_text(encoding='utf-8') == wanted:
        return
    result = run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--fetch-retries=1', cwd=target)
    if result.returncode != 0:
        skip('the clients cannot be had from the npm registry: ' + next((line for line in result.stderr.splitlines() if 'npm error' in line), f'exit status {result.returncode}'))
    stamp.write_text(wanted, encoding='utf-8')


def draw_picture(path, width=640, height=360):
    """A PNG with something in it."""
    rows = b''.join(b'\0' + bytes(v for x in range(width) for v in (x & 255, y & 255, (x ^ y) & 255)) for y in range(height))

    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))

    path.write_bytes(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)) +
                     chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


class Servers:
    """The program, with its environment."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, '--fast', '--quiet', '--until-eof'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.environment = {}
        for line in self.process.stdout:
            if line.startswith('# ready'):
                break
            name, _, value = line.strip().removeprefix('export ').partition('=')
            self.environment[name] = value

    def control(self, path, body):
        return self.call(urllib.request.Request(self.address(path), json.dumps(body).encode(), method='POST'))

    def ask(self, path):
        return self.call(urllib.request.Request(self.address(path)))

    def address(self, path):
        return f"{self.environment['FAKE_CONTROL_URL']}/_control/{path}"

    @staticmethod
    def call(request):
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            return json.load(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


def run_client(script, target, servers, picture):
    """(name, why it failed) of every check of a script."""
    # A client that finds a proxy in the environment would look for this machine there.
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith('_proxy')} | servers.environment
    result = run('node', script, str(picture), cwd=target, env=environment)
    checks = [json.loads(line) for line in result.stdout.splitlines() if line.startswith('{')]
    if result.returncode != 0 or not checks:
        checks.append({'name': 'runs to its end', 'why': result.stderr.strip() or f'exit status {result.returncode}'})
    return [(f'{script.removesuffix(".mjs")}: {check["name"]}', check['why']) for check in checks]


PLAN = {
    'format': 'client_plan', 'version': 1, 'project': 'wire', 'episode': 'EP001', 'title': 'Wire', 'aspect_ratio': '16:9', 'fps': 24,
    'elements': [{'id': 'car', 'name': 'The car', 'frontal': 'elements/car/front.png', 'references': ['elements/car/side.png']},
                 {'id': 'driver', 'name': 'The driver', 'frontal': 'elements/driver/front.png'}],
    'sequences': [
        {'id': 'CAST', 'title': 'Two elements', 'elements': ['car', 'driver'], 'start_frame_prompt': '@car at the kerb',
         'shots': [{'id': 'a', 'duration': 3, 'prompt': '@car waits for @driver'}, {'id': 'b', 'duration': 2, 'prompt': '@driver gets in'}]},
        {'id': 'ONE', 'title': 'One shot', 'elements': ['car'], 'start_frame_prompt': '@car alone', 'shots': [{'id': 'a', 'duration': 5, 'prompt': '@car rolls past'}]},
        {'id': 'BARE', 'title': 'No element', 'elements': [], 'start_frame_prompt': 'An empty street',
         'shots': [{'id': 'a', 'duration': 2, 'prompt': 'Rain'}, {'id': 'b', 'duration': 3, 'prompt': 'More rain'}]},
        {'id': 'PLAIN', 'title': 'One shot, no element', 'elements': [], 'start_frame_prompt': 'A field', 'shots': [{'id': 'a', 'duration': 4, 'prompt': 'Wind'}]},
    ],
}
VIDEO_MODELS = ('kling-o3', 'kling-o3-standard', 'kling-o3-4k', 'kling-v3', 'kling-v3-standard')


def make_project(cli, folder):
    shutil.rmtree(folder, ignore_errors=True)
    for name in ('car/front', 'car/side', 'driver/front'):
        path = folder / 'elements' / f'{name}.png'
        path.parent.mkdir(parents=True, exist_ok=True)
        draw_picture(path, 512, 512)
    draw_picture(folder / 'start.png', 1280, 720)
    (folder / 'plan.json').write_text(json.dumps(PLAN), encoding='utf-8')
    return run(cli, 'new', str(folder / 'project'), '--plan', str(folder / 'plan.json'))


def drive(cli, servers, folder):
    """Every sequence with every model; (name, why it failed) and what was submitted."""
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith('_proxy')} | servers.environment
    environment |= {'STARSEND_POLL_INTERVAL_MS': '50', 'LC_ALL': 'C.UTF-8', 'GST_REGISTRY': str(folder.parent / 'gst-registry.bin')}
    result = make_project(cli, folder)
    project = str(folder / 'project')
    steps = []
    for sequence in (entry['id'] for entry in PLAN['sequences']):
        steps.append(('explore', project, sequence, '--model', 'nano-banana-2', '--yes'))
        steps.append(('start-frame', project, sequence, str(folder / 'start.png')))
        steps.append(('approve-frame', project, sequence))
        for number, model in enumerate(VIDEO_MODELS):
            steps.append(('iterate' if number else 'execute', project, sequence, '--model', model, '--yes'))
    # A model that was added as a row of data, for the one sequence that suits it.
    steps.append(('iterate', project, 'PLAIN', '--model', 'veo-3.1', '--yes'))
    servers.control('settings', {'times': [0, 0]})
    before = len(servers.ask('bodies')['fal'])
    why = None if result.returncode == 0 else result.stderr
    for step in steps:
        if why is None:
            result = run(cli, *step, env=environment)
            if result.returncode != 0:
                why = f'{" ".join(step)}: {result.returncode}\n{result.stdout}{result.stderr}'
    submits = servers.ask('bodies')['fal'][before:]
    problems = [f'{entry["endpoint"]}: {json.dumps(entry["problem"])}' for entry in submits if 'problem' in entry]
    wanted = sum(step[0] in ('explore', 'execute', 'iterate') for step in steps)
    if why is None and (problems or len(submits) != wanted):
        why = '\n'.join(problems) or f'{len(submits)} submits, not {wanted}'
    return [(f'starsend-cli: {wanted} submits', why)], submits


def typed(entry):
    """The tiers of a family share one schema, and fal has published none for this one."""
    return dict(entry, endpoint=entry['endpoint'].replace('/4k/', '/pro/'))


def check_types(target, whose, bodies):
    """Every body as a literal of its endpoint's own type, which refuses what the type does not have; those that are wrong must be refused."""
    code = ['import type { EndpointTypeMap } from "@fal-ai/client/endpoints";']
    for number, entry in enumerate(bodies):
        if entry.get('wrong'):
            code.append('// @ts-expect-error')
        code.append(f'export const body{number}: EndpointTypeMap[{json.dumps(entry["endpoint"])}]["input"] = {json.dumps(entry["body"])};')
    (target / 'bodies.ts').write_text('\n'.join(code) + '\n', encoding='utf-8')
    result = run('node', 'node_modules/typescript/bin/tsc', '--noEmit', '--strict', '--module', 'nodenext', '--moduleResolution', 'nodenext',
                 '--target', 'es2022', '--skipLibCheck', 'bodies.ts', cwd=target)
    return [(f'types: {len(bodies)} bodies {whose} against the published types', None if result.returncode == 0 else result.stdout + result.stderr)]


def main():
    program, cli = sys.argv[1:3]
    source, build = (pathlib.Path(argument).resolve() for argument in sys.argv[3:5])
    target = build / 'vendor-clients'
    install(source, target)
    picture = target / 'start.png'
    draw_picture(picture)
    servers = Servers(program)
    servers.control('settings', {'height': 180})
    results = []
    try:
        results += run_client('fal.mjs', target, servers, picture)
        results += run_client('gemini.mjs', target, servers, picture)
        driven, submits = drive(cli, servers, target / 'wire')
        results += driven
    finally:
        servers.close()
    results += check_types(target, 'by hand', json.loads((source / 'bodies.json').read_text(encoding='utf-8')))
    results += check_types(target, 'of starsend-cli', [typed(entry) for entry in submits])
    print(f'1..{len(results)}')
    for number, (name, why) in enumerate(results, 1):
        for line in (why or '').splitlines():
            print(f'# {line}')
        print(f'{"ok" if why is None else "not ok"} {number} {name}')
    sys.exit(any(why for _, why in results))


main()
