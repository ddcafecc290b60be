package io.btrdb.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.sql.SqlRefusedException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Queries and their answers over six streams. */
class SqlEngineTest {
  private static final SqlEngine ENGINE = new SqlEngine(SqlLimits.DEFAULT);

  private static List<String> answer(String query, String... parameters) {
    return Streams.answer(ENGINE, Streams.six(), query, parameters);
  }

  private static void assertAnswer(String expected, String query, String... parameters) {
    assertEquals(expected.lines().toList(), answer(query, parameters), query);
  }

  private static void assertRefused(String expected, String query, String... parameters) {
    SqlRefusedException refused =
        assertThrows(SqlRefusedException.class, () -> answer(query, parameters), query);
    assertEquals(Reason.BAD_QUERY, refused.reason());
    assertEquals(expected, refused.getMessage(), query);
  }

  private static RowHint hint(String condition, String... parameters) {
    Streams streams = Streams.six();
    Streams.answer(ENGINE, streams, "select name from streams where " + condition, parameters);
    assertEquals(1, streams.hints().size());
    return streams.hints().getFirst();
  }

  @Test
  void shouldAnswerWhatThePythonClientAsksItself() {
    assertEquals(
        Set.of("{\"unit\":\"A\"}", "{\"unit\":\"V\"}"),
        new TreeSet<>(answer("select distinct(unit) as unit from streams")));
    assertEquals(
        Set.of("{\"annotations\":\"k\"}", "{\"annotations\":\"place\"}"),
        new TreeSet<>(
            answer(
                "select distinct(skeys(annotations)) as annotations from streams where collection"
                    + " like $1",
                "foo%")));
    assertAnswer("{\"count\":6}", "SELECT COUNT(uuid) FROM streams");
    assertAnswer(
        "{\"count\":3}", "SELECT COUNT(uuid) FROM streams WHERE collection=$1::text", "foo/a");
    assertAnswer(
        "{\"count\":3}",
        "SELECT COUNT(uuid) FROM streams WHERE annotations->$1::text IS NOT NULL",
        "k");
    assertAnswer(
        "{\"name\":\"n0\"}\n{\"name\":\"n1\"}\n{\"name\":\"n2\"}",
        "select name from streams where collection = $1 order by name;",
        "foo/a");
  }

  @Test
  void shouldWriteEveryColumn() {
    assertAnswer(
        """
        {"uuid":"00000000-0000-0002-0000-000000000002","collection":"foo/a","name":"n2","unit":"V",\
        "ingress":"","property_version":3,"annotations":{"k":"v2","place":"x \\"y\\""}}""",
        "select * from streams where name = $1",
        "n2");
    assertAnswer(
        "{\"akeys\":[\"k\",\"place\"],\"n\":null,\"d\":1.5,\"b\":true,\"i\":1}",
        "select akeys(annotations), annotations->'nothing' as n, 1.5 as d, unit = 'V' as b, 1 as i"
            + " from streams where annotations @> 'k=>v0'");
  }

  @Test
  void shouldNameColumnsAsPostgresDoes() {
    assertAnswer(
        """
        {"upper":"N0","length":2,"substring":"n","coalesce":"v0","?column?":"n0!","case":1,\
        "unit":"V","?column?_2":2,"name":"n0"}""",
        "select upper(name), length(name), substring(name from 1 for 1), coalesce(annotations->'k',"
            + " 'none'), name || '!', case when unit = 'V' then 1 else 2 end, unit::text, 1 + 1,"
            + " name from streams order by name limit 1");
    assertAnswer("{\"column\":1}\n{\"column\":2}", "values (1), (2)");
  }

  @Test
  void shouldReadHstore() {
    String names = "{\"name\":\"n0\"}\n{\"name\":\"n2\"}\n{\"name\":\"n4\"}";
    assertAnswer(names, "select name from streams where annotations ? 'k' order by 1");
    assertAnswer(names, "select name from streams where (annotations) ? $1 order by 1", "k");
    assertAnswer(names, "select name from streams where exist(annotations, 'place') order by 1");
    assertAnswer(
        "{\"name\":\"n2\"}",
        "select name from streams where annotations @> $1",
        "k=>v2, place=>\"x \\\"y\\\"\"");
    assertAnswer(
        "{\"svals\":\"v4\"}\n{\"svals\":\"x \\\"y\\\"\"}",
        "select svals(annotations) from streams where name = 'n4' order by 1");
    assertAnswer(
        "{\"k\":\"v0\",\"count\":1}\n{\"k\":\"v2\",\"count\":1}\n{\"k\":\"v4\",\"count\":1}\n"
            + "{\"k\":null,\"count\":3}",
        "select annotations->'k' as k, count(*) from streams group by annotations->'k' order by 1");
    assertAnswer(
        "{\"x\":\"v0!\"}",
        "select annotations -> ('k') || '!' as x from streams where annotations->lower('K') like"
            + " '_0'");
  }

