package dev.tidemark.bridge;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A log in one file: each text as its length (4 bytes), its CRC-32 (4 bytes) and itself (UTF-8). What a crash tore off at the
 * end is cut away when it is opened; a frame that rotted in the middle is left out alone.
 */
public final class FramedFile implements LogFile {
  private static final int HEAD_BYTES = 8;
  /** A message in UTF-8, with its context, and escapes: more than a frame ever has. */
  private static final int FRAME_BYTES_MAX = 16 * MessageReader.CHARS_MAX;

  private final File path;
  private RandomAccessFile file;
  private long length;
  /** A write failed and could not be undone: what is behind {@link #length} must go before anything is added. */
  private boolean isTorn;

  public FramedFile(File path) {
    this.path = path;
  }

  @Override
  public List<String> open() throws IOException {
    if (file != null) throw new IOException("the log is open already");
    file = new RandomAccessFile(path, "rw");
    List<String> texts = new ArrayList<>();
    long at = 0;
    byte[] head = new byte[HEAD_BYTES];
    for (long end = file.length(); end - at >= HEAD_BYTES;) {
      file.seek(at);
      file.readFully(head);
      ByteBuffer frame = ByteBuffer.wrap(head);
      int size = frame.getInt();
      int sum = frame.getInt();
      if (size <= 0 || size > FRAME_BYTES_MAX || size > end - at - HEAD_BYTES) break;
      byte[] bytes = new byte[size];
      file.readFully(bytes);
      at += HEAD_BYTES + size;
      if (sumOf(bytes) != sum) continue;
      texts.add(new String(bytes, Utf8.CHARSET));
      length = at;
    }
    file.setLength(length);
    return texts;
  }

  @Override
  public void append(List<String> texts, boolean isDurable) throws IOException {
    byte[] bytes = frames(texts);
    if (isTorn) undo();
    try {
      file.seek(length);
      file.write(bytes);
      if (isDurable) file.getFD().sync();
    } catch (IOException failed) {
      isTorn = true;
      undo();
      throw failed;
    }
    length += bytes.length;
  }

  /** A sync that failed may have lost pages for good: what it should have kept is said to be not there. */
  private void undo() throws IOException {
    file.setLength(length);
    isTorn = false;
  }

  /** The file system keeps either the old file or the new one; a rename is atomic on all that Android uses. */
  @Override
  public void replace(List<String> texts) throws IOException {
    File next = new File(path.getPath() + ".next");
    byte[] bytes = frames(texts);
    RandomAccessFile written = new RandomAccessFile(next, "rw");
    try {
      written.setLength(0);
      written.write(bytes);
      written.getFD().sync();
      if (!next.renameTo(path)) throw new IOException("cannot rename " + next.getName());
    } catch (IOException failed) {
      written.close();
      throw failed;
    }
    RandomAccessFile old = file;
    file = written;
    length = bytes.length;
    isTorn = false;
    old.close();
  }

  private static byte[] frames(List<String> texts) throws IOException {
    List<byte[]> encoded = new ArrayList<>();
    int total = 0;
    for (String text : texts) {
      byte[] bytes = text.getBytes(Utf8.CHARSET);
      if (bytes.length > FRAME_BYTES_MAX) throw new IOException("a text of " + bytes.length + " bytes");
      encoded.add(bytes);
      total += HEAD_BYTES + bytes.length;
    }
    ByteBuffer frames = ByteBuffer.allocate(total);
    for (byte[] bytes : encoded) frames.putInt(bytes.length).putInt(sumOf(bytes)).put(bytes);
    return frames.array();
  }

  private static int sumOf(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes, 0, bytes.length);
    return (int) sum.getValue();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void close() throws IOException {
    if (file != null) file.close();
  }
}
