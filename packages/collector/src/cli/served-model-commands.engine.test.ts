import { Command, CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { TidemarkError } from '../observe/errors.js';
import { addServedModelCommands } from './served-model-commands.js';

let test: TestCollector;
beforeAll(async () => {
  test = await startTestCollector();
  vi.stubEnv('TIDEMARK_DATA', test.directory);
});
afterAll(() => test.close());

/** What a command prints, or why it does not. */
async function tidemark(...args: readonly string[]): Promise<string> {
  let out = '';
  const program = new Command('tidemark').exitOverride().configureOutput({ writeErr: () => undefined });
  addServedModelCommands(program);
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return out;
  } catch (error) {
    if (error instanceof TidemarkError || error instanceof CommanderError) return error.message;
    throw error;
  } finally {
    spy.mockRestore();
  }
}

describe('tidemark decide', () => {
  const order = ['--product', 'P30', '--side', 'sell', '--shares', '10', '--price', '1.02'];

  it('asks about an order of somebody with all that is known of it', async () => {
    const ask = async (...more: string[]) => {
      const { decisionId } = JSON.parse(await tidemark('decide', '--user', 'u1', ...more, '--json'));
      const headers = { authorization: `Bearer ${test.collector.keys.secretKey}` };
      const answer = await fetch(`${test.collector.url}/v1/decisions/${decisionId}`, { headers });
      return (await answer.json()).asked;
    };
    const asked = { productId: 'P30', side: 'sell', shares: 10, price: 1.02 };
    expect(await ask()).toEqual({ userId: 'u1' });
    expect(await ask(...order)).toEqual({ userId: 'u1', order: asked });
    expect(await ask(...order, '--reference', '1.01', '--reputation', '0')).toEqual({
      userId: 'u1',
      order: { ...asked, reference: 1.01, reputation: 0 },
    });
  });

  it('says what of an order is missing or out of range, and that somebody has to be named', async () => {
    const decide = (...args: string[]) => tidemark('decide', ...args);
    expect(await decide('--user', 'u1', '--product', 'P30', '--shares', '10')).toBe(
      'error: an order has a product, a side, shares and a price: --side, --price are missing',
    );
    expect(await decide('--user', 'u1', '--reputation', '0.5')).toContain('--product, --side, --shares, --price are');
    expect(await decide('--user', 'u1', ...order, '--reputation', '1.5')).toContain('It is a number from 0 to 1.');
    expect(await decide('--user', 'u1', ...order.with(3, 'steal'))).toContain('Allowed choices are subscribe, sell');
    const whom = 'error: name whom it is about, by --user or by --visitor';
    expect(await decide(...order)).toBe(whom);
    expect(await decide('--user', 'u1', '--visitor', 'v1')).toBe(whom);
  });
});
