// A request and a response of HTTP, as plain values.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

/// The fields of a message, in their order. Their names know no case.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  /// Throws asyncio::ValueError for what would not stay on its line.
  void add(std::string name, std::string value);
  /// The first of this name; null if there is none.
  [[nodiscard]] const std::string* find(std::string_view name) const noexcept;

  [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }
  [[nodiscard]] auto end() const noexcept { return fields_.end(); }

 private:
  std::vector<Field> fields_;
};

// Both have constructors: GCC 12 destroys temporaries of aggregates twice where
// something is awaited.

/// What a client asks.
struct Request {
  Request() = default;

  std::string method;
  std::string target;  // `/weather?city=Oslo`
  Headers headers;
  std::string body;
  bool keeps_alive = true;  // the client may ask more on this connection
};

/// What a server answers. Content-Length and Connection are not among the
/// headers that it is given: whoever sends it adds them.
struct Response {
  Response() = default;
  explicit Response(int its_status, std::string its_body = {},
                    std::string type = "text/plain; charset=utf-8");

  int status = 200;
  Headers headers;
  std::string body;
};

}  // namespace http
