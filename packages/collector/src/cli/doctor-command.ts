import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { type Config, readConfig } from '../boot/config.js';
import { checkCollector } from './doctor/check-collector.js';
import { checkData } from './doctor/check-data.js';
import { checkMachine, readMachineFacts } from './doctor/check-machine.js';
import { checkStore } from './doctor/check-store.js';
import { exitCodeOf, type Finding } from './doctor/finding.js';
import { printFindings } from './doctor/print-findings.js';

export interface DoctorOptions {
  readonly data?: string;
  readonly json?: boolean;
}

const WIDTH = 100;

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('look at everything a collector stands on, running or not; exits with 0, 1 (look at it) or 2 (broken)')
    .option('--data <directory>', 'where the WAL, the keys and the embedded tables live')
    .option('--json', 'print it as one JSON object')
    .action(doctorCommand);
}

/** `tidemark doctor`: looks at everything that a collector stands on, whether it runs or not, and changes nothing. */
async function doctorCommand({ data, json }: DoctorOptions): Promise<void> {
  const config = readConfig(process.env, { dataDirectory: data });
  const findings = await examine({ ...config, dataDirectory: resolve(config.dataDirectory) });
  const exitCode = exitCodeOf(findings);
  const colour = process.stdout.isTTY && !process.env.NO_COLOR;
  const width = Math.min(process.stdout.columns || WIDTH, WIDTH);
  process.stdout.write(
    json ? `${JSON.stringify({ exitCode, findings })}\n` : printFindings(findings, { colour, width }),
  );
  process.exitCode = exitCode;
}

/** @param engineCommand - how the embedded engine is run; the built one unless a test says otherwise. */
export async function examine(
  config: Config,
  engineCommand?: readonly [string, ...string[]],
): Promise<readonly Finding[]> {
  const machine = checkMachine(await readMachineFacts(config.maxConnections));
  const dataFindings = await checkData(config.dataDirectory, config.diskReserveMiB * 1_048_576, Date.now());
  const collector = await checkCollector(config);
  const untouched = (await stat(join(config.dataDirectory, 'engine')).catch(() => undefined)) === undefined;
  const inUse = collector.url !== undefined || collector.locked;
  const store = await checkStore({ config, inUse, untouched, ...(engineCommand && { engineCommand }) });
  return [...machine, ...dataFindings, ...collector.findings, ...store];
}
