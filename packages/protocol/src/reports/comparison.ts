/** What a figure is on one surface. */
export interface SurfaceFigure {
  /** Null when there is nothing to take it of. */
  readonly value: number | null;
  /** What it is taken of: sessions, visitors, dwells. */
  readonly count: number;
}

/** A figure of H5 beside that of native. A session or visitor of both counts on both. */
export interface SurfaceComparison {
  /** A ratio, a time whose name ends in `Ms`, or `cls`, which has no unit. */
  readonly figure: string;
  readonly h5: SurfaceFigure;
  readonly native: SurfaceFigure;
  /** H5 minus native: of ratios the difference, of times the Hodges-Lehmann shift. Null where one of them has none. */
  readonly difference: number | null;
  /** Ends of its 95 % interval. */
  readonly low: number | null;
  readonly high: number | null;
  /** Ends of the interval that holds, at 95 %, for all comparisons of the report at once. */
  readonly lowTogether: number | null;
  readonly highTogether: number | null;
  readonly method: 'newcombe' | 'hodges_lehmann';
}

export interface Compared {
  /** Empty when the report was asked for one surface. */
  readonly comparison: readonly SurfaceComparison[];
}
