import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryDirectory } from '../../../../../test/fixtures/temporary-directory.js';
import { writeMmdb } from '../../../../../test/fixtures/write-mmdb.js';
import type { Logger } from '../../observe/logger.js';
import { openGeoDatabase } from './open-geo-database.js';

const city = (country: string, region?: string) => ({
  country: { iso_code: country },
  city: { names: { en: 'Somewhere' } },
  ...(region && { subdivisions: [{ iso_code: region }] }),
});
const database = writeMmdb({
  '203.0.0.0/8': city('CN'),
  '203.0.113.0/24': city('CN', 'SH'),
  '2001:db8::/32': city('DE', 'BE'),
  '198.51.100.0/24': { continent: { code: 'EU' } },
});
const NOWHERE = { country: '', region: '' };

async function openBench(content: Buffer | undefined) {
  const path = join(await temporaryDirectory(), 'places.mmdb');
  if (content) await writeFile(path, content);
  let nowMs = 0;
  const warnings: string[] = [];
  const note = (fields: { readonly error?: string }, message: string) =>
    warnings.push(`${message}: ${fields.error ?? ''}`);
  const logger = { debug() {}, info() {}, error() {}, warn: note } as unknown as Logger; // what is called of it
  const geo = await openGeoDatabase({ path, logger, now: () => nowMs });
  return {
    ...geo,
    path,
    warnings,
    /** Another file in its place, as an updater puts it there. */
    async replace(next: Buffer) {
      await writeFile(`${path}.new`, next);
      await rename(`${path}.new`, path);
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('the geo database', () => {
  it('tells country and region of a network', async () => {
    const { locate, isLoaded, warnings } = await openBench(database);
    expect(isLoaded()).toBe(true);
    expect(locate('203.0.113.0/24')).toEqual({ country: 'CN', region: 'CN-SH' });
    expect(locate('203.7.0.0/24')).toEqual({ country: 'CN', region: '' });
    expect(locate('2001:db8:85a3::/48')).toEqual({ country: 'DE', region: 'DE-BE' });
    for (const other of ['198.51.100.0/24', '192.0.2.0/24', '0:0:0::/48', '']) expect(locate(other)).toEqual(NOWHERE);
    expect(warnings).toEqual([]);
  });

  it('tells coordinates to a tenth of a degree, with the radius, and none of a network whose people are elsewhere', async () => {
    const at = (location: Readonly<Record<string, number>>, traits: Readonly<Record<string, boolean>> = {}) => ({
      ...city('CN'),
      location,
      traits,
    });
    const exact = { latitude: 31.2222, longitude: -121.4581, accuracy_radius: 20 };
    const { locate, tellsPoints } = await openBench(
      writeMmdb({
        '203.0.0.0/24': at(exact),
        '203.0.1.0/24': at({ latitude: -33.95, longitude: 151.04 }),
        '203.0.2.0/24': at(exact, { is_anycast: true }),
        '203.0.3.0/24': at(exact, { is_satellite_provider: true }),
        '203.0.4.0/24': at({ ...exact, latitude: 91.5 }),
        '203.0.5.0/24': at({ ...exact, accuracy_radius: 0 }),
        '203.0.6.0/24': at({ latitude: 31.5, accuracy_radius: 5 }),
        '203.0.7.0/24': at({ ...exact, accuracy_radius: 0.5 }),
      }),
    );
    expect(tellsPoints()).toBe(true);
    const pointOf = (third: number) => locate(`203.0.${third}.0/24`).point;
    expect(pointOf(0)).toEqual({ latitude: 31.2, longitude: -121.5, radiusKm: 20 });
    expect(pointOf(1)).toEqual({ latitude: -33.9, longitude: 151, radiusKm: 1_000 }); // no radius is told: the widest
    for (const none of [2, 3, 4, 5, 6]) expect(pointOf(none)).toBeUndefined();
    expect(pointOf(7)?.radiusKm).toBe(1);
    expect(locate('203.0.2.0/24').country).toBe('CN');
  });

  it('needs no file', async () => {
    const logger = { warn: () => expect.unreachable() } as unknown as Logger; // nothing else is called
    const geo = await openGeoDatabase({ path: undefined, logger, now: () => 0 });
    expect([geo.isLoaded(), geo.tellsPoints(), geo.locate('203.0.113.0/24')]).toEqual([false, false, NOWHERE]);
  });

  it('is opened again when the file has changed, and not before it looks', async () => {
    const bench = await openBench(database);
    expect(bench.locate('203.0.113.0/24').country).toBe('CN');
    await bench.replace(writeMmdb({ '203.0.113.0/24': city('HK') }));
    bench.pass(9_999);
    expect(bench.locate('203.0.113.0/24').country).toBe('CN');
    bench.pass(1);
    await vi.waitFor(() => expect(bench.locate('203.0.113.0/24').country).toBe('HK'));
  });

  it.each([
    ['is missing', undefined, 'ENOENT'],
    ['is no database', Buffer.from('<html>not found</html>'), 'cannot be read'],
    ['is empty', Buffer.alloc(0), 'cannot be read'],
    ['is cut short', database.subarray(0, -40), 'cannot be read'],
    ['is packed', Buffer.from([0x1f, 0x8b, 8, 0]), 'gzip'],
  ])('warns once of a file that %s, goes on without, and takes a good one', async (_, content, reason) => {
    const bench = await openBench(content);
    expect([bench.isLoaded(), bench.locate('203.0.113.0/24')]).toEqual([false, NOWHERE]);
    for (let n = 0; n < 3; n++) {
      bench.pass(10_000);
      bench.locate('203.0.113.0/24');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(bench.warnings).toHaveLength(1);
    expect(bench.warnings[0]).toContain(reason);
    await bench.replace(database);
    bench.pass(10_000);
    await vi.waitFor(() => expect(bench.locate('203.0.113.0/24').country).toBe('CN'));
  });

  it('keeps the one it has when the next cannot be read, or is gone', async () => {
    const bench = await openBench(database);
    await bench.replace(database.subarray(0, 100));
    bench.pass(10_000);
    bench.locate('203.0.113.0/24');
    await vi.waitFor(() => expect(bench.warnings).toHaveLength(1));
    await rm(bench.path);
    bench.pass(10_000);
    bench.locate('203.0.113.0/24');
    await vi.waitFor(() => expect(bench.warnings).toHaveLength(2));
    expect(bench.locate('203.0.113.0/24').country).toBe('CN');
  });

  it('never throws, whatever bytes of the file are wrong', async () => {
    let faults = 0;
    for (let at = 0; at < database.length; at += 3) {
      const damaged = Buffer.from(database);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      const bench = await openBench(damaged);
      for (const network of ['203.0.113.0/24', '2001:db8:85a3::/48', '192.0.2.0/24']) {
        const { country, region } = bench.locate(network);
        expect([typeof country, typeof region]).toEqual(['string', 'string']);
      }
      faults += bench.warnings.length;
    }
    expect(faults).toBeGreaterThan(10);
  });
});
