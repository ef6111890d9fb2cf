// A model that calls can hold: a fake tokenizer and a puppet.
#ifndef QUARTET_TESTS_FAKES_FAKE_SERVED_MODEL_H_
#define QUARTET_TESTS_FAKES_FAKE_SERVED_MODEL_H_

#include <memory>
#include <string>

#include "core/served_model.h"
#include "fakes/fake_tokenizer.h"
#include "fakes/puppet_model.h"

namespace quartet {

struct FakeServedModel {
  explicit FakeServedModel(const std::string& fingerprint = "abc",
                           std::size_t max_sequence_length = 16) {
    auto made = std::make_shared<ServedModel>();
    made->info = {.name = "fake",
                  .fingerprint = fingerprint,
                  .dimension = PuppetModel::kDimension,
                  .max_sequence_length = max_sequence_length,
                  .prompts = {{"query", "query: "}}};
    made->tokenizer = std::make_unique<FakeTokenizer>(max_sequence_length);
    made->model = std::make_unique<PuppetModel>();
    made->self_test = [] { return absl::OkStatus(); };
    served = std::move(made);
  }

  PuppetModel& puppet() const { return static_cast<PuppetModel&>(*served->model); }

  ServedModelPtr served;
};

}  // namespace quartet

#endif  // QUARTET_TESTS_FAKES_FAKE_SERVED_MODEL_H_
