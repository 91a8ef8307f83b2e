// A contraction as blocks that fit the caches:
//   pieces for threads → blocks of columns → blocks of k → blocks of rows (packed in the second cache) → tiles of columns → panels of rows
// Where a is read as it lies, it is copied into panels by the first tile that uses it. Every sum is taken in the order of k, in the same
// blocks, whatever the shape of pieces: the result does not depend on the number of threads.
#include "kernels/contract.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "kernels/scratch.h"
#include "kernels/threads.h"

namespace gradwright::kernels {
namespace {

constexpr Index first_cache = 32 * 1024;      // bytes of a tile of b, and of a finished block
constexpr Index second_cache = 1024 * 1024;   // bytes that a block may take of it
constexpr Index slice_bytes = 4096;           // of a row of a within a block of k
constexpr Index few_slices = 256;             // up to here a panel of a is small beside what is written
constexpr double work_of_a_thread = 500'000;  // additions and multiplications

constexpr Index quotient(Index a, Index b) { return (a + b - 1) / b; }

/// Tiles read b as it lies along rows or along columns.
bool reads_b(const gradwright_contraction& it) { return it.b_n == 1 || it.b_k == 1; }

/// The panels of rows [begin, end): of nearly equal height, so that none is thin.
struct Panels {
  Index begin = 0, end = 0, lanes = 1, vectors = 0, count = 0;
  Panels(Index first, Index last, Index lanes_of, Index most)
      : begin(first),
        end(last),
        lanes(lanes_of),
        vectors(quotient(last - first, lanes_of)),
        count(quotient(vectors, most)) {}
  [[nodiscard]] Index first_vector(Index p) const { return p * (vectors / count) + std::min(p, vectors % count); }
  [[nodiscard]] Index row(Index p) const { return std::min(end, begin + first_vector(p) * lanes); }
  [[nodiscard]] Index height(Index p) const { return (first_vector(p + 1) - first_vector(p)); }
};

struct Rectangle {
  Index batch = 0, row0 = 0, row1 = 0, col0 = 0, col1 = 0;
};

template <class Real>
class Contracting {
 public:
  Contracting(const gradwright_contraction& it, const Micro<Real>& micro) : it_(it), micro_(micro) {
    const Index size = sizeof(Real);
    blocks_ = std::max<Index>(1, quotient(it.k, slice_bytes / size));
    slices_ = quotient(it.k, blocks_);
    has_buffer_ = it.epilogue != nullptr || it.c_m != 1;
    can_copy_ = it.a_m == 1 && it.v == nullptr;
  }

  void rectangle(const Rectangle& r) {
    if (r.row0 >= r.row1 || r.col0 >= r.col1) return;
    const Panels panels(r.row0, r.row1, micro_.lanes, micro_.vectors);
    const Index size = sizeof(Real), columns = micro_.columns;
    const Index slice = std::max<Index>(1, slices_) * size;
    const Index room_of_panel = second_cache / slice;
    const bool by_panel = blocks_ == 1 && it_.k > few_slices && (can_copy_ || r.col1 - r.col0 <= room_of_panel);
    const Index fitting = std::max<Index>(1, second_cache * 3 / 4 / (slice * micro_.lanes * micro_.vectors));
    const Index panels_at_once = by_panel ? 1 : std::min(panels.count, fitting);
    const Index room = by_panel ? room_of_panel : 512;
    const bool is_one_block = panels_at_once >= panels.count && blocks_ == 1;
    const Index width = is_one_block ? r.col1 - r.col0 : std::max<Index>(columns, room / columns * columns);
    for (Index col = r.col0; col < r.col1; col += width) {
      const Rectangle strip{r.batch, r.row0, r.row1, col, std::min(r.col1, col + width)};
      for (Index block = 0; block < blocks_; ++block) {
        for (Index p = 0; p < panels.count; p += panels_at_once)
          rows(strip, panels, p, std::min(panels.count, p + panels_at_once), block, is_one_block);
      }
    }
  }

