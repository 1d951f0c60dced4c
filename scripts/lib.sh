# Sourced by the scripts beside it: one voice for what they do, what is missing, and how long it took.
# Written for bash 3.2 too, so that `make run` works where that is the system's bash.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
target_dir=${CARGO_TARGET_DIR:-$root/target}
# Tools that the project builds for itself stay inside it.
tools=$root/target/tools
export PATH="$tools/bin:$PATH"

say() { printf '%s: %s\n' "${0##*/}" "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# need COMMAND WHERE-TO-GET-IT
need() { command -v "$1" >/dev/null 2>&1 || die "'$1' is missing: $2"; }

# timed TEXT COMMAND...: says TEXT, runs COMMAND, says how long it took.
timed() {
  local text=$1 begun=$SECONDS
  shift
  say "$text"
  "$@" || return
  say "$text: done in $((SECONDS - begun)) s"
}

# npm_packages FOLDER: installs exactly what FOLDER's lock file names, unless that was done already.
npm_packages() {
  local folder=$1 want
  want=$(cat "$folder/package-lock.json" && node --version && uname -sm)
  [ "$(cat "$folder/node_modules/.installed" 2>/dev/null)" != "$want" ] || return 0
  need npm "it comes with Node.js 20 or newer"
  timed "installing the npm packages of $folder" \
    npm ci --prefix "$folder" --no-fund --no-audit --loglevel=error || return
  printf '%s\n' "$want" >"$folder/node_modules/.installed"
}