  @Test
  void shouldGroupSortAndJoin() {
    assertAnswer(
        "{\"unit\":\"A\",\"count\":3,\"avg\":4.0,\"max\":\"n5\"}",
        "select unit, count(*) as count, avg(property_version), max(name) from streams group by"
            + " unit order by count desc, unit limit 1");
    assertAnswer(
        "{\"name\":\"n4\"}\n{\"name\":\"n3\"}",
        "select name from streams order by name desc limit $1 offset $2",
        "2",
        "1");
    assertAnswer(
        "{\"name\":\"n3\"}\n{\"name\":\"n4\"}\n{\"name\":\"n5\"}",
        "select name from streams where property_version > (select avg(property_version) from"
            + " streams) order by name");
    assertAnswer(
        "{\"name\":\"n2\"}\n{\"name\":\"n5\"}",
        "select name from streams s where not exists (select 1 from streams t where t.collection ="
            + " s.collection and t.name > s.name) order by name");
    assertAnswer(
        "{\"count\":15}", "select count(*) from streams a, streams b where a.name > b.name");
    assertAnswer(
        "{\"count\":2,\"units\":2}",
        "select count(distinct collection), count(distinct unit) as units from streams");
    assertAnswer(
        "{\"name\":\"A\"}\n{\"name\":\"V\"}\n{\"name\":\"n0\"}",
        "select name from streams where name = 'n0' union select unit from streams order by 1");
    assertAnswer(
        "{\"count\":3}",
        "with v as (select * from streams where unit = 'V') select count(*) from v");
  }

  @Test
  void shouldSortAndReadUuidsByTheirBytes() {
    UUID high = new UUID(-1, 0);
    UUID low = new UUID(1, 0);
    Streams two =
        new Streams(
            List.of(
                new StreamRow(high, "c", Map.of(), Map.of(), 1),
                new StreamRow(low, "c", Map.of(), Map.of(), 1)));
    String uuid = "{\"uuid\":\"%s\"}";
    assertEquals(
        List.of(uuid.formatted(low), uuid.formatted(high)),
        Streams.answer(ENGINE, two, "select uuid from streams order by uuid"));
    String capitals = high.toString().toUpperCase(Locale.ROOT).replace("-", "");
    for (String condition : List.of("uuid = $1", "uuid = $1::uuid", "$1 = uuid", "uuid in ($1)")) {
      assertEquals(
          List.of(uuid.formatted(high)),
          Streams.answer(ENGINE, two, "select uuid from streams where " + condition, capitals));
    }
    assertEquals(
        List.of(uuid.formatted(high)),
        Streams.answer(ENGINE, two, "select uuid from streams where uuid = UUID '" + high + "'"));
    assertRefused("this is no UUID: \"n0\"", "select name::uuid from streams");
  }

  @Test
  void shouldMatchPatternsWithoutGoingBack() {
    assertAnswer("{\"name\":\"n3\"}", "select name from streams where name ilike 'N\\3'");
    assertAnswer("{\"count\":5}", "select count(*) from streams where name not like '%3%'");
    assertTrue(TextFunctions.like("a%b_c", "a\\%b\\_c"));
    assertTrue(TextFunctions.like("abcabd", "%ab_"));
    assertTrue(TextFunctions.like("", "%%"));
    assertEquals(false, TextFunctions.like("abc", "ab"));
    assertEquals(false, TextFunctions.like("aXb", "a\\%b"));
    assertEquals("a%b", TextFunctions.prefixOf("a\\%b%c_"));
    String worst = "a".repeat(20_000);
    assertEquals(false, TextFunctions.like(worst, "%a%a%a%a%a%a%a%a%a%a%a%a%a%b"));
  }

