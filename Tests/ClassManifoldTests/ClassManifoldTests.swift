import ClassManifold
import Testing

@Suite struct ClassManifoldTests {
  @Test func thePluginHasItsName() { #expect(classManifold.name == "class-manifold") }
}
