package io.btrdb.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Text on its way to a stream of bytes, in chunks of 64 KiB. */
final class BufferedText {
  private static final int CHUNK = 1 << 16;

  private final OutputStream out;
  private final StringBuilder text = new StringBuilder(CHUNK + 256);

  BufferedText(OutputStream out) {
    this.out = out;
  }

  BufferedText add(String part) {
    text.append(part);
    return this;
  }

  BufferedText add(char part) {
    text.append(part);
    return this;
  }

  BufferedText add(long part) {
    text.append(part);
    return this;
  }

  BufferedText add(double part) {
    text.append(part);
    return this;
  }

  /** Called between rows. */
  void flushIfFull() {
    if (text.length() >= CHUNK) {
      flush();
    }
  }

  void flush() {
    try {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    text.setLength(0);
  }
}
