# shellcheck shell=bash
# One node after the other, and never one while another is missing.

ready_seconds=300
settle_seconds=60

# require_others_ready NODE MEMBER...: taking NODE away must leave no group without a majority. A leader may
# just be changing, so others have a while; one that does not run is not waited for.
require_others_ready() {
  local node=$1 other missing reason begun=$SECONDS
  shift
  while :; do
    gather "$@"
    missing=''
    for other in "$@"; do
      [ "$other" = "$node" ] || [ "$(fact "$other" reason)" = '' ] || missing=${missing:-$other}
    done
    [ -n "$missing" ] || return 0
    reason="$(fact "$missing" reason)$(fact "$missing" error)"
    [ "$(fact "$missing" running)" = yes ] && [ $((SECONDS - begun)) -lt $settle_seconds ] || break
    say "$node waits for $missing: $reason"
    sleep 2
  done
  complain "$missing is not ready: $reason" \
    "$node is not touched while another node is missing. Bring $missing back, and run this again."
  return 1
}

# cycle NODE RELEASE MEMBER...: one step of an upgrade, a rollback or a rolling restart.
cycle() {
  local node=$1 release=$2
  shift 2
  if [ -z "$dry_run" ]; then require_others_ready "$node" "$@" || return 1; fi
  change "$node" 'hand over what it leads and stop' stop || return 1
  [ "$(fact "$node" current)" = "$release" ] ||
    change "$node" "switch from $(fact "$node" current) to $release" activate "$release" || return 1
  change "$node" start start || return 1
  await_node "$node" "$@"
}

# await_node NODE MEMBER...: ready, and as far as the others were when it became ready.
await_node() {
  local node=$1 begun=$SECONDS other levels
  shift
  [ -z "$dry_run" ] || return 0
  machine "$node" await_ready $ready_seconds | prefix "$node: waits:" || return 1
  mapfile -t levels < <(for other in "$@"; do [ "$other" = "$node" ] || machine "$other" indexes 2>/dev/null || true; done |
    awk '$3 > most[$1] { most[$1] = $3 } END { for (group in most) printf "%s %.0f\n", group, most[group] }')
  machine "$node" await_applied $ready_seconds "${levels[@]}" || return 1
  say "$node: ready and caught up after $((SECONDS - begun)) s"
}

# in_turn RELEASE_FUNCTION MEMBER...: cycles every member to the release that the function prints for it;
# one for which it prints nothing is left alone. Those that are not ready come first: as long
# as one is missing no other may be touched.
in_turn() {
  local release_for=$1 node target order=() done_nodes=()
  shift
  gather "$@"
  for node in "$@"; do [ -z "$(fact "$node" reason)" ] || order+=("$node"); done
  for node in "$@"; do [ -n "$(fact "$node" reason)" ] || order+=("$node"); done
  for node in "${order[@]}"; do
    target=$("$release_for" "$node") || return 1
    if [ -z "$target" ]; then
      say "$node: nothing to do"
      continue
    fi
    step "$node"
    cycle "$node" "$target" "$@" || {
      stuck_node=$node
      done_list="${done_nodes[*]}"
      return 1
    }
    done_nodes+=("$node")
  done
}
