#include "06_tasks_futures/examples/http/serialize.hpp"

#include <ostream>  // Boost 1.74's header forgets it

#include <boost/beast/http/status.hpp>

namespace http {
namespace {

// RFC 9110, 6.4.1
bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace

std::string reason(int status) {
  namespace beast = boost::beast::http;
  const auto text = beast::obsolete_reason(
      beast::int_to_status(static_cast<unsigned>(status)));
  return {text.data(), text.size()};
}

std::string serialized(const Response& response, ResponseForm form) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + ' ' +
                     reason(response.status) + "\r\n";
  for (const auto& [name, value] : response.headers) {
    text += name + ": " + value + "\r\n";
  }
  const bool has_body = may_have_body(response.status);
  if (has_body) {
    text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  }
  text += form.keeps_alive ? "Connection: keep-alive\r\n\r\n"
                           : "Connection: close\r\n\r\n";
  if (has_body && form.has_body) text += response.body;
  return text;
}

std::string serialized_get(std::string_view authority,
                           std::string_view target) {
  std::string text = "GET ";
  text.append(target).append(" HTTP/1.1\r\nHost: ").append(authority);
  return text + "\r\nConnection: close\r\n\r\n";
}

}  // namespace http
