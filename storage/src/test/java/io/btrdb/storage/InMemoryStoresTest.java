package io.btrdb.storage;

import io.btrdb.storage.contract.ObjectPoolContract;
import io.btrdb.storage.contract.SegmentStoreContract;
import io.btrdb.storage.contract.StateStoreContract;
import io.btrdb.storage.contract.StateVaultContract;
import org.junit.jupiter.api.Nested;

final class InMemoryStoresTest {
  @Nested
  final class Segments implements SegmentStoreContract {
    @Override
    public SegmentStoreContract.Fixture newFixture() {
      SegmentStore store = new InMemorySegmentStore();
      return new SegmentStoreContract.Fixture() {
        @Override
        public SegmentStore store() {
          return store;
        }

        @Override
        public SegmentStore reopen() {
          return store;
        }

        @Override
        public SegmentStore crashAndReopen() {
          return store;
        }

        @Override
        public void close() {
          store.close();
        }
      };
    }
  }

  @Nested
  final class Objects implements ObjectPoolContract {
    @Override
    public ObjectPoolContract.Fixture newPool() {
      ObjectPool pool = new InMemoryObjectPool();
      return new ObjectPoolContract.Fixture() {
        @Override
        public ObjectPool pool() {
          return pool;
        }

        @Override
        public ObjectPool another() {
          return pool;
        }

        @Override
        public void close() {
          pool.close();
        }
      };
    }
  }

  @Nested
  final class State implements StateStoreContract {
    @Override
    public StateStoreContract.Fixture newStateStore() {
      StateStore store = new InMemoryStateStore();
      return new StateStoreContract.Fixture() {
        @Override
        public StateStore store() {
          return store;
        }

        @Override
        public void close() {}
      };
    }
  }

  @Nested
  final class Vault implements StateVaultContract {
    @Override
    public StateVaultContract.Fixture newVault() {
      StateVault vault = new InMemoryStateVault();
      return new StateVaultContract.Fixture() {
        @Override
        public StateVault vault() {
          return vault;
        }

        @Override
        public StateVault reopen() {
          return vault;
        }

        @Override
        public StateVault crashAndReopen() {
          return vault;
        }

        @Override
        public void close() {
          vault.close();
        }
      };
    }
  }
}
