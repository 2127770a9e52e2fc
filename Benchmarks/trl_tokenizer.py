"""The tokenizer that TRL's side of the benchmarks uses."""

from transformers import AutoTokenizer


def load_tokenizer(model, **options):
    """A tokenizer with a padding token that is not EOS, if it has another: `transformers` takes a classifier's score at the
    last token that is no padding, with EOS for padding one token too early."""
    tokenizer = AutoTokenizer.from_pretrained(model, **options)
    if tokenizer.pad_token in (None, tokenizer.eos_token):
        tokenizer.pad_token = tokenizer.unk_token or tokenizer.eos_token
    return tokenizer
