import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { TidemarkError } from '../observe/errors.js';
import type { TopAnswer } from '../reports/top-route.js';
import { askCollector } from './ask-collector.js';
import { findCollector, type Target } from './find-collector.js';
import { renderTop, topRates } from './render-top.js';

const EVERY_MS = 1_000;
/** Where nobody says how large the terminal is. */
const SIZE = { width: 100, height: 40 };

/** Of terminals: another screen without a cursor, and back; to the upper left; clear to the end of the line, of the screen. */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const END_OF_LINE = '\u001b[K';
const REST = '\u001b[J';
const CTRL_C = '\u0003';

/** `tidemark top`: what the running collector does, once a second. */
export function addTopCommand(program: Command): void {
  program
    .command('top')
    .description("what the running collector does this moment, once a second; q ends it (operator's key)")
    .option('--once', 'one picture of one second, as plain text; so, too, where the output is no terminal')
    .option('--json', 'with --once: one JSON object')
    .action(topCommand);
}

interface TopOptions {
  readonly once?: boolean;
  readonly json?: boolean;
}

async function topCommand({ once, json }: TopOptions): Promise<void> {
  if (json && !once) throw new TidemarkError('report_unreadable', '--json shows one picture: say --once --json');
  const target = await findCollector(process.env, 'admin');
  const ask = () => askCollector<TopAnswer>(target, '/v1/admin/top');
  if (!once && process.stdout.isTTY) return watch(target, ask);
  const before = await ask();
  await sleep(EVERY_MS);
  const now = await ask();
  const perSecond = topRates(before, now);
  const { columns: width = SIZE.width, rows: height = SIZE.height } = process.stdout;
  const text = json
    ? JSON.stringify({ ...now, perSecond })
    : renderTop(target.url, now, perSecond, process.stdout.isTTY ? { width, height } : { ...SIZE, height: 1_000 }).join(
        '\n',
      );
  process.stdout.write(`${text}\n`);
}

/** Until somebody ends it. The terminal is given back as it was, however that comes. */
async function watch({ url }: Target, ask: () => Promise<TopAnswer>): Promise<void> {
  const ended = new AbortController();
  const end = () => ended.abort();
  const { stdin, stdout } = process;
  const onKey = (key: Buffer) => {
    if (['q', 'Q', CTRL_C].includes(key.toString())) end();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  if (stdin.isTTY) stdin.setRawMode(true).on('data', onKey).resume();
  stdout.write(ENTER);
  try {
    for (let before: TopAnswer | undefined; !ended.signal.aborted; ) {
      const { columns: width, rows: height } = stdout;
      const lines = await ask()
        .then((now) => {
          const shown = renderTop(url, now, topRates(before ?? now, now), { width, height: height - 1 });
          before = now;
          return shown;
        })
        .catch((error: unknown) => [String(error instanceof Error ? error.message : error).slice(0, width)]);
      stdout.write(`${HOME}${lines.map((line) => `${line}${END_OF_LINE}`).join('\r\n')}${REST}`);
      await sleep(EVERY_MS, undefined, { signal: ended.signal }).catch(() => undefined); // the loop looks why
    }
  } finally {
    stdout.write(LEAVE);
    if (stdin.isTTY) stdin.setRawMode(false).off('data', onKey).pause();
  }
}
