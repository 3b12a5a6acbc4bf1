// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the scripts share: one line of JSON for every check, and the control address of fake-providers.

const checks = [];

export function check(name, run) {
  checks.push({ name, run });
}

export function assert(condition, message) {
  if (!condition)
    throw new Error(message);
}

export function assertEqual(found, expected, what) {
  assert(JSON.stringify(found) === JSON.stringify(expected), `${what}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
}

export async function assertRejects(promise, what) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`${what} succeeded: ${JSON.stringify(value)}`);
}

export async function control(method, path, body) {
  const answer = await fetch(`${process.env.FAKE_CONTROL_URL}/_control/${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert(answer.ok, `control ${path}: ${answer.status} ${answer.ok ? '' : await answer.text()}`);
  return answer.json();
}

export const fault = (route, what, times = 1) => control('POST', 'faults', { route, what, times });
export const counters = () => control('GET', 'counters');

export async function runAll() {
  for (const { name, run } of checks) {
    let why = null;
    try {
      await run();
    } catch (error) {
      why = String(error.stack ?? error);
    }
    await control('DELETE', 'faults');
    console.log(JSON.stringify({ name, why }));
  }
  process.exit(0);
}
