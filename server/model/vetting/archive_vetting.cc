#include "model/vetting/archive_vetting.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "model/vetting/code_calls.h"
#include "model/vetting/pickle_facts.h"

namespace quartet {
namespace {

using Names = std::set<std::string, std::less<>>;

const Names kRecords = {"data.pkl",  "constants.pkl", "version",
                        "byteorder", ".data/version", ".data/serialization_id"};

// Beside the classes whose code is in the archive, and vetted.
const Names kGlobals = {"__torch__.torch.classes.quartet Encoder", "collections OrderedDict",
                        "torch._utils _rebuild_tensor_v2", "torch.jit._pickle restore_type_tag"};

const std::map<std::string, std::size_t, std::less<>> kStorages = {
    {"torch FloatStorage", 4}, {"torch BFloat16Storage", 2}, {"torch CharStorage", 1}};

// Of the modules of deploy/model/quartet_model. What is added here must neither touch files nor run
// what it is given.
const Names kCalls = {
    "class", "def __len__", "def forward", "def path", "def pool", "def positions",
    "def warm_up_thread",
    // between modules, and of the class quartet.Encoder
    ".encode", ".encode_tokens", ".forward", ".path", ".pool", ".positions", ".warm_up_thread",
    // the language's own
    "annotate", "float", "getattr", "ops.prim.dtype", "ops.prim.min", "range", "torch.append",
    "torch.len",
    // arithmetic
    ".tolist", "torch.add", "torch.amax", "torch.arange", "torch.cat", "torch.clamp_min",
    "torch.cumsum", "torch.div", "torch.embedding", "torch.eq", "torch.flatten", "torch.gelu",
    "torch.gt", "torch.index", "torch.layer_norm", "torch.linear", "torch.lt", "torch.mean",
    "torch.mul", "torch.ne", "torch.norm", "torch.permute", "torch.pow", "torch.relu",
    "torch.scaled_dot_product_attention", "torch.select", "torch.sigmoid", "torch.size",
    "torch.slice", "torch.split_with_sizes", "torch.sqrt", "torch.squeeze", "torch.stack",
    "torch.sub", "torch.sum", "torch.tanh", "torch.to", "torch.transpose", "torch.unbind",
    "torch.unsqueeze", "torch.view"};

absl::Status Foreign(const std::string& record, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("its ", record, " ", what));
}

bool IsOurs(const std::string& global) {
  const bool has_code =
      global.starts_with("__torch__.") && !global.starts_with("__torch__.torch.classes.");
  return has_code || kGlobals.count(global) > 0 || kStorages.count(global) > 0;
}

bool IsNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool IsTensor(std::string_view record) {
  const std::size_t slash = record.find('/');
  const std::string_view folder = record.substr(0, slash);
  return slash != std::string_view::npos && (folder == "data" || folder == "constants") &&
         IsNumber(record.substr(slash + 1));
}

bool IsCode(std::string_view record) {
  return record.starts_with("code/") && record.ends_with(".py");
}

absl::Status VetCode(const std::string& record, const std::string& code) {
  const auto calls = CallsOf(code);
  if (!calls.ok()) return Foreign(record, std::string(calls.status().message()));
  for (const std::string& call : *calls) {
    if (kCalls.count(call) == 0) return Foreign(record, absl::StrCat("calls '", call, "'"));
  }
  return absl::OkStatus();
}

// `folder`: of its storages.
absl::Status VetPickle(const std::string& record, const std::string& folder,
                       const ArchiveRecords& records) {
  const auto facts = ReadPickle(records.read(record));
  if (!facts.ok()) return Foreign(record, std::string(facts.status().message()));
  for (const std::string& global : facts->globals) {
    if (!IsOurs(global)) {
      return Foreign(record, absl::StrCat("makes use of '", global, "'"));
    }
  }
  for (const PickledStorage& storage : facts->storages) {
    const auto type = kStorages.find(storage.type);
    const auto bytes = records.sizes.find(absl::StrCat(folder, "/", storage.key));
    if (type == kStorages.end() || bytes == records.sizes.end() || storage.count < 0 ||
        static_cast<std::size_t>(storage.count) != bytes->second / type->second) {
      return Foreign(record, absl::StrCat("has a tensor of ", storage.count, " elements in ",
                                          folder, "/", storage.key, ", which is of another size"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status VetArchive(const ArchiveRecords& records) {
  for (const auto& [record, folder] :
       {std::pair("data.pkl", "data"), std::pair("constants.pkl", "constants")}) {
    if (records.sizes.count(record) == 0) {
      return Foreign("record", absl::StrCat(record, " is missing"));
    }
    if (absl::Status vetted = VetPickle(record, folder, records); !vetted.ok()) return vetted;
  }
  for (const auto& [name, size] : records.sizes) {
    if (!IsCode(name)) continue;
    if (absl::Status vetted = VetCode(name, records.read(name)); !vetted.ok()) return vetted;
  }
  // Last, for what is above says more about a foreign model.
  for (const auto& [name, size] : records.sizes) {
    const bool is_known =
        kRecords.count(name) > 0 || IsCode(name) || IsTensor(name) || name.starts_with("extra/");
    if (!is_known) return Foreign("record", absl::StrCat("'", name, "' is none of ours"));
  }
  return absl::OkStatus();
}

}  // namespace quartet
