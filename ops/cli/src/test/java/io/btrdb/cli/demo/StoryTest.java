package io.btrdb.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class StoryTest {
  @Test
  void shouldBreakLinesBetweenWords() {
    assertEquals(
        List.of("one two", "three", "four five"), Story.wrapped("one two three four five", 9));
  }

  @Test
  void shouldKeepANumberAndItsUnitTogether() {
    assertEquals(List.of("ready in", "22.4 s now"), Story.wrapped("ready in 22.4 s now", 13));
    assertEquals(List.of("3 dogs", "bark"), Story.wrapped("3 dogs bark", 6));
  }

  @Test
  void shouldIndentEveryLineLikeTheFirst() {
    assertEquals(List.of("  yes it", "  holds"), Story.wrapped("  yes it holds", 9));
  }

  @Test
  void shouldNotBreakAWordThatIsTooLong() {
    assertEquals(List.of("a", "verylongword", "b"), Story.wrapped("a verylongword b", 5));
  }
}
