/**
 * What a column tells of a person.
 *
 * - `identity`: whose row it is, by an id that lasts.
 * - `pseudonym`: a random id of a queue, batch, session, view or event; it leads to a person only by way of an `identity`.
 * - `device`, `place`: what the sender is, and roughly where. `behaviour`: what was done, when and for how long.
 * - `content`: free text of the app or page, which may hold anything. `business`: orders, products, amounts.
 * - `consent`: what was decided. `operation`: what a collector or its operator writes for itself.
 */
export const DATA_CLASSES = [
  'identity',
  'pseudonym',
  'device',
  'place',
  'behaviour',
  'content',
  'business',
  'consent',
  'operation',
] as const;
export type DataClass = (typeof DATA_CLASSES)[number];

export interface DataMapColumn {
  readonly name: string;
  readonly type: string;
  /** Undefined for a column that nobody has classified: a test of the release sees to it that there is none. */
  readonly dataClass: DataClass | undefined;
}

export interface DataMapTable {
  readonly table: string;
  /** Of all workspaces, copies that are not merged yet counted. */
  readonly rows: number;
  /** What an erasure does: `by_id` deletes the subject's rows, `counted_anew` counts its groups without it; `none` has no subject. */
  readonly erasure: 'by_id' | 'counted_anew' | 'none';
  readonly columns: readonly DataMapColumn[];
}

/** All that an installation holds, from its live schema. */
export interface DataMap {
  readonly tables: readonly DataMapTable[];
}
