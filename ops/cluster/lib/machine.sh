# shellcheck shell=bash disable=SC2154  # the variables are sent along
# What happens on a machine: sent over ssh in front of one call, with the node's settings as variables
# (node user home config data logs heap supervisor address http_port node_yaml). Needs bash 4, coreutils,
# util-linux and tar. Standard output is for the caller, standard error for people.
set -euo pipefail
umask 022

unit=btrdb
unit_file=/etc/systemd/system/$unit.service
pid_file=$home/run/$node.pid

refuse() {
  printf '%s\n' "$@" >&2
  exit 1
}

# Whether it is a systemd service or a supervised process, only these four differ.
is_running() {
  case $supervisor in
    systemd) systemctl is-active --quiet $unit ;;
    process) [ -f "$pid_file.lock" ] && ! flock -n "$pid_file.lock" true ;;
  esac
}

start() {
  [ -x "$home/current/bin/btrdb" ] || refuse "no release is active under $home" "Run bootstrap or add."
  [ -f "$config/node.yaml" ] || refuse "$config/node.yaml is missing" "Run bootstrap or add."
  is_running && return 0
  local megabytes
  megabytes=$(free_megabytes)
  [ "$megabytes" -ge 1024 ] ||
    refuse "only $megabytes MB are free under $data" "Free at least 1024 MB, or set 'data' to another disk."
  case $supervisor in
    systemd) systemctl start $unit ;;
    process)
      local as=()
      as_user
      touch "$logs/node.log"
      [ "$(id -u)" != 0 ] || chown "$user" "$logs/node.log"
      allow_files
      cd "$data"
      setsid nohup "${as[@]}" "$home/current/bin/btrdb-supervise" "$config/node.yaml" "$pid_file" \
        "$logs/node.log" >/dev/null 2>&1 </dev/null &
      ;;
  esac
}

# As many open files as the unit allows, where we may; else as many as we may.
allow_files() { ulimit -n 262144 2>/dev/null || ulimit -n "$(ulimit -Hn)"; }

# Into as: what goes before a command that is to run as the node's user.
as_user() {
  [ "$(id -un)" = "$user" ] || as=(setpriv --reuid "$user" --regid "$(id -gn "$user")" --init-groups)
}

# SIGTERM lets the node hand over what it leads; only one that does not end is killed.
stop() {
  is_running || return 0
  case $supervisor in
    systemd) systemctl stop $unit ;;
    process)
      local pids=()
      mapfile -t pids <"$pid_file"
      # Without its supervisor the node is told itself.
      kill -TERM "${pids[0]}" 2>/dev/null || kill -TERM "${pids[1]}" 2>/dev/null || true
      if ! flock -w 60 "$pid_file.lock" true; then
        printf 'still running a minute after SIGTERM: killed\n' >&2
        kill -KILL "${pids[@]}" 2>/dev/null || true
        flock -w 10 "$pid_file.lock" true || refuse "does not end although it was killed; perhaps its disk hangs"
      fi
      rm -f "$pid_file"
      ;;
  esac
}

last_words() {
  case $supervisor in
    systemd) journalctl -u $unit -n "${1:-20}" --no-pager -o cat 2>/dev/null || true ;;
    process) tail -n "${1:-20}" "$logs/node.log" 2>/dev/null || true ;;
  esac
}

install_service() {
  [ "$supervisor" = systemd ] || return 0
  local fresh
  fresh=$(sed -e "s|/opt/btrdb|$home|g" -e "s|/etc/btrdb|$config|g" -e "s|/var/lib/btrdb|$data|g" \
    -e "s|^User=.*|User=$user|" -e "s|^Group=.*|Group=$(id -gn "$user")|" \
    "$home/current/systemd/btrdb.service")
  # A data folder elsewhere is not made by systemd, but must be writable in the sandbox.
  [ "$data" = /var/lib/btrdb ] ||
    fresh=$(sed -e "s|^StateDirectory=.*|ReadWritePaths=$data|" -e '/^StateDirectoryMode=/d' <<<"$fresh")
  [ -f "$unit_file" ] && [ "$(cat "$unit_file")" = "$fresh" ] || printf '%s\n' "$fresh" >"$unit_file"
  systemctl daemon-reload
  systemctl enable --quiet $unit
}

# GET of the node's HTTP door: the body. Fails with 9 when it does not answer, 8 when not with a 2xx.
get() {
  # shellcheck disable=SC2016  # expanded by the inner shell
  timeout 5 bash -c '
    exec 3<>"/dev/tcp/$1/$2" && printf "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" "$3" "$1" >&3 || exit 9
    IFS= read -r status <&3
    while IFS= read -r line <&3 && [ "$line" != "$4" ]; do :; done
    cat <&3
    case $status in HTTP/1.?\ 2*) ;; *) exit 8 ;; esac' _ "$address" "$http_port" "$1" $'\r' 2>/dev/null
}

# Why the node is not ready, in its own words; empty when it is.
why_not_ready() {
  local body code=0
  body=$(get /health/ready) || code=$?
  case $code in
    0) ;;
    8) sed -e 's/.*"reasons":\[//' -e 's/\]}$//' -e 's/","/; /g' -e 's/"//g' <<<"$body" ;;
    *) if is_running; then echo 'starting'; else echo 'not running'; fi ;;
  esac
}

