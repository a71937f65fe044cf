#!/bin/sh
# Makes a checkout ready to run: packages, compiled contracts, generated types. Does only what is not done yet, so that
# `npm start` and `npm test` may call it every time.
set -eu
cd "$(dirname "$0")/.."

# Prisma would look for an engine to download; this project uses none.
export PRISMA_SCHEMA_ENGINE_BINARY=/bin/true

node_version=$(sed -n 's/.*"node": "\([0-9.]*\)".*/\1/p' package.json | tail -n 1)
installed=node_modules/.installed-lock.json
if ! cmp -s package-lock.json "$installed"; then
  echo "Installing packages (once; about a minute) …"
  # On an older Node npm would leave out native parts made for Node 24: so npm itself runs on the pinned one.
  npx --yes --package="node@$node_version" -- npm ci --no-fund --no-audit --loglevel=error
  cp package-lock.json "$installed"
fi

PATH="$PWD/node_modules/.bin:$PATH"
sources=$(cat package-lock.json hardhat.config.ts indexer/schema.prisma $(find contracts/ -type f | sort) | cksum)
built=artifacts/.built
if [ "$(cat "$built" 2>/dev/null || true)" != "$sources" ]; then
  echo "Compiling contracts and generating types (once) …"
  npm run --silent build
  echo "$sources" > "$built"
fi
