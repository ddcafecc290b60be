package io.btrdb.node.door;

import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.wire.HotMethods;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;

/** The v5 contract: which endpoint answers which method. */
final class BtrdbService {
  private final Calls calls;
  private final ReplyForm form;

  BtrdbService(Calls calls, ReplyForm form) {
    this.calls = calls;
    this.form = form;
  }

  /** The endpoints, one for each group of verbs. */
  record Endpoints(
      InfoEndpoint info,
      CatalogEndpoints catalog,
      ListEndpoints lists,
      WriteEndpoints writes,
      ReadEndpoints reads,
      JoinedEndpoints joins,
      CsvEndpoint csv,
      SqlEndpoint sql,
      Subscriptions subscriptions,
      FaultEndpoint faults,
      RetentionEndpoints retention) {}

  ServerServiceDefinition definition(Endpoints to) {
    ServerServiceDefinition.Builder service =
        ServerServiceDefinition.builder(BTrDBGrpc.SERVICE_NAME);
    add(service, BTrDBGrpc.getInfoMethod(), to.info()::info);
    add(service, BTrDBGrpc.getCreateMethod(), to.catalog()::create);
    add(service, BTrDBGrpc.getObliterateMethod(), to.catalog()::obliterate);
    add(service, BTrDBGrpc.getSetStreamTagsMethod(), to.catalog()::setTags);
    add(service, BTrDBGrpc.getSetStreamAnnotationsMethod(), to.catalog()::setAnnotations);
    add(service, BTrDBGrpc.getStreamInfoMethod(), to.catalog()::streamInfo);
    add(service, BTrDBGrpc.getGetMetadataUsageMethod(), to.catalog()::usage);
    add(service, BTrDBGrpc.getLookupStreamsMethod(), to.lists()::lookup);
    add(service, BTrDBGrpc.getListCollectionsMethod(), to.lists()::collections);
    add(service, HotMethods.insert(), to.writes()::insert);
    add(service, BTrDBGrpc.getDeleteMethod(), to.writes()::delete);
    add(service, BTrDBGrpc.getFlushMethod(), to.writes()::flush);
    add(service, BTrDBGrpc.getRawValuesMethod(), to.reads()::rawValues);
    add(service, BTrDBGrpc.getWindowsMethod(), to.reads()::windows);
    add(service, BTrDBGrpc.getAlignedWindowsMethod(), to.reads()::alignedWindows);
    add(service, BTrDBGrpc.getNearestMethod(), to.reads()::nearest);
    add(service, BTrDBGrpc.getChangesMethod(), to.reads()::changes);
    add(service, BTrDBGrpc.getArrowInsertMethod(), to.writes()::arrowInsert);
    add(service, BTrDBGrpc.getArrowRawValuesMethod(), to.reads()::arrowRawValues);
    add(service, BTrDBGrpc.getArrowWindowsMethod(), to.reads()::arrowWindows);
    add(service, BTrDBGrpc.getArrowAlignedWindowsMethod(), to.reads()::arrowAlignedWindows);
    add(service, BTrDBGrpc.getArrowMultiValuesMethod(), to.joins()::arrowMultiValues);
    add(service, BTrDBGrpc.getMultiRawValuesMethod(), to.joins()::multiRawValues);
    add(service, BTrDBGrpc.getGenerateCSVMethod(), to.csv()::generate);
    add(service, BTrDBGrpc.getSQLQueryMethod(), to.sql()::query);
    add(service, BTrDBGrpc.getFaultInjectMethod(), to.faults()::inject);
    service.addMethod(to.subscriptions().method());
    add(service, BTrDBGrpc.getGetCompactionConfigMethod(), to.retention()::get);
    add(service, BTrDBGrpc.getSetCompactionConfigMethod(), to.retention()::set);
    return service.build();
  }

  private <T> void add(
      ServerServiceDefinition.Builder service, MethodDescriptor<T, ?> method, Endpoint<T> to) {
    service.addMethod(calls.method(method, form, to));
  }
}
