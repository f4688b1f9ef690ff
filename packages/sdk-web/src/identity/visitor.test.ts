import { UUID_PATTERN } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { openVisitor } from './visitor.js';

const now = () => 1_800_000_000_000;

function storageWith(content: Record<string, string> = {}) {
  const map = new Map(Object.entries(content));
  return { get: (name: string) => map.get(name), set: (name: string, value: string) => void map.set(name, value) };
}

describe('openVisitor', () => {
  it('finds the visitor of an earlier page again', () => {
    const storage = storageWith();
    const first = openVisitor(storage, now);
    expect(first).toMatch(new RegExp(UUID_PATTERN));
    expect(openVisitor(storage, now)).toBe(first);
    expect(openVisitor(storageWith(), now)).not.toBe(first);
  });

  it.each(['', 'null', '-'.repeat(36), 'f'.repeat(36), '0'.repeat(35)])('makes a new one of %j', (broken) => {
    const storage = storageWith({ visitor: broken });
    const made = openVisitor(storage, now);
    expect(made).toMatch(new RegExp(UUID_PATTERN));
    expect(storage.get('visitor')).toBe(made);
  });
});
