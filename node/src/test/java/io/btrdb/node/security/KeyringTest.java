package io.btrdb.node.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.catalog.Capability;
import io.btrdb.catalog.Grant;
import io.btrdb.node.plane.CatalogPlane.Reply;
import io.btrdb.node.security.Guard.Identified;
import io.grpc.Metadata;
import io.grpc.Status;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class KeyringTest {
  private final KeysInMemory keys = new KeysInMemory();
  private final Guard guard = keys.guard(null, Duration.ofHours(1));

  private static Metadata authorization(String value) {
    Metadata headers = new Metadata();
    headers.put(Guard.AUTHORIZATION, value);
    return headers;
  }

  private Caller caller(String header) {
    return assertInstanceOf(Identified.As.class, guard.identify(authorization(header))).caller();
  }

  private Status refusal(Metadata headers) {
    return assertInstanceOf(Identified.Not.class, guard.identify(headers)).status();
  }

  private void assertNoKey(Metadata headers) {
    Status status = refusal(headers);
    assertEquals(Status.Code.UNAUTHENTICATED, status.getCode());
    assertEquals("invalid api key", status.getDescription());
  }

  @Test
  void shouldKnowAKeyInTheFormsOfAllClients() {
    String token = keys.key("grid", Capability.READ);
    for (String scheme : List.of("Bearer", "bearer", "BEARER")) {
      Caller caller = caller(scheme + " " + token);
      assertEquals("ann", caller.user());
      assertTrue(caller.may(Capability.READ, "grid/east"));
      assertFalse(caller.may(Capability.INSERT, "grid/east"));
      assertFalse(caller.may(Capability.READ, "gridlock"));
    }
  }

  @Test
  void shouldTurnAwayEverythingElseWithTheWordsOfTheContract() {
    String token = keys.key("", Capability.READ);
    assertNoKey(new Metadata());
    assertNoKey(authorization(token));
    assertNoKey(authorization("Basic " + token));
    assertNoKey(authorization("Bearer "));
    assertNoKey(authorization("Bearer " + token + "x"));
    String last = token.endsWith("A") ? "B" : "A";
    assertNoKey(authorization("Bearer " + token.substring(0, token.length() - 1) + last));
    assertNoKey(authorization("Bearer " + KeyToken.draw(new SecureRandom()).text()));
    assertNoKey(authorization("Cluster " + "0".repeat(64)));
    assertNoKey(authorization("Cluster " + KeysInMemory.SECRET));
  }

  @Test
  void shouldForgetAKeyThatExpiresOrIsRevoked() {
    String token = keys.key("", Capability.READ);
    Caller caller = caller("Bearer " + token);
    assertTrue(caller.stands());
    keys.put(keys.of(token).expiringAt(5_000));
    assertFalse(caller.stands());
    Caller renewed = guard.renewed(caller).orElseThrow();
    assertTrue(renewed.stands());
    keys.wallMillis = 5_000;
    assertFalse(renewed.stands());
    assertTrue(guard.renewed(renewed).isEmpty());
    assertNoKey(authorization("Bearer " + token));

    String other = keys.key("", Capability.READ);
    Caller holder = caller("Bearer " + other);
    keys.revoke(keys.of(other).id(), 0);
    keys.spread();
    assertTrue(guard.renewed(holder).isEmpty());
    assertNoKey(authorization("Bearer " + other));
  }

  @Test
  void shouldLetNobodyInBeforeItHasHeardOfKeysOrWhenThatIsLongAgo() {
    KeysInMemory unheard = new KeysInMemory();
    Guard fresh = unheard.guard(null, Duration.ofHours(1));
    Identified nobody = fresh.identify(authorization("Bearer " + keys.key("", Capability.READ)));
    assertEquals(Status.Code.UNAVAILABLE, ((Identified.Not) nobody).status().getCode());

    KeysInMemory lost = new KeysInMemory();
    Guard distrustful = lost.guard(null, Duration.ZERO);
    String token = lost.key("", Capability.READ);
    lost.silent = true;
    lost.spread();
    Identified late = distrustful.identify(authorization("Bearer " + token));
    assertEquals(Status.Code.UNAVAILABLE, ((Identified.Not) late).status().getCode());
  }

  @Test
  void shouldBelieveNodesAloneWhomTheySpeakFor() {
    Metadata faked = authorization("Bearer " + keys.key("", Capability.READ));
    faked.put(Guard.BEHALF, "root/key");
    assertTrue(((Identified.As) guard.identify(faked)).caller().name().startsWith("ann/"));
    assertFalse(((Identified.As) guard.identify(faked)).caller().isNode());
  }

  @Test
  void shouldShowOnlyTheOutermostScopes() {
    String token =
        keys.key(
            new Grant("a", Set.of(Capability.READ)),
            new Grant("a/b", Set.of(Capability.INSERT)),
            new Grant("ab", Set.of(Capability.READ)),
            new Grant("", Set.of(Capability.ADMIN)));
    assertEquals(List.of("a", "ab"), caller("Bearer " + token).scopes());
  }

  @Test
  void shouldKeepSecretsOutOfItsText() {
    KeyToken token = KeyToken.draw(new SecureRandom());
    assertFalse(token.toString().contains(token.secret()));
    assertFalse(ClusterSecret.of(KeysInMemory.SECRET).toString().contains(KeysInMemory.SECRET));
    assertEquals(token, KeyToken.parse(token.text()).orElseThrow());
  }

  @Test
  void shouldNotRememberAPlaceThatWasAskedForBeforeAMove() {
    CompletableFuture<Reply<String>> slow = new CompletableFuture<>();
    StreamPlaces places = new StreamPlaces((stream, deadline) -> slow);
    UUID stream = new UUID(1, 2);
    CompletableFuture<Reply<String>> asked = places.find(stream, 0);
    places.forget();
    slow.complete(new Reply.Ok<>("before"));
    assertEquals(new Reply.Ok<>("before"), asked.join());
    assertTrue(places.known(stream).isEmpty());
  }

  @Test
  void shouldAskOnceForAStreamThatManyAskFor() {
    CompletableFuture<Reply<String>> slow = new CompletableFuture<>();
    int[] asked = new int[1];
    StreamPlaces places =
        new StreamPlaces(
            (stream, deadline) -> {
              asked[0]++;
              return slow;
            });
    UUID stream = new UUID(1, 2);
    CompletableFuture<Reply<String>> first = places.find(stream, 0);
    CompletableFuture<Reply<String>> second = places.find(stream, 0);
    slow.complete(new Reply.Ok<>("grid"));
    assertEquals(first.join(), second.join());
    assertEquals("grid", places.known(stream).orElseThrow());
    assertEquals(1, asked[0]);
  }
}
