import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulationTruth } from '@tidemark/analytics/simulator';
import { LIMITS } from '@tidemark/protocol';
import {
  AUTHORITATIVE_SCHEMAS,
  batchEnvelopeSchema,
  EVENT_SCHEMAS,
  serverEnvelopeSchema,
} from '@tidemark/protocol/schema';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEnvelopeCheck, createServerEnvelopeCheck } from '../validate/check-envelope.js';
import { createEventCheck, createServerEventCheck } from '../validate/check-event.js';
import { writeSimulation } from './simulate/write-simulation.js';
import { parseStart, type SimulateOptions, simulationOf } from './simulate-commands.js';

const START_AT = Date.parse('2026-01-05T00:00+08:00');
const settings: SimulateOptions = { seed: 7, days: 2, users: 40, app: 'demo' };

async function temporaryFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-simulate-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 'market.ndjson');
}

describe('tidemark simulate --output', { timeout: 60_000 }, () => {
  it('writes what the collector takes, all of it, by the schemas and by its own validators', async () => {
    const file = await temporaryFile();
    const written = await writeSimulation(simulationOf(settings, START_AT), file);
    const text = await readFile(file, 'utf8');
    const lines = text.trimEnd().split('\n');
    expect(written).toMatchObject({ file, batches: lines.length, bytes: Buffer.byteLength(text) });

    const checkEnvelope = createEnvelopeCheck();
    const checkServerEnvelope = createServerEnvelopeCheck();
    const checkEvent = createEventCheck();
    const checkServerEvent = createServerEventCheck();
    const types = new Set<string>();
    let events = 0;
    for (const line of lines) {
      const batch = JSON.parse(line);
      const isOfDevice = 'sentAt' in batch;
      (isOfDevice ? batchEnvelopeSchema : serverEnvelopeSchema).parse(batch);
      expect((isOfDevice ? checkEnvelope : checkServerEnvelope)(batch).kind).toBe('good');
      expect(batch.historical).toBe(isOfDevice ? true : undefined);
      expect(line.length).toBeLessThan(LIMITS.bodyBytes);
      const schemas: Record<string, { parse(value: unknown): unknown }> = isOfDevice
        ? EVENT_SCHEMAS
        : AUTHORITATIVE_SCHEMAS;
      for (const event of batch.events) {
        expect((isOfDevice ? checkEvent : checkServerEvent)(event).kind).toBe('good');
        expect(schemas[event.type]?.parse(event)).toEqual(event); // and nothing that is left off
        types.add(event.type);
        events++;
      }
    }
    expect(events).toBe(written.events);
    expect(types.size).toBeGreaterThanOrEqual(18);

    const truth = JSON.parse(await readFile(written.truthFile, 'utf8')) as SimulationTruth; // just written
    expect(truth).toMatchObject({ seed: 7, days: 2, users: 40, startAt: START_AT });
    const counted = Object.values(truth.ledger.events).reduce((sum, count) => sum + count, 0);
    expect(counted + truth.ledger.copies).toBe(events);
    expect(Object.keys(truth.orders).length).toBeGreaterThan(20);
  });

  it('writes the same bytes again', async () => {
    const [one, two] = [await temporaryFile(), await temporaryFile()];
    for (const file of [one, two]) await writeSimulation(simulationOf({ ...settings, users: 10 }, START_AT), file);
    for (const suffix of ['', '.truth.json']) {
      expect(await readFile(two + suffix, 'utf8')).toBe(await readFile(one + suffix, 'utf8'));
    }
  });

  it('says which file it cannot write', async () => {
    const nowhere = join(await temporaryFile(), 'below', 'a-file');
    await expect(writeSimulation(simulationOf({ ...settings, users: 1 }, START_AT), nowhere)).rejects.toMatchObject({
      code: 'import_file_unusable',
      message: expect.stringContaining(nowhere),
    });
  });

  it('waits for each batch until it is due when it is paced', async () => {
    const due: number[] = [];
    const waitUntil = async (at: number) => void due.push(at);
    const { batches } = await writeSimulation(
      simulationOf({ ...settings, users: 2, pace: 'real' }, START_AT),
      await temporaryFile(),
      waitUntil,
    );
    expect(due).toHaveLength(batches);
    expect(due).toEqual(due.toSorted((a, b) => a - b));
  });
});

describe('what tidemark simulate is told', () => {
  it.each([
    [{ users: 0 }, START_AT, '--users takes a whole number from 1 to 1000000.'],
    [{ days: 4_000 }, START_AT, '--days takes a whole number from 1 to 3660.'],
    [{}, 0, '--start lies between 2005-01-01'],
    [{ days: 30 }, Date.parse('2026-12-20T00:00Z'), 'The working days of 2027 are not known'],
  ])('is refused in a sentence: %j', (fault, startAt, sentence) => {
    expect(() => simulationOf({ ...settings, ...fault }, startAt)).toThrow(sentence);
  });

  it('may begin at a time with its zone', () => {
    expect(parseStart('2026-01-05T00:00+08:00')).toBe(START_AT);
    expect(parseStart('2026-01-04T16:00:00.000Z')).toBe(START_AT);
    for (const text of ['2026-01-05', '2026-01-05T00:00', 'yesterday', '2026-13-05T00:00Z', '']) {
      expect(() => parseStart(text), text).toThrow('a time with its zone');
    }
  });

  it('is news when it is paced and begins now, and history otherwise', () => {
    const historyOf = (more: Partial<SimulateOptions>) =>
      [...simulationOf({ ...settings, users: 2, ...more }, START_AT).batches].some(
        ({ batch }) => 'historical' in batch,
      );
    expect([historyOf({}), historyOf({ pace: 'real', start: START_AT }), historyOf({ pace: 'real' })]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
