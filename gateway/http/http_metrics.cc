#include "gateway/http/http_metrics.h"

#include <fcntl.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <cstdio>

namespace brood::gateway {
namespace {

const prometheus::Histogram::BucketBoundaries kBuckets{
    0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 300};

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

double seconds(kj::Duration duration) {
  return static_cast<double>(duration / kj::NANOSECONDS) / 1e9;
}

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

HttpMetrics::HttpMetrics()
    : requests_(prometheus::BuildCounter()
                    .Name("brood_http_requests_total")
                    .Help("Answered requests by route and status; route \"none\": not one of ours, "
                          "or unreadable.")
                    .Register(registry_)),
      disconnects_(prometheus::BuildCounter()
                       .Name("brood_http_disconnects_total")
                       .Help("Requests whose client left before the answer.")
                       .Register(registry_)),
      durations_(prometheus::BuildHistogram()
                     .Name("brood_http_request_duration_seconds")
                     .Help("From a complete request to the last byte of its response.")
                     .Register(registry_)),
      connections_(gauge(registry_, "brood_http_connections", "Open client connections.")),
      turnedAway_(counter(registry_, "brood_http_turned_away_total",
                          "Connections over gateway.max_connections, all others being busy.")),
      madeRoom_(counter(registry_, "brood_http_made_room_total",
                        "Idle connections that were closed for another.")),
      buffered_(gauge(registry_, "brood_http_buffered_bytes",
                      "Of gateway.max_buffered_bytes: requests and answers in memory.")),
      buffersFull_(counter(registry_, "brood_http_buffers_full_total",
                           "Requests and answers refused at gateway.max_buffered_bytes.")),
      supervisorUp_(gauge(registry_, "brood_supervisor_up",
                          "1 while the gateway is connected to the supervisor.")),
      residentBytes_(gauge(registry_, "brood_gateway_resident_memory_bytes",
                           "Resident memory of the gateway.")),
      statm_(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) {}

// Second field of proc_pid_statm(5), in pages.
double HttpMetrics::residentBytes() const {
  char text[128];
  const ssize_t count = ::pread(statm_.get(), text, sizeof(text) - 1, 0);
  if (count <= 0) return 0;
  text[count] = 0;
  unsigned long total = 0, resident = 0;
  if (std::sscanf(text, "%lu %lu", &total, &resident) != 2) return 0;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

HttpMetrics::Route& HttpMetrics::routeOf(std::string_view route) {
  auto found = routes_.find(route);
  if (found != routes_.end()) return found->second;
  const prometheus::Labels labels{{"route", std::string(route)}};
  Route made{durations_.Add(labels, kBuckets), disconnects_.Add(labels), {}};
  return routes_.emplace(route, std::move(made)).first->second;
}

void HttpMetrics::noteRequest(std::string_view route, unsigned status, kj::Duration duration) {
  Route& series = routeOf(route);
  series.durations.Observe(seconds(duration));
  auto& counter = series.byStatus[status];
  if (counter == nullptr) {
    counter = &requests_.Add({{"route", std::string(route)}, {"code", std::to_string(status)}});
  }
  counter->Increment();
}

void HttpMetrics::noteDisconnect(std::string_view route) { routeOf(route).disconnects.Increment(); }

std::string HttpMetrics::text(bool supervisorUp) {
  supervisorUp_.Set(supervisorUp ? 1 : 0);
  residentBytes_.Set(residentBytes());
  return prometheus::TextSerializer().Serialize(registry_.Collect());
}

}  // namespace brood::gateway
