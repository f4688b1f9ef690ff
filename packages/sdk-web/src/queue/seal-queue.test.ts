import fc from 'fast-check';
import { openDB } from 'idb';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { installFaultyIndexedDb } from '../../../../test/fixtures/faulty-indexed-db.js';
import type { Encryption } from '../privacy/encryption.js';
import { createMemoryOutbox } from './memory-outbox.js';
import type { NewEvent, Outbox } from './outbox.js';
import { openQueue } from './queue.js';
import { sealQueue } from './seal-queue.js';
import type { StoredText } from './stored-text.js';

const now = () => 1_800_000_000_000;
const normal = { priority: 'normal' } as const;
const policy = (maxEvents: number) => ({ maxEvents, maxBytes: 60_000 });
const event = (name: string, context = 'readable'): NewEvent => ({
  json: JSON.stringify({ eventId: `plain-${name}` }),
  contextJson: JSON.stringify({ context }),
});
const namesOf = (events: readonly NewEvent[] = []) =>
  events.map(({ json }) => JSON.parse(json).eventId.slice(6) as string);

/** Everything on the disk, as whoever copies the profile reads it. */
async function readDisk(): Promise<string> {
  const found: unknown[] = [];
  const database = await openDB('q');
  for (const store of database.objectStoreNames)
    found.push(await database.getAllKeys(store), await database.getAll(store));
  database.close();
  return JSON.stringify(found, (_, value) =>
    value instanceof ArrayBuffer ? Buffer.from(value).toString('latin1') : value,
  );
}

interface TestEncryption extends Encryption {
  isAway: boolean;
  readonly sealed: string[];
}

/** Under a key of this test, which may be out of reach for a while. */
function createEncryption(
  key = crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
) {
  const encryption: TestEncryption = {
    isAway: false,
    sealed: [],
    async seal(text) {
      if (encryption.isAway) throw new Error('no key');
      encryption.sealed.push(text);
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const secret = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key, new TextEncoder().encode(text));
      return await new Blob([iv, secret]).arrayBuffer();
    },
    async open(bytes) {
      if (encryption.isAway) throw new Error('no key');
      const iv = bytes.slice(0, 12);
      return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await key, bytes.slice(12)));
    },
  };
  return encryption;
}

const databases = async () => (await indexedDB.databases()).map(({ name }) => name);
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

