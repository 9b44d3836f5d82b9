"""Exports the sequence models of the bench with random weights: ONNX, TorchScript in several types, an input and PyTorch's output.

Usage: export_sequence_models.py OUT_DIR MODEL [MODEL ...]
MODEL is bert, bert-ragged, lstm, gru, or attention-TOKENS. Needs python3-torch. Random weights do: speed does not depend on them.
"""
import math
import pathlib
import sys
import warnings

import torch
from torch import nn

warnings.filterwarnings("ignore")


class Recurrent(nn.Module):
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network(x)[0]


class Layer(nn.Module):
    """One encoder layer as the common BERT implementations write it."""

    def __init__(self, size, heads, inner):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(size, size) for _ in range(4))
        self.first, self.second = nn.Linear(size, inner), nn.Linear(inner, size)
        self.norm1, self.norm2 = nn.LayerNorm(size, eps=1e-12), nn.LayerNorm(size, eps=1e-12)
        self.heads, self.depth = heads, size // heads

    def split(self, x):
        return x.view(x.size(0), x.size(1), self.heads, self.depth).permute(0, 2, 1, 3)

    def forward(self, x, mask):
        q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        scores = torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(self.depth) + mask
        context = torch.matmul(scores.softmax(-1), v).permute(0, 2, 1, 3).contiguous()
        x = self.norm1(self.out(context.view(x.size(0), x.size(1), -1)) + x)
        return self.norm2(self.second(nn.functional.gelu(self.first(x))) + x)


class Encoder(nn.Module):
    """Token numbers in, as floats so that every bench case has one float input; token 0 is padding."""

    def __init__(self, layers=12, size=768, heads=12, inner=3072, words=1000):
        super().__init__()
        self.words, self.positions = nn.Embedding(words, size), nn.Parameter(torch.randn(128, size) * 0.1)
        self.layers = nn.ModuleList(Layer(size, heads, inner) for _ in range(layers))

    def forward(self, tokens):
        tokens = tokens.long()
        mask = (1 - (tokens != 0)[:, None, None, :].to(self.positions.dtype)) * -10000.0
        x = self.words(tokens) + self.positions[: tokens.size(1)]
        for layer in self.layers:
            x = layer(x, mask)
        return x


class Attention(nn.Module):
    def forward(self, x):
        q, k, v = x[0], x[1], x[2]
        return torch.matmul((torch.matmul(q, k.transpose(-1, -2)) / 8).softmax(-1), v)


def build(name):
    if name == "lstm":
        return Recurrent(nn.LSTM(512, 512, 2)), torch.randn(100, 1, 512)
    if name == "gru":
        return Recurrent(nn.GRU(256, 256)), torch.randn(100, 1, 256)
    if name.startswith("attention-"):
        return Attention(), torch.randn(3, 1, 12, int(name[10:]), 64)
    if name == "bert":
        return Encoder(), torch.randint(1, 1000, (1, 128)).float()
    model = Encoder()  # first, so that the weights are those of bert
    tokens = torch.randint(1, 1000, (16, 128)).float()
    for i in range(16):
        tokens[i, round(16 + i * 112 / 15):] = 0
    return model, tokens


out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
for name in sys.argv[2:]:
    torch.manual_seed(0)
    model, x = build(name)
    model.eval()
    with torch.no_grad():
        y = model(x)
    (out / f"{name}.input.bin").write_bytes(x.numpy().tobytes())
    (out / f"{name}.output.bin").write_bytes(y.numpy().tobytes())
    if name == "bert-ragged":
        continue  # the files of bert take any batch and length
    with torch.no_grad():
        torch.jit.trace(model, x, check_trace=False).save(str(out / f"{name}.pt"))
        axes = {"input": {0: "batch", 1: "length"}, "output": {0: "batch", 1: "length"}} if name == "bert" else None
        torch.onnx.export(model, x, str(out / f"{name}.onnx"), opset_version=13, input_names=["input"], output_names=["output"], dynamic_axes=axes)
        if not name.startswith("attention"):
            quantized = torch.quantization.quantize_dynamic(model, {nn.Linear, nn.LSTM, nn.GRU}, dtype=torch.qint8)
            torch.jit.trace(quantized, x, check_trace=False).save(str(out / f"{name}.int8.pt"))
        if name == "bert":
            torch.jit.trace(model.bfloat16(), x, check_trace=False).save(str(out / f"{name}.bf16.pt"))
