#pragma once
// runtimes/<name>/manifest.toml: all the supervisor knows of a language.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace brood {

struct RuntimeManifest {
  std::string name;                      // "python"
  std::vector<std::string> aliases;      // "py", "python3"
  std::string zygote;                    // Binary in the libexec directory; empty: executed only.
  std::string sourceFile;                // "main.py", written to /workspace.
  std::vector<std::string> coldCommand;  // argv; "{source}" stands for the source's path.
  std::vector<std::string> preload;      // Default for profiles that list none.
  std::vector<std::pair<std::string, std::string>> settings;  // For the runtime itself.

  // coldCommand with the source path filled in.
  std::vector<std::string> commandFor(const std::string& sourcePath) const;
};

// Throws with file, line and reason. `file` is for the messages.
RuntimeManifest parseManifest(std::string_view text, const std::string& file);

// Every manifest below `directory`, sorted by name. Throws with file, line and reason when one is
// malformed, and when two claim the same name or alias.
std::vector<RuntimeManifest> loadManifests(const std::string& directory);

}  // namespace brood
