import { LIMITS, type TrackedEvent } from '@tidemark/protocol';
import { batchContextSchema, EVENT_SCHEMAS } from '@tidemark/protocol/schema';
import { describe, expect, it } from 'vitest';
import { type EventRun, logToEvents, RUN_EVENTS_MAX } from './log-to-events.js';
import { readLog } from './read-log.js';

interface Hit {
  readonly clock: string;
  readonly request: string;
  readonly address?: string;
  readonly referrer?: string;
  readonly agent?: string;
}
const line = ({ clock, request, address = '203.0.113.7', referrer = '-', agent = 'Mozilla/5.0' }: Hit) =>
  `${address} - - [17/May/2015:${clock} +0000] "${request}" 200 12 "${referrer}" "${agent}"`;

async function runsOf(hits: readonly Hit[]): Promise<EventRun[]> {
  async function* chunks() {
    yield Buffer.from(hits.map(line).join('\n'));
  }
  return [...logToEvents(await readLog(chunks(), 1_000_000), 'combined-log', 'web').runs];
}
const view = (clock: string, path: string) => ({ clock, request: `GET ${path} HTTP/1.1` });
const brief = (event: TrackedEvent) => [event.type, event.page ?? event.props?.path, event.occurredAt / 1_000 - TEN];
const TEN = Date.UTC(2015, 4, 17, 10) / 1_000;

describe('logToEvents', () => {
  it('sorts a session by time, then line, and ends each view at the next', async () => {
    const [run] = await runsOf([
      view('10:00:09', '/c'),
      view('10:00:01', '/a'),
      view('10:00:01', '/a.png'),
      view('10:00:04', '/b'),
      view('10:00:04', '/b.css'),
    ]);
    expect(run?.events.map(brief)).toEqual([
      ['page_view', '/a', 1],
      ['custom', '/a.png', 1],
      ['view_end', '/a', 4],
      ['page_view', '/b', 4],
      ['custom', '/b.css', 4],
      ['view_end', '/b', 9],
      ['page_view', '/c', 9],
    ]);
    expect(run?.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(run?.lineNumbers).toEqual([2, 3, 2, 4, 5, 4, 1]);
    const [firstView, , firstEnd] = run?.events ?? [];
    expect(firstEnd).toMatchObject({ dwellMs: 3_000, viewId: firstView?.viewId });
    expect(new Set(run?.events.map(({ eventId }) => eventId)).size).toBe(7);
  });

  it('starts a session after more than 30 minutes without any request, and ends no view across it', async () => {
    const runs = await runsOf([
      view('10:00:00', '/a'),
      view('10:20:00', '/a.css'),
      view('10:50:00', '/b'),
      view('11:20:01', '/c'),
    ]);
    expect(runs.map(({ events }) => events.map(({ type }) => type))).toEqual([
      ['page_view', 'custom', 'view_end', 'page_view'],
      ['page_view'],
    ]);
    const [first, second] = runs.map(({ context }) => context);
    expect(first?.visitorId).toBe(second?.visitorId);
    expect(first?.sessionId).not.toBe(second?.sessionId);
    expect(second?.sessionStartedAt).toBe((TEN + 4_801) * 1_000);
  });

  it('puts sessions in the order in which they began, equal times by line, and numbers through', async () => {
    const runs = await runsOf([
      { ...view('10:00:05', '/second'), address: '::2' },
      { ...view('10:00:01', '/first'), address: '::1' },
      { ...view('12:00:00', '/third'), address: '::3' },
      { ...view('12:00:00', '/fourth'), address: '::2' },
    ]);
    expect(runs.flatMap(({ events }) => events.map(({ page, seq }) => [page, seq]))).toEqual([
      ['/first', 1],
      ['/second', 2],
      ['/third', 3],
      ['/fourth', 4],
    ]);
  });

  it('writes what the issue asks for, and no address', async () => {
    const runs = await runsOf([
      { ...view('10:00:00', '/a?q=1'), referrer: 'http://example.org/' },
      { clock: '10:00:01', request: 'POST /form?q=1 HTTP/1.1' },
      { clock: '10:00:02', request: '-', agent: '-' },
    ]);
    const [person, nobody] = runs;
    expect(person?.context).toMatchObject({
      appId: 'web',
      surface: 'h5',
      sdk: { name: 'tidemark-import', version: '0.1.0' },
      userAgent: 'Mozilla/5.0',
      sessionStartedAt: TEN * 1_000,
    });
    expect(person?.events).toMatchObject([
      { type: 'page_view', page: '/a', referrer: 'http://example.org/', props: { status: 200, bytes: 12 } },
      { type: 'custom', name: 'request', props: { method: 'POST', path: '/form', status: 200, bytes: 12 } },
    ]);
    expect(nobody?.context.userAgent).toBe('');
    expect(nobody?.events).toMatchObject([
      { name: 'request', props: { method: '', path: '', status: 200, bytes: 12 } },
    ]);
    expect(JSON.stringify(runs)).not.toContain('203.0.113.7');
  });

  it('cuts a long session into runs of one context', async () => {
    const runs = await runsOf(Array.from({ length: 601 }, () => view('10:00:00', '/a.png')));
    expect(runs.map(({ events }) => events.length)).toEqual([RUN_EVENTS_MAX, 101]);
    expect(runs[0]?.context).toBe(runs[1]?.context);
  });

  it('cuts texts to what an event may hold, and no character in two', async () => {
    const long = `/${'a'.repeat(LIMITS.urlLength - 2)}😀b`;
    const [run] = await runsOf([
      { ...view('10:00:00', long), referrer: long, agent: 'x'.repeat(2_000) },
      { clock: '10:00:00', request: `PUT ${long} HTTP/1.1`, agent: 'x'.repeat(2_000) },
    ]);
    expect(run?.events[0]?.page).toBe(long.slice(0, LIMITS.urlLength - 1));
    expect(run?.events[1]?.props?.path).toHaveLength(LIMITS.textLength);
    for (const event of run?.events ?? []) EVENT_SCHEMAS[event.type].parse(event);
    batchContextSchema.parse(run?.context);
  });

  it('has no dwell of more than a day', async () => {
    // Somebody who asks for an image every half hour for a day, and opens a page before and after.
    const clock = (minute: number) =>
      `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`;
    const images = Array.from({ length: 48 }, (_, i) => view(clock(30 * i), '/a.png'));
    const nextDay = line(view('00:00:01', '/c')).replace('17/May', '18/May');
    const lines = [line(view('00:00:00', '/a')), ...images.map(line), line(view('23:50:00', '/a.png')), nextDay];
    async function* chunks() {
      yield Buffer.from(lines.join('\n'));
    }
    const log = await readLog(chunks(), 100);
    const events = [...logToEvents(log, 'combined-log', 'web').runs].flatMap((run) => run.events);
    expect(events.filter(({ type }) => type === 'page_view')).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'view_end')).toHaveLength(0);
  });
});