  @Test
  void shouldTellTheSourceWhatIsWanted() {
    assertEquals(
        new RowHint(Optional.empty(), "foo/a", false, Map.of()), hint("collection = $1", "foo/a"));
    assertEquals(
        new RowHint(Optional.empty(), "foo/a", false, Map.of()), hint("'foo/a' = collection"));
    assertEquals(
        new RowHint(Optional.empty(), "foo_", true, Map.of("unit", "V")),
        hint("collection like 'foo\\_%' and unit = 'V' and property_version > 1"));
    assertEquals(
        Optional.of(Set.of(Streams.uuid(1))), hint("uuid = '" + Streams.uuid(1) + "'").uuids());
    assertEquals(
        Optional.of(Set.of(Streams.uuid(1), Streams.uuid(2))),
        hint("uuid in ($1, $2)", Streams.uuid(1).toString(), Streams.uuid(2).toString()).uuids());
    assertEquals(
        Optional.of(Set.of(Streams.uuid(1))),
        hint("uuid = $1::uuid", Streams.uuid(1) + "").uuids());
    for (String all :
        List.of(
            "collection = 'a' or name = 'b'",
            "not collection = 'foo/a'",
            "collection like '%a'",
            "lower(collection) = 'foo/a'",
            "unit = ''",
            "uuid = '" + Streams.uuid(1) + "' or name = 'x'")) {
      assertEquals(RowHint.ALL, hint(all), all);
    }
  }

  @Test
  void shouldTakeListsOfAnyLength() {
    for (int length : List.of(3, 150, 1_500)) {
      String list =
          IntStream.range(0, length)
              .mapToObj(i -> "'" + Streams.uuid(i) + "'")
              .collect(Collectors.joining(", "));
      assertAnswer(
          "{\"count\":" + Math.min(6, length) + "}",
          "select count(*) from streams where uuid in (" + list + ")");
    }
  }

  @Test
  void shouldReadNoFurtherThanAsked() {
    Streams many = new Streams(IntStream.range(0, 10_000).mapToObj(Streams::row).toList());
    assertEquals(3, Streams.answer(ENGINE, many, "select name from streams limit 3").size());
    assertTrue(many.read() < 10, many.read() + " rows were read");
  }

  @Test
  void shouldSayWhereAQueryIsWrong() {
    assertRefused(
        "line 1, column 8: Column 'nmae' not found in any table", "select nmae from streams");
    assertRefused(
        "line 2, column 3: Object 'nosuch' not found",
        "select name from\n  nosuch where $1 = $1",
        "");
    assertRefused(
        "line 1, column 17: syntax error: Encountered \"streams\"",
        "select name frm streams where");
    assertRefused("line 1, column 8: a quote starts here and does not end", "select 'abc");
    assertRefused(
        "line 1, column 44: -> has nothing on one of its sides",
        "select name from streams where annotations ->");
    assertRefused(
        "line 1, column 61: Column 'b' not found in any table",
        "select annotations->$1, annotations->'x' from streams where b = 1",
        "a");
    assertRefused(
        "line 1, column 8: Expression 'name' is not being grouped",
        "select name, count(*) from streams group by unit");
    assertRefused(
        "line 1, column 39: this is no UUID", "select name from streams where uuid = '0'");
    assertRefused("/ by zero", "select 1/0");
    assertRefused("For input string: \"n0\"", "select cast(name as integer) from streams");
  }

  @Test
  void shouldSayWhichParameterIsWrong() {
    assertRefused(
        "parameter $2 is \"x\", and a bigint is needed in its place",
        "select name from streams where name = $1 and property_version = $2",
        "n",
        "x");
    assertRefused(
        "parameter $1 is \"x\", and a uuid is needed in its place",
        "select name from streams where uuid = $1",
        "x");
    assertRefused("the query names parameters up to $1, and 0 are given", "select $1 from streams");
    assertRefused("the query names parameters up to $0, and 1 is given", "select 1", "x");
    assertRefused("there is no parameter $0: the first is $1", "select $0");
  }

  @Test
  void shouldServeNothingThatChangesAnythingOrNeverEnds() {
    for (String statement :
        List.of(
            "delete from streams",
            "insert into streams values (1)",
            "update streams set name = 'x'",
            "create table t (a int)",
            "drop table streams",
            "begin",
            "explain plan for select 1",
            "select repeat(name, 1000000000) from streams",
            "select name from streams where name ~ '(a+)+b'",
            "select name from streams where name similar to '(a+)+b'",
            "select string_agg(name) from streams",
            "select cast('a' as blob)",
            "select row_number() over (order by name) from streams",
            "with recursive r as (select 1 as a union all select a from r) select * from r",
            "select * from information_schema.tables",
            "select 1; select 2",
            "select count(*) from streams a, streams b, streams c, streams d, streams e, streams f,"
                + " streams g, streams h, streams i",
            "select name from streams where " + "(".repeat(20_000) + "1 = 1" + ")".repeat(20_000),
            "select " + "annotations->(".repeat(3_000) + "1" + ")".repeat(3_000) + " from streams",
            "")) {
      SqlRefusedException refused =
          assertThrows(SqlRefusedException.class, () -> answer(statement), statement);
      assertEquals(Reason.BAD_QUERY, refused.reason());
    }
  }

