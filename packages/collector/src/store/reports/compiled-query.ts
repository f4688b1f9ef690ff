/** One SELECT, with every value that came from outside bound. What it reads is known without parsing it. */
export interface CompiledQuery {
  readonly sql: string;
  readonly bound: Readonly<Record<string, Bindable>>;
  readonly tables: readonly string[];
}

export type Bindable = string | number;

/** Binds a value and gives its placeholder. */
export type Bind = (type: 'String' | 'UInt32' | 'Float64' | 'Date', value: Bindable) => string;

/** The questions of one report: `rows` is what is exported, the others make the JSON whole. */
export interface CompiledReport {
  readonly rows: CompiledQuery;
  /** The rows with what JSON makes more of beside; asked for in their place. */
  readonly detailed?: CompiledQuery;
  /** Rows and totals in one pass, for a report whose totals take as long as its rows: they stand first, or hold the rows. No others are asked. */
  readonly whole?: CompiledQuery;
  /** One row of totals, and what the comparison of surfaces takes. */
  readonly totals?: CompiledQuery;
  /** One row a surface, where the comparison takes more. */
  readonly surfaces?: CompiledQuery;
  /** What else one report answers, by a name of its own. */
  readonly others?: Readonly<Record<string, CompiledQuery>>;
}

/** Of one surface, in a row of totals: sessions, those that bounced, those that converted, quantiles of their durations, squares of their weights. */
export type SurfaceVisits = readonly [
  sessions: number,
  bounced: number,
  converted: number,
  durations: readonly (number | null)[],
  squares: number,
];
