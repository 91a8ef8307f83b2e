#!/usr/bin/env bash
# What `make demo` shows: a derivation, a verdict on a person's own derivation, and a network that learns.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
gradwright="${GRADWRIGHT:-build/release/gradwright}"

failed=0
# show EXPECTED COMMAND…: says what it runs and runs it; an exit code above EXPECTED is a failure of the demo.
show() {
  local expected="$1" code=0
  shift
  printf '\n$ gradwright %s\n\n' "$*"
  "$gradwright" "$@" || code=$?
  [ "$code" -eq 0 ] || printf '\n(exit code %d)\n' "$code"
  [ "$code" -le "$expected" ] || failed=1
}

show 0 derive examples/question/question.gw --color=auto
show 1 check examples/question/question.gw --explain --color=auto  # 1: one of the two claims is wrong
show 0 train examples/digits/digits.gw --data examples/digits/digits.csv.gz
exit "$failed"
