import type { EpochMs } from '@tidemark/protocol';
import type { Random } from '../random.js';
import { DAY_MS, HOUR_MS } from '../settings.js';
import type { World } from '../world.js';
import { bot, scriptedTiming, velocity } from './automation.js';
import { herdingSurge, saleRush } from './crowds.js';
import { clockSkew, duplicateStorm, lateDelivery, replayedStream, schemaBreak, seqGap } from './delivery.js';
import { unusualSession } from './oddities.js';
import type { FraudScript } from './suspects.js';
import {
  credentialStuffing,
  impossibleTravel,
  newDeviceSensitive,
  operatorChange,
  ringChain,
  sharedDeviceRing,
} from './takeover.js';
import { dormantLargeOrder, structuring, subscribeCancelLoop, washPair } from './trading.js';

/** Those that need an open market, and those that do not. */
const TRADING: readonly FraudScript[] = [
  sharedDeviceRing,
  structuring,
  subscribeCancelLoop,
  washPair,
  ringChain,
  unusualSession,
];
const ANY_TIME: readonly FraudScript[] = [
  bot,
  scriptedTiming,
  velocity,
  credentialStuffing,
  newDeviceSensitive,
  impossibleTravel,
  operatorChange,
  replayedStream,
  seqGap,
  lateDelivery,
  clockSkew,
  duplicateStorm,
  schemaBreak,
];
const CROWDS: readonly FraudScript[] = [herdingSurge, saleRush];

/** Rare, as fraud is: one case of a kind for so many days of customers, but one at least. */
const CUSTOMER_DAYS_PER_CASE = 4_000;
const CASES_MAX = 25;
const DAYS_PER_CROWD = 8;

/**
 * Draws when which fraud happens, and plans it. The first day is left alone where there are more: a baseline has to come from
 * somewhere; where many cases are asked for, so are the first two fifths of the days.
 *
 * @param casesPerKind - not given: as rare as fraud is.
 */
export function planFraud(world: World, random: Random, casesPerKind?: number): void {
  const days = Math.round((world.endAt - world.startAt) / DAY_MS);
  const rare = Math.min(CASES_MAX, Math.max(1, Math.round((days * world.customers.length) / CUSTOMER_DAYS_PER_CASE)));
  const cases = casesPerKind ?? rare;
  const firstShare = casesPerKind === undefined ? 0 : 0.4;
  for (const script of ANY_TIME) repeat(script, cases, () => anyTime(world, random, days, firstShare));
  for (const script of TRADING) repeat(script, cases, () => tradingTime(world, random, firstShare));
  for (const script of CROWDS)
    repeat(script, casesPerKind ?? Math.max(1, Math.floor(days / DAYS_PER_CROWD)), () =>
      tradingTime(world, random, firstShare),
    );

  // Has to be planned before it is there: it begins with silence.
  for (let i = 0; i < cases; i++)
    dormantLargeOrder(world, random, tradingTime(world, random, firstShare === 0 ? 0 : 0.8));

  function repeat(script: FraudScript, count: number, when: () => EpochMs): void {
    for (let i = 0; i < count; i++) {
      const at = when();
      world.schedule.at(at, () => script(world, random, at));
    }
  }
}

function anyTime({ startAt }: World, random: Random, days: number, firstShare: number): EpochMs {
  const day = days > 1 ? random.int(Math.max(1, Math.floor(firstShare * days)), days - 1) : 0;
  return startAt + day * DAY_MS + random.int(9 * HOUR_MS, 20 * HOUR_MS);
}

/** Between 09:45 and 12:00 of a working day; of any day where the simulation has none that is whole. */
function tradingTime(world: World, random: Random, firstShare: number): EpochMs {
  const { workingMidnights, startAt } = world;
  const last = workingMidnights.length - 1;
  const day = workingMidnights[random.int(Math.min(Math.max(1, Math.floor(firstShare * last)), last), last)];
  return (day ?? startAt) + random.int(9.75 * HOUR_MS, 12 * HOUR_MS);
}
