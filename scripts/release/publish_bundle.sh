#!/usr/bin/env bash
# Puts the bundle's files from the folder $1 on the branch `bundle`, below $2 (the tag) and below `latest`, and pushes it. Deno
# starts a program from there; release downloads won't do, since each redirects to an address of its own and the parts lie
# beside the entry no more.
set -euo pipefail
folder=$(realpath "$1")
tag=$2
place=$(mktemp -d)
repository=$PWD
trap 'git -C "$repository" worktree remove --force "$place/tree" 2>/dev/null || true; rm -rf "$place"' EXIT
if git fetch --depth 1 origin bundle 2>/dev/null; then
  git worktree add --quiet --detach "$place/tree" FETCH_HEAD
else
  git worktree add --quiet --detach "$place/tree" HEAD
  git -C "$place/tree" checkout --quiet --orphan "bundle-$tag"
  git -C "$place/tree" rm -r --quiet --force .
fi
cd "$place/tree"
rm -rf latest "$tag"
mkdir -p "$tag"
cp "$folder"/*.js "$folder/THIRD_PARTY_LICENSES.txt" "$tag/"
cp -r "$tag" latest
git add --all
git -c user.name="odoo-mcp release" -c user.email="noreply@github.com" commit --quiet --message "The bundle of $tag"
git push origin HEAD:refs/heads/bundle
