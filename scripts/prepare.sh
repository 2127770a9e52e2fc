# Sourced by the other scripts: makes sure that Swift and the system libraries are there, and names the folders.
# Sets `root`, the folder of Package.swift.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# shellcheck disable=SC2034 # The scripts that source this use it.
readonly root
readonly minimum_swift=6.2

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $1"
  shift
  for line in "$@"; do say "  hint: $line"; done
  exit 1
}

# Prints the Debian packages of what is missing, one a line.
missing_packages() {
  command -v git >/dev/null || echo git
  if ! command -v pkg-config >/dev/null; then
    printf '%s\n' pkg-config libsqlite3-dev libopenblas-dev libssl-dev zlib1g-dev
    return
  fi
  pkg-config --exists sqlite3 || echo libsqlite3-dev
  # The command is linked with the archive.
  { pkg-config --exists openblas && [[ -e "$(pkg-config --variable=libdir openblas)/libopenblas.a" ]]; } ||
    echo libopenblas-dev
  pkg-config --exists libcrypto || echo libssl-dev
  pkg-config --exists zlib || echo zlib1g-dev
}

# Installs packages with apt-get; the first argument and those up to `--` say how to become root.
install_packages() {
  local become=()
  while [[ $1 != -- ]]; do
    become+=("$1")
    shift
  done
  shift
  local log
  log="$(mktemp)"
  say "Installing $* ..."
  if ! { "${become[@]}" apt-get update -qq &&
    "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
    >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    rm -f "$log"
    fail "apt-get could not install $*"
  fi
  rm -f "$log"
}

require_system_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} == 0)); then return; fi
  if ! command -v apt-get >/dev/null; then
    fail "system packages are missing" \
      "install what your system calls these Debian packages, and run this again: ${missing[*]}"
  elif [[ $(id -u) == 0 ]]; then
    install_packages -- "${missing[@]}"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    install_packages sudo -n -- "${missing[@]}"
  else
    fail "system packages are missing, and installing them needs root" \
      "sudo apt-get update && sudo apt-get install -y ${missing[*]}"
  fi
}

require_swift() {
  local hint="install Swift from https://www.swift.org/install/ and put its usr/bin in PATH"
  command -v swift >/dev/null || fail "Swift $minimum_swift or newer is needed; there is no swift in PATH" "$hint"
  local banner version
  banner="$(swift --version 2>/dev/null)" || fail "swift --version failed" "$hint"
  version="$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$banner" | head -n 1)"
  if [[ -z $version || $(printf '%s\n' "$minimum_swift" "$version" | sort -V | head -n 1) != "$minimum_swift" ]]; then
    fail "Swift $minimum_swift or newer is needed; found ${version:-an unknown version}" "$hint"
  fi
}

require_system_packages
require_swift
