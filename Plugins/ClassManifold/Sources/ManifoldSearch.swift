import BasinCore
import BasinKit
import Datasets
import Foundation
import Landscape
import Torch

/// The planes of one command: which there are, what was found, and what is still to be searched.
struct ManifoldSearch {
  let arguments: PlaneArguments
  let targets: [[Int]]
  let inputs: Int
  private let context: Context
  private let dataset: Dataset
  private let options: CuttingPlaneSearch.Options
  private let origins: Origins
  /// Decides all draws of planes and fits.
  let seed: Seed

  /// What searching a subject gave.
  struct Found {
    var subject: Subject
    var outcomes: [CuttingPlane: CuttingPlane.Outcome]
    /// Planes that were not searched, as the user stopped it.
    var missing: Int

    /// Planes of one target, in their order.
    func planes(_ target: [Int]) -> [(plane: CuttingPlane, outcome: CuttingPlane.Outcome)] {
      outcomes.filter { $0.key.target == target }.map { ($0.key, $0.value) }
        .sorted {
          ($0.0.dimension, $0.0.repetition) < ($1.0.dimension, $1.0.repetition)
        }
    }
  }

  init(_ arguments: PlaneArguments, allTargets: Bool, _ context: Context) throws {
    self.arguments = arguments
    self.context = context
    dataset = try context.dataset()
    targets = try arguments.targets(of: dataset, all: allTargets)
    inputs = dataset.inputSize
    _ = try arguments.dimensions(of: inputs)
    origins = try Origins(arguments.origin, dataset, context)
    options = arguments.options(
      box: try arguments.box ? origins.range() : nil, deviation: try origins.deviation())
    seed = context.seed(for: "cutting planes")
  }

  /// Searches all planes of a subject; those that the same search found before in this session are known.
  ///
  /// Planes that are searched together can change each other's last bits, so only the very same search
  /// counts: numbers do not depend on what ran before.
  ///
  /// - Parameters:
  ///   - name: What progress calls it.
  /// - Throws: `Cancelled` when it was stopped before anything was found.
  func run(_ subject: Subject, name: String? = nil) throws -> Found {
    let known = context.computed(
      ["cutting planes", dataset.name, dataset.sha256, options.text, arguments.origin.rawValue]
        + ["\(arguments.dims)", String(arguments.planes), "\(targets)", String(seed.value)]
        + subject.identity
    ) { Memory() }
    let search = CuttingPlaneSearch(
      models: try subject.models(context), inputs: inputs, classes: dataset.classes,
      options: options, seed: seed)
    var planes = firstPlanes()
    var isStopped = try fill(known, planes, search, subject, name ?? subject.label)
    if !isStopped, arguments.dims == .auto {
      planes += refinement(known.outcomes, planes)
      isStopped = try fill(known, planes, search, subject, name ?? subject.label)
    }
    let asked = Set(planes)
    let outcomes = known.outcomes.filter { asked.contains($0.key) }
    if isStopped, outcomes.isEmpty { throw Cancelled() }
    return Found(
      subject: subject, outcomes: outcomes, missing: planes.count - outcomes.count)
  }

  /// Searches one subject after another; what was found before Ctrl-C is returned. A network with NaN or
  /// infinite outputs is left out where another one remains; an ensemble with one is refused.
  ///
  /// - Throws: `NonFiniteOutputs` where no network remains.
  func run(_ subjects: [Subject]) throws -> (found: [Found], leftOut: [NonFiniteOutputs]) {
    var found: [Found] = []
    var leftOut: [NonFiniteOutputs] = []
    for subject in subjects {
      do {
        found.append(try run(subject))
      } catch let error as NonFiniteOutputs where subject.members.count == 1 {
        leftOut.append(error)
        continue
      } catch is Cancelled where !found.isEmpty {
        // Stopped before anything of this one was found.
        found[found.count - 1].missing += firstPlanes().count
      }
      if found[found.count - 1].missing > 0 { break }
    }
    if found.isEmpty, let first = leftOut.first { throw first }
    return (found, leftOut)
  }

  // One repetition of everything after another, so that what is stopped halfway is even.
  private func firstPlanes() -> [CuttingPlane] {
    let dimensions = (try? arguments.dimensions(of: inputs)) ?? []
    let count = arguments.dims == .auto ? (arguments.planes + 1) / 2 : arguments.planes
    return (0..<count).flatMap { repetition in
      dimensions.flatMap { dimension in
        targets.map {
          CuttingPlane(target: $0, dimension: dimension, repetition: repetition)
        }
      }
    }
  }

  /// Dimensions that `auto` adds about each crossing.
  static let refinements = 6

