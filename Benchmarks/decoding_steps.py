"""Decodes greedily with transformers and times each step, for `decoding`.

Takes one argument, a JSON object: model, threads, sequences, tokens to add to each, and a prompt; made-up ids without one.
Prints one JSON object as its last line: the rate of the median step in tokens a second, and the ids of the first sequence.
"""

import json
import os
import statistics
import sys
import time

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import torch  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer, LogitsProcessor, LogitsProcessorList  # noqa: E402

PROMPT_TOKENS = 16


class Marks(LogitsProcessor):
    """When the logits of each step were there."""

    def __init__(self):
        self.times = []

    def __call__(self, input_ids, scores):
        self.times.append(time.perf_counter())
        return scores


def main():
    job = json.loads(sys.argv[1])
    torch.set_num_threads(job["threads"])
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_pretrained(job["model"], dtype=torch.float32).eval()
    if job["prompt"]:
        ids = AutoTokenizer.from_pretrained(job["model"])(job["prompt"], return_tensors="pt")["input_ids"]
    else:
        ids = torch.randint(0, model.config.vocab_size, (job["sequences"], PROMPT_TOKENS))
    # Nothing ends a sequence: every round takes as many steps.
    model.generation_config.eos_token_id = None
    marks = Marks()
    with torch.no_grad():
        found = model.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=job["tokens"],
            pad_token_id=0, logits_processor=LogitsProcessorList([marks]))
    steps = [after - before for before, after in zip(marks.times, marks.times[1:])]
    print(json.dumps({
        "rate": job["sequences"] / statistics.median(steps), "ids": found[0, ids.shape[1]:].tolist(),
    }))


main()
