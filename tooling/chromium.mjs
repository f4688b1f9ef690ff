// The browser that end-to-end tests drive. Playwright's own download is not used: a distribution's Chromium is one
// package away and needs no second host to be reachable.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from './repo.mjs';
import { runStep } from './run-child.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const macPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const installTimeoutMs = 15 * 60_000;

/** A browser without a window that talks to nobody but the pages under test. */
export const chromiumArguments = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @returns {string | undefined} TIDEMARK_CHROMIUM when set, else the first Chromium on the PATH. */
export function findChromium() {
  if (process.env.TIDEMARK_CHROMIUM) return process.env.TIDEMARK_CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [...new Set([...folders, '/usr/bin'])].flatMap((folder) =>
    names.map((name) => join(folder, name)),
  );
  return [...candidates, ...macPaths].find(isExecutable);
}

/** As findChromium; on a Debian or Ubuntu machine where this process is root, installs it when missing. */
export async function ensureChromium() {
  const found = findChromium();
  if (found !== undefined || !existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return found;
  say('Installing Chromium with apt-get ...');
  const quietly = { quiet: true, timeoutMs: installTimeoutMs };
  if (await runStep('apt-get', ['update'], quietly)) {
    await runStep('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], quietly);
  }
  return findChromium();
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
