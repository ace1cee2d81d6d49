#pragma once
// Which language a file is in.

#include <string>
#include <string_view>

#include "rpc/calls/supervisor.capnp.h"

namespace brood::cli {

// By the file's ending, if a language of the supervisor's claims it ("py"), else by the interpreter
// that the first line of its `code` names ("#!/usr/bin/env python3"). Throws CliError naming what
// there is.
std::string languageOfFile(const std::string& path, std::string_view code,
                           capnp::List<rpc::RuntimeInfo>::Reader runtimes);

}  // namespace brood::cli
