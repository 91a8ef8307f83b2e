#include "data/byte_source.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

#include "data/bytes.h"

namespace gradwright {
namespace {

/// Tables of numbers are never packed so tightly; what is has one thing in it over and over.
constexpr std::uint64_t most_inflation = 250, inflation_counts_from = std::uint64_t{1} << 28U;

constexpr std::size_t inflated_chunk = std::size_t{1} << 18U;

Diagnostic damaged_gzip(std::string_view name, std::string_view what) {
  return error("G0506", fmt::format("the gzip file {} {}", in_backticks(name), what))
      .help("fetch the file again; `gzip -t` checks it");
}

/// Members one after another; after the last one zeros may stand, as tapes are padded.
class Inflater {
 public:
  Inflater(ByteReader gzip, std::string_view name) : gzip_(std::move(gzip)), name_(name), input_(inflated_chunk) {
    is_open_ = inflateInit2(&z_, 16 + MAX_WBITS) == Z_OK;
  }
  ~Inflater() {
    if (is_open_) inflateEnd(&z_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  [[nodiscard]] bool is_open() const { return is_open_; }

  tl::expected<std::size_t, Diagnostic> read(char* to, std::size_t size) {
    while (true) {
      if (auto more = fill(1); !more) return tl::unexpected(more.error());
      if (is_between_) {
        const auto goes_on = next_member();
        if (!goes_on) return tl::unexpected(goes_on.error());
        if (!*goes_on) return 0;
      }
      const std::size_t begin_before = begin_;
      z_.next_in = reinterpret_cast<Bytef*>(input_.data() + begin_);
      z_.avail_in = static_cast<uInt>(end_ - begin_);
      z_.next_out = reinterpret_cast<Bytef*>(to);
      z_.avail_out = static_cast<uInt>(std::min(size, inflated_chunk));
      const std::size_t room = z_.avail_out;
      const int status = inflate(&z_, Z_NO_FLUSH);
      begin_ = end_ - z_.avail_in;
      const std::size_t count = room - z_.avail_out;
      taken_ += end_ - begin_before - z_.avail_in;
      given_ += count;
      if (given_ > inflation_counts_from && given_ / most_inflation > taken_) return tl::unexpected(bomb());
      if (status == Z_STREAM_END) {
        is_between_ = true;
      } else if (status == Z_MEM_ERROR) {
        return tl::unexpected(
            error("G0506", fmt::format("no memory to inflate {}", in_backticks(name_))).help("free some memory"));
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        return tl::unexpected(damaged_gzip(name_, "is damaged"));
      } else if (count == 0 && is_at_end_ && begin_ == end_) {
        return tl::unexpected(damaged_gzip(name_, "ends too early"));
      }
      if (count > 0) return count;
    }
  }

 private:
  [[nodiscard]] Diagnostic bomb() const {
    return error("G0506", fmt::format("the gzip file {} inflates to more than {} times its size: {} MB came out of "
                                      "{:.1f} MB, and it goes on",
                                      in_backticks(name_), most_inflation, given_ >> 20U,
                                      static_cast<double>(taken_) / 1048576.0))
        .help(
            "where it is meant so, unpack it (`gunzip -k`) and take the plain file; `--stream` reads what is larger "
            "than memory");
  }

  /// At least so many bytes lie in the input, unless the file ends before.
  tl::expected<void, Diagnostic> fill(std::size_t least) {
    while (end_ - begin_ < least && !is_at_end_) {
      std::memmove(input_.data(), input_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
      const auto count = gzip_(input_.data() + end_, input_.size() - end_);
      if (!count) return tl::unexpected(count.error());
      end_ += *count;
      is_at_end_ = *count == 0;
    }
    return {};
  }

  tl::expected<bool, Diagnostic> next_member() {
    for (bool is_padded = false;; is_padded = true) {
      if (auto more = fill(2); !more) return tl::unexpected(more.error());
      if (begin_ == end_) return false;
      const std::string_view rest(input_.data() + begin_, end_ - begin_);
      const std::size_t zeros = std::min(rest.find_first_not_of('\0'), rest.size());
      if (zeros == 0 && !is_padded && is_gzip(rest)) break;
      if (zeros < rest.size()) return tl::unexpected(damaged_gzip(name_, "has other bytes after its end"));
      begin_ = end_;
    }
    is_between_ = false;
    inflateReset(&z_);
    return true;
  }

  ByteReader gzip_;
  std::string name_;
  z_stream z_{};
  bool is_open_ = false, is_between_ = false, is_at_end_ = false;
  std::uint64_t taken_ = 0, given_ = 0;  ///< bytes of the file, and what they inflated to
  std::vector<char> input_;
  std::size_t begin_ = 0, end_ = 0;  ///< of what is not yet inflated
};

}  // namespace

ByteSource in_memory(std::string_view bytes) {
  return [bytes]() -> tl::expected<ByteReader, Diagnostic> {
    return [rest = bytes](char* to, std::size_t size) mutable -> tl::expected<std::size_t, Diagnostic> {
      const std::size_t count = std::min(size, rest.size());
      if (count > 0) std::memcpy(to, rest.data(), count);
      rest.remove_prefix(count);
      return count;
    };
  };
}

tl::expected<ByteReader, Diagnostic> inflating(ByteReader gzip, std::string_view name) {
  auto inflater = std::make_shared<Inflater>(std::move(gzip), name);
  if (!inflater->is_open())
    return tl::unexpected(error("G0506", "zlib cannot start").help("check that memory is free"));
  return [inflater](char* to, std::size_t size) { return inflater->read(to, size); };
}

ByteSource in_file(const std::string& path) {
  return [path]() -> tl::expected<ByteReader, Diagnostic> {
    if (auto fault = not_a_file(path)) return tl::unexpected(*std::move(fault));
    const std::shared_ptr<std::FILE> file(std::fopen(path.c_str(), "rb"), [](std::FILE* open) {
      if (open != nullptr) std::fclose(open);
    });
    if (!file) return tl::unexpected(unreadable(path, std::error_code(errno, std::generic_category())));
    char beginning[2];
    const bool is_gzipped = is_gzip({beginning, std::fread(beginning, 1, sizeof beginning, file.get())});
    std::rewind(file.get());
    ByteReader plain = [file, path](char* to, std::size_t size) -> tl::expected<std::size_t, Diagnostic> {
      const std::size_t count = std::fread(to, 1, size, file.get());
      if (count == 0 && std::ferror(file.get()) != 0)
        return tl::unexpected(unreadable(path, std::error_code(errno, std::generic_category())));
      return count;
    };
    if (is_gzipped) return inflating(std::move(plain), path);
    return plain;
  };
}

}  // namespace gradwright
