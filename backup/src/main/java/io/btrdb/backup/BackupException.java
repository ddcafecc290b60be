package io.btrdb.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A backup folder cannot be used: it is not writable, its disk is full, it is something else, it is
 * damaged, or a newer release wrote it. The message names the file and is for people.
 */
public final class BackupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BackupException(String message) {
    super(message);
  }

  public BackupException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Says what was being done where, and how much space there is, which is the usual reason. */
  static BackupException failed(String what, Path path, IOException cause) {
    return new BackupException(
        what + " " + path + " failed: " + reason(cause) + " (" + space(path) + ")", cause);
  }

  private static String reason(IOException cause) {
    return switch (cause) {
      case java.nio.file.AccessDeniedException denied -> "permission denied";
      case java.nio.file.NoSuchFileException missing -> "it is missing";
      default -> String.valueOf(cause.getMessage());
    };
  }

  private static String space(Path path) {
    try {
      Path existing = path.toAbsolutePath();
      while (!Files.exists(existing)) {
        existing = existing.getParent();
      }
      return Files.getFileStore(existing).getUsableSpace() / (1 << 20) + " MiB free";
    } catch (IOException e) {
      return "free space unknown: " + e.getMessage();
    }
  }
}
