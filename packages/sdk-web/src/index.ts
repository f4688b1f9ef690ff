export type { Client, Health, InitOptions, OrderFields } from './boot/client.js';
export { init } from './boot/init.js';
export type { ViewFields } from './track/views.js';
