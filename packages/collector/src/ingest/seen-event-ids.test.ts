import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryDisk, type MemoryDisk } from '../../../../test/fixtures/memory-disk.js';
import { openTestWal } from '../../../../test/fixtures/wal.js';
import { openJournal } from '../wal/open-journal.js';
import type { Wal } from '../wal/open-wal.js';
import { type IdBounds, openSeenEventIds, type SeenEventIds } from './seen-event-ids.js';
import { decodeServerNotes, encodeServerNotes } from './server-note.js';

const DAY_MS = 86_400_000;
const HORIZON_MS = 7 * DAY_MS;
const START = 20_000 * DAY_MS;
/** So small that a run of some hundred ids flushes, merges, drops filters and rewrites the journal. */
const BOUNDS: IdBounds = {
  flushAt: 30,
  recentMax: 10_000,
  mergeAt: 3,
  filterBytesMax: 150,
  journalBytes: 1_500,
};

interface World {
  readonly disk: MemoryDisk;
  now: number;
  wal: Wal;
  seen: SeenEventIds;
}

async function boot(disk: MemoryDisk, now: () => number, bounds = BOUNDS): Promise<Pick<World, 'wal' | 'seen'>> {
  const fileSystem = disk.boot();
  const journal = await openJournal('/wal', 'event-ids.journal', fileSystem);
  const seen = await openSeenEventIds({ directory: '/ids', fileSystem, journal, horizonMs: HORIZON_MS, now, bounds });
  const wal = await openTestWal('/wal', fileSystem, {
    lingerMs: 0,
    onRecovered: ({ records }) => {
      for (const { note } of records) for (const one of decodeServerNotes(note)) seen.restore(one);
    },
  });
  return { wal, seen };
}

async function createWorld(random: () => number = Math.random, bounds = BOUNDS): Promise<World> {
  const disk = createMemoryDisk(random);
  const world = { disk, now: START } as World; // opened on the next line
  return Object.assign(world, await boot(disk, () => world.now, bounds));
}

async function reboot(world: World, how: 'kill' | 'cutPower' = 'kill', bounds = BOUNDS): Promise<void> {
  world.disk[how]();
  Object.assign(world, await boot(world.disk, () => world.now, bounds));
}

/** What acceptance does with a batch: @returns the verdicts, of which the new are durable. */
async function submit({ seen, wal, now }: World, workspaceId: string, ids: readonly string[]): Promise<string[]> {
  const claim = await seen.claim(workspaceId, ids);
  if (claim.newIds.length > 0) {
    const note = encodeServerNotes([{ workspaceId, atMs: now, nonce: 'n', nonceUntilMs: 0, ids: claim.newIds }]);
    try {
      await wal.append([{ stream: 0, rowCount: claim.newIds.length, note, rows: Buffer.from('rows') }]);
    } catch (error) {
      claim.release(error);
      throw error;
    }
  }
  claim.confirm();
  await claim.originals;
  return [...claim.verdicts];
}

/** What the loader does when the store has taken all there is. */
async function load({ seen, wal }: World): Promise<void> {
  await wal.seal();
  for (const segment of [...wal.sealed()]) {
    const { records } = await wal.read(segment);
    await seen.persist(records.flatMap(({ note }) => decodeServerNotes(note)));
    await wal.remove(segment);
  }
}

