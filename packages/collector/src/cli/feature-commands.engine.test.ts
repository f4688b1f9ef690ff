import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeaturesAnswer, Problem } from '@tidemark/protocol';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import {
  addWorkspace,
  startTestCollector,
  type TestCollector,
} from '../../../../test/fixtures/start-test-collector.js';
import type { IssuedKeys } from '../workspaces/registry.js';
import { addFeatureCommands } from './feature-commands.js';

let test: TestCollector;
let other: IssuedKeys;
const NOW = Date.now();
const batch = makeBatch({ queue: 5, context: { userId: 'alice' }, events: [0, 60, 120, 180].map(view) });
function view(seconds: number, i: number) {
  const at = { occurredAt: NOW - 600_000 + seconds * 1_000 };
  return makeEvent(i + 1, { type: 'page_view', name: undefined, page: '/a', ...at }, 5);
}

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-collector-'));
  other = await addWorkspace(directory, 'other');
  test = await startTestCollector(directory);
  vi.stubEnv('TIDEMARK_DATA', test.directory);
  await deliver(test.collector.url, test.collector.keys.writeKey, batch);
  await test.drained();
});
afterAll(() => test.close());

const ask = (query: string, key = test.collector.keys.readKey) =>
  fetch(`${test.collector.url}/v1/features${query}`, { headers: { authorization: `Bearer ${key}` } });

/** What the command prints. */
async function tidemark(...args: readonly string[]): Promise<string> {
  let out = '';
  const program = new Command('tidemark').exitOverride();
  addFeatureCommands(program);
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    await program.parseAsync(['features', ...args], { from: 'user' });
  } finally {
    spy.mockRestore();
  }
  return out;
}

describe('GET /v1/features', () => {
  it('tells of a user how regular it is, and where each number came from', async () => {
    const answer = (await (await ask('?subject=alice')).json()) as FeaturesAnswer; // the collector's own
    expect(answer.kinds.map(({ kind }) => kind)).toEqual(['user']);
    const byName = new Map(answer.kinds[0]?.features.map((one) => [one.name, one]));
    expect(byName.get('views_30d')).toMatchObject({
      value: 4,
      reason: null,
      unit: 'count',
      computedIn: 'store',
      inputs: [],
    });
    expect(byName.get('burstiness_30d')).toMatchObject({ value: -1, computedIn: 'typescript', inputs: ['acts'] });
    expect(byName.get('gap_memory_30d')).toMatchObject({ value: null, reason: 'constant' });
    expect(byName.get('events_1h')).toMatchObject({ value: 4, freshness: 'velocity', computedIn: 'memory' });
    expect(answer.asOf - (byName.get('events_1h')?.after ?? 0)).toBeLessThanOrEqual(3_600_001);
  });

  it('looks at nothing after the moment that was asked for, nor at what another workspace has', async () => {
    expect((await ask(`?subject=alice&asOf=${Date.now() - 3_600_000}`)).status).toBe(404);
    const visitor = batch.context.visitorId;
    const answer = (await (await ask(`?subject=${visitor}&kind=visitor`)).json()) as FeaturesAnswer; // as above
    expect(answer.kinds[0]?.features.find(({ name }) => name === 'users_30d')?.value).toBe(1);
    expect((await ask(`?subject=${visitor}&kind=user`)).status).toBe(404);
    expect((await ask('?subject=alice', other.readKey)).status).toBe(404);
    expect((await ask(`?subject=${encodeURIComponent("' OR 1=1 --")}`)).status).toBe(404);
  });

  it.each([
    ['', 'subject'],
    ['?subject=', 'subject'],
    ['?subject=a&kind=person', 'kind'],
    ['?subject=a&asOf=yesterday', 'asOf'],
    ['?subject=a&utcOffsetMinutes=9999', 'utcOffsetMinutes'],
    ['?subject=a&window=7', 'window'],
  ])('refuses %s, naming the field', async (query, field) => {
    const answer = await ask(query);
    expect(answer.status).toBe(400);
    expect((await answer.json()) as Problem).toMatchObject({ code: 'invalid_query', field }); // the collector's own
  });

  it('needs a read or a secret key', async () => {
    const { writeKey, secretKey } = test.collector.keys;
    expect((await ask('?subject=alice', '')).status).toBe(401);
    expect((await ask('?subject=alice', writeKey)).status).toBe(403);
    expect((await ask('?subject=alice', secretKey)).status).toBe(200);
  });
});

describe('tidemark features', () => {
  it('prints a table with value, unit, window and origin, or all as JSON', async () => {
    const table = await tidemark('--subject', 'alice');
    expect(table).toMatch(/^user alice as of /);
    expect(table).toMatch(/^views_30d +4 +count +30 d +SQL$/m);
    expect(table).toMatch(/^views_24h +4 +count +\S+ \S+ +memory$/m);
    expect(table).toMatch(/^gap_median_ms_30d +60,000 +milliseconds +30 d +oracle over acts$/m);
    expect(table).toMatch(/^gap_memory_30d +- \(constant\) +/m);
    const answer = JSON.parse(await tidemark('--subject', 'alice', '--json')) as FeaturesAnswer; // the command's own
    expect(answer.kinds[0]?.features.length).toBeGreaterThan(60);
  });

  it('says what to do about a subject that nobody is', async () => {
    await expect(tidemark('--subject', 'nobody')).rejects.toThrow(/No event of the last 365 days is about a subject/);
  });
});
