import { readFile } from 'node:fs/promises';
import { AUTHORITATIVE_TYPES, type AuthoritativeType } from '@tidemark/protocol';
import { AUTHORITATIVE_SCHEMAS, serverEnvelopeSchema } from '@tidemark/protocol/schema';
import { describe, expect, it } from 'vitest';

describe('server-events.json, a batch as version 1 of the protocol has it', () => {
  it('is taken by the schemas, every type and field of it', async () => {
    const golden: unknown = JSON.parse(await readFile('test/contract/server-events.json', 'utf8'));
    const batch = serverEnvelopeSchema.parse(golden);
    expect(batch).toEqual(golden);
    const events = batch.events as { readonly type: AuthoritativeType }[]; // checked below
    expect(events.map(({ type }) => type)).toEqual(AUTHORITATIVE_TYPES);
    for (const event of events) expect(AUTHORITATIVE_SCHEMAS[event.type].parse(event)).toEqual(event);
    const fields = new Set(events.flatMap(Object.keys));
    const known = new Set(Object.values(AUTHORITATIVE_SCHEMAS).flatMap(({ shape }) => Object.keys(shape)));
    expect([...known].filter((name) => !fields.has(name))).toEqual([]);
  });
});