# A node with many shards has many reasons; the first tells enough.
in_short() {
  local reasons
  reasons=$(awk -F '; ' '{ print NF }' <<<"$1")
  if [ "$reasons" -le 2 ]; then printf '%s' "$1"; else printf '%s; and %d more' "${1%%; *}" $((reasons - 1)); fi
}

await_ready() {
  local limit=$1 begun=$SECONDS said='' reason
  while reason=$(why_not_ready) && [ -n "$reason" ]; do
    if [ "$reason" = 'not running' ]; then
      last_words 15 >&2
      refuse "the node has ended; its last words are above"
    fi
    reason=$(in_short "$reason")
    [ "$reason" = "$said" ] || printf '%s\n' "$reason"
    said=$reason
    if [ $((SECONDS - begun)) -ge "$limit" ]; then
      last_words 15 >&2
      refuse "not ready after $limit s: $reason"
    fi
    sleep 0.5
  done
}

# "GROUP applied committed" for each replica here.
indexes() {
  get /metrics | awk '
    /^btrdb_.*(applied|committed)_index/ {
      key = $0; sub(/ [^ ]*$/, "", key); gsub(/ /, "_", key)
      if (key ~ /applied_index/) { sub(/applied_index/, "", key); applied[key] = $NF }
      else { sub(/committed_index/, "", key); committed[key] = $NF }
    }
    END { for (key in applied) if (applied[key] >= 0) printf "%s %.0f %.0f\n", key, applied[key], committed[key] }'
}

# await_applied SECONDS "GROUP INDEX"...: until each of these replicas that is here is that far.
await_applied() {
  local limit=$1 begun=$SECONDS behind
  shift
  while behind=$(behind "$@") && [ -n "$behind" ]; do
    [ $((SECONDS - begun)) -lt "$limit" ] || refuse "has not caught up after $limit s: $behind"
    sleep 0.5
  done
}

behind() {
  local here
  here=$(indexes) || { echo "metrics do not answer" && return; }
  awk 'NR == FNR { here[$1] = $2; next } ($1 in here) && here[$1] < $2 { printf "%s %d of %d; ", $1, here[$1], $2 }' \
    <(printf '%s\n' "$here") <(printf '%s\n' "$@")
}

free_megabytes() {
  local folder=$data
  while [ ! -d "$folder" ]; do folder=$(dirname -- "$folder"); done
  df -PBM -- "$folder" | awk 'NR == 2 { sub(/M/, "", $4); print $4 }'
}

file_system() {
  local folder=$data
  while [ ! -d "$folder" ]; do folder=$(dirname -- "$folder"); done
  stat -f -c %T -- "$folder"
}

listening_ports() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk '$4 == "0A" { sub(/.*:/, "", $2); print $2 }' | sort -u |
    while read -r hexadecimal; do printf '%d ' "0x$hexadecimal"; done
}

missing_commands() {
  local command
  for command in awk df flock gzip sed setsid sha256sum tar timeout \
    $([ "$supervisor" = systemd ] && echo systemctl useradd || echo setpriv); do
    command -v "$command" >/dev/null || printf '%s ' "$command"
  done
}

release_of() { [ -e "$home/$1" ] && basename -- "$(readlink -f -- "$home/$1")" || true; }

# Everything that checks and decisions are made of, as key=value.
facts() {
  printf 'clock=%s\n' "$(date +%s%N)"
  printf 'machine=%s %s\n' "$(uname -s)" "$(uname -m)"
  printf 'memory_megabytes=%s\n' "$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)"
  printf 'free_megabytes=%s\nfile_system=%s\n' "$(free_megabytes)" "$(file_system)"
  printf 'files_max=%s\n' "$(allow_files; ulimit -n)"
  printf 'missing_commands=%s\n' "$(missing_commands)"
  printf 'systemd=%s\n' "$([ -d /run/systemd/system ] && echo yes || echo no)"
  printf 'listening=%s\n' "$(listening_ports)"
  printf 'current=%s\nprevious=%s\n' "$(release_of current)" "$(release_of previous)"
  printf 'configured=%s\n' "$([ -f "$config/node.yaml" ] && echo yes || echo no)"
  printf 'members=%s\n' "$(sed -n 's/^# members: //p' "$config/node.yaml" 2>/dev/null || true)"
  printf 'founded=%s\n' "$([ -e "$data/founding" ] && echo yes || echo no)"
  printf 'restoring=%s\n' "$(cat "$config/restoring" 2>/dev/null || true)"
  printf 'data=%s\n' "$([ -n "$(ls -A "$data" 2>/dev/null)" ] && echo yes || echo no)"
  if is_running; then printf 'running=yes\nreason=%s\n' "$(why_not_ready)"; else printf 'running=no\nreason=not running\n'; fi
}

