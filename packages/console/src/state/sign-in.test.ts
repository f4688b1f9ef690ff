import { describe, expect, it } from 'vitest';
import type { ApiOutcome } from '../api/api-outcome.js';
import { createSignIn } from './sign-in.js';

function fakeStorage(entries: readonly (readonly [string, string])[] = []) {
  const map = new Map(entries);
  return {
    map,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  };
}

const ok: ApiOutcome<unknown> = { kind: 'ok', value: {} };
const stored = [['tidemark.readKey', 'tm_rk_1']] as const;

describe('createSignIn', () => {
  it('begins signed out, and signed in with the key the tab remembers', () => {
    expect(createSignIn({ storage: fakeStorage(), tryKey: async () => ok }).state.get().kind).toBe('signed_out');
    const signIn = createSignIn({ storage: fakeStorage(stored), tryKey: async () => ok });
    expect(signIn.state.get()).toEqual({ kind: 'signed_in', readKey: 'tm_rk_1' });
  });

  it('remembers a key that the collector takes', async () => {
    const storage = fakeStorage();
    const signIn = createSignIn({ storage, tryKey: async () => ok });
    const submitted = signIn.submit('tm_rk_2');
    expect(signIn.state.get().kind).toBe('checking');
    await submitted;
    expect(signIn.state.get()).toEqual({ kind: 'signed_in', readKey: 'tm_rk_2' });
    expect([...storage.map.values()]).toEqual(['tm_rk_2']);
  });

  it('never asks the collector about a key of the wrong kind', async () => {
    const asked: string[] = [];
    const tryKey = async (readKey: string) => {
      asked.push(readKey);
      return ok;
    };
    const signIn = createSignIn({ storage: fakeStorage(), tryKey });
    await signIn.submit('tm_pk_2');
    expect(asked).toEqual([]);
    expect(signIn.state.get()).toMatchObject({ kind: 'signed_out', message: expect.stringContaining('write key') });
  });

  it('says that a key is not known, and keeps none', async () => {
    const storage = fakeStorage();
    const signIn = createSignIn({ storage, tryKey: async () => ({ kind: 'refused', refusal: { status: 401 } }) });
    await signIn.submit('tm_rk_2');
    expect(signIn.state.get()).toMatchObject({ message: expect.stringContaining('This key is not known') });
    expect(storage.map.size).toBe(0);
  });

  it('lets a key in while the store is still starting', async () => {
    const tryKey = async (): Promise<ApiOutcome<unknown>> => ({ kind: 'refused', refusal: { status: 503 } });
    const signIn = createSignIn({ storage: fakeStorage(), tryKey });
    await signIn.submit('tm_rk_2');
    expect(signIn.state.get().kind).toBe('signed_in');
  });

  it('says so when nobody answers', async () => {
    const signIn = createSignIn({ storage: fakeStorage(), tryKey: async () => ({ kind: 'unreachable' }) });
    await signIn.submit('tm_rk_2');
    expect(signIn.state.get()).toMatchObject({ message: expect.stringContaining('does not answer') });
  });

  it('prefers the key of the address to the one remembered, and forgets both when it is none', () => {
    const storage = fakeStorage(stored);
    const signIn = createSignIn({ storage, tryKey: async () => ok });
    signIn.adopt('tm_rk_9');
    expect(signIn.state.get()).toEqual({ kind: 'signed_in', readKey: 'tm_rk_9' });
    signIn.adopt('tm_pk_9');
    expect(signIn.state.get().kind).toBe('signed_out');
    expect(storage.map.size).toBe(0);
  });

  it('forgets the key on signing out, and when the collector refuses it later', () => {
    const storage = fakeStorage(stored);
    const signIn = createSignIn({ storage, tryKey: async () => ok });
    signIn.refuse({ status: 401 });
    expect(signIn.state.get()).toMatchObject({ message: expect.stringContaining('not known') });
    signIn.adopt('tm_rk_1');
    signIn.signOut();
    expect(signIn.state.get()).toEqual({ kind: 'signed_out', message: '' });
    expect(storage.map.size).toBe(0);
  });
});
