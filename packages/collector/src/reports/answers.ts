/** What the store answered to the questions of a report. */
export interface Answers {
  readonly rows: readonly unknown[];
  readonly totals: readonly unknown[];
  readonly surfaces: readonly unknown[];
  readonly others: Readonly<Record<string, readonly unknown[]>>;
  readonly moment: Moment;
}

/** What the store cannot know. */
export interface Moment {
  readonly nowMs: number;
  /** Whatever was acknowledged up to then can be queried; null where nobody knows. */
  readonly completeTo: number | null;
}
