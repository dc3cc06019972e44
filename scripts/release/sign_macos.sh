#!/usr/bin/env bash
# Signs and notarizes the macOS executables in the folder $1, where the certificate is given in the environment; else it says
# so and leaves them with the signature that deno compile makes, which runs but which Gatekeeper asks about.
set -euo pipefail
folder=$1
if [[ -z ${CERTIFICATE:-} ]]; then
  echo "::warning::not signed: the repository has no secret APPLE_CERTIFICATE_P12_BASE64"
  exit 0
fi
place=$(mktemp -d)
keychain=$place/signing.keychain-db
password=$(openssl rand -hex 16)
trap 'security delete-keychain "$keychain" || true; rm -rf "$place"' EXIT
base64 --decode <<<"$CERTIFICATE" >"$place/certificate.p12"
security create-keychain -p "$password" "$keychain"
security unlock-keychain -p "$password" "$keychain"
security import "$place/certificate.p12" -k "$keychain" -P "$CERTIFICATE_PASSWORD" -T /usr/bin/codesign
security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null
security list-keychains -d user -s "$keychain"
# V8 writes the code it runs.
cat >"$place/entitlements.plist" <<'PLIST'
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
  <key>com.apple.security.cs.allow-jit</key><true/>
  <key>com.apple.security.cs.allow-unsigned-executable-memory</key><true/>
</dict></plist>
PLIST
for file in "$folder"/odoo-mcp-*-apple-darwin; do
  chmod +x "$file"
  codesign --force --timestamp --options runtime --entitlements "$place/entitlements.plist" \
    --keychain "$keychain" --sign "$IDENTITY" "$file"
  codesign --verify --strict "$file"
  # A bare executable can't carry the ticket: Gatekeeper asks Apple for it at the first start.
  ditto -c -k "$file" "$place/notarize.zip"
  xcrun notarytool submit "$place/notarize.zip" --wait --apple-id "$APPLE_ID" --team-id "$APPLE_TEAM_ID" --password "$APPLE_APP_PASSWORD"
done
