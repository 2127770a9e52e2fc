/// An expression of a template.
indirect enum JinjaExpression: Hashable {
  case literal(JinjaValue)
  case variable(String)
  case list([JinjaExpression])
  case member(JinjaExpression, JinjaExpression)
  case slice(JinjaExpression, from: JinjaExpression?, to: JinjaExpression?, step: JinjaExpression?)
  /// A function, or a method of `on`.
  case call(on: JinjaExpression?, String, [JinjaExpression], named: [String: JinjaExpression])
  case filter(JinjaExpression, String, [JinjaExpression])
  case test(JinjaExpression, String, [JinjaExpression])
  case not(JinjaExpression)
  case negative(JinjaExpression)
  case binary(String, JinjaExpression, JinjaExpression)
  /// `a if condition else b`.
  case choice(JinjaExpression, condition: JinjaExpression, JinjaExpression)
}
