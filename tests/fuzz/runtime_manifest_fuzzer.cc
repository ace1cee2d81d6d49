// A language's manifest.
//
// Properties: a refusal names the file; what is accepted can be used as it stands (names that stay
// in their folder, words without NUL) and, written out again, reads the same.
#include <kj/exception.h>

#include "supervisor/runtime_manifest.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {
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

std::string rewritten(const RuntimeManifest& manifest) {
  std::string text = "name = " + quoted(manifest.name) + "\n";
  if (!manifest.zygote.empty()) text += "zygote = " + quoted(manifest.zygote) + "\n";
  text += "source_file = " + quoted(manifest.sourceFile) + "\n";
  text += "aliases = " + listed(manifest.aliases);
  text += "cold_command = " + listed(manifest.coldCommand);
  text += "preload = " + listed(manifest.preload) + "[settings]\n";
  for (const auto& [name, value] : manifest.settings) {
    text += quoted(name) + " = " + quoted(value) + "\n";
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
  require(!manifest.coldCommand.empty(), "there is a command");
  for (const auto& word : manifest.coldCommand) {
    require(!hasNul(word), "of words that execve takes whole");
  }
  const auto command = manifest.commandFor("/workspace/" + manifest.sourceFile);
  require(command.size() == manifest.coldCommand.size(), "the source takes one word's place");
}

void check(std::string_view text) {
  RuntimeManifest manifest;
  auto refused = kj::runCatchingExceptions([&] { manifest = parseManifest(text, "the-file"); });
  KJ_IF_MAYBE (exception, refused) {
    const std::string said = exception->getDescription().cStr();
    require(said.find("the-file") != std::string::npos, "a refusal names the file", said);
    return;
  }
  checkAccepted(manifest);
  const auto again = parseManifest(rewritten(manifest), "again");
  require(rewritten(again) == rewritten(manifest), "written out again it is the same");
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
