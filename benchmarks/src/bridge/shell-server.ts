import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bundleScript } from './bundle-script.js';

export interface ShellServer {
  /** Address of the shell page for a run: an origin of its own. */
  urlOf(run: string): string;
  close(): Promise<void>;
}

/** Serves the shell page, the page that lies in it, and their scripts, to any name that ends with `localhost`. */
export async function startShellServer(): Promise<ShellServer> {
  const [shell, page] = await Promise.all([bundleScript('in-shell/main'), bundleScript('in-shell/page')]);
  const html = (script: string): string =>
    `<!doctype html><meta charset="utf-8"><title>${script}</title><body><script src="/${script}.js"></script>`;
  const files = new Map([
    ['/shell', ['text/html', html('shell')]],
    ['/page', ['text/html', html('page')]],
    ['/shell.js', ['text/javascript', shell]],
    ['/page.js', ['text/javascript', page]],
  ]);
  const server = createServer((request, response) => {
    const [type = 'text/plain', text = ''] = files.get(request.url ?? '/') ?? [];
    response.writeHead(files.has(request.url ?? '/') ? 200 : 404, {
      'Content-Type': type,
      'Cache-Control': 'no-store',
      // They isolate the page: only then is its clock finer than 100 microseconds.
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
    response.end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP, so it has one
  return {
    urlOf: (run) => `http://${run}.localhost:${port}/shell`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
