import { brandId, type ConsentState, type Purpose, type TrackedEvent } from '@tidemark/protocol';
import { createRandom, integerBetween, pick } from '../../../benchmarks/src/load/random.js';
import { createRowEncoder } from '../../../packages/collector/src/store/encode-rows.js';
import type { BatchRow } from '../../../packages/collector/src/store/tables/events.js';
import { T0 } from '../../fixtures/batches.js';
import { batchRow, eventRow, rowId } from '../../fixtures/store-rows.js';

const encoder = createRowEncoder();
/** One event as a person would write it down: what the oracle counts from. */
export interface Noted {
  readonly visitor: string;
  readonly user: string;
  readonly session: string;
  readonly surface: 'h5' | 'native' | '';
  readonly country: string;
  readonly consent: Readonly<Record<Purpose, ConsentState | 'unknown'>>;
  readonly at: number;
  readonly seq: number;
  readonly type: string;
  readonly page: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface History {
  readonly noted: readonly Noted[];
  /** Rows of `events`, a batch each, in no order. */
  readonly loads: readonly Uint8Array[][];
}

const PAGES = ['/', '/funds', '/funds/7', '/order', '漢字', ''];
const DAYS = 12;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Midnight before the first event. */
export const HISTORY_FROM = T0 - (T0 % DAY_MS);
export const HISTORY_TO = HISTORY_FROM + DAYS * DAY_MS;

type Random = () => number;
type Fields = Partial<TrackedEvent> & Pick<TrackedEvent, 'type'>;

/** Sessions of a few dozen visitors over twelve days; nothing in it is in order, and consent changes on the way. */
export function makeHistory(seed: number, sessions: number): History {
  const random = createRandom(seed);
  const noted: Noted[] = [];
  const batches: Uint8Array[] = [];
  let seq = 0;
  for (let session = 1; session <= sessions; session++) {
    const visitor = integerBetween(random, 1, 40);
    const startedAt = HISTORY_FROM + integerBetween(random, 0, DAYS * 24 * 60 - 120) * MINUTE_MS;
    const parts = integerBetween(random, 1, 3);
    let at = startedAt;
    for (let part = 0; part < parts; part++) {
      const batch = anyBatch(random, session, visitor, startedAt);
      const rows = Array.from({ length: integerBetween(random, 1, 8) }, () => {
        at += integerBetween(random, 0, 4 * MINUTE_MS);
        const event = anyEvent(random);
        noted.push(noteOf(batch, event, at, ++seq));
        return eventRow(seq, event, at - T0);
      });
      batches.push(encoder.events(batch, shuffled(random, rows)));
    }
  }
  const server = serverBatch();
  batches.push(encoder.events(server, [eventRow(++seq, { type: 'conversion', goal: 'paid', page: '/' }, 60_000)]));
  const loads: Uint8Array[][] = [];
  for (const batch of shuffled(random, batches)) {
    const last = loads.at(-1);
    if (last === undefined || last.length === 25) loads.push([batch]);
    else last.push(batch);
  }
  return { noted, loads: shuffled(random, [...loads, ...loads]) };
}

function anyBatch(random: Random, session: number, visitor: number, startedAt: number): BatchRow {
  const batch = batchRow(session, visitor);
  const surface = visitor % 3 === 0 ? pick(random, ['h5', 'native'] as const) : visitor % 3 === 1 ? 'h5' : 'native';
  const consent = pick(random, [
    {},
    {},
    { analytics: 'granted' },
    { analytics: 'granted', marketing: 'granted', risk: 'granted' },
    { analytics: 'denied', marketing: 'denied', risk: 'granted' },
    { marketing: 'granted', risk: 'denied' },
  ] as const);
  const country = ['CN', 'HK', 'DE'][visitor % 3] ?? '';
  return {
    ...batch,
    context: {
      ...batch.context,
      surface,
      sessionStartedAt: startedAt,
      consent,
      ...(visitor % 4 === 0 ? { userId: brandId(`user ${visitor % 8}`) } : {}),
    },
    client: { botSignals: [], uaFamily: '', osFamily: '', deviceClass: '', country, region: '' },
  };
}

/** What a server says: no visit, though it is a conversion. */
function serverBatch(): BatchRow {
  const { context, ...batch } = batchRow(0, 0);
  return { ...batch, context: { appId: context.appId, sdk: context.sdk } };
}

function anyEvent(random: Random): Fields {
  const page = pick(random, PAGES);
  const order = { orderId: 'o', productId: 'p', shares: 1, price: 1, currency: 'CNY' };
  return pick<Fields>(random, [
    { type: 'page_view', page },
    { type: 'page_view', page },
    { type: 'screen_view', page },
    { type: 'view_end', page, dwellMs: integerBetween(random, 0, 90_000) },
    { type: 'click', page, target: pick(random, ['buy', 'sell']) },
    { type: 'error', page, message: 'x' },
    { type: 'transition', page, fromPage: pick(random, PAGES), way: pick(random, ['link', 'back'] as const) },
    { type: 'conversion', page, goal: pick(random, ['paid', 'joined']) },
    {
      type: 'order',
      page,
      ...order,
      side: pick(random, ['subscribe', 'sell'] as const),
      phase: pick(random, ['intent', 'placed'] as const),
    },
  ]);
}

function noteOf({ context, client }: BatchRow, event: Fields, at: number, seq: number): Noted {
  const { type, page = '', ...fields } = event;
  return {
    visitor: context.visitorId ?? rowId(0),
    user: context.userId ?? '',
    session: context.sessionId ?? '',
    surface: context.surface ?? '',
    country: client?.country ?? '',
    consent: { analytics: 'unknown', marketing: 'unknown', risk: 'unknown', ...context.consent },
    at,
    seq,
    type,
    page,
    fields,
  };
}

function shuffled<T>(random: Random, values: readonly T[]): T[] {
  const places = values.map((value) => ({ value, at: random() }));
  return places.sort((a, b) => a.at - b.at).map(({ value }) => value);
}
