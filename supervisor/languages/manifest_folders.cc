#include "supervisor/languages/manifest_folders.h"

#include <kj/debug.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

namespace brood::supervisor {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFileInFolder = "manifest.toml";
// More is no manifest, and would be kept in memory.
constexpr uintmax_t kMaxBytes = 1 << 20;

class Loader {
 public:
  void addFolder(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (auto entry = fs::directory_iterator(folder, error); entry != fs::directory_iterator();
         entry.increment(error)) {
      if (fs::exists(entry->path() / kFileInFolder)) {
        files.push_back(entry->path() / kFileInFolder);
      } else if (entry->path().extension() == ".toml") {
        files.push_back(entry->path());
      }
    }
    if (error) return refuse({folder.string(), 0, error.message()});
    // The order does not depend on the file system: the first manifest with a name has it.
    std::sort(files.begin(), files.end());
    for (const auto& file : files) addFile(file);
  }

  void refuse(ManifestRefusal refusal) { result_.refusals.push_back(std::move(refusal)); }

  Manifests finish() && {
    std::sort(result_.usable.begin(), result_.usable.end(),
              [](auto& a, auto& b) { return a.name < b.name; });
    return std::move(result_);
  }

 private:
  void addFile(const fs::path& path) {
    const std::string file = path.string();
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error) return refuse({file, 0, error.message()});
    if (size > kMaxBytes) return refuse({file, 0, "larger than a manifest can be"});
    std::ifstream stream(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (stream.bad() || text.size() != size) return refuse({file, 0, "cannot be read"});

    auto parsed = parseManifest(text, file);
    if (auto* refusal = std::get_if<ManifestRefusal>(&parsed)) return refuse(std::move(*refusal));
    auto& manifest = std::get<RuntimeManifest>(parsed);
    if (auto taken = claim(manifest, file)) return refuse({file, 1, *taken});
    if (path.filename() == kFileInFolder) manifest.folder = path.parent_path().string();
    result_.usable.push_back(std::move(manifest));
  }

  // All of its names, or, with the reason, none.
  std::optional<std::string> claim(const RuntimeManifest& manifest, const std::string& file) {
    std::vector<std::string> claims{"language " + manifest.name};
    for (const auto& alias : manifest.aliases) claims.push_back("language " + alias);
    for (const auto& ending : manifest.endings) claims.push_back("ending ." + ending);
    for (const auto& one : claims) {
      if (auto owner = owners_.find(one); owner != owners_.end()) {
        return "the " + one + " is taken by " + owner->second;
      }
    }
    for (const auto& one : claims) owners_.emplace(one, file);
    return std::nullopt;
  }

  Manifests result_;
  std::map<std::string, std::string> owners_;  // The file, by what it claims.
};

}  // namespace

Manifests loadManifests(const std::string& shippedFolder,
                        const std::vector<std::string>& operatorFolders) {
  KJ_REQUIRE(fs::is_directory(shippedFolder), "no such directory of runtimes",
             shippedFolder.c_str());
  Loader loader;
  loader.addFolder(shippedFolder);
  for (const auto& folder : operatorFolders) loader.addFolder(folder);
  return std::move(loader).finish();
}

}  // namespace brood::supervisor
