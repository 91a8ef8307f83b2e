#include "kernels/threads.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#if defined(__unix__)
#include <pthread.h>
#endif

#include "kernels/denormals.h"

namespace gradwright::kernels {
namespace {

constexpr std::int64_t most_pieces = 256;
constexpr int most_threads = 256;
constexpr std::uint32_t closed = 1U << 31;  ///< of the state: nobody may begin; the rest counts who is at work
constexpr auto patience = std::chrono::microseconds(100);  ///< of a thread that spins
constexpr int price = 20;  ///< of time that was lost by waiting: so many times as long without other threads

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

thread_local bool is_inside = false;
thread_local int threads_here = 0;  ///< 0: as many as the pool has

using Clock = std::chrono::steady_clock;

class Threads {
 public:
  /// Never destroyed: threads may outlive static objects. A forked child has none of the threads, so it gets a new pool.
  static Threads& one() {
    static Threads* threads = nullptr;
    static const bool is_made = [] {
      threads = new Threads(0);
#if defined(__unix__)
      pthread_atfork(nullptr, nullptr, [] { threads = new Threads(threads->wanted()); });
#endif
      return true;
    }();
    (void)is_made;
    return *threads;
  }

  void use(int count) {
    const int all = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    wanted_.store(std::clamp(count > 0 ? count : all, 1, most_threads));
  }
  [[nodiscard]] int wanted() const { return wanted_.load(std::memory_order_relaxed); }

  void run(std::int64_t count, void (*body)(void*, std::int64_t), void* context) {
    const int threads = static_cast<int>(std::min<std::int64_t>(kernels::threads(), count));
    std::unique_lock lock(owner_, std::defer_lock);
    const Clock::time_point start = threads <= 1 || is_inside ? Clock::time_point() : Clock::now();
    if (threads <= 1 || is_inside || !lock.try_lock() || start < alone_until_) {
      for (std::int64_t piece = 0; piece < count; ++piece) body(context, piece);
      return;
    }
    grow(threads - 1);
    body_ = body;
    context_ = context;
    all_ = count;
    pieces_ = std::min(count, most_pieces);
    threads_ = threads;
    arithmetic_ = arithmetic();
    for (std::int64_t piece = 0; piece < pieces_; ++piece) taken_[piece].store(false, std::memory_order_relaxed);
    state_.fetch_and(~closed, std::memory_order_release);
    turn_.fetch_add(1, std::memory_order_seq_cst);
    if (sleepers_.load(std::memory_order_seq_cst) > 0) turn_.notify_all();
    const std::int64_t own = work(0);
    state_.fetch_or(closed, std::memory_order_acq_rel);  // who comes now is not waited for
    const Clock::time_point done = Clock::now();
    for (int spin = 0; state_.load(std::memory_order_acquire) != closed; ++spin) {
      if (spin < 5000)
        pause();
      else
        std::this_thread::yield();  // a machine with more to do than processors: let the other one go on
    }
    judge(start, done, own);
  }

 private:
  explicit Threads(int count) { use(count); }

  /// Alone, the caller would have taken its own time for each of its pieces; what it waited beyond that is lost.
  void judge(Clock::time_point start, Clock::time_point done, std::int64_t own) {
    const Clock::time_point end = Clock::now();
    const Clock::duration alone = own > 0 ? (done - start) / own * pieces_ : Clock::duration(patience);
    if (end - start > alone) alone_until_ = end + price * (end - start - alone);
  }

  void grow(int count) {
    while (static_cast<int>(workers_) < count) {
      const int number = ++workers_;
      std::thread([this, number, seen = turn_.load()] { serve(number, seen); }).detach();
    }
  }

  void serve(int number, std::uint64_t seen) {
    is_inside = true;
    while (true) {
      seen = next_turn(seen);
      if (!has_begun()) continue;
      set_arithmetic(arithmetic_);
      if (number < threads_) (void)work(number);
      state_.fetch_sub(1, std::memory_order_release);
    }
  }

  /// Counts this thread among those at work, unless it comes too late.
  bool has_begun() {
    std::uint32_t state = state_.load(std::memory_order_relaxed);
    while ((state & closed) == 0) {
      if (state_.compare_exchange_weak(state, state + 1, std::memory_order_acquire, std::memory_order_relaxed))
        return true;
    }
    return false;
  }

  std::uint64_t next_turn(std::uint64_t seen) {
    const auto start = std::chrono::steady_clock::now();
    while (true) {
      for (int spin = 0; spin < 200; ++spin) {
        const std::uint64_t turn = turn_.load(std::memory_order_acquire);
        if (turn != seen) return turn;
        pause();
      }
      if (std::chrono::steady_clock::now() - start < patience) continue;
      sleepers_.fetch_add(1, std::memory_order_seq_cst);
      turn_.wait(seen, std::memory_order_seq_cst);
      sleepers_.fetch_sub(1, std::memory_order_seq_cst);
      return turn_.load(std::memory_order_acquire);
    }
  }

  /// The pieces that this thread did.
  std::int64_t work(int thread) {
    const bool was_inside = is_inside;
    is_inside = true;
    const std::int64_t first = thread * pieces_ / threads_;
    std::int64_t own = 0;
    for (std::int64_t i = 0; i < pieces_; ++i) {
      const std::int64_t piece = first + i < pieces_ ? first + i : first + i - pieces_;
      if (taken_[piece].load(std::memory_order_relaxed) || taken_[piece].exchange(true, std::memory_order_relaxed))
        continue;
      for (std::int64_t part = piece; part < all_; part += pieces_) body_(context_, part);
      ++own;
    }
    is_inside = was_inside;
    return own;
  }

  std::mutex owner_;  ///< of the work that is being done
  std::atomic<int> wanted_{1};
  int workers_ = 0;
  void (*body_)(void*, std::int64_t) = nullptr;
  void* context_ = nullptr;
  std::int64_t all_ = 0, pieces_ = 0;
  int threads_ = 1;
  std::uint64_t arithmetic_ = 0;   ///< of the caller: everyone who works for it has the same
  Clock::time_point alone_until_;  ///< guarded by owner_
  alignas(64) std::atomic<std::uint64_t> turn_{0};
  alignas(64) std::atomic<std::uint32_t> state_{closed};
  std::atomic<int> sleepers_{0};
  alignas(64) std::atomic<bool> taken_[most_pieces];
};

}  // namespace

void use_threads(int count) { Threads::one().use(count); }
int threads() { return threads_here > 0 ? threads_here : Threads::one().wanted(); }
ThreadsHere::ThreadsHere(int count) : before_(threads_here) {
  if (count > 0) threads_here = std::min(count, most_threads);
}
ThreadsHere::~ThreadsHere() { threads_here = before_; }
void for_pieces(std::int64_t count, void (*body)(void*, std::int64_t), void* context) {
  Threads::one().run(count, body, context);
}

}  // namespace gradwright::kernels
