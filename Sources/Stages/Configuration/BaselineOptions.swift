import Alignment
import Pipeline

/// Which classifiers over n-grams a fine-tuned one is laid beside, and how they are trained.
struct BaselineOptions: Configurable, Hashable {
  var baselines = TextBaseline.allCases
  var naiveBayes = NaiveBayesOptions()
  var logisticRegression = LogisticRegressionOptions()

  static var fields: [Field<Self>] {
    [
      .list(
        "baselines", \.baselines, of: .choice, "Classifiers trained on the same rows, for comparison."),
      .object("naive_bayes", \.naiveBayes, "Multinomial naive Bayes over words and pairs of words."),
      .object(
        "logistic_regression", \.logisticRegression,
        "Logistic regression over words, pairs of words and 3 to 5 characters within a word."),
    ]
  }

  var problems: [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    if Set(baselines).count < baselines.count {
      problems.append(ConfigurationProblem(key: "baselines", "names a classifier twice"))
    }
    if naiveBayes != NaiveBayesOptions(), !baselines.contains(.naiveBayes) {
      problems.append(
        ConfigurationProblem(
          key: "naive_bayes.alpha", "has no effect without `naive_bayes` among the baselines"))
    }
    if logisticRegression != LogisticRegressionOptions(), !baselines.contains(.logisticRegression) {
      problems.append(
        ConfigurationProblem(
          key: "logistic_regression.C",
          "has no effect without `logistic_regression` among the baselines"))
    }
    return problems
  }

  var training: TextBaseline.Options {
    var options = TextBaseline.Options()
    options.alpha = naiveBayes.alpha
    options.strength = logisticRegression.strength
    return options
  }
}

struct NaiveBayesOptions: Configurable, Hashable {
  var alpha = TextBaseline.Options().alpha

  static var fields: [Field<Self>] {
    [.number("alpha", \.alpha, in: .leastNonzeroMagnitude...1e6, "Added to each count; 1 is Laplace's.")]
  }
}

struct LogisticRegressionOptions: Configurable, Hashable {
  var strength = TextBaseline.Options().strength

  static var fields: [Field<Self>] {
    [
      .number(
        "C", \.strength, in: .leastNonzeroMagnitude...1e9,
        "Inverse strength of the L2 penalty; the greater, the closer to the rows.")
    ]
  }
}
