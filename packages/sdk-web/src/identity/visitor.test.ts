import { UUID_PATTERN } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import type { SmallStorage } from '../browser/small-storage.js';
import { openVisitor } from './visitor.js';

const now = () => 1_800_000_000_000;
const other = '01a00000-0000-7000-8000-000000000000';

function storageWith(content: Record<string, string> = {}): SmallStorage {
  const map = new Map(Object.entries(content));
  return {
    get: (name) => map.get(name),
    set: (name, value) => void map.set(name, value),
    persist: () => undefined,
    clear: () => map.clear(),
  };
}

describe('openVisitor', () => {
  it('finds the visitor of an earlier page again', () => {
    const storage = storageWith();
    const first = openVisitor(storage, now);
    expect(first.id()).toMatch(new RegExp(UUID_PATTERN));
    expect(first.isKnown()).toBe(false);
    const second = openVisitor(storage, now);
    expect(second.id()).toBe(first.id());
    expect(second.isKnown()).toBe(true);
    expect(openVisitor(storageWith(), now).id()).not.toBe(first.id());
  });

  it.each(['', 'null', '-'.repeat(36), 'f'.repeat(36), '0'.repeat(35)])('makes a new one of %j', (broken) => {
    const storage = storageWith({ visitor: broken });
    const made = openVisitor(storage, now);
    expect(made.id()).toMatch(new RegExp(UUID_PATTERN));
    expect(made.isKnown()).toBe(false);
    expect(storage.get('visitor')).toBe(made.id());
  });

  it('takes an id that it is told, for the pages to come as well, and nothing that is none', () => {
    const storage = storageWith();
    const visitor = openVisitor(storage, now);
    const made = visitor.id();
    expect(visitor.become('somebody')).toBe(false);
    expect(visitor.id()).toBe(made);
    expect(visitor.become(other)).toBe(true);
    expect(visitor.id()).toBe(other);
    expect(openVisitor(storage, now).id()).toBe(other);
  });

  it('is somebody else once renewed, and that on purpose: nobody is to be found again', () => {
    const storage = storageWith();
    const visitor = openVisitor(storage, now);
    const made = visitor.id();
    visitor.renew();
    expect(visitor.id()).not.toBe(made);
    expect(visitor.isKnown()).toBe(true);
    expect(openVisitor(storage, now).id()).toBe(visitor.id());
  });
});