/** Ids as they come: most by time, some random, some chosen to be the lowest, the highest and nearly equal. */
function idOf(n: number, now = START): string {
  if (n % 11 === 0) return `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`;
  if (n % 11 === 1) return `ffffffff-ffff-ffff-ffff-${String(n).padStart(12, '0')}`;
  if (n % 11 === 2)
    return `${((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}-aaaa-4aaa-8aaa-aaaaaaaaaaaa`;
  const time = (now + n).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${String(n).padStart(12, '0')}`;
}
const idsFrom = (first: number, count: number) => Array.from({ length: count }, (_, n) => idOf(first + n));

const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('submit'),
      first: fc.nat(400),
      count: fc.integer({ min: 1, max: 25 }),
      workspace: fc.constantFrom('a', 'b'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('both'), first: fc.nat(400), count: fc.integer({ min: 1, max: 25 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('load') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('kill', 'cutPower') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('dieAfter'), operations: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait'), days: fc.integer({ min: 1, max: 3 }) }) },
);

describe('the set of event ids', () => {
  it('says what a set in memory says, whatever it is sent and wherever the process or the power dies', async () => {
    let copies = 0;
    let deaths = 0;
    let merged = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 20, maxLength: 60 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (steps, numbers) => {
          const world = await createWorld(() => numbers.next().value as number); // it never ends
          /** When an acknowledged id was acknowledged. */
          const acked = new Map<string, number>();
          /** When an id was first refused to its sender since the process died: it may have reached the disk all the same. */
          const unsure = new Map<string, number>();

          async function send(workspace: string, first: number, count: number): Promise<void> {
            const ids = idsFrom(first, count);
            const verdicts = await submit(world, workspace, ids).catch((error: unknown) => {
              if (!world.disk.isDead()) throw error;
              for (const id of ids) unsure.set(workspace + id, unsure.get(workspace + id) ?? world.now);
              return [];
            });
            for (const [at, verdict] of verdicts.entries()) {
              const key = workspace + ids[at];
              const ackedAt = acked.get(key);
              if (verdict === 'seen') {
                copies++;
                expect(ackedAt !== undefined || unsure.has(key), `${key} was never sent`).toBe(true);
              } else if (ackedAt !== undefined) {
                expect(world.now - ackedAt, `${key} is a copy`).toBeGreaterThan(HORIZON_MS);
              }
              if (verdict === 'new') acked.set(key, world.now);
              else if (ackedAt === undefined) acked.set(key, unsure.get(key) ?? world.now);
            }
          }

          for (const one of steps) {
            if (one.kind === 'submit' && 'workspace' in one) await send(one.workspace, one.first, one.count);
            if (one.kind === 'both' && 'first' in one) {
              await Promise.all([send('a', one.first, one.count), send('b', one.first, one.count)]);
            }
            if (one.kind === 'load')
              await load(world).catch((error: unknown) => expect(world.disk.isDead(), String(error)).toBe(true));
            if (one.kind === 'wait' && 'days' in one) world.now += one.days * DAY_MS;
            if (one.kind === 'dieAfter' && 'operations' in one) world.disk.dieAfter(one.operations);
            if (one.kind === 'kill' || one.kind === 'cutPower' || world.disk.isDead()) {
              deaths++;
              await reboot(world, one.kind === 'cutPower' ? 'cutPower' : 'kill');
            }
          }
          await reboot(world);
          for (const [key, at] of acked) {
            const [verdict] = await submit(world, key.slice(0, 1), [key.slice(1)]);
            if (world.now - at <= HORIZON_MS) expect(verdict, `${key} was forgotten`).toBe('seen');
          }
          await world.seen.settled();
          if (world.seen.figures().runs > 0) merged++;
          expect(world.seen.figures()).toMatchObject({ damaged: 0, failedWrites: 0 });
        },
      ),
      { numRuns: 60 },
    );
    expect(copies).toBeGreaterThan(500); // the generator must get where it should
    expect(deaths).toBeGreaterThan(100);
    expect(merged).toBeGreaterThan(10);
  }, 60_000);

  it('answers a copy that comes while its original is on its way only after it, and fails it with it', async () => {
    const { seen } = await createWorld();
    const original = await seen.claim('a', idsFrom(1, 2));
    const copy = await seen.claim('a', idsFrom(2, 2));
    expect(copy.verdicts).toEqual(['seen', 'new']);
    copy.confirm(); // what is new in it is durable, what is not waits
    let told = '';
    const telling = copy.originals.catch((error: unknown) => {
      told = String(error);
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toBe('');
    original.release(new Error('disk full'));
    await telling;
    expect(told).toContain('disk full');
    const retry = await seen.claim('a', idsFrom(1, 3));
    expect(retry.verdicts).toEqual(['new', 'new', 'seen']);
    retry.confirm();
    await retry.originals;
  });

  it('takes an id once in a batch, however it is written, and in each workspace for itself', async () => {
    const world = await createWorld();
    const [id = ''] = idsFrom(12, 1);
    expect(await submit(world, 'a', [id, id.toUpperCase(), id])).toEqual(['new', 'seen', 'seen']);
    expect(await submit(world, 'b', [id])).toEqual(['new']);
    await submit(world, 'c', idsFrom(100, 40)); // all of it into a run
    await world.seen.settled();
    expect(world.seen.figures()).toMatchObject({ runs: 1, recentIds: 0, ids: 42 });
    expect(await submit(world, 'd', [id])).toEqual(['new']);
    expect(await submit(world, 'b', [id])).toEqual(['seen']);
  });

  it('makes few files of many, and forgets a day at the earliest when the horizon is over', async () => {
    const world = await createWorld();
    for (let batch = 0; batch < 30; batch++) {
      await submit(world, 'a', idsFrom(batch * 30, 30));
      await world.seen.settled();
    }
    expect(world.seen.figures()).toMatchObject({ ids: 900, recentIds: 0 });
    expect(world.seen.figures().runs).toBeLessThan(9);
    world.now += HORIZON_MS;
    expect(await submit(world, 'a', idsFrom(0, 30))).toEqual(Array(30).fill('seen'));
    await world.seen.settled();
    expect(world.seen.figures()).toMatchObject({ ids: 900, runs: 1 }); // the day is over: one file
    world.now += DAY_MS;
    await submit(world, 'b', idsFrom(0, 1));
    await world.seen.settled();
    expect(world.seen.figures()).toMatchObject({ ids: 1, runs: 0 });
    expect(await submit(world, 'a', idsFrom(0, 2))).toEqual(['new', 'new']);
  });

  it('knows an id that came anew after its horizon, though an old note of it is read as well', async () => {
    const world = await createWorld(Math.random, { ...BOUNDS, flushAt: 1 });
    const [id = ''] = idsFrom(0, 1);
    await submit(world, 'a', [id]);
    await world.seen.settled();
    world.now += HORIZON_MS + 2 * DAY_MS; // all the while the store is away: the note stays in the WAL
    await submit(world, 'b', [id]);
    await world.seen.settled(); // the file of the first day is forgotten
    world.disk.refuseFiles(
      (path) => path.endsWith('.ids.new'),
      () => Promise.reject(new Error('ENOSPC')),
    );
    expect(await submit(world, 'a', [id])).toEqual(['new']);
    await world.seen.settled();
    world.disk.refuseFiles(
      () => false,
      () => Promise.reject(new Error('none')),
    );
    await reboot(world);
    await submit(world, 'c', idsFrom(100, 30)); // all of it into files
    await world.seen.settled();
    expect(await submit(world, 'a', [id])).toEqual(['seen']);
  });

  it('goes on without what is damaged, counts it, and recognises all else', async () => {
    const world = await createWorld(Math.random, { ...BOUNDS, flushAt: 600 });
    await submit(world, 'a', idsFrom(0, 600));
    await world.seen.settled();
    await load(world); // the WAL and the journal do not know them any longer
    await world.seen.settled();
    world.disk.flipBit('.ids', 100); // in the first of three blocks
    await reboot(world);
    const verdicts = await submit(world, 'a', idsFrom(0, 600));
    expect(verdicts.filter((verdict) => verdict === 'new')).toHaveLength(256);
    expect(world.seen.figures().damaged).toBe(1);

    world.disk.flipBit('.ids', -10); // where the file says what it holds
    await reboot(world);
    expect(world.seen.figures()).toMatchObject({ damaged: 1, runs: 0 });
    expect(await submit(world, 'a', idsFrom(0, 1))).toEqual(['seen']); // of the 256, in the WAL
  });

  it('takes no more than memory should hold while the disk takes no files, and goes on when it does', async () => {
    const world = await createWorld(Math.random, { ...BOUNDS, recentMax: 60 });
    const refused = () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
    world.disk.refuseFiles((path) => path.endsWith('.ids.new'), refused);
    await submit(world, 'a', idsFrom(0, 35));
    await world.seen.settled();
    expect(world.seen.figures()).toMatchObject({ failedWrites: 1, recentIds: 35, runs: 0 });
    await submit(world, 'a', idsFrom(100, 25));
    await expect(submit(world, 'a', idsFrom(200, 1))).rejects.toMatchObject({ code: 'event_ids_unusable' });
    world.disk.refuseFiles(() => false, refused);
    world.now += 1_000;
    await expect(submit(world, 'a', idsFrom(200, 1))).rejects.toMatchObject({ code: 'event_ids_unusable' });
    await world.seen.settled(); // that one looked whether the disk is well again
    expect(await submit(world, 'a', [...idsFrom(200, 1), ...idsFrom(0, 35)])).toEqual([
      'new',
      ...Array(35).fill('seen'),
    ]);
    expect(world.seen.figures().runs).toBe(1);
  });

  it('refuses what it cannot look up rather than take it twice', async () => {
    const world = await createWorld();
    await submit(world, 'a', idsFrom(0, 35));
    await world.seen.settled();
    world.disk.dieAfter(0); // from here on nothing can be read
    await expect(submit(world, 'a', idsFrom(0, 1))).rejects.toMatchObject({ code: 'event_ids_unusable' });
    await reboot(world);
    expect(await submit(world, 'a', idsFrom(0, 1))).toEqual(['seen']);
  });
});
