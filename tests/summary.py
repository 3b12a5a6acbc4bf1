#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up the test logs of meson: one line per suite and log, and at the end `N passed, N failed, N skipped`.

A test that speaks TAP counts by its subtests, another one counts as one. A test that died, timed out or ended badly
without naming a subtest counts as one that failed, and so do a log that is missing and every step that --broken counts.

Usage: summary.py [--broken N] TESTLOG.json...
"""

import collections
import json
import re
import sys

TAP = re.compile(r'^(not )?ok\b(?:[^#]*)(?:#\s*(skip|todo)\b.*)?', re.IGNORECASE)
GOOD = ('OK', 'EXPECTEDFAIL')


def count(test):
    """(passed, failed, skipped) of one line of the log."""
    passed = failed = skipped = 0
    for line in test.get('stdout', '').splitlines():
        match = TAP.match(line)
        if not match:
            continue
        bad, directive = match.group(1), (match.group(2) or '').lower()
        if directive == 'skip':
            skipped += 1
        elif bad and directive != 'todo':
            failed += 1
        else:
            passed += 1
    result = test['result']
    if result in GOOD:
        return (passed, failed, skipped) if passed or skipped else (1, 0, 0)
    if result == 'SKIP':
        return passed, failed, max(skipped, 1)
    return passed, max(failed, 1), skipped


def suite(test):
    """meson names a test `project:suite / name`, or `name` alone where there is one suite only."""
    prefix, slash, _ = test['name'].partition(' / ')
    return prefix.split(':')[-1] if slash else 'all'


def main():
    arguments = sys.argv[1:]
    total = [0, 0, 0]
    if arguments[:1] == ['--broken']:
        total[1] += int(arguments[1])
        arguments = arguments[2:]
    for path in arguments:
        suites = collections.OrderedDict()
        try:
            with open(path, encoding='utf-8') as log:
                for line in log:
                    test = json.loads(line)
                    sums = suites.setdefault(suite(test), [0, 0, 0])
                    numbers = count(test)
                    if numbers[1]:
                        print(f"failed: {test['name']} ({test['result']})")
                    for i, number in enumerate(numbers):
                        sums[i] += number
                        total[i] += number
        except (OSError, ValueError) as error:
            print(f'failed: no test log: {error}')
            total[1] += 1
            continue
        print(path)
        for name, (passed, failed, skipped) in suites.items():
            print(f'  {name}: {passed} passed, {failed} failed, {skipped} skipped')
    print(f'{total[0]} passed, {total[1]} failed, {total[2]} skipped')
    return 1 if total[1] or not total[0] else 0


if __name__ == '__main__':
    sys.exit(main())
