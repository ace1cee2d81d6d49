#pragma once
// The body of POST /v1/execute: from JSON to a job's order, strictly (gateway/jobs/json_reader.h).

#include <string_view>
#include <variant>

#include "gateway/http/error_response.h"
#include "gateway/jobs/job_order.h"
#include "gateway/jobs/json_fields.h"
#include "gateway/jobs/request_bounds.h"

namespace brood::gateway {

// The table of its fields, made once for all requests.
class ExecuteRequestReader {
 public:
  explicit ExecuteRequestReader(const RequestBounds& bounds);

  std::variant<JobOrder, ApiError> read(std::string_view json) const;

  // How many files a request may bring, however it brings them.
  size_t maxFiles() const { return maxFiles_; }

 private:
  const JsonFields<JobOrder> fields_;
  const size_t maxFiles_;
};

}  // namespace brood::gateway
