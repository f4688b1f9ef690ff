import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { InjectedWorld, PlayedWorld } from './injected.js';

/** A world takes about a minute of one core: each core plays its own, in a process of its own, whose CPU time is its alone. */
export async function playWorlds(worlds: readonly InjectedWorld[], processes: number): Promise<readonly PlayedWorld[]> {
  const waiting = worlds.map((world, place) => ({ world, place }));
  const played: PlayedWorld[] = [];
  await Promise.all(
    Array.from({ length: processes }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        played[next.place] = await playApart(next.world);
      }
    }),
  );
  return played;
}

function playApart(world: InjectedWorld): Promise<PlayedWorld> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./play-world-child.js', import.meta.url)));
    child.once('message', (played: PlayedWorld) => {
      resolve(played);
      child.disconnect();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the world of seed ${world.seed} ended early, with ${code}`)));
    child.send(world);
  });
}
