import { readFileSync } from 'node:fs';
import {
  type BridgeMessage,
  type ConsentByPurpose,
  createLogicalClock,
  createPartsBin,
  cutIntoPieces,
  isBefore,
  type PartMessage,
  readMessage,
  type Stamp,
  UUID_PATTERN,
} from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import {
  createMemoryStorage,
  type Host,
  type HostStorage,
  openHost,
  type PageChannel,
} from '../../../packages/sdk-hybrid-bridge/src/native/index.js';
import { parseRecord } from '../../../packages/sdk-hybrid-bridge/src/native/queue.js';

/*
 * The vectors that hosts of all languages are held to, against this one and what it is made of. Their format is told in
 * docs/bridge.md, "Vectors". They were written from that page alone.
 */

type Make = { readonly make: { open: string; repeat: string; times: number; close: string } };
type Text = string | Make;
interface Named {
  readonly name: string;
}

/** The files are ours, and each case fails where its shape is another. */
function cases<T extends Named>(file: string): T[] {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as T[];
}

function textOf(text: Text): string {
  if (typeof text === 'string') return text;
  const { open, repeat, times, close } = text.make;
  return open + repeat.repeat(times) + close;
}

interface ClockCase extends Named {
  readonly steps: readonly ({ wallMs: number; tick: Stamp } | { hear: unknown })[];
}

describe('clock.json', () => {
  it.for(cases<ClockCase>('clock.json'))('$name', ({ steps }) => {
    let wallMs = 0;
    const clock = createLogicalClock(() => wallMs);
    for (const step of steps) {
      if ('hear' in step)
        clock.hear(step.hear as Stamp); // what is none, too
      else {
        wallMs = step.wallMs;
        expect(clock.tick()).toEqual(step.tick);
      }
    }
  });
});

interface ReadCase extends Named {
  readonly text: Text | null;
  readonly types: readonly BridgeMessage['type'][];
  readonly expect: string;
}

describe('read.json', () => {
  it.for(cases<ReadCase>('read.json'))('$name', ({ text, types, expect: expected }) => {
    const read = readMessage(text === null ? null : textOf(text), types);
    expect(read.kind === 'message' ? read.kind : read.reason).toBe(expected);
  });
});

interface CutCase extends Named {
  readonly text: Text;
  readonly maxChars: number;
  readonly cut: boolean;
  readonly nonce: string;
  readonly n: number;
  readonly at: Stamp;
}
interface JoinCase extends Named {
  readonly join: readonly { part: PartMessage & { text: Text }; expect: string | { whole: Text } }[];
}

/** Half of a surrogate pair that is no escape. */
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

describe('parts.json', () => {
  const all = cases<CutCase | JoinCase>('parts.json');

  it.for(all.filter((one) => 'maxChars' in one))('$name', ({ text: made, maxChars, cut, nonce, n, at }) => {
    const text = textOf(made);
    const pieces = cutIntoPieces(text, maxChars);
    expect(pieces.join('') === text).toBe(true);
    expect(pieces.length > 1).toBe(cut);
    if (!cut) return;
    expect(pieces.length).toBeLessThanOrEqual(1_024);
    pieces.forEach((piece, index) => {
      const rest = { of: n, index, count: pieces.length, text: piece };
      const message = JSON.stringify({ tidemark: 1, nonce, n: n + 1 + index, at, type: 'part', ...rest });
      expect(message.length).toBeLessThanOrEqual(Math.max(512, maxChars));
      expect(message).not.toMatch(HALF);
    });
  });

  it.for(all.filter((one) => 'join' in one))('$name', ({ join }) => {
    const bin = createPartsBin();
    for (const { part, expect: expected } of join) {
      const put = bin.add({ ...part, text: textOf(part.text) });
      if (typeof expected === 'string') expect(put.kind === 'bad' ? 'bad_part' : put.kind).toBe(expected);
      else expect(put.kind === 'whole' && put.text === textOf(expected.whole)).toBe(true);
    }
  });
});

