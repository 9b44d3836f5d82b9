"""Prints distillation losses and their gradients as PyTorch computes them, as JSON."""
import json
import torch
import torch.nn.functional as F

torch.manual_seed(5)


def tensor(t):
    return {"shape": list(t.shape), "data": t.detach().flatten().tolist()}


def case(student, teacher, loss):
    student = student.clone().requires_grad_()
    value = loss(student, teacher)
    value.backward()
    return {"student": tensor(student), "teacher": tensor(teacher), "loss": value.item(), "gradient": tensor(student.grad)}


def attention(x):
    return F.normalize(x.pow(2).mean(1).view(x.size(0), -1))


logits = torch.randn(6, 10) * 3, torch.randn(6, 10) * 3
images = torch.randn(4, 5, 3, 3), torch.randn(4, 8, 3, 3)
print(json.dumps({
    "logits_t4": case(*logits, lambda s, t: F.kl_div(F.log_softmax(s / 4, 1), F.softmax(t / 4, 1), reduction="batchmean") * 16),
    "logits_t1": case(*logits, lambda s, t: F.kl_div(F.log_softmax(s, 1), F.softmax(t, 1), reduction="batchmean")),
    "hidden": case(images[0], images[1][:, :5], lambda s, t: F.mse_loss(s, t)),
    "attention": case(*images, lambda s, t: (attention(s) - attention(t)).pow(2).mean())}))
