#!/usr/bin/env bash
# Programs that some tests run, from Debian's packages: prints the path of one, after installing its package where it is
# not there.
set -euo pipefail

usage="usage: scripts/debian.sh nginx|prometheus|promtool|systemd-analyze|openssl

  Exit: 0 printed its path · 1 failed · 2 used wrongly · 3 cannot run on this machine (not root, not Debian)"
(($# == 1)) || { echo "$usage" >&2 && exit 2; }
program=$1
case $program in
  nginx) package=nginx-light ;;
  prometheus | promtool) package=prometheus ;;
  systemd-analyze) package=systemd ;;
  openssl) package=openssl ;;
  *) echo "$usage" >&2 && exit 2 ;;
esac

PATH=$PATH:/usr/sbin:/sbin
cannot() { echo "debian: cannot run here: $*" >&2 && exit 3; }

command -v "$program" && exit
((EUID == 0)) || cannot "there is no $program, and only root may install one"
command -v apt-get >/dev/null || cannot "there is no $program, and no apt-get to install one"
log=$(mktemp -t debian.XXXXXX)
echo "debian: installing $package (log: $log)" >&2
# Another apt-get may be at work, that of scripts/live_odoo.sh for one.
wait_for_lock=(-o DPkg::Lock::Timeout=300)
apt-get "${wait_for_lock[@]}" update >>"$log" 2>&1 || echo "debian: apt-get update complains; going on" >&2
# Nothing is started by its installation: tests start their own.
RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get "${wait_for_lock[@]}" install -y --no-install-recommends "$package" \
  >>"$log" 2>&1 </dev/null || { echo "debian: $package does not install (log: $log)" >&2 && exit 1; }
command -v "$program" || { echo "debian: $package is installed, but $program not found (log: $log)" >&2 && exit 1; }
