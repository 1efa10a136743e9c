#!/usr/bin/env bash
# Builds skipx/report/html/assets/echarts.min.js and the notices of what is in it.
# Needs Node.js with npm, and the npm registry; the versions are those of package.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
assets=../../skipx/report/html/assets
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp package.json entry.js "$work"
npm install --prefix "$work" --no-audit --no-fund --silent
modules=$work/node_modules

{
  printf 'The script echarts.min.js consists of parts of these works.\n\n'
  cat "$modules/echarts/NOTICE"
  printf '\nApache ECharts is under the Apache License 2.0,\n'
  printf 'https://www.apache.org/licenses/LICENSE-2.0\n\n--- zrender\n\n'
  cat "$modules/zrender/LICENSE"
  printf '\n--- parts of d3 in ECharts\n\n'
  cat "$modules/echarts/licenses/LICENSE-d3"
  printf '\n--- tslib\n\n'
  cat "$modules/tslib/LICENSE.txt"
} | tr -d '\r' >"$assets/echarts.NOTICE.txt"

# The notices are in the script too: it travels inside every report.
"$modules/.bin/esbuild" "$work/entry.js" --bundle --minify --format=iife --target=es2020 \
  --charset=ascii --legal-comments=none --log-level=warning \
  --banner:js="/*
$(cat "$assets/echarts.NOTICE.txt")
*/" --outfile="$assets/echarts.min.js"
