"""What the bundle does without, and why: patterns of paths as they would lie in the bundle."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal


@dataclass(frozen=True, slots=True)
class Cut:
    """Files that are left out.

    Attributes:
        why: what they are, for the report.
        patterns: shell patterns of paths with slashes, `torch/test/*`; `*` also stands for slashes.
        keep: exceptions, in the same form.
        of: `source` only leaves out the source text of a Python module, and keeps its compiled form.
    """

    why: str
    patterns: tuple[str, ...]
    keep: tuple[str, ...] = ()
    of: Literal["all", "source"] = "all"

    def covers(self, path: str) -> bool:
        """Whether this leaves out `path`."""
        return _matches(path, self.patterns) and not _matches(path, self.keep)


def _matches(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


# Handed to PyInstaller, which then does not follow their own imports either.
PACKAGES = (
    "huggingface_hub", "hf_xet", "httpx2", "httpcore2", "httpx", "requests", "urllib3",  # timm's downloads
    "safetensors", "yaml", "fsspec", "networkx", "jinja2", "markupsafe", "tqdm", "triton",
    "onnx", "onnxscript", "onnxruntime", "openvino", "pyarrow", "pandas", "scipy", "matplotlib",
    "tkinter", "setuptools", "pip", "PyInstaller", "pytest", "_pytest", "mypy", "IPython", "hypothesis",
    "ssl", "_ssl", "lib2to3", "pydoc_data", "idlelib", "ensurepip", "test",
)  # fmt: skip

# Qt is linked against these, or loads them, on any desktop. Taking them from the system lets them fit its
# graphics drivers, fonts and input methods, and get its security updates.
_SYSTEM_LIBRARIES = tuple(
    f"{name}.so*" for name in (
        "libX11", "libX11-xcb", "libXau", "libXdmcp", "libXext", "libXi", "libXrandr", "libXrender",
        "libXcursor",
        "libXfixes", "libXcomposite", "libXdamage", "libXinerama", "libxcb", "libxcb-glx",
        "libGL", "libEGL", "libGLX", "libGLdispatch", "libOpenGL", "libdrm", "libgbm",
        "libfontconfig", "libfreetype", "libexpat", "libpng16", "libbrotlicommon", "libbrotlidec",
        "libharfbuzz",
        "libgraphite2", "libfribidi", "libglib-2.0", "libgthread-2.0", "libgobject-2.0", "libgio-2.0",
        "libgmodule-2.0", "libpcre2-8", "libselinux", "libmount", "libblkid", "libdbus-1", "libsystemd",
        "libgcrypt", "libgpg-error", "libcap", "liblz4", "libstdc++", "libgcc_s", "libbsd", "libmd",
        "libgssapi_krb5", "libkrb5", "libkrb5support", "libk5crypto", "libcom_err", "libkeyutils",
        "libresolv",
        "libwayland-client", "libwayland-cursor", "libwayland-egl", "libwayland-server", "libz",
    )
)  # fmt: skip
_GTK_LIBRARIES = tuple(
    f"{name}*.so*" for name in (
        "libgtk-3", "libgdk-3", "libgdk_pixbuf", "libatk", "libatspi", "libcairo", "libpango", "libpixman",
        "libepoxy", "libthai", "libdatrie", "libjpeg",
    )
)  # fmt: skip

CUTS = (
    Cut("PyTorch's tests", ("torch/test/*", "torch/lib/*_test.so", "torch/lib/*backend_with_compiler*")),
    Cut("PyTorch's tools", ("torch/bin/*", "torch/_C_flatbuffer*"), keep=("torch/bin/torch_shm_manager*",)),
    Cut("headers", ("torch/include/*", "torch/share/*", "*.pyi", "*.lib", "*.cmake", "*.h", "*.hpp")),
    Cut("debugging symbols of Windows", ("*.pdb",)),
    Cut(
        "PyTorch's own test helpers",
        ("torch/testing/_internal/*",),
        keep=(
            "torch/testing/_internal/__init__.py",
            "torch/testing/_internal/common_dtype.py",
            "torch/testing/_internal/logging_tensor.py",
            "torch/testing/_internal/distributed/__init__.py",
            "torch/testing/_internal/distributed/fake_pg.py",
        ),
    ),
    Cut(
        "the code generators of torch.compile, which is refused in a frozen program",
        (
            "torch/_inductor/codegen/*", "torch/_inductor/kernel/*", "torch/_inductor/fx_passes/*",
            "torch/_inductor/autoheuristic/*", "torch/_inductor/lowering.py", "torch/_inductor/ir.py",
            "torch/_inductor/scheduler.py", "torch/_inductor/select_algorithm.py", "torch/_inductor/graph.py",
            "torch/_inductor/pattern_matcher.py", "torch/_vendor/quack/*", "torch/lib/libaoti_custom_ops*",
        ),
    ),
    Cut(
        "sources of PyTorch that TorchScript does not read",
        ("torch/*.py",),
        keep=("torch/nn/*", "torch/jit/*", "torch/functional.py", "torch/_jit_internal.py", "torch/ao/*",
              "torch/_lowrank.py", "torch/_linalg_utils.py", "torch/__init__.py", "torch/_VF.py",
              "torch/_tensor.py", "torch/utils/_pytree.py", "torch/distributed/optim/*", "torch/optim/*",
              "*config.py", "*config_*.py"),
        of="source",
    ),
    Cut("torchvision's compiled operators, which no model here uses",
        ("torchvision/*.so", "torchvision/*.pyd", "torchvision/*.dll", "torchvision.libs/*",
         "libcudart*", "libnvjpeg*", "libjpeg.*", "libpng16.1*", "libsharpyuv.*", "libwebp.*", "libz.*")),
    Cut("Pillow's drawing of text", ("PIL/_imagingft.*", *(f"pillow.libs/lib{name}*" for name in (
        "freetype", "harfbuzz", "png", "brotli")))),
    Cut("tests of packages", ("*/tests/*", "*/conftest.py", "numpy/f2py/*", "numpy/distutils/*")),
    Cut("GTK, for a theme that this program does not use", ("*/platformthemes/libqgtk3*", *_GTK_LIBRARIES)),
    Cut("Qt's network module", ("*QtNetwork*", "*Qt6Network*", "*/plugins/tls/*", "*/networkinformation/*",
                                "libssl*")),
    Cut("unused Qt modules", ("*QtOpenGL*", "*Qt6OpenGLWidgets*", "*QtTest*", "*Qt6Test*",
                              "*Qt6Qml*", "*Qt6Quick*", "*Qt6Pdf*", "*Qt6VirtualKeyboard*", "*opengl32sw*",
                              "*d3dcompiler*")),
    Cut(
        "unused Qt plugins",
        (
            "*/plugins/platforms/*", "*/plugins/generic/*", "*/plugins/egldeviceintegrations/*",
            "*/plugins/imageformats/*", "*/plugins/qmltooling/*", "*/plugins/sqldrivers/*",
            "*Qt6EglF*", "*/plugins/printsupport/*",
        ),
        keep=("*/platforms/*xcb*", "*/platforms/*wayland*", "*/platforms/*offscreen*",
              "*/platforms/*windows*", "*/platforms/*cocoa*", "*/imageformats/*svg*",
              "*/imageformats/*jpeg*"),  # icons and samples
    ),
    Cut("translations of Qt into other languages", ("*/translations/*",), keep=("*/qtbase_zh_CN.qm",)),
    Cut("libraries that every Linux desktop has", _SYSTEM_LIBRARIES),
    Cut("records of how packages were installed", ("*.dist-info/*",),
        keep=("*.dist-info/METADATA",)),  # `licences.py` collects the texts
)  # fmt: skip
