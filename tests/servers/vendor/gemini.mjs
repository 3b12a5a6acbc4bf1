// SPDX-License-Identifier: GPL-3.0-or-later
//
// Google's own client against our Gemini.

import { readFileSync } from 'node:fs';
import { ApiError, GoogleGenAI } from '@google/genai';
import { assert, assertEqual, assertRejects, check, control, counters, fault, runAll } from './harness.mjs';

const MODEL = 'gemini-3.1-flash-image';
const makeClient = (apiKey = process.env.GEMINI_API_KEY) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: process.env.STARSEND_GEMINI_URL } });
const ai = makeClient();

function generate(contents = 'Four frames of a cat', client = ai, model = MODEL) {
  return client.models.generateContent({
    model, contents,
    config: { responseModalities: ['TEXT', 'IMAGE'], imageConfig: { aspectRatio: '16:9', imageSize: '1K' } },
  });
}

const pictures = (answer) => (answer.candidates?.[0]?.content?.parts ?? []).filter((part) => part.inlineData?.mimeType?.startsWith('image/'));

function size(base64) {
  const bytes = Buffer.from(base64, 'base64');
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

check('a picture', async () => {
  const answer = await generate();
  assertEqual(pictures(answer).length, 1, 'pictures');
  assertEqual(size(pictures(answer)[0].inlineData.data), [1376, 768], 'its size');
  assertEqual(answer.candidates[0].finishReason, 'STOP', 'the end');
  assertEqual(answer.usageMetadata.candidatesTokenCount, 1120, 'tokens');
  assertEqual(answer.modelVersion, MODEL, 'the model');
});

check('with a reference picture', async () => {
  const data = readFileSync(process.argv[2]).toString('base64');
  const answer = await generate([{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data } }, { text: 'The same, at night' }] }]);
  assertEqual(pictures(answer).length, 1, 'pictures');
});

check('thoughts before it', async () => {
  await control('POST', 'settings', { thoughts: 2 });
  const answer = await generate();
  await control('POST', 'settings', { thoughts: 0 });
  assertEqual(pictures(answer).map((part) => part.thought === true), [true, true, false], 'thoughts');
});

for (const reason of ['IMAGE_SAFETY', 'NO_IMAGE', 'PROHIBITED_CONTENT']) {
  check(`refused: ${reason}`, async () => {
    await fault('generate', reason);
    const answer = await generate();
    assertEqual([answer.candidates[0].finishReason, pictures(answer).length], [reason, 0], 'the end');
  });
}

check('a blocked prompt', async () => {
  await fault('generate', 'block-PROHIBITED_CONTENT');
  const answer = await generate();
  assertEqual([answer.promptFeedback.blockReason, answer.candidates ?? null], ['PROHIBITED_CONTENT', null], 'the answer');
});

async function assertError(promise, status, text) {
  const error = await assertRejects(promise, String(status));
  assert(error instanceof ApiError, `${error.name}: ${error.message}`);
  assertEqual(error.status, status, error.message);
  assert(error.message.includes(text), error.message);
}

check('429', async () => {
  await fault('generate', 'quota-info');
  await assertError(generate(), 429, 'retryDelay');
});

check('503', async () => {
  await fault('generate', 'overloaded');
  await assertError(generate(), 503, 'UNAVAILABLE');
});

check('a wrong key', () => assertError(generate('a', makeClient('wrong')), 400, 'API_KEY_INVALID'));
check('a retired model', () => assertError(generate('a', ai, 'gemini-3-pro-image-preview'), 404, 'NOT_FOUND'));

check('the list of models', async () => {
  const names = [];
  for await (const model of await ai.models.list())
    names.push(model.name);
  assert(names.includes(`models/${MODEL}`), names.join());
});

check('no key where none may be', async () => {
  assertEqual((await counters()).gemini['key.stray'] ?? 0, 0, 'stray keys');
});

await runAll();
