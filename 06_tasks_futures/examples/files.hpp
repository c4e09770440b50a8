// What the two examples of downloads share: which files, and how they are
// written.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace examples {

/// The path of a file on the server. The fourth has moved.
[[nodiscard]] inline std::string file_path(int number) {
  return (number == 4 ? "/moved/" : "/files/") + std::to_string(number);
}

/// Writes a file, and gives its size. It blocks: a disk is waited for.
inline std::uintmax_t write_file(const std::filesystem::path& path,
                                 const std::string& bytes) {
  std::ofstream file;
  file.exceptions(std::ios::failbit | std::ios::badbit);
  file.open(path, std::ios::binary);
  file << bytes;
  file.close();
  return std::filesystem::file_size(path);
}

}  // namespace examples
