package io.btrdb.client;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.ListCollectionsParams;
import io.btrdb.api.v5.ListCollectionsResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;

/** Asks for names of collections; begun again only before the first answer. */
record CollectionsPlan(ListCollectionsParams request)
    implements ResumingRead.Plan<ListCollectionsResponse> {
  @Override
  public ClientCall<?, ListCollectionsResponse> start(
      Channel channel, CallOptions options, ClientCall.Listener<ListCollectionsResponse> listener) {
    return MessageStream.start(
        channel.newCall(BTrDBGrpc.getListCollectionsMethod(), options), listener, request);
  }

  @Override
  public int code(ListCollectionsResponse message) {
    return message.getStat().getCode();
  }

  @Override
  public String message(ListCollectionsResponse message) {
    return message.getStat().getMsg();
  }

  @Override
  public Version version(ListCollectionsResponse message) {
    return new Version(0, 0);
  }

  @Override
  public boolean isLatest() {
    return true;
  }

  @Override
  public void pin(long sealed) {
    throw new IllegalStateException("lists of collections are not resumed");
  }

  @Override
  public boolean canResume() {
    return false;
  }
}
