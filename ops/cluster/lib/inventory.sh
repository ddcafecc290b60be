# shellcheck shell=bash
# Reads an inventory into arrays. All its mistakes are reported at once.

declare -A setting=(
  [name]='' [release]='' [shards]=16 [replication]=3 [zookeeper]='' [settings]='' [supervisor]=systemd
  [ssh_options]='' [sudo]=yes
)
declare -A node_default=(
  [heap]=4g [user]=btrdb [home]=/opt/btrdb [config]=/etc/btrdb [data]=/var/lib/btrdb
  [logs]=/var/log/btrdb [free_megabytes]=10240 [grpc_port]=4410 [http_port]=4412 [raft_port]=4413
  [zookeeper_port]=4414 [ssh]='' [address]='' [zone]='' [capacity]=100
)
declare -A node_value=()  # by "node key"
nodes=()                  # ids in the order of the file
inventory_folder=
inventory_problems=()

read_inventory() {
  local file=$1 line number=0 section='' key value
  [ -r "$file" ] || die "cannot read the inventory $file" \
    "Copy inventory.example, fill it in, and name it with -i."
  inventory_folder=$(cd -- "$(dirname -- "$file")" && pwd -P)
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=$(trim "${line%$'\r'}")
    case $line in
      '' | '#'*) continue ;;
      '[cluster]') section=cluster && continue ;;
      '[node '*']')
        section=$(trim "${line#\[node }")
        section=$(trim "${section%]}")
        add_node "$section" "$number"
        continue
        ;;
    esac
    key=$(trim "${line%%=*}")
    value=$(trim "${line#*=}")
    if [ "$key" = "$line" ] || [ -z "$section" ]; then
      problem "line $number: '$line' is neither a section nor 'key = value' in one"
    elif [ "$section" = cluster ]; then
      set_for_all "$key" "$value" "$number"
    else
      set_for_node "$section" "$key" "$value" "$number"
    fi
  done <"$file"
  check_inventory
  if [ ${#inventory_problems[@]} -gt 0 ]; then
    printf 'btrdb-cluster: %s\n' "${inventory_problems[@]/#/$file: }" >&2
    exit 2
  fi
}

problem() { inventory_problems+=("$*"); }

trim() {
  local text=$1
  text=${text#"${text%%[![:space:]]*}"}
  printf '%s' "${text%"${text##*[![:space:]]}"}"
}

add_node() {
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$ ]] ||
    problem "line $2: a node's id is 1 to 63 letters, digits, '_', '.' or '-', not '$1'"
  is_node "$1" && problem "line $2: node $1 is there twice"
  nodes+=("$1")
}

is_node() {
  local node
  for node in "${nodes[@]}"; do [ "$node" = "$1" ] && return 0; done
  return 1
}

set_for_all() {
  if [ -n "${setting[$1]+known}" ]; then
    setting[$1]=$2
  elif [ -n "${node_default[$1]+known}" ] && [[ ! $1 =~ ^(ssh|address)$ ]]; then
    node_default[$1]=$2
  else
    problem "line $3: [cluster] has no key '$1'"
  fi
}

set_for_node() {
  if [ -n "${node_default[$2]+known}" ]; then
    node_value["$1 $2"]=$3
  else
    problem "line $4: a node has no key '$2'"
  fi
}

# of NODE KEY: a node's own value, or what holds for all.
of() { printf '%s' "${node_value["$1 $2"]-${node_default[$2]}}"; }

number_in() {
  [[ $2 =~ ^[0-9]{1,9}$ ]] && [ "$2" -ge "$3" ] && [ "$2" -le "$4" ] || problem "$1 must be $3 to $4, is '$2'"
}

check_inventory() {
  local node key place other
  local -A places=()
  [ ${#nodes[@]} -gt 0 ] || problem "there is no [node ...] section"
  [[ ${setting[name]} =~ ^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$ ]] ||
    problem "[cluster] needs a name of 1 to 63 letters, digits, '_', '.' or '-'"
  [[ ${setting[supervisor]} =~ ^(systemd|process)$ ]] ||
    problem "supervisor is systemd or process, not '${setting[supervisor]}'"
  [[ ${setting[sudo]} =~ ^(yes|no)$ ]] || problem "sudo is yes or no, not '${setting[sudo]}'"
  number_in shards "${setting[shards]}" 1 4096
  number_in replication "${setting[replication]}" 1 7
  for node in "${nodes[@]}"; do
    for key in ssh address; do
      [ -n "$(of "$node" "$key")" ] || problem "node $node has no $key"
    done
    [[ $(of "$node" heap) =~ ^[1-9][0-9]*[mMgG]$ ]] ||
      problem "heap of $node must be such as 512m or 4g, is '$(of "$node" heap)'"
    for key in home config data logs; do
      [[ $(of "$node" "$key") =~ ^/[A-Za-z0-9_./-]+$ ]] ||
        problem "$key of $node must be an absolute path of plain characters, is '$(of "$node" "$key")'"
    done
    for key in grpc_port http_port raft_port zookeeper_port; do
      number_in "$key of $node" "$(of "$node" "$key")" 1 65533
      place="$(of "$node" address):$(of "$node" "$key")"
      other=${places[$place]:-}
      [ -z "$other" ] || problem "$other and the $key of $node are the same, $place"
      places[$place]="the $key of $node"
    done
    number_in "capacity of $node" "$(of "$node" capacity)" 1 10000
    number_in "free_megabytes of $node" "$(of "$node" free_megabytes)" 0 999999999
  done
}

# release_file: the distribution that is to be installed.
release_file() {
  local file=${option_release:-}
  if [ -z "$file" ]; then
    file=${setting[release]}
    [ -n "$file" ] || die "no distribution is named" \
      "Set 'release' in the inventory, or give --release FILE."
    [[ $file = /* ]] || file="$inventory_folder/$file"
  fi
  [ -r "$file" ] || die "cannot read the distribution $file" \
    "Build one with 'mvn -Pdist -DskipTests package' (it is left in ops/dist/target), or correct 'release'."
  printf '%s' "$file"
}

# node_yaml NODE MEMBER...: the configuration of a node that knows these members.
node_yaml() {
  local node=$1 member
  shift
  printf '# Written by btrdb-cluster from the inventory; changes here are overwritten.\n'
  printf '# members: %s\n' "$*"
  printf 'node: %s\ncluster: %s\ndataDirectory: %s\n' "$node" "${setting[name]}" "$(of "$node" data)"
  [ -n "$(of "$node" zone)" ] && printf "zone: '%s'\n" "$(of "$node" zone)"
  printf 'capacity: %s\nshards: %s\nreplication: %s\nmembers:\n' \
    "$(of "$node" capacity)" "${setting[shards]}" "${setting[replication]}"
  for member in "$@"; do
    printf "  - {node: %s, host: '%s', grpcPort: %s, httpPort: %s, raftPort: %s, zooKeeperPort: %s}\n" \
      "$member" "$(of "$member" address)" "$(of "$member" grpc_port)" "$(of "$member" http_port)" \
      "$(of "$member" raft_port)" "$(of "$member" zookeeper_port)"
  done
  if [ -n "${setting[zookeeper]}" ]; then
    printf "placement:\n  zooKeeper: '%s'\n" "${setting[zookeeper]}"
  fi
  extra_settings
}

extra_settings() {
  local file=${setting[settings]}
  [ -n "$file" ] || return 0
  [[ $file = /* ]] || file="$inventory_folder/$file"
  [ -r "$file" ] || die "cannot read $file" "It is named by 'settings' in the inventory."
  if [ -n "${setting[zookeeper]}" ] && grep -q '^placement:' "$file"; then
    die "$file has a placement: section, and the inventory sets zookeeper" \
      "Move the connect string into that section as zooKeeper, and leave zookeeper empty."
  fi
  cat -- "$file"
}
