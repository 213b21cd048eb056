// The program with the plugins that it comes with, and nothing else.

import BasinMain
import BasinPlugins

@main enum Program {
  static func main() { BasinMain.run(plugins: basinPlugins) }
}
