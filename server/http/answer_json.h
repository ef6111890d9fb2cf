// Answers of the HTTP port. Pure functions.
#ifndef QUARTET_HTTP_ANSWER_JSON_H_
#define QUARTET_HTTP_ANSWER_JSON_H_

#include <string>

#include "absl/status/status.h"
#include "calls/vector_options.h"
#include "core/embed_result.h"
#include "core/model_info.h"
#include "http/http_message.h"

namespace quartet {

// Numbers are the shortest ones that are the same float32 again. Where texts were cut to the
// model's length, the header x-quartet-truncated says how many.
//
// {"embedding": [...]}
HttpAnswer QueryAnswer(const EmbedResult& result, const VectorOptions& options,
                       const ModelInfo& model);

// {"embeddings": [[...], ...]}
HttpAnswer QueryBatchAnswer(const EmbedResult& result, const VectorOptions& options,
                            const ModelInfo& model);

// OpenAI's list of embeddings, with `usage` in tokens of the served model, whose name is `model`.
HttpAnswer EmbeddingsAnswer(const EmbedResult& result, const VectorOptions& options,
                            const ModelInfo& model);

// OpenAI's list of models: the one that is served.
HttpAnswer ModelsAnswer(const ModelInfo& model);

// 200 and {"status": "ok", "model": ...}, or 503 and "not serving".
HttpAnswer HealthAnswer(bool is_ready, const ModelInfo& model);

// OpenAI's error object: {"error": {"message", "type", "param", "code"}}; `param` is the field, or
// null. With advice when to come back, as seconds (rounded up) and milliseconds.
HttpAnswer ErrorAnswer(const absl::Status& status);

// Of what HTTP itself refuses: the path, the method, the size.
HttpAnswer ErrorAnswer(int http_status, const std::string& message);

}  // namespace quartet

#endif  // QUARTET_HTTP_ANSWER_JSON_H_
