import ModeConnectivity
import Testing

@Suite struct ModeConnectivityTests {
  @Test func thePluginHasItsName() { #expect(modeConnectivity.name == "mode-connectivity") }
}
