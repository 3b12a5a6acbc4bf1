// SPDX-License-Identifier: GPL-3.0-or-later
//
// The other side of bench-queue.py: fal's own client waits for the jobs.
//
// Usage: bench-queue.mjs BASE JOBS MILLISECONDS polling|streaming INTERVAL

import { createFalClient } from '@fal-ai/client';

const [base, jobs, milliseconds, mode, interval] = process.argv.slice(2);
const endpoint = 'fal-ai/kling-video/o3/pro/text-to-video';
const queue = 'https://queue.fal.run';
const fal = createFalClient({
  credentials: 'test-key-0123:secret',
  requestMiddleware: async (request) => ({ ...request, url: request.url.replace(queue, base) }),
});

// One after the other, so that it is known when each began.
const submitted = [];
for (let i = 0; i < Number(jobs); i++) {
  const { request_id: requestId } = await fal.queue.submit(endpoint, { input: { prompt: 'A street', duration: '3', generate_audio: false } });
  submitted.push({ requestId, sent: performance.now() });
}

const start = process.cpuUsage();
const late = await Promise.all(submitted.map(async ({ requestId, sent }) => {
  await fal.queue.subscribeToStatus(endpoint, { requestId, mode, pollInterval: Number(interval), logs: true });
  return performance.now() - sent - Number(milliseconds);
}));
const { user, system } = process.cpuUsage(start);
late.sort((a, b) => a - b);
console.log(JSON.stringify({
  cpu: (user + system) / 1000,
  late: late[Math.floor(late.length / 2)],
  late95: late[Math.floor(late.length * 0.95)],
  rss: process.resourceUsage().maxRSS,
}));
process.exit(0);
