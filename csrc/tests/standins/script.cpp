#include <cstdlib>
#include <sstream>

#include "control.hpp"
#include "device.hpp"

namespace standin {

namespace {

// ns where a unit applies. `queue` is the number of items that a stream takes before it blocks.
const std::map<std::string, std::int64_t>& defaults() {
  static const std::map<std::string, std::int64_t> values = {
      {"devices", 1},          {"init", 0},        {"version", 13000},
      {"floor", 4000},         {"gap", 900},       {"duration", 1200},
      {"graph_floor", 6000},   {"graph_gap", 700}, {"memset", 800},
      {"memcpy", 1000},        {"queue", 1024},    {"call", 0},
      {"bytes_per_us", 50000}, {"sync_return", 0}, {"sm_mhz", 1980},
      {"sm_mhz_most", 1980}};
  return values;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

Kernel parse_kernel(const std::string& text) {
  const auto fields = split(text, ':');
  Kernel kernel;
  if (!fields.empty()) kernel.name = fields[0];
  if (fields.size() > 1 && !fields[1].empty()) kernel.duration = std::stoll(fields[1]);
  if (fields.size() > 2)
    for (const std::string& size : split(fields[2], '/'))
      kernel.parameters.push_back(std::stoul(size));
  if (fields.size() > 3) kernel.effect = fields[3];
  return kernel;
}

Script parse(const std::string& text) {
  Script result;
  for (const std::string& entry : split(text, ';')) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos) continue;
    const std::string key = entry.substr(0, equals), value = entry.substr(equals + 1);
    if (key == "kernel") {
      Kernel kernel = parse_kernel(value);
      result.kernels[kernel.name] = std::move(kernel);
    } else if (key == "fail") {
      const auto fields = split(value, ':');
      result.failures[fields.at(0)] = std::stoi(fields.at(1));
    } else if (value.find_first_not_of("-0123456789") == std::string::npos) {
      result.numbers[key] = std::stoll(value);
    } else {
      result.texts[key] = value;
    }
  }
  return result;
}

}  // namespace

std::int64_t Script::number(const std::string& key) const {
  if (const auto found = numbers.find(key); found != numbers.end()) return found->second;
  const auto standard = defaults().find(key);
  return standard == defaults().end() ? 0 : standard->second;
}

Script& script() {
  static Script current = [] {
    const char* const text = std::getenv("SKIPX_STANDIN");
    return parse(text == nullptr ? "" : text);
  }();
  return current;
}

CUresult failure_of(const char* call) {
  const auto found = script().failures.find(call);
  return found == script().failures.end() ? CUDA_SUCCESS : static_cast<CUresult>(found->second);
}

}  // namespace standin

const int skipx_standin = 1;

void standin_script(const char* text) {
  const std::lock_guard guard(standin::lock());
  standin::script() = standin::parse(text);
}
