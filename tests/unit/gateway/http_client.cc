#include "tests/unit/gateway/http_client.h"

#include <algorithm>
#include <stdexcept>

namespace brood::gateway {

void HttpClient::send(std::string_view bytes) {
  stream_->write(bytes.data(), bytes.size()).wait(scope_);
}

bool HttpClient::fill() {
  char block[16384];
  const size_t count = stream_->tryRead(block, 1, sizeof(block)).wait(scope_);
  buffer_.append(block, count);
  return count > 0;
}

std::string HttpClient::receiveLine() {
  size_t end;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    if (!fill()) throw std::runtime_error("end of file within a line: " + buffer_);
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string HttpClient::receiveBytes(size_t count) {
  while (buffer_.size() < count) {
    if (!fill()) throw std::runtime_error("end of file within a body");
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return bytes;
}

ClientResponse HttpClient::receiveHead() {
  ClientResponse response;
  const std::string statusLine = receiveLine();
  if (!statusLine.starts_with("HTTP/1.1 ")) throw std::runtime_error("not HTTP: " + statusLine);
  response.status = static_cast<unsigned>(std::stoul(statusLine.substr(9, 3)));
  for (std::string line = receiveLine(); !line.empty(); line = receiveLine()) {
    const auto colon = line.find(": ");
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), ::tolower);
    response.headers[name] = line.substr(colon + 2);
  }
  return response;
}

ClientResponse HttpClient::receive(bool isHead) {
  auto response = receiveHead();
  if (isHead || response.status == 100 || response.status == 204) return response;
  if (response.headers.count("content-length") != 0) {
    response.body = receiveBytes(std::stoul(response.headers["content-length"]));
  } else if (response.headers.count("transfer-encoding") != 0) {
    for (auto chunk = receiveChunk(); !chunk.empty(); chunk = receiveChunk()) {
      response.body += chunk;
    }
  } else {
    response.body = receiveRest();
  }
  return response;
}

std::string HttpClient::receiveChunk() {
  const size_t size = std::stoul(receiveLine(), nullptr, 16);
  std::string chunk = receiveBytes(size);
  if (!receiveLine().empty()) throw std::runtime_error("a chunk is longer than said");
  return chunk;
}

std::string HttpClient::receiveRest() {
  try {
    while (fill()) {
    }
  } catch (const kj::Exception&) {
    // A reset ends what can be read just as well.
  }
  return std::exchange(buffer_, {});
}

std::string postRequest(std::string_view path, std::string_view body, std::string_view headers) {
  std::string request = "POST ";
  request.append(path).append(" HTTP/1.1\r\nHost: test\r\nContent-Length: ");
  request.append(std::to_string(body.size())).append("\r\n");
  if (headers.find("Content-Type:") == std::string_view::npos) {
    request.append("Content-Type: application/json\r\n");
  }
  request.append(headers).append("\r\n");
  return request.append(body);
}

std::string executeRequest(std::string_view code, std::string_view headers) {
  nlohmann::json body = {{"language", "python"}, {"code", code}};
  return postRequest("/v1/execute", body.dump(), headers);
}

}  // namespace brood::gateway
