package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.v5.FaultInjectParams;
import io.btrdb.api.v5.FaultInjectResponse;
import java.util.Optional;

/** FaultInject: breaks this node on purpose, where that is allowed. */
final class FaultEndpoint {
  private final Optional<FaultInjection> faults;

  FaultEndpoint(Optional<FaultInjection> faults) {
    this.faults = faults;
  }

  void inject(FaultInjectParams p, Exchange exchange) {
    if (faults.isEmpty()) {
      exchange.refuse(
          ErrorCode.FAULT_INJECTION_DISABLED,
          "this node's configuration does not allow it: see door.allowFaultInjection");
      return;
    }
    Runnable fault = fault(faults.get(), p.getType());
    if (fault == null) {
      exchange.refuse(
          Refusal.of(
              ErrorCode.WRONG_ARGUMENTS,
              "there are faults 1 (die now), 2 (die soon) and 3 (drop caches), not %s",
              Long.toUnsignedString(p.getType())));
      return;
    }
    fault.run();
    exchange.answer(FaultInjectResponse.getDefaultInstance());
  }

  /** Null when there is none of that number. */
  private static Runnable fault(FaultInjection faults, long type) {
    if (type == 1) {
      return faults::die;
    } else if (type == 2) {
      return faults::dieSoon;
    }
    return type == 3 ? faults::dropCaches : null;
  }
}
