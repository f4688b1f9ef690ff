import { describe, expect, it } from 'vitest';
import { makeBatch, makeEvent, T0 } from '../../../../test/fixtures/batches.js';
import { createEnvelopeCheck } from '../validate/check-envelope.js';
import { createEventCheck } from '../validate/check-event.js';
import type { WalRecord } from '../wal/record.js';
import { type AcceptedEvents, type AcceptOptions, createAcceptBatch, type Delivery } from './accept-batch.js';
import { createDescribeAgent } from './enrich/describe-agent.js';
import { createDescribeClient } from './enrich/describe-client.js';
import type { DeliveredCopies } from './gather-copies.js';
import type { RejectedEvent } from './keep-rejected.js';
import { createMinimise } from './minimise/create-minimise.js';
import { parseScopedValues } from './minimise/scoped-values.js';
import { createSeenEvents } from './seen-events.js';
import { decodeNotes } from './seen-note.js';

const checks = { checkEnvelope: createEnvelopeCheck(), checkEvent: createEventCheck() };
const delivery: Delivery = {
  workspaceId: 'w1',
  mayBeHistorical: false,
  userAgent: 'test/1',
  ipPrefix: '203.0.113.0/24',
  receivedAt: T0 + 60_000,
};
const noJournal = {
  takeEntries: () => [],
  sizeBytes: () => 0,
  append: async () => undefined,
  compact: async () => undefined,
};
const diskFault = new Error('disk fault');

/** Acceptance before a WAL whose commits the test ends one by one. */
function createBench(more: Partial<AcceptOptions> = {}) {
  const commits: { readonly records: readonly WalRecord[]; readonly end: (fault?: Error) => void }[] = [];
  const open: Promise<void>[] = [];
  const encoded = { accepted: [] as AcceptedEvents[], rejected: [] as RejectedEvent[] };
  const published: AcceptedEvents[] = [];
  const found: string[] = [];
  const record = (rowCount: number, note: Uint8Array): WalRecord => ({ stream: 0, rowCount, note, rows: Buffer.of() });
  const accept = createAcceptBatch({
    ...checks,
    minimise: createMinimise({
      keepQuery: parseScopedValues('utm_*, w1/shop:tab'),
      unmask: parseScopedValues('w2:phone'),
      countFound: (kind, outcome) => found.push(`${kind} ${outcome}`),
    }),
    describeClient: createDescribeClient(
      createDescribeAgent((text) => text),
      (ipPrefix) => ({ country: ipPrefix === '' ? '' : 'CN', region: '' }),
    ),
    seen: createSeenEvents({ journal: noJournal, horizonMs: 1e9, now: () => T0 }),
    wal: {
      append(records) {
        const commit = new Promise<void>((resolve, reject) => {
          commits.push({ records, end: (fault) => (fault ? reject(fault) : resolve()) });
        });
        open.push(commit);
        return commit;
      },
      barrier: async () => void (await Promise.all(open)),
    },
    encode: {
      accepted(events, note) {
        if (events.rows.some(({ event }) => event.page === 'cannot be encoded')) throw new Error('encoder fault');
        encoded.accepted.push(events);
        return record(events.rows.length, note);
      },
      rejected(events, note) {
        encoded.rejected.push(...events);
        return record(events.length, note);
      },
    },
    onAccepted: (events) => published.push(events),
    ...more,
  });
  return {
    commits,
    encoded,
    published,
    found,
    /** Ends a commit; later barriers know nothing of it. */
    end(index: number, fault?: Error) {
      commits[index]?.end(fault);
      delete open[index];
    },
    send(batch: unknown, options: Partial<Delivery> = {}) {
      const text = typeof batch === 'string' ? batch : JSON.stringify(batch);
      return accept({ text, value: JSON.parse(text) as unknown }, { ...delivery, ...options }).then(({ ack }) => ack);
    },
  };
}

const state = (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(
      () => 'answered',
      () => 'failed',
    ),
    new Promise((resolve) => setTimeout(resolve, 5, 'waiting')),
  ]);

