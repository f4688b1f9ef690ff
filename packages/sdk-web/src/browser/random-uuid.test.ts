import { timeOfUuidV7, UUID_PATTERN } from '@tidemark/protocol';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createIds, newId } from './random-uuid.js';

const timeMs = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('createIds', () => {
  it('makes UUIDs of that time, version 7', () => {
    fc.assert(
      fc.property(timeMs, (time) => {
        for (const id of [newId<string>(time), createIds()<string>(time)]) {
          expect(id).toMatch(new RegExp(UUID_PATTERN));
          expect(timeOfUuidV7(id)).toBe(time);
        }
      }),
    );
  });

  it('makes each once, in order within a millisecond, and asks for new randomness before it counts anew', () => {
    const ids = createIds();
    const made = Array.from({ length: 10_000 }, () => ids<string>(1_800_000_000_000));
    expect(new Set(made).size).toBe(10_000);
    expect([...made.slice(0, 4_096)].sort()).toEqual(made.slice(0, 4_096));
    expect(new Set(made.map((id) => id.slice(19))).size).toBe(3);
  });

  it('gives no two pages the same random part, of which every bit is used', () => {
    const parts = Array.from({ length: 1_000 }, () => newId<string>(0).slice(19));
    expect(new Set(parts).size).toBe(1_000);
    const octets = parts.map((part) => BigInt(`0x${part.replace('-', '')}`));
    const or = octets.reduce((all, each) => all | each);
    const and = octets.reduce((all, each) => all & each);
    expect(or).toBe(0xbfff_ffff_ffff_ffffn);
    expect(and).toBe(0x8000_0000_0000_0000n);
  });

  it('keeps its length where the random bits are zero', () => {
    const zeros = vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => array);
    onTestFinished(() => zeros.mockRestore());
    expect(newId(0)).toBe('00000000-0000-7000-8000-000000000000');
  });
});
