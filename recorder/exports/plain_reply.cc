#include "recorder/exports/plain_reply.h"

namespace brood::recorder {
namespace {

constexpr size_t kMaxShown = 300;

}  // namespace

std::string plainReply(const HttpReply& reply, const std::string& secret) {
  std::string text = reply.status == 0 ? "no answer: " + reply.problem
                                       : "the server answered " + std::to_string(reply.status);
  std::string said = reply.status == 0 ? "" : reply.body;
  for (size_t at = said.find(secret); !secret.empty() && at != std::string::npos;
       at = said.find(secret)) {
    said.replace(at, secret.size(), "[key]");
  }
  if (!said.empty()) text += ": " + said;
  std::string shown;
  for (const char c : text) {
    if (shown.size() == kMaxShown) break;
    shown += c >= ' ' && c < 0x7f ? c : ' ';
  }
  return shown;
}

}  // namespace brood::recorder
