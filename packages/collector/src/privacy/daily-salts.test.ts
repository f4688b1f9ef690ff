import { link, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePipe } from '../../../../test/fixtures/make-pipe.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { deriveVisitor } from '../ingest/derive-visitor.js';
import { openDailySalts } from './daily-salts.js';

const HOUR_MS = 3_600_000;
const DAY_1 = Date.UTC(2026, 0, 5);
const day = (number: number, hour = 0) => DAY_1 + (number - 1) * 24 * HOUR_MS + hour * HOUR_MS;
const SENDER = { workspaceId: 'a', ipPrefix: '203.0.113.0/24', userAgent: 'Firefox' };

describe('salts of the day', () => {
  it('are one a day, over restarts and for whoever asks at once, readable by their owner alone', async () => {
    const directory = await temporaryDirectory();
    const salts = await openDailySalts(directory, day(1));
    const [first, second] = await Promise.all([salts.at(day(1)), salts.at(day(1, 23))]);
    expect(first).toEqual(second);
    const kept = Buffer.from(first);
    expect(await salts.at(day(2))).not.toEqual(kept);
    salts.close();
    const again = await openDailySalts(directory, day(2));
    expect(await again.at(day(1, 12))).toEqual(kept);
    const files = await readdir(join(directory, 'daily-salts'));
    expect(files.sort()).toEqual(['2026-01-05.salt', '2026-01-06.salt']);
    for (const file of files) expect((await stat(join(directory, 'daily-salts', file))).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'daily-salts'))).mode & 0o777).toBe(0o700);
  });

  it('are made anew where a pipe lies in the place of one, and nobody waits for it', async () => {
    const directory = await temporaryDirectory();
    const salts = await openDailySalts(directory, day(1));
    await makePipe(join(directory, 'daily-salts', '2026-01-05.salt'));
    const made = Buffer.from(await salts.at(day(1)));
    salts.close();
    expect(await (await openDailySalts(directory, day(1))).at(day(1))).toEqual(made);
  });

  it('are destroyed 48 hours after their day began, on disk and in memory, and not before', async () => {
    const directory = await temporaryDirectory();
    const salts = await openDailySalts(directory, day(1));
    const held = await salts.at(day(1, 9));
    const kept = Buffer.from(held);
    expect(await salts.destroyOver(day(3) - 1)).toEqual([]);
    expect((await readFile(join(directory, 'daily-salts', '2026-01-05.salt'))).equals(kept)).toBe(true);
    expect(await salts.destroyOver(day(3))).toEqual(['2026-01-05']);
    expect(await readdir(join(directory, 'daily-salts'))).toEqual([]);
    expect(held.every((byte) => byte === 0)).toBe(true);
  });

  it('of before are destroyed at the start, those that were half made as well', async () => {
    const directory = await temporaryDirectory();
    const salts = await openDailySalts(directory, day(1));
    await salts.at(day(1));
    await writeFile(join(directory, 'daily-salts', '2026-01-04.salt.new'), 'half');
    salts.close();
    await openDailySalts(directory, day(9));
    expect(await readdir(join(directory, 'daily-salts'))).toEqual([]);
  });

  it('are overwritten before they are unlinked: a link that somebody made to the file holds another content', async () => {
    const directory = await temporaryDirectory();
    const salts = await openDailySalts(directory, day(1));
    const kept = Buffer.from(await salts.at(day(1)));
    await link(join(directory, 'daily-salts', '2026-01-05.salt'), join(directory, 'link'));
    await salts.destroyOver(day(3));
    const left = await readFile(join(directory, 'link'));
    expect(left).toHaveLength(kept.length);
    expect(left.equals(kept)).toBe(false);
  });

  it('leave an id of day 1 that nobody can make again on day 4, by whatever is left', async () => {
    const directory = await temporaryDirectory();
    const salts = await openDailySalts(directory, day(1));
    const id = deriveVisitor(await salts.at(day(1)), SENDER);
    expect(deriveVisitor(await salts.at(day(1, 20)), SENDER)).toBe(id);
    await salts.destroyOver(day(4));
    salts.close();
    const later = await openDailySalts(directory, day(4));
    expect(deriveVisitor(await later.at(day(4)), SENDER)).not.toBe(id);
    expect(deriveVisitor(await later.at(day(1)), SENDER)).not.toBe(id); // under a clock that went back
  });
});

describe('the visitor of a day', () => {
  const salt = Buffer.alloc(32, 7);

  it('is a UUID of version 8, the same for one browser in one network', () => {
    const id = deriveVisitor(salt, SENDER);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(deriveVisitor(salt, { ...SENDER })).toBe(id);
  });

  it.each([
    ['workspace', { workspaceId: 'b' }],
    ['network', { ipPrefix: '203.0.114.0/24' }],
    ['agent', { userAgent: 'Chrome' }],
    ['place of a comma', { workspaceId: 'a","203.0.113.0/24', ipPrefix: '' }],
  ])('is another one by another %s', (_, change) => {
    expect(deriveVisitor(salt, { ...SENDER, ...change })).not.toBe(deriveVisitor(salt, SENDER));
  });
});
