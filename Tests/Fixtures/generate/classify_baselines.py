"""Writes vectors of the n-gram classifiers and of classification figures, made by scikit-learn.

usage: python classify_baselines.py OUT    e.g. python classify_baselines.py ../vectors/classify
Made with scikit-learn 1.9.
"""
import json
import pathlib
import random
import sys

import numpy as np
import sklearn
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report, confusion_matrix, f1_score
from sklearn.naive_bayes import MultinomialNB

out = pathlib.Path(sys.argv[1])
numbers = random.Random(5)

# Texts: words, case, punctuation, digits, underscores, other scripts, and runs of white space.
TEXTS = [
    "My card hasn't arrived", "CARD declined at the shop, card declined again!", "a b  cd\tefghij", "x",
    "order_12 costs 3.50€ (naïve café)", "Привет, мир и мир", "e-mail me@example.org", "... ?!", "ÀB àb",
]

TOPICS = {
    "card": "card arrive lost stolen pin number post".split(),
    "bill": "bill charge twice refund invoice number".split(),
    "login": "password reset login code number post".split(),
    "app": "app crash slow screen update".split(),
}
SHARED = "my the please help why is again today".split()


def rows(count):
    for _ in range(count):
        label = numbers.choice(["card", "card", "bill", "login", "app"])
        words = numbers.choices(TOPICS[label], k=3) + numbers.choices(SHARED, k=4)
        if numbers.random() < 0.3:
            words += numbers.choices(TOPICS[numbers.choice(list(TOPICS))], k=2)
        numbers.shuffle(words)
        yield " ".join(words), label


def sparse(matrix):
    matrix = matrix.tocsr()
    matrix.sort_indices()
    return [[[int(c), float(v)] for c, v in zip(row.indices, row.data)] for row in matrix]


train, test = list(zip(*rows(60))), list(zip(*rows(15)))
names = sorted(set(train[1]))
y = np.array([names.index(label) for label in train[1]])
z = np.array([names.index(label) for label in test[1]])
vectorizer = CountVectorizer(token_pattern=r"(?u)\w+", ngram_range=(1, 2))
counts, test_counts = vectorizer.fit_transform(train[0]), vectorizer.transform(test[0])
weights = np.array([0.5 + 0.25 * (i % 4) for i in range(len(y))])
tfidf = TfidfTransformer(sublinear_tf=True).fit(counts)


def bayes(alpha, sample_weight=None):
    model = MultinomialNB(alpha=alpha).fit(counts, y, sample_weight=sample_weight)
    return {"alpha": alpha, "log_probabilities": model.predict_log_proba(test_counts).tolist()}


def logistic(strength, sample_weight=None):
    model = LogisticRegression(C=strength, tol=1e-12, max_iter=100_000, solver="newton-cg")
    model.fit(counts, y, sample_weight=sample_weight)
    return {
        "C": strength, "log_probabilities": model.predict_log_proba(test_counts).tolist(),
        "norm": float(np.linalg.norm(model.coef_)),
    }


def figures(actual, predicted, classes):
    report = classification_report(
        actual, predicted, labels=range(classes), output_dict=True, zero_division=0)
    return {
        "classes": classes, "actual": actual, "predicted": predicted,
        "confusion": confusion_matrix(actual, predicted, labels=range(classes)).tolist(),
        "accuracy": float(np.mean(np.array(actual) == np.array(predicted))),
        "macro_f1": float(f1_score(actual, predicted, average="macro", zero_division=0)),
        "precision": [report[str(k)]["precision"] for k in range(classes)],
        "recall": [report[str(k)]["recall"] for k in range(classes)],
        "f1": [report[str(k)]["f1-score"] for k in range(classes)],
        "support": [int(report[str(k)]["support"]) for k in range(classes)],
    }


def n_grams(**options):
    analyzer = CountVectorizer(**options).build_analyzer()
    return [sorted(analyzer(text)) for text in TEXTS]


out.mkdir(parents=True, exist_ok=True)
(out / "baselines.json").write_text(json.dumps({
    "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
    "n_grams": {
        "texts": TEXTS,
        "words": n_grams(token_pattern=r"(?u)\w+", ngram_range=(1, 2)),
        "characters": n_grams(analyzer="char_wb", ngram_range=(3, 5)),
    },
    "features": counts.shape[1], "classes": len(names), "y": y.tolist(), "weights": weights.tolist(),
    "counts": sparse(counts), "test_counts": sparse(test_counts),
    "tfidf": sparse(tfidf.transform(counts)), "test_tfidf": sparse(tfidf.transform(test_counts)),
    "naive_bayes": [bayes(1.0), bayes(0.1)], "weighted_naive_bayes": bayes(0.5, weights),
    "logistic_regression": [logistic(1.0), logistic(10.0)],
    "weighted_logistic_regression": logistic(2.0, weights),
    "figures": [
        figures([0, 0, 1, 1, 2, 2, 2], [0, 1, 1, 1, 2, 0, 2], 3),
        figures([0, 0, 1], [0, 3, 1], 5),
        figures([2, 2], [0, 0], 3),
        figures(z.tolist(), MultinomialNB().fit(counts, y).predict(test_counts).tolist(), len(names)),
    ],
}))
