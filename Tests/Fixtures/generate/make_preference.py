"""Writes vectors for KTO, ORPO, SimPO and for options of DPO that the golden set leaves out.

KTO and DPO are TRL 1.16's trainers as they are; ORPO is `trl.experimental.orpo`, except that `logits/*` are means over
answer tokens (TRL's are over every position of the padded batch, prompts and padding included) and that `entropy` and
`mean_token_accuracy` are left out. SimPO is the formula of its paper (Meng et al. 2024, eq. 6) under autograd, on the
batches, the optimiser and the log of TRL's DPO trainer.

usage: python make_preference.py GOLDEN OUT   (GOLDEN holds models/ and data/preference.jsonl)"""
import json, os, pathlib, sys, tempfile
os.environ["HF_HUB_OFFLINE"] = "1"; os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
import torch, transformers, trl
import torch.nn.functional as F
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import DPOConfig, DPOTrainer, KTOConfig, KTOTrainer
from trl.experimental.orpo import ORPOConfig, ORPOTrainer

transformers.logging.set_verbosity_error()
torch.set_num_threads(1); torch.use_deterministic_algorithms(True)
golden, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
tokenizer = AutoTokenizer.from_pretrained(golden / "models/llama")
rows = [json.loads(line) for line in (golden / "data/preference.jsonl").read_text().splitlines()]
pairs = [dict(prompt=r["prompt"], chosen=r["chosen"], rejected=r["rejected"]) for r in rows]


def load(name="llama"):
    return AutoModelForCausalLM.from_pretrained(golden / "models" / name, dtype=torch.float32)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class Keep(TrainerCallback):
    def __init__(self):
        self.rows = []

    def on_log(self, args, state, control, logs=None, **_):
        if "loss" in logs:
            figures = {k: float(v) for k, v in logs.items() if isinstance(v, (int, float))}
            self.rows.append(dict(step=state.global_step, **figures))


VERSIONS = dict(torch=torch.__version__, transformers=transformers.__version__, trl=trl.__version__)
BASE = dict(bf16=False, use_cpu=True, gradient_checkpointing=False, weight_decay=0.1, lr_scheduler_type="linear", warmup_steps=2,
            max_steps=10, train_sampling_strategy="sequential", logging_steps=1, report_to="none", save_strategy="no",
            disable_tqdm=True, per_device_train_batch_size=4, max_grad_norm=1.0, dataloader_drop_last=False, learning_rate=1e-3)


def case(path, trainer_class, config_class, data, config, extra=None, **arguments):
    """Trains ten steps and keeps the arguments, the log and per final tensor its sum, L2 norm and first three values."""
    keep, values = Keep(), {**BASE, **config}
    model = load()
    arguments_of_run = config_class(output_dir=f"{tempfile.gettempdir()}/vectors/{path}", **values)
    trainer = trainer_class(model=model, args=arguments_of_run, train_dataset=Dataset.from_list(data), processing_class=tokenizer,
                            callbacks=[keep], **arguments)
    trainer.train()
    final = {n: [float(p.double().sum()), float(p.double().norm()), *map(float, p.detach().flatten()[:3])]
             for n, p in trainer.model.named_parameters()}
    write(out / f"{path}.json", json.dumps(dict(versions=VERSIONS, config=values, **(extra or {}), log=keep.rows, final=final), indent=1))
    print(path, [round(r["loss"], 5) for r in keep.rows[:4]], flush=True)


# ---- DPO: options that the golden set leaves out ---------------------------------------------------------------
def dpo(name, extra=None, reference=None, **config):
    case(f"dpo/{name}", DPOTrainer, DPOConfig, pairs, dict(beta=0.1, **config), extra,
         **(dict(ref_model=load(reference)) if reference else {}))


dpo("alpha_divergence", loss_type=["sigmoid"], f_divergence_type="alpha_divergence", f_alpha_divergence_coef=0.3)
dpo("hinge_forward_kl", loss_type=["hinge", "sigmoid_norm"], f_divergence_type="forward_kl")
dpo("sync_ref_model", loss_type=["sigmoid"], sync_ref_model=True, ref_model_mixup_alpha=0.6, ref_model_sync_steps=3)
dpo("aot_smoothed", loss_type=["aot", "aot_unpaired"], loss_weights=[1.0, 0.5], label_smoothing=0.1)
dpo("wpo_mixture", loss_type=["sigmoid_norm", "apo_zero"], loss_weights=[1.0, 0.5], use_weighting=True)
dpo("ld_with_sft", loss_type=["sigmoid", "sft"], loss_weights=[1.0, 0.25], ld_alpha=0.3)
dpo("truncated", loss_type=["ipo"], max_length=26)
dpo("other_reference", extra=dict(reference="qwen2"), reference="qwen2", loss_type=["discopop"], discopop_tau=0.2)

