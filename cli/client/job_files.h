#pragma once
// Files for a job from here, and what it brings back to here.

#include <string>
#include <utility>
#include <vector>

#include "rpc/supervisor.capnp.h"

namespace brood {

// "PATH[:NAME]": NAME is the file's path for the job; without it, PATH's last part.
std::pair<std::string, std::string> splitFileArgument(const std::string& text);

// Below `directory`, which is made if need be; rich results that are no text as result-N.png and
// the like. Returns a line for each, for people. Throws CliError when one cannot be written.
std::string saveFiles(rpc::JobResult::Reader result, const std::string& directory);

// What the job showed, as plain text where it has that form.
std::string shownText(rpc::JobResult::Reader result);

// "brood: out/link: not collected: symlink\n" for each.
std::string skippedLines(rpc::JobResult::Reader result);

}  // namespace brood
