#include "common/contract/config.hpp"

#include <utility>

namespace contract {

namespace {

Config& stored_config() {
  static Config config;
  return config;
}

}  // namespace

void set_config(Config config) {
  stored_config() = std::move(config);
}

const Config& config() {
  return stored_config();
}

}  // namespace contract
