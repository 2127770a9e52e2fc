"""What the benchmarks share: generated pipelines, and times of commands that are run in turns."""

import pathlib
import random
import resource
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

VERBS = ["open", "close", "check", "print", "save", "share", "move", "find"]
THINGS = ["the report", "my invoice", "a folder", "the chart", "our plan", "that form"]

HEAD = """plumbline: 1
name: generated
params: {seed: 7, rate: 0.001}
sources:
  corpus: {path: corpus.txt, type: text}
  demos: {path: demos.jsonl, type: demonstrations}
  ranked: {path: ranked.jsonl, type: preferences}
stages:
  tokenizer: {kind: tokenizer, corpus: "${sources.corpus}", vocab_size: 300}
  base:
    kind: pretrain
    tokenizer: "${tokenizer.tokenizer}"
    corpus: "${sources.corpus}"
    model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, max_position_embeddings: 128}
    max_length: 64
    batch_size: 4
    max_steps: 1
"""


def stop(message):
    print(f"error: {message}", file=sys.stderr)
    sys.exit(2)


def plumb(path=None):
    """The command to measure: the given one, or the release build."""
    found = pathlib.Path(path) if path else ROOT / ".build/release/plumb"
    if not found.exists():
        stop(f"there is no {found}; run: swift build -c release --product plumb")
    return str(found.resolve())


def environment_with_trl(version):
    """The interpreter of an environment below .build that has this version of TRL; makes it."""
    environment = ROOT / ".build/benchmark-trl" / version
    interpreter = environment / "bin/python"
    if not (environment / "complete").exists():
        print(f"Installing torch, transformers and TRL {version} ...", file=sys.stderr)
        pip = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        packages = ["torch", "transformers==5.*", "datasets", "accelerate", f"trl=={version}.*"]
        for step in ([sys.executable, "-m", "venv", "--clear", environment], [*pip, *packages]):
            if subprocess.run(step, check=False).returncode != 0:
                stop(f"TRL {version} could not be installed")
        (environment / "complete").touch()
    return str(interpreter)


def write_data(directory):
    pairs = [(verb, thing) for verb in VERBS for thing in THINGS]
    corpus = [f"Customer: How do I {v} {t}?\nAgent: Thank you. Please choose {v} and pick {t}.\n" for v, t in pairs]
    demos = [f'{{"prompt": "How do I {v} {t}?", "completion": " Thank you. Choose {v}."}}\n' for v, t in pairs[:12]]
    ranked = [
        f'{{"prompt": "How do I {v} {t}?", "chosen": " Choose {v}.", "rejected": " Not my problem."}}\n'
        for v, t in pairs[:12]
    ]
    (directory / "corpus.txt").write_text("\n".join(corpus), encoding="utf-8")
    (directory / "demos.jsonl").write_text("".join(demos), encoding="utf-8")
    (directory / "ranked.jsonl").write_text("".join(ranked), encoding="utf-8")


def write_pipeline(directory, stages, seed=7):
    """A manifest of so many tiny stages, each trained from one of the twenty before it, with its data.

    Returns the name of the last stage that makes a model.
    """
    choose = random.Random(seed)
    directory.mkdir(parents=True)
    write_data(directory)
    text, models = HEAD, ["base"]
    for number in range(stages - 2):
        kind = choose.choice(["sft", "sft", "reward", "dpo"])
        name = f"{kind}{number}"
        text += f"""  {name}:
    kind: {kind}
    model: "${{{choose.choice(models[-20:])}.model}}"
    data: "${{sources.{"demos" if kind == "sft" else "ranked"}}}"
    max_steps: 1
    batch_size: {choose.choice([2, 4])}
    learning_rate: "${{params.rate}}"
    seed: "${{params.seed}}"
"""
        if kind != "reward":
            models.append(name)
    (directory / "pipeline.yaml").write_text(text, encoding="utf-8")
    return models[-1]


def run(command, directory, expected=(0,)):
    """Runs a command to its end; another exit code than expected ends the benchmark."""
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode not in expected:
        stop(f"{' '.join(map(str, command))} exited with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


class Times:
    """Milliseconds that repetitions of one command took, and those of them that it was computing."""

    HEAD = f"{'min':>8} {'median':>8} {'max':>8} {'cpu':>8}"

    def __init__(self):
        self.values = []
        self.computing = []

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def cells(self):
        """Wall time, and the least CPU time, which other programs on the machine change little."""
        return f"{min(self.values):8.1f} {self.median:8.1f} {max(self.values):8.1f} {min(self.computing):8.1f}"


def computed():
    """Milliseconds that ended child processes have computed so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (usage.ru_utime + usage.ru_stime) * 1000


def measure(cases, repetitions, before=lambda: None):
    """Runs every case once in each round, so that noise of the machine falls on all of them.

    A case is a name, a command, a directory and the exit codes it may have.
    """
    times = {name: Times() for name, *_ in cases}
    for round_number in range(repetitions + 1):
        for name, command, directory, expected in cases:
            before()
            start, cpu = time.perf_counter(), computed()
            run(command, directory, expected)
            # The first round fills the caches of the system.
            if round_number > 0:
                times[name].values.append((time.perf_counter() - start) * 1000)
                times[name].computing.append(computed() - cpu)
    return times
