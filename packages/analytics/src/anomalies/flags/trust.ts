import { type CandidateFlag, severityOf } from './flag.js';

/** What speaks for an entity. */
export interface TrustSignals {
  /** Since the device was first seen. */
  readonly deviceAgeMs?: number;
  /** Share of the own history in this hour of the week, times 168: 1 is an hour like any other. */
  readonly hourLift?: number;
  readonly isKnownNetwork?: boolean;
}

const DAY_MS = 86_400_000;
const AGED_DEVICE_MS = 90 * DAY_MS;
const HABITUAL_LIFT = 2;
/** What each signal takes off, nats: an aged device, a habitual hour, a known network are each some times rarer among attackers. */
const OFF = { aged_device: Math.log(5), habitual_hour: Math.log(2), known_network: Math.log(5) } as const;

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
    found.push({ code: 'habitual_hour', text: 'This is an hour of the week at which the user is usually active.' });
  }
  if (signals.isKnownNetwork === true) {
    found.push({ code: 'known_network', text: 'The network has been used by this user before.' });
  }
  if (found.length === 0) return flag;
  const surprise = Math.max(
    0,
    found.reduce((left, { code }) => left - OFF[code], flag.surprise),
  );
  return { ...flag, surprise, severity: severityOf(surprise), reasons: [...flag.reasons, ...found] };
}
