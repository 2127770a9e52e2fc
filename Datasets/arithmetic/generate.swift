// Writes the arithmetic data set: `generate OUTDIR`, or verifies one: `generate --check DIR`.
//
// Sums of two numbers from 0 to 9. The corpus is a book of right sums. The demonstrations show the form of an answer, but
// come from careless pupils, who work out one in five and guess the rest. Prompts carry the right answer, so that a judge
// knows it; no held-out prompt is among the demonstrations and the prompts to train on, and each stands four times,
// because answers are sampled.
//
// One seed decides every byte: the generator is its own, and nothing iterates a set or a dictionary.

import Foundation

/// SplitMix64 (Steele, Lea and Flood, 2014), the one source of chance in this program.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, not including, `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func shuffle<Element>(_ elements: inout [Element]) {
    for index in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(index, below(index + 1))
    }
  }
}

/// `left + right`, and what is written behind it.
struct Sum {
  let left: Int
  let right: Int

  var question: String { "\(left)+\(right)=" }
  var answer: Int { left + right }

  /// Worked out one time in five, else guessed.
  func carelessAnswer(_ random: inout SplitMix64) -> Int {
    random.below(5) == 0 ? answer : random.below(2 * Sum.numbers - 1)
  }

  /// How many numbers there are to add, from 0.
  static let numbers = 10
}

/// Every file of the set by name.
func makeFiles() -> [(name: String, text: String)] {
  var random = SplitMix64(seed: 20)
  let all = 0..<Sum.numbers
  var sums = all.flatMap { left in all.map { Sum(left: left, right: $0) } }
  var corpus = ""
  for _ in 0..<20 {
    random.shuffle(&sums)
    for sum in sums { corpus += "\(sum.question)\(sum.answer)\n" }
  }
  random.shuffle(&sums)
  let (heldOut, known) = (sums.prefix(30), sums.dropFirst(30))
  var demonstrations = ""
  for sum in known {
    let answer = sum.carelessAnswer(&random)
    demonstrations += "{\"prompt\": \"\(sum.question)\", \"completion\": \"\(answer)\"}\n"
  }
  func prompts(_ sums: some Sequence<Sum>) -> String {
    sums.map { "{\"prompt\": \"\($0.question)\", \"answer\": \($0.answer)}\n" }.joined()
  }
  return [
    ("corpus.txt", corpus), ("demonstrations.jsonl", demonstrations), ("prompts.jsonl", prompts(known)),
    ("prompts.heldout.jsonl", prompts(heldOut.flatMap { Array(repeating: $0, count: 4) })),
  ]
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard let directory = arguments.last, arguments.count == 1 || arguments.first == "--check" else {
  FileHandle.standardError.write(Data("usage: generate OUTDIR | generate --check DIR\n".utf8))
  exit(64)
}
for file in makeFiles() {
  let url = URL(fileURLWithPath: directory).appendingPathComponent(file.name)
  if arguments.count == 1 {
    try Data(file.text.utf8).write(to: url)
  } else if try Data(contentsOf: url) != Data(file.text.utf8) {
    FileHandle.standardError.write(Data("\(file.name) differs from what the generator writes\n".utf8))
    exit(1)
  }
}
