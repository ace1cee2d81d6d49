#include "supervisor/front/session_metrics.h"

#include "rpc/calls/result_names.h"

namespace brood::supervisor {

MetricFamilies sessionMetrics(const Sessions& sessions) {
  MetricFamilies all;
  const SessionCounts& counts = sessions.counts();
  all.push_back(gauge("brood_sessions", "Sessions by whether they run or are paused.")
                    .add({{"state", "running"}}, static_cast<double>(sessions.running()))
                    .add({{"state", "paused"}}, static_cast<double>(sessions.paused()))
                    .take());
  all.push_back(gauge("brood_sessions_memory_bytes", "Memory that all sessions hold together.")
                    .add({}, static_cast<double>(sessions.heldBytes()))
                    .take());
  all.push_back(counter("brood_sessions_opened_total", "Sessions opened.")
                    .add({}, static_cast<double>(counts.opened))
                    .take());
  auto ended = counter("brood_sessions_ended_total", "Sessions that have ended, by why.");
  for (const auto& [reason, number] : counts.ended) {
    ended.add({{"reason", reason}}, static_cast<double>(number));
  }
  all.push_back(ended.take());
  auto cells = counter("brood_session_cells_total", "Cells that have ended, by their verdict.");
  for (const auto& [status, number] : counts.cells) {
    cells.add({{"status", statusName(status)}}, static_cast<double>(number));
  }
  all.push_back(cells.take());
  all.push_back(counter("brood_session_contexts_lost_total",
                        "Interpreters that have ended before their context was closed.")
                    .add({}, static_cast<double>(counts.contextsLost))
                    .take());
  all.push_back(counter("brood_session_commands_total", "Commands that sessions were asked for.")
                    .add({}, static_cast<double>(counts.commands))
                    .take());
  all.push_back(counter("brood_session_file_agent_starts_total",
                        "Starts of sessions' file agents, the first of each included.")
                    .add({}, static_cast<double>(counts.agentStarts))
                    .take());
  // One without a sample yet would be a name and nothing else.
  std::erase_if(all, [](const auto& family) { return family.metric.empty(); });
  return all;
}

}  // namespace brood::supervisor
