#pragma once
// The bodies of requests about sessions: from JSON to orders, strictly
// (gateway/jobs/json_reader.h).

#include <string_view>
#include <variant>

#include "gateway/http/error_response.h"
#include "gateway/jobs/json_fields.h"
#include "gateway/jobs/request_bounds.h"
#include "gateway/sessions/words/session_orders.h"

namespace brood::gateway {

// The tables of their fields, made once for all requests. An empty body is an empty object, where
// nothing is required.
class SessionRequestReader {
 public:
  explicit SessionRequestReader(const RequestBounds& bounds);

  std::variant<SessionOrder, ApiError> session(std::string_view json) const;
  std::variant<SessionChange, ApiError> change(std::string_view json) const;
  std::variant<CellOrder, ApiError> cell(std::string_view json) const;
  std::variant<ContextOrder, ApiError> context(std::string_view json) const;
  // A line for a shell has become its arguments.
  std::variant<CommandOrder, ApiError> command(std::string_view json) const;
  std::variant<CommandInput, ApiError> input(std::string_view json) const;
  std::variant<SignalOrder, ApiError> signal(std::string_view json) const;
  std::variant<TerminalSize, ApiError> terminal(std::string_view json) const;

 private:
  const JsonFields<SessionOrder> session_;
  const JsonFields<SessionChange> change_;
  const JsonFields<CellOrder> cell_;
  const JsonFields<ContextOrder> context_;
  const JsonFields<CommandOrder> command_;
  const JsonFields<CommandInput> input_;
  const JsonFields<SignalOrder> signal_;
  const JsonFields<TerminalSize> terminal_;
};

}  // namespace brood::gateway
