import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { plainEnvironment } from '../process/start-collector.js';

const COMMAND = fileURLToPath(new URL('../../../packages/collector/dist/cli/main.js', import.meta.url));
const ANSWERS_WITHIN_MS = 60_000;

/** Runs the command line as built against the collector of a data directory; gives what it printed. */
export async function runTidemark(dataDirectory: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args], {
    env: { ...plainEnvironment(), TIDEMARK_DATA: dataDirectory },
    timeout: ANSWERS_WITHIN_MS,
  });
  return stdout;
}
