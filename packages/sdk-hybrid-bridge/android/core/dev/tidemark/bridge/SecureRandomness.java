package dev.tidemark.bridge;

import java.security.SecureRandom;
import java.util.UUID;

/** Draws from the system's generator. */
public final class SecureRandomness implements Randomness {
  private static final String NONCE_UNITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  /** 22 characters of 6 bits: 132 bits that nobody guesses. */
  private static final int NONCE_LENGTH = 22;

  private final SecureRandom random = new SecureRandom();

  @Override
  public String nonce() {
    byte[] bytes = new byte[NONCE_LENGTH];
    random.nextBytes(bytes);
    StringBuilder out = new StringBuilder();
    for (byte one : bytes) out.append(NONCE_UNITS.charAt(one & 63));
    return out.toString();
  }

  @Override
  public String uuid() {
    return UUID.randomUUID().toString();
  }

  /** RFC 9562, section 5.7: 48 bits of time, then the version, 12 random bits, the variant, 62 random bits. */
  @Override
  public String uuid(long timeMs) {
    long high = (timeMs << 16) | 0x7000L | random.nextInt(0x1000);
    long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }

  @Override
  public double unit() {
    return random.nextDouble();
  }
}
