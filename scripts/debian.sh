#!/usr/bin/env bash
# Programs that some tests need as they are in production: prints the path of one. What is not on this machine comes from
# Debian's packages, unpacked in a folder of their own: nothing is installed, no service is started.
set -euo pipefail

usage="usage: scripts/debian.sh redis-server|nginx|prometheus|promtool|systemd-analyze

  ODOO_MCP_DEBIAN_DIR   where packages are unpacked (default: odoo-mcp-dev/debian in the user's cache folder)

  Exit: 0 printed its path · 1 failed · 2 used wrongly · 3 cannot run on this machine (no Debian, …)"

case ${1-} in
  redis-server) package=redis-server ;;
  nginx) package=nginx ;;
  prometheus | promtool) package=prometheus ;;
  systemd-analyze) package=systemd ;;
  *) echo "$usage" >&2 && exit 2 ;;
esac
(($# == 1)) || { echo "$usage" >&2 && exit 2; }
program=$1
cannot() { echo "$program: cannot run here: $*" >&2 && exit 3; }

PATH=$PATH:/usr/sbin:/sbin # nginx lives there; not every user has it
command -v "$program" && exit
dir=$(realpath -m "${ODOO_MCP_DEBIAN_DIR:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/odoo-mcp-dev/debian}")
start=$dir/$program.sh
mkdir -p "$dir"
exec 9>"$dir/lock" && flock 9 # tests of several files ask at the same moment
[[ -x $start ]] && echo "$start" && exit

command -v apt-get >/dev/null || cannot "it is not installed, and there is no apt-get to get it with"
log=$dir/$program.log
echo "$program: unpacking Debian's package (log: $log)" >&2
wait_for_lock=(-o DPkg::Lock::Timeout=300) # another apt-get may be at work
if ! apt-cache show "$package" >/dev/null 2>&1; then
  ((EUID == 0)) || cannot "it is not installed, and only root may update the list of packages"
  apt-get "${wait_for_lock[@]}" update >"$log" 2>&1 || echo "$program: apt-get update complains; going on" >&2
fi
debs=$dir/$program.debs
mkdir -p "$debs/partial"
fetch() {
  # Nothing is installed, so dpkg's lock is not needed, and whoever may not have it can still fetch.
  apt-get -o Debug::NoLocking=1 -o "Dir::Cache::archives=$debs" --download-only --reinstall -y --no-install-recommends \
    install "$package" >>"$log" 2>&1 </dev/null
}
# A list of packages that is older than a security update names files that are gone.
fetch || { ((EUID == 0)) && apt-get "${wait_for_lock[@]}" update >>"$log" 2>&1 && fetch; } ||
  { echo "$program: the package can't be fetched (log: $log)" >&2 && exit 1; }
for deb in "$debs"/*.deb; do dpkg-deb -x "$deb" "$dir/tree"; done
rm -rf "$debs"

found=$(PATH=$dir/tree/usr/bin:$dir/tree/usr/sbin command -v "$program") || { echo "$program: not in its package" >&2 && exit 1; }
libraries=("$dir"/tree/usr/lib/*-linux-gnu*)
cat >"$start" <<EOF
#!/bin/sh
# The second line is for systemd-analyze: the units that others refer to.
export LD_LIBRARY_PATH=${libraries[0]}:${libraries[0]}/systemd
export SYSTEMD_UNIT_PATH=$dir/tree/lib/systemd/system:$dir/tree/usr/lib/systemd/system:
exec $found "\$@"
EOF
chmod +x "$start"
echo "$start"
