#!/usr/bin/env bash
# Runs the tests of the encoder and its kernels as 64-bit ARM code, in an emulator, on a processor of another kind.
#
#     scripts/test-arm.sh [CPU]      # CPU of the emulator: max (default), cortex-a53 (no 8-bit dot product), ...
#
# Needs the packages qemu-user-static, gcc-aarch64-linux-gnu, g++-aarch64-linux-gnu and libc6-dev-arm64-cross (their names
# in Debian and Ubuntu) and the Rust target: rustup target add aarch64-unknown-linux-gnu
set -euo pipefail
cd "$(dirname "$0")/.."

target=aarch64-unknown-linux-gnu
for program in qemu-aarch64-static aarch64-linux-gnu-gcc aarch64-linux-gnu-g++; do
  command -v "$program" > /dev/null || { echo "$0: $program is missing; the packages are named in this file" >&2; exit 1; }
done
export CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc CXX_aarch64_unknown_linux_gnu=aarch64-linux-gnu-g++
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64-static -cpu ${1:-max} -L /usr/aarch64-linux-gnu"
cargo test --target "$target" --lib ner::native -- --nocapture
