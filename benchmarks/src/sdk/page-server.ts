import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A page of two lines: the script tag, and `init`. */
export interface PagePlan {
  /** What `tidemark.init` is given; undefined leaves the SDK out of the page altogether. */
  readonly options: Readonly<Record<string, unknown>> | undefined;
  /** Script that runs before the SDK is loaded. */
  readonly before?: string;
}

export interface PageServer {
  /** Serves a page, and returns its address. */
  addPage(plan: PagePlan): string;
  /** A page without anything, on the same origin. */
  readonly elsewhere: string;
  close(): Promise<void>;
}

export const SDK_DIST = fileURLToPath(new URL('../../../packages/sdk-web/dist/', import.meta.url));

/** A real HTTP server: pages from files have another origin, another storage and another life. */
export async function startPageServer(): Promise<PageServer> {
  const script = readFileSync(`${SDK_DIST}tidemark.min.js`);
  const pages = new Map([['/elsewhere', '<!doctype html><title>elsewhere</title>']]);
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/tidemark.min.js') return answer(response, 200, 'text/javascript', script);
    const page = pages.get(path);
    answer(response, page === undefined ? 404 : 200, 'text/html; charset=utf-8', page ?? '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP, so it has one
  return {
    elsewhere: `${origin}/elsewhere`,
    addPage(plan) {
      const path = `/page-${pages.size}`;
      pages.set(path, pageOf(plan));
      return origin + path;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The two policies isolate the page: only then is its clock finer than 100 microseconds. */
function answer(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  });
  response.end(body);
}

function pageOf({ options, before }: PagePlan): string {
  const prelude = before === undefined ? '' : `<script>${before}</script>`;
  const sdk = options
    ? `<script src="/tidemark.min.js"></script>
<script>
  window.beforeInit = performance.now();
  window.client = tidemark.init(${JSON.stringify(options)});
  window.afterInit = performance.now();
</script>`
    : '';
  return `<!doctype html><title>a page</title>${prelude}${sdk}`;
}
