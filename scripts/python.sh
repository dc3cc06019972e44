#!/usr/bin/env bash
# Prints the path of a Python that has what tests need of it, in an environment of its own in the user's cache folder: the
# official MCP client, and a parser of PowerShell. Exit: 0 printed · 1 failed · 3 cannot run on this machine.
set -euo pipefail
packages=(mcp==2.3.0 tree-sitter==0.26.1 tree-sitter-powershell==0.26.4)
dir="${XDG_CACHE_HOME:-$HOME/.cache}/odoo-mcp-dev/python"
cannot() { echo "python: cannot run here: $*" >&2 && exit 3; }
if [[ $(cat "$dir/ready" 2>/dev/null) != "${packages[*]}" ]]; then
  if ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
    ((EUID == 0)) && command -v apt-get >/dev/null || cannot "there is no python3 with venv, and only root may install it"
    # Another apt-get may be at work, that of scripts/live_odoo.sh for one.
    { apt-get -o DPkg::Lock::Timeout=300 update || true; } >/dev/null 2>&1
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends python3-venv ca-certificates \
      >/dev/null 2>&1 </dev/null || cannot "python3-venv does not install"
  fi
  # Several test files ask at once.
  mkdir -p "${dir%/*}" && exec 9>"$dir.lock" && flock 9
  [[ $(cat "$dir/ready" 2>/dev/null) != "${packages[*]}" ]] || { echo "$dir/bin/python" && exit; }
  rm -rf "$dir"
  python3 -m venv "$dir" >&2
  "$dir/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}" >&2 || cannot "pip can't install ${packages[*]}"
  echo "${packages[*]}" >"$dir/ready"
fi
echo "$dir/bin/python"
