"""Writes tiny models of every architecture in variants that the golden set lacks, and what transformers makes of them.

usage: python architectures.py OUT [SEED]     (Tests/Fixtures/vectors/architectures was written with seed 5)

OUT/<case>/ is a model directory without tokenizer (any with at most 300 tokens fits) and expected.json:
- language models: `cases` of `ids`, `token_logps` of ids[1:], `last_logits` and `grads` of the mean loss per tensor as
  [sum, L2 norm, first three values]
- classifiers: `cases` of `ids` and `scores`, one number per label
- `inverse_frequencies` of the rotary positions, in float32, where the architecture has them

Made with transformers 5.23.0 on torch 2.15, float32, one thread."""
import json
import pathlib
import sys

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification
from transformers import GPT2Config, GPTNeoXConfig, LlamaConfig, Qwen2Config

VOCABULARY = 300
LLAMA3 = dict(rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=32)


def randomise(model, seed):
    """Moves what starts at 0 or 1 too, so that a swapped or missing tensor shows."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            spread = 0.1 if parameter.dim() == 1 else 0.25
            parameter.add_(torch.randn(parameter.shape, generator=generator) * spread)


def sequences(seed, longest):
    generator = torch.Generator().manual_seed(seed + 1)
    return [torch.randint(4, VOCABULARY, (length,), generator=generator).tolist() for length in (3, 17, longest)]


def language_case(model, ids):
    tokens = torch.tensor([ids])
    model.zero_grad()
    output = model(input_ids=tokens, labels=tokens)
    output.loss.backward()
    logps = output.logits[0, :-1].double().log_softmax(-1).gather(-1, tokens[0, 1:, None])[:, 0]
    grads = {
        name: [float(p.grad.double().sum()), float(p.grad.double().norm()), *p.grad.flatten()[:3].tolist()]
        for name, p in model.named_parameters()
    }
    return dict(ids=ids, token_logps=logps.tolist(), last_logits=output.logits[0, -1].tolist(), grads=grads)


def score_case(model, ids):
    with torch.no_grad():
        return dict(ids=ids, scores=model(input_ids=torch.tensor([ids])).logits[0].tolist())


def edit(path, change):
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values, indent=1) + "\n")


def numbers(value):
    """All numbers of a case, in order."""
    if isinstance(value, (int, float)):
        return [value]
    return [number for item in (value.values() if isinstance(value, dict) else value) for number in numbers(item)]


def write(out, name, config, seed, labels=0, change=None, tensors=None, longest=48):
    """`change` edits config.json, `tensors` the dictionary of tensors; transformers must read the same model."""
    directory = out / name
    kind = AutoModelForSequenceClassification if labels else AutoModelForCausalLM
    torch.manual_seed(seed)
    model = kind.from_config(config).float().eval()
    randomise(model, seed)
    model.save_pretrained(directory)
    (directory / "generation_config.json").unlink(missing_ok=True)
    edit(directory / "config.json", change or (lambda values: None))
    if tensors:
        file = directory / "model.safetensors"
        with safe_open(file, "pt") as source:
            found = {key: source.get_tensor(key) for key in source.keys()}
        save_file(tensors(found), file, metadata={"format": "pt"})
    read = kind.from_pretrained(directory, dtype=torch.float32).eval()
    rows = sequences(seed, longest)
    expected = dict(cases=[(score_case if labels else language_case)(read, ids) for ids in rows])
    for wanted, ids in zip(expected["cases"], rows):
        again = numbers((score_case if labels else language_case)(model, ids))
        difference = max(abs(a - b) / max(1, abs(a)) for a, b in zip(numbers(wanted), again, strict=True))
        assert difference < 1e-5, f"{name}: transformers reads another model, {difference}"
    rotary = [buffer for key, buffer in read.named_buffers() if key.endswith("rotary_emb.inv_freq")]
    if rotary:
        expected["inverse_frequencies"] = rotary[0].tolist()
    (directory / "expected.json").write_text(json.dumps(expected) + "\n")
    print(name, len(expected["cases"]), sum(p.numel() for p in read.parameters()))


def main():
    out, seed = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    torch.set_num_threads(1)
    ids = dict(bos_token_id=0, eos_token_id=0, pad_token_id=1)
    gated = dict(vocab_size=VOCABULARY, hidden_size=16, intermediate_size=24, num_hidden_layers=2,
                 num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64, initializer_range=0.1, **ids)
    neox = dict(vocab_size=VOCABULARY, hidden_size=20, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2,
                max_position_embeddings=64, hidden_dropout=0.0, attention_dropout=0.0, initializer_range=0.1, **ids)
    gpt2 = dict(vocab_size=VOCABULARY, n_embd=16, n_layer=2, n_head=4, n_positions=64, resid_pdrop=0.0, embd_pdrop=0.0,
                attn_pdrop=0.0, initializer_range=0.1, **ids)

    def version4(values):
        """How transformers 4 wrote scaled positions."""
        scaling = values.pop("rope_parameters")
        values["rope_theta"] = scaling.pop("rope_theta")
        values["rope_scaling"] = scaling

    def version4_linear(values):
        version4(values)
        values["rope_scaling"]["type"] = values["rope_scaling"].pop("rope_type")

    def version4_neox(values):
        parameters = values.pop("rope_parameters")
        values.update(rotary_pct=parameters["partial_rotary_factor"], rotary_emb_base=parameters["rope_theta"])
        del values["attention_bias"]

    write(out, "llama_llama3", LlamaConfig(**{**gated, "hidden_size": 32, "rope_parameters": LLAMA3}), seed)
    write(out, "llama_llama3_version4", LlamaConfig(
        **{**gated, "hidden_size": 32, "rope_parameters": LLAMA3}, tie_word_embeddings=True), seed + 1, change=version4)
    write(out, "llama_linear_version4", LlamaConfig(**gated, rope_parameters=dict(
        rope_type="linear", factor=4.0, rope_theta=10000.0)), seed + 2, change=version4_linear)
    write(out, "llama_biases_head_dim", LlamaConfig(
        **gated, attention_bias=True, mlp_bias=True, head_dim=6, rms_norm_eps=1e-5), seed + 3)
    write(out, "qwen2_untied_linear", Qwen2Config(**gated, tie_word_embeddings=False, rope_parameters=dict(
        rope_type="linear", factor=2.0, rope_theta=1000000.0)), seed + 4)
    write(out, "gpt_neox_sequential", GPTNeoXConfig(
        **neox, use_parallel_residual=False, attention_bias=False, hidden_act="gelu_new",
        rope_parameters=dict(rope_type="default", rope_theta=5000.0, partial_rotary_factor=0.3)), seed + 5)
    write(out, "gpt_neox_version4_tied", GPTNeoXConfig(
        **neox, tie_word_embeddings=True, rope_parameters=dict(
            rope_type="default", rope_theta=20000.0, partial_rotary_factor=0.5)), seed + 6, change=version4_neox)

    def bare(tensors):
        """The first GPT-2's file: the trunk's names alone, and the masks that attention kept as buffers."""
        renamed = {key.removeprefix("transformer."): value for key, value in tensors.items()}
        mask = torch.ones(64, 64).tril().view(1, 1, 64, 64)
        return {**renamed, **{f"h.{layer}.attn.bias": mask.clone() for layer in range(2)}}

    write(out, "gpt2_bare_names", GPT2Config(**gpt2), seed + 7, tensors=bare, longest=64,
          change=lambda values: [values.pop(key) for key in ("tie_word_embeddings", "n_inner")])
    write(out, "gpt2_untied_inner", GPT2Config(
        **gpt2, n_inner=40, activation_function="gelu", layer_norm_epsilon=1e-6, tie_word_embeddings=False), seed + 8)

    write(out, "llama_classifier", LlamaConfig(**gated, num_labels=1), seed + 9, labels=1)
    write(out, "qwen2_classifier", Qwen2Config(**gated, num_labels=1, tie_word_embeddings=True), seed + 10, labels=1)
    write(out, "gpt2_classifier", GPT2Config(**gpt2, num_labels=1), seed + 11, labels=1)
    write(out, "gpt_neox_classifier", GPTNeoXConfig(**neox, num_labels=1), seed + 12, labels=1)


if __name__ == "__main__":
    main()
