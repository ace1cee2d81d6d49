#include "bench/clients/http_job_client.h"

#include <kj/debug.h>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "bench/model/clock.h"

namespace brood::bench {
namespace {

namespace http = boost::beast::http;

rpc::StartKind startOf(const std::string& name) {
  if (name == "warm") return rpc::StartKind::WARM;
  return name == "cold" ? rpc::StartKind::COLD : rpc::StartKind::HOT;
}

void readTrace(const nlohmann::json& trace, Answer& answer) {
  answer.worker = trace.value("worker_pid", pid_t{});
  for (const auto& point : trace.at("points")) {
    answer.points[point.value("at", "")] = point.value("ns", uint64_t{});
  }
}

Answer readAnswer(const JobText& job, const HttpResponse& response, uint64_t nanos) {
  Answer answer;
  answer.nanos = nanos;
  auto body = nlohmann::json::parse(response.body, nullptr, false);
  if (response.status != 200 || !body.is_object()) {
    answer.problem = "HTTP " + std::to_string(response.status) + ": " + response.body.substr(0, 80);
    return answer;
  }
  const auto& timing = body["timing"];
  answer.start = startOf(timing.value("start", ""));
  answer.phases = {timing.value("queue_us", uint64_t{}), timing.value("acquire_us", uint64_t{}),
                   timing.value("run_us", uint64_t{}), timing.value("total_us", uint64_t{})};
  if (body.contains("trace")) readTrace(body["trace"], answer);
  answer.problem = outputProblem(job, body.value("status", ""), body.value("stdout", ""));
  return answer;
}

// The key that `brood serve` takes from the same variable, as a line of a head; or nothing.
std::string keyHeader() {
  const char* key = std::getenv("BROOD_API_KEY");
  return key == nullptr || *key == '\0' ? "" : "Authorization: Bearer " + std::string(key) + "\r\n";
}

}  // namespace

// One request and its response. Lives until its promise is done.
class HttpJobClient::Exchange {
 public:
  Exchange(kj::AsyncIoStream& stream, std::string request)
      : stream_(stream), request_(std::move(request)) {
    parser_.eager(true);
    parser_.body_limit(boost::none);
  }

  kj::Promise<HttpResponse> run() {
    return stream_.write(request_.data(), request_.size()).then([this] { return receive(); });
  }

 private:
  kj::Promise<HttpResponse> receive() {
    return stream_.tryRead(block_, 1, sizeof(block_))
        .then([this](size_t count) -> kj::Promise<HttpResponse> {
          KJ_REQUIRE(count > 0, "the gateway closed the connection");
          parse(count);
          if (!parser_.is_done()) return receive();
          return HttpResponse{parser_.get().result_int(), std::move(parser_.get().body())};
        });
  }

  void parse(size_t count) {
    pending_.append(block_, count);
    size_t used = 0;
    while (used < pending_.size() && !parser_.is_done()) {
      boost::beast::error_code error;
      size_t taken =
          parser_.put(boost::asio::buffer(pending_.data() + used, pending_.size() - used), error);
      // The parser keeps what it has taken, also when it asks for more: it must not get that twice.
      used += taken;
      if (error == http::error::need_more) break;
      KJ_REQUIRE(!error, "not an HTTP response", error.message().c_str());
    }
    pending_.erase(0, used);
  }

  kj::AsyncIoStream& stream_;
  std::string request_;
  http::response_parser<http::string_body> parser_;
  std::string pending_;
  char block_[16'384];
};

HttpJobClient::HttpJobClient(UvAsyncIo& io, const std::string& address)
    : address_(address),
      keyHeader_(keyHeader()),
      stream_(io.provider()
                  .getNetwork()
                  .parseAddress(address)
                  .wait(io.waitScope())
                  ->connect()
                  .wait(io.waitScope())) {}

kj::Promise<HttpResponse> HttpJobClient::send(std::string request) {
  auto exchange = kj::heap<Exchange>(*stream_, std::move(request));
  auto response = exchange->run();
  return response.attach(kj::mv(exchange));
}

kj::Promise<HttpResponse> HttpJobClient::get(const std::string& path) {
  return send("GET " + path + " HTTP/1.1\r\nHost: " + address_ + "\r\n" + keyHeader_ + "\r\n");
}

kj::Promise<HttpResponse> HttpJobClient::post(const std::string& path, const std::string& body) {
  return send("POST " + path + " HTTP/1.1\r\nHost: " + address_ + "\r\n" + keyHeader_ +
              "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body);
}

kj::Promise<Answer> HttpJobClient::run(JobText job) {
  nlohmann::json json{{"language", job.language}, {"code", job.code}};
  if (!job.profile.empty()) json["profile"] = job.profile;
  if (job.isTraced) json["trace"] = true;
  if (!job.stdinText.empty()) json["stdin"] = job.stdinText;
  for (const auto& [path, content] : job.files) {
    json["files"].push_back({{"path", path}, {"content", content}});
  }
  const std::string body = json.dump();
  // Making a large body is this program's work, not the system's.
  const uint64_t start = nowNanos();
  return post("/v1/execute", body).then([job = std::move(job), start](HttpResponse&& response) {
    uint64_t nanos = nowNanos() - start;
    Answer answer = readAnswer(job, response, nanos);
    if (job.isTraced) {
      answer.points["client.sent"] = start;
      answer.points["client.answered"] = start + nanos;
    }
    return answer;
  });
}

}  // namespace brood::bench
