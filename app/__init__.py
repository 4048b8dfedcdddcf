"""万物识别 (Wanwu): recognise pictures, with Chinese labels, on PyTorch and TorchScript."""

__version__ = "0.1.0"

# Where new versions are published; a fork writes its own address here.
RELEASES = "https://github.com/wanwu-app/wanwu/releases"
