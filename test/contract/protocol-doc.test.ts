import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  DEFAULT_SCOPES,
  ISSUABLE_SCOPES,
  KEY_PREFIXES,
  KEY_SCOPES,
  type KeyKind,
  type KeyScope,
  LIMITS,
  PROBLEM_STATUS,
  REJECTION_REASONS,
} from '@tidemark/protocol';
import { AUTHORITATIVE_SCHEMAS, EVENT_SCHEMAS, serverEnvelopeSchema } from '@tidemark/protocol/schema';
import { describe, expect, it } from 'vitest';
import { signServerRequest } from '../../packages/collector/src/ingest/sign-server-request.js';

const page = await readFile('docs/protocol.md', 'utf8');
const SHARED = [
  'type',
  'eventId',
  'seq',
  'occurredAt',
  'monotonicMs',
  'logicalMs',
  'logicalCount',
  'page',
  'viewId',
  'sampleWeight',
  'props',
];

const SHARED_BY_SERVERS = ['type', 'eventId', 'occurredAt', 'userId', 'accountId', 'props'];

type Shape = Readonly<Record<string, { safeParse(value: unknown): { readonly success: boolean } }>>;

/** Each type with the fields that not all carry, and which of them may be left out. */
function ownFields(
  schemas: Readonly<Record<string, { readonly shape: Shape }>>,
  shared: readonly string[],
): string[][] {
  return Object.entries(schemas).map(([type, { shape }]) => {
    const fields = Object.entries(shape)
      .filter(([name]) => !shared.includes(name))
      .map(([name, field]) => `\`${name}${field.safeParse(undefined).success ? '?' : ''}\``);
    return [`\`${type}\``, fields.join(', ')];
  });
}

function has(scopes: readonly KeyScope[], scope: KeyScope): boolean {
  return scopes.includes(scope);
}

/** Cells of the table rows that begin with a name in backticks or a status, between two headings. */
function rowsUnder(heading: string): string[][] {
  const section = page.split(new RegExp(`^#+ ${heading}$`, 'm'))[1]?.split(/^#+ /m)[0] ?? '';
  return section
    .split('\n')
    .filter((line) => /^\| (`|\d)/.test(line))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));
}

describe('docs/protocol.md', () => {
  it('lists every event type with its own fields, and which of them may be left out', () => {
    const documented = rowsUnder('Events').map(([type, , fields]) => [type, fields]);
    expect(documented).toEqual(ownFields(EVENT_SCHEMAS, SHARED));
  });

  it('lists what only servers send likewise', () => {
    const documented = rowsUnder('Sending from a server: `POST /v1/server`').map(([type, , fields]) => [type, fields]);
    expect(documented).toEqual(ownFields(AUTHORITATIVE_SCHEMAS, SHARED_BY_SERVERS));
  });

  it('shows a signature that anybody can compute again, and a batch that the schema takes', async () => {
    const section = page.split('### Signing')[1] ?? '';
    const key = /the key `(\w+)`/.exec(section)?.[1] ?? '';
    const body = /the body `(.+?)`/.exec(section)?.[1] ?? '';
    const [timestamp, nonce, signature] = ['Timestamp', 'Nonce', 'Signature'].map(
      (name) => new RegExp(`^Tidemark-${name}: (.+)$`, 'm').exec(section)?.[1] ?? '',
    ) as [string, string, string];
    expect(section).toContain(`\`v1.${timestamp}.${nonce}.${body}\``);
    const mac = createHmac('sha256', key).update(`v1.${timestamp}.${nonce}.${body}`).digest('hex');
    expect(signature).toBe(`v1=${mac}`);
    expect(signServerRequest(key, Number(timestamp), nonce, body)).toEqual({
      authorization: `Bearer ${key}`,
      'tidemark-timestamp': timestamp,
      'tidemark-nonce': nonce,
      'tidemark-signature': signature,
    });
    const example = /## Sending from a server[\s\S]*?```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const batch = serverEnvelopeSchema.parse(JSON.parse(example));
    expect(AUTHORITATIVE_SCHEMAS.order_fill.parse(batch.events[0])).toEqual(batch.events[0]);
  });

  it('states every limit with its value', () => {
    const documented = rowsUnder('Limits').map(([name, value]) => [name, value]);
    expect(documented).toEqual(Object.entries(LIMITS).map(([name, value]) => [`\`${name}\``, String(value)]));
  });

  it('lists each kind of key once, and what each scope is given to', () => {
    const [kinds, scopes] = [rowsUnder('Keys').slice(0, 3), rowsUnder('Keys').slice(3)];
    expect(kinds.map(([prefix, kind]) => [kind, prefix])).toEqual(
      Object.entries(KEY_PREFIXES).map(([kind, prefix]) => [kind, `\`${prefix}\``]),
    );
    const given = (kind: KeyKind, scope: KeyScope) =>
      has(DEFAULT_SCOPES[kind], scope) ? 'yes' : has(ISSUABLE_SCOPES[kind], scope) ? 'when asked for' : '-';
    const documented = scopes.filter(([scope]) => scope !== '`operator`').map(([scope, , ...by]) => [scope, ...by]);
    expect(documented).toEqual(
      KEY_SCOPES.filter((scope) => scope !== 'operator').map((scope) => [
        `\`${scope}\``,
        given('write', scope),
        given('read', scope),
        given('secret', scope),
      ]),
    );
  });

  it('names every reason and every refusal', () => {
    const reasons = /Reasons: ([^.(]+)/s.exec(page)?.[1]?.match(/\w+/g);
    expect(reasons).toEqual([...REJECTION_REASONS]);
    const refusals = rowsUnder('Refusals').map(([status, code]) => [code, Number(status)]);
    const actual = Object.entries(PROBLEM_STATUS).map(([code, status]) => [`\`${code}\``, status]);
    expect(refusals.sort()).toEqual(actual.sort());
  });
});
