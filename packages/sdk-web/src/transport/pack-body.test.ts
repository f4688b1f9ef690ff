import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { packBody } from './pack-body.js';

const text = JSON.stringify({ events: Array(50).fill({ type: 'custom', name: '申购' }) });
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('packBody', () => {
  it('packs into what every gzip reads', async () => {
    const { body, gzip } = await packBody(text);
    expect(gzip).toBe(true);
    expect(body.length).toBeLessThan(text.length / 4);
    expect(decode(gunzipSync(body))).toBe(text);
  });

  it('says the same in either form, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 900 }), async (any) => {
        const { body, gzip } = await packBody(any);
        expect(decode(gzip ? gunzipSync(body) : body)).toBe(any);
      }),
      { numRuns: 50 },
    );
  });

  it('leaves a short body as it is', async () => {
    expect(await packBody('{}')).toEqual({ body: new TextEncoder().encode('{}'), gzip: false });
  });

  it.each([
    ['has no CompressionStream', undefined],
    [
      'has one that does not work',
      class {
        constructor() {
          throw new TypeError('Illegal constructor');
        }
      },
    ],
  ])('sends plain text where the browser %s', async (_, broken) => {
    vi.stubGlobal('CompressionStream', broken);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { body, gzip } = await packBody(text);
    expect([gzip, decode(body)]).toEqual([false, text]);
  });
});
