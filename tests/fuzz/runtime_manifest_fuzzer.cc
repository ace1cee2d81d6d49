// A language's manifest.
//
// Properties: a refusal names the file; what is accepted can be used as it stands (names that stay
// in their folder, words without NUL) and, written out again, reads the same.
#include "supervisor/languages/runtime_manifest.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {

using namespace supervisor;

namespace {

// As a TOML basic string.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      char escaped[8];
      std::snprintf(escaped, sizeof(escaped), "\\u%04X", static_cast<unsigned>(c));
      result += escaped;
      continue;
    }
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string listed(const std::vector<std::string>& items) {
  std::string result = "[";
  for (const auto& item : items) result += quoted(item) + ",";
  return result + "]\n";
}

std::string tableOf(const std::string& name, const ManifestReader::Pairs& pairs) {
  std::string text = "[" + name + "]\n";
  for (const auto& [key, value] : pairs) text += quoted(key) + " = " + quoted(value) + "\n";
  return text;
}

std::string tableOf(const std::string& name, const JobLimits& limits) {
  std::string text = "[" + name + "]\n";
  for (const auto& limit : kJobLimits) {
    const uint64_t value = limits.*limit.value;
    if (value > 0) text += std::string(limit.name) + " = " + std::to_string(value) + "\n";
  }
  return text;
}

std::string rewritten(const RuntimeManifest& manifest) {
  std::string text = "name = " + quoted(manifest.name) + "\n";
  if (manifest.parks()) text += "parked_command = " + listed(manifest.parkedCommand);
  if (!manifest.zygote.empty() && !manifest.parks())
    text += "zygote = " + quoted(manifest.zygote) + "\n";
  text += "source_file = " + quoted(manifest.sourceFile) + "\n";
  text += "aliases = " + listed(manifest.aliases);
  text += "endings = " + listed(manifest.endings);
  if (!manifest.versionCommand.empty()) {
    text += "version_command = " + listed(manifest.versionCommand);
  }
  if (manifest.isCompiled()) {
    text += "compile_command = " + listed(manifest.compileCommand);
    text += "artifact = " + quoted(manifest.artifact) + "\n";
  }
  text += "run_command = " + listed(manifest.runCommand);
  text += "preload = " + listed(manifest.preload);
  text += tableOf("environment", manifest.environment);
  text += tableOf("limits", manifest.limits);
  if (manifest.isCompiled()) text += tableOf("compile_limits", manifest.compileLimits);
  if (manifest.sample) {
    text +=
        tableOf("sample", {{"code", manifest.sample->code}, {"stdout", manifest.sample->stdout}});
  }
  return text;
}

bool hasNul(const std::string& text) { return text.find('\0') != std::string::npos; }

bool isBareFileName(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         !hasNul(name);
}

void checkAccepted(const RuntimeManifest& manifest) {
  require(!manifest.name.empty(), "a language has a name");
  require(isBareFileName(manifest.sourceFile), "the source stays in its folder");
  require(manifest.zygote.empty() || isBareFileName(manifest.zygote),
          "the zygote is one of the libexec folder", manifest.zygote);
  require(!manifest.runCommand.empty(), "there is a command");
  for (const auto& word : manifest.runCommand) {
    require(!hasNul(word), "of words that execve takes whole");
  }
  require(manifest.filledIn(manifest.runCommand).size() == manifest.runCommand.size(),
          "the source takes one word's place");
  require(manifest.isCompiled() == !manifest.artifact.empty(), "a compiler makes something");
  require(!manifest.isCompiled() || isBareFileName(manifest.artifact), "in its own folder");
  for (const auto& limit : kJobLimits) {
    const uint64_t value = manifest.limits.*limit.value;
    require(value == 0 || (value >= limit.minimum && value <= limit.ceiling), "limits can be had");
  }
}

void check(std::string_view text) {
  auto parsed = parseManifest(text, "the-file");
  if (auto* refusal = std::get_if<ManifestRefusal>(&parsed)) {
    require(refusal->text().starts_with("the-file:"), "a refusal names the file", refusal->text());
    require(!refusal->reason.empty(), "and the reason");
    return;
  }
  const auto& manifest = std::get<RuntimeManifest>(parsed);
  checkAccepted(manifest);
  auto again = parseManifest(rewritten(manifest), "again");
  require(std::holds_alternative<RuntimeManifest>(again), "written out again it is accepted");
  require(rewritten(std::get<RuntimeManifest>(again)) == rewritten(manifest), "and the same");
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
