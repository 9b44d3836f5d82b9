"""Exports a torchvision model with random weights, one input batch and the outputs that PyTorch computes for it.

Usage: export_torchvision.py MODEL OUT_DIR [BATCH]
Writes MODEL.onnx, MODEL.input.bin and MODEL.output.bin (float32, little-endian, row-major).
"""
import pathlib
import sys
import warnings

import torch
import torchvision

warnings.filterwarnings("ignore")
name, out = sys.argv[1], pathlib.Path(sys.argv[2])
batch = int(sys.argv[3]) if len(sys.argv) > 3 else 2
torch.manual_seed(0)
model = getattr(torchvision.models, name)(weights=None).eval()
# Random running statistics: with the initial ones (mean 0, variance 1) a wrong fold would go unnoticed.
for module in model.modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        module.running_mean.normal_(0, 0.1)
        module.running_var.uniform_(0.5, 1.5)
        module.weight.data.uniform_(0.5, 1.5)
        module.bias.data.normal_(0, 0.1)
x = torch.randn(batch, 3, 224, 224)
with torch.no_grad():
    y = model(x)
torch.onnx.export(
    model, x, str(out / f"{name}.onnx"), opset_version=13, input_names=["input"], output_names=["output"],
    dynamic_axes={"input": {0: "N"}, "output": {0: "N"}}, do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE)
(out / f"{name}.input.bin").write_bytes(x.numpy().tobytes())
(out / f"{name}.output.bin").write_bytes(y.numpy().tobytes())
print(tuple(x.shape), tuple(y.shape), float(y.abs().max()))
