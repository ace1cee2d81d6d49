#pragma once
// The form of the daemons' logs: lines for people, or a JSON object in each line for programs.
//
// A header alone, so that programs without a log need not be linked with spdlog.

#include <spdlog/formatter.h>
#include <spdlog/logger.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>

#include "base/utc_time.h"
#include "config/config.h"
#include "rpc/calls/json_writer.h"

namespace brood {

// {"time":"2026-11-29T06:19:51.042Z","level":"warning","process":"gateway","pid":7,"message":"..."}
// Whatever a message contains, it stays one line and one member.
class JsonLogFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    using std::chrono::milliseconds;
    const auto since = std::chrono::duration_cast<milliseconds>(message.time.time_since_epoch());
    const auto level = spdlog::level::to_string_view(message.level);
    std::string line;
    JsonWriter(line)
        .beginObject()
        .field("time", utcText(since.count(), true))
        .field("level", std::string_view(level.data(), level.size()))
        .field("process", std::string_view(message.logger_name.data(), message.logger_name.size()))
        .field("pid", static_cast<uint64_t>(::getpid()))
        .field("message", std::string_view(message.payload.data(), message.payload.size()))
        .endObject();
    line += '\n';
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonLogFormatter>();
  }
};

inline void setUpLogger(spdlog::logger& logger, const SupervisorConfig& config) {
  logger.set_level(spdlog::level::from_str(config.logLevel));
  if (config.logFormat == "json") logger.set_formatter(std::make_unique<JsonLogFormatter>());
}

}  // namespace brood
