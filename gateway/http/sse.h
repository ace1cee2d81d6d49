#pragma once
// The text of server-sent events.

#include <string>
#include <string_view>

namespace brood::gateway {

inline constexpr std::string_view kEventStreamType = "text/event-stream";

// "event: NAME\ndata: JSON\n\n". `json` is one line: JSON strings escape line ends.
std::string sseEvent(std::string_view name, std::string_view json);

// Whether an Accept header asks for an event stream: it lists that very type with a weight above
// zero. "*/*" does not.
bool acceptsEventStream(std::string_view accept);

// A Content-Type or one range of an Accept header without parameters, in lower case.
std::string mediaType(std::string_view header);

}  // namespace brood::gateway
