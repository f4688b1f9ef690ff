export { SESSION_GAP_MS, splitSessions } from './sessions/split-sessions.js';
export { viewDwells } from './sessions/view-dwell.js';
