#include "trace/kineto_event.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cstring>
#include <span>
#include <utility>

namespace skipx::trace {
namespace {

// Categories of libkineto's ActivityType and their spellings of 2020 and 2021.
constexpr std::array<std::pair<std::string_view, Role>, 18> kRoles{{
    {"cpu_op", Role::kOp},
    {"operator", Role::kOp},
    {"cuda_runtime", Role::kRuntimeCall},
    {"hip_runtime", Role::kRuntimeCall},
    {"runtime", Role::kRuntimeCall},
    {"xpu_runtime", Role::kRuntimeCall},
    {"privateuse1_runtime", Role::kRuntimeCall},
    {"cuda_driver", Role::kDriverCall},
    {"hip_driver", Role::kDriverCall},
    {"xpu_driver", Role::kDriverCall},
    {"privateuse1_driver", Role::kDriverCall},
    {"kernel", Role::kKernel},
    {"gpu_memcpy", Role::kMemcpy},
    {"memcpy", Role::kMemcpy},
    {"gpu_memset", Role::kMemset},
    {"memset", Role::kMemset},
    {"user_annotation", Role::kAnnotation},
    {"python_function", Role::kPython},
}};

Role role_of(std::string_view spelling) {
  std::string lower(spelling);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto* const found = std::find_if(kRoles.begin(), kRoles.end(),
                                         [&](const auto& entry) { return entry.first == lower; });
  return found == kRoles.end() ? Role::kIgnored : found->second;
}

enum class Key : std::uint8_t {
  kOther,
  kPhase,
  kCategory,
  kName,
  kPid,
  kTid,
  kBegin,
  kDuration,
  kArguments,
  kExternalId,
  kCorrelation,
  kDevice,
  kStream,
  kGraphNode,
  kBytes,
  kGrid,
  kBlock,
};

// A key with its closing quote; the first eight bytes are compared as one number.
struct KnownKey {
  constexpr KnownKey(std::string_view quoted, Key meaning) : text(quoted), key(meaning) {
    for (std::size_t i = 0; i < 8 && i < quoted.size(); ++i) {
      word |= static_cast<std::uint64_t>(static_cast<unsigned char>(quoted[i])) << 8 * i;
      mask |= 0xffull << 8 * i;
    }
  }

  bool stands_at(const char* p) const {
    std::uint64_t seen;
    std::memcpy(&seen, p, sizeof seen);
    return (seen & mask) == word &&
           (text.size() <= 8 || std::memcmp(p + 8, text.data() + 8, text.size() - 8) == 0);
  }

  std::string_view text;
  Key key;
  std::uint64_t word = 0, mask = 0;
};
static_assert(std::endian::native == std::endian::little);

constexpr KnownKey kMembers[] = {
    {"ph\"", Key::kPhase},     {"cat\"", Key::kCategory},   {"name\"", Key::kName},
    {"pid\"", Key::kPid},      {"tid\"", Key::kTid},        {"ts\"", Key::kBegin},
    {"dur\"", Key::kDuration}, {"args\"", Key::kArguments},
};
constexpr KnownKey kArguments[] = {
    {"External id\"", Key::kExternalId},
    {"correlation\"", Key::kCorrelation},
    {"device\"", Key::kDevice},
    {"stream\"", Key::kStream},
    {"grid\"", Key::kGrid},
    {"block\"", Key::kBlock},
    {"bytes\"", Key::kBytes},
    {"graph node id\"", Key::kGraphNode},
    {"external id\"", Key::kExternalId},
    {"name\"", Key::kName},
};

// Moves `p` from behind a key's opening quote to behind its closing one, if the key is known. The
// caller checks the limit: the padding behind it may be looked at.
Key match_key(const char*& p, std::span<const KnownKey> known) {
  for (const KnownKey& candidate : known) {
    if (!candidate.stands_at(p)) continue;
    p += candidate.text.size();
    return candidate.key;
  }
  return Key::kOther;
}

// How strings and nested values are read: strictly, or as Kineto breaks them.
struct SoundText {
  static constexpr bool kBroken = false;
  static Status string(const char*& p, const char* limit, bool /*is_key*/, std::string_view& text,
                       bool& /*repaired*/) {
    return read_string(p, limit, text);
  }
  static Status skip(const char*& p, const char* limit, int depth, bool /*in_object*/,
                     bool& /*repaired*/) {
    return skip_nested(p, limit, depth);
  }
};

struct BrokenText {
  static constexpr bool kBroken = true;
  static Status string(const char*& p, const char* limit, bool is_key, std::string_view& text,
                       bool& repaired) {
    return read_broken_string(p, limit, is_key, text, repaired);
  }
  static Status skip(const char*& p, const char* limit, int depth, bool in_object, bool& repaired) {
    return skip_broken_nested(p, limit, depth, in_object, repaired);
  }
};

template <typename Text>
class EventReader {
 public:
  EventReader(const char* limit, Categories& categories, Event& event)
      : limit_(limit), categories_(categories), event_(event) {}

