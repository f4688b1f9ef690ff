import type { CandidateFlag } from './flag.js';
import { type FlagKind, lesserSeverity, severityOf } from './flag-kind.js';
import type { Acquaintances } from './new-device-action.js';
import type { RiskEvent } from './risk-event.js';
import { hourLift, type VisitHours } from './visit-hours.js';

/** What speaks for an entity. */
export interface TrustSignals {
  /** Since the device was first seen. */
  readonly deviceAgeMs?: number;
  /** Share of the own visits at this hour of the day, times 24: 1 is an hour like any other. */
  readonly hourLift?: number;
  readonly isKnownNetwork?: boolean;
}

const DAY_MS = 86_400_000;
/** What a thief has brought along is not known yet. */
const KNOWN_NETWORK_MS = 2 * DAY_MS;
const AGED_DEVICE_MS = 90 * DAY_MS;
const HABITUAL_LIFT = 2;
/** What each signal takes off, nats: an aged device, a habitual hour, a known network are each some times rarer among attackers. */
const OFF = { aged_device: Math.log(5), habitual_hour: Math.log(2), known_network: Math.log(5) } as const;

/** Kinds that ask whether the user is who acts; what users do in their own name is not more likely right for being done at home. */
const ASK_WHO: ReadonlySet<FlagKind> = new Set(['velocity', 'impossible_travel', 'dormant_then_large_order']);

/** The same flags, those about the event's user lowered by what the user is known to use. */
export function withAcquaintances(
  flags: readonly CandidateFlag[],
  { devices, networks, hours }: Acquaintances & { readonly hours: VisitHours },
  { deviceId, address, atMs }: RiskEvent,
): CandidateFlag[] {
  const ageOf = (list: readonly (readonly [string, number])[], id: string) =>
    atMs - (list.find(([one]) => one === id)?.[1] ?? atMs);
  const lift = hourLift(hours, atMs);
  const signals: TrustSignals = {
    ...(lift !== undefined && { hourLift: lift }),
    deviceAgeMs: ageOf(devices, deviceId),
    isKnownNetwork: ageOf(networks, address) >= KNOWN_NETWORK_MS,
  };
  return flags.map((flag) => (flag.entityKind === 'user' && ASK_WHO.has(flag.kind) ? withTrust(flag, signals) : flag));
}

/**
 * Lowers a candidate by what speaks for its entity. Nothing here can raise one: a signal that is absent, unknown or no number
 * takes nothing off and adds nothing.
 */
export function withTrust(flag: CandidateFlag, signals: TrustSignals): CandidateFlag {
  const found: { code: keyof typeof OFF; text: string }[] = [];
  if ((signals.deviceAgeMs ?? 0) >= AGED_DEVICE_MS) {
    found.push({ code: 'aged_device', text: 'The device has been known for 90 days or more.' });
  }
  if ((signals.hourLift ?? 0) >= HABITUAL_LIFT) {
    found.push({ code: 'habitual_hour', text: 'This is an hour of the day at which the user is usually active.' });
  }
  if (signals.isKnownNetwork === true) {
    found.push({ code: 'known_network', text: 'The network has been used by this user before.' });
  }
  if (found.length === 0) return flag;
  const surprise = Math.max(
    0,
    found.reduce((left, { code }) => left - OFF[code], flag.surprise),
  );
  return {
    ...flag,
    surprise,
    severity: lesserSeverity(flag.severity, severityOf(surprise)),
    reasons: [...flag.reasons, ...found],
  };
}