 private:
  [[nodiscard]] const Real* a_of(Index batch) const { return static_cast<const Real*>(it_.a) + batch * it_.a_batch; }
  [[nodiscard]] const Real* b_of(Index batch) const { return static_cast<const Real*>(it_.b) + batch * it_.b_batch; }
  [[nodiscard]] const Real* v_of(Index batch) const {
    return it_.v == nullptr ? nullptr : static_cast<const Real*>(it_.v) + batch * it_.v_batch;
  }
  [[nodiscard]] Real* c_of(Index batch) const { return static_cast<Real*>(it_.c) + batch * it_.c_batch; }

  /// Panels [first, last) of a strip with one block of k.
  void rows(const Rectangle& strip, const Panels& panels, Index first, Index last, Index block, bool is_one_block) {
    const Index k0 = std::min(it_.k, block * slices_), k = std::min(slices_, it_.k - k0);
    const Index columns = micro_.columns, lanes = micro_.lanes;
    const Index height = (panels.first_vector(last) - panels.first_vector(first)) * lanes;
    const Index tiles = quotient(strip.col1 - strip.col0, columns);
    const bool copies = can_copy_ && tiles > 2;
    const bool is_direct = can_copy_ && !copies;
    const bool is_dense = it_.b_k == 1 && it_.b_n <= 2 * k;  // a tile of b is nearly all of some pages
    const bool has_b = reads_b(it_) && (panels.count == 1 || is_dense);
    Real* const packed_a = is_direct && micro_.has_masks ? nullptr : scratch<Real>(Slot::a, height * k);
    Real* const packed_b = has_b ? nullptr : scratch<Real>(Slot::b, k * columns * (is_one_block ? 1 : tiles));
    if (!copies && !is_direct) {
      for (Index p = first; p < last; ++p)
        pack_panel(strip.batch, panels, p, k0, k, panel_in(packed_a, panels, first, p, k));
    }
    const Index group =
        it_.symmetric != 0
            ? 1
            : std::max<Index>(1, first_cache / 2 / (height * columns * static_cast<Index>(sizeof(Real))));
    const bool keeps = has_buffer_ && blocks_ > 1;  // totals wait for the other blocks of k
    const Index ld = keeps ? panels.vectors * lanes : height;
    Real* const buffer = !has_buffer_ ? nullptr : scratch<Real>(Slot::totals, ld * columns * (keeps ? tiles : group));
    for (Index t = 0; t < tiles; ++t) {
      const Index col = strip.col0 + t * columns, width = std::min(columns, strip.col1 - col);
      const Real* b = b_of(strip.batch) + k0 * it_.b_k + col * it_.b_n;
      Index b_k = it_.b_k, b_n = it_.b_n;
      if (!has_b) {
        Real* const to = packed_b + (is_one_block ? 0 : t * columns * k);
        if (first == 0) micro_.pack(k, width, b, b_n, b_k, nullptr, 0, to, columns);
        b = to;
        b_k = columns;
        b_n = 1;
      }
      Index from = first;
      while (it_.symmetric != 0 && from < last && panels.row(from + 1) <= col) ++from;
      for (Index p = from; p < last; ++p) {
        const Index row = panels.row(p), vectors = panels.height(p);
        Real* const panel = packed_a == nullptr ? nullptr : panel_in(packed_a, panels, first, p, k);
        Tile<Real> tile{
            k, std::min(vectors * lanes, panels.end - row), panel, vectors * lanes, b, b_k, b_n, nullptr, nullptr, 0, 0,
            {}};
        const bool is_whole = micro_.has_masks || tile.rows == vectors * lanes;
        auto run = packed_a != nullptr && !has_b ? micro_.packed_tile : micro_.tile;
        if ((copies && t == 0) || is_direct) {
          if (is_whole) {
            tile.a = a_of(strip.batch) + row + k0 * it_.a_k;
            tile.a_k = it_.a_k;
            tile.packed = panel;
            run = copies ? micro_.copying_tile : micro_.tile;
          } else {
            pack_panel(strip.batch, panels, p, k0, k, panel);
          }
        }
        if (!micro_.has_masks) tile.rows = has_buffer_ ? vectors * lanes : tile.rows;
        if (has_buffer_) {
          tile.out =
              keeps ? buffer + panels.first_vector(p) * lanes + t * columns * ld
                    : buffer + (panels.first_vector(p) - panels.first_vector(first)) * lanes + t % group * columns * ld;
          tile.ld = ld;
          tile.add = block > 0;
        } else {
          tile.out = c_of(strip.batch) + row + col * it_.c_n;
          tile.ld = it_.c_n;
          tile.add = block > 0 || it_.accumulate != 0;
        }
        tile.fetch = !is_direct && last - first == 1 && panels.count > 1 ? next_panel(strip, panels, p, k0, k, t, tiles)
                                                                         : output_of(strip, row, tile.rows, col, width);
        run[vectors - 1][width - 1](tile);
      }
      const bool is_last = t + 1 == tiles || (t + 1) % group == 0;
      if (!has_buffer_ || block + 1 < blocks_ || !is_last || from == last) continue;
      const Index start = t / group * group, col0 = strip.col0 + start * columns;
      Real* const totals = keeps ? buffer + panels.first_vector(from) * lanes + start * columns * ld
                                 : buffer + (panels.first_vector(from) - panels.first_vector(first)) * lanes;
      finish(strip.batch, totals, ld, panels.row(from), panels.row(last), col0, std::min(strip.col1, col + columns));
    }
  }

