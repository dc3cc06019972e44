#!/usr/bin/env bash
# What the action runs. Its exit code is that of `odoo-mcp smoke`.
set -euo pipefail
case $WRITE in true | false) ;; *) echo "::error::write is \"$WRITE\"; allowed are true and false" && exit 2 ;; esac
program=$EXECUTABLE
if [[ -z $program ]]; then
  folder=$(mktemp -d)
  # Within a composite action github.action_repository may be that of its caller; where it was checked out says its own.
  [[ ! $GITHUB_ACTION_PATH =~ /_actions/([^/]+/[^/]+)/ ]] || REPOSITORY=${BASH_REMATCH[1]}
  releases=${ODOO_MCP_RELEASES:-https://github.com/$REPOSITORY/releases}
  from=$releases/latest/download
  [[ -z $ODOO_MCP_VERSION ]] || from=$releases/download/v${ODOO_MCP_VERSION#v}
  curl --fail --silent --show-error --location --output "$folder/install.sh" "$from/install.sh"
  ODOO_MCP_RELEASES=$releases ODOO_MCP_INSTALL_DIR=$folder sh "$folder/install.sh"
  program=$folder/odoo-mcp
fi
# These are no settings of odoo-mcp, which would warn of them.
unset ODOO_MCP_VERSION ODOO_MCP_RELEASES ODOO_MCP_INSTALL_DIR
arguments=(smoke --junit "$JUNIT")
[[ $WRITE == false ]] || arguments+=(--write)
"$program" "${arguments[@]}"
