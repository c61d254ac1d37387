#!/usr/bin/env bash
# Steps, their counts and background jobs for .ci/run and scripts/check-full.sh. To be sourced; `finish` prints the sum.
set -uo pipefail
export CI=true NO_COLOR=1
logs=$(mktemp -d)
passed=0
failed=0
failures=()
unstable=()
declare -A jobs=()
trap 'end_jobs; rm -rf "$logs"' EXIT

# step NAME COMMAND… : one line when it passes, the end of its output when it fails.
step() {
  local name=$1 started=$SECONDS log
  shift
  log=$(mktemp -p "$logs")
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1))
    echo "ok    $name ($((SECONDS - started)) s)"
  else
    failed=$((failed + 1))
    failures+=("$name")
    echo "FAIL  $name ($((SECONDS - started)) s)"
    tail -n 80 "$log" | sed 's/^/      /'
  fi
}

# counted NAME COMMAND… : a step whose own last "N passed, N failed" is added up instead of counting as one.
counted() {
  local name=$1 started=$SECONDS log code step_passed step_failed
  shift
  log=$(mktemp -p "$logs")
  "$@" >"$log" 2>&1
  code=$?
  read -r step_passed step_failed < <(node scripts/count-results.mjs "$log")
  # A command that fails, or counts nothing, without naming a failure is a failure itself.
  if [ "$step_failed" -eq 0 ] && { [ "$code" -ne 0 ] || [ "$step_passed" -eq 0 ]; }; then step_failed=1; fi
  passed=$((passed + step_passed))
  failed=$((failed + step_failed))
  mapfile -t -O "${#unstable[@]}" unstable < <(failed_once "$log" | sed "s/^/$name: /")
  if [ "$step_failed" -eq 0 ]; then
    echo "ok    $name: $step_passed passed ($((SECONDS - started)) s)"
  else
    mapfile -t -O "${#failures[@]}" failures < <(echo "$name"; failed_titles "$log")
    echo "FAIL  $name: $step_passed passed, $step_failed failed ($((SECONDS - started)) s)"
    grep -vE '^(PASS|ok) |^\s+(✓|at )' "$log" | tail -n 120 | sed 's/^/      /'
  fi
}

# failed_once LOG : titles of tests that ran a second time, and attacks that held only then.
failed_once() {
  sed -nE 's/^ *LOGGING RETRY ERRORS +//p; s/^again +//p' "$1"
}

# failed_titles LOG : titles of tests, and rows of attacks, that failed.
failed_titles() {
  grep -E '^(FAIL |  ● .* › )' "$1" | sort -u | head -n 20 | sed 's/^/    /'
}

# in_background NAME COMMAND… : starts a command that runs at low priority while the next steps run.
in_background() {
  local name=$1
  shift
  # Job control gives it a process group, so that all of it can be ended.
  set -m
  (renice -n 10 "$BASHPID"; "$@") >"$logs/$name.job" 2>&1 &
  jobs[$name]=$!
  set +m
}

# job_ended NAME : the step that waits for a job of `in_background`.
job_ended() {
  step "$1" job_result "$1"
}

job_result() {
  local code
  wait "${jobs[$1]}"
  code=$?
  unset "jobs[$1]"
  cat "$logs/$1.job"
  return "$code"
}

end_jobs() {
  local pid
  for pid in "${jobs[@]}"; do kill -- "-$pid" 2>/dev/null; done
}

# finish : the last lines, and the exit code.
finish() {
  echo "whole run: $((SECONDS / 60)) min"
  if [ "${#unstable[@]}" -gt 0 ]; then printf 'unstable, failed at the first attempt: %s\n' "${unstable[@]}"; fi
  if [ "${#failures[@]}" -gt 0 ]; then printf 'failed: %s\n' "${failures[@]}"; fi
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
