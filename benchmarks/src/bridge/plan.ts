import { createRandom, integerBetween, pick, type Random } from '../load/random.js';
import { DOWN, FAIR, type Weather } from '../sdk/weather.js';

/** What may go wrong in a run; `--only` names one of them. */
export const FAULTS = ['messages', 'silence', 'kill', 'reload', 'host-death', 'host-gone', 'late', 'network'] as const;
export type Fault = (typeof FAULTS)[number];

/** What becomes of messages between page and host, in each direction. */
export interface MessageWeather {
  /** Share of those that never arrive. */
  readonly lost: number;
  /** Share of those that arrive twice. */
  readonly copied: number;
  /** Each takes its own time up to this, so that they overtake one another. */
  readonly maxDelayMs: number;
}

export const FAIR_MESSAGES: MessageWeather = { lost: 0, copied: 0, maxDelayMs: 0 };

/** Where a batch may be when something happens: a message leaves one side, or the other side has just heard it. */
export const MOMENTS = ['batch said', 'batch heard', 'ack said', 'ack heard'] as const;
export type Moment = (typeof MOMENTS)[number];

/** Something that happens once in a run. */
export type Step = { readonly atMs: number } & (
  | {
      /** The page ends without being told, or is loaded anew and hears `pagehide`. */
      readonly kind: 'kill' | 'reload';
      /** At the next such moment after its time, if there is one soon. */
      readonly upon: Moment | undefined;
      /** Until there is a page again. */
      readonly awayMs: number;
      /** Whether the app notices, and makes a channel of its own for the next page. */
      readonly newChannel: boolean;
    }
  | {
      readonly kind: 'host-death';
      readonly upon: Moment | undefined;
      /** Until it is opened again on what its storage held; undefined: not before the faults have stopped. */
      readonly backAfterMs: number | undefined;
    }
  | {
      /** The page hears nothing of the host, which hears the page. */
      readonly kind: 'silence';
      readonly forMs: number;
    }
  | { readonly kind: 'identify-in-host' | 'identify-in-page' }
);

/** All that a seed decides about a run. The n-th message and the n-th request meet what the seed has for them, too. */
export interface RunPlan {
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** Until the faults stop. */
  readonly durationMs: number;
  /** Pauses between two events. */
  readonly pageEveryMs: number;
  readonly hostEveryMs: number;
  readonly pageFlushMs: number;
  readonly hostFlushMs: number;
  readonly messages: MessageWeather;
  /** How long the container's object is missing in each page that comes; the last holds for all that follow. */
  readonly objectAfterMs: readonly number[];
  readonly steps: readonly Step[];
  /** Networks of page and host from a moment on. */
  readonly networks: readonly { readonly atMs: number; readonly page: Weather; readonly host: Weather }[];
}

/** A fault happens in so many runs, where none is asked for. */
const SHARE = 0.5;

/** @param only - the one fault of the run; undefined draws some, often several. */
export function planRun(seed: number, only: Fault | undefined): RunPlan {
  const random = createRandom(seed);
  const drawn = FAULTS.filter(() => random() < SHARE);
  const faults = only ? [only] : drawn.length > 0 ? drawn : [pick(random, FAULTS)];
  const has = (fault: Fault): boolean => faults.includes(fault);
  // A page waits 5 s for an answer.
  const durationMs = integerBetween(random, 6_000, 9_000) + (has('silence') ? 4_000 : 0);
  return {
    seed,
    faults,
    durationMs,
    pageEveryMs: integerBetween(random, 25, 120),
    hostEveryMs: integerBetween(random, 60, 300),
    pageFlushMs: integerBetween(random, 200, 1_500),
    hostFlushMs: integerBetween(random, 200, 1_500),
    messages: drawMessages(random, has('messages')),
    objectAfterMs: Array.from({ length: 6 }, () => drawLateness(random, has('late'))),
    steps: drawSteps(random, durationMs, has),
    networks: drawNetworks(random, durationMs, has('network')),
  };
}

function drawMessages(random: Random, isBad: boolean): MessageWeather {
  const bad = { lost: 0.3 * random(), copied: 0.3 * random(), maxDelayMs: integerBetween(random, 0, 300) };
  return isBad ? bad : FAIR_MESSAGES;
}

function drawLateness(random: Random, isLate: boolean): number {
  const late = integerBetween(random, 200, 3_000);
  return isLate ? late : 0;
}

function drawSteps(random: Random, durationMs: number, has: (fault: Fault) => boolean): Step[] {
  const steps: Step[] = [];
  const atMs = (): number => integerBetween(random, 300, durationMs - 200);
  for (const kind of ['kill', 'reload'] as const) {
    for (let left = has(kind) ? integerBetween(random, 1, 2) : 0; left > 0; left--) {
      const awayMs = kind === 'kill' ? integerBetween(random, 0, 600) : 0;
      steps.push({ kind, atMs: atMs(), upon: drawMoment(random), awayMs, newChannel: random() < 0.5 });
    }
  }
  for (let left = has('host-death') ? integerBetween(random, 1, 3) : 0; left > 0; left--) {
    const backAfterMs = integerBetween(random, 0, 3_000);
    steps.push({ kind: 'host-death', atMs: atMs(), upon: drawMoment(random), backAfterMs });
  }
  if (has('host-gone')) {
    steps.push({ kind: 'host-death', atMs: atMs(), upon: drawMoment(random), backAfterMs: undefined });
  }
  if (has('silence')) {
    steps.push({
      kind: 'silence',
      atMs: integerBetween(random, 300, 3_000),
      forMs: integerBetween(random, 4_000, 9_000),
    });
  }
  for (const kind of ['identify-in-host', 'identify-in-page'] as const) {
    if (random() < 0.25) steps.push({ kind, atMs: atMs() });
  }
  return steps.sort((a, b) => a.atMs - b.atMs);
}

function drawMoment(random: Random): Moment | undefined {
  const moment = pick(random, MOMENTS);
  return random() < 0.6 ? moment : undefined;
}

function drawNetworks(random: Random, durationMs: number, isBad: boolean): RunPlan['networks'] {
  const networks: RunPlan['networks'][number][] = [];
  for (let atMs = 0; isBad && atMs < durationMs; atMs += integerBetween(random, 800, 2_500)) {
    networks.push({ atMs, page: drawWeather(random), host: drawWeather(random) });
  }
  return networks;
}

function drawWeather(random: Random): Weather {
  const kind = random();
  if (kind < 0.2) return DOWN;
  if (kind < 0.4) return FAIR;
  return {
    ...FAIR,
    latencyMs: { low: 0, high: integerBetween(random, 0, 600) },
    lostRequests: 0.25 * random(),
    lostAnswers: 0.35 * random(),
    cutAnswers: 0.15 * random(),
    busy: 0.15 * random(),
  };
}
