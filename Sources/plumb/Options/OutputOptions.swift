import ArgumentParser
import JSONText

/// How a command speaks.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Print one JSON object on standard output, errors included.")
  var json = false

  /// Writes the one or the other on standard output.
  func write(json value: @autoclosure () throws -> JSON, text: (Style) throws -> String) rethrows {
    if json {
      StandardStream.output.writeLine(try value().compact)
    } else {
      StandardStream.output.write(try text(Style(.output)))
    }
  }
}

extension JSON {
  /// The JSON of a command that one thing is asked of, or one object around that of several.
  static func instances(_ all: [JSON], schema: String) -> JSON {
    all.count == 1 ? all[0] : ["schema": .string(schema), "instances": .array(all)]
  }
}
