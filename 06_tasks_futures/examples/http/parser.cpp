#include "06_tasks_futures/examples/http/parser.hpp"

#include <type_traits>
#include <utility>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace http {
namespace {

namespace beast = boost::beast;
using beast::http::field;

template <typename Message>
constexpr bool k_is_request = std::is_same_v<Message, Request>;

int status_of(const beast::error_code& error) {
  if (error == beast::http::error::header_limit) return 431;
  if (error == beast::http::error::body_limit) return 413;
  return 400;
}

void check(const beast::error_code& error) {
  if (!error || error == beast::http::error::need_more) return;
  throw HttpError(status_of(error), error.message());
}

std::string text(beast::string_view view) {
  return {view.data(), view.size()};
}

// RFC 9112, 2.2: an empty line before a request is no error.
std::size_t empty_lines(std::string_view bytes) {
  std::size_t n = 0;
  while (bytes.substr(n).starts_with("\r\n")) n += 2;
  return n;
}

bool has_bare_newline(std::string_view bytes) {
  for (std::size_t n = bytes.find('\n'); n != std::string_view::npos;
       n = bytes.find('\n', n + 1)) {
    if (n == 0 || bytes[n - 1] != '\r') return true;
  }
  return false;
}

// Beast leaves other codings in the body; whether there is one, two readers
// could see differently.
template <typename Fields>
void check_transfer_encoding(const Fields& fields) {
  const auto [first, last] = fields.equal_range(field::transfer_encoding);
  if (first == last) return;
  if (std::next(first) == last && beast::iequals(first->value(), "chunked")) {
    return;
  }
  throw HttpError(501, "the only transfer encoding is chunked");
}

template <typename Fields>
void check_host(const Fields& request) {
  if (request.version() < 11 || request.count(field::host) == 1) return;
  throw HttpError(400, "there must be one Host");
}

}  // namespace

template <typename Message>
struct Parser<Message>::State {
  using BeastParser =
      beast::http::parser<k_is_request<Message>, beast::http::string_body>;

  explicit State(Limits its_limits) : limits(its_limits) {
    parser.eager(true);
    parser.header_limit(static_cast<std::uint32_t>(limits.head));
    parser.body_limit(limits.body);
  }

  Limits limits;
  BeastParser parser;
};

template <typename Message>
Parser<Message>::Parser(Limits limits)
    : state_(std::make_unique<State>(limits)) {}

template <typename Message>
Parser<Message>::~Parser() = default;

template <typename Message>
std::size_t Parser<Message>::feed(std::string_view bytes) {
  auto& parser = state_->parser;
  const std::size_t skipped = parser.got_some() ? 0 : empty_lines(bytes);
  bytes.remove_prefix(skipped);
  const bool may_be_empty_line = !parser.got_some() && bytes == "\r";
  if (bytes.empty() || may_be_empty_line) return skipped;
  const bool had_head = has_head();
  beast::error_code error;
  const std::size_t n = parser.put({bytes.data(), bytes.size()}, error);
  if (!had_head && has_head()) check_head();
  check(error);
  if (!is_done()) check_rest(bytes.substr(n));
  return skipped + n;
}

template <typename Message>
void Parser<Message>::check_head() const {
  const auto& message = state_->parser.get();
  check_transfer_encoding(message);
  if constexpr (k_is_request<Message>) {
    check_host(message);
    if (message.method() == beast::http::verb::unknown) {
      throw HttpError(501, "unknown method");
    }
  }
}

// What is left is a piece of a head, of a chunk's, or of what follows the last
// chunk; of the latter two Beast would take any length.
template <typename Message>
void Parser<Message>::check_rest(std::string_view rest) const {
  if (!has_head() && has_bare_newline(rest)) {
    throw HttpError(400, "lines end with CR LF");
  }
  if (rest.size() > state_->limits.head) {
    throw HttpError(431, "header limit exceeded");
  }
}

template <typename Message>
void Parser<Message>::feed_end() {
  beast::error_code error = beast::http::error::partial_message;
  if (state_->parser.got_some()) state_->parser.put_eof(error);
  check(error);
}

template <typename Message>
bool Parser<Message>::has_head() const noexcept {
  return state_->parser.is_header_done();
}

template <typename Message>
bool Parser<Message>::is_done() const noexcept {
  return state_->parser.is_done();
}

template <typename Message>
bool Parser<Message>::expects_continue() const {
  if (!has_head() || is_done()) return false;
  const auto& message = state_->parser.get();
  return message.version() >= 11 &&
         beast::iequals(message[field::expect], "100-continue");
}

template <typename Message>
Message Parser<Message>::take() {
  const bool keeps_alive = state_->parser.keep_alive();
  auto parsed = state_->parser.release();
  Message message;
  if constexpr (k_is_request<Message>) {
    message.method = text(parsed.method_string());
    message.target = text(parsed.target());
    message.keeps_alive = keeps_alive;
  } else {
    message.status = static_cast<int>(parsed.result_int());
  }
  for (const auto& each : parsed) {
    message.headers.add(text(each.name_string()), text(each.value()));
  }
  message.body = std::move(parsed.body());
  return message;
}

template class Parser<Request>;
template class Parser<Response>;

}  // namespace http
