import { waitUntil } from '../../process/wait-until.js';
import type { Shell, ShellPageWindow } from '../shell-report.js';
import { drain, play } from './play.js';
import { createShellStage, type ShellStage } from './shell-stage.js';
import { timeCrossings } from './time-crossings.js';
import type { ShellWindow } from './web-view.js';

/*
 * The shell page: plays the native app around a WebView.
 */

const THERE_WITHIN_MS = 15_000;
const LOOK_MS = 10;

const around: ShellWindow & Partial<{ -readonly [N in keyof ShellPageWindow]: ShellPageWindow[N] }> = window;
let stage: ShellStage | undefined;

function begun(): ShellStage {
  if (!stage) throw new Error('the shell has not begun');
  return stage;
}

async function until(isThere: () => boolean, what: string): Promise<void> {
  if ((await waitUntil(isThere, THERE_WITHIN_MS, LOOK_MS)) === undefined) throw new Error(`${what} did not come`);
}

const shell: Shell = {
  begin(settings) {
    stage = createShellStage(settings);
    around.webView = stage.webView;
  },
  play: (plan) => play(begun(), plan),
  drain: () => drain(begun()),
  async openHost() {
    begun().openHost();
    await until(() => begun().host() !== undefined, 'the host');
  },
  async openPage(objectAfterMs) {
    begun().setObjectAfterMs(() => objectAfterMs ?? undefined);
    begun().webView.open();
    await until(() => begun().webView.page()?.client !== undefined, 'the page');
  },
  trackInPage(count) {
    for (let left = count; left > 0; left--) begun().trackInPage();
  },
  state: () => begun().state(),
  timeCrossings: (rounds, events) => timeCrossings(begun(), rounds, events),
  firstHttpMs() {
    const { initAt, firstHttpAt } = begun().webView.page() ?? {};
    return initAt === undefined || firstHttpAt === undefined ? undefined : firstHttpAt - initAt;
  },
  httpPosts: () => begun().webView.page()?.httpPosts ?? 0,
};
around.shell = shell;
