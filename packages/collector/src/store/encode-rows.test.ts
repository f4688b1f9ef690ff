import { AUTHORITATIVE_TYPES, brandId, EVENT_TYPES } from '@tidemark/protocol';
import { AUTHORITATIVE_SCHEMAS, EVENT_SCHEMAS } from '@tidemark/protocol/schema';
import { describe, expect, it } from 'vitest';
import { createRowEncoder } from './encode-rows.js';
import { createRowBinaryWriter } from './row-binary.js';
import { BATCH_COLUMNS, type BatchRow, EVENT_COLUMNS, type EventRow } from './tables/events.js';

const uuid = (n: number) => `0198c0de-0000-7000-8000-${String(n).padStart(12, '0')}`;
const batch: BatchRow = {
  workspaceId: 'w',
  batchId: uuid(1),
  context: {
    appId: 'app',
    surface: 'h5',
    sdk: { name: 'test', version: '1' },
    queueId: brandId(uuid(2)),
    visitorId: brandId(uuid(3)),
    sessionId: brandId(uuid(4)),
    sessionStartedAt: 1_767_600_000_000,
    consent: { risk: 'denied' },
  },
  receivedAt: 1_767_600_001_000,
  clockSkewMs: -5,
  userAgent: 'test/1',
  isBot: true,
  client: {
    botSignals: ['robot_agent', 'webdriver'],
    uaFamily: 'WeChat',
    osFamily: 'iOS',
    deviceClass: 'mobile',
    country: 'CN',
    region: 'CN-SH',
    point: { latitude: 31.2, longitude: -121.5, radiusKm: 20 },
  },
  ipPrefix: '10.0.0.0/24',
  historical: false,
};

/** A value of some length for every field that the type has. */
const VALUES: Readonly<Record<string, unknown>> = {
  eventId: uuid(5),
  viewId: uuid(6),
  previousVisitorId: uuid(7),
  props: { a: 'x', n: 1.5, ok: true },
  traits: { tier: 'gold' },
  purposes: { analytics: 'granted' },
  dropped: { age: 3 },
  sampleWeight: 4,
  logicalCount: 65_535,
  modules: ['hero', '漢字', ''],
};
const NUMBERS = /At$|Ms$|Ratio$|^(seq|value|amount|shares|remainingShares|revision|price|queued|delivered|rejected)$/;

const SCHEMAS = { ...EVENT_SCHEMAS, ...AUTHORITATIVE_SCHEMAS };

function fullEvent(type: keyof typeof SCHEMAS, keep: (field: string) => boolean): EventRow['event'] {
  const fields = Object.keys(SCHEMAS[type].shape).filter(
    (field) => keep(field) || ['eventId', 'seq', 'occurredAt'].includes(field),
  );
  const event = fields.map((field, index) => {
    const value = VALUES[field] ?? (NUMBERS.test(field) ? index + 1 : `${field} 漢 ${'é'.repeat(index * 9)}`);
    return [field, value];
  });
  return { ...Object.fromEntries(event), type } as EventRow['event']; // every field of the type, of the right kind
}

/** Column by column, as the table of columns says. */
function encodeNaively(rows: readonly EventRow[]): Buffer {
  const writer = createRowBinaryWriter();
  for (const row of rows) {
    for (const column of BATCH_COLUMNS) column.write(writer, batch);
    for (const column of EVENT_COLUMNS) column.write(writer, row);
  }
  return writer.take();
}

describe('the row encoder', () => {
  const encoder = createRowEncoder();

  it.each([...EVENT_TYPES, ...AUTHORITATIVE_TYPES])(
    'writes a %s as the columns say, with all of its fields, some of them, and none',
    (type) => {
      const rows = [() => true, (field: string) => field.length % 2 === 0, () => false].map((keep, index) => ({
        event: fullEvent(type, keep),
        correctedAt: 1_767_600_000_000 + index,
      }));
      expect(Buffer.from(encoder.events(batch, rows))).toEqual(encodeNaively(rows));
    },
  );

  it('writes strings around every length at which their encoding changes', () => {
    const writer = createRowBinaryWriter();
    for (const length of [0, 1, 23, 24, 25, 42, 43, 127, 128, 129, 16_383, 16_384, 70_000]) {
      for (const letter of ['a', 'é', '漢', '😀', '\ud800']) {
        const text = letter.repeat(length);
        writer.string(text);
        const bytes = Buffer.from(text, 'utf8');
        const prefix: number[] = [];
        for (let rest = bytes.length; ; rest >>>= 7) {
          if (rest < 128) {
            prefix.push(rest);
            break;
          }
          prefix.push((rest & 127) | 128);
        }
        expect(writer.take().equals(Buffer.concat([Buffer.from(prefix), bytes])), `${length} x ${letter}`).toBe(true);
      }
    }
  });
});
