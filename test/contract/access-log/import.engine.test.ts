import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImportResult, importFile } from '../../../packages/collector/src/cli/import/import-file.js';
import { startTestCollector, type TestCollector } from '../../fixtures/start-test-collector.js';
import { countIndependently, FIXTURE, FULL_LOG, itWithFullLog, type LogCount } from './logs.js';

let started: TestCollector;
beforeEach(async () => {
  started = await startTestCollector();
});
afterEach(() => started.close());

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
  const { url, keys } = started.collector;
  return importFile(
    { file, format: 'combined-log', url, key: keys.secretKey, appId: 'web' },
    { fetch, now: Date.now, random: Math.random, sleep },
  );
}

/** Every number of every report, once all that was accepted is in the store. */
async function expectReports(expected: LogCount): Promise<void> {
  await started.drained();
  const { sessions, visitors, events, views, bounces, bounceRatio, durationMsMedian } = expected;

  const pages = await started.report('pages', '?limit=10000');
  const byPage = pages.rows.map(({ page, surface, ...figures }) => [page, figures] as const);
  expect(Object.fromEntries(byPage)).toMatchObject(expected.pages);
  expect(byPage).toHaveLength(Object.keys(expected.pages).length);
  expect(new Set(pages.rows.map(({ surface }) => surface))).toEqual(new Set(['h5']));
  expect(pages.totals).toEqual({ views, visitors, sessions });

  const days = Object.entries(expected.days);
  expect(await started.report('sessions')).toEqual({
    rows: days.map(([day, figures]) => ({ day, ...figures })),
    totals: { sessions, visitors, events, views, bounces, bounceRatio, durationMsMedian },
  });
  expect(await started.report('visitors')).toEqual({
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
