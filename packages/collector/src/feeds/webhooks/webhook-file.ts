import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../disk/write-whole.js';
import type { Webhook } from './webhook.js';

const NAME = 'webhooks.json';

/** @throws when there is a file and it cannot be read: without it nobody would be told of anything any more. */
export async function readWebhooks(dataDirectory: string): Promise<readonly Webhook[]> {
  const text = await readFile(join(dataDirectory, NAME), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  return JSON.parse(text) as readonly Webhook[]; // written below
}

export async function writeWebhooks(dataDirectory: string, webhooks: readonly Webhook[]): Promise<void> {
  await writeWhole(join(dataDirectory, NAME), JSON.stringify(webhooks));
}
