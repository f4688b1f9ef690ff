import type { AuditEntry } from '@tidemark/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_HASH, sealEntry, verifyEntries } from './audit-chain.js';

function chain(chainId: string, length: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let number = 1; number <= length; number++) {
    const content = {
      actor: 'k1',
      addressPrefix: '203.0.113.0/24',
      action: 'key.issue',
      workspaceId: 'w',
      subject: `key ${number}`,
      detail: '{}',
    } as const;
    const previousHash = entries.at(-1)?.hash ?? NO_HASH;
    entries.push(sealEntry(content, { chainId, number, previousHash }, 1_000 + number));
  }
  return entries;
}

/** All but the chain's name: an entry under another name is missing from its own chain. */
const FIELDS = (Object.keys(chain('c', 1)[0] ?? {}) as (keyof AuditEntry)[]).filter((field) => field !== 'chainId');

describe('a chain of audit entries', () => {
  it('is whole as it was written, beside others', () => {
    const [a, b] = [chain('a', 5), chain('b', 3)];
    expect(verifyEntries([...a, ...b], 'file')).toEqual([]);
    expect(verifyEntries([b[0], a[0], a[1], b[1], a[2]] as AuditEntry[], 'file')).toEqual([]);
    expect(verifyEntries([], 'file')).toEqual([]);
  });

  it('names the first entry in which anything at all was altered', () => {
    fc.assert(
      fc.property(fc.nat({ max: 4 }), fc.constantFrom(...FIELDS), (at, field) => {
        const entries = chain('a', 5);
        const entry = entries[at] as AuditEntry;
        const altered = { ...entry, [field]: typeof entry[field] === 'number' ? Number(entry[field]) + 100 : 'other' };
        expect(verifyEntries(entries.with(at, altered), 'file')).toMatchObject([{ chainId: 'a', number: at + 1 }]);
      }),
    );
  });

  it('shows an alteration whose own hash was made anew, at the next entry', () => {
    const entries = chain('a', 4);
    const second = entries[1] as AuditEntry;
    const forged = sealEntry({ ...second, subject: 'another' }, second, second.at);
    expect(verifyEntries(entries.with(1, forged), 'store')).toEqual([
      { chainId: 'a', number: 3, fault: 'altered', source: 'store' },
    ]);
  });

  it('names the first that was taken out, and one that stands twice or in the wrong place', () => {
    const entries = chain('a', 5);
    const renamed = { ...(entries[2] as AuditEntry), chainId: 'b' };
    expect(verifyEntries(entries.with(2, renamed), 'file')).toMatchObject([
      { chainId: 'b', number: 1, fault: 'missing' },
      { chainId: 'a', number: 3, fault: 'missing' },
    ]);
    expect(verifyEntries(entries.toSpliced(2, 2), 'file')).toMatchObject([{ number: 3, fault: 'missing' }]);
    expect(verifyEntries(entries.slice(1), 'file')).toMatchObject([{ number: 1, fault: 'missing' }]);
    expect(verifyEntries(entries.toSpliced(3, 0, entries[1] as AuditEntry), 'file')).toMatchObject([
      { number: 2, fault: 'out_of_place' },
    ]);
  });

  it('tells the first break of each chain and no more', () => {
    const [a, b] = [chain('a', 6), chain('b', 6)];
    const breaks = verifyEntries([...a.toSpliced(1, 1).toSpliced(3, 1), ...b.toSpliced(4, 1)], 'file');
    expect(breaks.map(({ chainId, number }) => [chainId, number])).toEqual([
      ['a', 2],
      ['b', 5],
    ]);
  });
});
