#include "06_tasks_futures/examples/http/url.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/examples/http/error.hpp"

namespace http {
namespace {

using asyncio::ValueError;
constexpr auto npos = std::string_view::npos;

template <typename Number>
bool read_number(std::string_view text, Number& number, int base = 10) {
  const char* end = text.data() + text.size();
  const auto [rest, ec] = std::from_chars(text.data(), end, number, base);
  return ec == std::errc() && rest == end;
}

[[noreturn]] void throw_no_url(std::string_view text) {
  throw ValueError("'" + std::string(text) + "' is no http:// address");
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Spaces and control characters would end the line that they stand in.
bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7f';
  });
}

/// What stands before the mark; it is taken off, and so is the mark.
std::string_view take_up_to(std::string_view& text, char mark) {
  const std::string_view part = text.substr(0, text.find(mark));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

// Names such as `http` know no case.
bool take_scheme(std::string_view& text, std::string_view scheme) {
  if (text.size() < scheme.size()) return false;
  const bool is_same = std::ranges::equal(
      text.substr(0, scheme.size()), scheme, [](char a, char b) {
        return a == b || (is_letter(a) && (a | ' ') == b);
      });
  if (is_same) text.remove_prefix(scheme.size());
  return is_same;
}

// `host:port`, `[::1]:port`; the port may be missing.
bool read_authority(std::string_view text, Url& url) {
  const std::size_t end = text.starts_with('[') ? text.find(']') : 0;
  if (end == npos) return false;
  const std::size_t colon = text.find(':', end);
  std::string_view host = text.substr(0, colon);
  if (end > 0) {
    if (host.back() != ']') return false;
    host = host.substr(1, host.size() - 2);
  }
  url.host = host;
  if (url.host.empty() || url.host.find('@') != std::string::npos) return false;
  return colon == npos || read_number(text.substr(colon + 1), url.port);
}

std::string decoded(std::string_view text, bool plus_is_space) {
  std::string bytes;
  while (!text.empty()) {
    unsigned char byte = static_cast<unsigned char>(text.front());
    const bool is_coded = byte == '%';
    if (is_coded &&
        (text.size() < 3 || !read_number(text.substr(1, 2), byte, 16))) {
      throw HttpError(400, "two hexadecimal digits must follow a %");
    }
    if (plus_is_space && !is_coded && byte == '+') byte = ' ';
    bytes += static_cast<char>(byte);
    text.remove_prefix(is_coded ? 3 : 1);
  }
  return bytes;
}

}  // namespace

std::string Url::authority() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  const std::string name = is_ipv6 ? '[' + host + ']' : host;
  return port == 80 ? name : name + ':' + std::to_string(port);
}

std::string Url::text() const {
  return "http://" + authority() + target;
}

Url parse_url(std::string_view text) {
  std::string_view rest = text.substr(0, text.find('#'));
  if (!is_printable(text) || !take_scheme(rest, "http://")) throw_no_url(text);
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  Url url;
  if (!read_authority(rest.substr(0, end), url)) throw_no_url(text);
  const std::string_view target = rest.substr(end);
  if (target.starts_with('/')) url.target.clear();
  url.target += target;
  return url;
}

Url resolve(const Url& base, std::string_view reference) {
  const std::string_view scheme =
      reference.substr(0, reference.find_first_of("/?#"));
  if (scheme.find(':') != npos) return parse_url(reference);
  if (reference.starts_with("//")) {
    return parse_url("http:" + std::string(reference));
  }
  std::string_view path = std::string_view(base.target);
  path = path.substr(0, path.find('?'));
  if (reference.starts_with('/')) {
    path = {};
  } else if (!reference.starts_with('?')) {
    path = path.substr(0, path.rfind('/') + 1);
  }
  return parse_url("http://" + base.authority() + std::string(path) +
                   std::string(reference));
}

std::string path_of(std::string_view target) {
  target = target.substr(0, target.find('?'));
  // RFC 9112, 3.2.2: a whole address is a target, too.
  if (take_scheme(target, "http://")) {
    target.remove_prefix(std::min(target.find('/'), target.size()));
  }
  return decoded(target.empty() ? "/" : target, false);
}

std::optional<std::string> parameter(std::string_view target,
                                     std::string_view name) {
  take_up_to(target, '?');
  while (!target.empty()) {
    std::string_view value = take_up_to(target, '&');
    const std::string_view key = take_up_to(value, '=');
    if (decoded(key, true) == name) return decoded(value, true);
  }
  return std::nullopt;
}

std::string percent_encoded(std::string_view bytes) {
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  constexpr std::string_view k_plain = "0123456789-._~";
  std::string text;
  for (const char c : bytes) {
    if (is_letter(c) || k_plain.find(c) != npos) {
      text += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      text += {'%', k_digits[byte / 16], k_digits[byte % 16]};
    }
  }
  return text;
}

}  // namespace http
