#!/bin/sh
# dev.sh: the demo's server, and the page with changes shown at once. Ctrl-C ends
# the page; the server goes on.
set -eu
cd "$(dirname "$0")/.."
deploy/demo.sh
echo "The page as you change it: http://127.0.0.1:5173"
cd web && exec npm run dev
