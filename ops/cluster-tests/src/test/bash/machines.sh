# shellcheck shell=bash
# Machines that are network namespaces: each with an address on a switch of its own namespace, an sshd
# with its own host key, and a folder. Nothing is visible on the host but the namespaces, whose end ends
# everything in them.

root=
lan=
machine_ids=()

unmet_needs() {
  [ "$(id -u)" = 0 ] || { echo 'needs root, to make network namespaces' && return; }
  command -v ip >/dev/null || { echo 'needs ip (apt-get install iproute2)' && return; }
  { command -v sshd >/dev/null || [ -x /usr/sbin/sshd ]; } || { echo 'needs sshd (apt-get install openssh-server)' && return; }
  ip netns add "bt$$-probe" 2>/dev/null || { echo 'the kernel or the container allows no network namespaces' && return; }
  ip netns delete "bt$$-probe"
}

address() { printf '198.18.%d.%d' $(($$ % 250)) "$((10 + $1))"; }

namespace() { printf 'bt%d-m%s' $$ "$1"; }

# A namespace with one leg on the switch.
attach() {
  local ns=$1 leg=$2 ip=$3
  ip netns add "$ns"
  ip link add "l$leg" netns "$lan" type veth peer name eth0 netns "$ns"
  ip -n "$lan" link set "l$leg" master switch up
  ip -n "$ns" link set lo up
  ip -n "$ns" address add "$ip/24" dev eth0
  ip -n "$ns" link set eth0 up
}

make_machines() {
  local id
  root=$(mktemp -d /tmp/btrdb-machines.XXXXXX)
  trap take_away EXIT
  trap 'exit 130' INT TERM
  chmod 755 "$root"
  lan="bt$$-lan"
  ip netns add "$lan"
  ip -n "$lan" link add switch type bridge
  ip -n "$lan" link set switch up
  attach "$(namespace client)" 0 "$(address 0)"
  ssh-keygen -q -t ed25519 -N '' -f "$root/key"
  mkdir -p /run/sshd
  for id in $(seq "$1"); do make_machine "$id"; done
}

make_machine() {
  local id=$1 folder="$root/m$1"
  machine_ids+=("$id")
  mkdir "$folder"
  attach "$(namespace "$id")" "$id" "$(address "$id")"
  ssh-keygen -q -t ed25519 -N '' -f "$folder/host_key"
  printf '%s %s\n' "$(address "$id")" "$(cut -d' ' -f1,2 "$folder/host_key.pub")" >>"$root/known_hosts"
  cat >"$folder/sshd_config" <<CONFIG
ListenAddress $(address "$id"):22
HostKey $folder/host_key
PidFile $folder/sshd.pid
AuthorizedKeysFile $root/key.pub
PermitRootLogin prohibit-password
PasswordAuthentication no
StrictModes no
UsePAM no
MaxStartups 100
Subsystem sftp internal-sftp
CONFIG
  ip netns exec "$(namespace "$id")" /usr/sbin/sshd -f "$folder/sshd_config" -E "$folder/sshd.log"
}

on_client() { ip netns exec "$(namespace client)" "$@"; }

# What a power failure does to a machine, which comes back with sshd only.
kill_machine() {
  local pids
  pids=$(ip netns pids "$(namespace "$1")" | grep -vx "$(cat "$root/m$1/sshd.pid")" || true)
  # shellcheck disable=SC2086  # a list of ids
  [ -z "$pids" ] || kill -KILL $pids
}

# No packet of machine $1 reaches machine $2: whoever dials $1 from there gets no answer.
cut_off() { ip -n "$(namespace "$1")" route add blackhole "$(address "$2")/32"; }

join_again() { ip -n "$(namespace "$1")" route delete blackhole "$(address "$2")/32"; }

take_away() {
  local code=$? id ns
  set +e
  for id in client "${machine_ids[@]}"; do
    ns=$(namespace "$id")
    # shellcheck disable=SC2046  # a list of ids
    kill -KILL $(ip netns pids "$ns" 2>/dev/null) 2>/dev/null
    ip netns delete "$ns" 2>/dev/null
  done
  ip netns delete "$lan" 2>/dev/null
  if [ $code != 0 ]; then
    for id in "${machine_ids[@]}"; do
      find "$root/m$id" -name node.log 2>/dev/null | while read -r log; do
        printf '\n---- the end of %s\n' "${log#"$root"/}" >&2
        grep -v '^ \|^	' "$log" | tail -n 12 >&2
      done
    done
  fi
  if [ -n "${KEEP:-}" ]; then echo "left in $root" >&2; else rm -rf "$root"; fi
  exit $code
}
