import type { Random } from '../../benchmarks/src/load/random.js';
import type { Life } from './life.js';
import type { VirtualAnswer, VirtualRequest } from './virtual-collector.js';
import type { VirtualTime } from './virtual-time.js';

/** What the way to the collector is like, each a share of requests, 0..1. */
export interface Weather {
  readonly isOffline: boolean;
  /** The request never arrives: at once, or after a long silence. */
  readonly lostRatio: number;
  readonly answerLostRatio: number;
  /** It arrives a second time: any time within half a minute, or at once, and then only the second answer is heard. */
  readonly twiceRatio: number;
  /** Somebody on the way answers instead: a portal, a gateway. Half of them pass the request on first. */
  readonly portalRatio: number;
  /** Longest time for one way; shorter ones overtake. */
  readonly delayMs: number;
  /** A proxy on the way refuses bodies that are larger. */
  readonly bodyMaxBytes: number;
}

export const FAIR: Weather = {
  isOffline: false,
  lostRatio: 0,
  answerLostRatio: 0,
  twiceRatio: 0,
  portalRatio: 0,
  delayMs: 50,
  bodyMaxBytes: Number.POSITIVE_INFINITY,
};

export interface NetworkOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly weather: () => Weather;
  readonly deliver: (request: VirtualRequest) => Promise<VirtualAnswer | undefined>;
}

const TWICE_WITHIN_MS = 30_000;
const AGAIN_WITHIN_MS = 5;

/** As much of `fetch` as the SDK uses, for one page. */
export function createVirtualFetch(options: NetworkOptions, page: Life): typeof fetch {
  const { time, random, deliver } = options;

  function pass(address: string, init: RequestInit, resolve: (answer: Response) => void, fail: () => void): void {
    const weather = options.weather();
    const request = readRequest(address, init);
    const way = () => random() * weather.delayMs;
    const isTwice = random() < weather.twiceRatio;
    const end = (answer: VirtualAnswer) => time.after(way(), () => page.alive && resolve(responseOf(answer)));
    const breakOff = () => time.after(way(), fail);

    function arrive(answered: (answer: VirtualAnswer | undefined) => void): void {
      time.after(way(), () => {
        // A network that delivers twice takes its time.
        if (isTwice && random() < 0.5) time.after(random() * TWICE_WITHIN_MS, () => void deliver(request));
        if (!isTwice || random() < 0.5) {
          void deliver(request).then(answered);
          return;
        }
        // A browser sends again by itself when its connection is reset, and tells of the second answer only.
        void deliver(request);
        time.after(random() * AGAIN_WITHIN_MS, () => void deliver(request).then(answered));
      });
    }

    if (weather.isOffline) {
      breakOff();
    } else if (request.body.length > weather.bodyMaxBytes) {
      end({ status: 413, retryAfter: null, body: '<html>' });
    } else if (random() < weather.portalRatio) {
      if (random() < 0.5) arrive(() => undefined);
      end({ status: random() < 0.5 ? 200 : 502, retryAfter: null, body: { batchId: 'somebody' } });
    } else if (random() < weather.lostRatio) {
      if (random() < 0.5) breakOff(); // else silence, until the sender's patience ends
    } else {
      const isAnswerLost = random() < weather.answerLostRatio;
      arrive((answer) => {
        if (!answer || (isAnswerLost && random() < 0.5)) breakOff();
        else if (!isAnswerLost) end(answer);
      });
    }
  }

  return (address, init = {}) =>
    new Promise((resolve, reject) => {
      if (!page.alive) return;
      const fail = () => page.alive && reject(new TypeError('Failed to fetch'));
      init.signal?.addEventListener('abort', fail);
      pass(String(address), init, resolve, fail);
    });
}

function readRequest(address: string, { body }: RequestInit): VirtualRequest {
  const { pathname, searchParams } = new URL(address);
  const kind = pathname === '/v1/acks' ? 'acks' : 'batch';
  return { kind, body: Buffer.from((body as Uint8Array | null) ?? []), ids: searchParams.get('ids')?.split(',') ?? [] };
}

function responseOf({ status, retryAfter, body }: VirtualAnswer): Response {
  const headers = { get: (name: string) => (name === 'Retry-After' ? retryAfter : null) };
  return { status, headers, json: async () => structuredClone(body) } as unknown as Response; // all that is read of it
}
