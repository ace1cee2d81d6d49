#pragma once
// One request passed on to a server and its answer passed back.

#include <functional>
#include <string>

#include "egress/protocols/proxy_request.h"
#include "egress/proxies/body_pump.h"
#include "egress/proxies/server_connection.h"

namespace brood::egress {

class HttpExchange {
 public:
  struct End {
    // Whether either connection can take another request.
    bool keepsClient = false, keepsServer = false;
    // Nothing has been answered yet, and this is why nothing was.
    std::string problem;
  };
  using FilterAnswer = std::function<void(Fields&)>;

  // All borrowed. `head` is what the server is sent first.
  HttpExchange(HttpRequestReader& request, BufferedStream& client, ServerConnection& server,
               PassageMeter& meter, SilenceWatch& silence, size_t maxHeadBytes, FilterAnswer filter)
      : request_(request),
        client_(client),
        server_(server),
        meter_(meter),
        silence_(silence),
        maxHeadBytes_(maxHeadBytes),
        filter_(std::move(filter)) {}
  KJ_DISALLOW_COPY(HttpExchange);

  // A body goes up while the answer comes down: a server may answer before it has read all.
  kj::Promise<End> run(std::string head, bool isHead, bool expectsContinue);

 private:
  kj::Promise<void> sendRequest(bool expectsContinue);
  kj::Promise<void> readAnswerHead();
  kj::Promise<End> passAnswer();
  End endOf();
  std::string answerHead();

  HttpRequestReader& request_;
  BufferedStream& client_;
  ServerConnection& server_;
  PassageMeter& meter_;
  SilenceWatch& silence_;
  const size_t maxHeadBytes_;
  const FilterAnswer filter_;
  std::string head_, answerHead_;
  bool isHead_ = false;
  bool isSent_ = false;
  bool hasAnswered_ = false;
  bool keepsClient_ = false;
  kj::Own<HttpResponseReader> answer_;
  kj::Own<BodyPump<true>> up_;
  kj::Own<BodyPump<false>> down_;
  kj::Promise<void> sending_ = nullptr;
};

}  // namespace brood::egress
