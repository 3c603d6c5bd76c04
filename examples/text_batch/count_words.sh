#!/bin/sh
# Prints the most frequent words of all texts in a folder as JSON.
set -eu

folder=${1:?usage: count_words.sh FOLDER}
here=$(dirname "$0")
export GIGQ_DB="${GIGQ_DB:-$folder/.gigq.db}"

ids=$(find "$folder" -name '*.txt' | gigq batch --tag words --module "$here/words.ts#countWords" | paste -sd, -)
top=$(gigq submit --after "$ids" --module "$here/words.ts#topWords")
gigq worker --drain 2>/dev/null
gigq result "$top"
