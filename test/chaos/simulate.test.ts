import { describe, expect, it } from 'vitest';
import { MUTATIONS } from '../simulation/mutations.js';
import { runWorld } from '../simulation/run-world.js';
import { runWorlds } from '../simulation/run-worlds.js';
import { createTools } from '../simulation/virtual-collector.js';

/*
 * Many more worlds, and one of them with its story: `pnpm chaos simulate --n 2000 --seed 1`, `--n 1 --seed 77 --trace`.
 */
const WORLDS = 150;
const FIRST = 20_260_704;
const tools = createTools();

describe('a simulated world', () => {
  it('is the same world again with the same seed', async () => {
    const stories: string[][] = [[], []];
    for (const story of stories) {
      // Some worlds have little to tell.
      for (let seed = FIRST; seed < FIRST + 5; seed++) {
        await runWorld({ seed, tools, trace: (line) => void story.push(line) });
      }
    }
    expect(stories[0]?.length).toBeGreaterThan(250);
    expect(stories[1]).toEqual(stories[0]);
  });

  it('loses nothing and counts nothing twice, whatever breaks in it', async () => {
    const result = await runWorlds(Array.from({ length: WORLDS }, (_, index) => FIRST + index));
    expect(result.failed).toEqual([]);
    expect(result).toMatchObject({ worlds: WORLDS, lost: 0, duplicated: 0, aggregatesEqual: true });
    expect(result.acked).toBeGreaterThan(WORLDS);
  });
});

describe('the simulation finds out when', () => {
  // A few of the worlds show each of these; all that are needed to find the rarest are few enough for a test.
  it.each(Object.entries(MUTATIONS))('%s', async (_, mutation) => {
    let wrong: readonly string[] = [];
    for (let seed = FIRST; wrong.length === 0 && seed < FIRST + WORLDS; seed++) {
      const world = await runWorld({ seed, tools, mutation });
      if (world.acked > 0) wrong = world.wrong; // where nothing starts all is wrong, and nothing is found out
    }
    expect(wrong).not.toEqual([]);
  });
});
