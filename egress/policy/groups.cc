#include "egress/policy/groups.h"

namespace brood::egress {
namespace {

// Hosts of the registries themselves. What anybody can rent space on (storage.googleapis.com, ...)
// is in none of them: to allow it is to allow everybody's.
constexpr std::string_view kPypi[] = {"pypi.org", "files.pythonhosted.org", "pypi.python.org"};
constexpr std::string_view kNpm[] = {"registry.npmjs.org", "registry.yarnpkg.com"};
constexpr std::string_view kDebian[] = {"deb.debian.org", "security.debian.org", "ftp.debian.org",
                                        "cdn-fastly.deb.debian.org"};
constexpr std::string_view kGithub[] = {"github.com",
                                        "api.github.com",
                                        "codeload.github.com",
                                        "gist.github.com",
                                        "raw.githubusercontent.com",
                                        "gist.githubusercontent.com",
                                        "media.githubusercontent.com",
                                        "objects.githubusercontent.com",
                                        "release-assets.githubusercontent.com",
                                        "github-releases.githubusercontent.com",
                                        "github-cloud.githubusercontent.com"};
constexpr std::string_view kCrates[] = {"crates.io", "index.crates.io", "static.crates.io"};
constexpr std::string_view kGo[] = {"proxy.golang.org", "sum.golang.org", "index.golang.org"};
constexpr std::string_view kRubygems[] = {"rubygems.org", "index.rubygems.org", "api.rubygems.org"};
constexpr std::string_view kMaven[] = {"repo.maven.apache.org", "repo1.maven.org"};
constexpr std::string_view kHuggingface[] = {"huggingface.co", "cdn-lfs.huggingface.co", "hf.co",
                                             "*.hf.co"};

constexpr Group kGroups[] = {
    {"pypi", kPypi},         {"npm", kNpm},       {"debian", kDebian},
    {"github", kGithub},     {"crates", kCrates}, {"go", kGo},
    {"rubygems", kRubygems}, {"maven", kMaven},   {"huggingface", kHuggingface},
};

}  // namespace

std::span<const Group> allGroups() { return kGroups; }

const Group* findGroup(std::string_view name) {
  for (const auto& group : kGroups) {
    if (group.name == name) return &group;
  }
  return nullptr;
}

}  // namespace brood::egress
