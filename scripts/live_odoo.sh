#!/usr/bin/env bash
# A real Odoo 14 with demo data for the live tests: Debian 11's packages in a folder of their own, no Docker.
# The first `up` builds it (2 to 3 minutes); after that `up` and `reset` take seconds, and `up` mends whatever was killed.
set -Eeuo pipefail
umask 022
PATH=$PATH:/usr/sbin:/sbin # debootstrap and others live there; not every user has it
# A server started here outlives us: it must hold no pipe of our caller's, or that waits for its end for ever.
for fd in /proc/self/fd/*; do ((${fd##*/} < 3 || ${fd##*/} == 255)) || eval "exec ${fd##*/}>&-"; done # 255: bash reads this file there

usage="usage: scripts/live_odoo.sh up|down|reset|status|env|sql QUERY

  up      build what is missing, start Odoo, print its ODOO_… lines     down    stop it; what was built stays
  reset   the demo data as on the first day, then as up                 status  what runs; exit 0 when up, 1 when not
  env     the ODOO_… lines of a running Odoo
  sql     rows of a query on its database, tab-separated, one a line; the query can't write

  Logins: admin/admin · demo/demo · limited/limited (no application rights) · second/second (sales, only in Second Company)

  ODOO_MCP_LIVE_NAME    another Odoo beside the first: own port, own database (default: main)
  ODOO_MCP_LIVE_DIR     where everything is kept (default: odoo-mcp-dev/odoo14 in the user's cache folder)
  ODOO_MCP_LIVE_MIRROR  a Debian mirror that has bullseye (default: the one apt uses here)

  Exit: 0 done · 1 failed · 2 used wrongly · 3 cannot run on this machine (not root, not Debian, …)"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=${ODOO_MCP_LIVE_NAME:-main}
dir=$(realpath -m "${ODOO_MCP_LIVE_DIR:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/odoo-mcp-dev/odoo14}")
root=$dir/root # the Debian 11 that Odoo lives in
log=$dir/build.log
packages=(odoo-14 postgresql-13)
modules=base,contacts,crm,sale_management,stock,purchase,hr,project,account
template=demo14_template
db=demo14
[[ $name == main ]] || db=demo14_$name
conf=/etc/odoo/live-$name.conf # inside the root; also what tells this Odoo's process from the others
odoo_log=$dir/odoo-$name.log
env_file=$dir/$name.env

say() { echo "live_odoo: $*" >&2; }
fail() { say "$1 (log: ${2:-$log})" && exit 1; }
cannot() { say "cannot run here: $*" && exit 3; }

# ---- the root: commands in it, processes of it ----

# /proc and /dev are mounted in a mount namespace of each command's own. The kernel takes them away with the last process,
# so nothing has to be unmounted, no kill leaves a stale mount, and deleting the cache never reaches the host's /dev.
# shellcheck disable=SC2016 # expanded by the inner shell
inside=(unshare --mount --propagation private sh -c
  'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"' "$root"
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive
  "http_proxy=${http_proxy:-}" "https_proxy=${https_proxy:-}" "no_proxy=${no_proxy:-}")
as_odoo=("${inside[@]}" setpriv --reuid odoo --regid odoo --init-groups env HOME=/var/lib/odoo)
as_postgres=("${inside[@]}" setpriv --reuid postgres --regid postgres --init-groups)

# Long work writes to the build log. It keeps the lock (fd 9) open, so that the next `up` waits for what a killed one left behind.
logged() { "$@" >>"$log" 2>&1 </dev/null; }

# Ids of the processes inside our root whose command line holds $1. Looking beats pid files: they go stale, get lost, name strangers.
ours() {
  local p line
  for p in /proc/[0-9]*; do
    if [[ $p/root -ef $root ]] && line=$(tr '\0' ' ' 2>/dev/null <"$p/cmdline") && [[ $line == *"$1"* ]]; then echo "${p#/proc/}"; fi
  done
}

# Ends with signal $1 our processes that match $2, by force after 10 seconds.
stop() {
  local signal=$1 pids pid i
  for i in {1..110}; do
    mapfile -t pids < <(ours "$2")
    ((${#pids[@]})) || return 0
    ((i < 100)) || signal=KILL
    if ((i == 1 || i >= 100)); then for pid in "${pids[@]}"; do kill -s "$signal" "$pid" 2>/dev/null || true; done; fi
    sleep 0.1
  done
  fail "processes do not end: ${pids[*]}"
}

# ---- building, once ----

# A finished step leaves a file with the recipe it followed; a killed one leaves none, and a changed recipe counts as unbuilt.
done_as() { [[ -e $dir/$1 && $(<"$dir/$1") == "$2" ]]; }
mark_done() { sync -f "$dir" && echo "$2" >"$dir/$1"; } # sync: a mark must not outlive a power cut that its work did not

template_recipe() { { echo "${packages[*]} $modules" && cat "$here/live_odoo/people.py"; } | cksum; }

can_run() {
  [[ $(uname -s) == Linux ]] || cannot "Odoo's Debian packages need Linux"
  [[ $(uname -m) =~ ^(x86_64|aarch64)$ ]] || cannot "$(uname -m) is neither x86_64 nor arm64"
  [[ $EUID == 0 ]] || cannot "not root, which chroot and mount need"
  unshare --mount true 2>/dev/null || cannot "mounting is not allowed (a container without CAP_SYS_ADMIN?)"
}

mirror() {
  # shellcheck disable=SC2016 # apt's own placeholders
  apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian \(https\?:.*\)/\1/p' | head -n 1
}

install_debootstrap() {
  command -v apt-get >/dev/null || cannot "no apt-get, so not a Debian"
  logged apt-get update || say "apt-get update complains; going on (log: $log)"
  command -v debootstrap >/dev/null && [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] && return
  logged env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends debootstrap debian-archive-keyring wget ||
    cannot "debootstrap cannot be installed (log: $log)"
}

# debootstrap asks wget, which knows a proxy from the environment only.
apt_proxy() { apt-config dump | sed -n 's/^Acquire::http::Proxy "\(http.*\)";$/\1/p'; }

# What lets this machine's apt reach its mirror: certificates, names, logins, proxies. Old releases carry dates long past.
copy_apt_settings() {
  install -D -m 644 /dev/stdin "$root/usr/sbin/policy-rc.d" <<<$'#!/bin/sh\nexit 101' && chmod 755 "$root/usr/sbin/policy-rc.d"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" 2>/dev/null || true
  cp -aL /etc/apt/auth.conf /etc/apt/auth.conf.d "$root/etc/apt/" 2>/dev/null || true
  { apt-config dump | grep -E '^Acquire::(https?|Retries)' || true; } >"$root/etc/apt/apt.conf.d/90host"
  echo 'Acquire::Check-Valid-Until "false";' >>"$root/etc/apt/apt.conf.d/90host"
  echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/fast" # a half-built root is thrown away, so dpkg need not sync each file
}

# Reached by a unix socket only, so no port of the host is taken. Trust in the root's own users (peer) is Debian's default.
configure_postgres() {
  printf '%s\n' 'port = 5432' "listen_addresses = ''" 'max_connections = 200' 'synchronous_commit = off' >"$root/etc/postgresql/13/main/conf.d/live.conf"
}

build_root() {
  done_as root.ok "${packages[*]}" && return
  local from
  say "installing Odoo 14 (about 2 minutes, first time only) …"
  stop KILL "" && rm -f "$dir"/*.ok && rm -rf --one-file-system "$root" && : >"$log"
  install_debootstrap
  from=${ODOO_MCP_LIVE_MIRROR:-$(mirror)}
  [[ $from ]] || cannot "apt knows no Debian mirror here; ODOO_MCP_LIVE_MIRROR may name one"
  logged env "http_proxy=${http_proxy:-$(apt_proxy)}" unshare --mount debootstrap --variant=minbase --include=ca-certificates bullseye "$root" "$from" ||
    cannot "debootstrap fails; ODOO_MCP_LIVE_MIRROR may name a mirror that has bullseye (log: $log)"
  copy_apt_settings
  logged "${inside[@]}" apt-get update
  logged "${inside[@]}" apt-get install -y --no-install-recommends "${packages[@]}" || fail "Odoo's packages do not install"
  logged "${inside[@]}" apt-get clean
  configure_postgres
  mark_done root.ok "${packages[*]}"
}

start_postgres() {
  if [[ -z $(ours bin/postgres) ]]; then
    stop QUIT postgres # what a killed postmaster left behind
    rm -f "$root"/var/lib/postgresql/13/main/postmaster.pid "$root"/run/postgresql/.s.*
    # Closed lock: the server outlives this script.
    logged "${inside[@]}" pg_ctlcluster 13 main start 9>&- || fail "PostgreSQL does not start; if it never does, remove $dir"
  fi
  [[ $("${as_postgres[@]}" psql -XAtc "select 1 from pg_roles where rolname = 'odoo'") ]] || logged "${as_postgres[@]}" createuser -s odoo
}

sql() { "${as_odoo[@]}" psql -XAtqd postgres -v ON_ERROR_STOP=1 -c "$1"; }
has_db() { [[ $(sql "select 1 from pg_database where datname = '$1'") ]]; }
files_of() { echo "$root/var/lib/odoo/live/filestore/$1"; } # attachments live beside the database

drop_db() {
  sql "update pg_database set datistemplate = false where datname = '$1'"
  logged "${as_odoo[@]}" dropdb --if-exists --force "$1"
  rm -rf "$(files_of "$1")"
}

# $1 config file in the root, $2 database, $3 port
write_conf() {
  printf '%s\n' '[options]' 'data_dir = /var/lib/odoo/live' 'admin_passwd = admin' 'list_db = True' 'workers = 0' 'max_cron_threads = 0' \
    'http_interface = 127.0.0.1' "http_port = $3" "db_name = $2" >"$root$1"
}

# Every database comes from the template, so all go when it does.
build_template() {
  done_as template.ok "$(template_recipe)" && has_db "$template" && return
  local old build=/etc/odoo/live-build.conf
  say "creating the demo database (about a minute, first time only) …"
  rm -f "$dir/template.ok"
  stop TERM /etc/odoo/live-
  for old in $(sql "select datname from pg_database where datname like 'demo14%'"); do drop_db "$old"; done
  install -d -m 750 "$root/var/lib/odoo/live" && logged "${inside[@]}" chown odoo: /var/lib/odoo/live
  write_conf "$build" demo14_build 0
  logged "${as_odoo[@]}" odoo -c "$build" --no-http -i "$modules" --stop-after-init || fail "Odoo does not install its modules"
  "${as_odoo[@]}" odoo shell -c "$build" --no-http <"$here/live_odoo/people.py" >>"$log" 2>&1 || fail "the test users cannot be created"
  mv "$(files_of demo14_build)" "$(files_of "$template")"
  sql "alter database demo14_build rename to $template"
  sql "alter database $template is_template true allow_connections false" # no test can open or spoil it
  mark_done template.ok "$(template_recipe)"
}

make_db() {
  has_db "$db" && return
  rm -rf "$(files_of "$db")" && cp -a "$(files_of "$template")" "$(files_of "$db")"
  logged "${as_odoo[@]}" createdb -T "$template" "$db" || fail "the database $db cannot be created"
}

# ---- running ----

port_of() { sed -n 's/^ODOO_URL=.*:\([0-9]*\)$/\1/p' "$1" 2>/dev/null || true; }
listening() { (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Its port of last time if that is free, else the first from 8069 that is free and not another name's.
choose_port() {
  local port other
  for port in $(port_of "$env_file") {8069..8168}; do
    for other in "$dir"/*.env; do [[ $other == "$env_file" || $(port_of "$other") != "$port" ]] || continue 2; done
    listening "$port" || { echo "$port" && return; }
  done
  fail "no free port between 8069 and 8168"
}

# Prints Odoo's answer to a JSON-RPC call: service $1, method $2, arguments $3, within $4 seconds. In bash alone: the host may lack curl.
rpc() (
  body="{\"jsonrpc\":\"2.0\",\"method\":\"call\",\"params\":{\"service\":\"$1\",\"method\":\"$2\",\"args\":$3}}"
  exec 3<>"/dev/tcp/127.0.0.1/$(port_of "$env_file")" || exit 1
  printf 'POST /jsonrpc HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' "${#body}" "$body" >&3
  timeout "$4" cat <&3
) 2>/dev/null

# Up means: our process, and it reaches its database.
is_up() { [[ -e $env_file && $(ours "$conf") && $(rpc db db_exist "[\"$db\"]" 20) == *'"result": true'* ]]; }

start_odoo() {
  local port pid i
  stop TERM "$conf"
  port=$(choose_port)
  write_conf "$conf" "$db" "$port"
  printf '%s\n' "ODOO_URL=http://127.0.0.1:$port" "ODOO_DB=$db" ODOO_USERNAME=admin ODOO_PASSWORD=admin >"$env_file"
  [[ ! -e $odoo_log ]] || mv "$odoo_log" "$odoo_log.1"
  setsid "${as_odoo[@]}" odoo --config "$conf" </dev/null >"$odoo_log" 2>&1 9>&- &
  pid=$!
  for i in {1..600}; do
    ! is_up || break
    kill -0 "$pid" 2>/dev/null || fail "Odoo ended at once" "$odoo_log"
    ((i < 600)) || fail "Odoo does not answer on port $port" "$odoo_log"
    sleep 0.1
  done
  rpc common authenticate "[\"$db\",\"admin\",\"admin\",{}]" 120 >/dev/null # waits until its models are loaded, so that no test has to
}

# What tests compare the server's answers with: the truth, past all of Odoo.
query() {
  "${as_odoo[@]}" psql -XAtqF $'\t' -d "$db" -v ON_ERROR_STOP=1 -c "set session characteristics as transaction read only" \
    -c "$1" || exit 1
}

lock() {
  mkdir -p "$dir" && exec 9>"$dir/lock"
  flock -n 9 && return
  say "waiting for another live_odoo.sh …"
  flock -w 1200 9 || fail "another live_odoo.sh has been at it for 20 minutes"
}

up() {
  if ! { done_as root.ok "${packages[*]}" && done_as template.ok "$(template_recipe)" && is_up; }; then
    build_root
    start_postgres
    build_template
    make_db
    say "starting Odoo …"
    start_odoo
  fi
  cat "$env_file"
}

reset() {
  stop TERM "$conf" # it would go on with what it remembers of the old rows
  if done_as root.ok "${packages[*]}"; then start_postgres && drop_db "$db"; fi
  up
}

# PostgreSQL stays while another name's Odoo needs it.
down() {
  stop TERM "$conf"
  [[ $(ours /etc/odoo/live-) ]] || stop INT bin/postgres
}

status() {
  local state=down
  ! is_up || state="up, $(head -n 1 "$env_file"), database $db, process $(ours "$conf" | xargs)"
  echo "Odoo 14 ($name): $state"
  echo "PostgreSQL: $([[ $(ours bin/postgres) ]] && echo up || echo down)"
  echo "kept in $dir; log: $odoo_log"
  [[ $state != down ]]
}

[[ $name =~ ^[a-z0-9_]{1,30}$ && $name != template && $name != build ]] ||
  { say "ODOO_MCP_LIVE_NAME is '$name'; allowed are up to 30 of a-z, 0-9 and _" && exit 2; }
trap 'fail "$BASH_COMMAND (line $LINENO)"' ERR
case "${1:-}" in
  up | reset | down) can_run && lock && "$1" ;;
  status) can_run && { status || exit 1; } ;;
  env) can_run && { is_up || fail "not up; start it with: scripts/live_odoo.sh up"; } && cat "$env_file" ;;
  sql) [[ -n ${2:-} ]] || { echo "$usage" >&2 && exit 2; }; can_run && query "$2" ;;
  *) echo "$usage" >&2 && exit 2 ;;
esac
