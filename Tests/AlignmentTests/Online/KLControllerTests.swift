import Alignment
import Testing

@Suite struct KLControllerTests {
  private func controller(target: Double?) -> KLController {
    var options = PPOOptions()
    options.klCoefficient = 0.05
    options.klTarget = target
    options.klHorizon = 1000
    return KLController(options)
  }

  @Test func `Without a target the coefficient stays`() {
    var controller = controller(target: nil)
    controller.update(divergence: 100, episodes: 64)
    #expect(controller.coefficient == 0.05)
  }

  @Test(arguments: [(6.0, 0.0), (6.6, 0.1), (60, 0.2), (5.4, -0.1), (0, -0.2), (-3, -0.2)])
  func `The coefficient moves with the clipped error, in proportion to the episodes`(
    kl: Double, error: Double
  ) {
    var controller = controller(target: 6)
    controller.update(divergence: kl, episodes: 64)
    #expect(abs(controller.coefficient - 0.05 * (1 + error * 64 / 1000)) < 1e-12)
  }
}
