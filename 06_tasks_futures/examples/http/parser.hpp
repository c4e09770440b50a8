// HTTP/1.1 out of bytes. Boost.Beast does it, and stays behind this header: its
// own take seconds to compile.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "06_tasks_futures/examples/http/error.hpp"
#include "06_tasks_futures/examples/http/message.hpp"

namespace http {

/// How much is read at once, in bytes.
inline constexpr std::size_t k_chunk = 64 * 1024;

/// How much is accepted, in bytes.
struct Limits {
  std::size_t head = 8 * 1024;  // the first line, or the headers
  std::size_t body = 1024 * 1024;
};

/// Reads one message, in whatever pieces it comes. One thread.
template <typename Message>
class Parser {
 public:
  explicit Parser(Limits limits);
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser();

  /// Takes what it can of `bytes`, and gives how many that were. The others are
  /// to come again, with more behind them; once it is done, they belong to the
  /// next message. Throws HttpError: 400, 413, 431, 501.
  std::size_t feed(std::string_view bytes);
  /// No more will come. Throws HttpError, unless that is how the body ends.
  void feed_end();

  [[nodiscard]] bool has_head() const noexcept;
  [[nodiscard]] bool is_done() const noexcept;
  /// There is a head, whose body waits for an answer of 100 (Continue).
  [[nodiscard]] bool expects_continue() const;
  /// The message, once it is done.
  [[nodiscard]] Message take();

 private:
  struct State;

  void check_head() const;
  void check_rest(std::string_view rest) const;

  std::unique_ptr<State> state_;
};

extern template class Parser<Request>;
extern template class Parser<Response>;
using RequestParser = Parser<Request>;
using ResponseParser = Parser<Response>;

}  // namespace http
