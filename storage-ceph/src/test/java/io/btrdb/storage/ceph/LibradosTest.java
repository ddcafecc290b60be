package io.btrdb.storage.ceph;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.storage.StorageException;
import org.junit.jupiter.api.Test;

final class LibradosTest {
  @Test
  void shouldSayHowToInstallALibraryThatIsMissing() {
    String message =
        assertThrows(StorageException.class, () -> Librados.load("libabsent.so.2")).getMessage();
    assertTrue(message.contains("libabsent.so.2 cannot be loaded"), message);
    assertTrue(message.contains("apt-get install librados2"), message);
    assertTrue(message.contains("storage: local"), message);
  }

  @Test
  void shouldNameErrorsAndWhatToDo() {
    assertTrue(RadosCode.describe(-122).startsWith("EDQUOT: the pool's quota is used up"));
    assertTrue(RadosCode.describe(-110).startsWith("ETIMEDOUT: no answer in time"));
    assertTrue(RadosCode.describe(-4_000).startsWith("errno 4000: "));
  }
}
