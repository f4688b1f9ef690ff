import {
  brandId,
  type Purpose,
  type Surface,
  TRANSITION_WAYS,
  type TrackedEvent,
  WEB_VITALS,
  type WebVitalName,
} from '@tidemark/protocol';
import { createRandom, integerBetween, pick } from '../../../benchmarks/src/load/random.js';
import { createRowEncoder } from '../../../packages/collector/src/store/encode-rows.js';
import { T0 } from '../../fixtures/batches.js';
import { batchRow, eventRow, rowId } from '../../fixtures/store-rows.js';

const encoder = createRowEncoder();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 6;
const TEMPLATES = ['home', 'product', 'order', "it's", ''];
const MODULES = ['banner', 'chart', 'rules', '漢字'];
export const CONTENT_FROM = T0 - (T0 % DAY_MS);
export const CONTENT_TO = CONTENT_FROM + DAYS * DAY_MS;

type Random = () => number;
type Fields = Partial<TrackedEvent> & Pick<TrackedEvent, 'type'>;

/** One event as a person would write it down. */
export interface ContentEvent {
  readonly type: string;
  readonly at: number;
  readonly seq: number;
  readonly surface: Surface;
  /** Number of the view within all; undefined outside any. */
  readonly view: number | undefined;
  readonly fields: Fields;
}

export interface ContentSession {
  readonly number: number;
  readonly visitor: number;
  readonly country: string;
  readonly denied: readonly Purpose[];
  readonly events: readonly ContentEvent[];
}

/** Sessions that go to and fro between pages and screens; with what goes wrong on the way, and what nobody gave a view. */
export function makeContent(seed: number, sessions: number): ContentSession[] {
  const random = createRandom(seed);
  let [view, seq] = [0, 0];
  // Ids as far apart as random ones are, by which a share of people is drawn.
  const people = Array.from({ length: Math.ceil(sessions / 2) }, () => integerBetween(random, 1, 999_999_999));
  return Array.from({ length: sessions }, (_, i) => {
    const events: ContentEvent[] = [];
    const visitor = pick(random, people);
    let at = CONTENT_FROM + integerBetween(random, 0, DAYS * 24 * 60 - 120) * 60_000;
    let surface = pick(random, ['h5', 'native'] as const);
    const note = (fields: Fields, hasView = true) =>
      events.push({ type: fields.type, at, seq: ++seq, surface, view: hasView ? view : undefined, fields });
    // A session may begin with an event that no view has.
    if (random() < 0.2) note({ type: 'identify', userId: brandId(`u${visitor}`) }, false);
    const views = integerBetween(random, 0, 6);
    for (let n = 0; n < views; n++) {
      if (random() < 0.3) surface = surface === 'h5' ? 'native' : 'h5';
      view++;
      at += integerBetween(random, 0, 60_000);
      noteView(random, note, surface, n, (waitMs) => {
        at += waitMs;
      });
    }
    if (random() < 0.15) note({ type: 'conversion', goal: pick(random, ['paid', 'joined']) }, false);
    return {
      number: i + 1,
      visitor,
      country: pick(random, ['CN', 'DE']),
      denied: random() < 0.1 ? ['analytics'] : random() < 0.1 ? ['risk'] : [],
      events,
    };
  });
}

function noteView(
  random: Random,
  note: (fields: Fields, hasView?: boolean) => void,
  surface: Surface,
  n: number,
  wait: (ms: number) => void,
): void {
  const template = pick(random, TEMPLATES);
  const hasView = random() < 0.95; // an SDK of somebody else's
  note({ type: surface === 'h5' ? 'page_view' : 'screen_view', page: `/${template}`, template }, hasView);
  if (n > 0 && random() < 0.9) note({ type: 'transition', fromPage: '/', way: pick(random, TRANSITION_WAYS) }, hasView);
  if (surface === 'h5') for (const metric of WEB_VITALS) if (random() < 0.5) note(vitalOf(random, metric), hasView);
  wait(integerBetween(random, 0, 5_000));
  for (let i = integerBetween(random, 0, 3); i > 0; i--)
    note({ type: 'exposure', module: pick(random, MODULES) }, random() < 0.9 && hasView); // the same one twice, too
  if (random() < (surface === 'h5' ? 0.15 : 0.08)) note({ type: 'error', message: 'x' }, hasView);
  if (random() < 0.3) note({ type: 'click', target: 'buy' }, hasView);
  wait(integerBetween(random, 0, 20_000));
  if (random() < 0.15) note({ type: 'conversion', goal: pick(random, ['paid', 'joined']) }, hasView);
  if (random() < 0.85)
    note({ type: 'view_end', dwellMs: integerBetween(random, 200, surface === 'h5' ? 40_000 : 30_000) }, hasView);
}

function vitalOf(random: Random, metric: WebVitalName): Fields {
  return {
    type: 'web_vital',
    metric,
    value: metric === 'CLS' ? Math.round(random() * 3) / 10 : integerBetween(random, 20, 4_000),
  };
}

/** Rows of a session, a batch each surface. @param weightOf - what each event stands for, and undefined for what is not kept. */
export function contentRows(
  { number, visitor, country, denied, events }: ContentSession,
  workspace: string,
  weightOf: (event: ContentEvent) => number | undefined = () => 1,
): Uint8Array[] {
  const startedAt = events[0]?.at ?? CONTENT_FROM;
  return (['h5', 'native'] as const).map((surface) => {
    const batch = batchRow(number, visitor, workspace);
    const context = {
      ...batch.context,
      surface,
      sessionStartedAt: startedAt,
      consent: Object.fromEntries(denied.map((purpose) => [purpose, 'denied'])),
    };
    const rows = events.flatMap((event) => {
      const weight = weightOf(event);
      if (event.surface !== surface || weight === undefined) return [];
      const viewId = event.view === undefined ? {} : { viewId: brandId<never>(rowId(500_000 + event.view)) };
      const fields = { ...event.fields, ...viewId, ...(weight === 1 ? {} : { sampleWeight: weight }) };
      return [eventRow(event.seq, fields, event.at - T0)];
    });
    const client = { botSignals: [], uaFamily: '', osFamily: '', deviceClass: '', country, region: '' };
    return encoder.events({ ...batch, context, client }, rows);
  });
}