# dial "NODE HOST PORT"...: those that a firewall keeps from us. Refused is fine: nothing listens yet.
dial() {
  local target name host port said
  for target in "$@"; do
    read -r name host port <<<"$target"
    # shellcheck disable=SC2016  # expanded by the inner shell
    said=$(LC_ALL=C timeout 3 bash -c ': <>"/dev/tcp/$1/$2"' _ "$host" "$port" 2>&1) ||
      case $? in
        124) printf '%s at %s:%s: no answer\n' "$name" "$host" "$port" ;;
        *) [[ $said = *refused* ]] || printf '%s at %s:%s: %s\n' "$name" "$host" "$port" "${said##*: }" ;;
      esac
  done
}

has_release() { [ -f "$home/releases/$1/VERSION" ] && echo yes || echo no; }

# install TARBALL RELEASE: unpacked beside its final place, so that half a release is never taken for one.
install() {
  local tarball=$1 release=$2 part="$home/releases/.$2.part"
  [ "$(has_release "$release")" = yes ] && rm -f "$tarball" && return 0
  mkdir -p "$home/releases"
  rm -rf "$part"
  mkdir "$part"
  tar -xzf "$tarball" -C "$part" --strip-components=1 --no-same-owner ||
    refuse "$tarball cannot be unpacked" "Is the disk of $home full?"
  sync -f "$part/VERSION"
  mv -T "$part" "$home/releases/$release"
  rm -f "$tarball"
}

# prepare RELEASE: user, folders, and the configuration, which that release checks first.
prepare() {
  id "$user" >/dev/null 2>&1 || useradd --system --user-group --home-dir "$data" --no-create-home \
    --shell /usr/sbin/nologin "$user"
  mkdir -p "$home/run" "$config" "$data" "$logs"
  local group
  group=$(id -gn "$user")
  chown "$user:$group" "$data" "$logs" "$home/run"
  chmod 750 "$data"
  printf '%s' "$node_yaml" >"$config/node.yaml.new"
  {
    printf '# Written by btrdb-cluster from the release and the inventory; changes here are overwritten.\n'
    sed "s/^-Xmx.*/-Xmx$heap/" "$home/releases/$1/conf/jvm.options"
  } >"$config/jvm.options.new"
  chgrp "$group" "$config/node.yaml.new" "$config/jvm.options.new"
  chmod 640 "$config/node.yaml.new" "$config/jvm.options.new"
  local said
  said=$("$home/releases/$1/bin/btrdb" config check "$config/node.yaml.new" 2>&1) ||
    refuse "$said" "Correct the inventory and run this again."
  mv "$config/node.yaml.new" "$config/node.yaml"
  mv "$config/jvm.options.new" "$config/jvm.options"
}

# activate RELEASE: the links change in one step each; the release before is kept for rollback.
activate() {
  local before
  before=$(release_of current)
  [ "$(has_release "$1")" = yes ] || refuse "release $1 is not installed under $home/releases"
  if [ "$before" != "$1" ]; then
    if [ -n "$before" ]; then
      ln -sfn "releases/$before" "$home/previous.new" && mv -T "$home/previous.new" "$home/previous"
    fi
    ln -sfn "releases/$1" "$home/current.new" && mv -T "$home/current.new" "$home/current"
  fi
  install_service
}

# Deletes releases that neither current nor previous point to.
prune() {
  local folder
  for folder in "$home/releases/"*/; do
    case $(basename -- "$folder") in
      "$(release_of current)" | "$(release_of previous)") ;;
      *) rm -rf "$folder" ;;
    esac
  done
}

# What a replaced or removed node leaves is set aside rather than deleted.
set_data_aside() {
  is_running && refuse "the node runs: its data is in use"
  [ -n "$(ls -A "$data" 2>/dev/null)" ] || return 0
  local aside
  aside="$data.replaced-$(date +%Y%m%dT%H%M%S)"
  mkdir "$aside"
  find "$data" -mindepth 1 -maxdepth 1 ! -name lost+found -exec mv -t "$aside" {} +
  printf 'its data was set aside in %s\n' "$aside"
}

retire() {
  stop
  rm -f "$config/node.yaml" "$config/jvm.options"
  [ "$supervisor" = systemd ] && systemctl disable --quiet $unit
  return 0
}

# restore FOLDER CLUSTER_ID: this node's data folder from a backup. The mark tells who has begun, and a
# folder that is half made is begun anew.
restore() {
  local as=()
  [ -e "$data/founding" ] && [ -f "$config/restored" ] && return 0
  is_running && refuse "the node runs: its data is in use"
  printf '%s\n' "$2" >"$config/restoring"
  find "$data" -mindepth 1 -maxdepth 1 ! -name lost+found -exec rm -rf {} +
  as_user
  cd /
  "${as[@]}" "$home/current/bin/btrdb" restore --from "$1" --config "$config/node.yaml" --cluster-id "$2"
  touch "$config/restored"
}

end_restore() { rm -f "$config/restoring" "$config/restored"; }

# cli ENDPOINTS ARGUMENT...: the btrdb command of the active release.
cli() {
  local endpoints=$1
  shift
  cd /
  BTRDB_ENDPOINTS=$endpoints "$home/current/bin/btrdb" "$@"
}
