"""Writes small tokenizers in the form of known families with what tokenizers makes of hard texts, and what transformers
renders of conversations.

usage: python tokenizers_and_chats.py OUT [SEED]     (Tests/Fixtures/vectors/{tokenizers,chats} were written with seed 3)

OUT/tokenizers/<family>/ holds tokenizer.json and cases.json, a list of `text`, `ids`, `decoded` and `skipped` (decoded
without special tokens). The pre-tokenizers, normalizers, post-processors and decoders are those of the families' files;
vocabulary and merges are trained on a few lines.
OUT/chats/<name>.json holds `template`, `bos`, `eos`, the `family`, and `cases` of `messages`, `prompt` (whether the
generation prompt is added) and `text`, null where the template refuses.

Made with tokenizers 0.23.3 and transformers 5.23.0."""
import json
import pathlib
import random
import sys

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers.utils.chat_template_utils import render_jinja_template

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
DEEPSEEK3 = (r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
             r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")

LINES = ["The quick brown fox jumps over the lazy dog, didn't it? They'll say we've won.", "naïve café, e\u0301tude",
         "def f(x):\n    return x ** 2  # 12345 + 678", "Größe 3,14 € und 100%", "日本語と漢字、한국어", "привет мир"] * 9

FRAGMENTS = ["the", "Hello", "DON'T", "it's", "we’re", "'S", "'ſ", "'LL", "'", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t",
             "\u3000", "\u00a0", "\u200b", "\u2028", "\u0085", "\u001c", "\0", "123", "1234567", "½", "²", "٣٤٥", "Ⅷ", "é",
             "e\u0301", "\u0301", "a\u0323\u0307", "日本語", "かな", "한국어", "ไทย", "हिन्दी", "العربية", "ß", "ﬁ", "Å", "😀",
             "👨‍👩‍👧", "🇩🇪", "\ufeff", "\ufffd", "<s>", "</s>", "<|end|>", "<0x41>", "▁", "Ġ", "!?", "...", "—", "_x_", "$5",
             "\\", "`", "\U0010ffff", "\U00020000", "\U0001005a\u0323", "\u1100\u1161\u11a8", "\u0958", "#include", "(a)"]


def split(pattern, behavior="isolated"):
    return pre_tokenizers.Split(Regex(pattern), behavior=behavior, invert=False)


def byte_level(regex=False):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=regex)


def families():
    sequence = pre_tokenizers.Sequence
    yield "gpt2", None, byte_level(True), False
    yield "gpt_neox", normalizers.NFC(), byte_level(True), False
    yield "llama3", None, sequence([split(LLAMA3), byte_level()]), True
    yield "qwen2", normalizers.NFC(), sequence([split(QWEN2), byte_level()]), False
    yield "deepseek_v3", normalizers.Sequence([]), sequence(
        [split(r"\p{N}{1,3}"), split("[一-龥぀-ゟ゠-ヿ]+"), split(DEEPSEEK3), byte_level()]), False
    yield "deepseek_coder", normalizers.Sequence([]), sequence(
        [split("[\r\n]"), split(r"\s?\p{L}+"), split(r"\s?\p{P}+"), split(r"\s+$"), split("[一-龥ࠀ-一가-퟿]+"),
         pre_tokenizers.Digits(individual_digits=True), byte_level()]), False


def train_byte_level(normalizer, pre_tokenizer, begins):
    tokenizer = Tokenizer(models.BPE(ignore_merges=begins))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(LINES, trainers.BpeTrainer(
        vocab_size=420, special_tokens=["<s>", "<|end|>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    bytes_only = processors.ByteLevel(trim_offsets=False)
    start = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 0)])
    tokenizer.post_processor = processors.Sequence([bytes_only, start]) if begins else bytes_only
    return tokenizer


def train_llama2(prepend):
    """Llama 2 as transformers 5 writes it: Metaspace, byte fallback."""
    spaces = [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme=prepend, split=False)
    tokenizer.train_from_iterator([word for line in LINES for word in line.split()], trainers.BpeTrainer(
        vocab_size=420, special_tokens=["<unk>", "<s>", "</s>"] + spaces, show_progress=False, limit_alphabet=60))
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(content=" ", left=1)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    content = json.loads(tokenizer.to_str())
    content["added_tokens"] = [token for token in content["added_tokens"] if token["id"] < 3]
    return Tokenizer.from_str(json.dumps(content))


