#!/bin/sh
# Compresses the logs of a folder, four at a time, and prints name and size of each, in order.
# Interrupted and run again, it does only what is missing.
set -eu

folder=${1:?usage: compress_logs.sh FOLDER}
export GIGQ_DB="${GIGQ_DB:-$folder/.gigq.db}"

find "$folder" -name '*.log' | sort | gigq map -j4 -- gzip -fk {}
find "$folder" -name '*.log' | sort | gigq map -j4 --shell 'printf "%s %s\n" "$(basename "$1").gz" "$(wc -c <"$1.gz")"'
