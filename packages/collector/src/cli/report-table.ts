/** What a person sees of a report. */
export interface ReportTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Lines beneath. */
  readonly last: string;
  /** Rows in order of time: of many, the last are shown. */
  readonly newestLast?: boolean;
}

/** @param digits - behind the point. */
export function percent(ratio: number, digits = 1): string {
  return `${(ratio * 100).toFixed(digits)} %`;
}