def write_tokenizer(folder, tokenizer, generator):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=False) + "\n")
    texts = [""] + FRAGMENTS + [
        "".join(generator.choice(FRAGMENTS) for _ in range(generator.randrange(2, 12))) for _ in range(120)]
    cases = []
    for text in texts:
        ids = tokenizer.encode(text).ids
        cases.append(dict(text=text, ids=ids, decoded=tokenizer.decode(ids, skip_special_tokens=False),
                          skipped=tokenizer.decode(ids, skip_special_tokens=True)))
    (folder / "cases.json").write_text(json.dumps(cases, ensure_ascii=True) + "\n")


CHATML = ("{% for message in messages %}DEFAULT{{'<|im_start|>' + message['role'] + '\n' + message['content'] + "
          "'<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
DEFAULT = ("{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nSYSTEM<|im_end|>\n' }}"
           "{% endif %}")
TURNS = ("{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must "
         "alternate user/assistant/user/assistant/...') }}{% endif %}")
TEMPLATES = {
    "qwen2": ("chatml", "", "<|im_end|>", CHATML.replace("DEFAULT", DEFAULT.replace(
        "SYSTEM", "You are a helpful assistant."))),
    "smollm2": ("smollm", "<|im_start|>", "<|im_end|>", CHATML.replace("DEFAULT", DEFAULT.replace(
        "SYSTEM", "You are a helpful AI assistant named SmolLM, trained by Hugging Face"))),
    "llama3": ("llama3", "<|begin_of_text|>", "<|eot_id|>",
               "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = "
               "'<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + "
               "'<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}"
               "{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}"
               "{% endif %}"),
    "zephyr": ("zephyr", "<s>", "</s>",
               "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + "
               "message['content'] + eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + "
               "message['content'] + eos_token }}\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + "
               "message['content'] + eos_token }}\n{% endif %}\n{% if loop.last and add_generation_prompt %}\n"
               "{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}"),
    "mistral": ("mistral", "<s>", "</s>",
                "{{ bos_token }}{% for message in messages %}" + TURNS + "{% if message['role'] == 'user' %}"
                "{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}"
                "{{ message['content'] + eos_token + ' ' }}{% else %}{{ raise_exception('Only user and assistant roles "
                "are supported!') }}{% endif %}{% endfor %}"),
    "llama2": ("mistral", "<s>", "</s>",
               "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = "
               "messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}"
               "{% endif %}{% for message in loop_messages %}" + TURNS + "{% if loop.index0 == 0 and system_message != "
               "false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}"
               "{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}"
               "{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}"
               "{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"),
}
CONTENTS = ["", "a", "Hi there", " x ", "\n", "\t b\n\n", "'q' \"d\" {{ x }} {% y %}", "<think>x</think>y", "日本 e\u0301",
            "</s>", "<|im_end|>", "\u00a0z\u3000", "\u001c k", "a\r\nb"]


def conversation(generator):
    roles = ["system"] if generator.random() < 0.4 else []
    if generator.random() < 0.8:
        roles += [("user", "assistant")[turn % 2] for turn in range(generator.randrange(1, 7))]
    else:
        roles += [generator.choice(["user", "assistant", "system", "tool"]) for _ in range(generator.randrange(1, 5))]
    return [dict(role=role, content=generator.choice(CONTENTS)) for role in roles]


def write_chat(file, family, bos, eos, template, generator):
    cases = []
    for _ in range(60):
        messages, prompt = conversation(generator), generator.random() < 0.5
        special = {name: text for name, text in dict(bos_token=bos, eos_token=eos).items() if text}
        try:
            text = render_jinja_template(
                conversations=[messages], chat_template=template, add_generation_prompt=prompt, **special)[0][0]
        except Exception:
            text = None
        cases.append(dict(messages=messages, prompt=prompt, text=text))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(dict(template=template, bos=bos, eos=eos, family=family, cases=cases)) + "\n")


def main():
    out, seed = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    for name, normalizer, pre_tokenizer, begins in families():
        write_tokenizer(out / "tokenizers" / name, train_byte_level(normalizer, pre_tokenizer, begins),
                        random.Random(seed))
    for prepend in ("first", "always"):
        write_tokenizer(out / "tokenizers" / f"llama2_{prepend}", train_llama2(prepend), random.Random(seed))
    for name, (family, bos, eos, template) in TEMPLATES.items():
        write_chat(out / "chats" / f"{name}.json", family, bos, eos, template, random.Random(seed))


main()
