#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the test servers against the vendors' own clients, in TAP: they speak the real protocol if those clients are content.

The clients come from the npm registry, in pinned versions, into the build folder. Without node, npm or the registry it is skipped.

Usage: test_vendor_clients.py FAKE_PROVIDERS SOURCE_FOLDER BUILD_FOLDER
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
        skip('the clients cannot be had from the npm registry: ' + (result.stderr.strip().splitlines() or ['?'])[-1])
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
        request = urllib.request.Request(f"{self.environment['FAKE_CONTROL_URL']}/_control/{path}", json.dumps(body).encode(), method='POST')
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).read()

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


def check_types(target, bodies):
    """Every body as a literal of its endpoint's own type, which refuses what the type does not have; those that are wrong must be refused."""
    code = ['import type { EndpointTypeMap } from "@fal-ai/client/endpoints";']
    for number, entry in enumerate(bodies):
        if entry.get('wrong'):
            code.append('// @ts-expect-error')
        code.append(f'export const body{number}: EndpointTypeMap[{json.dumps(entry["endpoint"])}]["input"] = {json.dumps(entry["body"])};')
    (target / 'bodies.ts').write_text('\n'.join(code) + '\n', encoding='utf-8')
    result = run('node', 'node_modules/typescript/bin/tsc', '--noEmit', '--strict', '--module', 'nodenext', '--moduleResolution', 'nodenext',
                 '--target', 'es2022', '--skipLibCheck', 'bodies.ts', cwd=target)
    return [(f'types: {len(bodies)} bodies against the published types', None if result.returncode == 0 else result.stdout + result.stderr)]


def main():
    program, source, build = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve()
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
    finally:
        servers.close()
    results += check_types(target, json.loads((source / 'bodies.json').read_text(encoding='utf-8')))
    print(f'1..{len(results)}')
    for number, (name, why) in enumerate(results, 1):
        for line in (why or '').splitlines():
            print(f'# {line}')
        print(f'{"ok" if why is None else "not ok"} {number} {name}')
    sys.exit(any(why for _, why in results))


main()
