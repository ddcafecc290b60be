package io.btrdb.node.door;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.catalog.Capability;
import io.btrdb.node.security.Caller;
import io.btrdb.node.security.Guard;
import io.btrdb.node.security.KeysInMemory;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AccountsTest {
  private final KeysInMemory keys = new KeysInMemory();
  private final Guard guard = keys.guard(null, Duration.ofHours(1));

  private Caller caller(String authorization) {
    Metadata headers = new Metadata();
    headers.put(Guard.AUTHORIZATION, authorization);
    return ((Guard.Identified.As) guard.identify(headers)).caller();
  }

  private static ServerCall<?, ?> call() {
    return new SilentCall<>(BTrDBGrpc.getInfoMethod(), "10.0.0.7");
  }

  private static Metadata passedOn(String account) {
    Metadata headers = new Metadata();
    headers.put(Exchange.FORWARDED, "1");
    headers.put(Accounts.HEADER, account);
    return headers;
  }

  @Test
  void shouldGoByTheUserOfAKeyWhateverItClaims() {
    keys.spread();
    Caller ann = caller("Bearer " + keys.key("a", Capability.READ));
    Caller annAgain = caller("Bearer " + keys.key("b", Capability.READ));
    assertEquals("user ann", Accounts.of(call(), new Metadata(), ann));
    assertEquals("user ann", Accounts.of(call(), passedOn("user bob"), annAgain));
  }

  @Test
  void shouldGoByTheHostWithoutAKey() {
    assertEquals("10.0.0.7", Accounts.of(call(), new Metadata(), Caller.ANYBODY));
    Metadata notPassedOn = new Metadata();
    notPassedOn.put(Accounts.HEADER, "another");
    assertEquals("10.0.0.7", Accounts.of(call(), notPassedOn, Caller.ANYBODY));
  }

  @Test
  void shouldStayOnTheAccountThatTheFirstNodeKnew() {
    Caller node = caller(KeysInMemory.authorizationOfNodes());
    assertEquals("user ann", Accounts.of(call(), passedOn("user ann"), node));
    assertEquals("10.0.0.7", Accounts.of(call(), new Metadata(), node));
    assertEquals(128, Accounts.of(call(), passedOn("x".repeat(500)), node).length());
  }
}
