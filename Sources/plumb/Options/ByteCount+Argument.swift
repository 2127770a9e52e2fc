import ArgumentParser
import Pipeline

extension ByteCount: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