describe('accepting a batch', () => {
  it('tells what came again, when it was taken first, and from whom; not of history, nor against their word', async () => {
    const copies: DeliveredCopies[] = [];
    let nowMs = T0;
    const bench = createBench({
      seen: createSeenEvents({ journal: noJournal, horizonMs: 1e9, now: () => nowMs }),
      wal: { append: async () => undefined, barrier: async () => undefined },
      onCopies: (one) => copies.push(one),
    });
    const batchOf = (first: number, last: number, more: object = {}) =>
      makeBatch({ events: Array.from({ length: last - first + 1 }, (_, i) => makeEvent(first + i)), ...more });
    await bench.send(batchOf(1, 5));
    expect(copies).toEqual([]);
    nowMs += 3 * 3_600_000;
    await bench.send(batchOf(6, 8)); // told by itself: the events of before are old, these are not
    await bench.send(batchOf(4, 9), { receivedAt: nowMs });
    const { appId, queueId, visitorId } = makeBatch().context;
    const who = { workspaceId: 'w1', appId, queueId, visitorId, receivedAt: nowMs };
    const when = { firstOccurredAt: T0 + 4_000, lastOccurredAt: T0 + 8_000 };
    expect(copies).toEqual([{ ...who, ...when, copies: 5, firstSeq: 4, lastSeq: 8, kept: 2, keptSeq: 5 }]);
    await bench.send(batchOf(1, 9, { context: { consent: { risk: 'denied' } } }));
    await bench.send(batchOf(1, 9, { envelope: { historical: true } }), { mayBeHistorical: true });
    expect(copies).toHaveLength(1);
  });

  it('tells of no copies whose originals did not reach the disk: they were never taken', async () => {
    const copies: DeliveredCopies[] = [];
    const bench = createBench({ onCopies: (one) => copies.push(one) });
    const batch = makeBatch({ events: [makeEvent(1), makeEvent(2)] });
    const sent = [bench.send(batch), bench.send(batch), bench.send(batch)];
    bench.end(0, diskFault);
    expect(await Promise.all(sent.map(state))).toEqual(['failed', 'failed', 'failed']);
    expect(copies).toEqual([]);
  });

  it('keeps of what was refused who sent it, but not against their word, nor of history, nor of who was erased', async () => {
    const bench = createBench({
      wal: { append: async () => undefined, barrier: async () => undefined },
      isErased: (_, id) => id === 'gone',
    });
    const { visitorId } = makeBatch().context;
    const bad = { name: 7 };
    const events = [makeEvent(1, bad), makeEvent(2, { type: 'identify', name: undefined, userId: 'gone' })];
    await bench.send(makeBatch({ events }));
    await bench.send(makeBatch({ events, context: { consent: { risk: 'denied' } } }));
    await bench.send(makeBatch({ events, envelope: { historical: true } }), { mayBeHistorical: true });
    expect(bench.encoded.rejected.map((one) => [one.rejection.reason, one.visitorId])).toEqual([
      ['wrong_type', visitorId],
      ['subject_erased', undefined],
      ['wrong_type', undefined],
      ['subject_erased', undefined],
      ['wrong_type', undefined],
      ['subject_erased', undefined],
    ]);
  });

  it('writes what a browser signals as denied, but not what a server sends with such headers, nor against a decision', async () => {
    const bench = createBench();
    const headers = { 'sec-gpc': '1' } as Delivery['headers'];
    const send = (batch: unknown, options: Partial<Delivery> = {}) => {
      const ack = bench.send(batch, { headers, ...options });
      bench.end(bench.commits.length - 1);
      return ack;
    };
    await send(makeBatch({ queue: 1 }));
    await send(makeBatch({ queue: 2 }), { mayBeHistorical: true });
    await send(makeBatch({ queue: 3, context: { consent: { marketing: 'granted' } } }));
    const consents = bench.encoded.accepted.map(({ batch }) => batch.context.consent);
    expect(consents).toEqual([{ marketing: 'denied' }, undefined, { marketing: 'granted' }]);
  });

  it('refuses whoever was erased, keeps nothing of it, and takes the others of the same batch', async () => {
    const bench = createBench({ isErased: (workspaceId, id) => workspaceId === 'w1' && id === 'gone' });
    const send = (batch: unknown) => {
      const ack = bench.send(batch);
      bench.end(bench.commits.length - 1);
      return ack;
    };
    const events = [
      makeEvent(1),
      makeEvent(2, { type: 'identify', name: undefined, userId: 'gone' }),
      { ...makeEvent(3), type: 'no type', userId: 'gone' },
      { ...makeEvent(4), type: 'no type' },
    ];
    expect(await send(makeBatch({ events }))).toMatchObject({ accepted: 1, duplicate: 0 });
    expect(bench.encoded.rejected.map(({ rejection, raw }) => [rejection.reason, rejection.field, raw !== ''])).toEqual(
      [
        ['subject_erased', 'userId', false],
        ['subject_erased', 'userId', false],
        ['unknown_type', 'type', true],
      ],
    );
    const whole = await send(makeBatch({ queue: 2, context: { userId: 'gone' }, events: [makeEvent(1, {}, 2), 7] }));
    expect(whole.accepted).toBe(0);
    expect(whole.rejected.map(({ reason, field }) => [reason, field])).toEqual([
      ['subject_erased', 'context.userId'],
      ['subject_erased', 'context.userId'],
    ]);
    expect(bench.published).toHaveLength(1);
  });

  it('answers once everything is durable, and not before', async () => {
    const bench = createBench();
    const batch = makeBatch({ events: [makeEvent(1), makeEvent(2)] });
    const answer = bench.send(batch);
    expect(await state(answer)).toBe('waiting');
    expect(bench.published).toEqual([]);
    bench.end(0);
    expect(await answer).toEqual({
      batchId: batch.batchId,
      accepted: 2,
      duplicate: 0,
      rejected: [],
      serverTimeMs: delivery.receivedAt,
    });
    expect(bench.published).toHaveLength(1);
    const [note] = decodeNotes(bench.commits[0]?.records[0]?.note ?? Buffer.of());
    expect(note).toEqual({
      workspaceId: 'w1',
      queueId: batch.context.queueId,
      permanent: false,
      seqs: [1, 2],
      rejected: [],
      drops: [],
      atMs: T0,
    });
  });

  it('takes an event once that stands in the batch twice', async () => {
    const bench = createBench();
    const answer = bench.send(makeBatch({ events: [makeEvent(1), makeEvent(1), makeEvent(2)] }));
    bench.end(0);
    expect(await answer).toMatchObject({ accepted: 2, duplicate: 1 });
    expect(bench.encoded.accepted[0]?.rows.map(({ event }) => event.seq)).toEqual([1, 2]);
  });

  it('lets a copy wait for its original, and answers both', async () => {
    const bench = createBench();
    const original = bench.send(makeBatch());
    const copy = bench.send(makeBatch());
    expect(await state(copy)).toBe('waiting');
    bench.end(0);
    expect(await original).toMatchObject({ accepted: 1, duplicate: 0 });
    expect(await copy).toMatchObject({ accepted: 0, duplicate: 1 });
    expect(bench.commits).toHaveLength(1);
  });

  it('fails a copy with its original, and takes the next copy as new', async () => {
    const bench = createBench();
    const original = bench.send(makeBatch());
    const copy = bench.send(makeBatch());
    bench.end(0, diskFault);
    await expect(original).rejects.toBe(diskFault);
    await expect(copy).rejects.toBe(diskFault);
    const retry = bench.send(makeBatch());
    bench.end(1);
    expect(await retry).toMatchObject({ accepted: 1, duplicate: 0 });
  });

  it('does not acknowledge a copy beside a new event when the original is lost and the new event is not', async () => {
    const bench = createBench();
    const original = bench.send(makeBatch({ events: [makeEvent(1)] }));
    const mixed = bench.send(makeBatch({ events: [makeEvent(1), makeEvent(2)] }));
    bench.end(1); // the later commit succeeds...
    bench.end(0, diskFault); // ...and the one before it, which holds event 1, does not
    await expect(original).rejects.toBe(diskFault);
    await expect(mixed).rejects.toBe(diskFault);
    expect(bench.published).toHaveLength(1); // event 2 is durable all the same
    const retry = bench.send(makeBatch({ events: [makeEvent(1), makeEvent(2)] }));
    bench.end(2);
    expect(await retry).toMatchObject({ accepted: 1, duplicate: 1 });
  });

  it('takes an event as new again when it could not be encoded', async () => {
    const bench = createBench();
    await expect(bench.send(makeBatch({ events: [makeEvent(1, { page: 'cannot be encoded' })] }))).rejects.toThrow();
    const retry = bench.send(makeBatch({ events: [makeEvent(1)] }));
    bench.end(0);
    expect(await retry).toMatchObject({ accepted: 1, duplicate: 0 });
  });

  it('refuses a bad event alone, by index, id, field and reason, and keeps it as it came', async () => {
    const bench = createBench();
    const bad = { ...makeEvent(2), seq: 'two', unknown: { deep: [1, null] } };
    const answer = bench.send(makeBatch({ events: [makeEvent(1), bad, null, 'text', { type: 'nope', more: 1 }] }));
    bench.end(0);
    expect(await answer).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, eventId: bad.eventId, field: 'seq', reason: 'wrong_type' },
        { index: 2, eventId: '', field: '', reason: 'not_an_object' },
        { index: 3, eventId: '', field: '', reason: 'not_an_object' },
        { index: 4, eventId: '', field: 'type', reason: 'unknown_type' },
      ],
    });
    expect(bench.encoded.rejected.map(({ raw }) => JSON.parse(raw) as unknown)).toEqual([
      bad,
      null,
      'text',
      { type: 'nope', more: 1 },
    ]);
  });

  it('takes what is good beside an event that is nested too deeply to be written down', async () => {
    const bench = createBench();
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const text = JSON.stringify(makeBatch({ events: [makeEvent(1), 'deep'] })).replace('"deep"', deep);
    const answer = bench.send(text);
    bench.end(0);
    expect(await answer).toMatchObject({ accepted: 1, rejected: [{ index: 1, reason: 'not_an_object' }] });
    expect(bench.encoded.rejected.map(({ raw }) => raw)).toEqual(['']);
  });

  it.each([
    [{ v: 2 }, 'v'],
    [{ batchId: 'x' }, 'batchId'],
    [{ events: [] }, 'events'],
    [{ context: { ...makeBatch().context, surface: 'desktop' } }, 'context.surface'],
  ])('refuses a batch with %j as a whole, naming the field', async (envelope, field) => {
    const bench = createBench();
    await expect(bench.send(makeBatch({ envelope }))).rejects.toMatchObject({ code: 'invalid_batch', field });
    expect(bench.commits).toEqual([]);
  });

  it('takes history from a secret key alone, and does not correct its times', async () => {
    const bench = createBench();
    const sentAt = T0 - 3_600_000; // a clock that is an hour and a minute behind
    const batch = makeBatch({ envelope: { historical: true, sentAt } });
    await expect(bench.send(batch)).rejects.toMatchObject({ code: 'forbidden', field: 'historical' });
    const asSecret = bench.send(batch, { mayBeHistorical: true });
    bench.end(0);
    expect(await asSecret).toMatchObject({ accepted: 1 });
    expect(bench.encoded.accepted[0]).toMatchObject({
      batch: { historical: true, clockSkewMs: 0 },
      rows: [{ correctedAt: T0 + 1_000 }],
    });
    const asNews = bench.send(makeBatch({ queue: 2, envelope: { sentAt } }));
    bench.end(1);
    await asNews;
    expect(bench.encoded.accepted[1]).toMatchObject({
      batch: { historical: false, clockSkewMs: 3_660_000 },
      rows: [{ correctedAt: delivery.receivedAt }],
    });
  });

  it('keeps workspaces and queues apart', async () => {
    const bench = createBench();
    const answers = [
      bench.send(makeBatch()),
      bench.send(makeBatch(), { workspaceId: 'w2' }),
      bench.send(makeBatch({ queue: 2 })),
    ];
    for (const index of answers.keys()) bench.end(index);
    for (const answer of answers) expect(await answer).toMatchObject({ accepted: 1, duplicate: 0 });
  });

  it("takes the user agent of the context before the request's", async () => {
    const bench = createBench();
    const answer = bench.send(makeBatch({ context: { userAgent: 'somebot/1.0' } }));
    bench.end(0);
    await answer;
    expect(bench.encoded.accepted[0]?.batch).toMatchObject({ userAgent: 'somebot/1.0', isBot: true });
  });

  it("masks what is a person's and cleans addresses before anything is encoded, published or kept as rejected", async () => {
    const bench = createBench();
    const url = 'https://ann:pw@a.example/p?utm_source=ann@example.com&token=s3cret&tab=2#s3cret';
    const good = makeEvent(1, {
      type: 'page_view',
      name: undefined,
      url,
      page: '/p?token=s3cret',
      title: 'Ann 13812345678',
    });
    const bad = { ...makeEvent(2, { url, props: { 'ann@example.com': 'x', note: ['4111111111111111'] } }), seq: 0 };
    const answer = bench.send(makeBatch({ events: [good, bad], context: { device: { locale: 'ann@example.com' } } }));
    bench.end(0);
    expect(await answer).toMatchObject({ accepted: 1, rejected: [{ index: 1 }] });
    const kept = JSON.stringify([bench.encoded, bench.published]);
    expect(kept).not.toMatch(/s3cret|ann@example|13812345678|4111111111111111|:pw/);
    const clean = 'https://a.example/p?utm_source=[email]&tab=2';
    expect(bench.encoded.accepted[0]?.rows[0]?.event).toMatchObject({ url: clean, page: '/p', title: 'Ann [phone]' });
    expect(JSON.parse(bench.encoded.rejected[0]?.raw ?? '')).toMatchObject({
      url: clean,
      props: { '[email]': 'x', note: ['[card]'] },
    });
    expect(bench.found.filter((one) => one.endsWith('masked'))).toHaveLength(bench.found.length);
    expect(new Set(bench.found)).toEqual(new Set(['email masked', 'phone masked', 'card masked']));
  });

  it('keeps what a workspace asks for, and counts it', async () => {
    const bench = createBench();
    const event = makeEvent(1, { props: { tel: '13812345678' }, page: '/p?tab=1' });
    const answer = bench.send(makeBatch({ events: [event] }), { workspaceId: 'w2' });
    bench.end(0);
    await answer;
    expect(bench.encoded.accepted[0]?.rows[0]?.event).toMatchObject({ props: { tel: '13812345678' }, page: '/p' });
    expect(bench.found).toEqual(['phone left']);
  });

  it('keeps no personal data in the id and the field of what it refuses, and answers with both as they came', async () => {
    const bench = createBench();
    const events = [
      { type: 'nope', eventId: 'ann@example.com' },
      { ...makeEvent(2), props: { 13812345678: null } },
    ];
    const answer = bench.send(makeBatch({ events }));
    bench.end(0);
    expect((await answer).rejected).toMatchObject([{ eventId: 'ann@example.com' }, { field: 'props.13812345678' }]);
    expect(bench.encoded.rejected.map(({ rejection }) => rejection)).toMatchObject([
      { eventId: '[email]' },
      { field: 'props.[phone]' },
    ]);
  });

  it('looks at the headers of the device itself only, and at no place of a server', async () => {
    const bench = createBench();
    const headers = {}; // no browser
    const userAgent = 'Mozilla/5.0 (iPhone) AppleWebKit/605 Version/17.0 Mobile Safari/605';
    const sent: [Parameters<typeof makeBatch>[0], Partial<Delivery>][] = [
      [{ queue: 1 }, { headers }],
      [{ queue: 2, context: { userAgent } }, { headers }],
      [{ queue: 3 }, { headers, mayBeHistorical: true }],
      [
        { queue: 4, envelope: { historical: true } },
        { headers, mayBeHistorical: true },
      ],
    ];
    for (const [index, [batch, options]] of sent.entries()) {
      const answer = bench.send(makeBatch(batch), { userAgent, ...options });
      bench.end(index);
      await answer;
    }
    const clients = bench.encoded.accepted.map(({ batch }) => [batch.client?.country, batch.client?.botSignals.join()]);
    expect(clients).toEqual([
      ['CN', 'no_language,no_encoding'],
      ['CN', ''],
      ['CN', ''],
      ['', ''],
    ]);
  });

  it('notes a refused event in the one commit of its batch, with or without good ones beside it', async () => {
    const bench = createBench();
    const bad = (seq: unknown) => ({ ...makeEvent(1), type: 'nope', seq });
    for (const [index, events] of [[makeEvent(1), bad(2)], [bad(3), bad('x')], [bad('x')]].entries()) {
      const answer = bench.send(makeBatch({ events }));
      bench.end(index);
      await answer;
    }
    const notes = bench.commits.map(({ records }) => records.map(({ note }) => decodeNotes(note)));
    expect(notes).toMatchObject([[[{ seqs: [1, 1], rejected: [2, 2] }], []], [[{ seqs: [], rejected: [3, 3] }]], [[]]]);
  });

  it('corrects times by what the device measured of its clock', async () => {
    const bench = createBench();
    const context = { clockOffsetMs: 4_000, clockErrorMs: 50 };
    const answer = bench.send(makeBatch({ context, envelope: { sentAt: delivery.receivedAt - 9_000 } }));
    bench.end(0);
    await answer;
    expect(bench.encoded.accepted[0]).toMatchObject({
      batch: { clockSkewMs: 4_000 },
      rows: [{ correctedAt: T0 + 5_000 }],
    });
  });
});
