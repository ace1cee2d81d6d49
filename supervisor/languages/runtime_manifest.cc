#include "supervisor/languages/runtime_manifest.h"

#include <algorithm>
#include <array>

namespace brood::supervisor {
namespace {

constexpr size_t kMaxNameBytes = 32;
constexpr size_t kMostNameBytes = 128;  // The longest name of a job's source.

constexpr std::array kKeys = {
    "name",     "description",         "aliases",         "endings",
    "zygote",   "source_file",         "version_command", "compile_command",
    "artifact", "run_command",         "parked_command",  "environment",
    "limits",   "keeps_file_name",     "preload",         "compile_limits",
    "sample",   "network_environment", "session"};

// Keys that an author might expect, with the reason why there are none.
constexpr std::pair<const char*, const char*> kRefusedKeys[] = {
    {"writable_paths",
     "'writable_paths' cannot be granted: a job may write below /workspace, /tmp "
     "and /dev/shm, and nowhere else"},
    {"seccomp",
     "'seccomp' cannot be granted: all languages live under one filter, which is in "
     "force before a worker knows its job"},
};

// The zygote for all that park. Where slots have the folders: zygote/slots/root_template.cc.
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
    reader.refuse(key, std::string("'") + key +
                           "' must be letters, digits and + - _ . #, at most " +
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

ManifestReader::Pairs readEnvironment(ManifestReader& reader, const char* key) {
  auto variables = reader.textTable(key);
  for (const auto& [name, value] : variables) {
    if (name.empty() || hasNul(name) || hasNul(value) || name.find('=') != std::string::npos) {
      reader.refuse(key,
                    std::string("'") + key + "' has a name or a value that no process can have");
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

std::optional<RuntimeManifest::Session> readSession(ManifestReader& reader) {
  if (!reader.has("session")) return std::nullopt;
  for (const auto& key : reader.keys("session")) {
    if (key != "preload" && key != "command") {
      reader.refuse("session." + key, "unknown key 'session." + key + "'");
    }
  }
  return RuntimeManifest::Session{reader.texts("session.preload"),
                                  readCommand(reader, "session.command")};
}

void checkSession(ManifestReader& reader, const RuntimeManifest& manifest) {
  if (!manifest.session) return;
  if (manifest.isCompiled()) {
    reader.refuse("session", "'session' and 'compile_command' exclude each other");
  } else if (manifest.zygote.empty() && manifest.session->command.empty()) {
    reader.refuse("session.command",
                  "'session.command' is missing: a language without a zygote needs a program "
                  "that serves cells");
  } else if (!manifest.zygote.empty() && !manifest.session->command.empty()) {
    reader.refuse("session.command",
                  "'session.command' is for languages without a zygote of their own");
  }
  if (!manifest.session->preload.empty() && (manifest.zygote.empty() || manifest.parks())) {
    reader.refuse("session.preload", "'session.preload' needs a zygote that loads it");
  }
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
  if (manifest.parks() && manifest.keepsFileName) {
    reader.refuse("keeps_file_name",
                  "'keeps_file_name' and 'parked_command' exclude each other: an "
                  "interpreter parks with the name of its source");
  }
  if (manifest.parks() && !manifest.parkedCommand[0].starts_with('/')) {
    reader.refuse("parked_command", "'parked_command' must begin with an absolute path");
  }
  if (manifest.isCompiled() && !manifest.zygote.empty()) {
    reader.refuse("compile_command", "'compile_command' and 'zygote' exclude each other");
  }
}

}  // namespace

// A job's own file name is used if it is one word to a shell and an option to no program.
std::string RuntimeManifest::sourceNameFor(std::string_view own) const {
  const auto isPlain = [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-' || c == '.';
  };
  const size_t dot = own.rfind('.');
  if (!keepsFileName || own.size() > kMostNameBytes || dot == own.npos || own == artifact ||
      !std::isalnum(static_cast<unsigned char>(own[0])) ||
      !std::all_of(own.begin(), own.end(), isPlain)) {
    return sourceFile;
  }
  const bool isOurs =
      std::find(endings.begin(), endings.end(), own.substr(dot + 1)) != endings.end();
  return isOurs ? std::string(own) : sourceFile;
}

std::vector<std::string> RuntimeManifest::filledIn(const std::vector<std::string>& command,
                                                   const std::string& sourceName) const {
  std::vector<std::string> words = command;
  std::replace(words.begin(), words.end(), std::string("{source}"), "/workspace/" + sourceName);
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
  manifest.keepsFileName = reader.flag("keeps_file_name");
  manifest.versionCommand = readCommand(reader, "version_command");
  manifest.compileCommand = readCommand(reader, "compile_command");
  manifest.artifact = readFileName(reader, "artifact");
  manifest.runCommand = readCommand(reader, "run_command");
  manifest.parkedCommand = readCommand(reader, "parked_command");
  if (manifest.parks()) manifest.zygote = kParkedZygote;
  manifest.environment = readEnvironment(reader, "environment");
  manifest.networkEnvironment = readEnvironment(reader, "network_environment");
  manifest.limits = readManifestLimits(reader, "limits");
  manifest.compileLimits = readManifestLimits(reader, "compile_limits");
  manifest.preload = reader.texts("preload");
  manifest.sample = readSample(reader);
  manifest.session = readSession(reader);
  manifest.description = reader.text("description");
  checkTogether(reader, manifest);
  checkSession(reader, manifest);
  if (reader.refusal()) return *reader.refusal();
  return manifest;
}

}  // namespace brood::supervisor
