#pragma once
// A language's manifest: all the supervisor knows of it.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "config/job_limits.h"
#include "supervisor/languages/manifest_reader.h"

namespace brood::supervisor {

struct RuntimeManifest {
  // A program that any installation of the language runs, and what it must print.
  struct Sample {
    std::string code;
    std::string stdout;
  };

  // How sessions have contexts in the language; empty: by the worker of its zygote as it is.
  struct Session {
    std::vector<std::string> preload;  // Loaded ahead for sessions besides what jobs have.
    std::vector<std::string> command;  // Serves cells; for a language without a zygote.
  };

  std::string name;                  // "python"
  std::string description;           // For people.
  std::vector<std::string> aliases;  // "py", "python3"
  std::vector<std::string> endings;  // The endings of its files, without the dot.
  std::string zygote;                // Binary in the libexec directory; empty: executed only.
  std::string sourceFile;            // "main.py", written to /workspace.
  bool keepsFileName = false;        // A job may say another one, with an ending of these.
  std::vector<std::string> versionCommand;  // Fails where the language is not installed.
  std::vector<std::string> parkedCommand;   // An interpreter that parks as a program of its own.
  std::vector<std::string> compileCommand;  // Empty: the source is what is run.
  std::string artifact;                     // The file that the compiler leaves in /workspace.
  std::vector<std::string> runCommand;      // Executes a job; with a zygote, where none is ready.
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::pair<std::string, std::string>> networkEnvironment;  // For jobs with network.
  JobLimits limits, compileLimits;   // Where a job asks for none. 0: the configured default.
  std::vector<std::string> preload;  // Default for profiles that list none.
  std::optional<Sample> sample;
  std::optional<Session> session;  // Nothing: there are no contexts in it.

  std::string folder;  // In which the manifest lies as manifest.toml; empty: it is a file alone.

  bool isCompiled() const { return !compileCommand.empty(); }
  bool parks() const { return !parkedCommand.empty(); }
  // The file that the run command runs, for a source with that name.
  const std::string& programFile(const std::string& sourceName) const {
    return isCompiled() ? artifact : sourceName;
  }
  // The source's name for a job that has one of its own: that, or "main.py".
  std::string sourceNameFor(std::string_view own) const;
  // A command with "{source}" and "{artifact}" replaced by their paths in the sandbox, and
  // "{runtimes}" by where that has the languages' folders.
  std::vector<std::string> filledIn(const std::vector<std::string>& command) const {
    return filledIn(command, sourceFile);
  }
  std::vector<std::string> filledIn(const std::vector<std::string>& command,
                                    const std::string& sourceName) const;
};

// `file` is for the refusal.
std::variant<RuntimeManifest, ManifestRefusal> parseManifest(std::string_view text,
                                                             const std::string& file);

}  // namespace brood::supervisor
