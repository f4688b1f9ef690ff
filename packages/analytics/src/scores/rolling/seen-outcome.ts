/** Probabilities of one order, before recalibration. */
export interface Said {
  readonly any: number;
  readonly full: number;
}

/** Models that answer in the shadow: one of another kind, and the one that served before the last refit. */
export const RIVALS = ['challenger', 'before'] as const;
export type Rival = (typeof RIVALS)[number];

/** What became of an order, and what was said of it by models that had not learnt from it. Plain JSON. */
export interface SeenOutcome {
  /** Orders of the same name share their fate. */
  readonly group: string;
  readonly any: 0 | 1;
  readonly full: 0 | 1;
  /** By the model that served. */
  readonly said: Said;
  readonly rivals: Readonly<Partial<Record<Rival, Said>>>;
}
