/** First line on the engine's standard input. */
export interface EngineStart {
  readonly directory: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** Lines on the engine's standard output. */
export type EngineReport =
  | {
      readonly kind: 'ready';
      readonly port: number;
      /** Where files for `INSERT ... FROM INFILE` are put; emptied when the engine starts. */
      readonly spoolDirectory: string;
    }
  /** There is no engine for this platform. */
  | { readonly kind: 'missing'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };
