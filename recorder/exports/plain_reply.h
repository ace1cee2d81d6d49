#pragma once
// A server's refusal, for the log.

#include <string>

#include "recorder/exports/http_client.h"

namespace brood::recorder {

// "the server answered 404: relation does not exist": one line of at most 300 characters, of which
// none is one that a terminal acts on. What a server says may be anything, and what we sent with
// it: `secret`, if not empty, is left out.
std::string plainReply(const HttpReply& reply, const std::string& secret = "");

}  // namespace brood::recorder
