import type { World } from '../sdk/world.js';
import { withWorld } from '../sdk/world.js';
import { type ShellServer, startShellServer } from './shell-server.js';

/** What all runs share: the world of the SDK's scenarios, and a server of shells. */
export interface BridgeWorld extends World {
  readonly shells: ShellServer;
}

export function withBridgeWorld<T>(work: (world: BridgeWorld) => Promise<T>): Promise<T> {
  return withWorld(async (world) => {
    const shells = await startShellServer();
    return await work({ ...world, shells }).finally(shells.close);
  });
}
