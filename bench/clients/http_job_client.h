#pragma once
// Jobs over HTTP/1.1: one keep-alive connection, its own request writer.

#include <kj/async-io.h>

#include <string>

#include "bench/clients/job.h"
#include "rpc/loop/uv_io.h"

namespace brood::bench {

struct HttpResponse {
  unsigned status = 0;
  std::string body;
};

class HttpJobClient final : public JobClient {
 public:
  // `address` is "host:port". Sends the key in BROOD_API_KEY, if there is one. Throws if nobody
  // listens there.
  HttpJobClient(UvAsyncIo& io, const std::string& address);

  kj::Promise<Answer> run(JobText job) override;
  kj::Promise<HttpResponse> get(const std::string& path);
  // JSON, as it is.
  kj::Promise<HttpResponse> post(const std::string& path, const std::string& body);

 private:
  class Exchange;
  // `request` is the whole of it.
  kj::Promise<HttpResponse> send(std::string request);

  std::string address_;
  const std::string keyHeader_;
  kj::Own<kj::AsyncIoStream> stream_;
};

}  // namespace brood::bench
