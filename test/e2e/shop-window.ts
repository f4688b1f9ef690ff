import type { Client } from '@tidemark/sdk-web';

declare global {
  interface Window {
    readonly shopAnalytics?: Client;
  }
}