  Status read(const char*& p) {
    ++p;
    for (bool first = true;; first = false) {
      Key key = Key::kOther;
      bool closed = false;
      Status status = next_key(p, first, kMembers, key, closed);
      if (status != Status::kOk || closed) return status;
      status = member(p, key);
      if (status != Status::kOk) return status;
      if (!event_.wanted) return Text::skip(p, limit_, 1, true, event_.repaired);
    }
  }

 private:
  // Moves behind the colon of the next member, or behind the closing brace.
  Status next_key(const char*& p, bool first, std::span<const KnownKey> known, Key& key,
                  bool& closed) {
    p = skip_space(p, limit_);
    if (p >= limit_) return Status::kNeedMore;
    if (*p == '}') {
      ++p;
      closed = true;
      return Status::kOk;
    }
    if (!first) {
      if (*p != ',') return Status::kMalformed;
      p = skip_space(p + 1, limit_);
      if (p >= limit_) return Status::kNeedMore;
    }
    if (*p != '"') return Status::kMalformed;
    ++p;
    key = match_key(p, known);
    if (key == Key::kOther) {
      std::string_view other;
      const Status status = Text::string(p, limit_, true, other, event_.repaired);
      if (status != Status::kOk) return status;
    }
    p = skip_space(p, limit_);
    if (p >= limit_) return Status::kNeedMore;
    if (*p != ':') return Status::kMalformed;
    p = skip_space(p + 1, limit_);
    return p >= limit_ ? Status::kNeedMore : Status::kOk;
  }

  // Reads any value; `text` is a string without quotes, else the value as it stands.
  Status value(const char*& p, int depth, std::string_view& text) {
    if (*p == '"') {
      ++p;
      return Text::string(p, limit_, false, text, event_.repaired);
    }
    const char* const begin = p;
    if (*p == '{' || *p == '[') {
      ++p;
      const Status status = Text::skip(p, limit_, depth, *begin == '{', event_.repaired);
      text = {begin, static_cast<std::size_t>(p - begin)};
      return status;
    }
    text = read_scalar(p, limit_);
    if (p >= limit_) return Status::kNeedMore;
    return text.empty() ? Status::kMalformed : Status::kOk;
  }

  Status microseconds(const char*& p, Number& number) {
    number = read_plain_microseconds(p, limit_);
    if (number.state != NumberState::kMissing) return Status::kOk;
    std::string_view text;
    const Status status = value(p, 1, text);
    if (status == Status::kOk) number = parse_microseconds(text);
    return status;
  }

  Status integer(const char*& p, Number& number) {
    number = read_plain_integer(p, limit_);
    if (number.state != NumberState::kMissing) return Status::kOk;
    std::string_view text;
    const Status status = value(p, 2, text);
    if (status != Status::kOk || text.empty() || text == "null") return status;
    number = parse_integer(text);
    // -1 as an unsigned number: how some tools write "no id".
    if (text == "18446744073709551615" || text == "4294967295") number = {-1, NumberState::kExact};
    return status;
  }

  Status member(const char*& p, Key key) {
    std::string_view text;
    Status status = Status::kOk;
    switch (key) {
      case Key::kBegin:
        return microseconds(p, event_.begin);
      case Key::kDuration:
        return microseconds(p, event_.duration);
      case Key::kPid:
        return value(p, 1, event_.pid);
      case Key::kTid:
        return value(p, 1, event_.tid);
      case Key::kPhase:
        status = value(p, 1, event_.phase);
        // A phase is one letter. A longer one is a repair that has run on into the next event.
        if (Text::kBroken && status == Status::kOk && event_.phase.size() != 1)
          return Status::kMalformed;
        event_.wanted = event_.wanted && (event_.is_complete() || event_.phase == "M");
        return status;
      case Key::kCategory:
        status = value(p, 1, text);
        if (status != Status::kOk) return status;
        event_.category = &categories_.find(text);
        if (!event_.phase.empty() && event_.role() == Role::kIgnored) event_.wanted = false;
        return status;
      case Key::kName:
        status = value(p, 1, event_.name);
        // Python's own functions are most of a file with stacks; only module calls are of use.
        if (status == Status::kOk && event_.role() == Role::kPython && !event_.phase.empty() &&
            !event_.name.starts_with(kModulePrefix))
          event_.wanted = false;
        return status;
      case Key::kArguments:
        return *p == '{' ? arguments(p) : value(p, 1, text);
      default:
        return value(p, 1, text);
    }
  }

