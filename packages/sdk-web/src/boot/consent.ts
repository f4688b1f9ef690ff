import { type ConsentByPurpose, type ConsentState, PURPOSES, type Purpose } from '@tidemark/protocol';
import { bare } from '../browser/bare.js';
import { readJson, type SmallStorage } from '../browser/small-storage.js';
import type { InitOptions } from './client.js';

/** Whether events may be kept and sent: `unknown` keeps them in memory until the visitor decides. */
export type ConsentGate = ConsentState | 'unknown';

export interface Consent {
  /** What was decided, by the visitor or by signals of the browser; the same object until the next decision. */
  purposes(): ConsentByPurpose;
  gate(): ConsentGate;
  /**
   * @param apply - done before the decision is written down: a tab that reads of a grant is to find whose it is, and a denial
   * makes room for itself.
   * @returns the purposes that the protocol knows, of those that were given.
   */
  decide(purposes: ConsentByPurpose, apply: () => void): ConsentByPurpose;
  /** Another tab decided. */
  reload(): void;
}

/**
 * The visitor's decision by purpose; `analytics` is the one that opens and shuts the gate. Global Privacy Control speaks of
 * sale, sharing and targeting, so it denies marketing; Do Not Track, where it is honoured, denies all.
 *
 * @param storage - outlives the page even where consent was denied: a denial must be remembered.
 * @see W3C, "Global Privacy Control (GPC)", section 2.
 */
export function openConsent(
  storage: SmallStorage,
  options: Pick<InitOptions, 'consent' | 'honourGpc' | 'honourDnt'>,
): Consent {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { readonly globalPrivacyControl?: boolean };
  const signalled: ConsentByPurpose =
    options.honourDnt && doNotTrack === '1'
      ? { analytics: 'denied', marketing: 'denied', risk: 'denied' }
      : (options.honourGpc ?? true) && globalPrivacyControl
        ? { marketing: 'denied' }
        : {};
  const stored = () => known((readJson(storage, 'consent') ?? {}) as ConsentByPurpose); // only what is known is taken of it
  const read = (): ConsentByPurpose => ({ ...signalled, ...stored() });
  const initial = options.consent ?? 'granted';
  let purposes = read();
  return {
    purposes: () => purposes,
    gate: () => purposes.analytics ?? initial,
    decide(given, apply) {
      const decided = known(given);
      purposes = { ...purposes, ...decided };
      try {
        apply();
      } finally {
        storage.set('consent', JSON.stringify(bare({ ...stored(), ...decided })));
      }
      return decided;
    },
    reload() {
      purposes = read();
    },
  };
}

function known(purposes: ConsentByPurpose): ConsentByPurpose {
  const decided: { [P in Purpose]?: ConsentState } = bare({});
  for (const purpose of PURPOSES) {
    const state = purposes[purpose];
    if (state === 'granted' || state === 'denied') decided[purpose] = state;
  }
  return decided;
}
