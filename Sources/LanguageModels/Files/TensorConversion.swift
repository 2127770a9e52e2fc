import Foundation

/// Converts little-endian elements to `Float`.
///
/// - Parameters:
///   - source: exactly `destination.count` elements, at any alignment.
///   - element: a type that `isReadable`.
/// F64 is rounded to nearest; every other conversion is exact.
func convertElements(
  _ source: UnsafeRawBufferPointer, _ element: TensorElement,
  into destination: UnsafeMutableBufferPointer<Float>
) {
  precondition(element.isReadable, "tensors of type \(element.rawValue) cannot be converted")
  precondition(
    source.count == destination.count * (element.bitWidth / 8),
    "\(source.count) bytes of \(element.rawValue) do not fill \(destination.count) elements")
  guard let input = source.baseAddress, let output = destination.baseAddress else { return }
  switch element {
  case .float64:
    for i in 0..<destination.count {
      let bits = UInt64(littleEndian: input.loadUnaligned(fromByteOffset: i &* 8, as: UInt64.self))
      output[i] = Float(Double(bitPattern: bits))
    }
  case .bfloat16:
    for i in 0..<destination.count {
      let bits = UInt16(littleEndian: input.loadUnaligned(fromByteOffset: i &* 2, as: UInt16.self))
      output[i] = Float(bitPattern: UInt32(bits) << 16)
    }
  case .float16:
    for i in 0..<destination.count {
      output[i] = widen(UInt16(littleEndian: input.loadUnaligned(fromByteOffset: i &* 2, as: UInt16.self)))
    }
  default:
    UnsafeMutableRawPointer(output).copyMemory(from: input, byteCount: source.count)
  }
}

/// Returns the value of an IEEE 754 half; branch-free, so that the loop around it vectorises without F16C.
///
/// The half's exponent and fraction moved into place are the value times 2⁻¹¹², subnormals included; infinity
/// and NaN get the full exponent afterwards.
@inline(__always)
private func widen(_ half: UInt16) -> Float {
  let magnitude = UInt32(half & 0x7FFF) << 13
  let scaled = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
  let special: UInt32 = magnitude >= 0x0F80_0000 ? 0x7F80_0000 : 0
  return Float(bitPattern: scaled | special | UInt32(half & 0x8000) << 16)
}
