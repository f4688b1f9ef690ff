package dev.tidemark.bridge;

import java.io.IOException;
import java.util.List;

/** A list of texts that only grows, and outlives the process. */
public interface LogFile {
  /** What is in it, as far as it can be read. Called once, before all else. */
  List<String> open() throws IOException;

  /**
   * All of them or none.
   *
   * @param isDurable whether they must outlive a loss of power when this returns; otherwise the end of the process is enough.
   * @throws IOException when they may not be there; then none of them is.
   */
  void append(List<String> texts, boolean isDurable) throws IOException;

  /** Replaces everything, durably; when it fails all is as before. */
  void replace(List<String> texts) throws IOException;

  /** How many bytes it has. */
  long length();

  void close() throws IOException;
}
