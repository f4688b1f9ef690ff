import type { Command } from 'commander';
import { readConfig } from '../boot/config.js';
import { startCollector } from '../boot/start-collector.js';
import { TidemarkError } from '../observe/errors.js';
import { type DemoMarket, openDemoMarket } from './dev/demo-market.js';
import { runUntilSignal } from './run-until-signal.js';
import { type Site, serveSite } from './serve-site.js';

export interface DevOptions {
  readonly data?: string;
  readonly port?: string;
  readonly site?: string;
  /** `NAME=PATH`. */
  readonly sitePage?: string;
  readonly sitePort: string;
  readonly market?: boolean;
}

export function addDevCommand(program: Command): void {
  program
    .command('dev')
    .description('run a collector with a demo workspace, its console, and a site')
    .option('--data <directory>', 'where the WAL, the keys and the embedded tables live')
    .option('--port <number>', 'port of the collector (default 8787)')
    .option('--site <directory>', 'a built site to serve beside it')
    .option('--site-page <name=path>', 'a page of the site, to be printed with the addresses')
    .option('--site-port <number>', 'port of the site', '8788')
    .option('--market', 'make up the days before, as history, and learn from them how likely orders are filled')
    .action(devCommand);
}

/** `tidemark dev`: a collector with a demo workspace, its console, and a site that uses the SDK. */
async function devCommand(options: DevOptions): Promise<void> {
  const logLevel = process.env.TIDEMARK_LOG_LEVEL === undefined ? ('warn' as const) : undefined;
  const config = readConfig(process.env, { dataDirectory: options.data, port: options.port, logLevel });
  let site: Site | undefined;
  let market: DemoMarket | undefined;
  const starting = startCollector({ config, firstWorkspace: 'demo' });
  runUntilSignal(starting, async () => {
    market?.close();
    await site?.close();
  });
  const collector = await starting;
  const { url, keys } = collector;
  site = options.site
    ? await serveSite({
        directory: options.site,
        host: config.host,
        port: Number(options.sitePort),
        config: { endpoint: url, writeKey: keys.writeKey },
      }).catch(async (error: NodeJS.ErrnoException) => {
        await collector.close();
        if (error.code !== 'EADDRINUSE') throw error;
        throw new TidemarkError('port_taken', `port ${options.sitePort} is taken: choose another with --site-port`, {
          cause: error,
        });
      })
    : undefined;
  await collector.storePrepared;
  const [pageName = '', page] = options.sitePage?.split('=') ?? [];
  const lines = [
    '',
    'Tidemark is up.',
    '',
    ...(site ? [`  shop       ${site.url}/`] : []),
    ...(site && page ? [`  ${pageName.padEnd(9)}  ${site.url}${page}`] : []),
    ...(collector.hasConsole ? [`  console    ${url}/console/#key=${keys.readKey}`] : []),
    `  collector  ${url}`,
    `  write key  ${keys.writeKey}`,
    '',
    '  Open the shop, click around, and watch the console. Ctrl-C stops all of it.',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (!options.market) return;
  market = openDemoMarket({ collector, dataDirectory: config.dataDirectory, nowMs: Date.now() });
  await market.learnt.then(
    (isNew) =>
      isNew && process.stdout.write('  A made-up market was learnt from: orders get their probability from now on.\n'),
    (error: unknown) => process.stderr.write(`tidemark: no market to learn from: ${String(error)}\n`),
  );
}
