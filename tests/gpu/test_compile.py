"""Every CUDA source is compiled by the compiler that CuPy uses (NVRTC), or by nvcc; no GPU is needed for that."""

import ctypes
import importlib.util
import shutil
import subprocess
from pathlib import Path

import emulator
import pytest

from teachkeras.kernels import gpu

FAMILIES = sorted(path.stem for path in gpu.HERE.glob("*.cu") if path.stem not in ("common", "windows"))
ARCHITECTURE = "compute_75"  # Turing: the oldest that CUDA 13 compiles for


def nvrtc():
    """Return NVRTC as a library, or None: from NVIDIA's wheels, or where the toolkit or the system has it."""
    places = []
    for package in ("nvidia.cuda_nvrtc", "nvidia.cu13"):
        try:
            spec = importlib.util.find_spec(package)
        except ModuleNotFoundError:
            continue
        roots = spec.submodule_search_locations if spec else ()
        places += [p for root in roots for p in sorted(Path(root).glob("lib/libnvrtc.so*"))]
    places += sorted(Path("/usr/local/cuda/lib64").glob("libnvrtc.so*"))
    for name in [*map(str, places), "libnvrtc.so"]:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def compiled_by_nvrtc(library, code):
    """Return (PTX or "", the compiler's log)."""
    program, size = ctypes.c_void_p(), ctypes.c_size_t()
    assert not library.nvrtcCreateProgram(ctypes.byref(program), code.encode(), b"k.cu", 0, None, None)
    options = [b"--std=c++14", f"--gpu-architecture={ARCHITECTURE}".encode()]
    failed = library.nvrtcCompileProgram(program, len(options), (ctypes.c_char_p * len(options))(*options))
    library.nvrtcGetProgramLogSize(program, ctypes.byref(size))
    log = ctypes.create_string_buffer(size.value)
    library.nvrtcGetProgramLog(program, log)
    if failed:
        return "", log.value.decode()
    library.nvrtcGetPTXSize(program, ctypes.byref(size))
    text = ctypes.create_string_buffer(size.value)
    library.nvrtcGetPTX(program, text)
    return text.value.decode(), log.value.decode()


def compiled_by_nvcc(code, folder):
    (folder / "k.cu").write_text(code, encoding="utf-8")
    command = ["nvcc", "-ptx", f"-arch={ARCHITECTURE}", "-o", str(folder / "k.ptx"), str(folder / "k.cu")]
    done = subprocess.run(command, capture_output=True, text=True)
    return "" if done.returncode else (folder / "k.ptx").read_text(encoding="utf-8"), done.stderr


@pytest.mark.parametrize("family", FAMILIES)
def test_source_compiles(family, tmp_path):
    code = gpu.source(family)
    if (library := nvrtc()) is not None:
        ptx, log = compiled_by_nvrtc(library, code)
    elif shutil.which("nvcc"):
        ptx, log = compiled_by_nvcc(code, tmp_path)
    else:
        pytest.skip("neither NVRTC nor nvcc is here: pip install nvidia-cuda-nvrtc-cu12")
    assert ptx, log
    for name in emulator.kernels(code):
        assert f".entry {name}(" in ptx
    assert " .f64" not in ptx and ".f64 " not in ptx, "a float64 number in a float32 kernel"


def test_a_fault_is_found():
    library = nvrtc() or pytest.skip("NVRTC is not here")
    ptx, log = compiled_by_nvrtc(library, 'extern "C" __global__ void k(float* x) { x[0] = nothing; }')
    assert not ptx and "nothing" in log
