#include "bench/tracing/kernel_events.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace brood::bench {
namespace {

using Kind = KernelEvent::Kind;

template <typename Number>
std::optional<Number> numberAt(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

template <typename Number>
std::optional<Number> numberAfter(std::string_view text, std::string_view label) {
  // The last: a process may be called like a label.
  const size_t at = text.rfind(label);
  return at == text.npos ? std::nullopt : numberAt<Number>(text.substr(at + label.size()));
}

// "632.461478"
std::optional<uint64_t> nanosOf(std::string_view text) {
  const size_t dot = text.find('.');
  if (dot == text.npos || text.size() < dot + 7) return std::nullopt;
  const auto seconds = numberAt<uint64_t>(text.substr(0, dot));
  const auto micros = numberAt<uint64_t>(text.substr(dot + 1, 6));
  if (!seconds || !micros) return std::nullopt;
  return *seconds * 1'000'000'000 + *micros * 1'000;
}

// The width of the current task's name, which may contain anything and is padded.
constexpr size_t kNameWidth = 16;

// "            name-123   [001] d..2.   632.461478: sched_switch: ..."
std::optional<KernelEvent> parseLine(std::string_view line) {
  if (line.size() <= kNameWidth || line[kNameWidth] != '-') return std::nullopt;
  const auto current = numberAt<pid_t>(line.substr(kNameWidth + 1));
  const size_t cpu = line.find(" [", kNameWidth);
  const size_t colon = cpu == line.npos ? line.npos : line.find(": ", cpu);
  if (!current || colon == line.npos) return std::nullopt;
  const size_t time = line.rfind(' ', colon);
  const auto nanos = nanosOf(line.substr(time + 1, colon - time - 1));
  if (!nanos) return std::nullopt;
  const std::string_view rest = line.substr(colon + 2);
  auto is = [&](std::string_view name) { return rest.starts_with(name); };
  if (is("sched_switch:")) {
    const auto next = numberAfter<pid_t>(rest, " next_pid=");
    return next ? std::optional(KernelEvent{Kind::switchedIn, *nanos, *next}) : std::nullopt;
  }
  if (is("sched_waking:")) {
    const auto woken = numberAfter<pid_t>(rest, " pid=");
    return woken ? std::optional(KernelEvent{Kind::waking, *nanos, *woken, *current})
                 : std::nullopt;
  }
  if (is("sys_enter:")) {
    const long number = numberAfter<long>(rest, "NR ").value_or(-1);
    return KernelEvent{Kind::systemCall, *nanos, *current, 0, number};
  }
  if (is("page_fault_user:")) return KernelEvent{Kind::pageFault, *nanos, *current};
  return std::nullopt;
}

}  // namespace

std::vector<KernelEvent> parseKernelEvents(const std::string& text) {
  std::vector<KernelEvent> events;
  const std::string_view all = text;
  for (size_t at = 0; at < all.size();) {
    const size_t end = std::min(all.find('\n', at), all.size());
    if (auto event = parseLine(all.substr(at, end - at))) events.push_back(*event);
    at = end + 1;
  }
  return events;
}

}  // namespace brood::bench
