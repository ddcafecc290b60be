package io.btrdb.client;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.ClusterTopology;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.CreateParams;
import io.btrdb.api.v5.GetCompactionConfigParams;
import io.btrdb.api.v5.GetCompactionConfigResponse;
import io.btrdb.api.v5.InfoParams;
import io.btrdb.api.v5.InfoResponse;
import io.btrdb.api.v5.KeyCount;
import io.btrdb.api.v5.KeyOptValue;
import io.btrdb.api.v5.ListCollectionsParams;
import io.btrdb.api.v5.ListCollectionsResponse;
import io.btrdb.api.v5.MetadataUsageParams;
import io.btrdb.api.v5.MetadataUsageResponse;
import io.btrdb.api.v5.NearestParams;
import io.btrdb.api.v5.NearestResponse;
import io.btrdb.api.v5.ObliterateParams;
import io.btrdb.api.v5.OptValue;
import io.btrdb.api.v5.ReducedResolutionRange;
import io.btrdb.api.v5.SetCompactionConfigParams;
import io.btrdb.api.v5.SetStreamAnnotationsParams;
import io.btrdb.api.v5.SetStreamTagsParams;
import io.btrdb.api.v5.StreamDescriptor;
import io.btrdb.api.v5.StreamInfoParams;
import io.btrdb.api.v5.StreamInfoResponse;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.client.BtrdbStream.Descriptor;
import io.btrdb.client.Retention.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Calls about names and single values, over the generated stubs. A change whose answer was lost is
 * repeated, and the error that the repetition then meets is checked against what is there.
 */
final class MetadataCalls {
  private final ClientCore core;
  private final UnaryCalls calls;

  MetadataCalls(ClientCore core) {
    this.core = core;
    this.calls = new UnaryCalls(core);
  }

  BtrdbStream create(
      UUID uuid, String collection, Map<String, String> tags, Map<String, String> annotations) {
    CreateParams request =
        CreateParams.newBuilder()
            .setUuid(UuidBytes.of(uuid))
            .setCollection(collection)
            .addAllTags(pairs(tags))
            .addAllAnnotations(pairs(annotations))
            .build();
    Descriptor created =
        new Descriptor(uuid, collection, Map.copyOf(tags), Map.copyOf(annotations), 1);
    calls.change(
        uuid,
        "create",
        BTrDBGrpc.getCreateMethod(),
        request,
        response -> UnaryCalls.Reply.of(response.getStat()),
        code -> code == ErrorCode.SAME_STREAM.number() && created.equals(describe(uuid)));
    return new BtrdbStream(core, uuid, created);
  }

  void obliterate(UUID uuid) {
    calls.change(
        uuid,
        "obliterate",
        BTrDBGrpc.getObliterateMethod(),
        ObliterateParams.newBuilder().setUuid(UuidBytes.of(uuid)).build(),
        response -> UnaryCalls.Reply.of(response.getStat()),
        code -> code == ErrorCode.NO_SUCH_STREAM.number());
  }

  Retention retention(UUID uuid) {
    GetCompactionConfigResponse response =
        calls.read(
            uuid,
            "retention",
            BTrDBGrpc.getGetCompactionConfigMethod(),
            GetCompactionConfigParams.newBuilder().setUuid(UuidBytes.of(uuid)).build(),
            reply -> UnaryCalls.Reply.of(reply.getStat()));
    return new Retention(
        response.getLatestMajorVersion(),
        response.getCompactedVersion(),
        response.getTargetArchiveHorizon(),
        response.getReducedResolutionRangesList().stream()
            .map(range -> new Span(range.getStart(), range.getEnd(), range.getResolution()))
            .toList());
  }

  void retain(UUID uuid, long oldest, List<Span> reduced) {
    SetCompactionConfigParams.Builder request =
        SetCompactionConfigParams.newBuilder()
            .setUuid(UuidBytes.of(uuid))
            .setCompactedVersion(oldest);
    for (Span span : reduced) {
      request.addReducedResolutionRanges(
          ReducedResolutionRange.newBuilder()
              .setStart(span.start())
              .setEnd(span.end())
              .setResolution(span.resolution()));
    }
    calls.change(
        uuid,
        "retain",
        BTrDBGrpc.getSetCompactionConfigMethod(),
        request.build(),
        response -> UnaryCalls.Reply.of(response.getStat()),
        code ->
            code == ErrorCode.OVERLAPPING_TRIM_RANGE.number()
                && retention(uuid).oldest() >= oldest
                && retention(uuid).reduced().containsAll(reduced));
  }

