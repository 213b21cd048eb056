import SubspaceInference
import Testing

@Suite struct SubspaceInferenceTests {
  @Test func thePluginHasItsName() { #expect(subspaceInference.name == "subspace-inference") }
}
