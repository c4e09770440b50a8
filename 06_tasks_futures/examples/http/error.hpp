// What goes wrong with HTTP, and how a server answers it.
#pragma once

#include <stdexcept>
#include <string>

namespace http {

/// A message that is none, or that asks for too much. A server answers it with
/// its status: 400 to what it can't read, whatever a handler throws. From a
/// client it means that the other side's answer is to blame: 502.
class HttpError : public std::runtime_error {
 public:
  HttpError(int status, const std::string& message)
      : std::runtime_error(message), status_(status) {}

  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  int status_;
};

}  // namespace http
