import { SIGNATURE_WINDOW_MS } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { nodeFileSystem } from '../disk/file-system.js';
import { type Journal, openJournal } from '../wal/open-journal.js';
import { createNonces, type Nonces } from './nonces.js';
import type { ServerNote } from './server-note.js';

const START = 1_767_582_000_000;

interface World {
  now: number;
  journal: Journal;
  nonces: Nonces;
}

async function createWorld(max = 100): Promise<World & { reopen(): Promise<void> }> {
  const directory = await temporaryDirectory();
  const open = () => openJournal(directory, 'nonces.journal', nodeFileSystem);
  const journal = await open();
  const clock = () => world.now;
  const world: World & { reopen(): Promise<void> } = {
    now: START,
    journal,
    nonces: createNonces({ journal, now: clock, max }),
    async reopen() {
      await world.journal.close();
      world.journal = await open();
      world.nonces = createNonces({ journal: world.journal, now: clock, max });
    },
  };
  return world;
}

const noteOf = (nonce: string, nonceUntilMs: number): ServerNote => ({
  workspaceId: 'a',
  atMs: START,
  nonce,
  nonceUntilMs,
  ids: ['0123456789abcdef'],
});

describe('nonces', () => {
  it('count once, for as long as their request could be sent again, each workspace for itself', async () => {
    const world = await createWorld();
    const ahead = START + SIGNATURE_WINDOW_MS; // signed by a clock that is ahead
    expect(world.nonces.use('a', 'n', ahead)).toBe(ahead + SIGNATURE_WINDOW_MS);
    expect(() => world.nonces.use('a', 'n', ahead)).toThrow(expect.objectContaining({ code: 'replayed_nonce' }));
    world.nonces.use('b', 'n', ahead);
    world.now = ahead + SIGNATURE_WINDOW_MS;
    expect(() => world.nonces.use('a', 'n', ahead)).toThrow(expect.objectContaining({ code: 'replayed_nonce' }));
    world.now += 1; // by now its timestamp is refused
    world.nonces.use('a', 'n', world.now);
    world.now += 1_000;
    world.nonces.use('c', 'n', world.now);
    expect(world.nonces.count()).toBe(2); // what is over costs nothing
    await world.journal.close();
  });

  it('are bounded a workspace: one that uses too many is asked to wait, another is not', async () => {
    const world = await createWorld(3);
    for (const nonce of ['1', '2', '3']) world.nonces.use('a', nonce, world.now);
    const refusal = { code: 'busy', retryAfterSeconds: 10 };
    expect(() => world.nonces.use('a', '4', world.now)).toThrow(expect.objectContaining(refusal));
    world.nonces.use('b', '4', world.now);
    world.now += SIGNATURE_WINDOW_MS + 1;
    world.nonces.use('a', '4', world.now);
    expect(world.nonces.count()).toBe(1);
    await world.journal.close();
  });

  it('outlive the process with what their request did, whether its segment is still there or not', async () => {
    const world = await createWorld();
    const until = world.now + 1_000;
    await world.nonces.persist([noteOf('loaded', until), noteOf('old', world.now - 1)]);
    await world.reopen();
    world.nonces.restore(noteOf('in the WAL', until));
    expect(world.nonces.count()).toBe(2);
    for (const nonce of ['loaded', 'in the WAL']) {
      expect(() => world.nonces.use('a', nonce, world.now)).toThrow(
        expect.objectContaining({ code: 'replayed_nonce' }),
      );
    }
    world.now = until + 1;
    await world.reopen();
    expect(world.nonces.count()).toBe(0);
    await world.journal.close();
  });

  it('cost a journal that is rewritten when it has grown, and holds then what is not over', async () => {
    const world = await createWorld(100_000);
    let last = world.now;
    for (let round = 0; round < 12; round++) {
      world.now += SIGNATURE_WINDOW_MS / 4;
      const notes = Array.from({ length: 2_000 }, (_, n) =>
        noteOf(`${round} ${n}`, world.nonces.use('a', `${round} ${n}`, world.now)),
      );
      await world.nonces.persist(notes);
      last = world.now;
    }
    expect(world.journal.sizeBytes()).toBeLessThan(2_500_000);
    await world.reopen();
    expect(() => world.nonces.use('a', '11 1999', last)).toThrow(expect.objectContaining({ code: 'replayed_nonce' }));
    expect(world.nonces.count()).toBeGreaterThanOrEqual(8_000);
    await world.journal.close();
  });
});
