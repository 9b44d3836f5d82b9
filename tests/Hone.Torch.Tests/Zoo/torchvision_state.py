"""Writes the names and shapes of the state dictionaries of torchvision's models, one "model name size,size" a line."""
import sys

import torchvision

arguments = {"googlenet": {"init_weights": False, "aux_logits": True}, "vgg16": {"init_weights": False}}
with open(sys.argv[1], "w") as file:
    for model in sys.argv[2:]:
        module = getattr(torchvision.models, model)(**arguments.get(model, {}))
        for name, tensor in module.state_dict().items():
            file.write(f"{model} {name} {','.join(map(str, tensor.shape))}\n")
