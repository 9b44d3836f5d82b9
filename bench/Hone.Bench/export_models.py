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
    model = getattr(torchvision.models, name)(weights=None)
    # With the statistics of its own activations every layer's output is of the order of 1: else they fade, and 8-bit outputs would all be 0.
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
    x = torch.randn(1, 3, 224, 224)
    with torch.no_grad():
        model.train()
        for _ in range(2):
            model(torch.randn(4, 3, 224, 224))
        model.eval()
        y = model(x)
        torch.jit.trace(model, x).save(str(out / f"{name}.pt"))
    torch.onnx.export(model, x, str(out / f"{name}.onnx"), opset_version=13, input_names=["input"], output_names=["output"])
    (out / f"{name}.input.bin").write_bytes(x.numpy().tobytes())
    (out / f"{name}.output.bin").write_bytes(y.numpy().tobytes())
