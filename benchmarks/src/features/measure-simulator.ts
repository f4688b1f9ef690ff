import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SimulatorFigures {
  readonly events: number;
  readonly bytes: number;
  readonly seconds: number;
}

const CLI = fileURLToPath(new URL('../../../packages/collector/dist/cli/main.js', import.meta.url));

/** The whole command, as a person runs it: the start of the process, the market, JSON, the file and the truth beside it. */
export function measureSimulator(seed: number, days: number, users: number): SimulatorFigures {
  const directory = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  try {
    const args = [
      'simulate',
      '--seed',
      seed,
      '--days',
      days,
      '--users',
      users,
      '--output',
      join(directory, 'market.ndjson'),
    ];
    const startedAt = performance.now();
    const { status, stdout } = spawnSync(process.execPath, [CLI, ...args.map(String), '--json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    if (status !== 0) throw new Error('tidemark simulate failed');
    const { events, bytes } = JSON.parse(stdout) as { events: number; bytes: number }; // printed by the command
    return { events, bytes, seconds };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
