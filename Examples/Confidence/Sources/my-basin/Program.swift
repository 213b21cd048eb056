import BasinMain
import BasinPlugins
import Confidence

@main enum Program {
  static func main() { BasinMain.run(plugins: basinPlugins + [confidence]) }
}
