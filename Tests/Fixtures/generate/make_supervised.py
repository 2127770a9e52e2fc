"""Writes vectors for options of SFT that the golden set leaves out, produced by TRL 1.16.

`train/CASE.json` is a training in the form of the golden set; packed rows reach the model as TRL sends them, in one
sequence with restarting positions, so that the attention is cut at their borders. `packs.json` holds, per strategy and
capacity, the lengths of rows and the packs that TRL makes of them, as [row, first token, tokens] per piece.

usage: python make_supervised.py GOLDEN OUT   (GOLDEN holds models/ and data/)"""
import json, os, pathlib, random, sys, tempfile
os.environ["HF_HUB_OFFLINE"] = "1"
import torch, transformers, trl
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import SFTConfig, SFTTrainer, pack_dataset

transformers.logging.set_verbosity_error()
torch.set_num_threads(1); torch.use_deterministic_algorithms(True)
golden, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
VERSIONS = dict(torch=torch.__version__, transformers=transformers.__version__, trl=trl.__version__)


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1) + "\n")


def rows(name):
    return [json.loads(line) for line in (golden / "data" / name).read_text().splitlines()]


# ---- packs ---------------------------------------------------------------------------------------------------------
def packs(lengths, strategy, capacity):
    """Row r's token t is the number r * 4096 + t, so that a piece tells where it is from."""
    data = Dataset.from_dict({"input_ids": [[r * 4096 + t for t in range(n)] for r, n in enumerate(lengths)]})
    found = []
    for ids in pack_dataset(data, capacity, strategy)["input_ids"]:
        pieces = []
        for token in ids:
            if pieces and token == pieces[-1][0] * 4096 + sum(pieces[-1][1:]):
                pieces[-1][2] += 1
            else:
                pieces.append([token // 4096, token % 4096, 1])
        found.append(pieces)
    return found


draw = random.Random(7)
cases = []
for strategy in ("bfd", "bfd_split", "wrapped"):
    for count, longest, capacity in ((40, 30, 16), (60, 90, 64), (12, 5, 100), (1100, 9, 40)):
        lengths = [draw.randint(1, longest) for _ in range(count)]
        cases.append(dict(strategy=strategy, capacity=capacity, lengths=lengths,
                          packs=packs(lengths, strategy, capacity)))
(out / "packs.json").parent.mkdir(parents=True, exist_ok=True)
(out / "packs.json").write_text(json.dumps(dict(versions=VERSIONS, cases=cases), separators=(",", ":")) + "\n")


# ---- trainings -----------------------------------------------------------------------------------------------------
class Keep(TrainerCallback):
    def __init__(self):
        self.log = []

    def on_log(self, args, state, control, logs=None, **_):
        if "loss" in logs:
            figures = {k: float(v) for k, v in logs.items() if isinstance(v, (int, float))}
            self.log.append(dict(step=state.global_step, **figures))


BASE = dict(bf16=False, use_cpu=True, gradient_checkpointing=False, weight_decay=0.1, lr_scheduler_type="linear", warmup_steps=2,
            max_steps=10, train_sampling_strategy="sequential", logging_steps=1, report_to="none", save_strategy="no",
            disable_tqdm=True, per_device_train_batch_size=4, max_grad_norm=1.0, dataloader_drop_last=False, learning_rate=1e-3)
# The set's ChatML template with what the assistant says marked, its end included, as TRL marks it for its own models.
MARKED = ("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}{% if message['role'] == 'assistant' %}"
          "{% generation %}{{ message['content'] + '<|im_end|>' }}{% endgeneration %}{{ '\n' }}{% else %}"
          "{{ message['content'] + '<|im_end|>\n' }}{% endif %}{% endfor %}"
          "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")


def train(name, data, config, model="llama", template=None):
    keep, values = Keep(), {**BASE, **config}
    tokenizer = AutoTokenizer.from_pretrained(golden / "models" / model)
    if template:
        tokenizer.chat_template = template
    trainer = SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(golden / "models" / model, dtype=torch.float32),
        args=SFTConfig(output_dir=f"{tempfile.gettempdir()}/vectors/{name}", **values), train_dataset=Dataset.from_list(data),
        processing_class=tokenizer, callbacks=[keep])
    trainer.train()
    final = {n: [float(p.double().sum()), float(p.double().norm()), *map(float, p.detach().flatten()[:3])]
             for n, p in trainer.model.named_parameters()}
    write(out / "train" / f"{name}.json", dict(versions=VERSIONS, model=model, config=values, log=keep.log, final=final))
    print(name, [round(r["loss"], 4) for r in keep.log][:4], flush=True)


answers = [dict(prompt=r["prompt"], completion=r["completion"]) for r in rows("sft.jsonl")]
talks = [dict(messages=[dict(role="user", content="Hello?"), dict(role="assistant", content="Yes."), *r["messages"]])
         for r in rows("messages.jsonl")]
replies = [dict(prompt=r["messages"][:-1], completion=r["messages"][-1:]) for r in talks]
write(out / "talks.json", talks)
packed = dict(packing=True, per_device_train_batch_size=2)
train("packed", answers, dict(**packed, max_length=96))
train("packed_dft_gpt2", answers, dict(**packed, max_length=80, loss_type="dft"), "gpt2")
train("packed_split_neox", answers, dict(**packed, max_length=24, packing_strategy="bfd_split"), "gpt_neox")
train("packed_messages_qwen2", talks, dict(**packed, max_length=128), "qwen2")
train("whole", answers, dict(completion_only_loss=False))
train("assistant", talks, dict(assistant_only_loss=True), template=MARKED)
train("reply", replies, dict(), template=MARKED)
train("whole_reply_assistant", replies, dict(assistant_only_loss=True, completion_only_loss=False), template=MARKED)
train("reply_assistant_truncated", replies, dict(assistant_only_loss=True, max_length=72), template=MARKED)
