package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.v5.BTrDBGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The calls of Subscribe that are open: a bounded number, and an end when the node stops. */
final class Subscriptions {
  private final SubscribeCall.Shared shared;
  private final FairShare share = new FairShare(Limits.SUBSCRIPTIONS);
  private final Set<SubscribeCall> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  Subscriptions(SubscribeCall.Shared shared) {
    this.shared = shared;
  }

  ServerMethodDefinition<?, ?> method() {
    MethodDescriptor<byte[], byte[]> served =
        BTrDBGrpc.getSubscribeMethod().toBuilder(Marshallers.BYTES, Marshallers.BYTES).build();
    ServerCallHandler<byte[], byte[]> handler =
        (call, headers) -> {
          String account = Accounts.of(call, headers, shared.guard().caller());
          boolean admitted = share.take(account, 1);
          SubscribeCall[] self = new SubscribeCall[1];
          SubscribeCall subscription =
              new SubscribeCall(
                  call,
                  headers,
                  shared,
                  () -> {
                    open.remove(self[0]);
                    if (admitted) {
                      share.give(account, 1);
                    }
                  });
          self[0] = subscription;
          open.add(subscription);
          subscription.begin();
          if (stopping) {
            subscription.refuse(stopped());
          } else if (!admitted) {
            subscription.refuse(
                new Refusal(
                    ErrorCode.RESOURCE_DEPLETED,
                    "this node has as many subscriptions as it may for you: try another node"));
          }
          return subscription;
        };
    return ServerMethodDefinition.create(served, handler);
  }

  /** Ends all, each after what waits for it has been told; new ones end at once. */
  void stop() {
    stopping = true;
    open.forEach(subscription -> subscription.refuse(stopped()));
  }

  private static Refusal stopped() {
    return new Refusal(
        ErrorCode.CLUSTER_DEGRADED, "this node is stopping: subscribe at another one");
  }
}
