"""Copy the installed onnxruntime so that it takes this processor for one with AVX2 and nothing newer.

    python avx2_only.py FOLDER      # then PYTHONPATH=FOLDER

ONNX Runtime has no switch for this. It asks the processor itself, in two places that are found by their bytes:
`xgetbv` tells which registers the system saves (answered with those of AVX, so AVX-512 is off), and leaf 7.1 of
`cpuid` tells of AVX-VNNI (answered with nothing).
"""

import glob
import importlib.util
import os
import shutil
import sys

CHANGES = [
    # xor ecx, ecx; xgetbv; mov eax, eax: then xgetbv is mov al, 7; nop
    (b"\x31\xc9\x0f\x01\xd0\x89\xc0", b"\x31\xc9\xb0\x07\x90\x89\xc0"),
    # mov eax, 7; mov ecx, 1; cpuid; test al, 0x10: then cpuid is xor eax, eax
    (b"\xb8\7\0\0\0\xb9\1\0\0\0\x0f\xa2\xa8\x10", b"\xb8\7\0\0\0\xb9\1\0\0\0\x31\xc0\xa8\x10"),
]


def main():
    (folder,) = sys.argv[1:]
    package = os.path.dirname(importlib.util.find_spec("onnxruntime").origin)
    (library,) = glob.glob(os.path.join(package, "capi", "onnxruntime_pybind11_state*.so"))
    with open(library, "rb") as file:
        code = file.read()
    for question, answer in CHANGES:
        if question not in code:
            sys.exit(f"avx2_only.py: {library} asks the processor in another way; nothing is measured")
        code = code.replace(question, answer)
    copy = os.path.join(folder, "onnxruntime")
    shutil.copytree(package, copy)
    with open(os.path.join(copy, "capi", os.path.basename(library)), "wb") as file:
        file.write(code)


main()
