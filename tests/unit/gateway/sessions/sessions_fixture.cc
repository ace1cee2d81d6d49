#include "tests/unit/gateway/sessions/sessions_fixture.h"

namespace brood::gateway {

ClientResponse SessionsTest::send(std::string_view method, std::string_view path,
                                  std::string_view body, std::string_view headers) {
  std::string request = std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n";
  request.append(headers);
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  request.append(body);
  return ask(request);
}

std::vector<ReceivedEvent> SessionsTest::events(std::string_view method, std::string_view path,
                                                std::string_view body) {
  const auto response =
      send(method, path, body, "Content-Type: application/json\r\nAccept: text/event-stream\r\n");
  EXPECT_EQ(response.headers.at("content-type"), "text/event-stream") << response.body;
  return parse(response.body);
}

std::vector<ReceivedEvent> SessionsTest::parse(std::string_view text) {
  std::vector<ReceivedEvent> events;
  while (!text.empty()) {
    ReceivedEvent event;
    auto block = text.substr(0, text.find("\n\n"));
    text.remove_prefix(block.size() + 2);
    while (!block.empty()) {
      const auto line = block.substr(0, block.find('\n'));
      block.remove_prefix(std::min(block.size(), line.size() + 1));
      if (line.starts_with("id: ")) event.id = line.substr(4);
      if (line.starts_with("event: ")) event.name = line.substr(7);
      if (line.starts_with("data: ")) event.data = nlohmann::json::parse(line.substr(6));
    }
    events.push_back(std::move(event));
  }
  return events;
}

kj::Promise<void> sendOutput(rpc::OutputSink::Client sink, rpc::OutputStream stream,
                             std::string_view text) {
  auto output = sink.outputRequest();
  output.setStream(stream);
  output.setData({reinterpret_cast<const kj::byte*>(text.data()), text.size()});
  return output.send();
}

}  // namespace brood::gateway
