#include "cli/client/job_language.h"

#include <algorithm>
#include <filesystem>

#include "cli/terminal/cli_error.h"
#include "cli/terminal/exit_codes.h"

namespace brood::cli {

namespace {

constexpr std::string_view kBlanks = " \t";

// The next word of `line`, which is taken off it; empty at the end.
std::string_view takeWord(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const auto word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

std::string_view baseName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// The program of a first line "#!/usr/bin/python3" or "#!/usr/bin/env -S A=1 python3 -u", without
// its directory; empty if there is none.
std::string_view interpreterOf(std::string_view code) {
  if (!code.starts_with("#!")) return {};
  auto line = code.substr(2, code.find_first_of("\r\n") - 2);
  auto program = baseName(takeWord(line));
  if (program != "env") return program;
  do {
    program = takeWord(line);
  } while (program.starts_with('-') || program.find('=') != program.npos);
  return baseName(program);
}

bool isOneOf(std::string_view name, rpc::RuntimeInfo::Reader runtime) {
  if (name == runtime.getLanguage().cStr()) return true;
  for (auto alias : runtime.getAliases()) {
    if (name == alias.cStr()) return true;
  }
  return false;
}

// "python3.11" is python.
std::string languageOfInterpreter(std::string_view name,
                                  capnp::List<rpc::RuntimeInfo>::Reader runtimes) {
  while (!name.empty()) {
    for (auto runtime : runtimes) {
      if (isOneOf(name, runtime)) return runtime.getLanguage().cStr();
    }
    if (std::string_view(".-0123456789").find(name.back()) == std::string_view::npos) break;
    name.remove_suffix(1);
  }
  return {};
}

}  // namespace

std::string languageOfFile(const std::string& path, std::string_view code,
                           capnp::List<rpc::RuntimeInfo>::Reader runtimes) {
  std::string ending = std::filesystem::path(path).extension().string();
  if (ending.starts_with('.')) ending.erase(0, 1);
  std::string known;
  for (auto runtime : runtimes) {
    std::string language = runtime.getLanguage().cStr();
    for (auto own : runtime.getEndings()) {
      if (ending == own.cStr()) return language;
    }
    known += (known.empty() ? "" : ", ") + language;
  }
  const std::string byFirstLine = languageOfInterpreter(interpreterOf(code), runtimes);
  if (!byFirstLine.empty()) return byFirstLine;
  throw CliError("cannot tell the language of " + path + "; say it with -l (" + known + ")",
                 kUsageExitCode);
}

}  // namespace brood::cli
