import { type ConsentByPurpose, type ConsentState, PURPOSES, type Purpose } from '@tidemark/protocol';
import { bare } from '../browser/bare.js';
import type { SmallStorage } from '../browser/small-storage.js';

/** Whether events may be kept and sent: `unknown` keeps them in memory until the visitor decides. */
export type ConsentGate = ConsentState | 'unknown';

export interface Consent {
  /** What was decided, by the visitor or by signals of the browser; the same object until the next decision. */
  purposes(): ConsentByPurpose;
  gate(): ConsentGate;
  /** @returns the purposes that the protocol knows, of those that were given. */
  decide(purposes: ConsentByPurpose): ConsentByPurpose;
  /** Another tab decided. */
  reload(): void;
}

export interface ConsentOptions {
  /** Outlives the page even where consent was denied: a denial must be remembered. */
  readonly storage: SmallStorage;
  /** Before any decision. */
  readonly initial: 'granted' | 'unknown';
  readonly honourGpc: boolean;
  readonly honourDnt: boolean;
}

/**
 * The visitor's decision by purpose; `analytics` is the one that opens and shuts the gate. Global Privacy Control speaks of
 * sale, sharing and targeting, so it denies marketing; Do Not Track, where it is honoured, denies all.
 *
 * @see W3C, "Global Privacy Control (GPC)", section 2.
 */
export function openConsent({ storage, initial, honourGpc, honourDnt }: ConsentOptions): Consent {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { readonly globalPrivacyControl?: boolean };
  const signalled: ConsentByPurpose =
    honourDnt && doNotTrack === '1'
      ? { analytics: 'denied', marketing: 'denied', risk: 'denied' }
      : honourGpc && globalPrivacyControl
        ? { marketing: 'denied' }
        : {};
  const read = (): ConsentByPurpose => ({ ...signalled, ...known(parse(storage.get('consent'))) });
  let purposes = read();
  return {
    purposes: () => purposes,
    gate: () => purposes.analytics ?? initial,
    decide(given) {
      const decided = known(given);
      storage.set('consent', JSON.stringify(bare({ ...known(parse(storage.get('consent'))), ...decided })));
      purposes = { ...purposes, ...decided };
      return decided;
    },
    reload() {
      purposes = read();
    },
  };
}

function known(purposes: ConsentByPurpose): ConsentByPurpose {
  const decided: { [P in Purpose]?: ConsentState } = Object.create(null);
  for (const purpose of PURPOSES) {
    const state = purposes[purpose];
    if (state === 'granted' || state === 'denied') decided[purpose] = state;
  }
  return decided;
}

function parse(text: string | undefined): ConsentByPurpose {
  try {
    return (JSON.parse(text ?? '{}') as ConsentByPurpose | null) ?? {}; // only what is known is taken of it
  } catch {
    return {};
  }
}
