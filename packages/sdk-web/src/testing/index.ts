export type { CollectedEvent, CollectorFailure, MemoryCollector, MemoryCollectorOptions } from './memory-collector.js';
export { createMemoryCollector } from './memory-collector.js';
