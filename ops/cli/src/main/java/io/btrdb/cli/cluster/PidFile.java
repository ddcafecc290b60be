package io.btrdb.cli.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Remembers a process across commands without ever taking another for it: a process id is given
 * away again after its process has ended, and after a reboot all of them are.
 *
 * <pre>
 * file   := pid "\n" birth "\n"
 * birth  := "boot " boot-id " tick " start      where Linux tells both
 *         | "started " millis                   elsewhere
 * </pre>
 *
 * The tick is the kernel's count since boot: unlike a time of day, it stays when clocks are set.
 */
final class PidFile {
  private final Path file;

  PidFile(Path file) {
    this.file = file;
  }

  /** Remembers a process; nothing when it has ended already. */
  void write(ProcessHandle process) {
    String birth = birth(process).orElse(null);
    if (birth == null) {
      delete();
      return;
    }
    try {
      Path whole = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(whole, process.pid() + "\n" + birth + "\n");
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The remembered process, while it runs. A file that makes no sense remembers none. */
  Optional<ProcessHandle> read() {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (lines.size() != 2 || !lines.get(0).matches("\\d{1,18}")) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(lines.get(0)))
        .filter(ProcessHandle::isAlive)
        .filter(process -> birth(process).equals(Optional.of(lines.get(1))));
  }

  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What no other process has in common with this one; empty when it has ended. */
  private static Optional<String> birth(ProcessHandle process) {
    Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).trim();
      String line = Files.readString(stat);
      // The second field is the program's name in parentheses and may itself contain some.
      String[] rest = line.substring(line.lastIndexOf(')') + 2).split(" ");
      // The first thread of a killed process may be gone while others still wait for the disk:
      // until
      // the last one is, the process has its ports.
      boolean lastThread = Integer.parseInt(rest[17]) <= 1;
      boolean ended = rest[0].equals("X") || rest[0].equals("Z") && lastThread;
      return ended ? Optional.empty() : Optional.of("boot " + boot + " tick " + rest[19]);
    } catch (IOException e) {
      // No /proc here, or the process has just gone.
      return process.info().startInstant().map(instant -> "started " + instant.toEpochMilli());
    }
  }
}
