#include "supervisor/files/input_files.h"

#include <unordered_set>

#include "base/text.h"
#include "supervisor/files/relative_path.h"

namespace brood::supervisor {
namespace {

// The space that tmpfs takes for each file that is not empty.
constexpr uint64_t kPageBytes = 4096;
uint64_t bytesOnDisk(uint64_t size) { return (size + kPageBytes - 1) / kPageBytes * kPageBytes; }

std::string fieldOf(unsigned index, const char* member) {
  return "files[" + std::to_string(index) + "]." + member;
}

RejectionInfo tooMany(const char* field, const char* what, uint64_t most, uint64_t got) {
  return invalid("too_many",
                 std::string(field) + " may have at most " + std::to_string(most) + " " + what +
                     ", got " + std::to_string(got),
                 field);
}

RejectionInfo tooLarge(std::string field, uint64_t most, uint64_t got) {
  auto message =
      field + " may have at most " + std::to_string(most) + " bytes, got " + std::to_string(got);
  return invalid("too_large", std::move(message), std::move(field));
}

// Which names are taken, as a file or as a directory above one.
class Tree {
 public:
  explicit Tree(const std::string& sourceFile) : sourceFile_(sourceFile) {
    files_.insert(sourceFile);
  }

  size_t entries() const { return files_.size() + directories_.size(); }

  // Returns the conflict with another path, or nothing.
  std::string add(const std::string& path) {
    if (path == sourceFile_) return "must not be the program's own name";
    if (files_.contains(path)) return "is given twice";
    if (directories_.contains(path)) return "is also a directory of another file";
    for (size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      const auto above = path.substr(0, slash);
      if (files_.contains(above)) return "has a file as a directory above it";
      directories_.insert(above);
    }
    files_.insert(path);
    return "";
  }

 private:
  const std::string& sourceFile_;
  std::unordered_set<std::string> files_, directories_;
};

RejectionInfo notHeld(LimitKind kind, const JobLimits& limits, uint64_t needed, const char* unit) {
  const auto& limit = limitInfo(kind);
  const std::string field = std::string("limits.") + limit.name;
  return invalid("invalid_limit",
                 field + " must hold the " + std::to_string(needed) + " " + unit +
                     " of the program and its files, got " + std::to_string(limits.*limit.value),
                 field);
}

}  // namespace

kj::OneOf<std::vector<InputFile>, RejectionInfo> checkInputFiles(
    capnp::List<rpc::InputFile>::Reader files, const Workspace& workspace,
    const FilesConfig& config) {
  if (files.size() > config.maxInputs) {
    return tooMany("files", "files", config.maxInputs, files.size());
  }
  const JobLimits& limits = workspace.limits;
  Tree tree(workspace.sourceFile);
  std::vector<InputFile> checked;
  uint64_t totalBytes = 0, onDisk = bytesOnDisk(workspace.sourceBytes);
  for (unsigned i = 0; i < files.size(); ++i) {
    InputFile file;
    file.path = textOf(files[i].getPath());
    auto content = files[i].getContent();
    file.content = kj::arrayPtr(content.begin(), content.size());
    file.executable = files[i].getExecutable();

    auto problem = problemOfPath(file.path);
    if (problem.empty()) problem = tree.add(file.path);
    if (!problem.empty()) {
      const auto field = fieldOf(i, "path");
      return invalid("invalid_path", field + " " + problem + ", got " + quoted(file.path), field);
    }
    if (content.size() > config.maxInputFileBytes) {
      return tooLarge(fieldOf(i, "content"), config.maxInputFileBytes, content.size());
    }
    if (content.size() > limits.fileBytes) {
      return notHeld(LimitKind::file, limits, content.size(), "bytes");
    }
    totalBytes += content.size();
    onDisk += bytesOnDisk(content.size());
    checked.push_back(std::move(file));
  }
  if (totalBytes > config.maxInputBytes) return tooLarge("files", config.maxInputBytes, totalBytes);
  if (files.size() == 0) return checked;
  if (onDisk > limits.workspaceBytes) {
    return notHeld(LimitKind::workspaceBytes, limits, onDisk, "bytes");
  }
  // One is the working directory's own.
  if (tree.entries() + 1 > limits.workspaceInodes) {
    return notHeld(LimitKind::workspaceInodes, limits, tree.entries() + 1, "names");
  }
  return checked;
}

kj::OneOf<GlobSet, RejectionInfo> checkPatterns(capnp::List<capnp::Text>::Reader patterns,
                                                const FilesConfig& config) {
  if (patterns.size() > config.maxPatterns) {
    return tooMany("collect", "patterns", config.maxPatterns, patterns.size());
  }
  std::vector<Glob> globs;
  for (unsigned i = 0; i < patterns.size(); ++i) {
    const auto text = textOf(patterns[i]);
    auto parsed = Glob::parse(text);
    if (const auto* problem = std::get_if<std::string>(&parsed)) {
      const auto field = "collect[" + std::to_string(i) + "]";
      return invalid("invalid_pattern", field + " " + *problem + ", got " + quoted(text), field);
    }
    globs.push_back(std::move(std::get<Glob>(parsed)));
  }
  return GlobSet(std::move(globs));
}

}  // namespace brood::supervisor
