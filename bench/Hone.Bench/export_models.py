"""Exports the torchvision models of the bench with random weights: ONNX, TorchScript, an input and PyTorch's output.

Usage: export_models.py OUT_DIR MODEL [MODEL ...]
Needs python3-torch and python3-torchvision. Random weights do: speed does not depend on them.
"""
import pathlib
import sys
import warnings

import torch
import torchvision

warnings.filterwarnings("ignore")
out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
for name in sys.argv[2:]:
    torch.manual_seed(0)
    model = getattr(torchvision.models, name)(weights=None).eval()
    x = torch.randn(1, 3, 224, 224)
    with torch.no_grad():
        y = model(x)
        torch.jit.trace(model, x).save(str(out / f"{name}.pt"))
    torch.onnx.export(model, x, str(out / f"{name}.onnx"), opset_version=13, input_names=["input"], output_names=["output"])
    (out / f"{name}.input.bin").write_bytes(x.numpy().tobytes())
    (out / f"{name}.output.bin").write_bytes(y.numpy().tobytes())
