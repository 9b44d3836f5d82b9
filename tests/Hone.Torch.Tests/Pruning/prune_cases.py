"""Prints what torch.nn.utils.prune does to a convolution and a linear layer, as JSON."""
import json
import torch
from torch import nn
from torch.nn.utils import prune

torch.manual_seed(11)
conv_weight = torch.randn(8, 4, 3, 3)
linear_weight = torch.randn(7, 20)


def conv():
    module = nn.Conv2d(4, 8, 3)
    module.weight.data = conv_weight.clone()
    return module


def linear():
    module = nn.Linear(20, 7)
    module.weight.data = linear_weight.clone()
    return module


def tensor(t):
    return {"shape": list(t.shape), "data": t.flatten().tolist()}


def apply(module, *steps):
    for step in steps:
        step(module)
    return tensor(module.weight_mask)


scores = torch.rand(8, 4, 3, 3)
masks = {
    "l1_fraction": apply(conv(), lambda m: prune.l1_unstructured(m, "weight", 0.37)),
    "l1_count": apply(conv(), lambda m: prune.l1_unstructured(m, "weight", 17)),
    "l1_scores": apply(conv(), lambda m: prune.l1_unstructured(m, "weight", 0.5, importance_scores=scores)),
    "l2_dim0": apply(conv(), lambda m: prune.ln_structured(m, "weight", 0.4, n=2, dim=0)),
    "l1_dim1": apply(conv(), lambda m: prune.ln_structured(m, "weight", 2, n=1, dim=1)),
    "linf_last": apply(conv(), lambda m: prune.ln_structured(m, "weight", 1, n=float("inf"), dim=-1)),
    "l1_then_l1": apply(conv(), *[lambda m: prune.l1_unstructured(m, "weight", 0.5)] * 2),
    "l1_then_l2_dim0": apply(
        conv(), lambda m: prune.l1_unstructured(m, "weight", 0.3), lambda m: prune.ln_structured(m, "weight", 0.25, n=2, dim=0)),
    "l2_dim0_then_l1": apply(
        conv(), lambda m: prune.ln_structured(m, "weight", 0.25, n=2, dim=0), lambda m: prune.l1_unstructured(m, "weight", 0.3)),
    "l2_dim0_then_dim1": apply(
        conv(), lambda m: prune.ln_structured(m, "weight", 0.25, n=2, dim=0), lambda m: prune.ln_structured(m, "weight", 0.5, n=2, dim=1)),
}

a, b = conv(), linear()
prune.l1_unstructured(b, "weight", 0.2)
prune.global_unstructured([(a, "weight"), (b, "weight")], pruning_method=prune.L1Unstructured, amount=0.6)
masks["global_conv"] = tensor(a.weight_mask)
masks["global_linear"] = tensor(b.weight_mask)

# Two steps of training under a mask: what reaches the original, and what remain removes.
trained = linear()
trained.bias.data.zero_()
prune.l1_unstructured(trained, "weight", 0.5)
optimizer = torch.optim.SGD(trained.parameters(), 0.1, momentum=0.9)
x = torch.randn(5, 20)
for _ in range(2):
    optimizer.zero_grad()
    trained(x).square().mean().backward()
    optimizer.step()
original = tensor(trained.weight_orig.detach())
prune.remove(trained, "weight")

print(json.dumps({
    "conv_weight": tensor(conv_weight), "linear_weight": tensor(linear_weight), "scores": tensor(scores), "masks": masks,
    "x": tensor(x), "trained_original": original, "trained_weight": tensor(trained.weight.detach())}))
