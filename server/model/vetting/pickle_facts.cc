#include "model/vetting/pickle_facts.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

struct Bad {
  std::string what;
};

// What the reader must tell apart; `kOther` is any result of a call, and what nothing asks about.
struct Value {
  enum class Kind { kMark, kInteger, kString, kGlobal, kTuple, kOther };
  Kind kind = Kind::kOther;
  std::int64_t integer = 0;
  std::string_view text;  // of kString and kGlobal; into the pickle or the facts
  int depth = 0;          // of kTuple: how many are in each other
  std::shared_ptr<const std::vector<Value>> items;  // of kTuple; shared, for the memo copies them
};

constexpr int kMostDepth = 32;

// The opcodes that torch/csrc/jit/serialization/pickler.cpp writes, by their letters in Python's
// pickletools.
enum Opcode : unsigned char {
  kProto = 0x80,
  kNewObject = 0x81,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a,
  kMark = '(',
  kEmptyTuple = ')',
  kStop = '.',
  kBinFloat = 'G',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinPersistentId = 'Q',
  kReduce = 'R',
  kBinUnicode = 'X',
  kEmptyList = ']',
  kAppends = 'e',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kSetItems = 'u',
  kEmptyDict = '}',
};

class Reader {
 public:
  explicit Reader(std::string_view pickle) : rest_(pickle) {}

  PickleFacts Read() {
    for (;;) {
      const auto opcode = static_cast<Opcode>(Number<unsigned char>());
      if (opcode == kStop) break;
      if (!PushLiteral(opcode) && !UseMemo(opcode) && !Collect(opcode)) Call(opcode);
    }
    // libtorch reads no further either, so nothing may hide there.
    if (!rest_.empty()) throw Bad{"has bytes behind its end"};
    return std::move(facts_);
  }

 private:
  using Kind = Value::Kind;

  bool PushLiteral(Opcode opcode) {
    switch (opcode) {
      case kProto:
        Take(1);
        return true;
      case kNone:
      case kNewTrue:
      case kNewFalse:
      case kEmptyDict:
      case kEmptyList:
        Push({});
        return true;
      case kBinFloat:
        Take(8);
        Push({});
        return true;
      case kBinInt:
        PushInteger(Number<std::int32_t>());
        return true;
      case kBinInt1:
        PushInteger(Number<unsigned char>());
        return true;
      case kBinInt2:
        PushInteger(Number<std::uint16_t>());
        return true;
      case kLong1:
        if (Number<unsigned char>() != 8) throw Bad{"has a number of more than 64 bits"};
        PushInteger(Number<std::int64_t>());
        return true;
      case kBinUnicode:
        Push({.kind = Kind::kString, .text = Take(Number<std::uint32_t>())});
        return true;
      case kGlobal:
        PushGlobal();
        return true;
      default:
        return false;
    }
  }

  bool UseMemo(Opcode opcode) {
    switch (opcode) {
      case kBinPut:
        memo_[Number<unsigned char>()] = Top();
        return true;
      case kLongBinPut:
        memo_[Number<std::uint32_t>()] = Top();
        return true;
      case kBinGet:
        PushRemembered(Number<unsigned char>());
        return true;
      case kLongBinGet:
        PushRemembered(Number<std::uint32_t>());
        return true;
      default:
        return false;
    }
  }

  bool Collect(Opcode opcode) {
    switch (opcode) {
      case kMark:
        Push({.kind = Kind::kMark});
        return true;
      case kEmptyTuple:
        PushTuple({});
        return true;
      case kTuple:
        PushTuple(PopToMark());
        return true;
      case kTuple1:
      case kTuple2:
      case kTuple3:
        PushTuple(PopLast(static_cast<std::size_t>(opcode - kTuple1) + 1));
        return true;
      case kAppends:
      case kSetItems:
        PopToMark();
        Top();  // the list or dict they go into
        return true;
      case kAppend:
        PopLast(1);
        Top();
        return true;
      case kSetItem:
        PopLast(2);
        Top();
        return true;
      default:
        return false;
    }
  }

