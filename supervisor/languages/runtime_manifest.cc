#include "supervisor/runtime_manifest.h"

#include <algorithm>
#include <array>

namespace brood {
namespace {

constexpr size_t kMaxNameBytes = 32;

constexpr std::array kKeys = {"name",         "description",     "aliases",         "endings",
                              "zygote",       "source_file",     "version_command", "compile_command",
                              "artifact",     "run_command",     "parked_command",     "environment",     "limits",
                              "preload",      "compile_limits",  "settings",        "sample"};

// What one might expect to be able to say.
constexpr std::pair<const char*, const char*> kRefusedKeys[] = {
    {"writable_paths", "'writable_paths' cannot be granted: a job may write below /workspace, /tmp "
                       "and /dev/shm, and nowhere else"},
    {"seccomp", "'seccomp' cannot be granted: all languages live under one filter, which is in "
                "force before a worker knows its job"},
};

// The zygote for all that park. Where slots have the folders: zygote/root_template.cc.
constexpr const char* kParkedZygote = "brood-zygote-parked";
constexpr const char* kRuntimesInside = "/brood";
constexpr std::string_view kRuntimes = "{runtimes}";

bool hasNul(const std::string& text) { return text.find('\0') != std::string::npos; }

// A name that stays in the folder it is put in.
bool isBareFileName(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         !hasNul(name);
}

bool isWord(const std::string& name) {
  return !name.empty() && name.size() <= kMaxNameBytes &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) || c == '+' || c == '-' || c == '_' || c == '.' || c == '#';
         });
}

void checkKeys(ManifestReader& reader) {
  for (const auto& [key, reason] : kRefusedKeys) {
    if (reader.has(key)) reader.refuse(key, reason);
  }
  for (const auto& key : reader.keys()) {
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
      reader.refuse(key, "unknown key '" + key + "'");
    }
  }
}

std::vector<std::string> readWords(ManifestReader& reader, const char* key) {
  auto words = reader.texts(key);
  if (!std::all_of(words.begin(), words.end(), isWord)) {
    reader.refuse(key, std::string("'") + key + "' must be letters, digits and + - _ . #, at most " +
                           std::to_string(kMaxNameBytes) + " of them");
  }
  return words;
}

std::string readFileName(ManifestReader& reader, const char* key) {
  auto name = reader.text(key);
  if (reader.has(key) && !isBareFileName(name)) {
    reader.refuse(key, std::string("'") + key + "' must be a bare file name");
  }
  return name;
}

std::vector<std::string> readCommand(ManifestReader& reader, const char* key) {
  auto command = reader.texts(key);
  if (reader.has(key) && (command.empty() || command[0].empty())) {
    reader.refuse(key, std::string("'") + key + "' must name a program");
  }
  // execve would take such a word for a shorter one.
  if (std::any_of(command.begin(), command.end(), hasNul)) {
    reader.refuse(key, std::string("'") + key + "' must not contain NUL");
  }
  return command;
}

ManifestReader::Pairs readEnvironment(ManifestReader& reader) {
  auto variables = reader.textTable("environment");
  for (const auto& [name, value] : variables) {
    if (name.empty() || hasNul(name) || hasNul(value) || name.find('=') != std::string::npos) {
      reader.refuse("environment", "'environment' has a name or a value that no process can have");
    }
  }
  return variables;
}

JobLimits readManifestLimits(ManifestReader& reader, const char* key) {
  JobLimits limits;
  for (const auto& [name, value] : reader.numberTable(key)) {
    auto limit = std::find_if(kJobLimits.begin(), kJobLimits.end(),
                              [&name = name](auto& known) { return name == known.name; });
    const std::string path = std::string(key) + "." + name;
    if (limit == kJobLimits.end()) {
      reader.refuse(path, "'" + path + "' is not a limit");
    } else if (value < limit->minimum || value > limit->ceiling) {
      reader.refuse(path, "'" + path + "' must be " + std::to_string(limit->minimum) + ".." +
                              std::to_string(limit->ceiling));
    } else {
      limits.*limit->value = value;
    }
  }
  return limits;
}

