import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startEngine } from '../../process/start-engine.js';
import type { Contender } from '../contender.js';
import { auditEvents } from '../data-directories.js';
import type { PeerStart } from './peer-server.js';

const SERVER = fileURLToPath(new URL('./peer-server.js', import.meta.url));

/** A naive collector before the same engine, the same table and the same durable settings, without views. */
export async function startPeer(kind: PeerStart['kind'], dataDirectory: string): Promise<Contender> {
  const engine = await startEngine(dataDirectory);
  const { url: storeUrl, user, password, database } = engine;
  const start: PeerStart = { kind, store: { url: storeUrl, user, password, database } };
  const child = spawn(process.execPath, [SERVER, JSON.stringify(start)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    void ended.then(() => reject(new Error(`the peer ${kind} ended before it was ready`)));
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  if (child.pid === undefined) throw new Error(`the peer ${kind} could not be started`);
  return {
    name: kind,
    url,
    writeKey: '',
    serverPid: child.pid,
    enginePid: engine.pid,
    loadedRows: async () => Number(await (await fetch(`${url}/inserted`)).text()),
    async stopAndAudit(expectedEvents) {
      child.kill('SIGKILL');
      await ended;
      await auditEvents(engine, expectedEvents).finally(engine.close);
    },
    destroy() {
      child.kill('SIGKILL');
      void engine.close();
    },
  };
}
