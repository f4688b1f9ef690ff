export type { Config, ConfigInput } from './boot/config.js';
export { readConfig } from './boot/config.js';
export type { Collector, CollectorOptions } from './boot/start-collector.js';
export { startCollector } from './boot/start-collector.js';
export { signServerRequest } from './ingest/sign-server-request.js';
export type { ErrorCode } from './observe/errors.js';
export { TidemarkError } from './observe/errors.js';
export type { IssuedKeys } from './workspaces/registry.js';
