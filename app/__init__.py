"""万物识别 (Wanwu): recognise pictures, with Chinese labels, on PyTorch and TorchScript."""

__version__ = "0.1.0"
