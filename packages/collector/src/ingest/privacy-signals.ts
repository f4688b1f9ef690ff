import type { ConsentByPurpose } from '@tidemark/protocol';

/** The headers by which a browser speaks for its person. */
export interface PrivacyHeaders {
  readonly 'sec-gpc'?: string | string[] | undefined;
  readonly dnt?: string | string[] | undefined;
}

export interface HonouredSignals {
  readonly gpc: boolean;
  readonly dnt: boolean;
}

/**
 * What a browser's signals deny, in the SDK's terms, for pages whose SDK does not look: Global Privacy Control speaks of sale,
 * sharing and targeting, so it denies marketing; Do Not Track, where it is honoured, denies all. Only a header that says `1` is
 * a signal.
 *
 * @see W3C, "Global Privacy Control (GPC)", section 3.3; W3C, "Tracking Preference Expression (DNT)", section 5.2.
 */
export function signalledConsent(headers: PrivacyHeaders | undefined, honoured: HonouredSignals): ConsentByPurpose {
  if (honoured.dnt && headers?.dnt === '1') return { analytics: 'denied', marketing: 'denied', risk: 'denied' };
  return honoured.gpc && headers?.['sec-gpc'] === '1' ? { marketing: 'denied' } : {};
}

/** What the person decided counts for more than a signal, and a signal for more than nothing. */
export function withSignals<C extends { readonly consent?: ConsentByPurpose }>(
  context: C,
  signalled: ConsentByPurpose,
): C {
  if (Object.keys(signalled).length === 0) return context;
  return { ...context, consent: { ...signalled, ...context.consent } };
}
