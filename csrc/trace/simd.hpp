// 64-byte blocks of text as bit masks: bit i tells of byte i. SSE2 on x86-64, NEON on AArch64
// (Grace), plain C++ elsewhere; all three give the same masks.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace skipx::simd {

// Scanners may load this many bytes past the last byte that they look at.
inline constexpr std::size_t kPadding = 64;

#if defined(__SSE2__)

class Block64 {
 public:
  explicit Block64(const char* text) {
    for (int i = 0; i < 4; ++i)
      part_[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 16 * i));
  }
  std::uint64_t equal(char byte) const {
    const __m128i wanted = _mm_set1_epi8(byte);
    return mask([&](__m128i v) { return _mm_cmpeq_epi8(v, wanted); });
  }
  // Bytes equal to `byte` once their 0x20 bit is set: '{' or '[', and '}' or ']', in one compare.
  std::uint64_t equal_folded(char byte) const {
    const __m128i wanted = _mm_set1_epi8(byte);
    const __m128i bit = _mm_set1_epi8(0x20);
    return mask([&](__m128i v) { return _mm_cmpeq_epi8(_mm_or_si128(v, bit), wanted); });
  }
  std::uint64_t control() const {
    const __m128i last = _mm_set1_epi8(0x1f);
    return mask([&](__m128i v) { return _mm_cmpeq_epi8(_mm_min_epu8(v, last), v); });
  }

 private:
  template <typename Compare>
  std::uint64_t mask(Compare compare) const {
    std::uint64_t bits = 0;
    for (int i = 3; i >= 0; --i)
      bits = bits << 16 | static_cast<std::uint32_t>(_mm_movemask_epi8(compare(part_[i])));
    return bits;
  }
  __m128i part_[4];
};

// Index below 16 of the first quote, backslash or control byte of a string's text, else 16.
inline unsigned string_stop16(const char* text) {
  const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const __m128i stop = _mm_or_si128(
      _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))),
      _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v));
  return static_cast<unsigned>(
      std::countr_zero(static_cast<std::uint32_t>(_mm_movemask_epi8(stop)) | 0x10000u));
}

#elif defined(__ARM_NEON) && defined(__aarch64__)

class Block64 {
 public:
  explicit Block64(const char* text) {
    for (int i = 0; i < 4; ++i)
      part_[i] = vld1q_u8(reinterpret_cast<const std::uint8_t*>(text) + 16 * i);
  }
  std::uint64_t equal(char byte) const {
    const uint8x16_t wanted = vdupq_n_u8(static_cast<std::uint8_t>(byte));
    return mask([&](uint8x16_t v) { return vceqq_u8(v, wanted); });
  }
  std::uint64_t equal_folded(char byte) const {
    const uint8x16_t wanted = vdupq_n_u8(static_cast<std::uint8_t>(byte));
    const uint8x16_t bit = vdupq_n_u8(0x20);
    return mask([&](uint8x16_t v) { return vceqq_u8(vorrq_u8(v, bit), wanted); });
  }
  std::uint64_t control() const {
    const uint8x16_t limit = vdupq_n_u8(0x20);
    return mask([&](uint8x16_t v) { return vcltq_u8(v, limit); });
  }

 private:
  template <typename Compare>
  std::uint64_t mask(Compare compare) const {
    static constexpr std::uint8_t kBits[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                               1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t bits = vld1q_u8(kBits);
    uint8x16_t part[4];
    for (int i = 0; i < 4; ++i) part[i] = vandq_u8(compare(part_[i]), bits);
    const uint8x16_t low = vpaddq_u8(part[0], part[1]);
    const uint8x16_t high = vpaddq_u8(part[2], part[3]);
    uint8x16_t sum = vpaddq_u8(low, high);
    sum = vpaddq_u8(sum, sum);
    return vgetq_lane_u64(vreinterpretq_u64_u8(sum), 0);
  }
  uint8x16_t part_[4];
};

inline unsigned string_stop16(const char* text) {
  const uint8x16_t v = vld1q_u8(reinterpret_cast<const std::uint8_t*>(text));
  const uint8x16_t stop =
      vorrq_u8(vorrq_u8(vceqq_u8(v, vdupq_n_u8('"')), vceqq_u8(v, vdupq_n_u8('\\'))),
               vcltq_u8(v, vdupq_n_u8(0x20)));
  // Four bits a byte: the narrowing shift is AArch64's cheapest movemask.
  const std::uint64_t nibbles =
      vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(stop), 4)), 0);
  return nibbles == 0 ? 16u : static_cast<unsigned>(std::countr_zero(nibbles)) / 4;
}

#else

class Block64 {
 public:
  explicit Block64(const char* text) { std::memcpy(text_, text, sizeof text_); }
  std::uint64_t equal(char byte) const {
    return mask([&](unsigned char c) { return c == static_cast<unsigned char>(byte); });
  }
  std::uint64_t equal_folded(char byte) const {
    return mask([&](unsigned char c) { return (c | 0x20) == static_cast<unsigned char>(byte); });
  }
  std::uint64_t control() const {
    return mask([](unsigned char c) { return c < 0x20; });
  }

 private:
  template <typename Test>
  std::uint64_t mask(Test test) const {
    std::uint64_t bits = 0;
    for (int i = 0; i < 64; ++i) bits |= static_cast<std::uint64_t>(test(text_[i])) << i;
    return bits;
  }
  unsigned char text_[64];
};

inline unsigned string_stop16(const char* text) {
  unsigned i = 0;
  while (i < 16 && text[i] != '"' && text[i] != '\\' && static_cast<unsigned char>(text[i]) >= 0x20)
    ++i;
  return i;
}

#endif

// Bit i of the result is the parity of bits 0..i: with the quotes as input, the bytes of strings
// (opening quote included, closing quote not).
inline std::uint64_t prefix_parity(std::uint64_t bits) {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ bits << 32;
}

}  // namespace skipx::simd
