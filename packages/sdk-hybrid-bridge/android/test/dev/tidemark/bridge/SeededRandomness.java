package dev.tidemark.bridge;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Random;
import java.util.UUID;

/** Draws the same in every run; secrets are those that are given, as long as there are any. */
final class SeededRandomness implements Randomness {
  private final Random random;
  private final Deque<String> nonces;

  SeededRandomness(long seed, Collection<String> nonces) {
    this.random = new Random(seed);
    this.nonces = new ArrayDeque<>(nonces);
  }

  @Override
  public String nonce() {
    return nonces.isEmpty() ? uuid().substring(0, 22) : nonces.poll();
  }

  @Override
  public String uuid() {
    return new UUID((random.nextLong() & ~0xf000L) | 0x4000L, (random.nextLong() >>> 2) | Long.MIN_VALUE).toString();
  }

  @Override
  public String uuid(long timeMs) {
    return uuid();
  }

  @Override
  public double unit() {
    return random.nextDouble();
  }
}
