/** What became of refused rows that were put through again. */
export interface ReplayResult {
  /** Rows that lay in `rejected`. */
  readonly read: number;
  /** Those that are in the store now, and no longer in `rejected`. */
  readonly taken: number;
  /** Those that the store still refuses: they stay where they were. */
  readonly stillRefused: number;
}
