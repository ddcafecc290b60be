package io.btrdb.node.rest;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import io.btrdb.api.v5.BTrDBGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The comments of the contract's .proto, which generated classes do not have: of methods, messages
 * and fields.
 */
final class ContractComments {
  private static final String RESOURCE = "/io/btrdb/api/contract.protoset";

  private final Map<String, String> comments = new HashMap<>();

  private ContractComments() {}

  static ContractComments load() {
    try (InputStream in = BTrDBGrpc.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not in the jar");
      }
      ContractComments all = new ContractComments();
      FileDescriptorSet.parseFrom(in).getFileList().forEach(all::add);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " cannot be read", e);
    }
  }

  private void add(FileDescriptorProto file) {
    for (Location location : file.getSourceCodeInfo().getLocationList()) {
      String text = location.getLeadingComments() + " " + location.getTrailingComments();
      if (!text.isBlank()) {
        String name = name(file, location.getPathList());
        comments.put(file.getPackage() + "." + name, text.strip().replaceAll("\\s+", " "));
      }
    }
  }

  /** What a path leads to: pairs of a field's number and an index, from the file downwards. */
  private static String name(FileDescriptorProto file, List<Integer> path) {
    if (path.size() < 2) {
      return "";
    }
    boolean deeper = path.size() == 4;
    if (path.get(0) == FileDescriptorProto.SERVICE_FIELD_NUMBER) {
      ServiceDescriptorProto service = file.getService(path.get(1));
      return service.getName() + (deeper ? "." + service.getMethod(path.get(3)).getName() : "");
    }
    if (path.get(0) == FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER) {
      DescriptorProto message = file.getMessageType(path.get(1));
      boolean field = deeper && path.get(2) == DescriptorProto.FIELD_FIELD_NUMBER;
      return message.getName() + (field ? "." + message.getField(path.get(3)).getName() : "");
    }
    return "";
  }

  /** The comment of what has this name, with its package; empty when there is none. */
  String of(String fullName) {
    return comments.getOrDefault(fullName, "");
  }
}