const isMake = (value: Make | Said): value is Make => 'make' in value;

type Said = Readonly<Record<string, unknown>>;
interface Step {
  readonly wallMs?: number;
  readonly page?: string;
  readonly origin?: string;
  readonly in?: string | Make | Said;
  readonly refused?: string;
  readonly out?: Readonly<Record<string, readonly Said[]>>;
  readonly storage?: 'fails' | 'works';
  readonly identify?: string;
  readonly deny?: true;
  readonly close?: true;
  readonly queue?: readonly Said[];
}
interface HostCase extends Named {
  readonly host: {
    readonly visitorId: string;
    readonly userId?: string;
    readonly sessionId: string;
    readonly sessionStartedAt: number;
    readonly consent: ConsentByPurpose;
    readonly origins: readonly string[];
    readonly maxChars: number;
    readonly screen?: string;
    readonly nonces: readonly string[];
  };
  readonly steps: readonly Step[];
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const uuid = new RegExp(UUID_PATTERN);

describe('host.json', () => {
  it.for(cases<HostCase>('host.json'))('$name', async (one) => {
    const stage = await openStage(one);
    for (const [index, step] of one.steps.entries()) await stage.play(step, `step ${index}`);
  });
});

/** One host, and pages that write down what they hear. */
async function openStage({ host: given, steps }: HostCase) {
  let wallMs = steps[0]?.wallMs ?? 0;
  let storageFails = false;
  const nonces = [...given.nonces];
  const storage = createMemoryStorage();
  const { visitorId, userId, sessionId, sessionStartedAt, consent } = given;
  const identity = { visitorId, ...(userId ? { userId } : {}), sessionId, sessionStartedAt };
  await storage.setText('person', JSON.stringify({ identity, lastEventAt: wallMs, consent }));
  const failing: HostStorage = {
    ...storage,
    append: (texts) => (storageFails ? Promise.reject(new Error('the disk is full')) : storage.append(texts)),
  };
  let drawn = 0;
  const host: Host = await openHost({
    endpoint: 'https://collector.example',
    writeKey: 'tm_pk_vectors',
    storage: failing,
    origins: given.origins,
    maxChars: given.maxChars,
    wallMs: () => wallMs,
    monotonicMs: () => 0,
    fetch: () => new Promise(() => undefined), // nothing leaves: the queue is looked at
    timers: { set: () => 0, clear: () => undefined },
    randomBytes(count) {
      if (count !== 22) return Uint8Array.from({ length: count }, (_, index) => (drawn++ * 7 + index) % 256);
      return Uint8Array.from(nonces.shift() ?? '', (char) => ALPHABET.indexOf(char));
    },
  });
  if (given.screen !== undefined) host.screen(given.screen);

  const pages = new Map<string, { channel: PageChannel; bound: number; heard: string[] }>();
  const fresh = new Map<string, string>();
  const seen = new Set(JSON.stringify([given, steps]).match(new RegExp(UUID_PATTERN.slice(1, -1), 'g')));
  let latest: Stamp = [0, 0];

  function pageOf(name: string) {
    const known = pages.get(name);
    if (known) return known;
    const heard: string[] = [];
    const page = { channel: host.connect({ send: (text) => heard.push(text) }), bound: 0, heard };
    pages.set(name, page);
    return page;
  }

  /** Whole messages out of what was sent. */
  function wholes(texts: readonly string[], bound: number, before: Stamp): Said[] {
    const bin = createPartsBin();
    const all = texts.map((text) => JSON.parse(text) as Said & { readonly at: Stamp }); // of our host
    note(
      all.map(({ at }) => at),
      before,
    );
    return all.flatMap((message, index) => {
      if (bound > 0) expect(texts[index]?.length).toBeLessThanOrEqual(Math.max(512, bound));
      if (message.type !== 'part') return [message];
      const put = bin.add(message as unknown as PartMessage);
      return put.kind === 'whole' ? [JSON.parse(put.text) as Said] : [];
    });
  }

  /** Of what is said in one step: to each page in order, and all of it after what was said or heard before. */
  function note(stamps: readonly Stamp[], before: Stamp): void {
    stamps.reduce((last, at) => {
      expect(isBefore(last, at)).toBe(true);
      if (isBefore(latest, at)) latest = at;
      return at;
    }, before);
  }

  /** As the vectors write it; ids that are new are given the names that they stand for. */
  function comparable({ tidemark, capabilities, at, ...rest }: Said, expected: Said | undefined): Said {
    expect(tidemark).toBe(1);
    const renamed = Object.entries(rest).map(([name, value]) => [name, renameNew(value, expected?.[name])]);
    return { ...Object.fromEntries(renamed), atMs: (at as Stamp)[0] };
  }

  function renameNew(value: unknown, expected: unknown): unknown {
    if (typeof expected !== 'string' || !/^new-\d+$/.test(expected)) return value;
    const known = fresh.get(expected);
    if (known !== undefined) return value === known ? expected : value;
    expect(value).toMatch(uuid);
    expect(seen).not.toContain(value);
    seen.add(String(value));
    fresh.set(expected, String(value));
    return expected;
  }

  function say({ page = '', origin, in: said = '' }: Step): void {
    const to = pageOf(page);
    if (typeof said === 'string' || isMake(said)) {
      to.channel.receive(textOf(said), origin);
      return;
    }
    if (said.type === 'hello' && typeof said.maxChars === 'number') to.bound = said.maxChars;
    to.channel.receive(JSON.stringify(said), origin);
  }

  async function queueNow(expected: readonly Said[]): Promise<Said[]> {
    const records = (await storage.read(0, 10_000)).map(({ key, text }) => parseRecord(key, text));
    const ofPages = records.filter(({ context }) => context.sdk.name !== 'sdk-hybrid-bridge');
    return ofPages.map(({ context, skewMs, event }, index) => {
      const { queueId, visitorId: visitor, sessionId: session, sessionStartedAt: startedAt } = context;
      const { seq, eventId, logicalMs = null } = event as typeof event & { logicalMs?: number };
      return {
        queueId,
        seq,
        eventId,
        visitorId: renameNew(visitor, expected[index]?.visitorId),
        sessionId: renameNew(session, expected[index]?.sessionId),
        sessionStartedAt: startedAt,
        userId: context.userId ?? null,
        userAgent: context.userAgent ?? null,
        logicalMs,
        skewMs,
      };
    });
  }

  return {
    async play(step: Step, where: string): Promise<void> {
      const before = host.health();
      if (step.wallMs !== undefined) wallMs = step.wallMs;
      if (step.storage) storageFails = step.storage === 'fails';
      if (step.identify !== undefined) host.identify(step.identify);
      if (step.deny) host.consent({ analytics: 'denied' });
      if (step.close) void host.close();
      if (step.page !== undefined) say(step);
      await settled();

      const after = host.health();
      if (step.page !== undefined) {
        const refused = Object.entries(after.refused).filter(([reason, count]) => {
          return count !== before.refused[reason as keyof typeof before.refused];
        });
        expect(refused.map(([reason]) => reason).join(), where).toBe(step.refused ?? '');
        expect(after.heard - before.heard, where).toBe(step.refused === undefined ? 1 : 0);
        const said = typeof step.in === 'object' && !step.refused ? (step.in as Said).at : undefined;
        if (said && isBefore(latest, said as Stamp)) latest = said as Stamp;
      }
      expect(after.dropped.fault, where).toBeUndefined();
      const earlier = latest;
      for (const [name, { heard, bound }] of pages) {
        const expected = step.out?.[name] ?? [];
        const messages = wholes(heard.splice(0), bound, earlier);
        expect(
          messages.map((message, index) => comparable(message, expected[index])),
          `${where}, page ${name}`,
        ).toEqual(expected);
      }
      if (step.queue) expect(await queueNow(step.queue), where).toEqual(step.queue);
    },
  };
}

/** Everything that needs no timer has happened. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
