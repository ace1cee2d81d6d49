#pragma once
// One line of a client's, as far as the bridge has to know it.

#include <string>
#include <string_view>
#include <vector>

namespace brood::cli {

struct BridgeLine {
  std::string id;         // As JSON; empty: it wants no answer.
  std::string method;     // Empty in a response.
  std::string version;    // In the stateless era, which says it in each request; else empty.
  std::string name;       // The header Mcp-Name repeats it; empty: there is none.
  std::string cancelled;  // The id that it cancels, as JSON; else empty.
};

// A line that is no message is passed on as one that wants no answer: the gateway says what is
// wrong.
BridgeLine readBridgeLine(std::string_view line);

// The headers that repeat what the message says. `agreed`: the version of a handshake, or empty.
std::vector<std::string> bridgeHeaders(const BridgeLine& line, const std::string& agreed);

// The version that an answer to `initialize` agrees on; empty if it is none.
std::string agreedVersion(std::string_view answer);

// An answer of the bridge's own, where the gateway has given none.
std::string bridgeError(const std::string& id, const std::string& message);

// On one line: line ends in JSON mean nothing.
std::string onOneLine(std::string json);

// Whether a body is a message that a client can be given.
bool isMessage(std::string_view body);

}  // namespace brood::cli
