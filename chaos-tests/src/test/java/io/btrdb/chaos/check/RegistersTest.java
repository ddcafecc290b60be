package io.btrdb.chaos.check;

import static io.btrdb.chaos.check.Script.latest;
import static io.btrdb.chaos.check.Script.read;
import static io.btrdb.chaos.check.Script.replace;
import static io.btrdb.chaos.check.Script.v;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.chaos.history.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegistersTest {
  private final Checker checker = new Registers();
  private final Script script = new Script();
  private long minor;

  /** Versions go up with every write, and say nothing to this checker. */
  private void write(int process, double value, long invoke, long complete) {
    script.add(process, replace(10, value), invoke, complete, new Answer.Done(), v(10, ++minor));
  }

  private void see(int process, double value, long invoke, long complete) {
    script.add(process, latest(), invoke, complete, read(10, value), v(10, minor));
  }

  private void seeNothing(int process, long invoke, long complete) {
    script.add(process, latest(), invoke, complete, read(), v(10, minor));
  }

  private void finds(Anomaly.Kind... kinds) {
    assertEquals(List.of(kinds), script.kinds(checker));
  }

  @Test
  void shouldAcceptWhatSomeOrderExplains() {
    seeNothing(1, 0, 5);
    write(1, 1, 10, 50);
    write(2, 2, 20, 60);
    see(3, 2, 30, 40);
    see(3, 1, 45, 70);
    see(3, 1, 80, 90);
    finds();
    assertTrue(script.judge(checker).checked() >= 4);
  }

  @Test
  void shouldFindAStaleRead() {
    write(1, 1, 10, 20);
    write(1, 2, 30, 40);
    see(2, 1, 50, 60);
    finds(Anomaly.Kind.STALE);
  }

  @Test
  void shouldFindALostWrite() {
    write(1, 1, 10, 20);
    seeNothing(2, 30, 40);
    finds(Anomaly.Kind.STALE);
  }

  @Test
  void shouldFindAValueThatComesBack() {
    write(1, 1, 10, 100);
    write(2, 2, 10, 100);
    see(3, 1, 20, 25);
    see(3, 2, 30, 35);
    see(3, 1, 40, 45);
    finds(Anomaly.Kind.STALE);
  }

  @Test
  void shouldFindReadersThatSeeTwoWritesInTwoOrders() {
    write(1, 1, 10, 100);
    write(2, 2, 10, 100);
    see(3, 1, 20, 25);
    see(3, 2, 30, 35);
    see(4, 2, 21, 26);
    see(4, 1, 31, 36);
    assertTrue(script.kinds(checker).contains(Anomaly.Kind.STALE));
  }

  @Test
  void shouldFindAReadBeforeItsWrite() {
    see(2, 1, 1, 5);
    write(1, 1, 10, 20);
    assertTrue(script.kinds(checker).contains(Anomaly.Kind.UNEXPECTED));
  }

  @Test
  void shouldFindAValueThatNobodyWrote() {
    write(1, 1, 10, 20);
    see(2, 7, 30, 40);
    assertTrue(script.kinds(checker).contains(Anomaly.Kind.UNEXPECTED));
  }

  @Test
  void shouldFindTwoValuesAtOneTime() {
    write(1, 1, 10, 20);
    script.ok(latest(), read(10, 1, 10, 1), v(10, 1));
    finds(Anomaly.Kind.DUPLICATED);
  }

  @Test
  void shouldLetAWriteOfUnknownFateComeLateOrNever() {
    write(1, 1, 10, 20);
    script.info(replace(10, 2)).info(replace(10, 3));
    see(3, 1, 50, 60);
    see(3, 2, 70, 80);
    finds();
  }

  @Test
  void shouldFindThatAWriteOfUnknownFateCameAndWent() {
    write(1, 1, 10, 20);
    script.info(replace(10, 2));
    see(3, 2, 50, 60);
    see(3, 1, 70, 80);
    finds(Anomaly.Kind.STALE);
  }
}
