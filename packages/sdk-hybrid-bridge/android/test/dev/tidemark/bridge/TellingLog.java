package dev.tidemark.bridge;

import java.io.IOException;
import java.util.List;

/** A log that prints which of the host's own events are in it, and lets nobody end the process between the two. */
final class TellingLog implements LogFile {
  private final LogFile log;

  TellingLog(LogFile log) {
    this.log = log;
  }

  /** One line a tracked event, in the order in which they happened. */
  static synchronized void tell(String side, String eventId) {
    System.out.println(new JsonObject().put("side", side).put("eventId", eventId));
    System.out.flush();
  }

  /** As a crash: nothing is closed, nothing is flushed. */
  static synchronized void halt() {
    Runtime.getRuntime().halt(137);
  }

  @Override
  public List<String> open() throws IOException {
    return log.open();
  }

  @Override
  public void append(List<String> texts, boolean isDurable) throws IOException {
    synchronized (TellingLog.class) {
      log.append(texts, isDurable);
      for (String text : texts) if (text.contains("\"surface\":\"native\"")) tell("native", eventIdIn(text));
    }
  }

  private static String eventIdIn(String line) throws IOException {
    try {
      return ((JsonObject) Json.read(line, 32)).object("add").text("e");
    } catch (JsonException damaged) {
      throw new IOException(damaged);
    }
  }

  @Override
  public void replace(List<String> texts) throws IOException {
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
