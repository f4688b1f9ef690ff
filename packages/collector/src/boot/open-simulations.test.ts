import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { createMetrics } from '../observe/metrics.js';
import { connectStore } from '../store/connect.js';
import { openSimulations } from './open-simulations.js';

/** Answers once there is a file to say so, and otherwise never. */
const THREAD = `
  import { existsSync } from 'node:fs';
  import { parentPort } from 'node:worker_threads';
  const answer = () => existsSync(new URL('go', import.meta.url)) && (parentPort.postMessage({ kind: 'done', history: {} }), true);
  if (!answer()) setInterval(answer, 5);
`;
const ADDRESS = { url: 'http://127.0.0.1:1', user: '', password: '' };

async function openHeld(timeMs?: number) {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'thread.mjs'), THREAD);
  const metrics = createMetrics();
  const simulations = openSimulations({
    store: connectStore(() => ADDRESS, 'none'),
    storeReady: () => true,
    storeAddress: () => ADDRESS,
    database: 'none',
    metrics,
    worker: pathToFileURL(join(directory, 'thread.mjs')),
    ...(timeMs !== undefined && { timeMs }),
  });
  const ask = (workspaceId: string) => simulations.rules({ workspaceId, rules: [], days: 1 });
  const figure = async (name: string) =>
    Number(
      (await metrics.text())
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.slice(name.length),
    );
  return { ask, figure, letGo: () => writeFile(join(directory, 'go'), '') };
}

it('a simulation that takes too long is ended, told so and counted, and the next one runs', async () => {
  const { ask, figure, letGo } = await openHeld(2_000);
  await expect(ask('w1')).rejects.toMatchObject({
    code: 'query_too_heavy',
    message: 'The simulation was ended after 2 seconds: ask for fewer days, or for less at once.',
  });
  expect(await figure('tidemark_simulations_late_total')).toBe(1);
  await letGo();
  expect(await ask('w1')).toEqual({});
  expect(await figure('tidemark_simulations')).toBe(0);
});

it('a workspace has one at a time, and whoever asks in a loop leaves the other places to others', async () => {
  const { ask, figure, letGo } = await openHeld();
  const first = ask('w1');
  for (let again = 0; again < 3; again++) {
    await expect(ask('w1')).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 10 });
  }
  const others = [ask('w2'), ask('w3')];
  await expect(ask('w4')).rejects.toMatchObject({ code: 'busy', retryAfterSeconds: 10 });
  await expect(ask('w2')).rejects.toMatchObject({ code: 'rate_limited' }); // it waits
  expect(await figure('tidemark_simulations')).toBe(3);
  expect(await figure('tidemark_simulations_refused_total{reason="own_under_way"}')).toBe(4);
  expect(await figure('tidemark_simulations_refused_total{reason="others_wait"}')).toBe(1);
  await letGo();
  expect(await Promise.all([first, ...others])).toEqual([{}, {}, {}]);
  expect(await ask('w1')).toEqual({});
});
