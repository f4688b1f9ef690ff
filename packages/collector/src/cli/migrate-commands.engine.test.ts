import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { engineCommandFromSource } from '../../../../test/fixtures/start-engine.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { MIGRATIONS } from '../store/migrations/apply-migrations.js';
import { lockDirectory } from '../wal/lock-directory.js';
import { migrationStatus, planMigrations, runMigrations } from './migrate-commands.js';

describe('tidemark migrate', () => {
  it('plans without changing anything, applies once, and tells how far the schema has come', async () => {
    const data = await temporaryDirectory();
    const command = engineCommandFromSource();
    let written = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
    onTestFinished(() => write.mockRestore());
    const output = async (run: () => Promise<void>): Promise<string> => {
      written = '';
      await run();
      return written;
    };
    const status = async () =>
      JSON.parse(await output(() => migrationStatus({ data, json: true }, command))) as {
        readonly applied: readonly number[];
        readonly pending: readonly number[];
        readonly schemaHash: string;
      };
    const numbers = MIGRATIONS.map(({ number }) => number);

    const plan = await output(() => planMigrations({ data }, command));
    expect(plan).toContain('-- 1 (foundation)');
    expect(plan).toContain('CREATE TABLE IF NOT EXISTS events');
    const before = await status();
    expect(before).toMatchObject({ applied: [], pending: numbers });
    const applied = await output(() => runMigrations({ data }, command));
    const after = await status();
    expect(after).toMatchObject({ applied: numbers, pending: [] });
    expect(applied).toBe(`applied ${numbers.join(', ')}\nschema   ${after.schemaHash}\n`);
    expect(after.schemaHash).not.toBe(before.schemaHash);
    expect(await output(() => planMigrations({ data }, command))).toBe('nothing is to come\n');

    const lock = await lockDirectory(data);
    await expect(migrationStatus({ data }, command)).rejects.toMatchObject({ code: 'data_directory_locked' });
    await lock.release();
  });
});
