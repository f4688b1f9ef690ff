/** Where a frame lies in a segment's file. */
export interface FramePlace {
  readonly start: number;
  readonly end: number;
}

const SEGMENT_HEADER_BYTES = 18;
const FRAME_HEADER_BYTES = 12;

/**
 * Where the frames of an undamaged segment lie, read from the lengths alone and by no code of the collector's.
 *
 * @see the docblocks of the collector's wal/segment.ts and wal/frame.ts for the layout.
 */
export function framePlaces(bytes: Buffer): FramePlace[] {
  const places: FramePlace[] = [];
  let start = SEGMENT_HEADER_BYTES + bytes.readUInt32LE(10);
  while (start + FRAME_HEADER_BYTES <= bytes.length) {
    const end = start + FRAME_HEADER_BYTES + bytes.readUInt32LE(start + 4);
    if (end > bytes.length) break; // the frame that was being written when its process was killed
    places.push({ start, end });
    start = end;
  }
  return places;
}
