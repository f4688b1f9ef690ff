import type { Command } from 'commander';
import { readConfig } from '../boot/config.js';
import { type Collector, startCollector } from '../boot/start-collector.js';
import { runUntilSignal } from './run-until-signal.js';

export interface ServeOptions {
  readonly data?: string;
  readonly port?: string;
  readonly host?: string;
  readonly roles?: string;
}

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run a collector in the foreground')
    .option('--data <directory>', 'where the WAL, the keys and the embedded tables live')
    .option('--port <number>', 'port to listen on (default 8787)')
    .option('--host <address>', 'address to listen on (default 127.0.0.1)')
    .option('--roles <names>', 'what it does, comma-separated: ingest, analyze, console (default all of them)')
    .action(serveCommand);
}

/** `tidemark serve`: one collector in the foreground. */
async function serveCommand(options: ServeOptions): Promise<void> {
  const { data: dataDirectory, port, host, roles } = options;
  const config = readConfig(process.env, { dataDirectory, port, host, roles });
  const starting = startCollector({ config, firstWorkspace: 'default' });
  runUntilSignal(starting);
  const collector = await starting;
  await collector.storePrepared;
  process.stdout.write(describeCollector(collector, config.dataDirectory, process.stdout.isTTY));
}

/** The read key is for the eyes of whoever started the collector: what is no terminal may be a log that others read. */
export function describeCollector(
  { url, keys, hasConsole }: Pick<Collector, 'url' | 'keys' | 'hasConsole'>,
  dataDirectory: string,
  onTerminal: boolean,
): string {
  return [
    `collector  ${url}`,
    ...(hasConsole ? [`console    ${url}/console/${onTerminal ? `#key=${keys.readKey}` : ''}`] : []),
    `write key  ${keys.writeKey}`,
    `keys       ${dataDirectory}/keys.json`,
    '',
  ].join('\n');
}
