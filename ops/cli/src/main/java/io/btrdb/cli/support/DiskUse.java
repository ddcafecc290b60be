package io.btrdb.cli.support;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;

/**
 * What lies in a data folder, without what is in it.
 *
 * <pre>
 * use   := "free " bytes " of " bytes "\n" (bytes TAB files TAB folder "\n")*
 * </pre>
 *
 * Folders are listed to a depth of three, each with all that is below it.
 */
final class DiskUse {
  private static final int DEPTH = 3;

  private DiskUse() {}

  private static final class Sum {
    private long bytes;
    private long files;
  }

  static String of(Path folder) throws IOException {
    Map<Path, Sum> sums = new TreeMap<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            Path inside = folder.relativize(file.getParent());
            for (int depth = 0; depth <= Math.min(DEPTH, inside.getNameCount()); depth++) {
              Path ancestor = depth == 0 ? folder : folder.resolve(inside.subpath(0, depth));
              Sum sum = sums.computeIfAbsent(ancestor, f -> new Sum());
              sum.bytes += attributes.size();
              sum.files++;
            }
            return FileVisitResult.CONTINUE;
          }

          /** Files of a node that runs come and go. */
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException why) {
            return FileVisitResult.CONTINUE;
          }
        });
    FileStore disk = Files.getFileStore(folder);
    StringBuilder text = new StringBuilder();
    text.append("free ").append(disk.getUsableSpace());
    text.append(" of ").append(disk.getTotalSpace()).append('\n');
    sums.forEach(
        (path, sum) ->
            text.append(sum.bytes)
                .append('\t')
                .append(sum.files)
                .append('\t')
                .append(path)
                .append('\n'));
    return text.toString();
  }
}
