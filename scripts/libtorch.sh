#!/usr/bin/env bash
# Puts libtorch 2.4.0 for the processor (what the crate `tch` 0.17 binds) into a folder, from the wheels on PyPI:
#
#     scripts/libtorch.sh [FOLDER]        # default: target/libtorch; a folder that is whole is left as it is
#     export LIBTORCH=$PWD/target/libtorch LIBTORCH_CXX11_ABI=0
#     cargo build --release --features rust-bert
#
# About 800 MB are downloaded, 480 MB stay. Linux on x86-64, with python3 and pip. On another system, or for CUDA, take
# libtorch 2.4.0 from pytorch.org and set LIBTORCH to it (without LIBTORCH_CXX11_ABI for the "cxx11 ABI" one).
set -euo pipefail
cd "$(dirname "$0")/.."

version=2.4.0
target=${1:-target/libtorch}
fail() { echo "libtorch.sh: $*" >&2; exit 1; }

if [ -f "$target/lib/libtorch_cpu.so" ] && [ "$(cat "$target/build-version" 2>/dev/null)" = "$version" ]; then
  echo "libtorch.sh: $target holds libtorch $version"
  exit 0
fi
[ "$(uname -sm)" = "Linux x86_64" ] || fail "only for Linux on x86-64, this is $(uname -sm); set LIBTORCH to a libtorch $version of your own"
command -v python3 >/dev/null || fail "python3 is missing"
python3 -m pip --version >/dev/null 2>&1 || fail "python3 has no pip"
command -v "${CC:-cc}" >/dev/null || fail "a C compiler is missing (${CC:-cc})"
command -v "${CXX:-c++}" >/dev/null || fail "a C++ compiler is missing (${CXX:-c++}); the crate torch-sys needs it"

mkdir -p "$(dirname "$target")"
work=$(mktemp -d "$(dirname "$target")/libtorch.XXXXXX")
trap 'rm -rf "$work"' EXIT
# The wheel for processors and graphics cards is the only one on PyPI; what it needs of CUDA to start are two small
# libraries, the rest of it is left out below.
python3 -m pip download --quiet --disable-pip-version-check --no-deps --python-version 3.11 --only-binary=:all: \
  --platform manylinux1_x86_64 --dest "$work/wheels" \
  "torch==$version" nvidia-cuda-runtime-cu12==12.1.105 nvidia-cuda-cupti-cu12==12.1.105 \
  || fail "the wheels cannot be downloaded from PyPI"
python3 - "$work" <<'PYTHON' || fail "the wheels are not as expected"
import pathlib, shutil, sys, zipfile

work = pathlib.Path(sys.argv[1])
libraries = ("libc10.so", "libtorch_cpu.so", "libgomp-", "libcudart.so.12", "libcupti.so.12")
for wheel in sorted((work / "wheels").glob("*.whl")):
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            path = pathlib.PurePosixPath(entry.filename)
            if path.parts[:2] == ("torch", "include") and not entry.is_dir():
                to = work / "libtorch" / "include" / pathlib.Path(*path.parts[2:])
            elif path.parent.name == "lib" and path.name.startswith(libraries):
                to = work / "libtorch" / "lib" / path.name
            else:
                continue
            to.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as source, open(to, "wb") as copy:
                shutil.copyfileobj(source, copy)
PYTHON
# The wheel's own libtorch.so is empty too, but asks for the CUDA libraries.
echo | "${CC:-cc}" -shared -x c - -o "$work/libtorch/lib/libtorch.so"
echo "$version" > "$work/libtorch/build-version"
rm -rf "$target"
mv "$work/libtorch" "$target"
echo "libtorch.sh: libtorch $version is in $target"
