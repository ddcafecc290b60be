package io.btrdb.node.http;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A sentence about each metric of a node, shown as its {@code # HELP}. A new metric gets its line
 * here and in docs/operations.md; tests compare both with what a node really shows.
 */
public final class MetricHelp {
  private static final Map<String, String> SENTENCES =
      parse(
          """
          btrdb_build_info                       1, with this node's id, cluster, zone and version as labels.
          btrdb_ready                            1 while every replica on this node serves, as /health/ready says.

          btrdb_disk_free_bytes                  Free space on the file system of the data folder.
          btrdb_disk_size_bytes                  Size of the file system of the data folder.
          btrdb_disk_space_level                 0 plenty of space, 1 low, 2 critical: leads and takes nothing, 3 full.
          btrdb_node_cache_hits_total            Decoded tree nodes found in the cache.
          btrdb_node_cache_misses_total          Decoded tree nodes that had to be read.
          btrdb_node_cache_entries               Decoded tree nodes in the cache.
          btrdb_segments_torn_bytes              Cut off the ends of extents at the last start; harmless after a crash.
          btrdb_segments_damaged_extents         Extents found broken at the last start; should be 0.
          btrdb_segments_repaired_total          Segments replaced from another node.
          btrdb_segments_repair_failures_total   Segments that no other node could replace; should be 0.
          btrdb_reclaim_segments_deleted_total   Segments deleted because nothing of them was needed any more.
          btrdb_reclaim_segments_rewritten_total Segments rewritten without their freed blocks.
          btrdb_reclaim_freed_bytes_total        Bytes that deleted segments had and rewritten ones lost.
          btrdb_reclaim_written_bytes_total      Bytes written to free others: rewritten segments, and those moved out of extents.
          btrdb_pool_available                   1 while the shared pool answers; only with a pool, as the other btrdb_pool ones.
          btrdb_pool_outage_seconds              Since when the pool does not answer; 0 when it does.
          btrdb_pool_outage_limit_seconds        Outage after which inserts are refused with 426.
          btrdb_pool_states_archived_total       States of shards that this node, as leader, archived in the pool.
          btrdb_pool_orphans_deleted_total       Segments of earlier leaders that came to nothing and were deleted.
          btrdb_pool_reads_total                 Reads of segments and objects in the pool that were answered.
          btrdb_pool_read_failures_total         Calls of this kind that the pool failed.
          btrdb_pool_stats_total                 Questions for an object's length that the pool answered.
          btrdb_pool_stat_failures_total         Calls of this kind that the pool failed.
          btrdb_pool_writes_total                Writes to the pool that were answered.
          btrdb_pool_write_failures_total        Calls of this kind that the pool failed.
          btrdb_pool_removes_total               Objects removed from the pool.
          btrdb_pool_remove_failures_total       Calls of this kind that the pool failed.
          btrdb_pool_lists_total                 Walks over all names in the pool.
          btrdb_pool_list_failures_total         Calls of this kind that the pool failed.
          btrdb_pool_read_bytes_total            Bytes read from the pool, what was read ahead among them.
          btrdb_pool_write_bytes_total           Bytes written to the pool.
          btrdb_pool_catalog_lag_seconds         Age of the oldest change of the catalog that is not in the pool yet.
          btrdb_write_backlog_limit_bytes        Backlog of one shard at which inserts are refused with 426.

          btrdb_replica_term                     Raft term that this replica knows; grows with each election.
          btrdb_replica_leader                   1 while this replica leads its group and answers.
          btrdb_replica_leader_known             1 while this replica knows who leads its group.
          btrdb_replica_healthy                  1 while this replica works, 0 when it has failed or is starting.
          btrdb_replica_applied_index            Last entry of the log that is applied here.
          btrdb_replica_committed_index          Last entry of the log known here to be committed.
          btrdb_replica_checkpoint_index         Last entry of the log that the newest checkpoint covers.
          btrdb_replica_follower_lag             Committed entries that the worst follower lacks, where this replica leads.
          btrdb_replica_behind_seconds           Since when this replica lacks what its leader had applied; past 30 it is stuck.
          btrdb_replica_backlog_bytes            Logged operations that are not in the shard's trees yet.
          btrdb_replica_pending_points           Points that wait for their version to be sealed.
          btrdb_replica_sealed_versions          Versions that wait to be merged into the trees.
          btrdb_replica_sessions                 Exactly-once sessions; 16,384 at most.
          btrdb_replica_points_logged_total      Points applied from the log since the replica was opened.
          btrdb_replica_commands_total           Commands applied since the replica was opened.
          btrdb_replica_duplicates_total         Repeated commands that were recognised and not applied again.
          btrdb_replica_commits_total            Merges that took effect since the replica was opened.
          btrdb_replica_commits_ignored_total    Merges that lost a race at a change of leadership.
          btrdb_replica_merged_points_total      Points that this replica, as leader, merged into trees.
          btrdb_replica_merged_bytes_total       Bytes of segments that this replica, as leader, wrote.
          btrdb_replica_freed_blocks_total       Blocks that no readable version needs any more, freed since the replica was opened.
          btrdb_replica_freed_bytes_total        Bytes of these blocks.
          btrdb_replica_segments_to_sweep        Segments to be deleted or rewritten once no checkpoint and no read needs them.
          btrdb_replica_reads_under_way          Reads that are under way on this replica.
          btrdb_replica_pool_refuses_seconds     Since when the pool takes nothing from this leader; 0 when it does.
          btrdb_replica_segments_to_move         Segments that are not yet where `storage` wants them: in the pool, or on this disk.
          btrdb_replica_damaged_checkpoints      Checkpoints that did not verify at the last start; should be 0.
          btrdb_replica_quarantined_streams      Streams that cannot be merged here; should be 0.

          btrdb_placement_zookeeper_connected    1 while this node reaches ZooKeeper.
          btrdb_placement_controller_known       1 while this node knows of a controller.
          btrdb_placement_moves                  Replicas on the move, or waiting to be.
          btrdb_placement_oldest_move_seconds    Since when the oldest move is under way; 0 without any.

          btrdb_door_requests_total              Ended requests by method and code; 0 is success.
          btrdb_door_latency_seconds             How long requests took, by method.
          btrdb_door_in_flight                   Requests under way, by method.
          btrdb_door_received_bytes_total        Bytes of messages that came in, by method.
          btrdb_door_sent_bytes_total            Bytes of messages that went out, by method.
          btrdb_door_connections                 Open connections.

          btrdb_jvm_memory_used_bytes            Memory in use, by area.
          btrdb_jvm_memory_committed_bytes       Memory taken from the system, by area.
          btrdb_jvm_memory_max_bytes             Most memory an area may take.
          btrdb_jvm_buffer_used_bytes            Memory in buffers outside of the heap, by pool.
          btrdb_jvm_gc_pauses_total              Collections, by collector.
          btrdb_jvm_gc_pause_seconds_total       Time spent in collections, by collector.
          btrdb_jvm_threads                      Platform threads that live.
          btrdb_process_cpu_seconds_total        Processor time that this process has used.
          btrdb_process_open_files               File descriptors in use.
          btrdb_process_open_files_max           File descriptors this process may use.
          btrdb_process_start_time_seconds       When this process began, since 1970.
          """);

  private MetricHelp() {}

  /** Every metric by its name, in alphabetical order, with its sentence. */
  public static Map<String, String> all() {
    return SENTENCES;
  }

  static Optional<String> of(String name) {
    return Optional.ofNullable(SENTENCES.get(name));
  }

  private static Map<String, String> parse(String table) {
    Map<String, String> sentences = new TreeMap<>();
    table
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(
            line -> {
              String[] cells = line.split(" +", 2);
              if (sentences.put(cells[0], cells[1]) != null) {
                throw new IllegalStateException(cells[0] + " is explained twice");
              }
            });
    return Collections.unmodifiableMap(sentences);
  }
}
