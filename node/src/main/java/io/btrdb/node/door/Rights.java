package io.btrdb.node.door;

import static io.btrdb.catalog.Capability.ADMIN;
import static io.btrdb.catalog.Capability.DELETE;
import static io.btrdb.catalog.Capability.INSERT;
import static io.btrdb.catalog.Capability.OBLITERATE;
import static io.btrdb.catalog.Capability.READ;
import static io.btrdb.node.door.Need.collection;
import static io.btrdb.node.door.Need.everywhere;
import static io.btrdb.node.door.Need.key;
import static io.btrdb.node.door.Need.node;
import static io.btrdb.node.door.Need.streams;
import static io.btrdb.node.door.Need.visible;

import com.google.protobuf.ByteString;
import io.btrdb.api.cluster.AdminGrpc;
import io.btrdb.api.cluster.BackupGrpc;
import io.btrdb.api.cluster.DataGrpc;
import io.btrdb.api.cluster.KeysGrpc;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.ScrubGrpc;
import io.btrdb.api.cluster.ValuesRequest;
import io.btrdb.api.v5.AlignedWindowsParams;
import io.btrdb.api.v5.ArrowInsertParams;
import io.btrdb.api.v5.ArrowMultiValuesParams;
import io.btrdb.api.v5.ArrowRawValuesParams;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.ChangesParams;
import io.btrdb.api.v5.CreateParams;
import io.btrdb.api.v5.DeleteParams;
import io.btrdb.api.v5.FaultInjectParams;
import io.btrdb.api.v5.FlushParams;
import io.btrdb.api.v5.GenerateCSVParams;
import io.btrdb.api.v5.GetCompactionConfigParams;
import io.btrdb.api.v5.MultiRawValuesParams;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.ObliterateParams;
import io.btrdb.api.v5.RawValuesParams;
import io.btrdb.api.v5.SetCompactionConfigParams;
import io.btrdb.api.v5.SetStreamAnnotationsParams;
import io.btrdb.api.v5.SetStreamTagsParams;
import io.btrdb.api.v5.StreamCSVConfig;
import io.btrdb.api.v5.StreamInfoParams;
import io.btrdb.api.v5.WindowsParams;
import io.btrdb.api.wire.HotMethods;
import io.btrdb.api.wire.UuidBytes;
import io.grpc.MethodDescriptor;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which right each call takes, in one table. A method that is not in it cannot be served: {@link
 * GrpcDoor} does not open with one.
 */
final class Rights {
  private static final Map<String, Need<?>> OF_METHODS = new HashMap<>();
  private static final Map<String, Need<?>> OF_SERVICES = new HashMap<>();

  static {
    reads();
    writes();
    names();
    cluster();
  }

  private Rights() {}

  private static void reads() {
    of(HotMethods.rawValues(), streams(READ, one(RawValuesParams::getUuid)));
    of(HotMethods.windows(), streams(READ, one(WindowsParams::getUuid)));
    of(HotMethods.alignedWindows(), streams(READ, one(AlignedWindowsParams::getUuid)));
    of(BTrDBGrpc.getNearestMethod(), streams(READ, one(NearestParams::getUuid)));
    of(BTrDBGrpc.getChangesMethod(), streams(READ, one(ChangesParams::getUuid)));
    of(BTrDBGrpc.getMultiRawValuesMethod(), streams(READ, many(MultiRawValuesParams::getUuidList)));
    of(BTrDBGrpc.getArrowRawValuesMethod(), streams(READ, one(ArrowRawValuesParams::getUuid)));
    of(
        BTrDBGrpc.getArrowMultiValuesMethod(),
        streams(READ, many(ArrowMultiValuesParams::getUuidList)));
    of(BTrDBGrpc.getArrowAlignedWindowsMethod(), streams(READ, one(AlignedWindowsParams::getUuid)));
    of(BTrDBGrpc.getArrowWindowsMethod(), streams(READ, one(WindowsParams::getUuid)));
    of(BTrDBGrpc.getGenerateCSVMethod(), streams(READ, Rights::streamsOfCsv));
    // Looks at the streams as they are added, see SubscribeCall.
    of(BTrDBGrpc.getSubscribeMethod(), key());
    of(DataGrpc.getValuesMethod(), streams(READ, one(ValuesRequest::getUuid)));
  }

  private static List<UUID> streamsOfCsv(GenerateCSVParams p) {
    return parse(p.getStreamsList().stream().map(StreamCSVConfig::getUuid));
  }

