package io.btrdb.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Each third-party library stays in its room, and the deterministic rooms stay deterministic. */
@AnalyzeClasses(packages = "io.btrdb", importOptions = ImportOption.DoNotIncludeTests.class)
class ImportFencesTest {
  private static final String[] DETERMINISTIC = {
    "io.btrdb.codec..", "io.btrdb.tree..", "io.btrdb.shard..", "io.btrdb.catalog.."
  };

  @ArchTest
  static final ArchRule RATIS_STAYS_IN_CONSENSUS =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.btrdb.consensus..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.ratis..");

  @ArchTest
  static final ArchRule CONSENSUS_KNOWS_BYTES_ONLY =
      noClasses()
          .that()
          .resideInAPackage("io.btrdb.consensus..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.btrdb.tree..", "io.btrdb.shard..", "io.btrdb.storage..", "io.btrdb.catalog..");

  @ArchTest
  static final ArchRule ROCKSDB_STAYS_IN_STORAGE_LOCAL =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.btrdb.storage.local..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.rocksdb..");

  @ArchTest
  static final ArchRule ZOOKEEPER_STAYS_IN_PLACEMENT =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.btrdb.placement..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator..");

  @ArchTest
  static final ArchRule JNA_STAYS_IN_STORAGE_CEPH =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.btrdb.storage.ceph..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.sun.jna..");

  @ArchTest
  static final ArchRule ARROW_STAYS_IN_ARROW =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.btrdb.arrow..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.arrow..", "com.google.flatbuffers..");

  @ArchTest
  static final ArchRule CALCITE_STAYS_IN_SQL =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.btrdb.sql..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.calcite..", "org.codehaus..");

  @ArchTest
  static final ArchRule GRPC_STAYS_AT_THE_RIM =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.btrdb.api..", "io.btrdb.node..", "io.btrdb.client..", "io.btrdb.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..");

  @ArchTest
  static final ArchRule NOTHING_CONCURRENT_IN_THE_DETERMINISTIC_ROOMS =
      noClasses()
          .that()
          .resideInAnyPackage(DETERMINISTIC)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.util.concurrent..", "java.net..", "java.nio.file..", "org.slf4j..");

  @ArchTest
  static final ArchRule NO_CLOCK_IN_THE_DETERMINISTIC_ROOMS =
      noClasses()
          .that()
          .resideInAnyPackage(DETERMINISTIC)
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching(
              "java\\.time\\.Clock|java\\.util\\.Random|java\\.lang\\.Thread|java\\.security\\.SecureRandom");

  @ArchTest
  static final ArchRule NO_LOGGER_BELOW_THE_RIM =
      noClasses()
          .that()
          .resideInAnyPackage("io.btrdb.storage..", "io.btrdb.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.slf4j..");

  @ArchTest
  static final ArchRule ONLY_PROGRAMS_EXIT =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.btrdb.cli..")
          .and()
          .haveSimpleNameNotEndingWith("Main")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule NO_NOISE_NAMES =
      classes()
          .that()
          .resideOutsideOfPackages("io.btrdb.api.v5..", "io.btrdb.api.cluster..")
          .should()
          .haveSimpleNameNotEndingWith("Impl")
          .andShould()
          .haveSimpleNameNotEndingWith("Manager")
          .andShould()
          .haveSimpleNameNotEndingWith("Helper")
          .andShould()
          .haveSimpleNameNotEndingWith("Utils")
          .andShould()
          .haveSimpleNameNotEndingWith("Util")
          .andShould()
          .haveSimpleNameNotStartingWith("Abstract");

  @ArchTest
  static final ArchRule NO_CYCLES_BETWEEN_THE_NODES_PACKAGES =
      slices().matching("io.btrdb.node.(*)..").should().beFreeOfCycles();
}
