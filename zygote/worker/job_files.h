#pragma once
// A job's input files, written by the worker itself before the job's code exists.

#include "rpc/wire/worker.capnp.h"

namespace brood::zygote {

// Below the current directory, which must hold nothing of anybody else's. `contentFd` is borrowed;
// negative: the content is in the message. Throws when a file cannot be written.
void placeJobFiles(capnp::List<wire::JobFile>::Reader files, int contentFd);

}  // namespace brood::zygote
