import type { HybridTransport } from '@tidemark/sdk-hybrid-bridge';
import type { Host } from '@tidemark/sdk-hybrid-bridge/native';
import './shop-window.js';

declare global {
  interface Window {
    readonly nativeHost?: Host;
    readonly shopBridge?: HybridTransport;
  }
}
