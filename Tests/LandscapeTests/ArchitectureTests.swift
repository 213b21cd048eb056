import Landscape
import Testing
import Torch

@Suite struct ArchitectureTests {
  @Test(arguments: [
    ("mlp", "mlp:hidden=64-64,input=1x8x8,classes=10"),
    ("mlp:hidden=none", "mlp:hidden=none,input=1x8x8,classes=10"),
    (
      "mlp:hidden=8,activation=gelu-tanh",
      "mlp:hidden=8,activation=gelu-tanh,input=1x8x8,classes=10"
    ),
    ("mlp:hidden=8,activation=relu", "mlp:hidden=8,input=1x8x8,classes=10"),
    (
      "cnn:pooling=avg,activation=silu",
      "cnn:channels=16-32-32,norm=none,activation=silu,pooling=avg,input=1x8x8,classes=10"
    ),
    (
      "resnet18:names=pytorch-cifar,stem=3x3",
      "resnet18:stem=3x3,names=pytorch-cifar,input=1x8x8,classes=10"
    ),
    ("cnn-bn", "cnn:channels=16-32-32,norm=batch,input=1x8x8,classes=10"),
    ("cnn:channels=4-8", "cnn:channels=4-8,norm=none,input=1x8x8,classes=10"),
    ("resnet20:input=3x32x32", "resnet20:input=3x32x32,classes=10"),
    ("resnet110", "resnet110:input=1x8x8,classes=10"),
    ("wide-resnet-28-10:input=3x32x32", "wide-resnet-28-10:input=3x32x32,classes=10"),
    ("vgg16:input=1x32x32", "vgg16:input=1x32x32,classes=10"),
    ("vgg16-bn:input=3x32x32", "vgg16-bn:input=3x32x32,classes=10"),
    ("vit", "vit:patch=4,dim=192,depth=6,heads=3,mlp=4,input=1x8x8,classes=10"),
    ("vit:patch=2,dim=8,heads=2", "vit:patch=2,dim=8,depth=6,heads=2,mlp=4,input=1x8x8,classes=10"),
  ])
  func textIsReadAndWrittenBack(text: String, whole: String) throws {
    let architecture = try Architecture(text, input: [1, 8, 8], classes: 10)
    #expect(architecture.text == whole)
    #expect(try Architecture(whole) == architecture)
  }

  @Test(arguments: [
    ("alexnet", "there is none of the name 'alexnet'; `help arch`"),
    ("cnn:width=3", "unknown option 'width'; it takes channels"),
    ("cnn:norm=group", "norm=group is not one of batch, none"),
    ("mlp:hidden=64-x", "hidden=x is not a size"),
    ("cnn:norm=batch,norm=none", "option 'norm' is given twice"),
    ("resnet20:input=64", "a resnet needs images"),
    ("mlp:input=1000000x1000000x1000000x1000000", "its input has over 1000000 numbers"),
    ("mlp:hidden=1000000-1000000", "it has over 1000000000 parameters"),
    ("resnet21", "of depth 6n + 2"),
    ("wide-resnet-28", "wide-resnet-DEPTH-WIDTH with a depth of 6n + 4"),
    ("wide-resnet-27-10", "with a depth of 6n + 4"),
    ("wide-resnet-28-0", "wide-resnet-DEPTH-WIDTH"),
    ("wide-resnet-28-1000000", "it has over 1000000000 parameters"),
    ("vgg16", "vgg16 needs images of 32x32 pixels"),
    ("vit:patch=3", "are multiples of patch=3"),
    ("vit:dim=64", "dim=64 does not divide evenly among heads=3"),
    ("vit:depth=2001", "depth=2001 is not a size from 1 to 2000"),
    ("vit:dim=999999,mlp=1000000", "it has over 1000000000 parameters"),
  ])
  func whatIsWrongIsSaid(text: String, reason: String) {
    let error = #expect(throws: ArchitectureError.self) {
      try Architecture(text, input: [1, 8, 8], classes: 10)
    }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test func anUnknownInputShapeIsAskedFor() {
    let error = #expect(throws: ArchitectureError.self) { try Architecture("cnn") }
    #expect(error?.description.contains("input=1x8x8,classes=10") == true)
  }

  /// The counts of the PyTorch modules that the names come from.
  @Test(arguments: [
    ("resnet20:input=3x32x32,classes=10", 269_722),
    ("resnet32:input=3x32x32,classes=10", 464_154),
    ("resnet44:input=3x32x32,classes=10", 658_586),
    ("resnet56:input=3x32x32,classes=10", 853_018),
    ("cnn:input=1x8x8,classes=10", 160 + 4640 + 9248 + 330),
    ("mlp:hidden=64-64,input=64,classes=10", 4160 + 4160 + 650),
  ])
  func parameterCounts(text: String, count: Int) throws {
    let network = try Network(Architecture(text))
    #expect(network.parameterLayout.count == count)
    try network.initialize(seed: 1)
    let inputs = try Generator(seed: 2).normal([2] + network.architecture.input)
    #expect(try network.logits(inputs).shape == [2, 10])
  }

  @Test func parametersAliasTheFlatVector() throws {
    let network = try Network(Architecture("mlp:hidden=none,input=2,classes=2"))
    // W = [[1, 2], [3, 4]], b = [5, 6]
    try withoutGradients {
      try network.parameters.assign(Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [6]))
    }
    let x = try Tensor([1, 1] as [Float], shape: [1, 2])
    #expect(try network.logits(x).array(of: Float.self) == [8, 13])
    try withoutGradients { try network.parameters.scale(by: 2) }
    #expect(try network.logits(x).array(of: Float.self) == [16, 26])
    #expect(try network.slice("fc1.bias").array(of: Float.self) == [10, 12])
  }
}
