package io.btrdb.chaos;

import io.btrdb.cli.cluster.ClassArchive;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Lets nodes of tests run as those of users do, from jars and with an archive of their classes: a
 * build in progress has folders of classes, of which no JVM makes an archive.
 */
final class NodeJars {
  private static final Path FOLDER = Path.of("target", "node-jars").toAbsolutePath();
  private static final Path ARCHIVE = FOLDER.resolve("classes.jsa");

  private NodeJars() {}

  /**
   * Has nodes that are started from now on use the jars and the archive, made here when they are
   * not there or older than the classes.
   *
   * @param jvmOptions of the nodes
   */
  static void use(List<String> jvmOptions) {
    try {
      List<String> classPath = new ArrayList<>();
      boolean fresh = Files.exists(ARCHIVE);
      Files.createDirectories(FOLDER);
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        Path path = Path.of(entry).toAbsolutePath();
        if (Files.isDirectory(path) && path.endsWith(Path.of("target", "classes"))) {
          Path jar = FOLDER.resolve(path.getParent().getParent().getFileName() + ".jar");
          fresh &= isNewer(jar, path);
          if (!isNewer(jar, path)) {
            pack(path, jar);
          }
          classPath.add(jar.toString());
        } else if (Files.isRegularFile(path)) {
          classPath.add(entry);
        }
      }
      System.setProperty("btrdb.classpath", String.join(File.pathSeparator, classPath));
      if (!fresh) {
        long begin = System.nanoTime();
        ClassArchive.make(ARCHIVE, jvmOptions);
        System.out.printf(
            "made an archive of the nodes' classes in %.1f s%n", (System.nanoTime() - begin) / 1e9);
      }
      System.setProperty(ClassArchive.PROPERTY, ARCHIVE.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static boolean isNewer(Path jar, Path classes) throws IOException {
    if (Files.notExists(jar)) {
      return false;
    }
    FileTime packed = Files.getLastModifiedTime(jar);
    for (Path file : filesIn(classes)) {
      if (Files.getLastModifiedTime(file).compareTo(packed) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Path file : filesIn(classes)) {
        zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
