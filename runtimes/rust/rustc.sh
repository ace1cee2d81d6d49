#!/bin/sh
# rustc.sh ARGUMENTS: the Rust compiler, on the PATH or where it is for all users: rustup's below
# /usr/local, a distribution's package of one version in /usr/lib.
for folder in /usr/local/cargo/bin /usr/lib/rust-*/bin; do
  PATH=$PATH:$folder
done
# Beside the cargo that rustup has put there; its rustc only looks for the real one.
if [ -z "$RUSTUP_HOME" ] && [ -d /usr/local/rustup ]; then
  export RUSTUP_HOME=/usr/local/rustup
fi
if ! command -v rustc >/dev/null; then
  echo "rustc: not on the PATH, in /usr/local/cargo or in /usr/lib/rust-*" >&2
  exit 127
fi
exec rustc "$@"
