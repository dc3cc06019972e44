#!/usr/bin/env bash
# Prints the path of tmux, which the test of the terminal types into; on a Debian machine it installs it first, as root.
# Exit 3 where it can't be had.
set -euo pipefail
if ! command -v tmux >/dev/null; then
  [[ $EUID == 0 ]] && command -v apt-get >/dev/null || { echo "there is no tmux, and it can't be installed here" >&2 && exit 3; }
  # Another apt-get may be at work, that of scripts/live_odoo.sh for one.
  wait=(-o DPkg::Lock::Timeout=300)
  { apt-get "${wait[@]}" update || true; DEBIAN_FRONTEND=noninteractive apt-get "${wait[@]}" install -y --no-install-recommends tmux; } >&2 ||
    { echo "tmux can't be installed" >&2 && exit 3; }
fi
command -v tmux
