import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { makeBatch, makeEvent, postBatch } from '../../../../test/fixtures/batches.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import type { LocalKeys } from './open-workspaces.js';

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

/** The collector as it is run, with a store that is not there: what it takes stays in the WAL. Logs all that it ever logs. */
async function startProcess(environment: Record<string, string>) {
  const directory = await temporaryDirectory();
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const args = ['--conditions=@tidemark/source', '--import', tsx, MAIN, 'serve', '--data', directory, '--port', '0'];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, TIDEMARK_CLICKHOUSE_URL: 'http://127.0.0.1:1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  onTestFinished(() => void child.kill('SIGKILL'));
  const keys = await vi.waitFor(
    async () => {
      const read = JSON.parse(await readFile(join(directory, 'keys.json'), 'utf8')) as LocalKeys; // the collector's own
      expect(read.url, output).toBeTruthy();
      return read as LocalKeys & { url: string };
    },
    { timeout: 20_000, interval: 50 },
  );
  return {
    keys,
    output: () => output,
    async end() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
    async files(): Promise<Record<string, string>> {
      const names = await readdir(directory, { recursive: true, withFileTypes: true });
      const paths = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await readFile(path, 'latin1')])));
    },
  };
}

it('of a full address, of personal data and of a query nobody asked for there is no trace in files, log lines or metrics', async () => {
  const collector = await startProcess({ TIDEMARK_TRUST_PROXY: '1', TIDEMARK_LOG_LEVEL: 'debug' });
  const { url, writeKey, readKey } = collector.keys;
  const senders = ['198.51.100.123', '2001:db8:85a3:1234:5678:9abc:def0:4321'];
  const secrets = ['4111111111111111', '13812345678', 'ann@example.com', 'tok3n', 'GB29NWBK60161331926819'];
  const said = `${secrets.join(' ')} ${senders[0]}`;
  const address = `https://a.example/p?q=tok3n&utm_source=news#tok3n`;
  for (const [index, sender] of senders.entries()) {
    const headers = { 'x-forwarded-for': sender, 'user-agent': `App/1 ann@example.com` };
    const queue = index + 1;
    const fields = {
      type: 'page_view',
      url: address,
      referrer: address,
      title: secrets.filter((one) => one !== 'tok3n').join(' '),
    };
    const good = makeEvent(1, fields, queue);
    const bad = {
      ...makeEvent(2, fields, queue),
      seq: `no ${secrets[0]}`,
      props: { [secrets[2] ?? '']: [secrets[1]] },
    };
    const answer = await postBatch(url, writeKey, makeBatch({ queue, events: [good, bad] }), { headers });
    expect([answer.status, await answer.json()]).toMatchObject([202, { accepted: 1, rejected: [{ index: 1 }] }]);
    for (const body of ['no JSON', JSON.stringify({ said })]) {
      expect((await postBatch(url, writeKey, body, { headers })).status).toBe(400);
    }
    await postBatch(url, 'tm_pk_nobody', makeBatch(), { headers });
    await fetch(`${url}/v1/nothing/${sender}?q=tok3n`, { headers });
    await fetch(`${url}/v1/reports/pages`, { headers: { ...headers, authorization: `Bearer ${readKey}` } });
  }
  const metrics = await (await fetch(`${url}/metrics`)).text();
  await collector.end();

  const kept = { ...(await collector.files()), log: collector.output(), metrics };
  for (const [where, text] of Object.entries(kept)) {
    for (const secret of [...senders, ...secrets]) expect(text.includes(secret), `${secret} in ${where}`).toBe(false);
  }
  const wal = Object.entries(kept)
    .filter(([where]) => where.includes('/wal/'))
    .map(([, text]) => text)
    .join('\n');
  for (const trace of [
    '198.51.100.0/24',
    '2001:db8:85a3::/48',
    '[card]',
    '[phone]',
    '[email]',
    '[iban]',
    '?utm_source=news',
  ]) {
    expect(wal).toContain(trace); // it was looked for in the right place
  }
  expect(collector.output()).toContain('collector listening');
  expect(metrics).toMatch(/^tidemark_personal_data_total\{kind="card",outcome="masked"\} [1-9]/m);
}, 40_000);
