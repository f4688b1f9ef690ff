/** One thing that is measured. */
export interface Benchmark {
  readonly name: string;
  /** One line for the list. */
  readonly summary: string;
  /** Prints for a person to standard error, and with `--json` one object as the last line of standard output. */
  readonly run: (args: readonly string[]) => Promise<void>;
}