  Real* panel_in(Real* packed, const Panels& panels, Index first, Index p, Index k) const {
    return packed + (panels.first_vector(p) - panels.first_vector(first)) * micro_.lanes * k;
  }

  void pack_panel(Index batch, const Panels& panels, Index p, Index k0, Index k, Real* to) const {
    const Index row = panels.row(p), height = panels.height(p) * micro_.lanes;
    const Real* v = v_of(batch);
    micro_.pack(k, std::min(height, panels.end - row), a_of(batch) + row * it_.a_m + k0 * it_.a_k, it_.a_m, it_.a_k,
                v == nullptr ? nullptr : v + k0 * it_.v_k, it_.v_k, to, height);
  }

  /// Tile t of so many fetches its share of the next panel, which is copied soon.
  Fetch next_panel(const Rectangle& strip, const Panels& panels, Index p, Index k0, Index k, Index t,
                   Index tiles) const {
    if (p + 1 >= panels.count) return {};
    const Index size = sizeof(Real), row = panels.row(p + 1), rows = panels.row(p + 2) - row;
    if (it_.a_k == 1 && it_.a_m != 1) {
      const Index begin = rows * t / tiles, end = rows * (t + 1) / tiles;
      const Real* at = a_of(strip.batch) + (row + begin) * it_.a_m + k0;
      return {reinterpret_cast<const char*>(at), end - begin, quotient(k * size, 64), it_.a_m * size};
    }
    const Index bytes = rows * size, begin = k * t / tiles, end = k * (t + 1) / tiles;
    const Real* at = a_of(strip.batch) + row + (k0 + begin) * it_.a_k;
    return {reinterpret_cast<const char*>(at), end - begin, quotient(bytes, 64), it_.a_k * size};
  }

  Fetch output_of(const Rectangle& strip, Index row, Index rows, Index col, Index cols) const {
    if (it_.near == nullptr || it_.near_m != 1) return {};
    const Real* at = static_cast<const Real*>(it_.near) + strip.batch * it_.near_batch + row + col * it_.near_n;
    return {reinterpret_cast<const char*>(at), cols, quotient(rows * static_cast<Index>(sizeof(Real)), 64),
            it_.near_n * static_cast<Index>(sizeof(Real))};
  }

  void finish(Index batch, Real* totals, Index ld, Index row0, Index row1, Index col0, Index col1) const {
    if (it_.epilogue != nullptr) {
      it_.epilogue(it_.context, totals, ld, batch, row0, row1 - row0, col0, col1 - col0);
      return;
    }
    for (Index j = col0; j < col1; ++j) {
      const Real* from = totals + (j - col0) * ld;
      Real* to = c_of(batch) + row0 * it_.c_m + j * it_.c_n;
      for (Index i = 0; i < row1 - row0; ++i)
        to[i * it_.c_m] = it_.accumulate != 0 ? to[i * it_.c_m] + from[i] : from[i];
    }
  }

