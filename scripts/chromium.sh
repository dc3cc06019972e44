#!/usr/bin/env bash
# The Chromium that tests/ui opens pages in: prints the path of one, after installing Debian's package where there is none.
set -euo pipefail

usage="usage: scripts/chromium.sh

  CHROMIUM    the program to take instead

  Exit: 0 printed its path · 1 failed · 2 used wrongly · 3 cannot run on this machine (not root, not Debian)"
(($# == 0)) || { echo "$usage" >&2 && exit 2; }

find_one() {
  local name
  if [[ -n ${CHROMIUM:-} ]]; then command -v "$CHROMIUM" && return; return 1; fi
  for name in chromium chromium-browser google-chrome; do command -v "$name" && return; done
  return 1
}
cannot() { echo "chromium: cannot run here: $*" >&2 && exit 3; }

find_one && exit
[[ -z ${CHROMIUM:-} ]] || cannot "CHROMIUM is $CHROMIUM, which is no program"
((EUID == 0)) || cannot "there is no Chromium, and only root may install one"
command -v apt-get >/dev/null || cannot "there is no Chromium, and no apt-get to install one"
log=$(mktemp -t chromium.XXXXXX)
echo "chromium: installing Debian's package (log: $log)" >&2
# Another apt-get may be at work, that of scripts/live_odoo.sh for one.
wait_for_lock=(-o DPkg::Lock::Timeout=300)
apt-get "${wait_for_lock[@]}" update >>"$log" 2>&1 || echo "chromium: apt-get update complains; going on" >&2
DEBIAN_FRONTEND=noninteractive apt-get "${wait_for_lock[@]}" install -y --no-install-recommends chromium fonts-dejavu-core \
  >>"$log" 2>&1 </dev/null || { echo "chromium: the package does not install (log: $log)" >&2 && exit 1; }
find_one || { echo "chromium: installed, but not found (log: $log)" >&2 && exit 1; }
