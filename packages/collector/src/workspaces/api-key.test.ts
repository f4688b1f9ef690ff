import { keyKind } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { createApiKey, hashApiKey } from './api-key.js';

describe('API keys', () => {
  it.each(['write', 'read', 'secret'] as const)('of kind %s say so, and are never the same twice', (kind) => {
    const keys = new Set(Array.from({ length: 50 }, () => createApiKey(kind)));
    expect(keys.size).toBe(50);
    for (const key of keys) expect(key).toMatch(/^tm_[prs]k_[0-9a-f]{40}$/);
    for (const key of keys) expect(keyKind(key)).toBe(kind);
  });

  it('are kept as SHA-256', () => {
    expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'); // FIPS 180-2, B.1
  });
});
