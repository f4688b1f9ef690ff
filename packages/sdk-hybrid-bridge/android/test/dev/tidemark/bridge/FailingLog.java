package dev.tidemark.bridge;

import java.io.IOException;
import java.util.List;

/** A log on a disk that can be full. */
final class FailingLog implements LogFile {
  private final LogFile log;
  boolean fails;

  FailingLog(LogFile log) {
    this.log = log;
  }

  @Override
  public List<String> open() throws IOException {
    return log.open();
  }

  @Override
  public void append(List<String> texts, boolean isDurable) throws IOException {
    if (fails) throw new IOException("the disk is full");
    log.append(texts, isDurable);
  }

  @Override
  public void replace(List<String> texts) throws IOException {
    if (fails) throw new IOException("the disk is full");
    log.replace(texts);
  }

  @Override
  public long length() {
    return log.length();
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
