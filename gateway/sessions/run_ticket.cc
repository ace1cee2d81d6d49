#include "gateway/sessions/run_ticket.h"

namespace brood::gateway {

std::variant<RunTicket, ApiError> RunTicket::admit(JobDesk* desk, const JobOrder& order,
                                                   ResponseWriter& writer) {
  if (desk == nullptr) return RunTicket(nullptr);
  auto admitted = desk->admit(order);
  if (auto* error = std::get_if<ApiError>(&admitted)) return std::move(*error);
  auto& ticket = std::get<std::unique_ptr<JobTicket>>(admitted);
  for (const auto& [name, value] : ticket->headers()) writer.addHeader(name, value);
  return RunTicket(std::move(ticket));
}

void RunTicket::write(rpc::Job::Builder job) const {
  if (ticket_) ticket_->write(job);
}

void RunTicket::finish(rpc::JobResult::Reader result) {
  if (ticket_) ticket_->finish(result);
}

ApiError RunTicket::reject(ApiError error) {
  if (ticket_) ticket_->reject(error);
  return error;
}

void RunTicket::letGo(std::string_view id) {
  if (ticket_) ticket_->letGo(id);
}

}  // namespace brood::gateway
