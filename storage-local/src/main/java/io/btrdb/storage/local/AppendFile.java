package io.btrdb.storage.local;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** The writing side of an extent file. Used by one thread at a time, except {@link #sync}. */
interface AppendFile extends Closeable {
  /** Opens a file for writing, creating it when it is not there. */
  interface Opener {
    AppendFile open(Path file) throws IOException;
  }

  void write(long offset, byte[] bytes) throws IOException;

  void truncate(long length) throws IOException;

  void sync() throws IOException;

  /**
   * A plain file. Not a FileChannel: an interrupt of the writing thread would close that, and a
   * write cut short would look like a failing disk.
   */
  static AppendFile open(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    return new AppendFile() {
      @Override
      public void write(long offset, byte[] bytes) throws IOException {
        file.seek(offset);
        file.write(bytes);
      }

      @Override
      public void truncate(long length) throws IOException {
        file.setLength(length);
      }

      @Override
      public void sync() throws IOException {
        file.getFD().sync();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }
}
