import { measureIds, measureQueues } from './measure-memory.js';

/** `node --expose-gc measure-child.js queues|ids COUNT`: one measurement in a fresh process, JSON on standard output. */
const [what, count] = process.argv.slice(2);
if (!globalThis.gc) throw new Error('run with --expose-gc: without it the figures mean nothing');
const figures = what === 'queues' ? await measureQueues(Number(count), Number(count)) : await measureIds(Number(count));
process.stdout.write(JSON.stringify(figures));
