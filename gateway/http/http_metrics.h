#pragma once
// The gateway's own counters of HTTP, for Prometheus.

#include <kj/time.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <string>
#include <string_view>

#include "base/owned_fd.h"

namespace brood::gateway {

class HttpMetrics {
 public:
  HttpMetrics();
  HttpMetrics(const HttpMetrics&) = delete;

  // One answered request, from when it was complete to its response's last byte. `route` is one of
  // the router's, never what a client made up.
  void noteRequest(std::string_view route, unsigned status, kj::Duration duration);
  // A client that left before its answer.
  void noteDisconnect(std::string_view route);
  void noteConnections(size_t open) { connections_.Set(static_cast<double>(open)); }
  // One that was turned away at the limit.
  void noteTurnedAway() { turnedAway_.Increment(); }
  // One that was idle and closed to make room for another.
  void noteMadeRoom() { madeRoom_.Increment(); }
  // Counts the memory that gateway.max_buffered_bytes bounds.
  void noteBuffered(uint64_t bytes) { buffered_.Set(static_cast<double>(bytes)); }
  // Somebody was refused for want of it.
  void noteBuffersFull() { buffersFull_.Increment(); }

  // In Prometheus' text format 0.0.4. `supervisorUp`: whether there is a connection to it.
  std::string text(bool supervisorUp);

 private:
  struct Route {
    prometheus::Histogram& durations;
    prometheus::Counter& disconnects;
    std::map<unsigned, prometheus::Counter*> byStatus;
  };

  Route& routeOf(std::string_view route);
  double residentBytes() const;

  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Counter>& disconnects_;
  prometheus::Family<prometheus::Histogram>& durations_;
  prometheus::Gauge& connections_;
  prometheus::Counter& turnedAway_;
  prometheus::Counter& madeRoom_;
  prometheus::Gauge& buffered_;
  prometheus::Counter& buffersFull_;
  prometheus::Gauge& supervisorUp_;
  prometheus::Gauge& residentBytes_;
  std::map<std::string, Route, std::less<>> routes_;
  OwnedFd statm_;  // Opened ahead: later there are no paths.
};

}  // namespace brood::gateway