  Status arguments(const char*& p) {
    const Role role = event_.role();
    ++p;
    if (role == Role::kAnnotation || role == Role::kPython || role == Role::kIgnored)
      return Text::skip(p, limit_, 2, true, event_.repaired);
    const bool is_op = role == Role::kOp;
    const bool is_call = role == Role::kRuntimeCall || role == Role::kDriverCall;
    for (bool first = true;; first = false) {
      Key key = Key::kOther;
      bool closed = false;
      Status status = next_key(p, first, kArguments, key, closed);
      if (status != Status::kOk || closed) return status;
      status = argument(p, key);
      if (status != Status::kOk) return status;
      // The rest of an operator's or call's arguments (shapes, stacks) is not needed.
      if (event_.external_id.state != NumberState::kMissing &&
          (is_op || (is_call && event_.correlation.state != NumberState::kMissing)))
        return Text::skip(p, limit_, 2, true, event_.repaired);
    }
  }

  Status argument(const char*& p, Key key) {
    std::string_view ignored;
    switch (key) {
      case Key::kExternalId:
        return integer(p, event_.external_id);
      case Key::kCorrelation:
        return integer(p, event_.correlation);
      case Key::kDevice:
        return integer(p, event_.device);
      case Key::kStream:
        return integer(p, event_.stream);
      case Key::kGraphNode:
        return integer(p, event_.graph_node);
      case Key::kBytes:
        return integer(p, event_.bytes);
      case Key::kGrid:
        return value(p, 2, event_.grid);
      case Key::kBlock:
        return value(p, 2, event_.block);
      case Key::kName:
        return value(p, 2, event_.label);
      default:
        return value(p, 2, ignored);
    }
  }

  const char* limit_;
  Categories& categories_;
  Event& event_;
};

template <typename Text>
Status read_with(const char*& p, const char* limit, Categories& categories, Event& event) {
  event.clear();
  return EventReader<Text>(limit, categories, event).read(p);
}

}  // namespace

Categories::Entry& Categories::find(std::string_view spelling) {
  if (last_ < entries_.size() && entries_[last_].spelling == spelling) return entries_[last_];
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].spelling == spelling) {
      last_ = i;
      return entries_[i];
    }
  }
  // A file whose categories are all different is no trace; one shared entry bounds the search.
  constexpr std::size_t kMost = 256;
  if (entries_.size() >= kMost) return entries_.back();
  if (entries_.size() + 1 == kMost) spelling = "(other categories)";
  Role role = role_of(spelling);
  if (annotations_only_ && role != Role::kAnnotation && role != Role::kOp) role = Role::kIgnored;
  last_ = entries_.size();
  entries_.push_back({std::string(spelling), role, 0});
  return entries_.back();
}

Status read_event(const char*& p, const char* limit, Categories& categories, Event& event) {
  return read_with<SoundText>(p, limit, categories, event);
}

Status read_broken_event(const char*& p, const char* limit, Categories& categories, Event& event) {
  const Status status = read_with<BrokenText>(p, limit, categories, event);
  event.repaired = true;
  return status;
}

const char* find_event(const char* p, const char* limit, const char*& keep) {
  constexpr std::array<std::string_view, 10> kKeys{"ph", "cat", "name", "pid", "tid",
                                                   "ts", "dur", "args", "id",  "s"};
  for (const char* at = p; (at = std::find(at, limit, '{')) != limit; ++at) {
    const char* before = at;
    while (before > p && static_cast<unsigned char>(before[-1]) <= ' ') --before;
    if (before == p || before[-1] != ',') continue;
    const char* q = skip_space(at + 1, limit);
    const char* const key = q + 1;
    const char* end = q;
    if (q < limit && *q == '"') {
      end = std::find(key, std::min(limit, key + 8), '"');
      if (end != limit && *end != '"') continue;
    } else if (q < limit) {
      continue;
    }
    if (q >= limit || end >= limit || skip_space(end + 1, limit) == limit) {
      // A brace and nothing but space behind it for this long is no event.
      constexpr std::ptrdiff_t kMostKept = 64 * 1024;
      keep = limit - before < kMostKept ? before - 1 : limit;
      return nullptr;
    }
    const std::string_view name(key, static_cast<std::size_t>(end - key));
    if (*skip_space(end + 1, limit) == ':' &&
        std::find(kKeys.begin(), kKeys.end(), name) != kKeys.end())
      return at;
  }
  // A comma and white space before a brace that is still to come.
  const char* tail = limit;
  while (tail > p && static_cast<unsigned char>(tail[-1]) <= ' ') --tail;
  keep = tail > p && tail[-1] == ',' ? tail - 1 : limit;
  return nullptr;
}

}  // namespace skipx::trace
