"""Saves torchvision models with random weights as checkpoints, each with an input and its output as raw float32 files."""
import sys

import torch
import torchvision

torch.manual_seed(5)
folder, size = sys.argv[1], 224
for name in sys.argv[2:]:
    module = getattr(torchvision.models, name)()
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.dim() >= 2:
                torch.nn.init.kaiming_normal_(parameter)
            else:
                parameter.add_(0.1 * torch.randn_like(parameter))
        for key, buffer in module.named_buffers():
            if key.endswith("running_mean"):
                buffer.normal_(0, 0.1)
            elif key.endswith("running_var"):
                buffer.uniform_(0.5, 1.5)
    module.eval()
    x = torch.randn(2, 3, size, size)
    with torch.no_grad():
        y = module(x)
    torch.save(module.state_dict(), f"{folder}/{name}.pth")
    x.numpy().tofile(f"{folder}/{name}.input")
    y.numpy().tofile(f"{folder}/{name}.output")
