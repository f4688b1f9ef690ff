import { connect, type Socket } from 'node:net';
import { createRandom, integerBetween } from '../load/random.js';
import { openPeers } from '../process/proc.js';
import { sleep, waitUntil } from '../process/wait-until.js';
import type { TestPlan } from './chaos-test.js';
import type { ChaosResult } from './run-chaos.js';
import { playOnStage, type Stage } from './stage.js';

export interface SlowlorisResult extends ChaosResult {
  /** Slow connections that were opened, and how many of them the collector closed. */
  readonly slow: Readonly<Record<SlowKind, number>>;
  readonly cut: Readonly<Record<SlowKind, number>>;
  /** Batches' events that good devices had acknowledged while the slow ones were there. */
  readonly goodEvents: number;
  readonly faults: readonly string[];
}

type SlowKind = 'headers' | 'body' | 'unread';

const KINDS: readonly SlowKind[] = ['headers', 'body', 'unread'];
/** Seconds instead of tens of them: the run is to see them pass. */
const SETTINGS = {
  TIDEMARK_HEADERS_TIMEOUT_MS: '1000',
  TIDEMARK_REQUEST_TIMEOUT_MS: '2000',
  TIDEMARK_ANSWER_TIMEOUT_MS: '1500',
  TIDEMARK_KEEP_ALIVE_TIMEOUT_MS: '1500',
  TIDEMARK_CONNECTION_CHECK_MS: '200',
};
const DEVICES = 6;
const PER_ROUND = 100;
/** One sender may have 512 connections; an attacker has more than one address. */
const ADDRESSES = 8;
const DROP_EVERY_MS = 250;
const CUT_WITHIN_MS = 30_000;
const UNREAD_REQUESTS = 400;

/** Hundreds of clients send headers or bodies drop by drop, or never read what they asked for; good ones go on beside. */
export function runSlowloris(plan: TestPlan): Promise<SlowlorisResult> {
  const random = createRandom(plan.seed);
  return playOnStage(plan, SETTINGS, (stage) =>
    stage.amongDevices(DEVICES, async (acked) => {
      const slow = { headers: 0, body: 0, unread: 0 };
      const cut = { headers: 0, body: 0, unread: 0 };
      const open = new Map<Socket, SlowKind>();
      const before = acked();
      const drops = setInterval(() => {
        for (const [socket, kind] of open) if (kind !== 'unread') socket.write('a');
      }, DROP_EVERY_MS);
      for (let at = 0; at < plan.n * PER_ROUND; at++) {
        const kind = KINDS[at % KINDS.length] ?? 'headers';
        const socket = openSlow(stage, kind, `127.0.0.${2 + (at % ADDRESSES)}`);
        slow[kind]++;
        open.set(socket, kind);
        socket.once('close', () => {
          if (kind !== 'unread') cut[kind]++;
          open.delete(socket);
        });
        if (at % 10 === 0) await sleep(integerBetween(random, 0, 20));
      }
      plan.onProgress(`${open.size} slow clients are connected`);
      const isDripping = () => [...open.values()].some((kind) => kind !== 'unread');
      await waitUntil(() => !isDripping(), CUT_WITHIN_MS, 50);
      clearInterval(drops);
      // Who does not read does not hear of the end either; the system knows.
      const unread = [...open].filter(([, kind]) => kind === 'unread').map(([socket]) => socket.localPort ?? 0);
      const heldOpen = () => unread.filter((port) => openPeers(stage.port).has(port)).length;
      await waitUntil(() => heldOpen() === 0, CUT_WITHIN_MS, 250);
      cut.unread = slow.unread - heldOpen();
      const uncut = plan.n * PER_ROUND - cut.headers - cut.body - cut.unread;
      const faults = uncut === 0 ? [] : [`${uncut} slow clients were not cut off`];
      for (const socket of open.keys()) socket.destroy();
      const goodEvents = acked() - before;
      if (goodEvents === 0) faults.push('good clients did not get on');
      return { slow, cut, goodEvents, faults };
    }),
  );
}

function openSlow({ port, writeKey }: Stage, kind: SlowKind, localAddress: string): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined); // it is meant to be reset
  const head = `POST /v1/batch?k=${writeKey} HTTP/1.1\r\nHost: a\r\n`;
  if (kind === 'headers') socket.write(`${head}X-Slow: `);
  if (kind === 'body') socket.write(`${head}Content-Length: 50000\r\n\r\n{`);
  if (kind === 'unread') {
    socket.pause();
    socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(UNREAD_REQUESTS));
  } else {
    socket.resume();
  }
  return socket;
}
