"""Trains with TRL for a number of steps and writes what `trl` compares: times of steps, losses, memory.

Started by `trl` in its own environment with one argument, a JSON object: trainer, model, scorer (the model with a fresh
head of one output), data, batch, steps, and for PPO the length of answers and of prompts. Prints one JSON object as its
last line.
"""

import json
import os
import resource
import sys
import tempfile
import time

START = time.perf_counter()
os.environ.update(HF_HUB_OFFLINE="1", TRL_EXPERIMENTAL_SILENCE="1", TOKENIZERS_PARALLELISM="false")

import torch  # noqa: E402
import transformers  # noqa: E402
from datasets import Dataset  # noqa: E402
from transformers import (  # noqa: E402
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    TrainerCallback,
)
from trl_tokenizer import load_tokenizer  # noqa: E402


class Marks(TrainerCallback):
    """When each optimiser step ended, and what it logged."""

    def __init__(self):
        self.times, self.losses = [], []

    def on_step_end(self, *_, **__):
        self.times.append(time.perf_counter())

    def on_log(self, _args, _state, _control, logs=None, **_):
        if logs and "loss" in logs:
            self.losses.append(logs["loss"])


def policy(job):
    return AutoModelForCausalLM.from_pretrained(job["model"], dtype=torch.float32)


def scorer(job, tokenizer):
    model = AutoModelForSequenceClassification.from_pretrained(job["scorer"], num_labels=1, dtype=torch.float32)
    model.config.pad_token_id = tokenizer.pad_token_id
    return model


def pairwise_trainer(job, tokenizer, rows, shared, marks):
    """SFT, reward or DPO: trainers of one signature, visiting rows in their order."""
    from trl import DPOConfig, DPOTrainer, RewardConfig, RewardTrainer, SFTConfig, SFTTrainer

    trainer, config = {
        "sft": (SFTTrainer, SFTConfig), "reward": (RewardTrainer, RewardConfig), "dpo": (DPOTrainer, DPOConfig)
    }[job["trainer"]]
    model = scorer(job, tokenizer) if job["trainer"] == "reward" else policy(job)
    arguments = config(**shared, max_steps=job["steps"], train_sampling_strategy="sequential")
    return trainer(
        model=model, args=arguments, train_dataset=Dataset.from_list(rows), processing_class=tokenizer,
        callbacks=[marks])


def ppo_trainer(job, tokenizer, rows, shared, marks):
    from trl.experimental.ppo import PPOConfig, PPOTrainer

    prompts = [{"input_ids": tokenizer(row["prompt"])["input_ids"][: job["prompt"]]} for row in rows]
    arguments = PPOConfig(
        **shared, response_length=job["answer"], total_episodes=job["batch"] * job["steps"], num_ppo_epochs=4,
        num_mini_batches=1, num_sample_generations=0, stop_token="eos",
        local_rollout_forward_batch_size=job["batch"])
    return PPOTrainer(
        args=arguments, processing_class=tokenizer, model=policy(job), ref_model=policy(job),
        reward_model=scorer(job, tokenizer), value_model=scorer(job, tokenizer),
        train_dataset=Dataset.from_list(prompts), callbacks=[marks])


def main():
    job = json.loads(sys.argv[1])
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(job["threads"])
    with open(job["data"], encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    tokenizer = load_tokenizer(job["model"], padding_side="left" if job["trainer"] == "ppo" else "right")
    marks = Marks()
    shared = {
        "output_dir": tempfile.mkdtemp(), "bf16": False, "use_cpu": True, "gradient_checkpointing": False,
        "report_to": "none", "save_strategy": "no", "disable_tqdm": True, "logging_steps": 1,
        "per_device_train_batch_size": job["batch"], "learning_rate": job["rate"],
        "lr_scheduler_type": "constant",
    }
    make = ppo_trainer if job["trainer"] == "ppo" else pairwise_trainer
    trainer = make(job, tokenizer, rows, shared, marks)
    begin = time.perf_counter()
    trainer.train()
    steps = [after - before for before, after in zip([begin, *marks.times], marks.times)]
    print(json.dumps({
        "startup": begin - START, "steps": steps, "losses": marks.losses,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }))


main()
