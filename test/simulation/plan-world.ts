import { integerBetween, pick, type Random } from '../../benchmarks/src/load/random.js';
import { FAIR, type Weather } from './virtual-network.js';

/**
 * What a world is like. Each trouble is there or not, so that some worlds are nearly quiet and in others everything comes
 * together.
 *
 * @see A. Groce et al., "Swarm Testing", ISSTA 2012.
 */
export interface WorldPlan {
  readonly devices: number;
  readonly durationMs: number;
  readonly trackEveryMs: number;
  /** Mean time between two of a kind; undefined for never. */
  readonly every: Readonly<Record<Trouble, number | undefined>>;
  /** Share of acks that the power goes with. */
  readonly cutAtAckRatio: number;
  readonly weather: Weather;
}

export const TROUBLES = [
  'pageKilled',
  'pageLeft',
  'diesWhileTracking',
  'clockSet',
  'offline',
  'collectorKilled',
  'killedAndCut',
  'powerCut',
  'collectorRestarted',
  'storeDown',
  'storeFails',
  'diskFails',
  'diskFull',
] as const;
export type Trouble = (typeof TROUBLES)[number];

export function planWorld(random: Random): WorldPlan {
  const maybe = <T>(value: T, otherwise: T) => (random() < 0.4 ? value : otherwise);
  const every = Object.fromEntries(
    TROUBLES.map((name) => [name, maybe(integerBetween(random, 8, 60) * 1_000, undefined)]),
  );
  return {
    devices: integerBetween(random, 1, 3),
    durationMs: integerBetween(random, 20, 60) * 1_000,
    trackEveryMs: integerBetween(random, 2, 8) * 1_000,
    every: every as WorldPlan['every'], // one entry each
    cutAtAckRatio: maybe(0.08, 0),
    weather: {
      ...FAIR,
      lostRatio: maybe(0.15, 0),
      answerLostRatio: maybe(0.2, 0),
      twiceRatio: maybe(0.4, 0),
      portalRatio: maybe(0.1, 0),
      delayMs: pick(random, [5, 200, 3_000]),
      bodyMaxBytes: maybe(pick(random, [1_500, 4_000]), Number.POSITIVE_INFINITY),
    },
  };
}
