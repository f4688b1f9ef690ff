import { type InjectedWorld, playWorld } from './injected.js';

/** Plays the world it is sent, answers with what came of it; ends when its parent lets go of it. */
process.once('message', (world: InjectedWorld) => {
  process.send?.(playWorld(world));
});
