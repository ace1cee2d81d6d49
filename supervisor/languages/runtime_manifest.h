#pragma once
// A language's manifest: all the supervisor knows of it.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "config/job_limits.h"
#include "supervisor/manifest_reader.h"

namespace brood {

struct RuntimeManifest {
  // A program that any installation of the language runs, and what it must print.
  struct Sample {
    std::string code;
    std::string stdout;
  };

  std::string name;                         // "python"
  std::vector<std::string> aliases;         // "py", "python3"
  std::vector<std::string> endings;         // Of files, without the dot.
  std::string zygote;                       // Binary in the libexec directory; empty: executed only.
  std::string sourceFile;                   // "main.py", written to /workspace.
  std::vector<std::string> versionCommand;  // Fails where the language is not installed.
  std::vector<std::string> parkedCommand;   // An interpreter that parks as a program of its own.
  std::vector<std::string> compileCommand;  // Empty: the source is what is run.
  std::string artifact;                     // What the compiler leaves in /workspace.
  std::vector<std::string> runCommand;      // Executes a job; with a zygote, where none is ready.
  std::vector<std::pair<std::string, std::string>> environment;
  JobLimits limits, compileLimits;          // Where a job asks for none. 0: the configured default.
  std::vector<std::string> preload;         // Default for profiles that list none.
  std::vector<std::pair<std::string, std::string>> settings;  // For the runtime itself.
  std::optional<Sample> sample;

  std::string folder;  // In which the manifest lies as manifest.toml; empty: it is a file alone.

  bool isCompiled() const { return !compileCommand.empty(); }
  bool parks() const { return !parkedCommand.empty(); }
  // What the run command runs.
  const std::string& programFile() const { return isCompiled() ? artifact : sourceFile; }
  // A command with "{source}" and "{artifact}" replaced by their paths in the sandbox, and
  // "{runtimes}" by where that has the folders of the languages that park.
  std::vector<std::string> filledIn(const std::vector<std::string>& command) const;
};

// `file` is for the refusal.
std::variant<RuntimeManifest, ManifestRefusal> parseManifest(std::string_view text,
                                                             const std::string& file);

}  // namespace brood