  Descriptor setTags(
      UUID uuid,
      long expected,
      String collection,
      Map<String, String> changes,
      List<String> removals) {
    SetStreamTagsParams request =
        SetStreamTagsParams.newBuilder()
            .setUuid(UuidBytes.of(uuid))
            .setExpectedPropertyVersion(expected)
            .setCollection(collection)
            .addAllTags(pairs(changes))
            .addAllRemove(removals)
            .build();
    calls.change(
        uuid,
        "setTags",
        BTrDBGrpc.getSetStreamTagsMethod(),
        request,
        response -> UnaryCalls.Reply.of(response.getStat()),
        code -> {
          Descriptor now = describe(uuid);
          return isOurs(code, expected, now)
              && (collection.isEmpty() || collection.equals(now.collection()))
              && holds(now.tags(), changes, removals);
        });
    return describe(uuid);
  }

  Descriptor setAnnotations(
      UUID uuid, long expected, Map<String, String> changes, List<String> removals) {
    SetStreamAnnotationsParams request =
        SetStreamAnnotationsParams.newBuilder()
            .setUuid(UuidBytes.of(uuid))
            .setExpectedPropertyVersion(expected)
            .addAllChanges(pairs(changes))
            .addAllRemovals(removals)
            .build();
    calls.change(
        uuid,
        "setAnnotations",
        BTrDBGrpc.getSetStreamAnnotationsMethod(),
        request,
        response -> UnaryCalls.Reply.of(response.getStat()),
        code -> {
          Descriptor now = describe(uuid);
          return isOurs(code, expected, now) && holds(now.annotations(), changes, removals);
        });
    return describe(uuid);
  }

  /** Whether a version mismatch is explained by our own earlier try. */
  private static boolean isOurs(int code, long expected, Descriptor now) {
    return code == ErrorCode.ANNOTATION_VERSION_MISMATCH.number()
        && now.propertyVersion() == expected + 1;
  }

  private static boolean holds(
      Map<String, String> now, Map<String, String> changes, List<String> removals) {
    return now.entrySet().containsAll(changes.entrySet())
        && removals.stream().noneMatch(key -> now.containsKey(key) && !changes.containsKey(key));
  }

  Descriptor describe(UUID uuid) {
    StreamInfoResponse response = streamInfo(uuid, true, false);
    return descriptor(response.getStreamDescriptor());
  }

  Version version(UUID uuid) {
    StreamInfoResponse response = streamInfo(uuid, false, true);
    return new Version(response.getVersionMajor(), response.getVersionMinor());
  }

  boolean exists(UUID uuid) {
    try {
      version(uuid);
      return true;
    } catch (BtrdbException e) {
      if (e.code() == ErrorCode.NO_SUCH_STREAM.number()) {
        return false;
      }
      throw e;
    }
  }

  private StreamInfoResponse streamInfo(UUID uuid, boolean omitVersion, boolean omitDescriptor) {
    return calls.read(
        uuid,
        "info",
        BTrDBGrpc.getStreamInfoMethod(),
        StreamInfoParams.newBuilder()
            .setUuid(UuidBytes.of(uuid))
            .setOmitVersion(omitVersion)
            .setOmitDescriptor(omitDescriptor)
            .build(),
        response -> UnaryCalls.Reply.of(response.getStat()));
  }

  Optional<Point> nearest(UUID uuid, ReadAt at, long time, Direction direction) {
    NearestParams request =
        NearestParams.newBuilder()
            .setUuid(UuidBytes.of(uuid))
            .setVersionMajor(at.major())
            .setTime(time)
            .setBackward(direction == Direction.BACKWARD)
            .build();
    var question =
        new UnaryCalls.Question<>(
            uuid,
            at,
            "nearest",
            BTrDBGrpc.getNearestMethod(),
            request,
            (NearestResponse reply) ->
                reply.getStat().getCode() == ErrorCode.NO_SUCH_POINT.number()
                    ? UnaryCalls.Reply.OK
                    : UnaryCalls.Reply.of(reply.getStat()));
    NearestResponse response = calls.read(question, link -> {});
    return response.getStat().getCode() == 0
        ? Optional.of(new Point(response.getValue().getTime(), response.getValue().getValue()))
        : Optional.empty();
  }

