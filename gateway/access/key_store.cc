#include "gateway/access/key_store.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace brood::gateway {
namespace {

// Empty if the file is its owner's alone and the owner is one of us.
std::string ownershipProblem(const std::string& path, const struct stat& facts) {
  if (facts.st_uid != 0 && facts.st_uid != ::geteuid()) {
    return path + ": belongs to user " + std::to_string(facts.st_uid) +
           "; it must be root's or ours";
  }
  if ((facts.st_mode & 077) != 0) {
    char mode[8];
    std::snprintf(mode, sizeof(mode), "%04o", static_cast<unsigned>(facts.st_mode & 07777));
    return path + ": has mode " + mode + "; fix: chmod 600 " + path;
  }
  return "";
}

struct Reading {
  std::string text;
  std::variant<KeyFile, std::string> content;
  int error = 0;  // As errno, of a file that could not be opened or read.
};

Reading readBoth(const std::string& path) {
  auto file = readSmallFile(path, kMaxKeyFileBytes);
  if (auto* problem = std::get_if<FileProblem>(&file)) {
    return {"", std::move(problem->text), problem->error};
  }
  auto& [text, facts] = std::get<FileText>(file);
  std::string problem = ownershipProblem(path, facts);
  if (!problem.empty()) return {"", std::move(problem)};
  auto content = parseKeyFile(text);
  if (auto* wrong = std::get_if<std::string>(&content)) return {"", path + ": " + *wrong};
  return {std::move(text), std::move(content)};
}

}  // namespace

std::variant<KeyFile, std::string> readKeyFile(const std::string& path) {
  return readBoth(path).content;
}

std::string changeKeyFile(const std::string& path,
                          const std::function<std::string(KeyFile&)>& change) {
  const FileLock lock(path);
  Reading reading = readBoth(path);
  if (reading.error == ENOENT) reading.content = KeyFile();
  if (const auto* problem = std::get_if<std::string>(&reading.content)) return *problem;
  auto& file = std::get<KeyFile>(reading.content);
  const std::string refusal = change(file);
  if (!refusal.empty()) return refusal;
  replaceDurably(path, keyFileText(file));
  return "";
}

std::optional<KeyFileWatch::Change> KeyFileWatch::look() {
  // Before the reading: what is changed in between is read again the next time.
  const FileIdentity identity = identityOf(path_);
  if (seen_ && *seen_ == identity) return std::nullopt;
  seen_ = identity;
  Reading reading = readBoth(path_);
  return Change{std::move(reading.text), std::move(reading.content)};
}

}  // namespace brood::gateway
