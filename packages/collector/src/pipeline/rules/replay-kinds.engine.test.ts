import { brandId } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { T0 } from '../../../../../test/fixtures/batches.js';
import { startTestEngine } from '../../../../../test/fixtures/migrated-store.js';
import { flagOf } from '../../../../../test/fixtures/risk-flag.js';
import type { TestEngine } from '../../../../../test/fixtures/start-engine.js';
import { batchRow, EVENTS_LAYOUT, eventRow, rowId } from '../../../../../test/fixtures/store-rows.js';
import { createRowEncoder } from '../../store/encode-rows.js';
import { loadRows } from '../../store/load-rows.js';
import { incidentId } from '../risk/known-flags.js';
import { replayKinds } from './replay-kinds.js';
import { policySchema } from './risk-policy.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const encoder = createRowEncoder();

/** Four events of a program's device, which arrive within a minute. */
function delivery(minute: number, workspaceId: string): Uint8Array {
  const receivedAt = T0 + minute * MINUTE_MS + 59_000;
  const batch = { ...batchRow(minute, minute, workspaceId), receivedAt, isBot: true };
  const seqs = [1, 2, 3, 4].map((n) => 10 * minute + n);
  return encoder.events(
    batch,
    seqs.map((seq) => eventRow(seq, { type: 'page_view', eventId: brandId(rowId(seq)) }, minute * MINUTE_MS + seq)),
  );
}

describe('kinds that were left out', () => {
  let test: TestEngine;
  const nowMs = T0 + 6 * MINUTE_MS;
  const span = {
    workspaceId: 'w1',
    policy: policySchema.parse({}),
    kinds: ['bot'] as const,
    fromMs: T0 + 2 * MINUTE_MS,
    nowMs,
  };
  const wide = { eventsMax: 1_000, sliceEvents: 5, timeMs: MINUTE_MS };
  const replay = (limits = wide, clock = () => nowMs, flags = [flagOf({})]) =>
    replayKinds(test.store, span, flags, clock, limits);

  beforeAll(async () => {
    test = await startTestEngine();
    const rows = [1, 2, 3, 4, 5].map((minute) => delivery(minute, 'w1'));
    expect(await loadRows(test.store, EVENTS_LAYOUT, [...rows, delivery(7, 'w2'), delivery(3, 'w2')])).toBeUndefined();
  });
  afterAll(() => test.close());

  it('are found in the events of the workspace, those of before only teach, beside what was told and judged', async () => {
    const dedupeKey = `bot|device:${rowId(3)}|${DAY_MS}:${Math.floor(T0 / DAY_MS)}`;
    const told = flagOf({
      flagId: incidentId('w1', dedupeKey, 0),
      kind: 'bot',
      status: 'resolved',
      entity: { kind: 'device', id: rowId(3) },
      firstAt: T0,
      lastAt: T0,
    });
    expect(await replay(wide, undefined, [told])).toEqual({
      kinds: [
        {
          kind: 'bot',
          told: 4, // of five devices, whose first was seen before
          stored: 1,
          labelledTrue: 1,
          labelledFalse: 0,
          unlabelled: 3,
          summary: 'would have told 4, of which 1 already labelled true, 0 false positive',
          notReplayed: null,
        },
      ],
      events: 20,
      learntFromMs: span.fromMs - 100 * DAY_MS,
      fromMs: span.fromMs,
      untilMs: nowMs + 1,
      complete: true,
    });
  });

  it('say from when on they were looked for where there is more than is read', async () => {
    expect(await replay({ ...wide, eventsMax: 8 })).toMatchObject({
      kinds: [{ told: 2 }],
      events: 8,
      learntFromMs: T0 + 4 * MINUTE_MS,
      fromMs: T0 + 4 * MINUTE_MS,
      complete: false,
    });
    // All that was asked for, though the detectors learnt of less before it.
    expect(await replay({ ...wide, eventsMax: 16 })).toMatchObject({
      kinds: [{ told: 4 }],
      learntFromMs: span.fromMs,
      fromMs: span.fromMs,
      complete: true,
    });
  });

  it('say until when they were looked for where time runs out', async () => {
    let asked = 0;
    const hurried = () => nowMs + 20_000 * asked++;
    const { kinds, ...rest } = await replay({ ...wide, timeMs: 10_000 }, hurried);
    expect(kinds).toMatchObject([{ told: 0 }]);
    expect(rest).toMatchObject({ events: 4, untilMs: expect.any(Number), complete: false });
    expect(rest.untilMs).toBeLessThan(nowMs);
  });
});
