import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReportByName, ReportName } from '@tidemark/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../../packages/collector/src/boot/config.js';
import { type Collector, startCollector } from '../../../packages/collector/src/boot/start-collector.js';
import { type ImportResult, importFile } from '../../../packages/collector/src/cli/import/import-file.js';
import { engineCommandFromSource } from '../../fixtures/start-engine.js';
import { countIndependently, FIXTURE, FULL_LOG, itWithFullLog, type LogCount } from './logs.js';

let directory: string;
let collector: Collector;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'access-log-'));
  collector = await startCollector({
    config: readConfig({}, { dataDirectory: directory, port: 0, logLevel: 'silent' }),
    firstWorkspace: 'test',
    engineCommand: engineCommandFromSource(),
  });
  await collector.storePrepared;
});
afterEach(async () => {
  await collector.close();
  await rm(directory, { recursive: true, force: true });
});

describe('an access log imported through HTTP', () => {
  for (const { name, file, test } of [
    { name: 'the fixture', file: FIXTURE, test: it },
    { name: 'the full log', file: FULL_LOG, test: itWithFullLog() },
  ]) {
    test(`gives the reports the numbers of an independent count of ${name}, and changes nothing the second time`, {
      timeout: 120_000,
    }, async () => {
      const expected = countIndependently(file);
      const first = await importLog(file);
      expect(first).toMatchObject({ events: expected.events, accepted: expected.events, duplicate: 0, rejected: [] });
      await expectReports(expected);

      expect(await importLog(file)).toEqual({ ...first, accepted: 0, duplicate: first.events });
      await expectReports(expected);
    });
  }
});

function importLog(file: string): Promise<ImportResult> {
  const { url, keys } = collector;
  return importFile(
    { file, format: 'combined-log', url, key: keys.secretKey, appId: 'web' },
    { fetch, now: Date.now, random: Math.random, sleep },
  );
}

/** Every number of every report, once all that was accepted is in the store. */
async function expectReports(expected: LogCount): Promise<void> {
  await expect.poll(() => collector.isDrained(), { timeout: 60_000 }).toBe(true);
  const { sessions, visitors, events, views, bounces, bounceRatio, durationMsMedian } = expected;

  const pages = await report('pages');
  const byPage = pages.rows.map(({ page, surface, ...figures }) => [page, figures] as const);
  expect(Object.fromEntries(byPage)).toEqual(expected.pages);
  expect(byPage).toHaveLength(Object.keys(expected.pages).length);
  expect(new Set(pages.rows.map(({ surface }) => surface))).toEqual(new Set(['h5']));
  expect(pages.totals).toEqual({ views, visitors, sessions });

  const days = Object.entries(expected.days);
  expect(await report('sessions')).toEqual({
    rows: days.map(([day, figures]) => ({ day, ...figures })),
    totals: { sessions, visitors, events, views, bounces, bounceRatio, durationMsMedian },
  });
  expect(await report('visitors')).toEqual({
    rows: days.map(([day, figures]) => ({
      day,
      visitors: figures.visitors,
      users: 0,
      sessions: figures.sessions,
      views: figures.views,
    })),
    totals: { visitors, users: 0, sessions, views },
  });
}

async function report<Name extends ReportName>(name: Name): Promise<ReportByName[Name]> {
  const response = await fetch(`${collector.url}/v1/reports/${name}?limit=10000`, {
    headers: { authorization: `Bearer ${collector.keys.readKey}` },
  });
  expect(response.status).toBe(200);
  return (await response.json()) as ReportByName[Name]; // what the route answers
}
