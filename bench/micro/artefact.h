// The model that the benchmarks of the tokenizer and of the forward use.
#ifndef QUARTET_BENCH_MICRO_ARTEFACT_H_
#define QUARTET_BENCH_MICRO_ARTEFACT_H_

#include "core/tokenizer.h"
#include "model/torchscript_model.h"

namespace quartet::bench {

// $QUARTET_MODEL, or where ./deploy/run.sh puts the default one. Loaded once; the program ends with
// a message if that fails.
const LoadedArtefact& Artefact();

// The artefact's.
const Tokenizer& RealTokenizer();

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_MICRO_ARTEFACT_H_