describe('sealQueue', () => {
  let ours: Encryption;
  beforeEach(() => {
    ours = createEncryption();
    const database = installFaultyIndexedDb();
    return () => database.restore();
  });

  function openTab(encryption: Encryption = ours) {
    const dropped: Record<string, number> = {};
    const onDrop = (reason: string, count: number) => {
      if (count > 0) dropped[reason] = (dropped[reason] ?? 0) + count;
    };
    const options = { name: 'q', now, nowBy: now, maxBytes: 5_000_000, onDrop, onLate: () => undefined };
    const queue = sealQueue(encryption)(openQueue<StoredText>(options), createMemoryOutbox(options), onDrop);
    onTestFinished(() => queue.close());
    return { queue, dropped };
  }

  async function drain(outbox: Outbox): Promise<string[]> {
    const names: string[] = [];
    for (;;) {
      const claim = await outbox.claim('b', policy(50));
      if (!claim) return names;
      names.push(...namesOf(claim.events));
      await outbox.settle(claim);
    }
  }

  it('leaves nothing readable on the disk, and gives the sender what was tracked, in order', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 6, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ text, context: fc.constantFrom('x', 'y') }), { minLength: 1 }),
        async (all) => {
          const restore = installFaultyIndexedDb();
          const { queue } = openTab();
          const added = all.map(({ text: name, context }) => event(name, `context-${context}`));
          const outbox = await queue.outbox();
          for (const each of added) queue.add({ ...each, ...normal });
          queue.saveDraft('view', event('draft'));
          expect(await queue.count()).toBe(added.length);
          const disk = await readDisk();
          expect(disk).not.toMatch(/plain-|eventId|context-|"context/);
          for (const { text: name } of all) expect(disk).not.toContain(name);
          expect(await queue.outbox()).toBe(outbox); // the sender knows it again
          const sent: NewEvent[] = [];
          for (let claim = await outbox.claim('b', policy(3)); claim; claim = await outbox.claim('b', policy(3))) {
            sent.push(...claim.events.map(({ json, contextJson }) => ({ json, contextJson })));
            await outbox.settle(claim);
          }
          expect(sent).toEqual(added);
          await queue.close();
          restore.restore();
        },
      ),
      { numRuns: 20 },
    );
  });

  it('seals a context once, and batches by it', async () => {
    const encryption = createEncryption();
    const { queue } = openTab(encryption);
    for (let i = 0; i < 5; i++) queue.add({ ...event(`e${i}`), ...normal });
    const outbox = await queue.outbox();
    expect(namesOf((await outbox.claim('b', policy(9)))?.events)).toHaveLength(5);
    expect(encryption.sealed.filter((text) => text.includes('context'))).toHaveLength(1);
  });

  it('is deleted at once, whatever is still being sealed, which reaches neither the disk nor anybody', async () => {
    const encryption = createEncryption();
    const { queue } = openTab(encryption);
    queue.add({ ...event('before'), ...normal });
    await queue.outbox();
    const { seal } = encryption;
    let goOn = (): void => undefined;
    encryption.seal = async (text) => {
      await new Promise<void>((done) => {
        goOn = done;
      });
      return seal(text);
    };
    queue.add({ ...event('under way'), ...normal });
    const purged = queue.purge();
    await expect.poll(databases).toEqual([]);
    goOn();
    expect(await purged).toBeGreaterThanOrEqual(1);
    await pause(20);
    expect(await databases()).toEqual([]);
  });

  it('opens claims of an earlier page, and has nothing at hand for a page at its end', async () => {
    const first = openTab().queue;
    first.add({ ...event('a'), ...normal });
    const claim = await (await first.outbox()).claim('b1', policy(9));
    expect(first.atHand().claimFresh('x', 9_999)).toBeUndefined();
    await first.close();
    const { queue } = openTab();
    const outbox = await queue.outbox();
    expect([claim]).toMatchObject(await outbox.openClaims());
    expect(claim?.events).toMatchObject([{ seq: 1, ...event('a') }]);
  });

  it('keeps a draft until its final event takes its number', async () => {
    const { queue } = openTab();
    await queue.outbox();
    queue.saveDraft('view', event('draft'));
    expect(await queue.count()).toBe(0);
    queue.add({ ...event('final'), ...normal, draftId: 'view' });
    expect((await (await queue.outbox()).claim('b', policy(9)))?.events).toMatchObject([{ seq: 1, ...event('final') }]);
  });

  it('sends an end that cannot be sealed by the number of its draft', async () => {
    const encryption = createEncryption();
    const { queue } = openTab(encryption);
    const { queueId } = await queue.outbox();
    queue.saveDraft('view', event('draft'));
    await queue.count();
    encryption.isAway = true;
    queue.add({ ...event('end'), ...normal, draftId: 'view' });
    const claim = await (await queue.outbox()).claim('b', policy(9));
    expect(claim).toMatchObject({ queueId, events: [{ seq: 1, ...event('end') }] });
  });

  it('gives up what another key sealed, counts it, and goes on with the rest', async () => {
    const first = openTab().queue;
    for (const name of ['a', 'b', 'c']) first.add({ ...event(name), ...normal });
    const claim = await (await first.outbox()).claim('b1', policy(1));
    expect(claim?.events).toHaveLength(1);
    await first.close();
    const { queue, dropped } = openTab(createEncryption());
    queue.add({ ...event('new'), ...normal });
    const outbox = await queue.outbox();
    expect(await outbox.openClaims()).toEqual([{ batchId: 'b1', events: [] }]);
    expect(await drain(outbox)).toEqual(['new']);
    expect(dropped).toEqual({ undecryptable: 3 });
    expect(await queue.count()).toBe(0);
  });

  it('keeps what it cannot open while the key is out of reach', async () => {
    const encryption = createEncryption();
    const { queue, dropped } = openTab(encryption);
    queue.add({ ...event('a'), ...normal });
    const outbox = await queue.outbox();
    encryption.isAway = true;
    await expect(outbox.claim('b', policy(9))).rejects.toThrow('no key');
    await expect(outbox.openClaims()).rejects.toThrow('no key');
    encryption.isAway = false;
    expect(namesOf((await outbox.openClaims())[0]?.events)).toEqual(['a']);
    expect(dropped).toEqual({});
  });

  it('keeps in memory what it cannot seal, never in the clear on the disk', async () => {
    const encryption = createEncryption();
    const { queue, dropped } = openTab(encryption);
    encryption.isAway = true;
    for (const name of ['a', 'b']) queue.add({ ...event(name), ...normal });
    queue.saveDraft('view', event('draft'));
    expect(await queue.count()).toBe(2);
    expect(await readDisk()).not.toContain('plain-');
    const memory = await queue.outbox();
    expect(memory.storage).toBe('memory');
    expect(await drain(memory)).toEqual(['a', 'b']);
    encryption.isAway = false;
    queue.add({ ...event('c'), ...normal });
    expect(await drain(await queue.outbox())).toEqual(['c']);
    encryption.isAway = true;
    queue.add({ ...event('d'), ...normal });
    await queue.close();
    expect(dropped).toEqual({ closed: 1 });
  });

  it('keeps in memory what waits for a key that never comes', async () => {
    const { queue } = openTab({
      seal: () => new Promise(() => undefined),
      open: () => Promise.reject(new Error('no key')),
    });
    for (const name of ['a', 'b']) queue.add({ ...event(name), ...normal });
    expect(await drain(await queue.outbox())).toEqual(['a', 'b']);
  });

  it('sends what was written before the app asked for encryption', async () => {
    const before = openQueue({
      name: 'q',
      now,
      nowBy: now,
      maxBytes: 5_000_000,
      onDrop: () => undefined,
      onLate: () => undefined,
    });
    before.add({ ...event('old'), ...normal });
    await before.count();
    await before.close();
    const { queue } = openTab();
    queue.add({ ...event('new'), ...normal });
    expect(await drain(await queue.outbox())).toEqual(['old', 'new']);
  });

  it('purges what is on the disk and what is in memory', async () => {
    const encryption = createEncryption();
    const { queue } = openTab(encryption);
    queue.add({ ...event('sealed'), ...normal });
    await queue.outbox();
    encryption.isAway = true;
    queue.add({ ...event('not sealed'), ...normal });
    expect(await queue.purge()).toBe(2);
  });
});
