package io.btrdb.storage.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirectoryTest {
  @TempDir Path parent;

  /** Tries to take the folder that it is given, as a second process. */
  static final class SecondProcess {
    public static void main(String[] arguments) {
      try (DataDirectory taken = DataDirectory.open(Path.of(arguments[0]))) {
        System.out.print("took " + taken.path());
      } catch (StorageException e) {
        System.out.print(e.getMessage());
      }
    }
  }

  private static String inSecondProcess(Path folder) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                SecondProcess.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return output;
  }

  @Test
  void shouldBeHeldByOneProcess() throws Exception {
    Path folder = parent.resolve("data");
    try (DataDirectory data = DataDirectory.open(folder)) {
      StorageException e = assertThrows(StorageException.class, () -> DataDirectory.open(folder));
      assertTrue(e.getMessage().contains("in use by this process"), e.getMessage());
      String other = inSecondProcess(folder);
      assertTrue(other.contains(data.path().toString()), other);
      assertTrue(other.contains("pid " + ProcessHandle.current().pid()), other);
      assertTrue(data.freeBytes() > 0 && data.freeBytes() <= data.totalBytes());
    }
    assertTrue(inSecondProcess(folder).startsWith("took "), "free again");
    DataDirectory again = DataDirectory.open(folder);
    again.close();
    again.close();
  }

  @Test
  void shouldRefuseFoldersThatAreNotItsOwn() throws IOException {
    Path foreign = Files.createDirectories(parent.resolve("foreign"));
    Files.writeString(foreign.resolve("thesis.tex"), "years of work");
    assertTrue(refusal(foreign).contains("thesis.tex"));
    Path newer = parent.resolve("newer");
    DataDirectory.open(newer).close();
    Files.writeString(newer.resolve("FORMAT"), "btrdb-data 2\n");
    assertTrue(refusal(newer).contains("btrdb-data 2"));
    Files.writeString(newer.resolve("FORMAT"), "btrdb-data 1\n");
    DataDirectory.open(newer).close();
    assertEquals("btrdb-data 1\n", Files.readString(newer.resolve("FORMAT")));
  }

  @Test
  void shouldTakeTheRootOfAFileSystem() throws IOException {
    Path mountPoint = parent.resolve("mounted");
    Files.createDirectories(mountPoint.resolve("lost+found"));
    DataDirectory.open(mountPoint).close();
    assertTrue(Files.exists(mountPoint.resolve("FORMAT")));
  }

  private static String refusal(Path folder) {
    return assertThrows(StorageException.class, () -> DataDirectory.open(folder)).getMessage();
  }
}
