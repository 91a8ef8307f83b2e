#include "data/csv_stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "data/bytes.h"

namespace gradwright {
namespace {

constexpr std::size_t longest_record = std::size_t{1} << 26U;

}  // namespace

/// The window begins with the next record and holds twice what was left of it, or more.
tl::expected<void, Diagnostic> RecordStream::refill() {
  const std::string_view passed = std::string_view(window_).substr(0, next_);
  lines_before_ += place_of(window_, passed.size()).line - 1;
  window_.erase(0, next_);
  record_ = next_ = 0;
  if (window_.size() > longest_record)
    return tl::unexpected(at(std::string_view(window_).substr(0, 0), "G0506",
                             fmt::format("a line of more than {} bytes", longest_record),
                             "is a quote or a line break missing?"));
  const std::size_t had = window_.size();
  window_.resize(std::max(least_window_, 2 * had));
  std::size_t filled = had;
  while (filled < window_.size()) {
    const auto count = read_(window_.data() + filled, window_.size() - filled);
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) break;
    filled += *count;
  }
  is_whole_ = filled < window_.size();
  window_.resize(filled);
  return {};
}

tl::expected<void, Diagnostic> RecordStream::begin() {
  if (auto done = refill(); !done) return done;
  if (window_.starts_with("\xff\xfe") || window_.starts_with("\xfe\xff"))
    return tl::unexpected(
        error("G0506", fmt::format("{} is UTF-16 text", in_backticks(name_))).help("save the file as UTF-8"));
  if (window_.starts_with("\xef\xbb\xbf")) window_.erase(0, 3);
  while (true) {
    if (const auto found = separator_of(window_, !is_whole_)) {
      separator_ = *found;
      return {};
    }
    if (auto done = refill(); !done) return done;
  }
}

tl::expected<bool, Diagnostic> RecordStream::next(std::vector<Cell>& cells) {
  if (separator_ == 0) {
    if (auto done = begin(); !done) return tl::unexpected(done.error());
  }
  while (true) {
    if (next_ == window_.size() && is_whole_) return false;
    RecordReader reader(window_, separator_, next_);
    const auto done = reader.read(cells);
    // What reaches to the end of the window may go on behind it.
    if (!is_whole_ && reader.may_be_cut(done)) {
      if (auto more = refill(); !more) return tl::unexpected(more.error());
      continue;
    }
    record_ = next_;
    if (!done)
      return tl::unexpected(at(std::string_view(window_).substr(done.error().at, 0), "G0506",
                               std::string(done.error().what), std::string(done.error().help)));
    next_ = reader.at();
    if (!cells.empty()) return true;
  }
}

Diagnostic RecordStream::at(std::string_view piece, std::string_view code, std::string message,
                            std::string help) const {
  const Place place = place_of(window_, static_cast<std::size_t>(piece.data() - window_.data()));
  Diagnostic diagnostic = error(std::string(code), std::move(message)).help(std::move(help));
  diagnostic.note(
      fmt::format("in {}, line {}, column {}", in_backticks(name_), lines_before_ + place.line, place.column));
  return diagnostic;
}

}  // namespace gradwright
