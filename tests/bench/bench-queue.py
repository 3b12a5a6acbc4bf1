#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred jobs in the queue of fal.ai: what waiting for them costs us, and fal's own client.

Every client is a process of its own, and so is the queue; the rounds are interleaved. CPU is what a client takes from the last submit to the
last notice, late is how long after the end of a job it is noticed. fal's client comes from the npm registry into the build folder; without
node, npm or the registry we are alone.

Usage: bench-queue.py BENCH_QUEUE SOURCE_FOLDER BUILD_FOLDER [ROUNDS]
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

JOBS = 100
MILLISECONDS = 15000
INTERVAL = 500
VERSION = '1.10.1'


def install(build):
    """The folder of fal's client, or None."""
    if not shutil.which('node') or not shutil.which('npm'):
        return None
    target = build / 'fal-client'
    target.mkdir(parents=True, exist_ok=True)
    if not (target / 'node_modules' / '@fal-ai' / 'client').exists():
        done = subprocess.run(['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--fetch-retries=1',
                               f'@fal-ai/client@{VERSION}'], cwd=target, capture_output=True, timeout=300, check=False)
        if done.returncode != 0:
            return None
    return target


def run(command, folder=None):
    # A client that finds a proxy in the environment would look for this machine there.
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith('_proxy')}
    done = subprocess.run([str(part) for part in command], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(done.stdout)


def main():
    program, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    folder = install(build)
    queue = subprocess.Popen([program, 'serve', str(MILLISECONDS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    base = queue.stdout.readline().strip()
    contenders = {
        'starsend, polling': ([program, 'wait', base, JOBS, MILLISECONDS, 'poll', INTERVAL], None),
        'starsend, streaming': ([program, 'wait', base, JOBS, MILLISECONDS, 'stream', INTERVAL], None),
    }
    if folder:
        shutil.copy(source / 'bench-queue.mjs', folder)
        for mode in ('polling', 'streaming'):
            contenders[f'@fal-ai/client, {mode}'] = (['node', 'bench-queue.mjs', base, JOBS, MILLISECONDS, mode, INTERVAL], folder)
    else:
        print('fal\'s own client cannot be had: there is nothing to compare with')

    results = {name: [] for name in contenders}
    try:
        for _ in range(rounds):
            for name, (command, where) in contenders.items():
                results[name].append(run(command, where))
    finally:
        queue.stdin.close()
        queue.wait(30)

    peer = results.get('@fal-ai/client, polling')
    print(f'{JOBS} jobs of {MILLISECONDS / 1000:g} s, asked after every {INTERVAL} ms, {rounds} rounds')
    print(f'{"":28}{"CPU ms: median":>16}{"min":>9}{"ratio":>8}{"late ms: median":>18}{"95 %":>9}{"RSS MB":>9}')
    for name, rows in results.items():
        cpu = statistics.median(row['cpu'] for row in rows)
        ratio = f'{cpu / statistics.median(row["cpu"] for row in peer):.2f}' if peer else ''
        print(f'{name:28}{cpu:16.0f}{min(row["cpu"] for row in rows):9.0f}{ratio:>8}{statistics.median(row["late"] for row in rows):18.0f}'
              f'{statistics.median(row["late95"] for row in rows):9.0f}{statistics.median(row["rss"] for row in rows) / 1024:9.0f}')


if __name__ == '__main__':
    main()
