/** What each kind of model can say about one row, given its codes, shape [features]. */
export interface LogOddsModel {
  /** Log-odds of the positive label. */
  logOdds(codes: Uint8Array): number;
  /** Standard error of the log-odds: what other training rows would have changed. */
  standardError(codes: Uint8Array): number;
  /** Of that error: a few members tell their spread no better than a few numbers tell theirs. Absent where it is as good as known. */
  readonly degreesOfFreedom?: number | undefined;
  /** What each feature adds, against its mean over the training rows; shape [features]. */
  contributions(codes: Uint8Array): Float64Array;
}
