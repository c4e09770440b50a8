// Addresses of the web: taken apart, and written so that any text fits in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace http {

/// `http://host:port/target`, in its parts.
struct Url {
  Url() = default;

  std::string host;  // an IPv6 address without its brackets
  std::uint16_t port = 80;
  std::string target = "/";

  /// `127.0.0.1:8080`; without the port, if it is 80.
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::string text() const;
};

/// Throws asyncio::ValueError for what is no such address.
// Left out: https, names and passwords.
[[nodiscard]] Url parse_url(std::string_view text);

/// Where `reference` leads on the page `base`: an address, a path, or what
/// stands for the last part of the page's path. Throws asyncio::ValueError.
// Left out: `..` (RFC 3986, 5.2.4).
[[nodiscard]] Url resolve(const Url& base, std::string_view reference);

/// The path of a request's target, decoded: `/weather`. Throws HttpError (400).
[[nodiscard]] std::string path_of(std::string_view target);

/// The first parameter of this name behind the `?` of a target, decoded. Throws
/// HttpError (400).
[[nodiscard]] std::optional<std::string> parameter(std::string_view target,
                                                   std::string_view name);

/// Any bytes as they may stand in a path or a parameter: `S%C3%A3o%20Paulo`.
[[nodiscard]] std::string percent_encoded(std::string_view bytes);

}  // namespace http