  @Test
  void shouldBoundWhatAQueryKeeps() {
    Streams many = new Streams(IntStream.range(0, 20_000).mapToObj(Streams::row).toList());
    SqlEngine small = new SqlEngine(SqlLimits.DEFAULT.withBytes(1 << 20, 2 << 20));
    List<String> fine =
        List.of(
            "select count(*) from streams",
            "select unit, count(*), max(name) from streams group by unit",
            "select name from streams order by name limit 10",
            "select distinct collection from streams",
            "select name from streams");
    for (String query : fine) {
      assertTrue(!Streams.answer(small, many, query).isEmpty());
    }
    List<String> large =
        List.of(
            "select name from streams order by name",
            "select distinct name from streams",
            "select count(distinct name) from streams",
            "select name, count(*) from streams group by name",
            "select name from streams intersect select unit from streams",
            "select a.name from streams a join streams b on a.uuid = b.uuid",
            "select count(*) from streams a, streams b where a.name < b.name");
    for (String query : large) {
      SqlRefusedException refused =
          assertThrows(SqlRefusedException.class, () -> Streams.answer(small, many, query), query);
      assertEquals(Reason.TOO_LARGE, refused.reason(), query);
      assertTrue(refused.getMessage().contains("1 MiB"), refused.getMessage());
    }
    assertEquals(
        6, Streams.answer(small, Streams.six(), "select name from streams order by 1").size());
  }

  @Test
  void shouldBoundWhatAllQueriesKeep() {
    Streams many = new Streams(IntStream.range(0, 3_000).mapToObj(Streams::row).toList());
    SqlEngine small = new SqlEngine(SqlLimits.DEFAULT.withBytes(1 << 20, 1 << 20));
    String sorted = "select name from streams order by name";
    Stop stop = new Stop(System.nanoTime() + 60_000_000_000L);
    List<SqlAnswer> open = new ArrayList<>();
    SqlRefusedException refused =
        assertThrows(
            SqlRefusedException.class,
            () -> {
              while (open.size() < 100) {
                open.add(small.query(sorted, List.of(), many, stop));
                open.getLast().next();
              }
            });
    assertEquals(Reason.BUSY, refused.reason());
    open.forEach(SqlAnswer::close);
    assertEquals(3_000, Streams.answer(small, many, sorted).size());
  }

  @Test
  void shouldBoundRows() {
    SqlEngine three = new SqlEngine(SqlLimits.DEFAULT.withRows(3));
    assertEquals(3, Streams.answer(three, Streams.six(), "select 1 from streams limit 3").size());
    SqlRefusedException refused =
        assertThrows(
            SqlRefusedException.class,
            () -> Streams.answer(three, Streams.six(), "select 1 from streams"));
    assertEquals(Reason.TOO_LARGE, refused.reason());
  }

  @Test
  void shouldStopInTheMiddleOfAnything() {
    Streams many = new Streams(IntStream.range(0, 5_000).mapToObj(Streams::row).toList());
    String endless =
        "select count(*) from streams a, streams b, streams c, streams d where a.name < b.name and"
            + " b.name < c.name and c.name < d.name";
    SqlRefusedException late =
        assertThrows(
            SqlRefusedException.class,
            () -> ENGINE.query(endless, List.of(), many, new Stop(System.nanoTime())).next());
    assertEquals(Reason.STOPPED, late.reason());
    Stop stop = new Stop(System.nanoTime() + 600_000_000_000L);
    RowSource cancelling =
        hint -> {
          stop.cancel();
          return many.rows(hint);
        };
    SqlRefusedException cancelled =
        assertThrows(
            SqlRefusedException.class,
            () -> ENGINE.query(endless, List.of(), cancelling, stop).next());
    assertEquals(Reason.STOPPED, cancelled.reason());
  }

  @Test
  void shouldPassOnWhatTheSourceSays() {
    RowSource broken =
        hint -> {
          throw new SourceFailedException("no leader");
        };
    SourceFailedException failed =
        assertThrows(
            SourceFailedException.class,
            () -> Streams.answer(ENGINE, broken, "select name from streams order by name"));
    assertEquals("no leader", failed.getMessage());
  }
}
