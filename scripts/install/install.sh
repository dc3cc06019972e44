#!/bin/sh
# Installs odoo-mcp for this user: downloads the newest release for this machine, checks its SHA-256, puts it in
# ~/.local/bin. Nothing else is changed; run it again to upgrade, delete the file to remove it.
#
#   ODOO_MCP_VERSION       a version instead of the newest, e.g. 0.1.0
#   ODOO_MCP_INSTALL_DIR   another folder
#   ODOO_MCP_RELEASES      where releases lie, e.g. a mirror of your company
#
# Exit: 0 installed · 1 failed, and nothing was installed
set -eu

releases=${ODOO_MCP_RELEASES:-https://github.com/@REPOSITORY@/releases}
version=${ODOO_MCP_VERSION:-}
folder=${ODOO_MCP_INSTALL_DIR:-${HOME:-}/.local/bin}

fail() {
  echo "Cannot install odoo-mcp: $*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

target() {
  case $(uname -s) in
    Linux) system=unknown-linux-gnu ;;
    Darwin) system=apple-darwin ;;
    *) fail "there is no executable for $(uname -s). Windows: install.ps1. Elsewhere run it with Deno from a URL, see README." ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) fail "there is no executable for $(uname -m); there are x86_64 and aarch64." ;;
  esac
  # A shell under Rosetta says x86_64 on an Apple chip.
  if [ "$system" = apple-darwin ] && [ "$(sysctl -n hw.optional.arm64 2>/dev/null || echo 0)" = 1 ]; then machine=aarch64; fi
  # Deno needs glibc; Alpine has musl.
  if [ "$system" = unknown-linux-gnu ] && has ldd && ldd --version 2>&1 | grep -qi musl; then
    fail "this Linux has musl, the executable needs glibc. Take the container image instead."
  fi
  echo "$machine-$system"
}

# $1 address, $2 file
download() {
  if has curl; then curl --fail --silent --show-error --location --output "$2" "$1"
  elif has wget; then wget --quiet --output-document="$2" "$1"
  else fail "neither curl nor wget is here."
  fi || fail "$1 can't be downloaded. Check the version, the network and a proxy (https_proxy)."
}

checksum() {
  if has sha256sum; then sha256sum "$1"
  elif has shasum; then shasum -a 256 "$1"
  elif has openssl; then openssl dgst -sha256 -r "$1"
  else fail "neither sha256sum, shasum nor openssl is here, so what was downloaded can't be checked."
  fi | cut -d ' ' -f 1
}

main() {
  case $releases in *@REPOSITORY@*)
    fail "this copy of the script belongs to no release. Take install.sh from a release, or set ODOO_MCP_RELEASES." ;;
  esac
  [ "$folder" != /.local/bin ] || fail "there is no home folder; set ODOO_MCP_INSTALL_DIR."
  archive=odoo-mcp-$(target).tar.gz
  if [ -n "$version" ]; then from=$releases/download/v${version#v}; else from=$releases/latest/download; fi

  place=$(mktemp -d)
  trap 'rm -rf "$place"' EXIT
  trap 'exit 1' INT TERM
  echo "Downloading $from/$archive"
  download "$from/SHA256SUMS" "$place/SHA256SUMS"
  download "$from/$archive" "$place/$archive"
  wanted=$(sed -n "s/^\([0-9a-f]\{64\}\) [ *]$archive\$/\1/p" "$place/SHA256SUMS")
  [ -n "$wanted" ] || fail "SHA256SUMS of this release does not name $archive."
  got=$(checksum "$place/$archive")
  [ "$got" = "$wanted" ] || fail "$archive is not what was released: its SHA-256 is $got, not $wanted. It was deleted."

  tar -xzf "$place/$archive" -C "$place" odoo-mcp || fail "$archive can't be unpacked."
  chmod 755 "$place/odoo-mcp"
  said=$("$place/odoo-mcp" version) || fail "the executable does not run on this machine (or not from $place: TMPDIR may name another folder)."
  mkdir -p "$folder" || fail "$folder can't be made; set ODOO_MCP_INSTALL_DIR."
  # Copied beside and then renamed: a running odoo-mcp goes on with the old file.
  { cp "$place/odoo-mcp" "$folder/.odoo-mcp.new" && mv -f "$folder/.odoo-mcp.new" "$folder/odoo-mcp"; } ||
    fail "$folder can't be written; set ODOO_MCP_INSTALL_DIR."
  echo "Installed $said: $folder/odoo-mcp"
  case :$PATH: in
    *":$folder:"*) echo "Next: odoo-mcp demo" ;;
    *) echo "$folder is not in your PATH. Next: $folder/odoo-mcp demo" ;;
  esac
}

# The last line, so that a download that was cut runs nothing.
main
