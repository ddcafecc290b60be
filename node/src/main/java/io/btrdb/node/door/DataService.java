package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.OpenSessionRequest;
import io.btrdb.api.cluster.OpenSessionResponse;
import io.btrdb.api.cluster.SubmitFrame;
import io.btrdb.api.cluster.TopologyRequest;
import io.btrdb.api.cluster.ValuesRequest;
import io.btrdb.node.door.Marshallers.Inbound;
import io.btrdb.node.door.ReadPlaces.Wanted;
import io.btrdb.node.plane.WriteResult;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The fast path of our own client and of forwarding nodes: service {@code btrdb.cluster.Data}. */
final class DataService {
  private final Calls calls;
  private final ReadPlaces places;
  private final SubmitCall.Shared submits;
  private final Set<SubmitCall> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  DataService(Calls calls, ReadPlaces places, SubmitCall.Shared submits) {
    this.calls = calls;
    this.places = places;
    this.submits = submits;
  }

  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder(DataGrpc.SERVICE_NAME)
        .addMethod(submitMethod(), submitHandler())
        .addMethod(
            calls.method(DataGrpc.getOpenSessionMethod(), ReplyForm.CLUSTER, this::openSession))
        .addMethod(calls.method(DataGrpc.getValuesMethod(), ReplyForm.CLUSTER, this::values))
        .addMethod(calls.method(DataGrpc.getTopologyMethod(), ReplyForm.STATUS, this::topology))
        .build();
  }

  private static MethodDescriptor<Inbound<SubmitFrame>, byte[]> submitMethod() {
    MethodDescriptor<SubmitFrame, ?> contract = DataGrpc.getSubmitMethod();
    return contract.toBuilder(
            Marshallers.inbound(contract.getRequestMarshaller()), Marshallers.BYTES)
        .build();
  }

  private ServerCallHandler<Inbound<SubmitFrame>, byte[]> submitHandler() {
    return (call, headers) -> {
      SubmitCall[] self = new SubmitCall[1];
      SubmitCall submit =
          new SubmitCall(
              call,
              submits,
              Accounts.of(call, headers, submits.guard().caller()),
              () -> open.remove(self[0]));
      self[0] = submit;
      open.add(submit);
      submit.begin();
      if (stopping) {
        submit.stop();
      }
      return submit;
    };
  }

  /** Ends every Submit when what it has in the node is answered; new ones end at once. */
  void stop() {
    stopping = true;
    open.forEach(SubmitCall::stop);
  }

  /** Cuts off what has had outcomes to hear for too long, and has taken none. */
  void cutOffStuck(long receiverNanos) {
    open.forEach(submit -> submit.cutOffIfStuck(receiverNanos));
  }

  private void openSession(OpenSessionRequest p, Exchange exchange) {
    UUID session = new UUID(p.getSessionHigh(), p.getSessionLow());
    if (session.equals(new UUID(0, 0))) {
      exchange.refuse(ErrorCode.WRONG_ARGUMENTS, "a session's id must not be 0");
      return;
    }
    boolean mayForward = !p.getForwarded() && exchange.mayForward();
    exchange.whenDone(
        submits.data().openSession(p.getShard(), session, mayForward, exchange.patienceNanos()),
        result -> {
          switch (result) {
            case WriteResult.Applied done ->
                exchange.answer(OpenSessionResponse.getDefaultInstance());
            case WriteResult.Failed failed -> exchange.refuse(failed.code(), failed.message());
          }
        });
  }

  private void topology(TopologyRequest p, Exchange exchange) {
    exchange.answer(submits.topologies().current(exchange.isEncrypted()));
  }

  private void values(ValuesRequest p, Exchange exchange) {
    places.readPoints(
        exchange,
        new Wanted(
            p.getUuid(),
            p.getVersionMajor(),
            p.getMaxStalenessMillis(),
            new RemoteAnswer.Request(DataGrpc.getValuesMethod(), p)),
        p.getStart(),
        p.getEnd(),
        place -> {
          ColumnChunks chunks =
              new ColumnChunks(
                  place,
                  place.tree().values(place.root(), p.getStart(), p.getEnd()),
                  chunkPoints(p.getChunkPoints()));
          ReadEndpoints.stream(exchange, chunks::next, chunks::message);
        });
  }

  private static int chunkPoints(int wanted) {
    return wanted > 0 ? Math.min(wanted, Limits.COLUMN_POINTS) : Limits.COLUMN_POINTS;
  }
}
