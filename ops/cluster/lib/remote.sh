# shellcheck shell=bash
# The way to the machines: plain ssh and scp, one call each, nothing left behind.

machine_source=$(<"$library/machine.sh")

# Never asks, never hangs for long.
ssh_words() {
  printf '%s\n' -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15 -o ServerAliveCountMax=4
  # shellcheck disable=SC2086  # a list of words
  [ -z "${setting[ssh_options]}" ] || printf '%s\n' ${setting[ssh_options]}
}

# machine NODE CALL [ARGUMENT...]: runs a function of machine.sh there.
machine() {
  local node=$1 words shell='bash -s' name code=0
  shift
  mapfile -t words < <(ssh_words)
  # shellcheck disable=SC2016  # expanded on the machine
  [ "${setting[sudo]}" = no ] ||
    shell='if [ "$(id -u)" = 0 ]; then exec bash -s; else exec sudo -n bash -s; fi'
  {
    printf 'node=%q supervisor=%q ' "$node" "${setting[supervisor]}"
    for name in user home config data logs heap address http_port; do
      printf '%s=%q ' "$name" "$(of "$node" "$name")"
    done
    printf '\nnode_yaml=%q\n%s\n' "${send_node_yaml:-}" "$machine_source"
    # Nothing that runs there may read the script it is part of.
    printf '%q ' "$@"
    printf '</dev/null\n'
  } | ssh "${words[@]}" "$(of "$node" ssh)" "$shell" || code=$?
  if [ $code = 255 ]; then
    complain "$node: cannot reach $(of "$node" ssh) with ssh" \
      "Try: ssh $(of "$node" ssh) true. It must work without a password, and the host key must be known."
  fi
  return $code
}

# change NODE WHAT CALL...: as machine, for what --dry-run only tells.
change() {
  local node=$1 what=$2
  shift 2
  if [ -n "$dry_run" ]; then
    say "$node: would $what"
  else
    say "$node: $what"
    machine "$node" "$@"
  fi
}

# upload NODE FILE RELEASE: prints where it came to lie.
upload() {
  local node=$1 file=$2 release=$3 words place
  place="/tmp/btrdb-upload-$node-$release.tar.gz"
  mapfile -t words < <(ssh_words)
  scp -q "${words[@]}" "$file" "$(of "$node" ssh):$place" || {
    complain "$node: cannot copy the distribution to $place there" "Is /tmp full, or scp switched off?"
    return 1
  }
  printf '%s' "$place"
}

# gather NODE...: asks all machines at once; afterwards fact NODE KEY answers.
declare -A facts=()
gather() {
  local node key value folder begun ended
  folder=$(mktemp -d)
  for node in "$@"; do
    {
      begun=$(date +%s%N)
      machine "$node" facts >"$folder/$node" 2>"$folder/$node.error" || printf 'unreachable=yes\n' >>"$folder/$node"
      ended=$(date +%s%N)
      printf 'begun=%s\nended=%s\n' "$begun" "$ended" >>"$folder/$node"
    } &
  done
  wait
  for node in "$@"; do
    for key in unreachable clock machine memory_megabytes free_megabytes file_system files_max \
      missing_commands systemd listening current previous configured members founded restoring data running reason; do
      facts["$node $key"]=
    done
    while IFS='=' read -r key value; do facts["$node $key"]=$value; done <"$folder/$node"
    facts["$node error"]=$(head -n 3 "$folder/$node.error")
    [ -z "$(fact "$node" unreachable)" ] || facts["$node reason"]='its machine cannot be reached'
  done
  rm -rf "$folder"
}

fact() { printf '%s' "${facts["$1 $2"]:-}"; }

# at_once FUNCTION NODE...: runs it for all nodes at the same time; fails when it failed for any.
at_once() {
  local function=$1 node failed='' pids=()
  shift
  for node in "$@"; do
    "$function" "$node" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  [ -z "$failed" ]
}
