import type { OrderPhase, OrderSide } from '../events/business.js';

/** Something a person did, in a funnel or a segment: exactly one of these. */
export type Step =
  /** Path of the page or name of the screen. */
  | { readonly view: string }
  | { readonly goal: string }
  | { readonly order: OrderSide; readonly phase: OrderPhase }
  /** Target of the click. */
  | { readonly click: string }
  /** Name of the custom event. */
  | { readonly custom: string };

/** What an event's own context tells. */
export const SEGMENT_FIELDS = [
  'release',
  'country',
  'region',
  'deviceClass',
  'osFamily',
  'browserFamily',
  'locale',
  'networkType',
  'accountId',
  'userId',
  'isBot',
] as const;
export type SegmentField = (typeof SEGMENT_FIELDS)[number];

/**
 * One condition. `field` looks at each event, and an event that fails is not counted; `did` and `didNot` look at what its
 * visitor did in the asked time. A robot's `isBot` is "1", anybody else's "0"; an empty text is what was not told.
 */
export type Condition =
  | { readonly field: SegmentField; readonly is: readonly string[] }
  | { readonly field: SegmentField; readonly isNot: readonly string[] }
  | { readonly did: Step }
  | { readonly didNot: Step };

/** All of them hold. */
export type Segment = readonly Condition[];

export const SEGMENT_CONDITIONS_MAX = 10;
export const SEGMENT_VALUES_MAX = 100;
