/** What a progress bar writes to: `process.stderr`. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressBar {
  update(done: number, all: number): void;
  /** Takes the bar away. */
  clear(): void;
}

const CELLS = 30;
const CARRIAGE_RETURN_AND_ERASE = '\r\u001b[K';

/** A bar on a terminal; nothing at all where the stream is a file or a pipe. Drawn anew only when a per cent is gained. */
export function createProgressBar(stream: ProgressStream, label: string): ProgressBar {
  let drawn = '';

  function draw(bar: string): void {
    if (stream.isTTY !== true || bar === drawn) return;
    drawn = bar;
    stream.write(CARRIAGE_RETURN_AND_ERASE + bar);
  }
  return {
    update(done, all) {
      const ratio = all === 0 ? 1 : Math.min(1, done / all);
      const filled = Math.floor(ratio * CELLS);
      draw(`${label} [${'='.repeat(filled)}${' '.repeat(CELLS - filled)}] ${Math.floor(ratio * 100)}%`);
    },
    clear: () => draw(''),
  };
}
