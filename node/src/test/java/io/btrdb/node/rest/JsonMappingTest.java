package io.btrdb.node.rest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.btrdb.api.v5.ArrowInsertParams;
import io.btrdb.api.v5.GenerateCSVParams;
import io.btrdb.api.v5.InsertParams;
import io.btrdb.api.v5.MergePolicy;
import io.btrdb.api.v5.RawPoint;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.RawValuesResponse;
import io.btrdb.api.v5.RoundSpec;
import io.btrdb.api.wire.UuidBytes;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both directions against protobuf's own mapping. */
class JsonMappingTest {
  private static final int ROUNDS = Integer.getInteger("wire.rounds", 2_000) / 10;
  private static final int BYTES = 1 << 20;

  private static byte[] read(Message type, String json) throws JsonMistakeException {
    return RequestJson.read(
        type.getDescriptorForType(),
        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
        BYTES);
  }

  private static Message parsed(Message type, String json)
      throws JsonMistakeException, InvalidProtocolBufferException {
    return type.getParserForType().parseFrom(read(type, json));
  }

  @Test
  void shouldReadWhatProtobufWrites() throws Exception {
    for (RestMethod method : RestMethod.all().values()) {
      Message type = DynamicMessage.getDefaultInstance(method.request());
      RandomMessages messages = new RandomMessages(method.name().hashCode());
      for (int i = 0; i < ROUNDS; i++) {
        Message message = messages.of(type);
        JsonFormat.Printer printer =
            i % 2 == 0
                ? JsonFormat.printer()
                : JsonFormat.printer().preservingProtoFieldNames().printingEnumsAsInts();
        String json = printer.print(message);
        assertEquals(message, parsed(type, json), json);
      }
    }
  }

  @Test
  void shouldWriteWhatProtobufReads() throws Exception {
    for (RestMethod method : RestMethod.all().values()) {
      RandomMessages messages = new RandomMessages(method.name().hashCode());
      for (int i = 0; i < ROUNDS; i++) {
        Message message = messages.of(method.response());
        String json =
            new String(RestReply.of(method, message.toByteArray()).line(), StandardCharsets.UTF_8);
        assertTrue(json.endsWith("}\n") && json.indexOf('\n') == json.length() - 1, json);
        Message.Builder read = method.response().newBuilderForType();
        JsonFormat.parser().merge(json, read);
        assertEquals(message, read.build(), json);
      }
    }
  }

  /** Protobuf's own reader makes 0 of it. */
  @Test
  void shouldKeepTheSignOfZero() throws Exception {
    RawValuesResponse points =
        RawValuesResponse.newBuilder().addValues(RawPoint.newBuilder().setValue(-0.0)).build();
    byte[] line = RestReply.of(RestMethod.all().get("rawvalues"), points.toByteArray()).line();
    String json = new String(line, StandardCharsets.UTF_8);
    assertTrue(json.contains("\"value\":-0.0}"), json);
    assertEquals(
        InsertParams.newBuilder().addValues(points.getValues(0)).build(),
        parsed(InsertParams.getDefaultInstance(), "{\"values\":[{\"value\":-0.0}]}"));
  }

  @Test
  void shouldTakeWhatTheMappingAllows() throws Exception {
    assertEquals(
        RawValuesParams.newBuilder().setStart(-5).setEnd(1L << 60).setVersionMajor(-1).build(),
        parsed(
            RawValuesParams.getDefaultInstance(),
            """
            {"start": -5, "end": "1152921504606846976", "uuid": null,
             "versionMajor": 18446744073709551615}"""));
    assertEquals(
        InsertParams.newBuilder()
            .setMergePolicy(MergePolicy.RETAIN)
            .setRounding(RoundSpec.newBuilder().setBits(0))
            .build(),
        parsed(
            InsertParams.getDefaultInstance(),
            "{\"mergePolicy\":\"RETAIN\",\"rounding\":{\"bits\":\"0.0e3\"},\"values\":[]}"));
    assertEquals(
        GenerateCSVParams.newBuilder().setDepth(-1).setStartTime(1_000).build(),
        parsed(GenerateCSVParams.getDefaultInstance(), "{\"depth\":4294967295,\"startTime\":1e3}"));
    assertArrayEquals(new byte[0], read(InsertParams.getDefaultInstance(), ""));
  }