  // Dimensions spread evenly, in logarithms, over where a first fit rises from a tenth to nine tenths.
  private func refinement(
    _ outcomes: [CuttingPlane: CuttingPlane.Outcome], _ first: [CuttingPlane]
  ) -> [CuttingPlane] {
    let measured = Set(first.map(\.dimension))
    return targets.flatMap { target -> [CuttingPlane] in
      let points = first.filter { $0.target == target }.compactMap { plane in
        outcomes[plane].map {
          SuccessCurve.Point(dimension: plane.dimension, probability: $0.probability)
        }
      }
      guard let range = SuccessCurve(points, inputs: inputs, seed: seed, resamples: 0)?.rise()
      else { return [] }
      let dimensions = Set(
        (0..<Self.refinements).map { index in
          let part = Double(index) / Double(Self.refinements - 1)
          let position = log(range.lowerBound) * (1 - part) + log(range.upperBound) * part
          return min(inputs, max(1, Int(exp(position).rounded())))
        }
      ).subtracting(measured)
      // What is measured there already gets the other half of its planes.
      let again = measured.filter { range.contains(Double($0)) }
      let half = (arguments.planes + 1) / 2
      return (0..<arguments.planes).flatMap { repetition in
        (dimensions.sorted() + (repetition >= half ? again.sorted() : [])).map {
          CuttingPlane(target: target, dimension: $0, repetition: repetition)
        }
      }
    }
  }

  // Searches what is not known; true when the user stopped it.
  private func fill(
    _ known: Memory, _ planes: [CuttingPlane], _ search: CuttingPlaneSearch, _ subject: Subject,
    _ name: String
  ) throws -> Bool {
    let rest = planes.filter { known.outcomes[$0] == nil }
    let done = planes.count - rest.count
    do {
      try search.run(
        rest, origin: origins.origin(seed), cancellation: context.cancellation,
        advanced: {
          context.progress.report(
            ProgressUpdate("searching planes of \(name)", completed: done + $0, total: planes.count)
          )
        }
      ) { known.outcomes.merge($0) { $1 } }
      return false
    } catch is Cancelled {
      return true
    } catch let wrong as CuttingPlaneSearch.NonFiniteLogits {
      throw subject.error(wrong)
    }
  }

  // Outcomes that commands share within a session.
  private final class Memory {
    var outcomes: [CuttingPlane: CuttingPlane.Outcome] = [:]
  }

  /// How the searches ended, by dimension.
  func endings(_ found: [Found]) -> Table { SearchEndings(found, options).table }

  /// What lets searches end that were cut off.
  var remedy: String { SearchEndings([], options).remedy }

  /// What a reader should know about how planes were searched.
  ///
  /// - Parameters:
  ///   - leftOut: Networks that were not searched, as their outputs are NaN or infinite.
  ///   - consequence: What it means for the numbers that searches were cut off while the loss still fell.
  func notes(
    _ found: [Found], leftOut: [NonFiniteOutputs] = [],
    unfinished consequence: String = "d* may be too high"
  ) -> [Note] {
    var notes: [Note] = []
    if let note = FinitePredictions.note(leftOut, "left out") { notes.append(note) }
    if found.contains(where: \.subject.hasBatchNorm) {
      notes.append(Note("batch norm is in evaluation mode"))
    }
    if let unfinished = SearchEndings(found, options).warning(consequence) {
      notes.append(unfinished)
    }
    let missing = found.reduce(0) { $0 + $1.missing }
    if missing > 0 {
      notes.append(
        Note(
          "stopped with \(Counted.text(missing, "planes")) not searched; the same line again goes on from here",
          level: .warning))
    }
    return notes
  }

  /// What targets are called: `class 3`, with the class's name where it has one, or `between 3, 5`.
  func names() throws -> [String] {
    targets.map { target in
      let names = target.map { place in
        let name = dataset.classNames[place]
        return name == String(place) ? name : "\(place) (\(name))"
      }
      return target.count == 1
        ? "class \(names[0])" : "the region between \(names.joined(separator: " and "))"
    }
  }

  /// How planes were drawn and searched, for captions.
  var caption: String {
    let start =
      switch arguments.origin {
      case .data: "a training input of another class"
      case .noise: "normal noise with the training inputs' mean and standard deviation"
      case .mean: "the mean training input"
      }
    return "Planes of \(dataset.name) (D = \(inputs)) through \(start), "
      + "\(arguments.basis.text) bases; at most \(Counted.text(arguments.steps, "steps")) of Adam "
      + "(\(arguments.adam.rawValue) bias correction) with learning rate \(arguments.learningRate)"
      + (arguments.box ? ", inputs kept in the data's range" : "")
      + (arguments.noEarlyStop ? ", no early stop." : ".")
  }
}
