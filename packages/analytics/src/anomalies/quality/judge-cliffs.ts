import type { DataBreak } from '@tidemark/protocol';
import { wilsonInterval } from '../../stats/index.js';

/** On how many devices something was seen. Devices, not events: events of one device are no independent witnesses. */
export interface SchemaSighting {
  /** An event type, a property as `type.key`, or any event at all: of how many devices the others are a share. */
  readonly kind: 'any' | 'event' | 'property';
  readonly name: string;
  /** Empty for all releases together. */
  readonly release: string;
  /** Device queues in the asked time, and in the time before. */
  readonly devices: number;
  readonly baselineDevices: number;
}

/** Of all cliffs that one report looks for, so often does chance alone show one. */
const FALSE_ALARMS = 0.001;

/**
 * Event types and properties that vanished or appeared: in the asked time, and in each release of it, beside the time before. One
 * that was seen on a share of at least p of the devices is missed on all of n by chance with (1 - p)^n, p the low end of its
 * interval; the limit is divided by how many are looked for.
 *
 * @param sightings - where nothing was seen, none is needed; without those of `any` there is nothing to compare.
 */
export function judgeCliffs(sightings: readonly SchemaSighting[]): DataBreak[] {
  const totals = sightings.filter(({ kind }) => kind === 'any');
  const before = totals.find(({ release }) => release === '')?.baselineDevices ?? 0;
  const names = new Map(sightings.filter(({ kind }) => kind !== 'any').map((one) => [keyOf(one, ''), one]));
  const seen = new Map(sightings.map((one) => [keyOf(one, one.release), one]));
  const limit = FALSE_ALARMS / Math.max(1, names.size * totals.length);
  if (before === 0) return [];
  return [...names].flatMap(([key, one]) => {
    const usual = seen.get(key)?.baselineDevices ?? 0;
    return totals.flatMap(({ release, devices }): DataBreak[] => {
      const now = seen.get(keyOf(one, release))?.devices ?? 0;
      const found = {
        subject: one.name,
        release,
        observed: share(now, devices),
        expected: share(usual, before),
        count: devices,
      };
      if (usual > 0 && now === 0 && missedByChance(usual, before, devices) < limit)
        return [{ kind: 'vanished', ...found }];
      if (usual === 0 && now > 0 && missedByChance(now, devices, before) < limit)
        return [{ kind: 'appeared', ...found }];
      return [];
    });
  });
}

const keyOf = ({ kind, name }: SchemaSighting, release: string) => JSON.stringify([kind, name, release]);

const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

/** That what `successes` of `trials` devices have is on none of `devices` others. */
function missedByChance(successes: number, trials: number, devices: number): number {
  const { low = 0 } = wilsonInterval(Math.min(successes, trials), trials) ?? {};
  return (1 - low) ** devices;
}
