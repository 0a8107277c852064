"""Generates the Python code of the contract into a temporary folder and makes it importable: `import stubs`.

A project of your own would run this once, as a build step, and keep what it gives.
"""

import atexit
import pathlib
import shutil
import sys
import tempfile

import grpc_tools
from grpc_tools import protoc

_root = pathlib.Path(__file__).resolve().parents[3]
_folders = [_root / "proto", _root / "third_party" / "protovalidate"]
_well_known = pathlib.Path(grpc_tools.__file__).parent / "_proto"

_stubs = tempfile.mkdtemp(prefix="millrace-stubs-")
atexit.register(shutil.rmtree, _stubs)
_files = [str(file.relative_to(folder)) for folder in _folders for file in sorted(folder.rglob("*.proto"))]
_includes = [f"-I{folder}" for folder in [*_folders, _well_known]]
if protoc.main(["protoc", *_includes, f"--python_out={_stubs}", f"--grpc_python_out={_stubs}", *_files]) != 0:
    sys.exit("the stubs could not be generated")
sys.path.insert(0, _stubs)