# ---- KTO ---------------------------------------------------------------------------------------------------------
feedback = []
for index, row in enumerate(rows):
    if index % 3 != 2: feedback.append(dict(prompt=row["prompt"], completion=row["chosen"], label=True))
    if index % 3 != 1: feedback.append(dict(prompt=row["prompt"], completion=row["rejected"], label=False))
feedback = feedback[:30]  # the last batch of an epoch has two rows
write(out / "kto/data/feedback.jsonl", "".join(json.dumps(r) + "\n" for r in feedback))


def kto(name, **config):
    case(f"kto/{name}", KTOTrainer, KTOConfig, feedback, config)


kto("kto", beta=0.1)
kto("weighted", beta=0.5, desirable_weight=1.33, undesirable_weight=0.8)
kto("apo_zero_unpaired", beta=0.3, loss_type="apo_zero_unpaired")
kto("truncated", beta=0.2, max_length=26)
kto("sync_ref_model", beta=0.3, sync_ref_model=True, ref_model_mixup_alpha=0.4, ref_model_sync_steps=2)


# ---- ORPO --------------------------------------------------------------------------------------------------------
class AnswerLogitsORPOTrainer(ORPOTrainer):
    """Logs the mean logits over answer tokens."""

    def concatenated_forward(self, model, batch):
        result = super().concatenated_forward(model, batch)
        self.answer_logits = {}
        for side, logits in (("chosen", result[2]), ("rejected", result[3])):
            labels = batch[f"{side}_labels"]
            means = logits[:, : labels.shape[1] - 1].detach().mean(-1)
            self.answer_logits[f"logits/{side}"] = float(means[labels[:, 1:] != -100].mean())
        return result

    def get_batch_loss_metrics(self, model, batch, train_eval="train"):
        loss, metrics = super().get_batch_loss_metrics(model, batch, train_eval)
        return loss, {**metrics, **self.answer_logits}


def orpo(name, **config):
    case(f"orpo/{name}", AnswerLogitsORPOTrainer, ORPOConfig, pairs, config)


orpo("orpo", beta=0.1)
orpo("strong", beta=2.0)
orpo("truncated", beta=0.5, max_length=26)


# ---- SimPO ---------------------------------------------------------------------------------------------------------
class SimPOTrainer(DPOTrainer):
    """SimPO on DPO's batches: -log σ(β (mean log π(chosen) - mean log π(rejected)) - γ), γ = β · gamma_beta_ratio."""

    gamma_beta_ratio, smoothing = 0.0, 0.0

    def _compute_loss(self, model, inputs, return_outputs):
        ids, mask = inputs["input_ids"], inputs["completion_mask"][:, 1:].float()
        logits = model(input_ids=ids, attention_mask=inputs["attention_mask"]).logits[:, :-1]
        logps = torch.log_softmax(logits, -1).gather(-1, ids[:, 1:, None])[..., 0]
        means = (logps * mask).sum(1) / mask.sum(1)
        chosen, rejected = means.chunk(2)
        margin = self.beta * (chosen - rejected - self.gamma_beta_ratio)
        loss = (-(1 - self.smoothing) * F.logsigmoid(margin) - self.smoothing * F.logsigmoid(-margin)).mean()
        with torch.no_grad():
            self._total_train_tokens += int(inputs["attention_mask"].sum())
            masks, averages = mask.bool().chunk(2), logits.mean(-1).chunk(2)
            distribution = torch.log_softmax(logits, -1)
            entropy = -(distribution.exp() * distribution).sum(-1)
            right = (logits.argmax(-1) == ids[:, 1:]).chunk(2)[0]
            figures = {
                "rewards/chosen": self.beta * chosen.mean(), "rewards/rejected": self.beta * rejected.mean(),
                "rewards/accuracies": (chosen > rejected).float().mean(),
                "rewards/margins": self.beta * (chosen - rejected).mean(),
                "logps/chosen": chosen.mean(), "logps/rejected": rejected.mean(),
                "logits/chosen": averages[0][masks[0]].mean(), "logits/rejected": averages[1][masks[1]].mean(),
                "entropy": entropy[mask.bool()].mean(), "mean_token_accuracy": right[masks[0]].float().mean(),
                "num_tokens": torch.tensor(float(self._total_train_tokens))}
            for name, value in figures.items(): self._metrics["train"][name] = [value.item()]
        return loss


def simpo(name, beta, gamma_beta_ratio, label_smoothing=0.0, **config):
    SimPOTrainer.gamma_beta_ratio, SimPOTrainer.smoothing = gamma_beta_ratio, label_smoothing
    own = dict(gamma_beta_ratio=gamma_beta_ratio, label_smoothing=label_smoothing)
    case(f"simpo/{name}", SimPOTrainer, DPOConfig, pairs, dict(beta=beta, **config), dict(simpo=own))


simpo("simpo", beta=2.0, gamma_beta_ratio=0.25)
simpo("smoothed", beta=2.5, gamma_beta_ratio=0.55, label_smoothing=0.1)
simpo("truncated", beta=2.0, gamma_beta_ratio=0.0, max_length=26)
