import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../fixtures/batches.js';
import { startTestCollector, type TestCollector } from '../fixtures/start-test-collector.js';

/** As built: a thread cannot be made of a source. */
const BUILT = new URL('../../packages/collector/dist/pipeline/rules/simulation-worker.js', import.meta.url);

async function ask({ collector }: TestCollector, path: string, body: unknown) {
  const answer = await fetch(collector.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${collector.keys.secretKey}` },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

it('the thread that simulates rules and policies answers as the collector does without it', {
  timeout: 120_000,
}, async () => {
  expect(existsSync(BUILT)).toBe(true); // without it there would be no thread
  const answers: unknown[] = [];
  const within = await startTestCollector();
  try {
    await within.collector.storePrepared;
    const events = [1, 2, 3, 4].map((n) =>
      makeEvent(n, { type: 'click', name: undefined, target: 'buy', occurredAt: Date.now() - (9 - n) * 1_700 }, 1),
    );
    await deliver(within.collector.url, within.collector.keys.writeKey, makeBatch({ queue: 1, events }));
    await within.drained();
    answers.push(await simulateBoth(within));
    await within.collector.close();
    const apart = await startTestCollector(within.directory, {}, { simulationWorker: BUILT });
    try {
      await apart.collector.storePrepared;
      answers.push(await simulateBoth(apart));
    } finally {
      await apart.collector.close();
    }
  } finally {
    await within.close();
  }
  expect(answers[0]).toMatchObject({ rules: { status: 200, body: { events: 4, rules: [{ raised: 1 }] } } });
  expect(answers[1]).toEqual(answers[0]);
});

async function simulateBoth(test: TestCollector) {
  const when = { feature: 'clicks_1h', is: 'atLeast', value: 3 };
  const rules = [{ name: 'many_clicks', when, reason: 'Many clicks.', weight: 10 }];
  const { body, ...rest } = await ask(test, '/v1/policy/simulate', { policy: { reportingLimit: 1_000 }, days: 1 });
  expect(rest.status).toBe(200);
  return { rules: await ask(test, '/v1/rules/simulate', { rules, days: 1 }), policy: body };
}
