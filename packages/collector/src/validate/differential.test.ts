import { AUTHORITATIVE_TYPES, EVENT_TYPES, LIMITS } from '@tidemark/protocol';
import {
  AUTHORITATIVE_SCHEMAS,
  batchEnvelopeSchema,
  EVENT_SCHEMAS,
  serverEnvelopeSchema,
} from '@tidemark/protocol/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEnvelopeCheck, createServerEnvelopeCheck } from './check-envelope.js';
import { createEventCheck, createServerEventCheck } from './check-event.js';

const uuid = fc.uuid();
const names = (count: number) => Array.from({ length: count }, (_, i) => `module ${i}`);
/** Values that sit on and beside every bound of the schemas, and values of the wrong kind. */
const wild = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom(
    ...[LIMITS.nameLength, LIMITS.idLength, LIMITS.textLength, LIMITS.urlLength, LIMITS.stackLength].flatMap(
      (length) => ['x'.repeat(length), 'x'.repeat(length + 1), '😀'.repeat(length / 2), '😀'.repeat(length / 2 + 1)],
    ),
  ),
  fc.constantFrom(0, 1, -1, 0.5, 1.5, 2 ** 53, 2 ** 48, 1e13, -0, LIMITS.amountMax, LIMITS.amountMax + 1),
  fc.constantFrom(
    LIMITS.occurredAtMinMs,
    LIMITS.occurredAtMinMs - 1,
    LIMITS.occurredAtMaxMs,
    LIMITS.occurredAtMaxMs + 1,
  ),
  fc.constantFrom(LIMITS.dwellMaxMs, LIMITS.dwellMaxMs + 1, LIMITS.seqMax, LIMITS.seqMax + 1),
  fc.constantFrom('subscribe', 'sell', 'intent', 'LCP', 'link', 'granted', 'h5'),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer(), { maxLength: 2 }),
  fc.constantFrom(65_535, 65_536, names(LIMITS.modulesCount), names(LIMITS.modulesCount + 1), [''], ['x', 1]),
  fc.dictionary(
    fc.string({ maxLength: 70 }).filter((key) => key !== '__proto__'),
    fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
    { maxKeys: 4 },
  ),
  uuid,
);
const likely: Record<string, fc.Arbitrary<unknown>> = {
  eventId: uuid,
  viewId: uuid,
  previousVisitorId: uuid,
  seq: fc.integer({ min: 1, max: 1_000 }),
  occurredAt: fc.constant(1_767_600_000_000),
  dwellMs: fc.integer({ min: 0, max: 1_000 }),
  visibleMs: fc.integer({ min: 0, max: 1_000 }),
  focusedMs: fc.integer({ min: 0, max: 1_000 }),
  monotonicMs: fc.double({ min: 0, max: 1_000, noNaN: true }),
  logicalMs: fc.constantFrom(LIMITS.occurredAtMinMs, 1_767_600_000_000, LIMITS.occurredAtMaxMs),
  logicalCount: fc.constantFrom(0, 1, 65_535),
  sampleWeight: fc.integer({ min: 1, max: 10 }),
  // zod drops a key named __proto__; the compiled check keeps it, as the text it is
  props: fc.dictionary(
    fc.string({ minLength: 1, maxLength: 9 }).filter((key) => key !== '__proto__'),
    fc.oneof(fc.string(), fc.integer(), fc.boolean()),
  ),
  traits: fc.constant({ tier: 'gold' }),
  amount: fc.integer({ min: -5, max: 5 }),
  scrollDepthRatio: fc.constantFrom(0, 1),
  visibleRatio: fc.constantFrom(0, 1),
  depthRatio: fc.constantFrom(0, 0.5, 1),
  shares: fc.integer({ min: 0, max: 100 }),
  price: fc.integer({ min: 0, max: 100 }),
  value: fc.integer({ min: 0, max: 100 }),
  queued: fc.nat(5),
  delivered: fc.nat(5),
  rejected: fc.nat(5),
  dropped: fc.constant({ age: 1 }),
  purposes: fc.constant({ risk: 'granted' }),
  side: fc.constantFrom('subscribe', 'sell'),
  phase: fc.constantFrom('intent', 'filled', 'expired'),
  remainingShares: fc.integer({ min: 0, max: 100 }),
  periodAt: fc.constantFrom(LIMITS.occurredAtMinMs, 1_767_600_000_000),
  revision: fc.constantFrom(0, 1, 65_535),
  metric: fc.constantFrom('LCP', 'CLS'),
  way: fc.constantFrom('link', 'push'),
  page: fc.constant('/a'),
  fromPage: fc.constant('/b'),
  url: fc.constant('https://example.test/x'),
  modules: fc.oneof(
    fc.array(fc.constantFrom('hero', '漢字'), { maxLength: 3 }),
    fc.constant(names(LIMITS.modulesCount)),
  ),
};

