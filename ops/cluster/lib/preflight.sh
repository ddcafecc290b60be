# shellcheck shell=bash
# What must hold before a node is put on a machine, each with what to do when it does not.

clock_skew_millis_warn=1000
clock_skew_millis_max=5000
files_max_least=4096
files_max_good=65536

# preflight NODE...: reports everything at once; fails when anything forbids to go on.
preflight() {
  local node failures=0
  step "checking $(list "$@")"
  gather "$@"
  for node in "$@"; do check_machine "$node" || failures=$((failures + 1)); done
  [ $failures = 0 ] || die "$failures of $# machines cannot take a node yet; see above"
  check_ways "$@" || die "the nodes could not reach each other; see above"
  [ -n "$dry_run" ] || say 'all checks passed'
}

check_machine() {
  local node=$1 bad='' port value need least
  if [ -n "$(fact "$node" unreachable)" ]; then
    complain "$node: $(fact "$node" error)"
    return 1
  fi
  fault() { complain "$node: $1" "$2" && bad=1; }

  value=$(fact "$node" missing_commands)
  [ -z "$value" ] || fault "commands are missing: $value" "Install them (util-linux, coreutils, tar, gzip, gawk or mawk)."
  value=$(release_machine)
  [ "$(fact "$node" machine)" = "Linux $value" ] ||
    fault "is $(fact "$node" machine); the distribution is for Linux $value" "Build the distribution on such a machine."
  if [ "${setting[supervisor]}" = systemd ]; then
    [ "$(fact "$node" systemd)" = yes ] ||
      fault 'systemd does not run' "Set 'supervisor = process' in the inventory."
  elif [ "$(fact "$node" files_max)" -lt $files_max_least ]; then
    fault "may open only $(fact "$node" files_max) files" \
      "Allow $files_max_good: '* hard nofile $files_max_good' in /etc/security/limits.d/btrdb.conf, and log in again."
  elif [ "$(fact "$node" files_max)" -lt $files_max_good ]; then
    warn "$node: may open only $(fact "$node" files_max) files: fine for a few shards, little for many"
  fi
  least=$(of "$node" free_megabytes)
  if [ "$(fact "$node" data)" = no ] && [ "$(fact "$node" free_megabytes)" -lt "$least" ]; then
    fault "$(fact "$node" free_megabytes) MB are free under $(of "$node" data), $least are wanted" \
      "Free some, choose another disk with 'data', or lower 'free_megabytes'."
  fi
  case $(fact "$node" file_system) in
    nfs* | fuse* | smb* | cifs)
      fault "$(of "$node" data) is on $(fact "$node" file_system)" "Use a local disk: ext4 or xfs." ;;
    tmpfs | ramfs | overlay*)
      warn "$node: $(of "$node" data) is on $(fact "$node" file_system): fine for a trial, lost with the machine" ;;
  esac
  need=$(heap_megabytes "$node")
  [ "$(fact "$node" memory_megabytes)" -ge $((need * 3 / 2)) ] ||
    warn "$node: $(fact "$node" memory_megabytes) MB of memory are little for a heap of $need MB; lower 'heap'"
  check_clock "$node" || bad=1
  if [ "$(fact "$node" running)" = no ]; then
    for port in $(ports_of "$node"); do
      [[ " $(fact "$node" listening) " != *" $port "* ]] ||
        fault "port $port is taken by another program" "Find it with 'ss -ltnp sport = :$port', or set another port."
    done
  fi
  [ -z "$bad" ]
}

# The machine's clock against the middle of our call; the call's own length is the error of that.
check_clock() {
  local node=$1 begun ended clock skew
  begun=$(fact "$node" begun) ended=$(fact "$node" ended) clock=$(fact "$node" clock)
  skew=$(((clock - (begun + ended) / 2) / 1000000))
  skew=${skew#-}
  skew=$((skew - (ended - begun) / 2000000))
  if [ $skew -gt $clock_skew_millis_max ]; then
    complain "$node: its clock is $((skew / 1000)) s off from this machine's" \
      "Set it, and keep it with chrony or systemd-timesyncd."
    return 1
  fi
  [ $skew -le $clock_skew_millis_warn ] || warn "$node: its clock is $skew ms off from this machine's"
}

# Each machine dials all others: a firewall shows as silence or as "no route", a free port as "refused".
check_ways() {
  local node other targets said failed=''
  for node in "$@"; do
    targets=()
    for other in "$@"; do
      [ "$other" != "$node" ] || continue
      for port in $(ports_of "$other"); do targets+=("$other $(of "$other" address) $port"); done
    done
    [ ${#targets[@]} -gt 0 ] || continue
    said=$(machine "$node" dial "${targets[@]}") || failed=1
    [ -z "$said" ] || {
      complain "$node cannot reach: ${said//$'\n'/; }" "Open these ports between the nodes."
      failed=1
    }
  done
  [ -z "$failed" ]
}

ports_of() {
  local port
  printf '%s %s %s' "$(of "$1" grpc_port)" "$(of "$1" http_port)" "$(of "$1" raft_port)"
  if runs_zookeeper "$1"; then
    port=$(of "$1" zookeeper_port)
    printf ' %s %s %s' "$port" $((port + 1)) $((port + 2))
  fi
}

# The first three nodes of the inventory do, unless there is an ensemble.
runs_zookeeper() {
  [ -z "${setting[zookeeper]}" ] && [[ " ${nodes[*]:0:3} " = *" $1 "* ]]
}

heap_megabytes() {
  local heap
  heap=$(of "$1" heap)
  case $heap in
    *[gG]) echo $((${heap%?} * 1024)) ;;
    *) echo "${heap%?}" ;;
  esac
}