  private static void writes() {
    of(HotMethods.insert(), streams(INSERT, insert -> insert.uuid().stream().toList()));
    of(BTrDBGrpc.getArrowInsertMethod(), streams(INSERT, one(ArrowInsertParams::getUuid)));
    of(BTrDBGrpc.getFlushMethod(), streams(INSERT, one(FlushParams::getUuid)));
    of(
        BTrDBGrpc.getDeleteMethod(),
        Need.<DeleteParams>streams(DELETE, one(DeleteParams::getUuid)).noted());
    of(
        BTrDBGrpc.getObliterateMethod(),
        Need.<ObliterateParams>streams(OBLITERATE, one(ObliterateParams::getUuid)).noted());
    of(
        BTrDBGrpc.getSetCompactionConfigMethod(),
        Need.<SetCompactionConfigParams>streams(DELETE, one(SetCompactionConfigParams::getUuid))
            .noted());
    // Each write of a frame is looked at by itself, see SubmitRights.
    of(DataGrpc.getSubmitMethod(), key());
    of(DataGrpc.getOpenSessionMethod(), key());
  }

  private static void names() {
    of(
        BTrDBGrpc.getCreateMethod(),
        Need.<CreateParams>collection(INSERT, CreateParams::getCollection).noted());
    // Who moves a stream needs rights where it was and where it goes.
    of(
        BTrDBGrpc.getSetStreamTagsMethod(),
        Need.<SetStreamTagsParams>streams(INSERT, one(SetStreamTagsParams::getUuid))
            .and(collection(INSERT, SetStreamTagsParams::getCollection))
            .noted());
    of(
        BTrDBGrpc.getSetStreamAnnotationsMethod(),
        Need.<SetStreamAnnotationsParams>streams(INSERT, one(SetStreamAnnotationsParams::getUuid))
            .noted());
    of(BTrDBGrpc.getStreamInfoMethod(), visible(one(StreamInfoParams::getUuid)));
    of(BTrDBGrpc.getGetCompactionConfigMethod(), visible(one(GetCompactionConfigParams::getUuid)));
    // The endpoints narrow these four to what the caller may see.
    of(BTrDBGrpc.getLookupStreamsMethod(), key());
    of(BTrDBGrpc.getListCollectionsMethod(), key());
    of(BTrDBGrpc.getGetMetadataUsageMethod(), key());
    of(BTrDBGrpc.getSQLQueryMethod(), key());
  }

  private static void cluster() {
    of(BTrDBGrpc.getInfoMethod(), key());
    of(DataGrpc.getTopologyMethod(), key());
    of(BTrDBGrpc.getFaultInjectMethod(), Need.<FaultInjectParams>everywhere(ADMIN).noted());
    OF_SERVICES.put(AdminGrpc.SERVICE_NAME, everywhere(ADMIN).noted());
    // Consoles ask it every second.
    of(AdminGrpc.getStatusMethod(), everywhere(ADMIN));
    OF_SERVICES.put(BackupGrpc.SERVICE_NAME, everywhere(ADMIN).noted());
    OF_SERVICES.put(KeysGrpc.SERVICE_NAME, everywhere(ADMIN).noted());
    OF_SERVICES.put(ScrubGrpc.SERVICE_NAME, node());
    OF_SERVICES.put(PeerGrpc.SERVICE_NAME, node());
    // What a backup asks of the nodes.
    of(PeerGrpc.getHelloMethod(), everywhere(ADMIN));
    of(PeerGrpc.getReadIndexMethod(), everywhere(ADMIN));
    of(PeerGrpc.getReplicaManifestMethod(), everywhere(ADMIN));
    of(PeerGrpc.getFetchFileMethod(), everywhere(ADMIN));
    of(PeerGrpc.getFetchSegmentMethod(), everywhere(ADMIN));
  }

  private static <T> void of(MethodDescriptor<T, ?> method, Need<T> need) {
    OF_METHODS.put(method.getFullMethodName(), need);
  }

  private static <T> Function<T, List<UUID>> one(Function<T, ByteString> uuid) {
    return request -> UuidBytes.parse(uuid.apply(request)).stream().toList();
  }

  private static <T> Function<T, List<UUID>> many(
      Function<T, ? extends Collection<ByteString>> uuids) {
    return request -> parse(uuids.apply(request).stream());
  }

  /** Those that are none are refused for that by the endpoint. */
  private static List<UUID> parse(Stream<ByteString> uuids) {
    return uuids.map(UuidBytes::parse).flatMap(Optional::stream).toList();
  }

  /**
   * The need of a method, by its name; the table gives it the type that the method's requests have.
   *
   * @throws IllegalStateException when none was declared
   */
  @SuppressWarnings("unchecked")
  static <T> Need<T> of(MethodDescriptor<T, ?> method) {
    return (Need<T>) of(method.getFullMethodName());
  }

  static Need<?> of(String fullMethodName) {
    Need<?> need = OF_METHODS.get(fullMethodName);
    if (need == null) {
      need = OF_SERVICES.get(MethodDescriptor.extractFullServiceName(fullMethodName));
    }
    if (need == null) {
      throw new IllegalStateException(
          "no right is declared for " + fullMethodName + ": every method needs one, see Rights");
    }
    return need;
  }
}
