package io.btrdb.cli.verb;

import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.cli.text.StreamName.ByPath;
import java.nio.file.Path;

/**
 * Names the stream that a column of a file goes to. In both texts {@code {file}} stands for the
 * file's name without its endings, {@code {folder}} for the folder it is in and {@code {column}}
 * for the column's name.
 *
 * @param name empty to choose: a file's only value column is named after the file, several are
 *     named after themselves
 */
record NameTemplate(String collection, String name) {
  ByPath streamFor(Path file, String column, int columns) {
    String template = !name.isEmpty() ? name : columns == 1 ? "{file}" : "{column}";
    String filled = fill(template, file, column);
    if (filled.isBlank() || filled.contains("/")) {
      throw new CommandFailed(
          ExitCode.USAGE,
          file + ": '" + filled + "' cannot name a stream; choose another with --name");
    }
    return new ByPath(fill(collection, file, column), filled);
  }

  private static String fill(String template, Path file, String column) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    String folderName =
        folder == null || folder.getFileName() == null ? "" : folder.getFileName().toString();
    return template
        .replace("{file}", stem(file))
        .replace("{folder}", folderName)
        .replace("{column}", column);
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    int dot = plain.lastIndexOf('.');
    return dot <= 0 ? plain : plain.substring(0, dot);
  }
}
