package io.btrdb.chaos.report;

import io.btrdb.chaos.check.Checkers;
import io.btrdb.chaos.check.Verdict;
import io.btrdb.chaos.history.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Judges histories that were written before: {@code chaos-tests/check HISTORY [REPORT.html]}. Ends
 * with 0 when every checker is content, 1 when one is not, 2 when there is nothing to judge.
 */
public final class Recheck {
  private Recheck() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String[] arguments) {
    if (arguments.length < 1 || arguments.length > 2) {
      System.err.println("usage: check HISTORY [REPORT.html]");
      return 2;
    }
    try {
      Path file = Path.of(arguments[0]);
      History history = History.read(file);
      List<Verdict> verdicts = Checkers.judge(history);
      System.out.printf(
          "%s: %,d operations%s%n",
          file, history.ops().size(), history.isComplete() ? "" : ", broken off");
      verdicts.forEach(System.out::println);
      if (arguments.length == 2) {
        Files.writeString(
            Path.of(arguments[1]), HtmlReport.of(file.getFileName() + "", history, verdicts));
      }
      return verdicts.stream().allMatch(Verdict::holds) ? 0 : 1;
    } catch (IOException e) {
      System.err.println(e.getMessage());
      return 2;
    }
  }
}
