"""Runs supervised fine-tuning, a reward model and DPO with TRL, one after the other, and measures them on held-out rows.

Started by `chain` with one argument, a JSON object: model, data, seed, threads, epochs, and the names of the figures of
each stage. Prints one JSON object, the figures of each stage, as its last line.
"""

import json
import os
import pathlib
import sys
import tempfile

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import torch  # noqa: E402
import transformers  # noqa: E402
from datasets import Dataset  # noqa: E402
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification  # noqa: E402
from trl_tokenizer import load_tokenizer  # noqa: E402
from trl import DPOConfig, DPOTrainer, RewardConfig, RewardTrainer, SFTConfig, SFTTrainer  # noqa: E402


def main():
    job = json.loads(sys.argv[1])
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(job["threads"])
    folder = tempfile.mkdtemp()
    tokenizer = load_tokenizer(job["model"])

    def rows(name):
        with open(pathlib.Path(job["data"]) / name, encoding="utf-8") as lines:
            return Dataset.from_list([json.loads(line) for line in lines])

    def policy(path):
        return AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)

    def train(trainer, config, model, data, rate, **more):
        arguments = config(
            output_dir=folder, learning_rate=rate, bf16=False, use_cpu=True, gradient_checkpointing=False,
            report_to="none", save_strategy="no", disable_tqdm=True, logging_steps=1000, seed=job["seed"],
            max_length=512, per_device_train_batch_size=16, per_device_eval_batch_size=16,
            num_train_epochs=job["epochs"], lr_scheduler_type="cosine", warmup_steps=10, weight_decay=0.0, **more)
        made = trainer(
            model=model, args=arguments, train_dataset=rows(f"{data}.train.jsonl"),
            eval_dataset=rows(f"{data}.test.jsonl"), processing_class=tokenizer)
        made.train()
        return made, made.evaluate()

    tuned, sft = train(SFTTrainer, SFTConfig, policy(job["model"]), "sft", 1e-3)
    tuned.save_model(folder + "/sft")
    tokenizer.save_pretrained(folder + "/sft")
    scorer = AutoModelForSequenceClassification.from_pretrained(folder + "/sft", num_labels=1, dtype=torch.float32)
    scorer.config.pad_token_id = tokenizer.pad_token_id
    _, reward = train(RewardTrainer, RewardConfig, scorer, "preference", 5e-4)
    _, dpo = train(DPOTrainer, DPOConfig, policy(folder + "/sft"), "preference", 3e-4, beta=0.1)
    found = {"sft": sft, "reward": reward, "dpo": dpo}
    print(json.dumps({stage: [found[stage][name] for name in names] for stage, names in job["figures"].items()}))


main()
