"""Writes GRPO and RLOO golden vectors with TRL 1.16.
usage: python make_group.py GOLDEN OUT SEED   (GOLDEN: a set with models/llama; OUT gets grpo/*.json and rloo/*.json)

Answers are drawn from the policy and recorded, so that a test feeds the same ones; some are ended early and some are
cut off. Two rewards look at ids only: `even`, the share of even ids, and `short`, minus the length over the longest."""
import json, os, pathlib, random, sys, tempfile
os.environ["HF_HUB_OFFLINE"] = "1"
import torch, transformers, trl
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer, RLOOConfig, RLOOTrainer
transformers.logging.set_verbosity_error()
golden, out, seed = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(1)
R, B, G = 10, 8, 4
tok = AutoTokenizer.from_pretrained(golden / "models/llama", padding_side="left")
pick = random.Random(seed)
prompts = [f"{pick.randint(1, 99)} {pick.choice(['plus', 'minus', 'times'])} {pick.randint(1, 9)} is" for _ in range(24)]


def summary(model):
    """Per tensor: sum, L2 norm and the first three values, in float64."""
    return {n: [float(p.double().sum()), float(p.double().norm()), *[float(x) for x in p.detach().flatten()[:3]]]
            for n, p in model.named_parameters()}


def even(completion_ids, **_): return [sum(i % 2 == 0 for i in ids) / len(ids) for ids in completion_ids]
def short(completion_ids, **_): return [-len(ids) / R for ids in completion_ids]


class Keep(TrainerCallback):
    def __init__(self): self.rows = []
    def on_log(self, args, state, control, logs=None, **k):
        self.rows.append({a: float(b) for a, b in logs.items() if isinstance(b, (int, float)) and a != "step_time"})


def recording(base, returns_logprobs):
    class Recorder(base):
        batches = []
        def _generate_single_turn(self, prompt_ids, *rest, **more):
            """Draws answers; the position of the end depends on the answer's number, and every fifth is cut off."""
            g = torch.Generator().manual_seed(seed + len(self.batches)); answers = []
            for b, prompt in enumerate(prompt_ids):
                ids = []
                while len(ids) < R:
                    with torch.no_grad():
                        z = self.model(input_ids=torch.tensor([list(prompt) + ids])).logits[0, -1] / self.temperature
                    z[tok.pad_token_id] = -torch.inf; z[tok.eos_token_id] = -torch.inf
                    ids.append(int(torch.multinomial(torch.softmax(z, -1), 1, generator=g)))
                    if b % 5 != 4 and len(ids) == 3 + (b * 3 + len(self.batches)) % 7: ids.append(tok.eos_token_id); break
                answers.append(ids[:R])
            self.batches.append(dict(queries=[list(map(int, p)) for p in prompt_ids], responses=answers))
            return (answers, None) if returns_logprobs else answers
    return Recorder


def case(kind, name, **config):
    torch.manual_seed(seed)
    trainer, arguments = (GRPOTrainer, GRPOConfig) if kind == "grpo" else (RLOOTrainer, RLOOConfig)
    full = dict(learning_rate=2e-3, per_device_train_batch_size=B, num_generations=G, max_completion_length=R, max_steps=4,
                lr_scheduler_type="linear", weight_decay=0.1, max_grad_norm=1.0, reward_weights=[1.0, 0.5], **config)
    args = arguments(output_dir=f"{tempfile.gettempdir()}/group-{name}", bf16=False, use_cpu=True, report_to="none", logging_steps=1,
                     save_strategy="no", gradient_checkpointing=False, disable_tqdm=True, seed=seed, **full)
    model = AutoModelForCausalLM.from_pretrained(golden / "models/llama", dtype=torch.float32)
    keep, recorder = Keep(), recording(trainer, kind == "grpo")
    recorder.batches = []
    t = recorder(model=model, reward_funcs=[even, short], args=args, train_dataset=Dataset.from_dict(dict(prompt=prompts)),
                 processing_class=tok, callbacks=[keep])
    t.train()
    record = dict(versions=dict(trl=trl.__version__, torch=torch.__version__, transformers=transformers.__version__), seed=seed,
                  config=dict(full, beta=args.beta, temperature=args.temperature, epsilon=args.epsilon, num_iterations=args.num_iterations,
                              eos_id=tok.eos_token_id, loss_type=getattr(args, "loss_type", None)),
                  batches=recorder.batches, log=[r for r in keep.rows if "loss" in r], final=summary(t.model))
    path = out / kind / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record))
    print(kind, name, [(round(r["loss"], 5), round(r.get("clip_ratio/region_mean", 0), 3)) for r in record["log"]], flush=True)


case("grpo", "dapo")
case("grpo", "grpo_kl", loss_type="grpo", beta=0.1, temperature=0.7)
case("grpo", "dr_grpo_unscaled", loss_type="dr_grpo", scale_rewards="none")
case("grpo", "bnpo_batch_scaled", loss_type="bnpo", scale_rewards="batch", epsilon_high=0.28)
case("grpo", "dapo_two_iterations_kl", num_iterations=2, beta=0.05, epsilon=0.1, epsilon_high=0.15)
case("grpo", "grpo_kl_uncorrected", loss_type="grpo", beta=0.1, num_iterations=2, use_bias_correction_kl=False)
case("grpo", "grpo_masked", loss_type="grpo", mask_truncated_completions=True)
case("grpo", "dr_grpo_masked_kl", loss_type="dr_grpo", beta=0.1, mask_truncated_completions=True, num_iterations=2)
case("grpo", "sequence_level", loss_type="grpo", importance_sampling_level="sequence", num_iterations=4, epsilon=0.02, beta=0.02)
case("grpo", "two_sided", num_iterations=4, epsilon=0.05, delta=1.1)
case("rloo", "defaults")
case("rloo", "clipped_normalized", beta=0.0, normalize_advantages=True, reward_clip_range=[-0.2, 0.25], num_iterations=2)
case("rloo", "two_iterations_kl", beta=0.3, num_iterations=2, epsilon=0.1, epsilon_high=0.2, temperature=0.8)
case("rloo", "masked", mask_truncated_completions=True, num_iterations=2)
