import { measureBook } from './measure-book.js';

/** `measure-child SEED ORDERS`: replays a market in a process of its own and prints its figures as JSON. */
const [seed, orders] = process.argv.slice(2).map(Number);
process.stdout.write(JSON.stringify(measureBook(seed ?? 1, orders ?? 1_000)));