  const gradwright_contraction& it_;
  const Micro<Real>& micro_;
  Index blocks_ = 1, slices_ = 1;  ///< of k
  bool has_buffer_ = false, can_copy_ = false;
};

/// How the result is split: `count` rectangles.
struct Pieces {
  Index count = 1;
  bool by_batch = false, by_rows = false, is_triangle = false;
};

/// What the slowest of `threads` has to do more than its share, where so many units are split.
double surplus(Index units, Index threads) {
  return static_cast<double>(quotient(units, threads) * threads) / static_cast<double>(units);
}

template <class Real>
Pieces pieces_for(const gradwright_contraction& it, const Micro<Real>& micro) {
  const double work = static_cast<double>(it.m) * static_cast<double>(it.n) *
                      static_cast<double>(std::max<Index>(it.k, 1)) * static_cast<double>(it.batch);
  const auto most = static_cast<Index>(std::min(2 * work / work_of_a_thread, 1e6));
  const Index count = std::min<Index>(threads(), most);
  if (it.symmetric != 0 && it.batch == 1) return {count <= 1 ? 1 : 2 * count, false, false, true};
  if (count <= 1) return {};
  if (it.batch >= count) return {std::min(it.batch, 4 * count), true};
  const double rows = surplus(quotient(it.m, micro.lanes), count),
               columns = surplus(quotient(it.n, micro.columns), count);
  return {count, false, rows <= columns};
}

/// Where column strips of a triangle have equal areas: piece p of so many ends here.
Index triangle_end(Index n, Index p, Index count, Index unit) {
  if (p >= count) return n;
  // from column x on, a share of 1 − p/count is left: (n − x)² = (1 − p/count)·n²
  const double rest = static_cast<double>(n) * std::sqrt(1.0 - static_cast<double>(p) / static_cast<double>(count));
  return std::min(n, (n - static_cast<Index>(rest)) / unit * unit);
}

template <class Real>
struct Job {
  const gradwright_contraction& it;
  const Micro<Real>& micro;
  Pieces pieces;

