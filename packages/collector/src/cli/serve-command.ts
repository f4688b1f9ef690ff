import { readConfig } from '../boot/config.js';
import { startCollector } from '../boot/start-collector.js';
import { runUntilSignal } from './run-until-signal.js';

export interface ServeOptions {
  readonly data?: string;
  readonly port?: string;
  readonly host?: string;
}

/** `tidemark serve`: one collector in the foreground. */
export async function serveCommand(options: ServeOptions): Promise<void> {
  const { data: dataDirectory, port, host } = options;
  const config = readConfig(process.env, { dataDirectory, port, host });
  const collector = await startCollector({ config, firstWorkspace: 'default' });
  runUntilSignal(collector);
  await collector.storePrepared;
  process.stdout.write(
    [
      `collector  ${collector.url}`,
      ...(collector.hasConsole ? [`console    ${collector.url}/console/#key=${collector.keys.readKey}`] : []),
      `write key  ${collector.keys.writeKey}`,
      `keys       ${config.dataDirectory}/keys.json`,
      '',
    ].join('\n'),
  );
}
