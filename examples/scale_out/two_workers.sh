#!/bin/sh
# Two workers and somebody who submits, as they would be on three machines. GIGQ_DB names the server.
set -eu

: "${GIGQ_DB:?name a server: postgres://… or redis://…}"
gigq worker --name east --concurrency 1 &
east=$!
gigq worker --name west --concurrency 1 &
west=$!
trap 'kill "$east" "$west"; wait' EXIT

"$(dirname "$0")/submit.sh" "$@"
