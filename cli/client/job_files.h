#pragma once
// Files for a job from here, and what it brings back to here.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "rpc/calls/supervisor.capnp.h"

namespace brood::cli {

// "PATH[:NAME]": NAME is the file's path for the job; without it, PATH's last part.
std::pair<std::string, std::string> splitFileArgument(const std::string& text);

// A form of something that the job showed.
struct ShownForm {
  std::string mime;
  std::string data;
  uint32_t object = 0;

  static ShownForm of(rpc::RichResult::Reader result);
  bool isText() const { return mime == "text/plain"; }
};

// Below `directory`, which is made if need be; what was shown and is no text as result-N.png and
// the like. Returns a line for each, for people. Throws CliError when one cannot be written.
std::string saveFiles(rpc::JobResult::Reader result, const std::vector<ShownForm>& shown,
                      const std::string& directory);

// Saves what was shown and is no text, below `directory` as PREFIX1.png and the like. Returns a
// line for each. Throws CliError.
std::string saveShown(const std::vector<ShownForm>& shown, const std::string& prefix,
                      const std::string& directory);

// The lines about results that only --output-dir would save: "brood: not shown: image/png,
// 12345 bytes; --output-dir saves it\n" for each picture, and each thing that has no text.
std::string unseenLines(const std::vector<ShownForm>& shown);

// "brood: out/link: not collected: symlink\n" for each.
std::string skippedLines(rpc::JobResult::Reader result);

}  // namespace brood::cli
