"""Writes golden vectors for low-rank adapters, produced by PEFT 0.21 under transformers 5.23 and TRL 1.16.

usage: python make_lora.py GOLDEN OUT

GOLDEN is the golden set whose models and rows are used. For every case OUT gets
- CASE/: a random adapter as PEFT saves it, which is where the case starts;
- CASE.json: `model`, `task`, `lora` (r, alpha, target_modules, use_rslora); `forward`: ids with their token
  log-probabilities (or their score) under base and adapter; `config`, `log` and `final` of ten training steps as in
  the golden set, `final` of the trained tensors alone, by the names PEFT's files have.
"""
import copy, json, os, pathlib, sys, tempfile
os.environ["HF_HUB_OFFLINE"] = "1"
import peft, torch, transformers, trl
from datasets import Dataset
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer, TrainerCallback
from trl import RewardConfig, RewardTrainer, SFTConfig, SFTTrainer

golden, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
transformers.logging.set_verbosity_error()
out.mkdir(parents=True, exist_ok=True)

BASE = dict(learning_rate=5e-3, weight_decay=0.1, lr_scheduler_type="linear", warmup_steps=2, max_steps=10,
            per_device_train_batch_size=4, max_grad_norm=1.0)
FIXED = dict(bf16=False, use_cpu=True, gradient_checkpointing=False, train_sampling_strategy="sequential",
             logging_steps=1, report_to="none", save_strategy="no", disable_tqdm=True, dataloader_drop_last=False)

CASES = {
    "llama_default": dict(model="llama", r=4, alpha=8),
    "llama_all_linear": dict(model="llama", r=3, alpha=7, target_modules="all-linear"),
    "llama_ends": dict(model="llama", r=2, alpha=2, target_modules=["self_attn.k_proj", "up_proj", "down_proj"],
                       use_rslora=True),
    "qwen2_default": dict(model="qwen2", r=4, alpha=8),
    "gpt2_default": dict(model="gpt2", r=4, alpha=8),
    "gpt2_all_linear": dict(model="gpt2", r=1, alpha=4, target_modules="all-linear"),
    "gpt_neox_default": dict(model="gpt_neox", r=4, alpha=8),
    "gpt_neox_all_linear": dict(model="gpt_neox", r=2, alpha=6, target_modules="all-linear"),
    "reward_default": dict(model="llama_reward", r=4, alpha=8, task="SEQ_CLS"),
}


def rows(name):
    return [json.loads(line) for line in (golden / "data" / name).read_text().splitlines()]


def load(case):
    auto = AutoModelForSequenceClassification if case.get("task") == "SEQ_CLS" else AutoModelForCausalLM
    return auto.from_pretrained(golden / "models" / case["model"], dtype=torch.float32).eval()


def make_adapter(name, case, seed):
    """A random adapter, saved by PEFT; fresh ones have B = 0 and would not show a wrong scale."""
    config = LoraConfig(r=case["r"], lora_alpha=case["alpha"], task_type=case.get("task", "CAUSAL_LM"),
                        target_modules=case.get("target_modules"), use_rslora=case.get("use_rslora", False))
    model = get_peft_model(load(case), config)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.1)
    # PEFT names the base by its path; the set must not depend on where it was made.
    for saved in model.peft_config.values():
        saved.base_model_name_or_path = f"golden/models/{case['model']}"
    model.save_pretrained(out / name)
    (out / name / "README.md").unlink(missing_ok=True)
    path = out / name / "adapter_config.json"
    config = json.loads(path.read_text())
    config["target_modules"] = sorted(config["target_modules"])
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def adapted(name, case):
    return PeftModel.from_pretrained(load(case), out / name, is_trainable=True)


def forward(model, case, tokenizer):
    records = []
    for row in rows("sft.jsonl")[:3]:
        ids = tokenizer(row["prompt"] + row["completion"])["input_ids"]
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([ids])).logits
        if case.get("task") == "SEQ_CLS":
            records.append(dict(ids=ids, score=float(logits[0, 0])))
        else:
            logps = torch.log_softmax(logits[0, :-1].double(), -1).gather(-1, torch.tensor(ids)[1:, None])[:, 0]
            records.append(dict(ids=ids, token_logps=logps.tolist()))
    return records


class Keep(TrainerCallback):
    def __init__(self):
        self.rows = []

    def on_log(self, args, state, control, logs=None, **kwargs):
        numbers = {k: float(v) for k, v in logs.items() if isinstance(v, (int, float))}
        if "loss" in numbers:
            self.rows.append(dict(step=state.global_step, **numbers))


def train(name, case, tokenizer):
    keep = Keep()
    is_reward = case.get("task") == "SEQ_CLS"
    trainer, arguments = (RewardTrainer, RewardConfig) if is_reward else (SFTTrainer, SFTConfig)
    data = rows("preference.jsonl" if is_reward else "sft.jsonl")
    columns = ("prompt", "chosen", "rejected") if is_reward else ("prompt", "completion")
    data = [{column: row[column] for column in columns} for row in data]
    with tempfile.TemporaryDirectory() as work:
        run = trainer(model=adapted(name, case), args=arguments(output_dir=work, **BASE, **FIXED),
                      train_dataset=Dataset.from_list(data), processing_class=copy.deepcopy(tokenizer),
                      callbacks=[keep])
        run.train()
    final = {key: [float(value.double().sum()), float(value.double().norm()), *value.flatten()[:3].tolist()]
             for key, value in get_peft_model_state_dict(run.model).items()}
    return keep.rows, final


tokenizer = AutoTokenizer.from_pretrained(golden / "models/llama")
for seed, (name, case) in enumerate(CASES.items()):
    make_adapter(name, case, seed)
    records = forward(adapted(name, case).eval(), case, tokenizer)
    log, final = train(name, case, tokenizer)
    lora = {key: case[key] for key in ("r", "alpha", "target_modules", "use_rslora") if key in case}
    record = dict(model=case["model"], task=case.get("task", "CAUSAL_LM"), lora=lora, forward=records, config=BASE,
                  log=log, final=final)
    (out / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n")
    print(name, [round(row["loss"], 4) for row in log][:3], flush=True)
versions = dict(peft=peft.__version__, torch=torch.__version__, transformers=transformers.__version__,
                trl=trl.__version__)
(out / "MANIFEST.json").write_text(json.dumps(versions, indent=1) + "\n")
