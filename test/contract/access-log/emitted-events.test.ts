import { setTimeout as sleep } from 'node:timers/promises';
import { batchEnvelopeSchema, EVENT_SCHEMAS } from '@tidemark/protocol/schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImportResult, importFile } from '../../../packages/collector/src/cli/import/import-file.js';
import { countEvents } from './count-events.js';
import { BAD_FIXTURE, countIndependently, FIXTURE, FULL_LOG, itWithFullLog } from './logs.js';
import { type FakeCollector, startFakeCollector } from './start-fake-collector.js';

const KEY = 'tm_sk_test';

let collector: FakeCollector;
beforeEach(async () => {
  collector = await startFakeCollector(KEY);
});
afterEach(() => collector.close());

const importLog = (file: string): Promise<ImportResult> =>
  importFile(
    { file, format: 'combined-log', url: collector.url, key: KEY, appId: 'web' },
    { fetch, now: Date.now, random: Math.random, sleep },
  );

describe('the events an import sends', () => {
  for (const { name, file, test } of [
    { name: 'the fixture', file: FIXTURE, test: it },
    { name: 'the malformed fixture', file: BAD_FIXTURE, test: it },
    { name: 'the full log', file: FULL_LOG, test: itWithFullLog() },
  ]) {
    test(`give the numbers of an independent count of ${name}`, { timeout: 60_000 }, async () => {
      const expected = countIndependently(file);
      const result = await importLog(file);

      const { lines, unparsable, requests, viewEnds, sessionsOfThreeHits, firstAt, lastAt, ...counted } = expected;
      expect(countEvents(collector.batches)).toEqual({ ...counted, requests, viewEnds });
      expect({ ...result, unparsable: result.unparsable.length }).toEqual({
        lines,
        unparsable,
        events: expected.events,
        accepted: expected.events,
        duplicate: 0,
        rejected: [],
        pageViews: expected.views,
        requests,
        sessions: expected.sessions,
        visitors: expected.visitors,
        firstAt,
        lastAt,
      });
      expect(sessionsOfThreeHits).toBeLessThan(expected.sessions);
    });
  }

  it('are valid, have ids of their own, are numbered without gaps and name the view they end', async () => {
    await importLog(FIXTURE);
    const { batches } = collector;
    const events = batches.flatMap((batch) => batch.events);
    for (const batch of batches) batchEnvelopeSchema.parse(batch);
    for (const event of events) EVENT_SCHEMAS[event.type].parse(event);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
    expect(new Set(batches.map(({ batchId }) => batchId)).size).toBe(batches.length);
    expect(events.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(events.map((_, i) => i + 1));

    const views = new Map(events.filter(({ type }) => type === 'page_view').map((view) => [view.viewId, view]));
    const ends = events.filter((event) => event.type === 'view_end');
    for (const end of ends) {
      const view = views.get(end.viewId);
      expect({ page: end.page, startedAt: end.occurredAt - end.dwellMs }).toEqual({
        page: view?.page,
        startedAt: view?.occurredAt,
      });
    }
    expect(new Set(ends.map(({ viewId }) => viewId)).size).toBe(ends.length);
  });

  it('are the same when the file is imported again', async () => {
    const first = await importLog(FIXTURE);
    const eventsOf = () =>
      new Map(collector.batches.splice(0).map(({ sentAt: _, ...batch }) => [batch.batchId, batch]));
    const sent = eventsOf();
    expect(await importLog(FIXTURE)).toEqual({ ...first, accepted: 0, duplicate: first.events });
    expect(eventsOf()).toEqual(sent);
  });

  it('hold no address of a visitor', async () => {
    await importLog(BAD_FIXTURE);
    expect(collector.bodies.length).toBeGreaterThan(0);
    expect(collector.bodies.join()).not.toMatch(/203\.0\.113\.\d|2001:db8/);
  });

  it('leave nothing out unnamed', async () => {
    const { unparsable } = await importLog(BAD_FIXTURE);
    expect(unparsable.map(({ lineNumber, reason }) => `${lineNumber} ${reason}`)).toEqual([
      '2 empty',
      '3 no_time',
      '4 no_address',
      '5 bad_time',
      '6 time_out_of_range',
      '7 no_request',
      '8 no_status',
      '9 no_referrer',
      '10 no_agent',
      '11 no_agent',
      '12 text_after_agent',
    ]);
  });
});

describe('the independent count', () => {
  // Known from elsewhere: sessions of address and agent with at least three requests.
  itWithFullLog()('finds 903 sessions of three or more requests in the full log', () => {
    expect(countIndependently(FULL_LOG)).toMatchObject({ lines: 10_000, unparsable: 1, sessionsOfThreeHits: 903 });
  });
});
