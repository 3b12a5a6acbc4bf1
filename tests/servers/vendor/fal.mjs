// SPDX-License-Identifier: GPL-3.0-or-later
//
// fal's own client against our fal.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createFalClient, ApiError, ValidationError } from '@fal-ai/client';
import { assert, assertEqual, assertRejects, check, control, counters, fault, runAll } from './harness.mjs';

const IMAGE_TO_VIDEO = 'fal-ai/kling-video/o3/pro/image-to-video';
const hosts = {
  'https://queue.fal.run': process.env.STARSEND_FAL_QUEUE_URL,
  'https://rest.fal.ai': process.env.STARSEND_FAL_REST_URL,
};

async function redirect(request) {
  const host = Object.keys(hosts).find((name) => request.url.startsWith(name));
  assert(host !== undefined, `the client calls ${request.url}`);
  return { ...request, url: hosts[host] + request.url.slice(host.length) };
}

function makeClient(credentials = process.env.FAL_KEY) {
  return createFalClient({ credentials, requestMiddleware: redirect, retry: { baseDelay: 20, maxDelay: 100 } });
}

const fal = makeClient();
const picture = readFileSync(process.argv[2]);
const startFrame = () => fal.storage.upload(new File([picture], 'start.png', { type: 'image/png' }));
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');

async function download(url) {
  const answer = await fetch(url);
  assertEqual(answer.status, 200, url);
  return new Uint8Array(await answer.arrayBuffer());
}

async function makeInput() {
  return {
    image_url: await startFrame(),
    multi_prompt: [{ prompt: 'She enters the hall', duration: '2' }, { prompt: 'She looks up', duration: '1' }],
    shot_type: 'customize', duration: '3', generate_audio: true,
  };
}

check('upload', async () => {
  assertEqual(digest(await download(await startFrame())), digest(picture), 'the file');
});

check('upload in parts', async () => {
  const bytes = new Uint8Array(91 * 1024 * 1024 + 17);
  for (let i = 0; i < bytes.length; i += 4096)
    bytes[i] = i / 4096;
  const before = (await counters()).fal.part ?? 0;
  const url = await fal.storage.upload(new File([bytes], 'large.bin', { type: 'application/octet-stream' }));
  assertEqual((await counters()).fal.part - before, 10, 'the parts');
  assertEqual(digest(await download(url)), digest(bytes), 'the file');
});

async function subscribe(mode, pace) {
  const seen = [];
  await control('POST', 'settings', pace);
  const result = await fal.subscribe(IMAGE_TO_VIDEO, {
    input: await makeInput(), logs: true, mode, pollInterval: 50,
    onQueueUpdate: (update) => seen.push(update),
  });
  const statuses = [...new Set(seen.map((update) => update.status))];
  assertEqual(statuses, ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED'], 'the statuses');
  assert(seen.some((update) => update.status === 'IN_QUEUE' && Number.isInteger(update.queue_position)), 'no queue position');
  assert(seen.at(-1).logs.length > 0, 'no logs');
  assertEqual(new Set(seen.at(-1).logs.map((log) => log.message)).size, seen.at(-1).logs.length, 'logs told once');
  assert(result.requestId.length > 0, 'no request id');
  const video = await download(result.data.video.url);
  assertEqual(new TextDecoder().decode(video.slice(4, 8)), 'ftyp', 'the video');
  assertEqual(result.data.video.file_size, video.length, 'its size');
}

check('subscribe, polling', () => subscribe('polling', { polls: [2, 2] }));
check('subscribe, streaming', () => subscribe('streaming', { times: [1500, 1500] }));

check('a grid', async () => {
  await control('POST', 'settings', { times: [300, 300] });
  const result = await fal.subscribe('fal-ai/nano-banana-2', { input: { prompt: 'Four frames', aspect_ratio: '16:9', resolution: '1K' }, pollInterval: 50 });
  const bytes = await download(result.data.images[0].url);
  assertEqual([...bytes.slice(1, 4)].map((byte) => String.fromCharCode(byte)).join(''), 'PNG', 'the picture');
});

check('cancel while it waits', async () => {
  const { request_id: requestId } = await fal.queue.submit('fal-ai/nano-banana', { input: { prompt: 'a' } });
  await fal.queue.cancel('fal-ai/nano-banana', { requestId });
  const error = await assertRejects(fal.queue.result('fal-ai/nano-banana', { requestId }), 'a cancelled result');
  assert(error instanceof ApiError && error.status === 499, `${error.name} ${error.status}`);
});

check('cancel too late', async () => {
  const { requestId } = await fal.subscribe('fal-ai/nano-banana', { input: { prompt: 'a' }, pollInterval: 50 });
  const error = await assertRejects(fal.queue.cancel('fal-ai/nano-banana', { requestId }), 'a late cancel');
  assertEqual([error.status, error.body.status], [400, 'ALREADY_COMPLETED'], 'the answer');
});

check('a bad body is told at the result', async () => {
  const error = await assertRejects(fal.subscribe(IMAGE_TO_VIDEO, { input: { prompt: 'a' }, pollInterval: 50 }), 'a bad body');
  assert(error instanceof ValidationError && error.status === 422, `${error.name} ${error.status}`);
  assertEqual(error.fieldErrors[0].loc, ['body', 'image_url'], 'the place');
  assertEqual(error.getFieldErrors('image_url').length, 1, 'by field');
});

check('a bad body is told at the submit', async () => {
  await control('POST', 'settings', { check: 'submit' });
  const error = await assertRejects(fal.queue.submit(IMAGE_TO_VIDEO, { input: { prompt: 'a' } }), 'a bad body');
  await control('POST', 'settings', { check: 'result' });
  assert(error instanceof ValidationError, error.name);
});

check('a wrong key', async () => {
  const error = await assertRejects(makeClient('wrong').queue.submit('fal-ai/nano-banana', { input: { prompt: 'a' } }), 'a wrong key');
  assertEqual(error.status, 401, 'the status');
});

check('locked', async () => {
  await fault('submit', 'locked');
  const error = await assertRejects(fal.queue.submit('fal-ai/nano-banana', { input: { prompt: 'a' } }), 'a locked account');
  assert(error.status === 403 && error.body.detail.includes('locked'), JSON.stringify(error.body));
});

check('429, and then it goes', async () => {
  const before = (await counters()).fal.accepted;
  await fault('submit', '429-retry-after');
  await fal.queue.submit('fal-ai/nano-banana', { input: { prompt: 'a' } });
  assertEqual((await counters()).fal.accepted - before, 1, 'bought');
});

check('a user\'s own timeout is not repeated', async () => {
  await fault('submit', 'lost-start');
  const error = await assertRejects(fal.queue.submit('fal-ai/nano-banana', { input: { prompt: 'a' } }), 'a timeout');
  assertEqual([error.status, error.isUserTimeout], [504, true], 'the error');
});

// What Starsend must not do: an answer that is lost after the job was created makes this client buy it again.
check('a lost answer is bought twice by this client', async () => {
  const before = (await counters()).fal.accepted;
  await fault('submit', 'reset-after');
  await fal.queue.submit('fal-ai/nano-banana', { input: { prompt: 'twice' } });
  assertEqual((await counters()).fal.accepted - before, 2, 'bought');
});

check('no key where none may be', async () => {
  assertEqual((await counters()).fal['key.stray'] ?? 0, 0, 'stray keys');
});

await runAll();