  static void run(void* context, std::int64_t piece) {
    const Job& job = *static_cast<Job*>(context);
    const gradwright_contraction& it = job.it;
    Contracting<Real> contracting(it, job.micro);
    const Index count = job.pieces.count;
    const auto share = [&](Index units, Index p) { return units * p / count; };
    if (job.pieces.is_triangle) {
      const Index col0 = triangle_end(it.n, piece, count, job.micro.columns),
                  col1 = triangle_end(it.n, piece + 1, count, job.micro.columns);
      contracting.rectangle({0, col0 / job.micro.lanes * job.micro.lanes, it.m, col0, col1});
    } else if (job.pieces.by_batch || count == 1) {
      for (Index batch = share(it.batch, piece); batch < share(it.batch, piece + 1); ++batch)
        contracting.rectangle({batch, 0, it.m, 0, it.n});
    } else {
      const Index unit = job.pieces.by_rows ? job.micro.lanes : job.micro.columns;
      const Index extent = job.pieces.by_rows ? it.m : it.n;
      const Index begin = std::min(extent, share(quotient(extent, unit), piece) * unit);
      const Index end = std::min(extent, share(quotient(extent, unit), piece + 1) * unit);
      for (Index batch = 0; batch < it.batch; ++batch) {
        if (job.pieces.by_rows)
          contracting.rectangle({batch, begin, end, 0, it.n});
        else
          contracting.rectangle({batch, 0, it.m, begin, end});
      }
    }
  }
};

/// The product the other way round, bᵀ·aᵀ; its blocks are transposed, too.
gradwright_contraction swapped(const gradwright_contraction& it) {
  gradwright_contraction other = it;
  std::swap(other.m, other.n);
  other.a = it.b;
  other.a_m = it.b_n;
  other.a_k = it.b_k;
  other.a_batch = it.b_batch;
  other.b = it.a;
  other.b_n = it.a_m;
  other.b_k = it.a_k;
  other.b_batch = it.a_batch;
  std::swap(other.c_m, other.c_n);
  std::swap(other.near_m, other.near_n);
  return other;
}

/// So little that blocks and packing would cost more than they bring: tiles read both operands as they lie.
template <class Real>
bool contract_small(const gradwright_contraction& it, const Micro<Real>& micro) {
  constexpr Index most_work = 48 * 48 * 48;
  const bool has_epilogue = it.epilogue != nullptr;
  if (it.v != nullptr || it.symmetric != 0 || it.a_m != 1 || !reads_b(it)) return false;
  if (has_epilogue ? it.m * it.n * Index(sizeof(Real)) > first_cache / 2 : it.c_m != 1) return false;
  if (it.m * it.n * it.k > most_work || it.m * it.n * it.k * it.batch * 2 > Index(work_of_a_thread)) return false;
  if (!micro.has_masks && it.m % micro.lanes != 0) return false;
  const Panels panels(0, it.m, micro.lanes, micro.vectors);
  Real* const totals = has_epilogue ? scratch<Real>(Slot::totals, it.m * it.n) : nullptr;
  for (Index batch = 0; batch < it.batch; ++batch) {
    const Real* a = static_cast<const Real*>(it.a) + batch * it.a_batch;
    const Real* b = static_cast<const Real*>(it.b) + batch * it.b_batch;
    Real* const c = has_epilogue ? totals : static_cast<Real*>(it.c) + batch * it.c_batch;
    const Index c_n = has_epilogue ? it.m : it.c_n;
    for (Index p = 0; p < panels.count; ++p) {
      const Index row = panels.row(p), vectors = panels.height(p);
      Tile<Real> tile{it.k,
                      std::min(vectors * micro.lanes, it.m - row),
                      a + row,
                      it.a_k,
                      b,
                      it.b_k,
                      it.b_n,
                      nullptr,
                      c + row,
                      c_n,
                      has_epilogue ? 0 : it.accumulate,
                      {}};
      for (Index col = 0; col < it.n; col += micro.columns) {
        micro.tile[vectors - 1][std::min(micro.columns, it.n - col) - 1](tile);
        tile.b += micro.columns * it.b_n;
        tile.out += micro.columns * c_n;
      }
    }
    if (has_epilogue) it.epilogue(it.context, totals, it.m, batch, 0, it.m, 0, it.n);
  }
  return true;
}

constexpr Index few_rows = 16;

/// So few rows that a vector of them would be partly empty, while columns lie beside one another.
template <class Real>
bool is_flat(const gradwright_contraction& it, const Micro<Real>& micro) {
  return it.m < few_rows && it.n >= 4 * micro.lanes && it.b_n == 1 && it.v == nullptr && it.symmetric == 0;
}

/// The epilogue of a product with few rows, for blocks of it the other way round.
template <class Real>
void finish_turned(void* context, void* tile, Index ld, Index batch, Index row0, Index rows, Index col0, Index cols) {
  constexpr Index most = 64;
  const auto& it = *static_cast<const gradwright_contraction*>(context);
  Real turned[most * few_rows];
  for (Index row = 0; row < rows; row += most) {
    const Index count = std::min(most, rows - row);
    for (Index j = 0; j < cols; ++j) {
      const Real* from = static_cast<const Real*>(tile) + row + j * ld;
      for (Index i = 0; i < count; ++i) turned[j + i * cols] = from[i];
    }
    it.epilogue(it.context, turned, cols, batch, col0, cols, row0 + row, count);
  }
}

template <class Real>
void contract_flat(const gradwright_contraction& it, const Micro<Real>& micro) {
  gradwright_contraction other = swapped(it), turned = it;
  if (it.epilogue != nullptr) {
    other.epilogue = finish_turned<Real>;
    other.context = &turned;
  }
  contract(other, micro);
}

}  // namespace

template <class Real>
void contract(const gradwright_contraction& it, const Micro<Real>& micro) {
  if (it.m <= 0 || it.n <= 0 || it.batch <= 0) return;
  if (contract_small(it, micro)) return;
  if (it.m == 1 && it.n > 1 && it.epilogue == nullptr && it.symmetric == 0) return contract(swapped(it), micro);
  if (it.n == 1 && contract_vector(it, micro)) return;
  if (is_flat(it, micro)) return contract_flat(it, micro);
  Job<Real> job{it, micro, pieces_for(it, micro)};
  for_pieces(job.pieces.count, Job<Real>::run, &job);
  if (it.symmetric == 0 || it.c == nullptr) return;
  for (Index batch = 0; batch < it.batch; ++batch)
    mirror(static_cast<Real*>(it.c) + batch * it.c_batch, it.m, it.c_m, it.c_n);
}

template void contract(const gradwright_contraction&, const Micro<float>&);
template void contract(const gradwright_contraction&, const Micro<double>&);

}  // namespace gradwright::kernels
