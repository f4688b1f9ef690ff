export { cutIntoPieces } from '@tidemark/protocol';
export type { BridgeHealth, HybridOptions, HybridTransport } from './create-hybrid-transport.js';
export { createHybridTransport } from './create-hybrid-transport.js';
export type { CutMessage } from './handshake/dialogue.js';
export { miniProgram } from './mini-program.js';
export type { BridgedPage, PageEvent } from './page.js';
export type { Container } from './ports/find-messenger.js';
export { frame } from './ports/frame.js';
export type { Messenger, MessengerEvent } from './ports/messenger.js';
