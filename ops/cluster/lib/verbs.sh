# shellcheck shell=bash
# What btrdb-cluster can do, a function a verb.

release_cache=

# The folder's name in the distribution ends in what it runs on: btrdb-0.1.0-linux-x86_64.
release_folder() { tar -tzf "$(release_file)" 2>/dev/null | head -n 1 || true; }

release_machine() {
  local folder
  folder=$(release_folder)
  folder=${folder%%/*}
  printf '%s' "${folder##*-}"
}

# load_release: the release's name on the machines, into $release. Builds of one version differ in it.
load_release() {
  local file folder
  file=$(release_file)
  if [ -z "$release_cache" ]; then
    folder=$(release_folder)
    folder=${folder%%/*}
    [[ $folder = btrdb-*-linux-* ]] || die "$file is not a distribution of BTrDB"
    folder=${folder#btrdb-}
    release_cache="${folder%-linux-*}.$(sha256sum "$file" | cut -c1-8)"
  fi
  release=$release_cache
}

# known NODE...: that they are in the inventory.
known() {
  local node
  for node in "$@"; do
    is_node "$node" || wrong_usage "there is no node '$node' in $inventory_file; there are $(list "${nodes[@]}")"
  done
}

one_node() { [ $# = 1 ] || wrong_usage "$verb takes one node" && known "$1"; }

# load_members: asks all machines; the nodes of the cluster in their founding order, into members.
load_members() {
  local node member listed=''
  members=()
  gather "${nodes[@]}"
  for node in "${nodes[@]}"; do
    for member in $(fact "$node" members); do
      [[ " $listed " = *" $member "* ]] || listed="$listed $member"
    done
  done
  for member in $listed; do
    is_node "$member" || die "$member is a node of the cluster, but not in $inventory_file" \
      "Put it in again; 'remove' takes it out of the cluster."
    members+=("$member")
  done
}

require_cluster() {
  load_members
  [ ${#members[@]} -gt 0 ] || die 'none of these machines has a node of a cluster' "Make one: btrdb-cluster bootstrap"
}

is_member() { [[ " ${members[*]} " = *" $1 "* ]]; }

without() {
  local node
  for node in "${members[@]}"; do [ "$node" = "$1" ] || printf '%s\n' "$node"; done
}

# place_release NODE: the release onto the machine, beside those that are there.
place_release() {
  local node=$1 uploaded
  if [ -n "$dry_run" ]; then say "$node: would install $release" && return; fi
  [ "$(machine "$node" has_release "$release")" = no ] || return 0
  say "$node: install $release"
  uploaded=$(upload "$node" "$(release_file)" "$release") || return 1
  machine "$node" install "$uploaded" "$release"
}

# write_config NODE: for the members in $members, checked by release $release.
write_config() {
  local node=$1 send_node_yaml
  send_node_yaml=$(node_yaml "$node" "${members[@]}") || return 1
  send_node_yaml+=$'\n'
  change "$node" 'write its configuration' prepare "$release"
}

# A node's own release checks its configuration.
rewrite_config() {
  local release
  release=$(fact "$1" current)
  write_config "$1"
}

activate_release() { change "$1" "activate $release" activate "$release"; }

start_node() { [ "$(fact "$1" running)" = yes ] || change "$1" start start; }

stop_node() { change "$1" stop stop; }

# set_up NODE...: everything up to the start.
set_up() {
  at_once place_release "$@" && at_once write_config "$@" && at_once activate_release "$@" ||
    die 'not all machines are set up; see above' 'Correct that and run this again; nothing was started.'
}

await_all() {
  local node
  for node in "$@"; do
    await_node "$node" "$@" || die "$node is not ready" \
      "See btrdb-cluster logs $node; when that is corrected, run this again."
  done
}

verb_check() {
  known "$@"
  if [ $# = 0 ]; then preflight "${nodes[@]}"; else preflight "$@"; fi
}

verb_bootstrap() {
  local node founded=''
  known "$@"
  [ $# -gt 0 ] || set -- "${nodes[@]}"
  load_release
  preflight "$@"
  for node in "$@"; do [ "$(fact "$node" founded)" = no ] || founded="$founded $node"; done
  for node in "$@"; do
    if [ -n "$founded" ] && [ "$(fact "$node" configured)" = no ]; then
      die "${founded# } already belong to a cluster, and $node does not" \
        "To enlarge it: btrdb-cluster add $node. To found a new one, set their data folders aside."
    fi
    if [ "$(fact "$node" founded)" = no ] && [ "$(fact "$node" running)" = no ] && [ "$(fact "$node" data)" = yes ] &&
      [ "$(fact "$node" configured)" = no ]; then
      die "$node has something in $(of "$node" data)" "A new node begins with an empty folder: move that away."
    fi
  done
  members=("$@")
  step "setting up $(list "$@") with $release"
  set_up "$@"
  step 'starting'
  at_once start_node "$@" || die 'not all nodes started; see above'
  await_all "$@"
  [ -n "$dry_run" ] || say "the cluster ${setting[name]} is up; clients connect to $(endpoints "$@")"
}

verb_add() {
  local node
  [ $# -gt 0 ] || wrong_usage 'add takes the nodes to add'
  known "$@"
  load_release
  require_cluster
  for node in "${members[@]}"; do
    [ -z "$(fact "$node" current)" ] || [ "$(fact "$node" current)" = "$release" ] ||
      die "$node runs $(fact "$node" current), not $release" \
        "A new node must run what the others run: give --release, or upgrade first."
  done
  for node in "$@"; do
    if is_member "$node" && [ "$(fact "$node" running)" = yes ]; then
      say "$node: is a member already"
      await_all "$node"
    else
      add_one "$node"
    fi
  done
}

add_one() {
  local node=$1
  preflight "$node"
  check_ways "$node" "${members[@]}" || die "$node and the others could not reach each other; see above"
  set_aside_or_refuse "$node"
  is_member "$node" || members+=("$node")
  step "adding $node"
  set_up "$node"
  start_node "$node" || die "$node did not start; see above"
  await_node "$node" "${members[@]}" || die "$node did not join" \
    "See btrdb-cluster logs $node; when that is corrected, run this again."
  update_others "$node"
}

# The others find a new node at their next start, too.
update_others() {
  local others=()
  mapfile -t others < <(without "$1")
  gather "${others[@]}"
  at_once rewrite_config "${others[@]}" || warn "not all nodes' configuration could be brought up to date; 'restart' does it"
}

set_aside_or_refuse() {
  local node=$1
  [ "$(fact "$node" data)" = yes ] || return 0
  # What an interrupted run of ours began is gone on with.
  [ "$(fact "$node" configured)" = yes ] && [ -z "$option_set_data_aside" ] && return 0
  [ -n "$option_set_data_aside" ] ||
    die "$node has something in $(of "$node" data)" \
      "If that is what is left of an earlier node, say --set-data-aside: an old vote must never come back."
  change "$node" "set what is in $(of "$node" data) aside" set_data_aside || die "$node: its data was not set aside"
}

verb_drain() {
  one_node "$@"
  require_cluster
  is_member "$1" || die "$1 is not in the cluster"
  step "${option_cancel:+no longer }draining $1"
  if [ -n "$option_cancel" ]; then ask "$1" cluster drain "$1" --cancel; else ask "$1" cluster drain "$1" --wait; fi ||
    die "$1 is not drained" "See btrdb-cluster cli cluster status; run this again to go on."
}

verb_remove() {
  one_node "$@"
  require_cluster
  if ! is_member "$1" && [ "$(fact "$1" configured)" = no ]; then say "$1: is not in the cluster" && return; fi
  refuse_zookeeper_member "$1"
  step "removing $1"
  ask "$1" cluster remove "$1" || die "$1 was not removed" "A node must be drained first: btrdb-cluster drain $1"
  retire_node "$1"
}

retire_node() {
  mapfile -t members < <(without "$1")
  if [ -n "$(fact "$1" unreachable)" ]; then
    warn "$1: its machine cannot be reached. Never start that node again: its folder is an old vote"
  else
    change "$1" 'stop for good' retire && change "$1" 'set its data aside' set_data_aside ||
      die "$1 was removed, but still lies on its machine; see above" "Run this again."
  fi
  update_others "$1"
  say "$1: removed; take its section out of $inventory_file"
}

# With the embedded ZooKeeper, who runs it is fixed by the order of members.
refuse_zookeeper_member() {
  if [ -z "${setting[zookeeper]}" ] && [[ " ${members[*]:0:3} " = *" $1 "* ]] && [ ${#members[@]} -gt 1 ]; then
    die "$1 runs a part of the embedded ZooKeeper and cannot be removed" \
      "Replace it under its own id (btrdb-cluster replace $1), or move to a ZooKeeper ensemble of its own."
  fi
}

verb_replace() {
  case $# in
    1) one_node "$1" && replace_same "$1" ;;
    2) known "$@" && replace_by "$1" "$2" ;;
    *) wrong_usage 'replace takes one node, or an old and a new one' ;;
  esac
}

replace_same() {
  local node=$1
  load_release
  require_cluster
  is_member "$node" || die "$node is not in the cluster" "A new node: btrdb-cluster add $node"
  if [ "$(fact "$node" running)" = yes ] && [ -z "$(fact "$node" reason)" ]; then
    die "$node runs and is ready" "There is nothing to replace. To take its machine away: drain, stop, then replace."
  fi
  require_others_ready "$node" "${members[@]}" || exit 1
  for other in "${members[@]}"; do [ "$other" = "$node" ] || release=$(fact "$other" current); done
  load_installed_release "$release"
  if [ "$(fact "$node" running)" = no ]; then
    preflight "$node"
    set_aside_or_refuse "$node"
    step "replacing $node"
    set_up "$node"
    start_node "$node" || die "$node did not start; see above"
  fi
  await_node "$node" "${members[@]}" || die "$node did not join" \
    "See btrdb-cluster logs $node; when that is corrected, run this again."
  update_others "$node"
}

# A replacement runs what the others run.
load_installed_release() {
  local running=$1
  load_release
  [ "$release" = "$running" ] || die "the cluster runs $running, and $(release_file) is $release" \
    "Give the distribution that the cluster runs with --release."
}

replace_by() {
  local old=$1 new=$2
  require_cluster
  is_member "$old" || die "$old is not in the cluster"
  refuse_zookeeper_member "$old"
  verb_add "$new"
  verb_drain "$old"
  verb_remove "$old"
}

release_for_upgrade() {
  [ "$(fact "$1" current)" = "$release" ] && [ -z "$(fact "$1" reason)" ] || printf '%s' "$release"
}

verb_upgrade() {
  [ $# = 0 ] || wrong_usage 'upgrade takes no nodes: it is for the whole cluster'
  load_release
  require_cluster
  step "upgrading $(list "${members[@]}") to $release"
  at_once place_release "${members[@]}" && at_once write_config "${members[@]}" ||
    die 'not all machines have the new release; see above' 'Nothing was restarted. Correct that and run this again.'
  in_turn release_for_upgrade "${members[@]}" || die \
    "the upgrade stopped at $stuck_node; done: ${done_list:-none}. The others run as before" \
    "See btrdb-cluster logs $stuck_node. To go on: btrdb-cluster upgrade; to go back: btrdb-cluster rollback."
  [ -n "$dry_run" ] || say "all nodes run $release"
}

release_for_rollback() {
  [ "$(fact "$1" current)" = "$rollback_target" ] && [ -z "$(fact "$1" reason)" ] || printf '%s' "$rollback_target"
}

# What the nodes ran before: in the middle of an upgrade, what the others still run.
find_rollback_target() {
  local node other candidate
  rollback_target=
  for node in "${members[@]}"; do
    candidate=$(fact "$node" previous)
    [ -n "$candidate" ] || continue
    for other in "${members[@]}"; do
      [ "$(fact "$other" current)" = "$candidate" ] && rollback_target=$candidate && return
    done
    rollback_target=${rollback_target:-$candidate}
  done
  [ -n "$rollback_target" ] || die 'no node has a release to go back to'
}

verb_rollback() {
  [ $# = 0 ] || wrong_usage 'rollback takes no nodes: it is for the whole cluster'
  local rollback_target node
  require_cluster
  find_rollback_target
  for node in "${members[@]}"; do
    [ "$(machine "$node" has_release "$rollback_target")" = yes ] ||
      die "$node does not have $rollback_target" "Use upgrade --release with that distribution."
  done
  step "going back to $rollback_target"
  in_turn release_for_rollback "${members[@]}" || die \
    "the rollback stopped at $stuck_node; done: ${done_list:-none}" \
    "See btrdb-cluster logs $stuck_node, and run this again."
  [ -n "$dry_run" ] || say "all nodes run $rollback_target"
}

release_for_restart() {
  [[ " ${restart_nodes[*]} " != *" $1 "* ]] || fact "$1" current
}

verb_restart() {
  local restart_nodes
  known "$@"
  require_cluster
  restart_nodes=("${@:-${members[@]}}")
  [ $# -gt 0 ] || restart_nodes=("${members[@]}")
  at_once rewrite_config "${restart_nodes[@]}" || die 'not all configurations were written; see above' 'Nothing was restarted.'
  in_turn release_for_restart "${members[@]}" || die \
    "the restart stopped at $stuck_node; done: ${done_list:-none}" "See btrdb-cluster logs $stuck_node, and run this again."
}

verb_stop() {
  known "$@"
  require_cluster
  [ $# -gt 0 ] || set -- "${members[@]}"
  at_once stop_node "$@" || die 'not all nodes stopped; see above'
}

verb_start() {
  known "$@"
  require_cluster
  [ $# -gt 0 ] || set -- "${members[@]}"
  at_once start_node "$@" || die 'not all nodes started; see above'
  await_all "$@"
}

verb_status() {
  local node
  [ $# = 0 ] || wrong_usage 'status takes no nodes'
  load_members
  printf '%-10s %-22s %-28s %-9s %10s  %s\n' NODE ADDRESS RELEASE PROCESS 'FREE DISK' STATE
  for node in "${nodes[@]}"; do
    printf '%-10s %-22s %-28s %-9s %10s  %s\n' "$node" "$(of "$node" address):$(of "$node" grpc_port)" \
      "$(fact "$node" current)" "$([ "$(fact "$node" running)" = yes ] && echo runs || echo -)" \
      "$(($(fact "$node" free_megabytes) + 0)) MB" "$(state_of "$node")"
  done
  [ ${#members[@]} -gt 0 ] || return 0
  echo
  ask '' cluster status || return 1
}

state_of() {
  local reason
  reason=$(fact "$1" reason)
  if ! is_member "$1" && [ -z "$(fact "$1" unreachable)" ]; then
    echo 'not in the cluster'
  else
    echo "${reason:-ready}"
  fi
}

endpoints() {
  local node text=''
  for node in "$@"; do text="$text,$(of "$node" address):$(of "$node" grpc_port)"; done
  printf '%s' "${text#,}"
}

# ask AVOIDED ARGUMENT...: the btrdb command, on --on or the first member that answers; not on AVOIDED.
ask() {
  local avoided=$1 node chosen=$option_on
  shift
  for node in "${members[@]}"; do
    [ -z "$chosen" ] && [ "$node" != "$avoided" ] && [ "$(fact "$node" running)" = yes ] && chosen=$node
  done
  [ -n "$chosen" ] || { complain 'no node of the cluster runs' 'Start them: btrdb-cluster start'; return 1; }
  known "$chosen"
  if [ -n "$dry_run" ]; then say "$chosen: would run btrdb $*" && return; fi
  machine "$chosen" cli "$(endpoints "${members[@]}")" "$@"
}

absolute_folder() { [[ ${1:-} = /* ]] || wrong_usage "$verb takes an absolute folder on the nodes' machines"; }

verb_backup() {
  absolute_folder "$@"
  [ $# = 1 ] || wrong_usage 'backup takes one folder'
  require_cluster
  step "backing ${setting[name]} up to $1${option_on:+ on $option_on}"
  ask '' backup --to "$1" || die 'the backup is not complete' 'Run this again: it goes on with what is missing.'
}

# A new cluster of any size, whose machines all see the folder.
verb_restore() {
  local folder node
  absolute_folder "$@"
  folder=$1
  shift
  known "$@"
  [ $# -gt 0 ] || set -- "${nodes[@]}"
  load_release
  preflight "$@"
  choose_cluster_id "$@"
  members=("$@")
  step "setting up $(list "$@") with $release"
  set_up "$@"
  step "restoring $folder"
  restore_folder=$folder
  at_once restore_node "$@" || die 'not all nodes are restored; see above' \
    'Correct that and run this again: what is restored already stays.'
  step 'starting'
  at_once start_node "$@" || die 'not all nodes started; see above'
  await_all "$@"
  at_once end_restore "$@" || die 'the cluster is up, but its machines cannot be reached any more' 'Run this again.'
  [ -n "$dry_run" ] || say "the cluster ${setting[name]} is up; clients connect to $(endpoints "$@")"
}

# Every machine makes its part of one new cluster; an interrupted restore goes on with the same id.
choose_cluster_id() {
  local node
  cluster_id=
  for node in "$@"; do cluster_id=${cluster_id:-$(fact "$node" restoring)}; done
  for node in "$@"; do
    if [ "$(fact "$node" data)" = yes ] && { [ -z "$cluster_id" ] || [ "$(fact "$node" restoring)" != "$cluster_id" ]; }; then
      die "$node has something in $(of "$node" data)" \
        "A restored cluster is a new one: stop the node and move that away, or set another 'data'."
    fi
  done
  cluster_id=${cluster_id:-$(cat /proc/sys/kernel/random/uuid)}
}

restore_node() { change "$1" "restore its part of $restore_folder" restore "$restore_folder" "$cluster_id"; }

end_restore() { change "$1" 'note that it is restored' end_restore; }

verb_cli() {
  require_cluster
  ask '' "$@"
}

verb_logs() {
  [ $# -ge 1 ] && [ $# -le 2 ] || wrong_usage 'logs takes a node and perhaps a number of lines'
  known "$1"
  machine "$1" last_words "${2:-100}"
}
