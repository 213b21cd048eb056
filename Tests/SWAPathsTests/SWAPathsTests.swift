import SWAPaths
import Testing

@Suite struct SWAPathsTests {
  @Test func thePluginHasItsName() { #expect(swaPaths.name == "swa-paths") }
}
