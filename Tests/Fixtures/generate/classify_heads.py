"""Writes vectors of sequence-classification heads: logits, losses and gradients of transformers' XForSequenceClassification.

usage: python classify_heads.py GOLDEN OUT    e.g. python classify_heads.py ../golden ../vectors/classify
Trunks are those of GOLDEN/models; the head's weights are part of the vectors. Made with transformers 5.23, torch 2.15.
"""
import json
import pathlib
import sys

import torch
import transformers

LABELS = ["billing", "export", "login"]
TARGETS = [2, 0, 1]
WEIGHTS = [0.5, 2.0, 1.25]

golden, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


def gradients(model, loss):
    model.zero_grad()
    loss.backward()
    return {
        name: [float(p.grad.double().sum()), float(p.grad.double().norm()), *p.grad.flatten()[:3].tolist()]
        for name, p in model.named_parameters()
    }


result = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__}, "labels": LABELS,
          "targets": TARGETS, "weights": WEIGHTS, "models": {}}
for name in ("llama", "qwen2", "gpt2", "gpt_neox"):
    torch.manual_seed(11)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        golden / "models" / name, dtype=torch.float32, num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)), label2id={l: i for i, l in enumerate(LABELS)})
    model.eval()
    torch.nn.init.normal_(model.score.weight, std=0.3)
    cases = json.loads((golden / "forward" / f"{name}.json").read_text())["cases"]
    ids = [case["ids"][: 5 + 9 * index] for index, case in enumerate(cases)]
    width = max(map(len, ids))
    pad = model.config.pad_token_id
    batch = torch.tensor([row + [pad] * (width - len(row)) for row in ids])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in ids])
    logits = model(input_ids=batch, attention_mask=mask).logits
    targets = torch.tensor(TARGETS)
    loss = torch.nn.functional.cross_entropy(logits, targets)
    weighted = torch.nn.functional.cross_entropy(logits, targets, weight=torch.tensor(WEIGHTS))
    result["models"][name] = {
        "ids": ids, "score": model.score.weight.detach().flatten().tolist(), "logits": logits.tolist(),
        "loss": float(loss), "weighted_loss": float(weighted), "weighted_grads": gradients(model, weighted),
    }
out.mkdir(parents=True, exist_ok=True)
(out / "heads.json").write_text(json.dumps(result))