  @Test
  void shouldTakeUuidsAsTextAndInEveryBase64() throws Exception {
    UUID uuid = UUID.fromString("0d22a53b-e2ef-4e0a-ab89-ffffffffffff");
    RawValuesParams expected = RawValuesParams.newBuilder().setUuid(UuidBytes.of(uuid)).build();
    for (String text :
        new String[] {
          uuid.toString(),
          uuid.toString().toUpperCase(java.util.Locale.ROOT),
          "DSKlO+LvTgqrif///////w==",
          "DSKlO-LvTgqrif_______w",
          "DSKlO+LvTgqrif///////w"
        }) {
      assertEquals(
          expected,
          parsed(RawValuesParams.getDefaultInstance(), "{\"uuid\":\"" + text + "\"}"),
          text);
    }
    // Only where a UUID is meant.
    assertEquals(
        27,
        ArrowInsertParams.parseFrom(
                read(ArrowInsertParams.getDefaultInstance(), "{\"arrowBytes\":\"" + uuid + "\"}"))
            .getArrowBytes()
            .size());
    assertEquals(ByteString.EMPTY, RawValuesParams.getDefaultInstance().getUuid());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{| not JSON at line 1",
        "[]| must be a JSON object",
        "{} {}| something follows",
        "{\"uid\":\"\"}| /uid is no field of InsertParams: it has uuid, sync, values, mergePolicy",
        "{\"sync\":true,\"sync\":true}| /sync is there twice",
        "{\"mergePolicy\":1,\"merge_policy\":1}| /merge_policy is there twice",
        "{\"sync\":1}| /sync must be true or false",
        "{\"uuid\":\"*\"}| /uuid is not base64, nor a UUID",
        "{\"uuid\":5}| /uuid must be a UUID",
        "{\"values\":{}}| /values must be a list",
        "{\"values\":[null]}| /values/0 must be an object",
        "{\"values\":[{},{\"time\":1.5}]}| /values/1/time must be an integer, without a fraction",
        "{\"values\":[{\"time\":1e-999999999}]}| without a fraction",
        "{\"values\":[{\"time\":1e999999999}]}| larger than any integer",
        "{\"values\":[{\"time\":\"1e99999999999\"}]}| an exponent beyond reason",
        "{\"values\":[{\"time\":9223372036854775808}]}| must be an integer of 64 bits",
        "{\"values\":[{\"time\":true}]}| must be an integer, as a number or a string",
        "{\"values\":[{\"time\":\" 1\"}]}| must be a number",
        "{\"values\":[{\"value\":1e400}]}| is larger than any double",
        "{\"values\":[{\"value\":NaN}]}| not JSON",
        "{\"values\":[{\"value\":\"nan\"}]}| must be a number",
        "{\"values\":[{\"value\":\"0x1p3\"}]}| must be a number",
        "{\"mergePolicy\":\"SOMETIMES\"}| /mergePolicy must be one of NEVER, EQUAL, RETAIN",
        "{\"rounding\":{\"bits\":2147483648}}| /rounding/bits must be an integer of 32 bits"
      })
  void shouldSayWhatIsWrong(String json, String expected) {
    JsonMistakeException mistake =
        assertThrows(
            JsonMistakeException.class, () -> read(InsertParams.getDefaultInstance(), json));
    assertTrue(mistake.getMessage().contains(expected), mistake.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "18446744073709551616", "\"\"", "{}", "[1]"})
  void shouldRefuseWhatIsNoVersion(String version) {
    assertThrows(
        JsonMistakeException.class,
        () -> read(RawValuesParams.getDefaultInstance(), "{\"versionMajor\":" + version + "}"));
  }

  @Test
  void shouldEndWhereTheMessageGetsTooLarge() {
    String points = "{},".repeat(BYTES / 2) + "{}";
    JsonMistakeException mistake =
        assertThrows(
            JsonMistakeException.class,
            () -> read(InsertParams.getDefaultInstance(), "{\"values\":[" + points + "]}"));
    assertTrue(mistake.getMessage().contains("larger than"), mistake.getMessage());
  }

  @Test
  void shouldRefuseHalfCharacters() {
    JsonMistakeException mistake =
        assertThrows(
            JsonMistakeException.class,
            () ->
                read(
                    io.btrdb.api.v5.ListCollectionsParams.getDefaultInstance(),
                    "{\"prefix\":\"\\ud800\"}"));
    assertTrue(mistake.getMessage().contains("half a character"), mistake.getMessage());
  }
}