  Optional<BtrdbStream> find(String collection, String name) {
    List<BtrdbStream> found;
    try (StreamCursor cursor = lookup(LookupQuery.collection(collection).tag("name", name))) {
      found = cursor.toList();
    }
    if (found.size() > 1) {
      throw new BtrdbException(
          ErrorCode.AMBIGUOUS_STREAM,
          Fate.NOT_A_WRITE,
          null,
          null,
          found.size()
              + " streams in "
              + collection
              + " have the name "
              + name
              + ": look them up"
              + " by all their tags");
    }
    return found.stream().findFirst();
  }

  StreamCursor lookup(LookupQuery query) {
    return StreamCursor.open(core, query);
  }

  List<String> collections(String prefix) {
    List<String> names = new ArrayList<>();
    var plan =
        new OnePass<>(
            BTrDBGrpc.getListCollectionsMethod(),
            ListCollectionsParams.newBuilder().setPrefix(prefix).build(),
            ListCollectionsResponse::getStat);
    try (var read = new ResumingRead<>(core, null, "collections", ReadAt.LATEST, plan)) {
      for (ListCollectionsResponse m = read.next(); m != null; m = read.next()) {
        names.addAll(m.getCollectionsList());
      }
    }
    return names;
  }

  MetadataUsage usage(String prefix) {
    MetadataUsageResponse response =
        calls.read(
            null,
            "metadataUsage",
            BTrDBGrpc.getGetMetadataUsageMethod(),
            MetadataUsageParams.newBuilder().setPrefix(prefix).build(),
            reply -> UnaryCalls.Reply.of(reply.getStat()));
    return new MetadataUsage(counts(response.getTagsList()), counts(response.getAnnotationsList()));
  }

  ServerInfo info() {
    String[] answered = new String[1];
    var question =
        new UnaryCalls.Question<>(
            null,
            ReadAt.LATEST,
            "info",
            BTrDBGrpc.getInfoMethod(),
            InfoParams.getDefaultInstance(),
            (InfoResponse reply) -> UnaryCalls.Reply.of(reply.getStat()));
    InfoResponse response = calls.read(question, link -> answered[0] = link.address());
    return new ServerInfo(
        answered[0],
        response.getMajorVersion(),
        response.getMinorVersion(),
        response.getBuild(),
        response.getMash().getHealthy());
  }

  Topology topology() {
    ClusterTopology answer = core.cluster().askTopology();
    List<Topology.Node> nodes =
        answer.getNodesList().stream()
            .map(node -> new Topology.Node(node.getNodeId(), node.getGrpc(), node.getHttp()))
            .toList();
    List<Topology.Shard> shards =
        answer.getShardsList().stream()
            .map(
                shard ->
                    new Topology.Shard(
                        shard.getShard(),
                        shard.getFirstSlot(),
                        shard.getSlotCount(),
                        nonEmpty(shard.getLeader()),
                        shard.getLeaderTerm(),
                        List.copyOf(shard.getReplicasList())))
            .toList();
    return new Topology(answer.getClusterId(), nodes, shards, nonEmpty(answer.getCatalogLeader()));
  }

  private static Optional<String> nonEmpty(String text) {
    return Optional.of(text).filter(t -> !t.isEmpty());
  }

  static Descriptor descriptor(StreamDescriptor wire) {
    return new Descriptor(
        UuidBytes.parse(wire.getUuid())
            .orElseThrow(() -> new IllegalStateException("a descriptor without a UUID: " + wire)),
        wire.getCollection(),
        map(wire.getTagsList()),
        map(wire.getAnnotationsList()),
        wire.getPropertyVersion());
  }

  private static Map<String, String> map(List<KeyOptValue> pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    pairs.forEach(pair -> map.put(pair.getKey(), pair.getVal().getValue()));
    return Collections.unmodifiableMap(map);
  }

  private static Map<String, Long> counts(List<KeyCount> pairs) {
    Map<String, Long> map = new LinkedHashMap<>();
    pairs.forEach(pair -> map.put(pair.getKey(), pair.getCount()));
    return Collections.unmodifiableMap(map);
  }

  private static List<KeyOptValue> pairs(Map<String, String> map) {
    return map.entrySet().stream()
        .map(
            e ->
                KeyOptValue.newBuilder()
                    .setKey(e.getKey())
                    .setVal(OptValue.newBuilder().setValue(e.getValue()))
                    .build())
        .toList();
  }
}
