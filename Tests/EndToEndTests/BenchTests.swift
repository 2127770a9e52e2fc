import Foundation
import JSONText
import Testing

@Suite struct BenchTests {
  @Test func `A bench counts the work of a step, whatever the threads, and leaves the store as it is`() throws
  {
    let project = try Project.finished()
    let before = try project.json("runs")
    let arguments = ["bench", "base.model", "--sequences", "3", "--length", "20", "--steps", "2"]
    let results = try ["1", "2"].map { threads in
      try Plumb.run(arguments + ["--threads", threads, "--json"], in: project.directory).json()
    }
    for name in ["operations", "attention_operations", "blas_calls", "arena_growths", "parameters"] {
      #expect(results[0][name]?.intValue == results[1][name]?.intValue && results[0][name]?.intValue != nil)
    }
    let products = try #require(results[0]["products"]?.arrayValue)
    let counted = products.reduce(0) { sum, product in
      let sides = ["m", "n", "k", "count"].compactMap { product[$0]?.intValue }
      return sum + 2 * sides.reduce(1, *)
    }
    #expect(
      results[0]["operations"]?.intValue == counted + (results[0]["attention_operations"]?.intValue ?? 0))
    #expect(results[0]["step_seconds"]?.arrayValue?.count == 2 && results[0]["arena_growths"] == 0)
    let text = try Plumb.run(arguments, in: project.directory).output
    #expect(text.contains("times that\n") && text.contains("GFLOP/S"))
    #expect(try project.json("runs") == before)
  }

  @Test func `A bench of decoding tells tokens a second and what is read for them`() throws {
    let project = try Project.finished()
    let arguments = ["bench", "base.model", "--decode", "--sequences", "3", "--length", "9"]
    let found = try Plumb.run(arguments + ["--json"], in: project.directory).json()
    #expect(found["schema"]?.stringValue == "plumb.bench.decoding/1" && found["sequences"] == 3)
    #expect(found["step_seconds"]?.arrayValue?.count == 8)
    #expect(try #require(found["tokens_per_second"]?.doubleValue) > 0)
    #expect(try #require(found["weight_bytes"]?.intValue) > 0)
    let text = try Plumb.run(arguments, in: project.directory).output
    #expect(text.contains("tokens/s, 3 sequences at a time") && text.contains("GB/s"))
    let long = try project.plumb("bench", "base.model", "--decode", "--length", "120")
    #expect(long.status == 1 && long.errors.contains("give --length 112 or less"), "\(long.errors)")
  }

  @Test func `A bench that the model or the machine cannot run says what it can`() throws {
    let project = try Project.finished()
    let long = try project.plumb("bench", "base.model", "--length", "100000")
    #expect(long.status == 1 && long.errors.contains("positions"))
    #expect(try project.plumb("bench", "base.model", "--length", "1").status == 64)
    #expect(try project.plumb("bench", "nosuch").status == 1)
    let most = String(Int.max)
    for wrong in [["--length", most], ["--decode", "--length", most], ["--decode", "--steps", "3"]] {
      #expect(try Plumb.run(["bench", "base.model"] + wrong, in: project.directory).status == 64)
    }
  }
}
