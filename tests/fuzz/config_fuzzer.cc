// A TOML file, environment variables and flags.
//
// An input is the file's text; lines that start with '$' are variables instead, and lines that
// start with "--" are arguments.
//
// Properties: an error is a ConfigError that names key, variable, flag or line; what is accepted
// lies in its range and, written out as TOML, loads as the same configuration.
#include <kj/debug.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/owned_fd.h"
#include "config/loader.h"
#include "config/settings.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {
namespace {

struct Sources {
  std::string file;
  std::vector<std::string> environment;
  std::vector<std::string> flags;
};

Sources split(std::string_view input) {
  Sources sources;
  while (!input.empty()) {
    const auto line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
    if (line.starts_with('$')) {
      // A real environment has no NUL in it; nor has an argument.
      const auto text = line.substr(1, line.find('\0') - 1);
      if (!text.starts_with("BROOD_CONFIG")) sources.environment.emplace_back(text);
    } else if (line.starts_with("--")) {
      const auto text = line.substr(0, line.find('\0'));
      if (!text.starts_with("--config")) sources.flags.emplace_back(text);
    } else {
      sources.file.append(line).append("\n");
    }
  }
  return sources;
}

// A file without a place on any disk.
class MemoryFile {
 public:
  MemoryFile() {
    int fd;
    KJ_SYSCALL(fd = ::memfd_create("brood.toml", MFD_CLOEXEC));
    fd_ = OwnedFd(fd);
  }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_.get()); }
  void write(const std::string& text) {
    KJ_SYSCALL(::ftruncate(fd_.get(), 0));
    ssize_t count;
    KJ_SYSCALL(count = ::pwrite(fd_.get(), text.data(), text.size(), 0));
    KJ_REQUIRE(static_cast<size_t>(count) == text.size());
  }

 private:
  OwnedFd fd_;
};

LoadedConfig load(const Sources& sources) {
  static MemoryFile file;
  file.write(sources.file);
  auto flags = sources.flags;
  flags.insert(flags.begin(), {"--config", file.path()});
  return loadConfig(flags, sources.environment);
}

bool namesASource(const std::string& error) {
  static const std::vector<std::string> kPlatform{
      "ENABLE_NETWORK: ", "ALLOWED_DOMAINS: ", "DEBUG: "};
  for (const char* start :
       {"profiles.", "egress.aliases.", "environment BROOD_", "flag --", "/proc/self/fd/", "'"}) {
    if (error.starts_with(start)) return true;
  }
  for (const auto& name : kPlatform) {
    if (error.starts_with(name)) return true;
  }
  for (const auto& setting : settingsFor(Config{})) {
    if (error.starts_with(setting.key)) return true;
  }
  // A key that is not ours is named with the file that has it.
  return error.find(" (file /proc/self/fd/") != std::string::npos;
}

std::string asToml(const LoadedConfig& loaded) {
  std::string text;
  for (const auto& each : loaded.values) {
    if (!each.value.empty()) text += each.key + " = " + each.value + "\n";
  }
  return text;
}

void checkRanges(const Config& config) {
  for (const auto& setting : settingsFor(config)) {
    const auto value = setting.load(config);
    if (!value) continue;
    if (const auto* number = std::get_if<uint64_t>(&*value)) {
      require(setting.minimum <= *number && *number <= setting.maximum,
              "an accepted number lies in its range", setting.key);
    }
  }
}

void check(std::string_view input) {
  LoadedConfig loaded;
  try {
    loaded = load(split(input));
  } catch (const ConfigError& error) {
    require(namesASource(error.what()), "an error names what is wrong", error.what());
    return;
  }
  checkRanges(loaded.config);
  const std::string toml = asToml(loaded);
  LoadedConfig again;
  try {
    again = load({toml, {}, {}});
  } catch (const ConfigError& error) {
    require(false, "what is accepted can be written as TOML", error.what() + ("\n" + toml));
  }
  require(asToml(again) == toml, "and is the same configuration", asToml(again) + toml);
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