const SCHEMAS = { ...EVENT_SCHEMAS, ...AUTHORITATIVE_SCHEMAS };

/** An event of the type that is right in most places: each field is likely, wild or absent. */
function eventOf(type: keyof typeof SCHEMAS): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.keys(SCHEMAS[type].shape).filter((field) => field !== 'type');
  const record = Object.fromEntries(
    fields.map((field) => [
      field,
      fc.oneof(
        { weight: 12, arbitrary: likely[field] ?? fc.constant('a') },
        { weight: 1, arbitrary: wild },
        { weight: 2, arbitrary: fc.constant(undefined) },
      ),
    ]),
  );
  return fc
    .record(record)
    .map((event) => JSON.parse(JSON.stringify({ ...event, type, unknown: 1 })) as Record<string, unknown>);
}

describe('the compiled validator', () => {
  const checkEvent = createEventCheck();
  const checkServerEvent = createServerEventCheck();
  const ways = [
    ...EVENT_TYPES.map((type) => ({ type, check: checkEvent, other: checkServerEvent })),
    ...AUTHORITATIVE_TYPES.map((type) => ({ type, check: checkServerEvent, other: checkEvent })),
  ];

  it.each(ways)('judges $type events exactly as zod does, and leaves exactly the fields zod leaves', (way) => {
    const { type, check, other } = way;
    let good = 0;
    fc.assert(
      fc.property(eventOf(type), (event) => {
        const byZod = SCHEMAS[type].safeParse(structuredClone(event));
        expect(other(event)).toEqual({ kind: 'bad', fault: { reason: 'not_allowed', field: 'type' } });
        const verdict = check(event);
        expect(verdict.kind === 'good').toBe(byZod.success);
        if (verdict.kind === 'good') {
          good++;
          expect(verdict.event).toEqual(byZod.data);
        } else {
          const paths = byZod.error?.issues.map((issue) => issue.path.join('.')) ?? [];
          expect(paths.some((path) => path === verdict.fault.field || path.startsWith(`${verdict.fault.field}.`))).toBe(
            true,
          );
        }
      }),
      { numRuns: 1_000 },
    );
    expect(good).toBeGreaterThan(10); // the generator must reach both verdicts
    expect(good).toBeLessThan(1_000);
  });

  it('judges envelopes exactly as zod does', () => {
    const check = createEnvelopeCheck();
    const context = fc.record(
      {
        appId: fc.oneof({ weight: 9, arbitrary: fc.constant('app') }, wild),
        surface: fc.oneof({ weight: 9, arbitrary: fc.constant('h5') }, wild),
        sdk: fc.oneof({ weight: 9, arbitrary: fc.constant({ name: 'a', version: '1' }) }, wild),
        queueId: uuid,
        visitorId: uuid,
        sessionId: uuid,
        sessionStartedAt: fc.oneof({ weight: 9, arbitrary: fc.constant(1_767_600_000_000) }, wild),
        device: fc.oneof(
          fc.constant({ screenWidth: 390, locale: 'zh-CN' }),
          fc.constant({ screenWidth: -1 }),
          fc.constant(undefined),
        ),
      },
      { requiredKeys: ['appId', 'surface', 'sdk', 'queueId', 'visitorId', 'sessionId'] },
    );
    const envelope = fc.record({
      v: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.constantFrom(2, '1', null)),
      batchId: fc.oneof({ weight: 9, arbitrary: uuid }, wild),
      sentAt: fc.constant(1_767_600_000_000),
      context: fc.oneof({ weight: 9, arbitrary: context }, wild),
      events: fc.oneof({ weight: 9, arbitrary: fc.array(fc.anything(), { minLength: 1, maxLength: 3 }) }, wild),
    });
    fc.assert(
      fc.property(envelope, (value) => {
        const json: unknown = JSON.parse(JSON.stringify(value));
        const byZod = batchEnvelopeSchema.safeParse(structuredClone(json));
        expect(check(json).kind === 'good').toBe(byZod.success);
      }),
      { numRuns: 1_000 },
    );
  });

  it("judges servers' envelopes exactly as zod does", () => {
    const check = createServerEnvelopeCheck();
    const context = fc.record({
      appId: fc.oneof({ weight: 9, arbitrary: fc.constant('app') }, wild),
      release: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(undefined, '1.0') }, wild),
      sdk: fc.oneof({ weight: 9, arbitrary: fc.constant({ name: 'a', version: '1' }) }, wild),
      queueId: uuid,
    });
    const envelope = fc.record({
      v: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.constantFrom(2, '1', null)),
      batchId: fc.oneof({ weight: 9, arbitrary: uuid }, wild),
      context: fc.oneof({ weight: 9, arbitrary: context }, wild),
      events: fc.oneof({ weight: 9, arbitrary: fc.array(fc.anything(), { minLength: 1, maxLength: 3 }) }, wild),
    });
    let good = 0;
    fc.assert(
      fc.property(envelope, (value) => {
        const json: unknown = JSON.parse(JSON.stringify(value));
        const byZod = serverEnvelopeSchema.safeParse(structuredClone(json));
        const verdict = check(json);
        expect(verdict.kind === 'good').toBe(byZod.success);
        if (verdict.kind === 'good') good++;
      }),
      { numRuns: 1_000 },
    );
    expect(good).toBeGreaterThan(100);
    expect(good).toBeLessThan(1_000);
  });

  it('names what is no event at all', () => {
    expect(checkEvent(null)).toMatchObject({ fault: { reason: 'not_an_object', field: '' } });
    expect(checkEvent([])).toMatchObject({ fault: { reason: 'not_an_object' } });
    expect(checkEvent({})).toMatchObject({ fault: { reason: 'missing_field', field: 'type' } });
    expect(checkEvent({ type: 'constructor' })).toMatchObject({ fault: { reason: 'unknown_type', field: 'type' } });
    expect(checkEvent({ type: { toString: 1 } })).toMatchObject({ fault: { reason: 'unknown_type', field: 'type' } });
    expect(checkEvent({ type: 'click' })).toMatchObject({ fault: { reason: 'missing_field' } });
  });

  it('counts keys: 64 props pass, 65 do not', () => {
    const event = (keys: number) => ({
      type: 'custom',
      name: 'x',
      eventId: '0198c0de-0000-7000-8000-000000000001',
      seq: 1,
      occurredAt: 1_767_600_000_000,
      props: Object.fromEntries(Array.from({ length: keys }, (_, i) => [`k${i}`, i])),
    });
    expect(checkEvent(event(64)).kind).toBe('good');
    expect(checkEvent(event(65))).toEqual({ kind: 'bad', fault: { reason: 'too_many_props', field: 'props' } });
  });
});
