import type { Plugin, RollupBuild } from 'rollup';

export interface RollUpOptions {
  /** What a failure tells of. */
  readonly name: string;
  readonly format: 'iife' | 'es';
  /** Before all others. */
  readonly plugins: readonly Plugin[];
}

export function rollUp(entry: string, options: RollUpOptions): Promise<RollupBuild>;
