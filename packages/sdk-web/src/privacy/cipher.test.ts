import { webcrypto } from 'node:crypto';
import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openCipher } from './cipher.js';

describe('openCipher', () => {
  beforeEach(() => {
    vi.stubGlobal('indexedDB', new IDBFactory());
    vi.stubGlobal('crypto', webcrypto); // Node's own, whatever the environment
    return () => vi.unstubAllGlobals();
  });

  it('gives back every text that it sealed', async () => {
    const { seal, open } = openCipher();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        expect(await open(await seal(text))).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it('never writes the same text the same way, and nothing of it in the clear', async () => {
    const { seal } = openCipher();
    const [one, two] = await Promise.all([seal('order of 4111'), seal('order of 4111')]);
    const texts = [one, two].map((bytes) => Buffer.from(bytes).toString('latin1'));
    expect(texts[0]).not.toBe(texts[1]);
    expect(texts.join()).not.toContain('order');
    expect(one.byteLength).toBe(12 + 'order of 4111'.length + 16); // iv, text, tag
  });

  it('has one key for all tabs, also for those that open in the same moment, and for the next visit', async () => {
    const tabs = [openCipher(), openCipher(), openCipher()];
    const sealed = await Promise.all(tabs.map(({ seal }, index) => seal(`tab ${index}`)));
    const later = openCipher();
    expect(await Promise.all(sealed.map((bytes) => later.open(bytes)))).toEqual(['tab 0', 'tab 1', 'tab 2']);
  });

  it('makes a key that cannot be taken out of the browser', async () => {
    const generate = vi.spyOn(webcrypto.subtle, 'generateKey');
    await openCipher().seal('a');
    const made = await generate.mock.results[0]?.value;
    expect(made).toMatchObject({ extractable: false, algorithm: { name: 'AES-GCM', length: 256 } });
    generate.mockRestore();
  });

  it('refuses bytes that were changed, cut short, or sealed with a key that is gone', async () => {
    const { seal, open } = openCipher();
    const bytes = new Uint8Array(await seal('text'));
    bytes[14] = (bytes[14] ?? 0) ^ 1;
    await expect(open(bytes.buffer)).rejects.toThrow();
    await expect(open(new ArrayBuffer(5))).rejects.toThrow();
    const sealed = await seal('text');
    vi.stubGlobal('indexedDB', new IDBFactory());
    await expect(openCipher().open(sealed)).rejects.toThrow();
  });

  it.each([
    [
      'crypto.subtle, as a page without TLS',
      () => vi.stubGlobal('crypto', { getRandomValues: webcrypto.getRandomValues }),
    ],
    ['IndexedDB', () => vi.stubGlobal('indexedDB', undefined)],
  ])('rejects where there is no %s, and works as soon as there is', async (_, take) => {
    const { seal, open } = openCipher();
    const { crypto: givenCrypto, indexedDB: givenDatabase } = globalThis;
    take();
    await expect(seal('a')).rejects.toThrow();
    vi.stubGlobal('crypto', givenCrypto);
    vi.stubGlobal('indexedDB', givenDatabase);
    expect(await open(await seal('a'))).toBe('a');
  });
});
