// HTTP/1.1 into bytes.
#pragma once

#include <string>
#include <string_view>

#include "06_tasks_futures/examples/http/message.hpp"

namespace http {

/// What a response says beside what it is.
struct ResponseForm {
  bool keeps_alive = true;
  bool has_body = true;  // HEAD wants none
};

/// The response as it is sent.
// Left out: Date (RFC 9110, 6.6.1), so that it looks the same each time.
[[nodiscard]] std::string serialized(const Response& response,
                                     ResponseForm form);

/// A GET as it is sent, the only request on its connection.
[[nodiscard]] std::string serialized_get(std::string_view authority,
                                         std::string_view target);

/// What a status is called: `Not Found`.
[[nodiscard]] std::string reason(int status);

}  // namespace http
