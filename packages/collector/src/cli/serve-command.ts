import { readConfig } from '../boot/config.js';
import { type Collector, startCollector } from '../boot/start-collector.js';
import { runUntilSignal } from './run-until-signal.js';

export interface ServeOptions {
  readonly data?: string;
  readonly port?: string;
  readonly host?: string;
  readonly roles?: string;
}

/** `tidemark serve`: one collector in the foreground. */
export async function serveCommand(options: ServeOptions): Promise<void> {
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
