import type { Client, Health } from '../boot/client.js';

type Cells = readonly (string | number)[];

const REFRESH_MS = 500;
const REQUESTS_SHOWN = 8;

/** In a shadow root of its own: neither reach the page's styles in here, nor these out. */
const STYLE = `
:host{display:contents!important}
section{all:initial;color-scheme:dark;position:fixed;right:8px;bottom:8px;z-index:2147483647;box-sizing:border-box;width:332px;
max-width:95vw;max-height:62vh;overflow:auto;padding:12px;border:1px solid gray;border-radius:8px;background:Canvas;
color:CanvasText;font:12px/1.6 system-ui;font-variant-numeric:tabular-nums}
header{display:flex;gap:8px}
b{flex:1;color:var(--state)}
button,table{font:inherit}
table{width:100%;margin-top:8px;border-spacing:0;color:inherit}
td{text-align:right;vertical-align:top;white-space:pre-line}
td:first-child{text-align:left}
td:first-child,table+table tr:first-child{color:darkgray}`;

/**
 * Shows over the page, twice a second, what the client says of itself: what waits, arrived and was dropped, the
 * clock, and the last requests. For developing, not for visitors. It needs no exception in a content security policy.
 *
 * @returns what takes the panel away.
 */
export function debug(client: Pick<Client, 'health'>): () => void {
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const title = element('b', 'Tidemark');
  const copy = element('button', 'Copy');
  const close = element('button', 'Close');
  const facts = element('table');
  const requests = element('table');
  const panel = element('section', element('header', title, copy, close), facts, requests);
  panel.ariaLabel = 'Tidemark';
  root.append(panel);
  let shown = '';

  function refresh(): void {
    const health = client.health();
    const text = JSON.stringify(health);
    if (document.hidden || text === shown) return; // what somebody has selected stays selected
    shown = text;
    host.style.setProperty('--state', health.stopped ? 'tomato' : health.queued > 0 ? 'gold' : 'lightgreen');
    facts.replaceChildren(...factsOf(health).map(row));
    requests.replaceChildren(...requestsOf(health).map(row));
  }

  function remove(): void {
    clearInterval(timer);
    host.remove();
  }

  async function copyJson(): Promise<void> {
    try {
      await navigator.clipboard.writeText(JSON.stringify(client.health(), null, 2));
      copy.textContent = 'Copied';
    } catch {
      copy.textContent = 'Not allowed'; // a page without TLS, or one that forbids it
    }
  }

  const timer = setInterval(refresh, REFRESH_MS);
  close.onclick = remove;
  copy.onclick = copyJson;
  refresh();
  document.documentElement.append(host); // there before the body is
  return remove;
}

function factsOf({ queued, delivered, rejected, dropped, storage, stopped, consent, clock }: Health): Cells[] {
  const { offsetMs, errorMs, steps } = clock;
  const drops = Object.entries(dropped).map((drop) => drop.join(' '));
  return [
    ['queued', `${queued} in ${storage}`],
    ['delivered', `${delivered}, ${rejected} rejected`],
    ['dropped', drops.join('\n') || 0],
    ['consent', consent],
    ['clock', `${offsetMs === undefined ? 'not known yet' : `${offsetMs} +/- ${errorMs} ms`}, ${steps} steps`],
    ...(stopped ? [['stopped', 'the collector refused the key']] : []),
  ];
}

function requestsOf({ requests }: Health): Cells[] {
  const last = requests.slice(-REQUESTS_SHOWN).reverse();
  return [
    ['time', 'request', 'status', 'bytes', 'ms'],
    ...last.map(({ at, kind, status, bytes, tookMs }) => [
      new Date(at).toTimeString().slice(0, 8),
      kind,
      status || 'none',
      bytes,
      tookMs,
    ]),
  ];
}

function row(cells: Cells): Node {
  return element('tr', ...cells.map((cell) => element('td', String(cell))));
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.append(...content);
  return made;
}
