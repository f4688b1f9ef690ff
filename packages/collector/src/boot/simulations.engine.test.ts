import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import {
  addWorkspace,
  startTestCollector,
  type TestCollector,
} from '../../../../test/fixtures/start-test-collector.js';

/** A thread that does what the name of its rule says, and holds its processor until it may go on. */
const THREAD = `
  import { existsSync } from 'node:fs';
  import { parentPort, threadId, workerData } from 'node:worker_threads';
  const [{ name }] = workerData.question.rules;
  if (name === 'dies') process.exit(7);
  if (name === 'unreachable') parentPort.postMessage({ kind: 'failed', message: 'refused', code: 'ECONNREFUSED' });
  while (!existsSync(new URL('go', import.meta.url))) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  parentPort.postMessage({ kind: 'done', history: { name, threadId } });
`;

describe('simulations', () => {
  let threads: string;
  let test: TestCollector;
  /** Of a workspace each. */
  let keys: readonly string[];
  beforeAll(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-simulations-'));
    const others = ['second', 'third', 'fourth'];
    const added = [];
    for (const name of others) added.push((await addWorkspace(directory, name)).secretKey);
    threads = await mkdtemp(join(tmpdir(), 'tidemark-threads-'));
    await writeFile(join(threads, 'thread.mjs'), THREAD);
    const simulationWorker = pathToFileURL(join(threads, 'thread.mjs'));
    test = await startTestCollector(directory, {}, { simulationWorker });
    keys = [test.collector.keys.secretKey, ...added];
    await test.collector.storePrepared;
  }, 120_000);
  afterAll(async () => {
    await test.close();
    await rm(threads, { recursive: true, force: true });
  });

  const letGo = () => writeFile(join(threads, 'go'), '');
  const hold = () => rm(join(threads, 'go'), { force: true });
  async function simulate(name: string, workspace = 0) {
    const when = { feature: 'clicks_1h', is: 'atLeast', value: 3 };
    const answer = await fetch(`${test.collector.url}/v1/rules/simulate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys[workspace]}` },
      body: JSON.stringify({ rules: [{ name, when, reason: 'Many clicks.', weight: 10 }], days: 1 }),
    });
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.json() };
  }
  async function metric(name: string): Promise<number> {
    const text = await (await fetch(`${test.collector.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]);
  }
  /** The text of metrics may be a moment old. */
  const told = (name: string, count: number) => expect.poll(() => metric(name), { timeout: 20_000 }).toBe(count);
  const underWay = (count: number) => told('tidemark_simulations', count);

  it('run one after another in threads of their own, and nobody who sends events waits for them', async () => {
    const names = ['first', 'second', 'third'];
    const asked: ReturnType<typeof simulate>[] = [];
    for (const name of names) {
      asked.push(simulate(name, asked.length));
      await underWay(asked.length);
    }
    const refused = (code: string, detail: string) => ({
      retryAfter: '10',
      body: expect.objectContaining({ code, detail: expect.stringContaining(detail) }),
    });
    expect(await simulate('again')).toEqual({ status: 429, ...refused('rate_limited', 'of this workspace runs') });
    expect(await simulate('fourth', 3)).toEqual({ status: 503, ...refused('busy', '2 simulations wait') });
    await told('tidemark_simulations_refused_total\\{reason="own_under_way"\\}', 1);
    await told('tidemark_simulations_refused_total\\{reason="others_wait"\\}', 1);
    const batch = makeBatch({ queue: 1, events: [makeEvent(1, {}, 1)] });
    expect(await deliver(test.collector.url, test.collector.keys.writeKey, batch)).toMatchObject({ accepted: 1 });
    await underWay(3); // the thread is held all the while

    await letGo();
    const answers = await Promise.all(asked);
    expect(answers.map(({ body }) => body.name)).toEqual(names);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const ids = answers.map(({ body }) => body.threadId);
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain(0); // the main thread
    await underWay(0);
  });

  it('say so when their thread dies or finds no store, and the next one runs', async () => {
    await letGo();
    expect(await simulate('dies')).toMatchObject({
      status: 500,
      body: { code: 'internal', detail: 'the simulation ended without an answer (code 7)' },
    });
    expect(await simulate('unreachable')).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    expect(await simulate('another')).toMatchObject({ status: 200, body: { name: 'another' } });
  });

  it('are ended when the collector stops, those that wait with the one that runs', async () => {
    await hold();
    const asked = ['runs', 'waits'].map((name, workspace) => simulate(name, workspace));
    await underWay(2);
    await test.collector.close(); // the thread itself would never end
    const ended = { status: 503, body: { code: 'busy', detail: 'The collector stops; ask again when it runs.' } };
    expect(await Promise.all(asked)).toMatchObject([ended, ended]);
  });
});
