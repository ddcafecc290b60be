package io.btrdb.node.door;

import com.google.protobuf.ByteString;
import io.btrdb.api.ErrorCode;
import io.btrdb.arrow.ArrowStream;
import io.btrdb.arrow.MalformedArrowException;

/** The streams with a schema only by which callers say how they want their columns. */
final class ArrowTemplates {
  private ArrowTemplates() {}

  /** The caller's form if there is one, with as many columns as the usual one, else that. */
  static ArrowStream form(ByteString template, ArrowStream usual) throws MalformedArrowException {
    return template.isEmpty()
        ? usual
        : new ArrowStream(
            ArrowStream.template(template.asReadOnlyByteBuffer(), usual.schema().fields().size()));
  }

  static Refusal refusal(MalformedArrowException e) {
    return Refusal.of(
        ErrorCode.WRONG_ARGUMENTS, "the template cannot be followed: %s", e.getMessage());
  }
}
