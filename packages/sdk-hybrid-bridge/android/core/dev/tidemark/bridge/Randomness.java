package dev.tidemark.bridge;

/** Everything that is drawn. */
public interface Randomness {
  /** A secret of 22 characters {@code A-Z a-z 0-9 - _}. */
  String nonce();

  /** A random UUID (version 4). */
  String uuid();

  /** A UUID that sorts by time (version 7). */
  String uuid(long timeMs);

  /** Uniform in [0, 1). */
  double unit();
}