  void Call(Opcode opcode) {
    switch (opcode) {
      case kReduce:
      case kNewObject:
        // libtorch takes whatever is there for a number of its table of functions.
        if (PopLast(2)[0].kind != Kind::kGlobal) throw Bad{"calls what is no name"};
        Push({});
        return;
      case kBuild:
        PopLast(2);
        Push({});
        return;
      case kBinPersistentId:
        ReadStorage(PopLast(1)[0]);
        Push({});
        return;
      default:
        throw Bad{absl::StrCat("has the opcode ", static_cast<int>(opcode))};
    }
  }

  // ("storage", type, key, device, count)
  void ReadStorage(const Value& id) {
    const bool is_storage =
        id.kind == Kind::kTuple && id.items->size() == 5 && (*id.items)[0].text == "storage" &&
        (*id.items)[1].kind == Kind::kGlobal && (*id.items)[2].kind == Kind::kString &&
        (*id.items)[4].kind == Kind::kInteger;
    if (!is_storage) throw Bad{"refers to something that is no storage"};
    facts_.storages.push_back({.type = std::string((*id.items)[1].text),
                               .key = std::string((*id.items)[2].text),
                               .count = (*id.items)[4].integer});
  }

  std::string_view Take(std::size_t count) {
    if (count > rest_.size()) throw Bad{"is cut short"};
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  template <class Integer>
  Integer Number() {
    Integer value;
    std::memcpy(&value, Take(sizeof value).data(), sizeof value);
    return value;
  }

  std::string_view Line() {
    const std::string_view line = Take(std::min(rest_.find('\n'), rest_.size()));
    Take(1);
    return line;
  }

  void PushGlobal() {
    std::string name(Line());
    name += " ";
    name += Line();
    Push({.kind = Kind::kGlobal, .text = *facts_.globals.insert(std::move(name)).first});
  }

  void PushInteger(std::int64_t value) { Push({.kind = Kind::kInteger, .integer = value}); }

  void PushTuple(std::vector<Value> items) {
    int depth = 0;
    for (const Value& item : items) depth = std::max(depth, item.depth + 1);
    // libtorch's own have 3; what is deep takes as deep a recursion to be freed.
    if (depth > kMostDepth) throw Bad{"has tuples in tuples without an end"};
    Push({.kind = Kind::kTuple,
          .depth = depth,
          .items = std::make_shared<const std::vector<Value>>(std::move(items))});
  }

  void PushRemembered(std::uint32_t number) {
    const auto found = memo_.find(number);
    if (found == memo_.end()) throw Bad{"reads what it has not stored"};
    Push(found->second);
  }

  void Push(Value value) { stack_.push_back(std::move(value)); }

  const Value& Top() const {
    if (stack_.empty() || stack_.back().kind == Kind::kMark) throw Bad{"takes what is not there"};
    return stack_.back();
  }

  std::vector<Value> PopLast(std::size_t count) {
    if (count > stack_.size()) throw Bad{"takes what is not there"};
    const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
    std::vector<Value> values(std::make_move_iterator(first),
                              std::make_move_iterator(stack_.end()));
    stack_.erase(first, stack_.end());
    for (const Value& value : values) {
      if (value.kind == Kind::kMark) throw Bad{"takes what is not there"};
    }
    return values;
  }

  std::vector<Value> PopToMark() {
    std::size_t count = 0;
    while (count < stack_.size() && stack_[stack_.size() - 1 - count].kind != Kind::kMark) ++count;
    if (count == stack_.size()) throw Bad{"takes what is not there"};
    std::vector<Value> values = PopLast(count);
    stack_.pop_back();
    return values;
  }

  std::string_view rest_;
  std::vector<Value> stack_;
  std::map<std::uint32_t, Value> memo_;
  PickleFacts facts_;
};

}  // namespace

absl::StatusOr<PickleFacts> ReadPickle(std::string_view pickle) {
  try {
    return Reader(pickle).Read();
  } catch (const Bad& bad) {
    return absl::InvalidArgumentError(bad.what);
  }
}

}  // namespace quartet
