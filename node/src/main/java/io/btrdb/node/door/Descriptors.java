package io.btrdb.node.door;

import io.btrdb.api.v5.KeyOptValue;
import io.btrdb.api.v5.OptValue;
import io.btrdb.api.v5.StreamDescriptor;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.node.plane.CatalogPlane;
import io.btrdb.node.plane.CatalogPlane.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Between the catalog's records and the contract's messages. */
final class Descriptors {
  private Descriptors() {}

  static StreamDescriptor message(CatalogPlane.Descriptor descriptor) {
    return StreamDescriptor.newBuilder()
        .setUuid(UuidBytes.of(descriptor.uuid()))
        .setCollection(descriptor.collection())
        .addAllTags(pairs(descriptor.tags()))
        .addAllAnnotations(pairs(descriptor.annotations()))
        .setPropertyVersion(descriptor.propertyVersion())
        .build();
  }

  private static List<KeyOptValue> pairs(Map<String, String> map) {
    List<KeyOptValue> pairs = new ArrayList<>(map.size());
    map.forEach(
        (key, value) ->
            pairs.add(
                KeyOptValue.newBuilder()
                    .setKey(key)
                    .setVal(OptValue.newBuilder().setValue(value))
                    .build()));
    return pairs;
  }

  /** A key without a value must be there with any. */
  static List<Filter> filters(List<KeyOptValue> pairs) {
    return pairs.stream()
        .map(
            pair ->
                new Filter(
                    pair.getKey(),
                    pair.hasVal() ? Optional.of(pair.getVal().getValue()) : Optional.empty()))
        .toList();
  }
}