std::optional<RuntimeManifest::Sample> readSample(ManifestReader& reader) {
  if (!reader.has("sample")) return std::nullopt;
  for (const auto& key : reader.keys("sample")) {
    if (key != "code" && key != "stdout") {
      reader.refuse("sample." + key, "unknown key 'sample." + key + "'");
    }
  }
  return RuntimeManifest::Sample{reader.requiredText("sample.code"),
                                 reader.requiredText("sample.stdout")};
}

void checkTogether(ManifestReader& reader, const RuntimeManifest& manifest) {
  if (!isWord(manifest.name)) {
    reader.refuse("name", "'name' must be letters, digits and + - _ . #, at most " +
                              std::to_string(kMaxNameBytes) + " of them");
  }
  if (manifest.runCommand.empty()) reader.refuse("run_command", "'run_command' is missing");
  if (manifest.isCompiled() && manifest.artifact.empty()) {
    reader.refuse("artifact", "'artifact' is missing: the file that compile_command makes");
  }
  if (!manifest.isCompiled() && reader.has("artifact")) {
    reader.refuse("artifact", "'artifact' needs a compile_command that makes it");
  }
  if (!manifest.isCompiled() && reader.has("compile_limits")) {
    reader.refuse("compile_limits", "'compile_limits' need a compile_command");
  }
  if (manifest.parks() && reader.has("zygote")) {
    reader.refuse("parked_command", "'parked_command' and 'zygote' exclude each other");
  }
  if (manifest.parks() && !manifest.parkedCommand[0].starts_with('/')) {
    reader.refuse("parked_command", "'parked_command' must begin with an absolute path");
  }
  if (manifest.isCompiled() && !manifest.zygote.empty()) {
    reader.refuse("compile_command", "'compile_command' and 'zygote' exclude each other");
  }
}

}  // namespace

std::vector<std::string> RuntimeManifest::filledIn(const std::vector<std::string>& command) const {
  std::vector<std::string> words = command;
  std::replace(words.begin(), words.end(), std::string("{source}"), "/workspace/" + sourceFile);
  std::replace(words.begin(), words.end(), std::string("{artifact}"), "/workspace/" + artifact);
  for (auto& word : words) {
    if (word.starts_with(kRuntimes)) word.replace(0, kRuntimes.size(), kRuntimesInside);
  }
  return words;
}

std::variant<RuntimeManifest, ManifestRefusal> parseManifest(std::string_view text,
                                                             const std::string& file) {
  ManifestReader reader(text, file);
  if (reader.refusal()) return *reader.refusal();
  checkKeys(reader);
  RuntimeManifest manifest;
  manifest.name = reader.requiredText("name");
  manifest.aliases = readWords(reader, "aliases");
  manifest.endings = readWords(reader, "endings");
  manifest.zygote = readFileName(reader, "zygote");
  if (!reader.has("source_file")) reader.refuse("source_file", "'source_file' is missing");
  manifest.sourceFile = readFileName(reader, "source_file");
  manifest.versionCommand = readCommand(reader, "version_command");
  manifest.compileCommand = readCommand(reader, "compile_command");
  manifest.artifact = readFileName(reader, "artifact");
  manifest.runCommand = readCommand(reader, "run_command");
  manifest.parkedCommand = readCommand(reader, "parked_command");
  if (manifest.parks()) manifest.zygote = kParkedZygote;
  manifest.environment = readEnvironment(reader);
  manifest.limits = readManifestLimits(reader, "limits");
  manifest.compileLimits = readManifestLimits(reader, "compile_limits");
  manifest.preload = reader.texts("preload");
  manifest.settings = reader.textTable("settings");
  manifest.sample = readSample(reader);
  reader.text("description");
  checkTogether(reader, manifest);
  if (reader.refusal()) return *reader.refusal();
  return manifest;
}

}  // namespace brood
