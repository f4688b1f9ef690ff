import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FlagPage, RiskFlag } from '@tidemark/protocol';
import { expect, it } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import { clockworkBatch } from '../../../../test/fixtures/clockwork-batch.js';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';

const BROWSER = {
  'user-agent': 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36',
};

/** Twenty views of one user, by a hand that taps for so long. */
function touches(queue: number, tapMs: number) {
  const tap = (n: number) => ({ type: 'custom', name: 'touch_rhythm', props: { tap_ms: tapMs + (n % 3), taps: 4 } });
  const events = Array.from({ length: 20 }, (_, n) => makeEvent(n + 1, tap(n), queue));
  return makeBatch({ queue, events, context: { userId: 'u' } });
}

/** Lives one after another before one store; after the first the folder of the detectors may be lost. */
async function twoLives(isLost: boolean) {
  const directory = await temporaryDirectory();
  let test: TestCollector = await startTestCollector(directory);
  await test.collector.storePrepared;
  const send = (batch: ReturnType<typeof makeBatch>) =>
    deliver(test.collector.url, test.collector.keys.writeKey, batch, BROWSER);
  const ask = (path: string, body?: object) =>
    fetch(test.collector.url + path, {
      headers: { authorization: `Bearer ${test.collector.keys.secretKey}` },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
  async function flags(): Promise<readonly RiskFlag[]> {
    await test.collector.flagged();
    return ((await (await ask('/v1/flags?limit=1000')).json()) as FlagPage).flags;
  }
  const flagOf = async (queue: number) =>
    (await flags()).find(
      ({ kind, entity }) => kind === 'scripted_timing' && entity.id === clockworkBatch(queue).context.visitorId,
    );

  await send(touches(1, 80));
  await send(clockworkBatch(2));
  await send(clockworkBatch(3));
  const judged = await flagOf(3);
  await ask(`/v1/flags/${judged?.flagId}/triage`, { action: 'false_positive', reason: 'our own monitor' });
  const former = await flags();
  await test.drained();
  await test.collector.close();
  if (isLost) await rm(join(directory, 'risk'), { recursive: true });

  test = await startTestCollector(directory);
  await send(touches(4, 140)); // accepted at once, whatever is known
  await send(clockworkBatch(2, 25, 26));
  await send(clockworkBatch(3, 25, 26));
  await test.collector.storePrepared;
  await expect.poll(async () => (await flagOf(2))?.count, { timeout: 30_000, interval: 50 }).toBe(2);
  const latter = await flags();
  const metrics = await (await fetch(`${test.collector.url}/metrics`)).text();
  await test.close();
  return { former, latter, metrics };
}

const tellsOf = (flags: readonly RiskFlag[]) =>
  flags
    .map(({ kind, flagId, entity, status, statusReason, count, score }) => [
      ...[kind, flagId, entity.id, status, statusReason, count, score.toFixed(3)], // how late they come is told, too
    ])
    .sort();

it('a collector that lost what its detectors knew has it from the store: the same flags, each once, as if nothing were lost', async () => {
  const [lost, kept] = await Promise.all([twoLives(true), twoLives(false)]);
  expect(tellsOf(lost.former)).toEqual(tellsOf(kept.former));
  expect(tellsOf(lost.latter)).toEqual(tellsOf(kept.latter));
  expect(new Set(lost.latter.map(({ flagId }) => flagId)).size).toBe(lost.latter.length);
  expect(lost.latter.filter(({ kind }) => kind === 'operator_change').map(({ entity }) => entity.id)).toEqual(['u']);
  expect(lost.metrics).toMatch(/^tidemark_risk_past_events 70$/m);
  expect(lost.metrics).toMatch(/^tidemark_risk_past_known 1$/m);
  expect(kept.metrics).toMatch(/^tidemark_risk_past_events 0$/m);
}, 120_000);
