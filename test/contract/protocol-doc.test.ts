import { readFile } from 'node:fs/promises';
import { LIMITS, PROBLEM_STATUS, REJECTION_REASONS } from '@tidemark/protocol';
import { EVENT_SCHEMAS } from '@tidemark/protocol/schema';
import { describe, expect, it } from 'vitest';

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
    const actual = Object.entries(EVENT_SCHEMAS).map(([type, schema]) => {
      const fields = Object.entries(schema.shape)
        .filter(([name]) => !SHARED.includes(name))
        .map(([name, field]) => `\`${name}${field.safeParse(undefined).success ? '?' : ''}\``);
      return [`\`${type}\``, fields.join(', ')];
    });
    expect(documented).toEqual(actual);
  });

  it('states every limit with its value', () => {
    const documented = rowsUnder('Limits').map(([name, value]) => [name, value]);
    expect(documented).toEqual(Object.entries(LIMITS).map(([name, value]) => [`\`${name}\``, String(value)]));
  });

  it('names every reason and every refusal', () => {
    const reasons = /Reasons: ([^.]+)\./s.exec(page)?.[1]?.match(/\w+/g);
    expect(reasons).toEqual([...REJECTION_REASONS]);
    const refusals = rowsUnder('Refusals').map(([status, code]) => [code, Number(status)]);
    const actual = Object.entries(PROBLEM_STATUS).map(([code, status]) => [`\`${code}\``, status]);
    expect(refusals.sort()).toEqual(actual.sort());
  });
});
