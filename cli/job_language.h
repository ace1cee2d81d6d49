#pragma once
// Which language a file is in.

#include <string>

#include "rpc/supervisor.capnp.h"

namespace brood {

// By the file's ending, which must be one that a language of the supervisor's claims ("py").
// Throws CliError naming what there is.
std::string languageOfFile(const std::string& path, capnp::List<rpc::RuntimeInfo>::Reader runtimes);

}  // namespace brood
