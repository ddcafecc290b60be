package io.btrdb.node.rest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.wire.HotMethods;
import io.btrdb.node.door.Marshallers;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A method of the service as REST has it: one request, and one answer or a stream of them.
 *
 * @param path under {@code /v5/}
 * @param descriptor with both messages as their bytes
 * @param request its type
 * @param response an empty one
 */
record RestMethod(
    String path,
    MethodDescriptor<byte[], byte[]> descriptor,
    Descriptor request,
    Message response,
    boolean streams) {
  /** All methods of the service by their paths. */
  static Map<String, RestMethod> all() {
    Map<String, RestMethod> methods = new TreeMap<>();
    for (MethodDescriptor<?, ?> method : BTrDBGrpc.getServiceDescriptor().getMethods()) {
      RestMethod rest = of(method);
      methods.put(rest.path(), rest);
    }
    return methods;
  }

  /** Of the two forms of Subscribe, the one that begins with one request. */
  private static RestMethod of(MethodDescriptor<?, ?> method) {
    MethodDescriptor<?, ?> form =
        method.equals(BTrDBGrpc.getSubscribeMethod()) ? HotMethods.subscribe() : method;
    return new RestMethod(
        method.getBareMethodName().toLowerCase(Locale.ROOT),
        method.toBuilder(Marshallers.BYTES, Marshallers.BYTES).build(),
        prototype(form.getRequestMarshaller()).getDescriptorForType(),
        prototype(form.getResponseMarshaller()),
        !method.getType().serverSendsOneMessage());
  }

  private static Message prototype(Marshaller<?> marshaller) {
    return (Message) ((PrototypeMarshaller<?>) marshaller).getMessagePrototype();
  }

  /** As in the contract, such as RawValues. */
  String name() {
    return descriptor.getBareMethodName();
  }
}
