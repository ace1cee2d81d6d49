#pragma once
// The body of POST /v1/sandbox/run, as dify-sandbox reads it.

#include <string_view>
#include <variant>

#include "gateway/http/error_response.h"
#include "gateway/jobs/job_order.h"

namespace brood::gateway::dify {

// {language: python3|nodejs, code, preload?, enable_network?}; other fields are passed over, since
// versions of Dify differ in what they send.
std::variant<JobOrder, ApiError> readRun(std::string_view body);

// Our name of one of its languages; empty: it has no such language.
std::string_view languageOf(std::string_view name);

}  // namespace brood::gateway::dify
