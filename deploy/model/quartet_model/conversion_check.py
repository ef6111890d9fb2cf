"""Compares converted weights with the ONNX graph that they came from.

The later comparison with sentence-transformers reads the converted weights on both sides: a pair of
matrices swapped by the conversion would pass it. Here the original graph itself is the judge.
"""

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx.reference import ReferenceEvaluator

from quartet_model.bert_weights import Array, Weights
from quartet_model.build_encoder import build_encoder
from quartet_model.errors import PreparationError
from quartet_model.head_shape import HeadShape
from quartet_model.sentence_folder import SentenceFolder

MAX_DIFFERENCE = 1e-4
_LENGTHS = (1, 4, 16)
# Usual names of outputs that hold a vector for each token.
_TOKEN_OUTPUTS = ("last_hidden_state", "token_embeddings")


def check_conversion(graph: onnx.ModelProto, folder: SentenceFolder, weights: Weights) -> None:
    evaluator = ReferenceEvaluator(graph)
    names = [output.name for output in graph.graph.output]
    # The last output is the sentence vector, if there is any; those before are what it was made
    # from. But transformers' own exports end with BERT's pooler, which no sentence vector needs.
    of_tokens = names[-1] in _TOKEN_OUTPUTS or names[-1] == "pooler_output"
    output = next((name for name in names if of_tokens and name in _TOKEN_OUTPUTS), names[-1])
    head = HeadShape("mean", ()) if of_tokens else folder.head
    encoder = build_encoder(folder.shape, weights, head)
    generator = np.random.default_rng(seed=1)
    for length in _LENGTHS:
        # Any ids will do: both sides must compute the same from them, words or not.
        token_ids = generator.integers(folder.shape.vocab_size, size=(1, length))
        wanted = _run(evaluator, graph, token_ids, output)
        wanted = wanted.mean(0) if of_tokens else wanted
        with torch.inference_mode():
            found = encoder(torch.from_numpy(token_ids[0]), torch.tensor([length])).numpy()[0]
        difference = float(np.abs(found - wanted).max())
        if not difference <= MAX_DIFFERENCE:
            raise PreparationError(
                f"the converted weights give a vector that differs by {difference:.2e} from the "
                f"ONNX graph's; at most {MAX_DIFFERENCE:.0e} is allowed"
            )


def _run(
    evaluator: ReferenceEvaluator,
    graph: onnx.ModelProto,
    token_ids: npt.NDArray[np.int64],
    output: str,
) -> Array:
    inputs = {
        "input_ids": token_ids,
        "attention_mask": np.ones_like(token_ids),
        "token_type_ids": np.zeros_like(token_ids),
    }
    used = {node.name: inputs[node.name] for node in graph.graph.input if node.name in inputs}
    outputs = evaluator.run([output], used)
    assert isinstance(outputs, list)  # not a dict: that is for intermediate results
    answer: Array = np.asarray(outputs[0], dtype=np.float32)[0]
    return answer
