import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROBLEM_STATUS, REPORT_NAMES } from '@tidemark/protocol';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import type { ApiDocument } from '../observe/openapi/api-document.js';
import { readConfig } from './config.js';
import { type Collector, startCollector } from './start-collector.js';

/** A collector whose engine never comes up, with a console. */
async function start(directory: string): Promise<Collector> {
  const consoleDirectory = join(directory, 'console');
  await mkdir(consoleDirectory);
  await writeFile(join(consoleDirectory, 'index.html'), 'a console');
  return startCollector({
    config: readConfig({}, { dataDirectory: directory, port: 0, logLevel: 'silent' }),
    firstWorkspace: 'test',
    engineCommand: [process.execPath, '-e', 'process.stdin.resume()'],
    consoleDirectory,
  });
}

const KIND_OF_CONSOLE = /^get \/(console)?$/; // these lead to /console/, which is described
const REPORT = 'get /v1/reports/{name}';

describe('the description of the API', () => {
  let collector: Collector;
  let document: ApiDocument;
  beforeAll(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-api-'));
    collector = await start(directory);
    const answer = await fetch(`${collector.url}/v1/openapi.json`);
    document = (await answer.json()) as ApiDocument;
    return async () => {
      await collector.close();
      await rm(directory, { recursive: true });
    };
  });

  it('describes every route that is registered, and no other', () => {
    const registered = collector.routes
      .filter((route) => !KIND_OF_CONSOLE.test(route))
      .flatMap((route) => (route === REPORT ? REPORT_NAMES.map((name) => `get /v1/reports/${name}`) : [route]));
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(described.sort()).toEqual([...new Set(registered)].sort());
    expect(described.length).toBeGreaterThan(15);
  });

  it('names every problem code somewhere, each under its status and once', () => {
    const named = new Set<string>();
    for (const methods of Object.values(document.paths)) {
      for (const { responses } of Object.values(methods)) {
        for (const [status, { description, content }] of Object.entries(responses)) {
          if (!content?.['application/problem+json']) continue;
          const codes = Array.from(description.matchAll(/`(\w+)`/g), ([, code = '']) => code);
          expect(codes).toEqual([...new Set(codes)]);
          for (const code of codes) {
            expect(PROBLEM_STATUS[code as keyof typeof PROBLEM_STATUS]).toBe(Number(status));
            named.add(code);
          }
        }
      }
    }
    expect([...named].sort()).toEqual(Object.keys(PROBLEM_STATUS).sort());
  });

  it('refers to nothing that is not there, and gives each operation a name of its own', () => {
    const refs = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect(refs.length).toBeGreaterThan(30);
    for (const name of refs) expect(Object.keys(document.components.schemas)).toContain(name);
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map((one) => one.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('describes what is really sent and answered', async () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'api', components: document.components });
    const valid = (name: string, value: unknown) => {
      const check = ajv.compile({ $ref: `api#/components/schemas/${name}` });
      return check(value) || ajv.errorsText(check.errors);
    };
    const { url, keys } = collector;
    const batch = makeBatch({ events: [makeEvent(1)] });
    expect(valid('EventBatch', JSON.parse(JSON.stringify(batch)))).toBe(true);
    expect(valid('EventBatch', makeBatch({ events: [{ type: 'nope' }] }))).not.toBe(true);
    const ask = async (path: string, key: string, init: RequestInit = {}) =>
      (await fetch(url + path, { ...init, headers: { authorization: `Bearer ${key}` } })).json();
    const body = JSON.stringify({ ...batch, events: [makeEvent(1), { type: 'nope' }] });
    expect(valid('Ack', await ask('/v1/batch', keys.writeKey, { method: 'POST', body }))).toBe(true);
    expect(valid('DurableBatches', await ask(`/v1/acks?ids=${batch.batchId}`, keys.writeKey))).toBe(true);
    expect(valid('ClientConfig', await ask('/v1/config', keys.writeKey))).toBe(true);
    expect(valid('QueueLedger', await ask(`/v1/queues/${batch.context.queueId}`, keys.readKey))).toBe(true);
    expect(valid('Problem', await ask('/v1/reports/pages', keys.readKey))).toBe(true);
    expect(valid('Problem', {})).not.toBe(true);
  });

  it('is a page that needs neither scripts nor any other host', async () => {
    const answer = await fetch(`${collector.url}/docs`);
    const page = await answer.text();
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    expect(page).not.toMatch(/<script|\son\w+=|style=|https?:\/\//i);
    for (const path of Object.keys(document.paths)) expect(page).toContain(`<code>${path}</code>`);
    for (const name of Object.keys(document.components.schemas)) expect(page).toContain(`>${name}</`);
    const anchors = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(anchors).toContain(target);
    for (const [, path] of page.matchAll(/href="(\/[^"]+)"/g)) {
      expect((await fetch(collector.url + path)).status).toBe(200);
    }
  });
});
