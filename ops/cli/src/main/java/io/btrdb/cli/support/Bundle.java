package io.btrdb.cli.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The zip file that is being filled. What cannot be had is noted and left out: an incomplete bundle
 * of a sick cluster is the usual one. Belongs to one thread.
 */
final class Bundle implements AutoCloseable {
  private final ZipOutputStream zip;
  private final List<String> leftOut = new ArrayList<>();
  private int entries;

  /** Where a text comes from. */
  @FunctionalInterface
  interface Source {
    String read() throws IOException, InterruptedException;
  }

  private Bundle(ZipOutputStream zip) {
    this.zip = zip;
  }

  /**
   * Begins a file.
   *
   * @throws IOException also when there is one already
   */
  static Bundle create(Path file) throws IOException {
    return new Bundle(
        new ZipOutputStream(
            Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            StandardCharsets.UTF_8));
  }

  /** Adds what the source reads; when it fails, the reason goes among what is left out. */
  void add(String name, Source source) throws IOException, InterruptedException {
    String text;
    try {
      text = source.read();
    } catch (IOException e) {
      leaveOut(name + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()));
      return;
    }
    put(name, text);
    entries++;
  }

  void leaveOut(String what) {
    leftOut.add(what);
  }

  /** What is missing and why, a line each. */
  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /** How many texts it holds so far. */
  int entries() {
    return entries;
  }

  private void put(String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  /** Adds the list of what is left out, and ends the file. */
  @Override
  public void close() throws IOException {
    try (zip) {
      put("LEFT-OUT.txt", leftOut.isEmpty() ? "nothing\n" : String.join("\n", leftOut) + "\n");
    }
  }
}
