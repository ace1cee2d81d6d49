#include "cli/client/job_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/owned_fd.h"
#include "base/text.h"
#include "cli/terminal/cli_error.h"
#include "cli/terminal/exit_codes.h"

namespace brood::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const char* action, const std::string& path, int errorNumber) {
  throw CliError(std::string("cannot ") + action + " " + path + ": " + std::strerror(errorNumber),
                 kBroodFailedExitCode);
}

// The supervisor has checked it; a name that led out of the directory would be ours to regret.
bool staysBelow(const fs::path& path) {
  if (path.empty() || path.is_absolute()) return false;
  for (const auto& part : path) {
    if (part == ".." || part == "." || part.empty()) return false;
  }
  return true;
}

void writeFile(const fs::path& path, capnp::Data::Reader content, bool executable) {
  std::error_code ignored;
  fs::create_directories(path.parent_path(), ignored);
  OwnedFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                      executable ? 0777 : 0666));
  if (!file) refuse("write", path.string(), errno);
  while (content.size() > 0) {
    const ssize_t count = ::write(file.get(), content.begin(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) refuse("write", path.string(), errno);
    content = content.slice(static_cast<size_t>(count), content.size());
  }
}

// Returns the line that says so.
std::string save(const std::string& directory, const std::string& name, capnp::Data::Reader content,
                 bool executable) {
  if (!staysBelow(name)) refuse("write", name, EINVAL);
  writeFile(fs::path(directory) / name, content, executable);
  return "brood: saved " + (fs::path(directory) / name).string() + "\n";
}

// "image/svg+xml" -> "svg"; empty for what is text for people.
std::string endingOf(const std::string& mime) {
  if (mime == "text/plain") return "";
  if (mime == "text/markdown") return "md";
  std::string ending = mime.substr(mime.find('/') + 1);
  ending = ending.substr(0, ending.find('+'));
  for (char& c : ending) {
    if (c == '/') c = '_';
  }
  return ending;
}

}  // namespace

std::pair<std::string, std::string> splitFileArgument(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon != std::string::npos && colon > 0 && colon + 1 < text.size()) {
    return {text.substr(0, colon), text.substr(colon + 1)};
  }
  return {text, fs::path(text).filename().string()};
}

ShownForm ShownForm::of(rpc::RichResult::Reader result) {
  const auto data = result.getData().asChars();
  return {textOf(result.getMime()), std::string(data.begin(), data.size()), result.getObject()};
}

std::string saveFiles(rpc::JobResult::Reader result, const std::vector<ShownForm>& shown,
                      const std::string& directory) {
  std::string lines;
  for (auto file : result.getFiles()) {
    lines += save(directory, textOf(file.getPath()), file.getContent(), file.getExecutable());
  }
  return lines + saveShown(shown, "result-", directory);
}

std::string saveShown(const std::vector<ShownForm>& shown, const std::string& prefix,
                      const std::string& directory) {
  std::string lines;
  for (const auto& each : shown) {
    const std::string ending = endingOf(each.mime);
    if (ending.empty()) continue;
    lines += save(directory, prefix + std::to_string(each.object) + "." + ending, asData(each.data),
                  false);
  }
  return lines;
}

std::string unseenLines(const std::vector<ShownForm>& shown) {
  std::string lines;
  for (const auto& each : shown) {
    const bool hasText = std::any_of(shown.begin(), shown.end(), [&](const ShownForm& other) {
      return other.object == each.object && other.isText();
    });
    if (each.isText() || (hasText && !each.mime.starts_with("image/"))) continue;
    lines += "brood: not shown: " + each.mime + ", " + std::to_string(each.data.size()) +
             " bytes; --output-dir saves it\n";
  }
  return lines;
}

std::string skippedLines(rpc::JobResult::Reader result) {
  std::string lines;
  for (auto file : result.getFilesSkipped()) {
    lines +=
        "brood: " + textOf(file.getPath()) + ": not collected: " + textOf(file.getReason()) + "\n";
  }
  return lines;
}

}  // namespace brood::cli
