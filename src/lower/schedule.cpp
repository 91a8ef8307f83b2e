#include "lower/schedule.h"

#include <algorithm>
#include <queue>

namespace gradwright::lowering {
namespace {

template <class Visit>
void for_each_load(const Piece& piece, const Visit& visit) {
  if (piece.call) visit(piece.call->in);
  for (const Body* body : {&piece.stage.body, &piece.stage.finish}) {
    for (const Instruction& it : *body) {
      if (it.op == Op::load || it.op == Op::gather) visit(it.buffer);
    }
  }
}

template <class Visit>
void for_each_store(const Piece& piece, const Visit& visit) {
  if (piece.call) {
    visit(piece.call->out);
    visit(piece.call->work);
  }
  for (const Store& store : piece.stage.stores) visit(store.buffer);
}

void rename(Piece& piece, BufferId from, BufferId to) {
  const auto renamed = [&](BufferId& id) { id = id == from ? to : id; };
  if (piece.call) {
    renamed(piece.call->in);
    renamed(piece.call->out);
  }
  for (Body* body : {&piece.stage.body, &piece.stage.finish}) {
    for (Instruction& it : *body) renamed(it.buffer);
  }
  for (Store& store : piece.stage.stores) renamed(store.buffer);
}

/// Stores of scratch that no load ever reads, and the values that were only for them.
void drop_dead_stores(std::vector<Piece>& pieces, const Plan& plan, const std::vector<Transfer>& updates,
                      const std::vector<Transfer>& copies) {
  std::vector<bool> is_read(plan.buffers.size(), false);
  for (const Piece& piece : pieces) for_each_load(piece, [&](BufferId id) { is_read[id.index()] = true; });
  for (const auto* transfers : {&updates, &copies}) {
    for (const Transfer& transfer : *transfers) is_read[transfer.made.index()] = true;
  }
  for (Piece& piece : pieces) {
    std::erase_if(piece.stage.stores, [&](const Store& store) {
      return plan[store.buffer].storage == Storage::scratch && !is_read[store.buffer.index()];
    });
  }
}

/// Writing over `state` while the stage runs is harmless: it reads the old value only where it stores the new one.
bool reads_in_step(const Piece& piece, const Transfer& update) {
  if (piece.call) return piece.call->in != update.target;
  const auto store = std::find_if(piece.stage.stores.begin(), piece.stage.stores.end(),
                                  [&](const Store& s) { return s.buffer == update.made; });
  if (store == piece.stage.stores.end()) return false;
  const auto reads = [&](const Instruction& it) {
    return (it.op == Op::load || it.op == Op::gather) && it.buffer == update.target;
  };
  if (std::any_of(piece.stage.body.begin(), piece.stage.body.end(), reads)) return false;
  return std::all_of(piece.stage.finish.begin(), piece.stage.finish.end(), [&](const Instruction& it) {
    return !reads(it) || (it.op == Op::load && it.guards.empty() && it.at == store->at);
  });
}

/// Who must come before whom: writers before readers, readers of an old value before its update.
class Order {
 public:
  Order(const std::vector<Piece>& pieces, const Plan& plan, const std::vector<Transfer>& updates)
      : after_(pieces.size()), waiting_(pieces.size(), 0) {
    constexpr std::size_t nobody = static_cast<std::size_t>(-1);
    std::vector<std::size_t> writer(plan.buffers.size(), nobody);
    for (std::size_t i = 0; i < pieces.size(); ++i)
      for_each_store(pieces[i], [&](BufferId id) { writer[id.index()] = i; });
    std::vector<std::size_t> updater(plan.buffers.size(), nobody);
    for (const Transfer& update : updates) updater[update.target.index()] = writer[update.made.index()];
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      for_each_load(pieces[i], [&](BufferId id) {
        const std::size_t source = writer[id.index()];
        if (source != nobody && source != i) edge(source, i);
        const std::size_t later = updater[id.index()];
        if (later != nobody && later != i) edge(i, later);
      });
    }
  }

  /// Places in the old order; shorter than the pieces where they wait for each other.
  std::vector<std::size_t> places() {
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      if (waiting_[i] == 0) ready.push(i);
    }
    std::vector<std::size_t> order;
    while (!ready.empty()) {
      const std::size_t next = ready.top();
      ready.pop();
      order.push_back(next);
      for (const std::size_t later : after_[next]) {
        if (--waiting_[later] == 0) ready.push(later);
      }
    }
    return order;
  }

 private:
  void edge(std::size_t before, std::size_t after) {
    after_[before].push_back(after);
    ++waiting_[after];
  }
  std::vector<std::vector<std::size_t>> after_;
  std::vector<std::size_t> waiting_;
};

}  // namespace

void for_each_form(Stage& stage, const std::function<void(Affine&)>& visit) {
  for (Body* body : {&stage.body, &stage.finish}) {
    for (Instruction& it : *body) {
      if (it.op == Op::load || it.op == Op::gather || it.op == Op::index) visit(it.at);
      for (Guard& guard : it.guards) visit(guard.form);
    }
  }
  for (Store& store : stage.stores) visit(store.at);
}

std::vector<Piece> scheduled(std::vector<Piece> pieces, Plan& plan, std::vector<Transfer> updates,
                             std::vector<Transfer> copies) {
  drop_dead_stores(pieces, plan, updates, copies);
  std::erase_if(updates, [&](const Transfer& update) {
    const bool is_harmless = std::any_of(pieces.begin(), pieces.end(), [&](const Piece& piece) {
      bool writes = false;
      for_each_store(piece, [&](BufferId id) { writes = writes || id == update.made; });
      return writes && reads_in_step(piece, update);
    });
    if (!is_harmless) copies.push_back(update);
    return !is_harmless;
  });
  std::vector<std::size_t> places = Order(pieces, plan, updates).places();
  while (places.size() < pieces.size()) {  // some update would overwrite what another still needs
    copies.push_back(updates.back());
    updates.pop_back();
    places = Order(pieces, plan, updates).places();
  }
  std::vector<Piece> ordered;
  for (const std::size_t place : places) ordered.push_back(std::move(pieces[place]));
  for (const Transfer& update : updates) {
    for (Piece& piece : ordered) rename(piece, update.made, update.target);
    for (Transfer& copy : copies) copy.made = copy.made == update.made ? update.target : copy.made;
  }
  for (const Transfer& copy : copies) ordered.push_back(copy_of(plan, copy.made, copy.target));
  return ordered;
}

}  // namespace gradwright::lowering
