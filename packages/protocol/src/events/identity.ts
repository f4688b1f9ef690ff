import type { VisitorId } from '../ids.js';
import type { EventBase, Props } from './base.js';

/** A visitor told who it is: a user from here on. */
export interface Identify extends EventBase {
  readonly type: 'identify';
  readonly userId: string;
  readonly traits?: Props;
}

/** Two visitor ids are one device; `previousVisitorId` is the one given up. History is joined, never rewritten. */
export interface Alias extends EventBase {
  readonly type: 'alias';
  readonly previousVisitorId: VisitorId;
}

/** What personal data may be used for. */
export const PURPOSES = ['analytics', 'marketing', 'risk'] as const;
export type Purpose = (typeof PURPOSES)[number];
export type ConsentState = 'granted' | 'denied';
export type ConsentByPurpose = { readonly [P in Purpose]?: ConsentState };

/** The visitor decided. */
export interface Consent extends EventBase {
  readonly type: 'consent';
  readonly purposes: ConsentByPurpose;
}
